"""Two profiles in, the probability that they are of one story and the strongest reasons in words out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import IO

import numpy as np
import numpy.typing as npt

from backstory.clean.trees import Trees, trees_from
from backstory.stories.profile import FIELDS, Profile

__all__ = ["FEATURES", "Model", "Reason", "Table", "features", "model_from", "probabilities", "reasons", "shipped"]

Floats = npt.NDArray[np.float32]
Indices = npt.NDArray[np.intp]

FEATURES = (
    *FIELDS, "vector", "title_in_other", "title_in_other_least", "names_held", "names_held_least", "body_held",
    "short", "one_short", "gap",
)  # fmt: skip
"""The columns that the model reads; `training/stories` and this module agree on them by this name and order."""
ABSENT = -1.0
"""A field's likeness where one of the two has nothing in it: not the same as sharing nothing."""
GRACE = 2.0
"""Days within which time says nothing."""
DECAY = 0.15
"""Log odds that every further day takes. It is set by hand and not learned: the stories of the set of headlines hardly
overlap in time, and trees that see the hours tell them apart by those alone (B-cubed F1 1.00, and 0.9 for any two
articles of one day)."""
BLOCK = 20_000
"""Pairs scored at once: 30 MB of trees' nodes."""
REASONS = 3
NOTICED = 0.05
"""Log odds that a reason moves at least; less is no reason."""
SHOWN_TERMS = 3
"""Words that a reason names."""
GROUPS = {
    "words": ("title", "body", "lead", "title_in_other", "title_in_other_least", "body_held"),
    "names": ("names", "persons", "names_held", "names_held_least"),
    "places": ("places",),
    "figures": ("numbers", "years"),
    "meaning": ("vector",),
    "time": ("gap",),
}
"""Columns that say one thing in words."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One kind of evidence. `weight` is by how many log odds it moves the pair; below 0 it speaks against."""

    kind: str
    detail: str
    weight: float


class Table:
    """Profiles as matrices, for the evidence of many pairs of them at once. Every product in it is exact."""

    def __init__(self, profiles: Sequence[Profile]) -> None:
        """Take profiles in any order; pairs name them by their places in it."""
        self.profiles = tuple(profiles)
        self._rows = {name: _sparse([p.fields[name] for p in profiles]) for name in FIELDS}
        self._lengths = {name: _lengths(rows) for name, rows in self._rows.items()}
        self._totals = {name: np.array([sum(row.values()) for row in rows]) for name, rows in self._rows.items()}
        self._vectors = np.stack([p.vector for p in profiles]).astype(np.float32) if profiles else np.zeros((0, 384))
        self._vector_lengths = np.sqrt((self._vectors**2).sum(axis=1, dtype=np.float64))
        self._short = np.array([p.short for p in profiles], dtype=np.float32)
        self._known = np.array([p.earliest is not None and p.latest is not None for p in profiles])
        self._earliest = np.array([p.earliest or 0.0 for p in profiles])
        self._latest = np.array([p.latest or 0.0 for p in profiles])

    def features(self, first: Indices, second: Indices) -> Floats:
        """Return the columns of FEATURES for the pairs of `first` and `second`, places of profiles."""
        columns: list[npt.NDArray[np.floating]] = [self._likeness(name, name, first, second) for name in FIELDS]
        columns.append(self._meaning(first, second))
        one = self._likeness("title", "body", first, second)
        two = self._likeness("title", "body", second, first)
        columns += [np.maximum(one, two), np.minimum(one, two)]
        columns += self._held("names", first, second)
        columns.append(self._held("body", first, second)[0])
        both = self._short[first] * self._short[second]
        columns += [both, np.maximum(self._short[first], self._short[second]) - both]
        columns.append(self._gap(first, second))
        return np.stack(columns, axis=1).astype(np.float32)

    def _likeness(self, one: str, other: str, first: Indices, second: Indices) -> npt.NDArray[np.float64]:
        """Return the cosine of field `one` of the first with field `other` of the second."""
        mine, theirs = self._rows[one], self._rows[other]
        products = np.array([_product(mine[a], theirs[b]) for a, b in zip(first, second, strict=True)], np.float64)
        lengths = self._lengths[one][first] * self._lengths[other][second]
        return np.where(lengths > 0, products / np.maximum(lengths, 1), ABSENT)

    def _held(self, name: str, first: Indices, second: Indices) -> list[npt.NDArray[np.float64]]:
        """Return the greater and the lesser share of a field's weight that the other of the two has as well."""
        rows, totals = self._rows[name], self._totals[name]
        shared = np.array(
            [
                (sum(v for k, v in rows[a].items() if k in rows[b]), sum(v for k, v in rows[b].items() if k in rows[a]))
                for a, b in zip(first, second, strict=True)
            ],
            np.float64,
        ).reshape(-1, 2)
        shares = shared / np.maximum(np.stack([totals[first], totals[second]], axis=1), 1)
        empty = (totals[first] == 0) | (totals[second] == 0)
        return [np.where(empty, ABSENT, shares.max(axis=1)), np.where(empty, ABSENT, shares.min(axis=1))]

    def _meaning(self, first: Indices, second: Indices) -> npt.NDArray[np.float64]:
        products = (self._vectors[first] * self._vectors[second]).sum(axis=1, dtype=np.float64)
        lengths = self._vector_lengths[first] * self._vector_lengths[second]
        return np.where(lengths > 0, products / np.maximum(lengths, 1), ABSENT)

    def _gap(self, first: Indices, second: Indices) -> npt.NDArray[np.float64]:
        """Return the days that certainly lie between the two; 0 where one is undated."""
        known = self._known[first] & self._known[second]
        between = np.maximum(self._earliest[first] - self._latest[second], self._earliest[second] - self._latest[first])
        return np.where(known, np.maximum(between, 0) / 24, 0)


