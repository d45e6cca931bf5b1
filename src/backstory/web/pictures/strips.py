"""How many articles came out on which day in, a strip of bars on a common axis out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

from backstory.web.pictures.axis import Axis

__all__ = ["Bar", "Strip", "strip_of"]

MOST_BARS = 180
"""Bars that stand apart from each other on a telephone."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One day or a few: its place and width in percent, its height and top in pixels, its days and count."""

    x: float
    width: float
    y: float
    height: float
    day: str
    last: str
    count: int


@dataclass(frozen=True, slots=True)
class Strip:
    """The bars of a story, the line from its first to its last day, and all in words."""

    bars: tuple[Bar, ...]
    start: float
    length: float
    height: int


def strip_of(days: Mapping[str, int], axis: Axis, *, height: int = 28, most: int = 0) -> Strip:
    """Return the strip of `days`; `most` is the count that fills the height (the largest of them unless given).

    On an axis of more than `MOST_BARS` days, neighbouring days share a bar.
    """
    runs = _runs(days, axis)
    tallest = max([most, 1, *(sum(days[day] for day in run) for run in runs)])
    width = min(max(axis.width * 0.8, 0.5), 2.0)
    bars = []
    for run in runs:
        count, x = sum(days[day] for day in run), axis.x(run[0]) or 0.0
        tall = max(3.0, round((height - 2) * sqrt(count / tallest), 1))
        bars.append(Bar(round(x - width / 2, 3), round(width, 3), height - tall, tall, run[0], run[-1], count))
    start = bars[0].x if bars else 0.0
    end = bars[-1].x + bars[-1].width if bars else 0.0
    return Strip(tuple(bars), start, round(end - start, 3), height)


def _runs(days: Mapping[str, int], axis: Axis) -> list[list[str]]:
    """Return the days that lie on the axis, those of one bar together."""
    runs: dict[int, list[str]] = {}
    for day in sorted(days):
        x = axis.x(day)
        if x is not None:
            place = int(x / 100 * MOST_BARS) if axis.days > MOST_BARS else len(runs)
            runs.setdefault(place, []).append(day)
    return list(runs.values())
