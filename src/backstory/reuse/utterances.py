"""Quotes in, their words out: which stand between quotation marks, which carry meaning, and who is said to speak."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np

from backstory.records import Article, Quote
from backstory.reuse.hashing import Flags, Hashes, grams
from backstory.reuse.tokens import Words, hash_of_word, normal_form, words_of
from backstory.reuse.variants import entries

__all__ = ["RUN_WORDS", "Utterance", "same_voice", "utterance_of"]

MARKED = re.compile(r"[“„«\"]([^“”„«»\"]+)(?:[”“»\"]|$)")
"""What a mixed quote gives in quotation marks."""
INSERTED = re.compile(r"\[[^\]]*\]")
"""What an editor put into a quotation."""
RUN_WORDS = 3
"""A shared run of fewer words is no evidence by itself."""
STEM = 4
"""Content words that begin with the same so many letters may be forms of one word (open, opened)."""


@dataclass(frozen=True)
class Utterance:
    """A quote, the article it stands in if that is known, and its words."""

    quote: Quote
    article: Article | None
    words: Words

    @cached_property
    def hashes(self) -> Hashes:
        """Return the hashes of the words."""
        return self.words.hashes

    @cached_property
    def verbatim(self) -> Flags:
        """Return which words are given as the speaker's own: all of a direct quote but what an editor inserted."""
        text, inside = self.quote.text, np.ones(len(self.hashes), dtype=bool)
        if self.quote.kind != "direct":
            marked = [match.span(1) for match in MARKED.finditer(text)] if self.quote.kind == "mixed" else []
            inside = self._within(marked) if marked or self.quote.kind == "indirect" else inside
        return inside & ~self._within([match.span() for match in INSERTED.finditer(text)])

    @cached_property
    def runs(self) -> frozenset[int]:
        """Return the hashes of every `RUN_WORDS` words in a row."""
        return frozenset(grams(self.hashes, RUN_WORDS).tolist())

    @cached_property
    def content(self) -> Flags:
        """Return which words carry meaning."""
        return ~np.isin(self.hashes, _function_words())

    @cached_property
    def stems(self) -> frozenset[str]:
        """Return the beginnings of the words that carry meaning."""
        spans = zip(self.words.starts[self.content].tolist(), self.words.ends[self.content].tolist(), strict=True)
        forms = (normal_form(self.quote.text[start:end]) for start, end in spans)
        return frozenset(form[: max(STEM, len(form) - 2)] if len(form) > STEM else form for form in forms)

    @cached_property
    def breaks(self) -> frozenset[int]:
        """Return the words before which the quote is seen to stop and begin again: a cue, a mark, three points."""
        begins, place = set(), 0
        for span in self.quote.spans[:-1]:
            place += span.end - span.start + 1
            begins.add(int(np.searchsorted(self.words.starts, place)))
        gaps = zip(self.words.ends[:-1].tolist(), self.words.starts[1:].tolist(), strict=True)
        seen = re.compile(r"[“”„«»\"…]|\.\.\.|\[")
        return frozenset(
            begins | {word for word, gap in enumerate(gaps, 1) if seen.search(self.quote.text[slice(*gap)])}
        )

    @cached_property
    def voice(self) -> tuple[str, ...]:
        """Return the words of the speaker that name somebody: those with capitals, without titles."""
        said = re.findall(r"[^\W\d_][\w’'-]*|\d+", self.quote.speaker or "")
        names = [word for word in said if word[0].isupper() or word[0].isdigit()]
        forms = [normal_form(re.sub(r"[’']s?$", "", word)) for word in names]
        return tuple(form for form in forms if form not in _titles() and form not in _plain_words())

    def _within(self, spans: Sequence[tuple[int, int]]) -> Flags:
        inside = np.zeros(len(self.hashes), dtype=bool)
        for start, end in spans:
            inside |= (self.words.starts >= start) & (self.words.ends <= end)
        return inside


def utterance_of(quote: Quote, article: Article | None) -> Utterance:
    """Return the words of `quote`."""
    return Utterance(quote, article, words_of(quote.text))


def same_voice(one: Utterance, two: Utterance) -> bool | None:
    """Return whether two quotes are said to be of one speaker; None where what they say does not tell.

    Two first names before one family name are two people; a bare role or a pronoun may be anybody.
    """
    ids = {one.quote.speaker_name_id, two.quote.speaker_name_id}
    if len(ids) == 1 and None not in ids:
        return True
    if not one.voice or not two.voice:
        return None
    if one.voice[-1] == two.voice[-1]:
        first, second = one.voice[-2:-1], two.voice[-2:-1]
        return not first or not second or first[0][0] == second[0][0]
    return bool(set(one.voice) & set(two.voice))


@cache
def _function_words() -> Hashes:
    return np.array(sorted({hash_of_word(word) for word in entries("function_words")}), dtype=np.uint64)


@cache
def _titles() -> frozenset[str]:
    return frozenset(normal_form(word) for word in entries("titles"))


@cache
def _plain_words() -> frozenset[str]:
    return frozenset(normal_form(word) for word in entries("function_words"))
