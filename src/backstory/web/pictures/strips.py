"""How many articles came out on which day in, a strip of bars on a common axis out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

from backstory.web.pictures.axis import Axis

__all__ = ["Bar", "Strip", "strip_of"]


@dataclass(frozen=True, slots=True)
class Bar:
    """One day: its place and width in percent, its height and top in pixels, its count."""

    x: float
    width: float
    y: float
    height: float
    day: str
    count: int


@dataclass(frozen=True, slots=True)
class Strip:
    """The bars of a story, the line from its first to its last day, and all in words."""

    bars: tuple[Bar, ...]
    start: float
    length: float
    height: int


def strip_of(days: Mapping[str, int], axis: Axis, *, height: int = 28, most: int = 0) -> Strip:
    """Return the strip of `days`; `most` is the count that fills the height (the largest of them unless given)."""
    tallest = max(most, *days.values(), 1) if days else 1
    width = min(max(axis.width * 0.8, 0.5), 2.0)
    bars = []
    for day in sorted(days):
        x = axis.x(day)
        if x is not None:
            tall = max(3.0, round((height - 2) * sqrt(days[day] / tallest), 1))
            bars.append(Bar(round(x - width / 2, 3), round(width, 3), height - tall, tall, day, days[day]))
    start = bars[0].x if bars else 0.0
    end = bars[-1].x + bars[-1].width if bars else 0.0
    return Strip(tuple(bars), start, round(end - start, 3), height)
