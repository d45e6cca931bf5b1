"""Days in, where they stand from left to right and which of them are named out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from backstory.web.rendering import day

__all__ = ["Axis", "Tick", "axis_of"]

TICKS = 4
"""Dates that stand side by side on a telephone."""
STEPS = (1, 2, 7, 14, 30, 61, 91, 182, 365, 730, 1826, 3652)


@dataclass(frozen=True, slots=True)
class Tick:
    """A named day at `x` percent."""

    x: float
    text: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Axis:
    """Days from `first` to `last`, each of the same width."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days there are."""
        return (self.last - self.first).days + 1

    @property
    def width(self) -> float:
        """The width of a day in percent."""
        return 100 / self.days

    def x(self, iso: str) -> float | None:
        """Return where the middle of a day stands in percent; None where it is no day of this axis."""
        found = _date(iso)
        if found is None or not self.first <= found <= self.last:
            return None
        return round(((found - self.first).days + 0.5) * self.width, 3)

    def ticks(self) -> list[Tick]:
        """Return the days that are named: a few, evenly apart, with the year where it changes."""
        step = next((step for step in STEPS if self.days / step <= TICKS), STEPS[-1])
        told: list[Tick] = []
        at, year = self.first, 0
        while at <= self.last:
            text = day(at.isoformat())
            x = ((at - self.first).days + 0.5) * self.width
            anchor = "start" if x < 8 else "end" if x > 92 else "middle"
            told.append(Tick(round(x, 3), text if at.year != year else text.rsplit(" ", 1)[0], anchor))
            at, year = at + timedelta(days=step), at.year
        return told


def axis_of(days: Iterable[str], *, most: int = 0, pad: int = 0) -> Axis | None:
    """Return the axis that holds all days, only the last `most` where that is given; None where none is known."""
    known = sorted(found for found in map(_date, days) if found is not None)
    if not known:
        return None
    first, last = known[0], known[-1]
    if most:
        first = max(first, last - timedelta(days=most - 1))
    return Axis(first - timedelta(days=pad), last + timedelta(days=pad))


def _date(iso: str) -> date | None:
    try:
        return date.fromisoformat(iso[:10]) if len(iso) >= 10 else None
    except ValueError:
        return None
