"""A paragraph with its quotations in, its frames out: sentences in which each quotation counts as one item.

So "said" within a quotation is no cue, and a full stop within one does not end the sentence.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from backstory.annotate.lexicon import words
from backstory.annotate.sentences import sentences
from backstory.annotate.spans import tokens
from backstory.records import Span

__all__ = ["QUOTATION", "STOPS", "Frame", "Item", "frames", "with_marks"]

QUOTATION = "“”"
"""The text of an item that is a quotation."""
STOPS = frozenset(".!?…")


class Item(NamedTuple):
    """A token of a frame, or a whole quotation: then `quoted` is its number and the span holds its marks as well."""

    start: int
    end: int
    text: str
    lower: str
    quoted: int | None = None

    @property
    def is_word(self) -> bool:
        """Whether it is a word or a number outside quotations."""
        return self.quoted is None and self.text[0].isalnum()

    @property
    def is_capital(self) -> bool:
        """Whether it is a word with an upper-case first letter."""
        return self.is_word and self.text[0].isupper()


Frame = tuple[Item, ...]


def frames(text: str, paragraph: Span, inside: Sequence[tuple[Span, int]], language: str = "en") -> list[Frame]:
    """Return the frames of a paragraph. `inside` has each quotation's span in it (without marks) and its number."""
    items: list[Item] = []
    at = paragraph.start
    for span, number in inside:
        start, end = with_marks(text, span, paragraph)
        items += _plain(text, at, start)
        items.append(Item(start, end, QUOTATION, QUOTATION, number))
        at = end
    items += _plain(text, at, paragraph.end)
    return _cut(text, items, _ends(text, paragraph, language))


def _ends(text: str, paragraph: Span, language: str) -> frozenset[int]:
    return frozenset(sentence.end for sentence in sentences(text, paragraph.start, paragraph.end, language))


def _plain(text: str, start: int, end: int) -> list[Item]:
    return [Item(*token) for token in tokens(text, start, end)]


def with_marks(text: str, span: Span, paragraph: Span) -> tuple[int, int]:
    """Return a quotation's span with the marks beside it."""
    start, end = span.start, span.end
    if text[start - 2 : start - 1] == "«" and text[start - 1].isspace() and start - 2 >= paragraph.start:
        start -= 1
    if text[end + 1 : end + 2] == "»" and text[end].isspace() and end + 1 < paragraph.end:
        end += 1
    while start > paragraph.start and text[start - 1] in "“\"«„‘'‚‹`»”":
        start -= 1
    while end < paragraph.end and text[end] in "”\"»“’'›«´":
        end += 1
    return start, end


def _cut(text: str, items: list[Item], sentence_ends: frozenset[int]) -> list[Frame]:
    """Cut the items of a paragraph where a sentence ends outside quotations, or with one."""
    result: list[Frame] = []
    current: list[Item] = []
    for place, item in enumerate(items):
        current.append(item)
        following = items[place + 1 : place + 8]
        if item.quoted is None:
            ends = item.text in STOPS and (item.end in sentence_ends or _mark_follows(following))
        else:
            ends = _quotation_ends(text, item, following)
        if ends:
            result.append(tuple(current))
            current = []
    return [*result, tuple(current)] if current else result


def _mark_follows(following: Sequence[Item]) -> bool:
    return not following or following[0].quoted is not None


def _quotation_ends(text: str, item: Item, following: Sequence[Item]) -> bool:
    """Say whether the sentence ends with this quotation: it holds the full stop and what follows begins anew."""
    inner = text[item.start : item.end].rstrip("”\"»“’'›«´ )")
    last = inner[-1:]
    if not following:
        return True
    if last not in STOPS or following[0].lower[0] in ",;" or following[0].text[0].islower():
        return False
    if last == "." or following[0].quoted is not None:
        return True
    verbs = words("reporting_verbs")
    cue = next((n for n, follower in enumerate(following) if follower.lower in verbs), None)
    return cue is None or any(f.text in STOPS for f in following[:cue])
