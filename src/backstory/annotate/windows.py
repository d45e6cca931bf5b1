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
"""Subwords a window at most, as in training. 256, or reading 32 or 64 of those before again, moved exact F1 by .007."""
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

    def add(self, ids: Sequence[int], case: int, mark: int) -> None:
        """Put one word at the end."""
        self.first.append(len(self.ids))
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


def windows(paragraphs: Sequence[Words], pieces: Pieces) -> Iterator[Window]:
    """Yield windows that together read every word once, in order; a paragraph is cut only where it fits no window."""
    window = Window()
    for words in paragraphs:
        ids = [pieces.of(word) for word in words.texts]
        begin = 0
        while begin < len(ids):
            end, size = _fitting(ids, begin)
            if window.first and len(window.ids) + size + 1 > ROOM:
                yield window
                window = Window()
            for i in range(begin, end):
                window.add(ids[i], words.cases[i], words.marks[i])
            window.break_off()
            begin = end
    if window.first:
        yield window


def _fitting(ids: Sequence[tuple[int, ...]], begin: int) -> tuple[int, int]:
    """Return where a part from `begin` on must end to fit a window of its own, and its subwords."""
    end, size = begin, 0
    while end < len(ids) and size + len(ids[end]) + 2 <= ROOM:
        size += len(ids[end])
        end += 1
    return end, size
