"""What two articles share in, rows of a table out: a paragraph of the one beside what the other has of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from backstory.records import Change, Paragraph, Reading, Span
from backstory.web.paint import Piece

__all__ = ["Row", "rows_of"]

CLASSES = {"shared": "same", "changed": "other", "cut": "own", "added": "own"}


@dataclass(slots=True)
class Row:
    """A paragraph of one article and the words of another that stand beside it."""

    one: list[Piece] = field(default_factory=list)
    other: list[Piece] = field(default_factory=list)
    one_at: Span | None = None
    other_at: Span | None = None

    @property
    def shares(self) -> bool:
        """Whether both sides have some words in common."""
        return any(piece.classes == "same" for piece in self.one)


class _Side:
    """The pieces of one article, given out from left to right with the marks between words."""

    def __init__(self, reading: Reading) -> None:
        self.text = reading.text
        self._paragraphs = list(reading.paragraphs)

    def paragraph(self, span: Span) -> Paragraph | None:
        return next((p for p in self._paragraphs if p.start <= span.start < p.end), None)

    def add(self, pieces: list[Piece], held: Span | None, span: Span, kind: str) -> Span:
        """Add `span` to `pieces`, with what lies between it and what is `held` where both are of one paragraph."""
        if held is not None and held.end <= span.start:
            between = self.text[held.end : span.start]
            pieces.append(Piece(between if len(between) < 8 and "\n" not in between else "\n"))
        pieces.append(Piece(self.text[span.start : span.end], CLASSES[kind]))
        return Span(min(held.start, span.start) if held else span.start, span.end)


def rows_of(one: Reading, other: Reading, changes: Sequence[Change]) -> list[Row]:
    """Return the rows in the order of `one`; what only `other` has stands where it stands there."""
    left, right = _Side(one), _Side(other)
    rows: list[Row] = []
    at_left: Paragraph | None = None
    at_right: Paragraph | None = None
    for change in changes:
        of_left = left.paragraph(change.a) if change.a else at_left
        of_right = right.paragraph(change.b) if change.b else at_right
        new_left = change.a is not None and of_left is not at_left
        alone = change.a is None and of_right is not at_right and bool(rows and (rows[-1].one or rows[-1].other))
        if new_left or alone or not rows:
            rows.append(Row())
        row = rows[-1]
        if change.a:
            row.one_at = left.add(row.one, row.one_at, change.a, change.kind)
        if change.b:
            row.other_at = right.add(row.other, row.other_at, change.b, change.kind)
        at_left, at_right = of_left, of_right
    return rows
