"""The articles of one component and how likely each two are of one event in, the same seen beside the others out.

Reports on one affair share its names and words whichever event of it they tell. So a component is looked at once more,
and a term counts the less the more of its articles have it: what all share says nothing about two of them. A function
of the component alone; its sums are of whole numbers, so that they are exact.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import IO

import numpy as np
import numpy.typing as npt

from backstory.stories.evidence import DECAY, GRACE
from backstory.stories.profile import Profile

__all__ = ["COLUMNS", "FEWEST", "columns", "lines_of", "seen_within"]

Floats = npt.NDArray[np.float64]
Pair = tuple[str, str]

FIELDS = ("lead", "body", "names", "numbers")
COLUMNS = ("odds", *FIELDS, "days_clash", "days_shared", "runs")
"""What is weighed of a pair; `training/stories/within` and this module agree on them by this name and order."""
MOST_RUNS = 15
"""Runs in common from which more say nothing more: two of three sentences are the same."""
FEWEST = 4
"""Articles of a component from which the others say something about two of them."""
STEPS = 16
MOST_ODDS = 4.0
"""Log odds beyond which a pair is as sure as can be: what is kept of a likelihood has three decimals."""
LEAST = 0.02
"""A pair that is less likely is kept as none."""
APART = 0.5
"""Log odds that every day between two reports takes after GRACE: more than before their component was looked at, for
what is alike through weeks is mostly a thread. Set on the sample: B-cubed F1 .637 at .15, .651 at .3, .675 at .5."""
DATING = math.log(0.8 / 0.2)
"""Log odds from which an undated article takes the days of the dated one that it is likest to."""
VAGUE = 240.0
"""Hours; a date that is known less precisely is none here."""


def seen_within(
    profiles: Sequence[Profile], probability: Mapping[Pair, float], line: Floats | None = None
) -> dict[Pair, float]:
    """Return the probability of each two of a component's articles, beside the others; as given where they are few.

    Two headlines keep their own: they have too few words for some to be shared by all (B-cubed F1 on headlines kept out
    .910 by a line of their own, .911 without).

    Args:
        profiles: of all articles of the component.
        probability: of each pair (the lesser key first) by itself; a pair that is not there has none.
        line: the weights of COLUMNS and a constant; by default those that ship.
    """
    if len(profiles) < FEWEST:
        return dict(probability)
    ordered = sorted(profiles, key=lambda p: p.article_id)
    first, second = np.triu_indices(len(ordered), 1)
    rows = columns(ordered, probability)
    weights = _shipped() if line is None else line
    odds = (rows * weights[:-1]).sum(axis=1) + weights[-1]
    apart = _days_apart(_times(ordered, odds))
    odds = odds - APART * np.maximum(apart - GRACE, 0)[first, second]
    found = np.round(1 / (1 + np.exp(-odds)), 3).tolist()
    seen, bare = {}, [_is_bare(one) for one in ordered]
    for a, b, value in zip(first.tolist(), second.tolist(), found, strict=True):
        pair = (ordered[a].article_id, ordered[b].article_id)
        seen[pair] = probability.get(pair, 0.0) if bare[a] and bare[b] else value
    return seen


def _is_bare(one: Profile) -> bool:
    """Whether there is a headline and nothing else."""
    return one.short and one.fields["body"] == one.fields["title"]


def columns(ordered: Sequence[Profile], probability: Mapping[Pair, float]) -> Floats:
    """Return the columns of COLUMNS for every two of `ordered`, articles in the order of their keys."""
    decay = DECAY * np.maximum(_days_apart(_times(ordered)) - GRACE, 0)
    odds = _odds([p.article_id for p in ordered], probability, decay)
    first, second = np.triu_indices(len(ordered), 1)
    alike = [_alike([p.fields[name] for p in ordered]) for name in FIELDS]
    found = [odds, *alike, *_weekdays(ordered), _runs(ordered)]
    return np.asarray(np.round(np.stack([one[first, second] for one in found], axis=1), 5), dtype=np.float64)


def _weekdays(ordered: Sequence[Profile]) -> tuple[Floats, Floats]:
    """Return for every two whether both name days of the week and none is the same, and the share that is.

    Of the pairs of a component of ECB+, a third as many of one event clash as of two, 2.7 times as many share a day.
    """
    named = np.array([[day in p.weekdays for day in range(7)] for p in ordered], dtype=np.float64)
    shared, counts = named @ named.T, named.sum(axis=1)
    fewest = np.minimum.outer(counts, counts)
    return ((fewest > 0) & (shared == 0)).astype(np.float64), shared / np.maximum(fewest, 1)


def _runs(ordered: Sequence[Profile]) -> Floats:
    """Return how many runs of words every two share, as a logarithm: reports on one event cut the same words."""
    shared = [[min(len(one.runs & other.runs), MOST_RUNS) for other in ordered] for one in ordered]
    return np.log1p(np.array(shared, dtype=np.float64))


def _odds(keys: Sequence[str], probability: Mapping[Pair, float], decay: Floats) -> Floats:
    """Return the log odds of each pair as if no days lay between the two."""
    place = {key: at for at, key in enumerate(keys)}
    odds = np.full((len(keys), len(keys)), -MOST_ODDS)
    for (one, other), value in probability.items():
        if value >= LEAST and one in place and other in place:
            a, b = place[one], place[other]
            kept = min(value, 1 - LEAST)
            odds[a, b] = odds[b, a] = min(math.log(kept / (1 - kept)) + decay[a, b], MOST_ODDS)
    np.fill_diagonal(odds, 0)
    return odds


def _times(ordered: Sequence[Profile], odds: Floats | None = None) -> list[tuple[float, float] | None]:
    """Return the hours in which each article came out, None where not known; with `odds` the likest dated one's."""
    known = [
        (p.earliest, p.latest)
        if p.earliest is not None and p.latest is not None and p.latest - p.earliest <= VAGUE
        else None
        for p in ordered
    ]
    if odds is None:
        return known
    likely = np.full((len(ordered), len(ordered)), -np.inf)
    likely[np.triu_indices(len(ordered), 1)] = odds
    likely = np.maximum(likely, likely.T)
    times = list(known)
    for at, one in enumerate(ordered):
        fits = [place for place, when in enumerate(known) if when is not None and _can_be(one, when)]
        if known[at] is None and fits:
            best = max(fits, key=lambda place: (likely[at, place], -place))
            times[at] = known[best] if likely[at, best] >= DATING else None
    return times