def _sparse(fields: Sequence[object]) -> list[dict[str, int]]:
    return [dict(field) for field in fields]  # type: ignore[call-overload]


def _lengths(rows: Sequence[dict[str, int]]) -> npt.NDArray[np.float64]:
    return np.sqrt(np.array([sum(value * value for value in row.values()) for row in rows], np.float64))


def _product(one: dict[str, int], other: dict[str, int]) -> int:
    if len(one) > len(other):
        one, other = other, one
    return sum(value * other[term] for term, value in one.items() if term in other)


def features(pairs: Sequence[tuple[Profile, Profile]]) -> Floats:
    """Return the columns of FEATURES, a row a pair."""
    flat = [profile for pair in pairs for profile in pair]
    places = np.arange(len(flat))
    return Table(flat).features(places[0::2], places[1::2])


@dataclass(frozen=True, slots=True)
class Model:
    """A boosted ensemble of small trees, and the lines that turn its log odds into calibrated ones.

    `slope` and `intercept` have two numbers: for pairs with a body to read, and for pairs of headlines.
    """

    trees: Trees
    slope: npt.NDArray[np.float64]
    intercept: npt.NDArray[np.float64]

    def odds(self, rows: Floats) -> npt.NDArray[np.float64]:
        """Return the calibrated log odds of each row of features."""
        found = [self.trees.score(rows[at : at + BLOCK]) for at in range(0, len(rows), BLOCK)]
        odds = np.concatenate(found).astype(np.float64) if found else np.zeros(0)
        apart = np.maximum(rows[:, FEATURES.index("gap")].astype(np.float64) - GRACE, 0)
        short = rows[:, FEATURES.index("short")].astype(np.intp)
        return np.asarray(self.slope[short] * odds + self.intercept[short] - DECAY * apart, dtype=np.float64)


def probabilities(rows: Floats, model: Model | None = None) -> npt.NDArray[np.float64]:
    """Return the probability of each row of features, to three decimals, by the shipped model or another."""
    odds = (model or shipped()).odds(rows)
    return np.round(1 / (1 + np.exp(-odds)), 3)


def reasons(pairs: Sequence[tuple[Profile, Profile]], *, most: int = REASONS) -> list[tuple[Reason, ...]]:
    """Return for each pair the strongest reasons for and against: what the odds lose where evidence is silent."""
    if not pairs:
        return []
    rows = features(pairs)
    odds = shipped().odds(rows)
    moved = {}
    for kind, names in GROUPS.items():
        silent = rows.copy()
        for name in names:
            silent[:, FEATURES.index(name)] = _neutral(name)
        moved[kind] = np.round(odds - shipped().odds(silent), 2)
    return [
        _strongest(pair, rows[at], {kind: float(weights[at]) for kind, weights in moved.items()}, most)
        for at, pair in enumerate(pairs)
    ]


def _strongest(pair: tuple[Profile, Profile], row: Floats, moved: dict[str, float], most: int) -> tuple[Reason, ...]:
    found = [Reason(kind, _detail(kind, *pair, row), weight) for kind, weight in moved.items()]
    told = [reason for reason in found if reason.detail and abs(reason.weight) >= NOTICED]
    return tuple(sorted(told, key=lambda reason: (-abs(reason.weight), reason.kind))[:most])


def _neutral(name: str) -> float:
    return ABSENT if name in FIELDS or name.startswith(("names", "title", "body", "vector")) else 0.0


def _detail(kind: str, one: Profile, other: Profile, row: Floats) -> str:
    if kind == "time":
        return _time(one, other)
    if kind == "meaning":
        return f"the model's vectors are at cosine {row[FEATURES.index('vector')]:.2f}"
    field = {"words": "body", "names": "names", "places": "places", "figures": "numbers"}[kind]
    mine, theirs = one.fields[field], other.fields[field]
    shared = sorted((term for term in mine if term in theirs), key=lambda t: (-mine[t] * theirs[t], t))[:SHOWN_TERMS]
    if shared:
        return "both have " + ", ".join(shared)
    return f"no {kind} in common" if mine and theirs else ""


def _time(one: Profile, other: Profile) -> str:
    if one.earliest is None or other.earliest is None or one.latest is None or other.latest is None:
        return ""
    days = max(one.earliest - other.latest, other.earliest - one.latest, 0) / 24
    return f"at least {days:.0f} days apart" if days >= 1 else "less than a day apart"


@lru_cache(maxsize=1)
def shipped() -> Model:
    """Return the model that ships with the package."""
    with (files("backstory.models") / "stories.npz").open("rb") as handle:
        return model_from(handle)


def model_from(handle: IO[bytes]) -> Model:
    """Return the model that `training/stories` wrote."""
    with np.load(handle, allow_pickle=False) as arrays:
        names = ("feature", "threshold", "left", "right", "value", "base", "depth")
        trees = trees_from(**{name: arrays[name] for name in names})
        return Model(trees, arrays["slope"].astype(np.float64), arrays["intercept"].astype(np.float64))
