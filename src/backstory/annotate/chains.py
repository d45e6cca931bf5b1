"""Scores of labels in, spans with their probabilities out: the decoding of linear-chain conditional random fields.

A span's probability is the share of all labellings of its paragraph in which exactly this span stands, by forward and
backward sums (Lafferty et al. 2001). Of the spans that are likely enough, those that do not overlap and are together
likeliest are chosen: where several borders of a long content compete, the best of them wins, which the single likeliest
labelling does not ensure. All paragraphs of an article are summed at once, for all chains and both ways (`sums.py`).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backstory.annotate.sums import Floats, Moves, Sums, sums

__all__ = ["Chain", "Labelled", "spans"]

LONGEST = 600
"""Words of the longest span that is looked for."""
AT_ONCE = 2048
"""Words whose sums are made at once, some 6 KB each: a text of a million words needs no more memory than a report."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """Words [first, last] of the article carry `kind`, with the probability that exactly this span does."""

    first: int
    last: int
    kind: str
    probability: float


@dataclass(frozen=True, slots=True)
class Chain(Moves):
    """One head's transition scores and its labels: O, B-x, I-x, B-y, ..."""

    labels: Sequence[str]


def spans(
    chains: Sequence[Chain], scores: Sequence[Floats], lengths: Sequence[int], least: Mapping[str, float]
) -> list[list[Labelled]]:
    """Return each chain's spans of consecutive paragraphs, in order, none overlapping another.

    Args:
        chains: one for each head.
        scores: for each head a row a word of the article, a column a label.
        lengths: how many words each paragraph has; empty ones are allowed.
        least: the probability from which a span of each kind is worth reporting.
    """
    found: list[list[Labelled]] = [[] for _ in chains]
    begin = 0
    for stretch in _stretches(lengths):
        own = [rows[begin : begin + sum(stretch)] for rows in scores]
        for held, chain, rows, summed in zip(found, chains, own, sums(chains, own, stretch), strict=True):
            for first, last, kind, probability in _chosen(_likely(chain, rows, summed, stretch, least), least):
                held.append(Labelled(begin + first, begin + last, kind, round(min(probability, 1.0), 4)))
        begin += sum(stretch)
    return found


def _stretches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Yield the paragraphs' lengths in groups that are summed at once; one that is longer than a group is cut."""
    stretch: list[int] = []
    for length in lengths:
        for size in [AT_ONCE] * (length // AT_ONCE) + [length % AT_ONCE] * (length % AT_ONCE > 0):
            if sum(stretch) + size > AT_ONCE:
                yield stretch
                stretch = []
            stretch.append(size)
    if stretch:
        yield stretch


def _likely(
    chain: Chain, scores: Floats, summed: Sums, lengths: Sequence[int], least: Mapping[str, float]
) -> Iterator[tuple[int, int, str, float]]:
    """Yield (first, last, kind, probability) of every span that is likely enough."""
    ends = np.cumsum(lengths)
    kinds = [label.partition("-")[2] for label in chain.labels[1::2]]
    lows = np.log([least[kind] for kind in kinds])
    found = summed.ahead[:, 1::2] + summed.behind[:-1, 1::2] - summed.whole > lows
    after = _after(chain, summed.behind[1:], ends)
    for number in np.nonzero(found.any(0))[0].tolist():
        begin, inside = 2 * number + 1, 2 * number + 2
        steps = np.cumsum(scores[:, inside] + chain.moves[inside, inside])
        goes_on = steps + after[:, inside] + (chain.moves[begin, inside] - chain.moves[inside, inside])
        (starts,) = np.nonzero(found[:, number])
        opened = summed.ahead[starts, begin] + scores[starts, begin] - summed.whole
        at_once, goes_from = opened + after[starts, begin], opened - steps[starts]
        stops = np.minimum(starts + LONGEST, ends[np.searchsorted(ends, starts, side="right")])
        for at, (start, stop) in enumerate(zip(starts.tolist(), stops.tolist(), strict=True)):
            logs = goes_on[start:stop] + goes_from[at]
            logs[0] = at_once[at]
            for more in np.nonzero(logs > lows[number])[0].tolist():
                yield start, start + more, kinds[number], float(np.exp(logs[more]))


def _after(chain: Chain, behind: Floats, ends: NDArray[np.intp]) -> Floats:
    """Return the log sum of all that may follow a span that ends at a word (row) with a label (column)."""
    highest = behind.max(1, keepdims=True)
    moves = np.exp(chain.moves)
    insides = np.arange(2, len(moves), 2)
    moves[insides - 1, insides] = moves[insides, insides] = 0
    result: Floats = np.log(np.exp(behind - highest) @ moves.T) + highest
    opening = behind[ends - 1] + chain.first
    most = opening.max(1, keepdims=True)
    result[ends - 1] = chain.last + np.log(np.exp(opening - most).sum(1, keepdims=True)) + most
    return result


def _chosen(
    likely: Iterator[tuple[int, int, str, float]], least: Mapping[str, float]
) -> list[tuple[int, int, str, float]]:
    """Return the spans without overlap whose probabilities beyond `least` add up to most."""
    found = sorted(likely, key=lambda s: (s[1], s[0], s[2]))
    ends = [span[1] for span in found]
    best = [0.0]
    before: list[int] = []
    for first, _, kind, probability in found:
        before.append(bisect_right(ends, first - 1))
        best.append(max(best[-1], best[before[-1]] + probability - least[kind]))
    chosen = []
    at = len(found)
    while at:
        if best[at] > best[at - 1]:
            chosen.append(found[at - 1])
            at = before[at - 1]
        else:
            at -= 1
    return chosen[::-1]