def _can_be(one: Profile, when: tuple[float, float]) -> bool:
    """Whether an article can have come out then, by what is known of its date."""
    return (one.earliest is None or when[1] >= one.earliest) and (one.latest is None or when[0] <= one.latest)


def _days_apart(times: Sequence[tuple[float, float] | None]) -> Floats:
    """Return the days that certainly lie between every two; 0 where one is undated."""
    dated = np.array([when is not None for when in times])
    earliest, latest = (np.array([when[side] if when else 0.0 for when in times]) for side in (0, 1))
    between = earliest[:, None] - latest[None, :]
    return np.where(dated[:, None] & dated[None, :], np.maximum(np.maximum(between, between.T), 0) / 24, 0.0)


def _alike(fields: Sequence[Mapping[str, int]]) -> Floats:
    """Return the cosine of every two articles over the terms that two of them have, the common ones weighing less."""
    holders = Counter(term for field in fields for term in field)
    terms = {term: place for place, term in enumerate(sorted(term for term in holders if holders[term] > 1))}
    rarity = {term: math.log((len(fields) + 1) / (holders[term] + 0.5)) for term in terms}
    matrix = np.zeros((len(fields), len(terms)))
    for row, field in enumerate(fields):
        for term, value in field.items():
            if term in terms:
                matrix[row, terms[term]] = round(STEPS * value * rarity[term])
    products = matrix @ matrix.T
    lengths = np.sqrt(np.diag(products))
    return np.asarray(products / np.maximum(np.outer(lengths, lengths), 1), dtype=np.float64)


@lru_cache(maxsize=1)
def _shipped() -> Floats:
    with (files("backstory.models") / "stories-within.npz").open("rb") as handle:
        return np.asarray(lines_of(handle)[-1], dtype=np.float64)


def lines_of(handle: IO[bytes]) -> Floats:
    """Return what `training/stories/within` wrote: the line of each fold, and last the one learned from all."""
    with np.load(handle, allow_pickle=False) as arrays:
        return np.asarray(arrays["lines"], dtype=np.float64)
