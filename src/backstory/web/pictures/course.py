"""The happenings of a story in, its course as a picture out: one mark a day, as large as what is told of that day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

from backstory.web.pictures.axis import Axis, Tick, axis_of
from backstory.web.pictures.strips import Strip, strip_of

__all__ = ["Course", "Dot", "course_of", "near_days"]

NEAR_DAYS = 21
"""Days further from the reports than this, or than the reports span, are listed and not drawn: one sentence on 1985
would press the rest together."""
LARGEST = 16.0
LEAST = 5.0
LINE = 40


@dataclass(frozen=True, slots=True)
class Dot:
    """A day with happenings: where it stands, how large, what it leads to, and its weightiest sentence."""

    x: float
    radius: float
    day: str
    count: int
    text: str
    announced: bool


@dataclass(frozen=True, slots=True)
class Course:
    """Dots above an axis, and under it the days on which articles came out."""

    dots: tuple[Dot, ...]
    ticks: tuple[Tick, ...]
    reports: Strip
    line: int
    height: int


def course_of(happenings: Sequence[dict[str, Any]], reports: dict[str, int]) -> Course | None:
    """Return the picture of a story whose articles came out on the days of `reports`; None where no day is known."""
    days = near_days([row["date"] for row in happenings], list(reports))
    axis = axis_of([*days, *reports], pad=1)
    if axis is None:
        return None
    by_day: dict[str, list[dict[str, Any]]] = {}
    for row in happenings:
        if row["date"] in days:
            by_day.setdefault(row["date"], []).append(row)
    heaviest = max((sum(row["weight"] for row in held) for held in by_day.values()), default=1.0)
    dots = [_dot(axis, day, by_day[day], heaviest) for day in sorted(by_day)]
    strip = strip_of(reports, axis, height=22)
    return Course(tuple(dot for dot in dots if dot), tuple(axis.ticks()), strip, LINE, LINE + 64)


def _dot(axis: Axis, day: str, held: list[dict[str, Any]], heaviest: float) -> Dot | None:
    x = axis.x(day)
    if x is None:
        return None
    weight = sum(row["weight"] for row in held)
    radius = round(LEAST + (LARGEST - LEAST) * sqrt(weight / heaviest), 1)
    return Dot(x, radius, day, len(held), held[0]["text"], all(row["announced"] for row in held))


def near_days(days: list[str], reports: list[str]) -> set[str]:
    """Return the days that are drawn: those near the reports, or all where no report is dated."""
    axis = axis_of(reports)
    axis = axis_of(reports, pad=max(NEAR_DAYS, axis.days)) if axis else None
    return {day for day in days if axis is None or axis.x(day) is not None}
