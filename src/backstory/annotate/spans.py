"""What the annotators read: tokens of a text, and what a model found in an article. Offsets are into the source.

`Seen` is the contract with the model: everything in it may be absent or wrong, and the rules then stand alone.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple, Protocol

from backstory.records import Span

__all__ = ["Found", "Seen", "Told", "Token", "overlapping", "tokens"]


@dataclass(frozen=True, slots=True)
class Found:
    """A span that the model found. `label` is source, cue, content; person, organisation, place, other; or time."""

    start: int
    end: int
    label: str
    confidence: float


class Told(Protocol):
    """Contents with the cue and the source that the model links them to."""

    @property
    def contents(self) -> tuple[Found, ...]:
        """The contents, in order."""

    @property
    def cue(self) -> Found | None:
        """The cue, if there is one."""

    @property
    def source(self) -> Found | None:
        """The source, if there is one."""

    @property
    def probability(self) -> float:
        """The probability of the links."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the model found in one article, each in the order of the text."""

    parts: tuple[Found, ...] = ()
    entities: tuple[Found, ...] = ()
    times: tuple[Found, ...] = ()
    sentences: tuple[Span, ...] = ()
    attributions: tuple[Told, ...] = ()


class Token(NamedTuple):
    """A word (with its inner apostrophes, points and hyphens) or a single mark; a tuple, as there are so many."""

    start: int
    end: int
    text: str
    lower: str

    @property
    def is_word(self) -> bool:
        """Whether it begins with a letter or a digit."""
        return self.text[0].isalnum()

    @property
    def is_capital(self) -> bool:
        """Whether it begins with an upper-case letter."""
        return self.text[0].isupper()


# The possessive 's is a token of its own; "U.S." and "Sept." keep their points only where letters and points alternate.
TOKEN = re.compile(
    r"(?:[A-Za-z]\.){2,}|\d+(?:[.,:]\d+)+|[’'‘]s\b|[^\W_]+?(?=[’'‘]s\b)|[^\W_]+(?:[’'.&\-/][^\W_]+)*|[^\s]",
)


def tokens(text: str, start: int = 0, end: int | None = None, *, most: int | None = None) -> list[Token]:
    """Return the tokens of `text[start:end]`, or the first `most` of them, with offsets into `text`."""
    result = []
    for match in islice(TOKEN.finditer(text, start, len(text) if end is None else end), most):
        written = match.group()
        result.append(Token(*match.span(), written, written.lower().replace("’", "'")))
    return result


def overlapping(spans: Sequence[Found], start: int, end: int) -> list[Found]:
    """Return those of the ordered, disjoint `spans` that share a character with [start, end)."""
    first = bisect_left(spans, start, key=lambda span: span.end)
    result = []
    for span in spans[first:]:
        if span.start >= end:
            break
        if span.end > start:
            result.append(span)
    return result
