"""An article's paragraphs of words in, the windows that the model reads out; they depend on that article alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from backstory.annotate.tokens import Words, plain

if TYPE_CHECKING:
    from tokenizers import Tokenizer

__all__ = ["Pieces", "Window", "windows"]

ROOM = 192
"""Subwords a window at most: what the model was trained on. Longer ones cost more a word and brought nothing."""
CONTEXT = 32
"""Subwords at most of what stands before a window that are read again, for context only."""
OPENING, BREAK, UNKNOWN = 101, 102, 100
LONGEST = 12
"""Subwords of one word that are read; what is longer is an address or a code."""


@dataclass(slots=True)
class Window:
    """One reading of the model: subwords with their features, and where each word of it begins."""

    ids: list[int] = field(default_factory=lambda: [OPENING])
    cases: list[int] = field(default_factory=lambda: [0])
    marks: list[int] = field(default_factory=lambda: [0])
    first: list[int] = field(default_factory=list)
    words: list[int] = field(default_factory=list)
    """Each word's number in the article."""
    context: int = 0
    """How many of the first words are context, whose labels the window before has given."""

    def add(self, number: int, ids: Sequence[int], case: int, mark: int) -> None:
        """Put one word at the end."""
        self.first.append(len(self.ids))
        self.words.append(number)
        self.ids += ids
        self.cases += [case] * len(ids)
        self.marks += [mark] * len(ids)

    def break_off(self) -> None:
        """Put a paragraph's end at the end."""
        self.ids.append(BREAK)
        self.cases.append(0)
        self.marks.append(0)


class Pieces:
    """Each word's subwords, remembered for the commoner words."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        tokenizer.no_padding()
        tokenizer.no_truncation()
        self._tokenizer = tokenizer
        self.of = lru_cache(maxsize=1 << 16)(self._of)

    def _of(self, word: str) -> tuple[int, ...]:
        ids = self._tokenizer.encode(plain(word), add_special_tokens=False).ids
        return tuple(ids[:LONGEST]) or (UNKNOWN,)


@dataclass(frozen=True, slots=True)
class _Unit:
    """A paragraph, or the part of a long one that fits a window: words [begin, end) and their subwords."""

    paragraph: Words
    offset: int
    begin: int
    end: int
    ids: Sequence[tuple[int, ...]]

    @property
    def size(self) -> int:
        return 1 + sum(len(ids) for ids in self.ids[self.begin : self.end])


def windows(paragraphs: Sequence[Words], pieces: Pieces) -> Iterator[Window]:
    """Yield windows that together read every word once as other than context, paragraphs whole where they fit."""
    run: list[_Unit] = []
    used = 0
    before: list[_Unit] = []
    for unit in _units(paragraphs, pieces):
        if run and used + unit.size > ROOM - 1:
            yield _window(run, _tail(before))
            before, run, used = run, [], 0
        if not run:
            used = _cost(_tail(before))
            if used + unit.size > ROOM - 1:
                before, used = [], 0
        run.append(unit)
        used += unit.size
    if run:
        yield _window(run, _tail(before))


def _units(paragraphs: Sequence[Words], pieces: Pieces) -> Iterator[_Unit]:
    offset = 0
    for words in paragraphs:
        ids = [pieces.of(word) for word in words.texts]
        begin = 0
        while begin < len(ids):
            end, size = begin, 2
            while end < len(ids) and size + len(ids[end]) <= ROOM:
                size += len(ids[end])
                end += 1
            yield _Unit(words, offset, begin, end, ids)
            begin = end
        offset += len(ids)


def _tail(run: Sequence[_Unit]) -> _Unit | None:
    """Return the last words of a run, as many as are read again for context."""
    if not run:
        return None
    last = run[-1]
    begin, size = last.end, 1
    while begin > last.begin and size + len(last.ids[begin - 1]) <= CONTEXT:
        begin -= 1
        size += len(last.ids[begin])
    return _Unit(last.paragraph, last.offset, begin, last.end, last.ids)


def _cost(unit: _Unit | None) -> int:
    return unit.size if unit else 0


def _window(run: Sequence[_Unit], context: _Unit | None) -> Window:
    window = Window()
    for unit in ([context] if context else []) + list(run):
        for i in range(unit.begin, unit.end):
            window.add(unit.offset + i, unit.ids[i], unit.paragraph.cases[i], unit.paragraph.marks[i])
        cut_off = unit is context and unit.paragraph is run[0].paragraph
        if not cut_off:
            window.break_off()
        if unit is context:
            window.context = unit.end - unit.begin
    return window
