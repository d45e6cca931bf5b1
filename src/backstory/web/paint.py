"""A text and marked spans in, pieces of text out: each with every mark that covers it, overlapping ones included."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from backstory.desk.showing.article import Annotation
from backstory.records import Span

__all__ = ["Piece", "marked", "painted"]

LINKED = {
    "person": "/name/",
    "organisation": "/name/",
    "place": "/name/",
    "work": "/name/",
    "other": "/name/",
    "speaker": "/name/",
}
"""Where a mark leads, with its `ref` behind it."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text under the same marks: their kinds as classes, where it leads, what it is, whether it is cited."""

    text: str
    classes: str = ""
    href: str = ""
    told: str = ""
    at: bool = False
    first: bool = False


def painted(text: str, start: int, end: int, marks: Iterable[Annotation], at: Span | None = None) -> Iterator[Piece]:
    """Yield `text[start:end]` cut wherever a mark begins or ends; `at` is the span that a citation leads to."""
    inside = [mark for mark in marks if mark.start < end and mark.end > start]
    if at is not None and at.start < end and at.end > start:
        inside.append(Annotation(at.start, at.end, "at"))
    edges = {start, end}
    for mark in inside:
        edges |= {max(mark.start, start), min(mark.end, end)}
    places = sorted(edges)
    inside.sort(key=lambda mark: (mark.start, -mark.end))
    for one, other in zip(places[:-1], places[1:], strict=True):
        over = [mark for mark in inside if mark.start <= one and mark.end >= other]
        yield _piece(text[one:other], one, over)


def _piece(text: str, start: int, over: list[Annotation]) -> Piece:
    if not over:
        return Piece(text)
    at = any(mark.kind == "at" for mark in over)
    kinds = dict.fromkeys(f"m-{mark.kind}" for mark in over if mark.kind != "at")
    href = next((LINKED[mark.kind] + mark.ref for mark in reversed(over) if mark.kind in LINKED and mark.ref), "")
    said = [mark for mark in over if mark.kind != "shared"] or over
    told = "; ".join(dict.fromkeys(mark.told for mark in said if mark.told))
    first = any(mark.kind == "at" and mark.start == start for mark in over)
    return Piece(text, " ".join(kinds), href, told, at, first)


def marked(text: str, start: int, end: int, spans: Iterable[Span]) -> Iterator[Piece]:
    """Yield `text[start:end]` with `spans` marked as found."""
    return painted(text, start, end, [Annotation(span.start, span.end, "found") for span in spans])
