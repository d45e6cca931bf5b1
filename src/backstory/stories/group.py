"""Probabilities of pairs in, stories out: connected components, each partitioned by a function of its own alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

__all__ = ["EDGE", "JOIN", "Wishes", "components", "partition"]

Floats = npt.NDArray[np.float64]
Pair = tuple[str, str]

EDGE = 0.5
"""Probability from which a pair is an edge of the graph whose components are partitioned."""
JOIN = 0.35
"""Mean probability of the pairs between two groups from which they are one story; docs/stories.md has the figures."""
NEVER = -1e9


@dataclass(frozen=True, slots=True)
class Wishes:
    """What people decided: pairs of articles that must be, or cannot be, of one story."""

    must: frozenset[Pair] = field(default=frozenset())
    cannot: frozenset[Pair] = field(default=frozenset())


def components(keys: Iterable[str], edges: Iterable[Pair]) -> list[list[str]]:
    """Return the connected components of a graph, each in order, ordered by their first."""
    root = {key: key for key in keys}

    def find(key: str) -> str:
        while root[key] != key:
            root[key] = root[root[key]]
            key = root[key]
        return key

    for one, other in edges:
        low, high = sorted((find(one), find(other)))
        root[high] = low
    found: dict[str, list[str]] = defaultdict(list)
    for key in sorted(root):
        found[find(key)].append(key)
    return sorted(found.values())


def partition(
    keys: Sequence[str], probability: Mapping[Pair, float], wishes: Wishes = Wishes(), *, join: float = JOIN
) -> list[list[str]]:
    """Return the stories of one component: average linkage, the surest groups first, ties by the order of `keys`.

    Args:
        keys: the articles; their order does not matter.
        probability: of each pair (the lesser key first); a pair that is not there has none.
        wishes: what people decided; a must wins over a cannot.
        join: mean probability under which groups stay apart.
    """
    ordered = sorted(keys)
    place = {key: at for at, key in enumerate(ordered)}
    groups = components(ordered, (pair for pair in sorted(wishes.must) if pair[0] in place and pair[1] in place))
    likeness = np.zeros((len(ordered), len(ordered)))
    for (one, other), value in probability.items():
        if one in place and other in place:
            likeness[place[one], place[other]] = likeness[place[other], place[one]] = value
    members = [[place[key] for key in group] for group in groups]
    apart = _apart(members, wishes, place)
    kept = _merged(members, _sums(likeness, members), apart, join)
    return sorted([ordered[at] for at in sorted(group)] for group in kept)


def _sums(likeness: Floats, members: Sequence[Sequence[int]]) -> Floats:
    """Return the sum of the likenesses between every two groups."""
    rows = np.stack([likeness[group].sum(axis=0) for group in members])
    return np.stack([rows[:, group].sum(axis=1) for group in members], axis=1)


def _apart(members: Sequence[Sequence[int]], wishes: Wishes, place: Mapping[str, int]) -> npt.NDArray[np.bool_]:
    owner = {at: number for number, group in enumerate(members) for at in group}
    apart = np.zeros((len(members), len(members)), dtype=np.bool_)
    for one, other in wishes.cannot:
        if one in place and other in place:
            a, b = owner[place[one]], owner[place[other]]
            apart[a, b] = apart[b, a] = a != b
    return apart


def _merged(
    members: Sequence[Sequence[int]], sums: Floats, apart: npt.NDArray[np.bool_], join: float
) -> list[list[int]]:
    """Join the two groups with the highest mean likeness until none reaches `join`."""
    groups = [list(group) for group in members]
    sizes = np.array([len(group) for group in groups], dtype=np.float64)
    means = np.round(sums / np.outer(sizes, sizes), 9)
    np.fill_diagonal(apart, val=True)
    means[apart] = NEVER
    best, places = means.argmax(axis=1), np.arange(len(groups))
    while True:
        first = int(means[places, best].argmax())
        one, other = sorted((first, int(best[first])))
        if means[one, other] < join:
            return [group for group in groups if group]
        groups[one] += groups[other]
        groups[other] = []
        sums[one] += sums[other]
        sums[:, one] += sums[:, other]
        sizes[one] += sizes[other]
        apart[one] |= apart[other]
        apart[other] = True
        apart[:, one], apart[:, other] = apart[one], True
        means[one] = np.where(apart[one], NEVER, np.round(sums[one] / (sizes[one] * sizes), 9))
        means[:, one] = means[one]
        means[other] = means[:, other] = NEVER
        changed = np.flatnonzero((best == one) | (best == other) | (means[one] > means[places, best]))
        best[changed] = means[changed].argmax(axis=1)
        best[one] = means[one].argmax()
