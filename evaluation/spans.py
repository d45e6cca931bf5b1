"""Spans found and spans meant in, exact precision, recall and F1 out; and a text's spans as spans of tokens."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field

from backstory.records import Span

__all__ = ["Tally", "joined", "on_tokens", "runs"]

WRITTEN = {"``": "“", "''": "”", "-LRB-": "(", "-RRB-": ")", "-LSB-": "[", "-RSB-": "]", "-LCB-": "{", "-RCB-": "}"}
"""The Penn Treebank's spellings of marks, and what stood in the news."""


@dataclass(slots=True)
class Tally:
    """Counts of spans: how many are meant, found, and both."""

    meant: int = 0
    found: int = 0
    both: int = 0

    def add(self, meant: Iterable[Hashable], found: Iterable[Hashable]) -> None:
        """Count one text's spans."""
        wanted, given = set(meant), set(found)
        self.meant += len(wanted)
        self.found += len(given)
        self.both += len(wanted & given)

    @property
    def f1(self) -> float:
        """Return F1, 0 where nothing is both."""
        return 2 * self.both / max(self.meant + self.found, 1)

    def __str__(self) -> str:
        precision, recall = self.both / max(self.found, 1), self.both / max(self.meant, 1)
        return f"P {precision:.3f}  R {recall:.3f}  F1 {self.f1:.3f}  ({self.meant} meant, {self.found} found)"


@dataclass(slots=True)
class Joined:
    """Tokenised paragraphs as one text: a line each, tokens joined by spaces."""

    text: str = ""
    paragraphs: list[Span] = field(default_factory=list)
    tokens: list[list[Span]] = field(default_factory=list)


def joined(paragraphs: Iterable[Sequence[str]]) -> Joined:
    """Return the paragraphs as one text with the place of each token."""
    result, parts, at = Joined(), [], 0
    for tokens in paragraphs:
        begin, places = at, []
        for token in tokens:
            word = WRITTEN.get(token, token)
            places.append(Span(at, at + len(word)))
            parts.append(word + " ")
            at += len(word) + 1
        result.paragraphs.append(Span(begin, at - 1))
        result.tokens.append(places)
        parts[-1] = parts[-1][:-1] + "\n"
    result.text = "".join(parts)
    return result


def on_tokens(tokens: Sequence[Span], start: int, end: int) -> tuple[int, int] | None:
    """Return the first and last token that [start, end) touches, or None."""
    touched = [i for i, token in enumerate(tokens) if token.start < end and token.end > start]
    return (touched[0], touched[-1]) if touched else None


def runs(labels: Sequence[str]) -> list[tuple[int, int, str]]:
    """Return (first, last, kind) of each span of B- and I- labels."""
    result: list[tuple[int, int, str]] = []
    for i, label in enumerate(labels):
        kind = label[2:]
        if label.startswith("I-") and result and result[-1][1] == i - 1 and result[-1][2] == kind:
            result[-1] = (result[-1][0], i, kind)
        elif label != "O":
            result.append((i, i, kind))
    return result
