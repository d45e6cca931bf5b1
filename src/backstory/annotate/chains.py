"""Scores of labels in, spans with their probabilities out: the decoding of linear-chain conditional random fields.

A span's probability is the share of all labellings of its paragraph in which exactly this span stands, by forward and
backward sums (Lafferty et al. 2001). Of the spans that are likely enough, those that do not overlap and are together
likeliest are chosen: where several borders of a long content compete, the best of them wins, which the single likeliest
labelling does not ensure. All paragraphs of an article are summed at once; padding changes no paragraph's result, for
every step is elementwise over paragraphs.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["Chain", "Labelled"]

LONGEST = 600
"""Words of the longest span that is looked for."""
Floats: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Labelled:
    """Words [first, last] of the article carry `kind`, with the probability that exactly this span does."""

    first: int
    last: int
    kind: str
    probability: float


@dataclass(frozen=True, slots=True)
class Chain:
    """One head's labels (O, B-x, I-x, B-y, ...) and its transition scores."""

    labels: Sequence[str]
    moves: Floats
    first: Floats
    last: Floats

    def spans(self, scores: Floats, lengths: Sequence[int], least: Mapping[str, float]) -> list[Labelled]:
        """Return the spans of consecutive paragraphs, in order, none overlapping another.

        Args:
            scores: a row a word of the article, a column a label.
            lengths: how many words each paragraph has; empty ones are allowed.
            least: the probability from which a span of each kind is worth reporting.
        """
        kept = [n for n in lengths if n]
        if not kept:
            return []
        padded = _padded(scores, kept)
        ahead, behind = self._sums(padded, kept)
        found: list[Labelled] = []
        offset = 0
        for row, size in enumerate(kept):
            likely = self._likely(padded[row, :size], ahead[row, :size], behind[row, :size], least)
            for begin, end, kind, probability in _chosen(likely, least):
                found.append(Labelled(offset + begin, offset + end, kind, round(min(probability, 1.0), 4)))
            offset += size
        return found

    def _sums(self, padded: Floats, lengths: Sequence[int]) -> tuple[Floats, Floats]:
        """Return the forward and backward log sums of each word and label."""
        rows, longest, _ = padded.shape
        turned = np.zeros_like(padded)
        for row, size in enumerate(lengths):
            turned[row, :size] = padded[row, size - 1 :: -1]
        # Both ways at once, and words first, so that a step is one run of memory: half the calls for the same sums.
        scores = np.ascontiguousarray(np.concatenate([padded, turned]).swapaxes(0, 1))
        growth = np.repeat(np.exp(np.stack([self.moves, self.moves.T])), rows, axis=0)
        sums = np.empty_like(scores)
        sums[0] = np.repeat(np.stack([self.first, self.last]), rows, axis=0)
        for t in range(1, longest):
            before = sums[t - 1] + scores[t - 1]
            highest = np.maximum.reduce(before, axis=1, keepdims=True)
            shares = np.exp(before - highest)
            # A sum of products written out, for BLAS may add up in another order when there are more rows.
            total = np.add.reduce(shares[:, :, None] * growth, axis=1)
            sums[t] = np.log(np.maximum(total, 1e-300)) + highest
        both = sums.swapaxes(0, 1)
        ahead, behind = both[:rows] + padded, np.empty_like(padded)
        for row, size in enumerate(lengths):
            behind[row, :size] = both[rows + row, :size][::-1]
            behind[row, size:] = self.last
        return ahead, behind

    def _likely(
        self, scores: Floats, ahead: Floats, behind: Floats, least: Mapping[str, float]
    ) -> Iterator[tuple[int, int, str, float]]:
        """Yield (first, last, kind, probability) of every span of one paragraph that is likely enough."""
        whole = _log_sum(ahead[-1] + self.last)
        opens = np.exp(ahead + behind - whole)
        for begin in range(1, len(self.labels), 2):
            kind = self.labels[begin].partition("-")[2]
            (starts,) = np.nonzero(opens[:, begin] > least[kind])
            if not len(starts):
                continue
            inside = begin + 1
            after_first, after_more = (self._after(scores, behind, label, inside) for label in (begin, inside))
            steps = np.concatenate([[0.0], np.cumsum(scores[1:, inside] + self.moves[inside, inside])])
            for start in starts.tolist():
                end = min(start + LONGEST, len(scores))
                logs = ahead[start, begin] - whole + steps[start:end] - steps[start]
                logs[1:] += self.moves[begin, inside] - self.moves[inside, inside] + after_more[start + 1 : end]
                logs[0] += after_first[start]
                for more in np.nonzero(np.exp(logs) > least[kind])[0].tolist():
                    yield start, start + more, kind, float(np.exp(logs[more]))

    def _after(self, scores: Floats, behind: Floats, last: int, inside: int) -> Floats:
        """Return, for each word, the log sum of all that may follow a span that ends there with the label `last`."""
        result = np.full(len(scores), self.last[last])
        follow = np.delete(behind[1:] + scores[1:] + self.moves[last], inside, axis=1)
        highest = follow.max(1) if len(follow) else follow.sum(1)
        result[:-1] = np.log(np.exp(follow - highest[:, None]).sum(1)) + highest
        return result


def _chosen(
    likely: Iterator[tuple[int, int, str, float]], least: Mapping[str, float]
) -> list[tuple[int, int, str, float]]:
    """Return the spans without overlap whose probabilities beyond `least` add up to most."""
    spans = sorted(likely, key=lambda s: (s[1], s[0], s[2]))
    ends = [span[1] for span in spans]
    best = [0.0]
    before: list[int] = []
    for first, _, kind, probability in spans:
        before.append(bisect_right(ends, first - 1))
        best.append(max(best[-1], best[before[-1]] + probability - least[kind]))
    chosen = []
    at = len(spans)
    while at:
        if best[at] > best[at - 1]:
            chosen.append(spans[at - 1])
            at = before[at - 1]
        else:
            at -= 1
    return chosen[::-1]


def _padded(scores: Floats, lengths: Sequence[int]) -> Floats:
    padded = np.zeros((len(lengths), max(lengths), scores.shape[1]))
    offset = 0
    for row, size in enumerate(lengths):
        padded[row, :size] = scores[offset : offset + size]
        offset += size
    return padded


def _log_sum(logs: Floats) -> float:
    highest = logs.max()
    return float(highest + np.log(np.exp(logs - highest).sum()))
