"""Amounts of a story's articles in, those that differ about the same thing out: update, rounding or conflict."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from backstory.timelines.things import Amount, things

__all__ = ["Amount", "Disagreement", "disagreements"]

ROUNDED = 0.06
"""Share by which values differ at most where one is a rounding of the other: 1,900 and 2,000, 212 and 212.4."""
ROUGHLY = 0.1
"""The same where one of them is said to be about so much: "31%" and "nearly a third"."""
BOUND = 0.2
"""Share by which "more than 300" may lie under the 340 that it speaks of, and "up to" above."""
LOW, HIGH = frozenset({"at least", "more than"}), frozenset({"at most", "less than"})


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Figures that differ about one thing. `kind` is update, rounding or conflict."""

    of: str
    kind: str
    members: tuple[Amount, ...]


def disagreements(amounts: Sequence[Amount]) -> list[Disagreement]:
    """Return the disagreements among the amounts of one story, in order of what they are of.

    Where a toll grew over days, counts that differ on one and the same day are a conflict of their own besides.
    """
    found = []
    for of, group in things(amounts):
        members = _firsts(group)
        if not _differ(members):
            continue
        toll = of.startswith("people ")
        kind = _kind(members, grows=toll)
        found.append(Disagreement(of, kind, tuple(members)))
        if toll and kind == "update":
            for day, own in _by_day(members).items():
                if _differ(own) and not _compatible(own, bound=1.0):
                    found.append(Disagreement(f"{of}, as of {day}", "conflict", tuple(own)))
    return found


def _firsts(group: Sequence[Amount]) -> list[Amount]:
    """Return each article's first telling of each value, the earliest days first."""
    firsts: dict[tuple[str, float], Amount] = {}
    for amount in sorted(group, key=lambda a: (a.figure.article_id, a.figure.start)):
        firsts.setdefault((amount.figure.article_id, amount.figure.value), amount)
    return sorted(firsts.values(), key=lambda a: (a.day or "9999", a.figure.article_id, a.figure.start))


def _differ(members: Sequence[Amount]) -> bool:
    return len({m.figure.value for m in members}) > 1 and len({m.figure.article_id for m in members}) > 1


def _by_day(members: Sequence[Amount]) -> dict[str, list[Amount]]:
    days: dict[str, list[Amount]] = defaultdict(list)
    for member in members:
        if member.day is not None:
            days[member.day].append(member)
    return dict(days)


def _kind(members: Sequence[Amount], *, grows: bool) -> str:
    """Tell a rounding from an update over days, and both from a conflict.

    A toll that only grows or only falls from day to day is brought up to date; so is any other figure that an outlet
    itself gives anew on a later day.
    """
    if _compatible(members):
        return "rounding"
    means = [sum(m.figure.value for m in own) / len(own) for _, own in sorted(_by_day(members).items())]
    steps = [later - earlier for earlier, later in zip(means, means[1:], strict=False)]
    moved = [step for step in steps if step]
    steady = bool(moved) and (min(moved) > 0 or max(moved) < 0)
    return "update" if (grows and steady) or _given_anew(members) else "conflict"


def _given_anew(members: Sequence[Amount]) -> bool:
    given: dict[str, dict[str, float]] = defaultdict(dict)
    for member in members:
        if member.sentence.outlet and member.day:
            given[member.sentence.outlet][member.day] = member.figure.value
    return any(len(set(days.values())) > 1 for days in given.values())


def _compatible(members: Sequence[Amount], *, bound: float = BOUND) -> bool:
    """Whether every two of the figures can be the same amount, said more or less exactly."""
    return all(_agree(one, other, bound) for at, one in enumerate(members) for other in members[at + 1 :])


def _agree(one: Amount, other: Amount, bound: float) -> bool:
    low, high = sorted((one.figure, other.figure), key=lambda figure: figure.value)
    apart = (high.value - low.value) / high.value if high.value else 0.0
    if low.qualifier in LOW or high.qualifier in HIGH:
        return apart <= bound
    if "about" in (low.qualifier, high.qualifier):
        return apart <= ROUGHLY
    return not apart or (apart <= ROUNDED and (_round(low.value) or _round(high.value)))


def _round(value: float) -> bool:
    return value >= 10 and float(f"{value:.1e}") == value
