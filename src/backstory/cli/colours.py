"""An article's text and its annotations in, the text in colours for a terminal out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import typer

from backstory.cli.output import plain

if TYPE_CHECKING:
    from backstory.desk.showing.article import Annotation

__all__ = ["coloured", "legend"]

STYLES: dict[str, dict[str, Any]] = {
    "quote": {"fg": "green"},
    "indirect": {"fg": "green", "italic": True},
    "cue": {"fg": "green", "underline": True},
    "speaker": {"fg": "cyan", "bold": True},
    "person": {"fg": "cyan"},
    "organisation": {"fg": "blue"},
    "place": {"fg": "magenta"},
    "time": {"fg": "yellow"},
    "figure": {"fg": "red"},
}
"""How each kind is written; where one stands within another, the shorter shows."""


def coloured(text: str, start: int, end: int, marks: Sequence[Annotation]) -> str:
    """Return `text[start:end]` with the marks in it in colours."""
    shown: list[str | None] = [None] * (end - start)
    for mark in sorted(marks, key=lambda one: (one.start - one.end, one.start, one.kind)):
        low, high = max(mark.start, start) - start, min(mark.end, end) - start
        if mark.kind in STYLES and low < high:
            shown[low:high] = [mark.kind] * (high - low)
    pieces = []
    at = 0
    for place in range(1, len(shown) + 1):
        if place == len(shown) or shown[place] != shown[at]:
            piece = plain(text[start + at : start + place])
            kind = shown[at]
            pieces.append(typer.style(piece, **STYLES[kind]) if kind else piece)
            at = place
    return "".join(pieces)


def legend() -> str:
    """Return the kinds, each in its colour."""
    return " ".join(typer.style(kind, **style) for kind, style in STYLES.items())
