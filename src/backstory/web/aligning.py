"""What two articles share in, rows of a table out: a paragraph of the one beside what the other has of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from backstory.records import Change, Paragraph, Reading, Span
from backstory.reuse.tokens import words_of
from backstory.web.paint import Piece

__all__ = ["Row", "rows_of"]

CLASSES = {"shared": "same", "changed": "other", "cut": "own", "added": "own"}
MARKS_BETWEEN = 8
"""Characters between two words of one paragraph: marks and a blank; more is something that was left out."""


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


def rows_of(one: Reading, other: Reading, changes: Sequence[Change]) -> list[Row]:
    """Return the rows in the order of `one`; what only `other` has stands where it stands there."""
    rows: list[Row] = []
    at_one: Paragraph | None = None
    at_other: Paragraph | None = None
    for change in (part for whole in changes for part in _parts(whole, one, other)):
        of_one = _paragraph(one, change.a) if change.a else at_one
        of_other = _paragraph(other, change.b) if change.b else at_other
        next_one = change.a is not None and of_one is not at_one
        alone = change.a is None and of_other is not at_other
        if next_one or alone or not rows:
            rows.append(Row())
        row = rows[-1]
        if change.a:
            row.one_at = _add(row.one, one.text, row.one_at, change.a, change.kind)
        if change.b:
            row.other_at = _add(row.other, other.text, row.other_at, change.b, change.kind)
        at_one, at_other = of_one, of_other
    for row in rows:
        _with_marks(row.one, row.one_at, one)
        _with_marks(row.other, row.other_at, other)
    return rows


def _with_marks(pieces: list[Piece], held: Span | None, reading: Reading) -> None:
    """Add the marks that stand before the first word and after the last one of a paragraph."""
    if held is None:
        return
    for p in reading.paragraphs:
        if p.start < held.start < p.end and _marks(reading.text[p.start : held.start]):
            pieces.insert(0, Piece(reading.text[p.start : held.start]))
        if p.start < held.end < p.end and _marks(reading.text[held.end : p.end]):
            pieces.append(Piece(reading.text[held.end : p.end]))


def _marks(text: str) -> bool:
    return len(text) <= MARKS_BETWEEN and "\n" not in text and not any(letter.isalnum() for letter in text)


def _paragraph(reading: Reading, span: Span) -> Paragraph | None:
    return next((p for p in reading.paragraphs if p.start <= span.start < p.end), None)


def _add(pieces: list[Piece], text: str, held: Span | None, span: Span, kind: str) -> Span:
    """Add `span` to `pieces`, with the marks that stand before it; return what is held now."""
    if held is not None:
        between = text[held.end : span.start] if held.end <= span.start else "\n"
        pieces.append(Piece(between if _marks(between) else "\n"))
    pieces.append(Piece(text[span.start : span.end], CLASSES[kind]))
    return Span(min(held.start, span.start), max(held.end, span.end)) if held else span


def _parts(change: Change, one: Reading, other: Reading) -> Iterator[Change]:
    """Yield a change cut where a paragraph ends; of shared words both sides are cut before the same word."""
    if change.a and change.b and change.kind == "shared":
        yield from _shared(change.a, change.b, one, other)
    elif change.a and not change.b:
        for span in _by_paragraph(one, change.a):
            yield Change(change.kind, span, None)
    elif change.b and not change.a:
        for span in _by_paragraph(other, change.b):
            yield Change(change.kind, None, span)
    else:
        yield change


def _by_paragraph(reading: Reading, span: Span) -> Iterator[Span]:
    for p in reading.paragraphs:
        if p.start < span.end and p.end > span.start:
            yield Span(max(p.start, span.start), min(p.end, span.end))


def _shared(a: Span, b: Span, one: Reading, other: Reading) -> Iterator[Change]:
    ours, theirs = words_of(one.text[a.start : a.end]), words_of(other.text[b.start : b.end])
    inside = [p.start - a.start for p in one.paragraphs if a.start < p.start < a.end]
    cuts = sorted(set(np.searchsorted(ours.starts, inside).tolist()) - {0, len(ours.starts)})
    if len(ours.hashes) != len(theirs.hashes) or not cuts:
        yield Change("shared", a, b)
        return
    for first, last in zip([0, *cuts], [*cuts, len(ours.hashes)], strict=True):
        yield Change(
            "shared",
            Span(a.start + int(ours.starts[first]), a.start + int(ours.ends[last - 1])),
            Span(b.start + int(theirs.starts[first]), b.start + int(theirs.ends[last - 1])),
        )
