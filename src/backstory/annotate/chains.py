"""Scores of labels in, spans with their probabilities out: the decoding of linear-chain conditional random fields.

The likeliest labels by Viterbi's algorithm, each span's probability by forward and backward sums (Lafferty et al.
2001): the share of all labellings of the paragraph in which exactly this span stands. All paragraphs of an article are
decoded at once; padding changes no paragraph's result, for every step is elementwise over paragraphs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["Chain", "Labelled"]

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
    """One head's labels (O, B-x, I-x, ...) and its transition scores."""

    labels: Sequence[str]
    moves: Floats
    first: Floats
    last: Floats

    def spans(self, scores: Floats, lengths: Sequence[int]) -> list[Labelled]:
        """Return the spans of consecutive paragraphs.

        Args:
            scores: a row a word of the article, a column a label.
            lengths: how many words each paragraph has; empty ones are allowed.
        """
        kept = [n for n in lengths if n]
        if not kept:
            return []
        padded = _padded(scores, kept)
        paths = self._best(padded, kept)
        found = []
        offset = 0
        sums = self._sums(padded, kept)
        for row, size in enumerate(kept):
            for begin, end, label in _runs(paths[row][:size]):
                log = self._log_probability(padded[row], begin, end, label, [s[row] for s in sums], size)
                kind = self.labels[label].partition("-")[2]
                probability = round(float(np.exp(min(log, 0.0))), 4)
                found.append(Labelled(offset + begin, offset + end, kind, probability))
            offset += size
        return found

    def _best(self, padded: Floats, lengths: Sequence[int]) -> NDArray[np.intp]:
        rows, longest, _ = padded.shape
        total = self.first + padded[:, 0]
        back = np.zeros(padded.shape, dtype=np.intp)
        ends = np.zeros(rows, dtype=np.intp)
        size = np.asarray(lengths)
        for t in range(longest):
            if t:
                joined = total[:, :, None] + self.moves
                back[:, t] = joined.argmax(1)
                total = joined.max(1) + padded[:, t]
            done = size == t + 1
            ends[done] = (total[done] + self.last).argmax(1)
        paths = np.zeros((rows, longest), dtype=np.intp)
        for row, length in enumerate(lengths):
            label = ends[row]
            for t in range(length - 1, -1, -1):
                paths[row, t] = label
                label = back[row, t, label]
        return paths

    def _sums(self, padded: Floats, lengths: Sequence[int]) -> tuple[Floats, Floats]:
        """Return the forward and backward log sums of each word and label."""
        size = np.asarray(lengths)
        ahead, behind = np.empty_like(padded), np.empty_like(padded)
        ahead[:, 0] = self.first + padded[:, 0]
        growth, shift = np.exp(self.moves), np.exp(self.moves.T)
        for t in range(1, padded.shape[1]):
            ahead[:, t] = _stepped(ahead[:, t - 1], growth) + padded[:, t]
        for t in range(padded.shape[1] - 1, -1, -1):
            behind[:, t] = self.last
            on = size > t + 1
            if on.any():
                behind[on, t] = _stepped(behind[on, t + 1] + padded[on, t + 1], shift)
        return ahead, behind

    def _log_probability(
        self, scores: Floats, begin: int, end: int, label: int, sums: Sequence[Floats], size: int
    ) -> float:
        ahead, behind = sums
        inside = label + 1
        log = ahead[begin, label]
        if end > begin:
            log += self.moves[label, inside] + scores[begin + 1 : end + 1, inside].sum()
            log += self.moves[inside, inside] * (end - begin - 1)
        last = inside if end > begin else label
        if end + 1 == size:
            log += self.last[last]
        else:
            after = behind[end + 1] + scores[end + 1] + self.moves[last]
            log += _log_sum(np.delete(after, inside))
        return float(log - _log_sum(ahead[size - 1] + self.last))


def _padded(scores: Floats, lengths: Sequence[int]) -> Floats:
    padded = np.zeros((len(lengths), max(lengths), scores.shape[1]))
    offset = 0
    for row, size in enumerate(lengths):
        padded[row, :size] = scores[offset : offset + size]
        offset += size
    return padded


def _stepped(logs: Floats, growth: Floats) -> Floats:
    highest = logs.max(1, keepdims=True)
    shares = np.exp(logs - highest)
    # A sum of products written out, for BLAS may add up in another order when there are more rows.
    total = (shares[:, :, None] * growth).sum(1)
    stepped: Floats = np.log(np.maximum(total, 1e-300)) + highest
    return stepped


def _log_sum(logs: Floats) -> float:
    highest = logs.max()
    return float(highest + np.log(np.exp(logs - highest).sum()))


def _runs(path: NDArray[np.intp]) -> list[tuple[int, int, int]]:
    """Return (first, last, B-label) of each run of labels; an I-label that follows no B begins one, in a cut window."""
    runs: list[tuple[int, int, int]] = []
    for t, label in enumerate(path.tolist()):
        begins = label % 2 == 1
        if label and not begins and runs and runs[-1][1] == t - 1 and runs[-1][2] == label - 1:
            runs[-1] = (runs[-1][0], t, label - 1)
        elif label:
            runs.append((t, t, label if begins else label - 1))
    return runs
