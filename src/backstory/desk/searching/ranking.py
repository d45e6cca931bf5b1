"""Rows with scores by words, shelves with cosines in, one score a row and the best row of each group out.

Words and meaning are joined by reciprocal rank (Cormack, Clarke and Büttcher, 2009): a row's score is the sum of
1 / (60 + rank) over the lists that have it, so that neither list's own scale counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from backstory.desk.searching.columns import Columns
from backstory.desk.searching.shelving import QUOTES, SHIFT

__all__ = ["Ranked", "fused", "page"]

DAMPING = 60
"""As in the paper."""
RANKED = 5_000
"""So many of the best by words have ranks of their own; those behind them keep their order below."""

Numbers: TypeAlias = NDArray[np.int64]
Scores: TypeAlias = NDArray[np.float64]
Flags: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Ranked:
    """Rows of the index with one score each, the higher the better; which were found by words, which by meaning."""

    rows: Numbers
    scores: Scores
    by_words: Flags
    by_meaning: Flags


def fused(columns: Columns, rows: Numbers, scores: Scores, near: Numbers, *, add: bool) -> Ranked:
    """Join rows found by words with the shelves `near` in meaning, the nearest first; with `add` also those alone."""
    values = _by_rank(columns, rows, scores)
    bonus = np.zeros(len(columns.kind))
    bonus[near] = 1 / (DAMPING + 1 + np.arange(len(near)))
    own = (rows & QUOTES) == 0
    gained = np.where(own, bonus[rows >> SHIFT], 0.0)
    by_words = np.ones(len(rows), bool)
    if add:
        more = near[~np.isin(near, rows[own] >> SHIFT)]
        rows = np.concatenate([rows, more << SHIFT])
        values = np.concatenate([values, np.zeros(len(more))])
        gained = np.concatenate([gained, bonus[more]])
        by_words = np.concatenate([by_words, np.zeros(len(more), bool)])
    return Ranked(rows, values + gained, by_words, gained > 0)


def _by_rank(columns: Columns, rows: Numbers, scores: Scores) -> Scores:
    """Return 1 / (60 + rank) for the best rows; behind them what is less, in the order of the scores."""
    values = np.zeros(len(rows))
    chosen = np.arange(len(rows))
    if len(rows) > RANKED:
        least = np.partition(scores, -RANKED)[-RANKED]
        chosen = np.flatnonzero(scores >= least)
        values = (scores - scores.min()) / max(float(np.ptp(scores)), 1e-9) / (DAMPING + len(chosen) + 1)
    order = chosen[np.lexsort((rows[chosen], columns.tie[rows[chosen] >> SHIFT], -scores[chosen]))]
    values[order] = 1 / (DAMPING + 1 + np.arange(len(order)))
    return values


def page(
    columns: Columns, ranked: Ranked, limit: int, offset: int, *, grouped: bool
) -> tuple[list[int], list[int], int]:
    """Return the places of a page's rows, how many others each one's group has, and how many groups there are."""
    rows = ranked.rows
    groups = columns.story[rows >> SHIFT] if grouped else np.arange(len(rows))
    sizes = np.bincount(groups, minlength=1)
    best = np.full(len(sizes), -1.0)
    np.maximum.at(best, groups, ranked.scores)
    here = np.flatnonzero(sizes)
    depth = offset + limit
    if len(here) > depth:
        here = here[best[here] >= np.partition(best[here], -depth)[-depth]]
    wanted = np.zeros(len(sizes), bool)
    wanted[here] = True
    places = np.flatnonzero(wanted[groups])
    order = places[np.lexsort((rows[places], columns.tie[rows[places] >> SHIFT], -ranked.scores[places]))]
    _, first = np.unique(groups[order], return_index=True)
    chosen = order[np.sort(first)][offset:depth]
    return chosen.tolist(), (sizes[groups[chosen]] - 1).tolist(), int(np.count_nonzero(sizes))
