"""Chains of labels and their scores in, forward and backward log sums out: a whole article, all chains, in few steps.

An article is one sequence of words here: from a paragraph's last word to the next one's first, every label may follow
every other. A step to the next word is a product with a matrix, so the words are cut into runs of `RUN`: the matrices
of all runs are multiplied up at the same time, then the sums pass from run to run, and then through the words of all
runs at the same time. For 560 words that is some 100 calls of NumPy instead of some 1,100 a chain. Products are scaled
back to a highest share of one instead of logarithms at each step (Rabiner 1989, section V.A).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["Floats", "Moves", "Sums", "sums"]

Floats: TypeAlias = NDArray[np.float64]
RUN = 16
"""Words of a run."""
LEAST = 1e-300
"""The share that stands for none, so that its logarithm is a number."""


@dataclass(frozen=True, slots=True)
class Moves:
    """Scores of a label (row) before a label (column), of a label at a paragraph's start and at its end."""

    moves: Floats
    first: Floats
    last: Floats


@dataclass(frozen=True, slots=True)
class Sums:
    """Log sums of one chain, a column a label.

    `ahead` has a row a word: the sum over all labellings of what stands before, given the label. `behind` has one row
    more: the sum over all labellings of what follows, the word's own score included; the last row is beyond the end.
    `whole` is the sum over all labellings of the article.
    """

    ahead: Floats
    behind: Floats
    whole: float


def sums(chains: Sequence[Moves], scores: Sequence[Floats], lengths: Sequence[int]) -> list[Sums]:
    """Return the sums of each chain over consecutive paragraphs.

    Args:
        chains: the transition scores of each.
        scores: for each chain a row a word, a column a label.
        lengths: words of each paragraph, none of which is empty.
    """
    size = sum(lengths)
    highest = np.stack([own.max(1) for own in scores])
    steps = _steps(chains, [np.exp(own - high[:, None]) for own, high in zip(scores, highest, strict=True)], lengths)
    products = steps[0]
    for step in steps[1:]:
        products = _scaled(products @ step)[0]
    first = np.zeros((len(chains), steps.shape[-1]))
    for number, chain in enumerate(chains):
        first[number, : len(chain.first)] = np.exp(chain.first)
    ahead, grown = _forwards(steps, products, first)
    behind, shrunk = _backwards(steps, products)
    grown, shrunk = grown[:, :size], shrunk[:, :size]
    result = []
    for number, own in enumerate(scores):
        labels, high = own.shape[1], highest[number]
        before = np.concatenate([[0.0], np.cumsum(grown[number] + high)])[:-1, None]
        after = np.concatenate([np.cumsum((shrunk[number] + high)[::-1])[::-1], [0.0]])[:, None]
        follows = np.concatenate([_log(behind[number, :size, :labels]), np.zeros((1, labels))]) + after
        starts = chains[number].first + follows[0]
        whole = float(np.log(np.exp(starts - starts.max()).sum()) + starts.max())
        result.append(Sums(_log(ahead[number, :size, :labels]) + before, follows, whole))
    return result


def _steps(chains: Sequence[Moves], shares: Sequence[Floats], lengths: Sequence[int]) -> Floats:
    """Return the matrix of each word: (place in its run, chain, run, labels, labels); neutral beyond the end."""
    labels, size = max(own.shape[1] for own in shares), sum(lengths)
    runs = -(-size // RUN)
    steps = np.zeros((len(chains), runs * RUN, labels, labels))
    steps[:, size:] = np.eye(labels)
    ends = np.cumsum(lengths) - 1
    for number, (chain, own) in enumerate(zip(chains, shares, strict=True)):
        width = own.shape[1]
        matrices = steps[number, :size, :width, :width]
        np.multiply(own[:, :, None], np.exp(chain.moves), out=matrices)
        matrices[ends] = (own[ends] * np.exp(chain.last))[:, :, None] * np.exp(chain.first)
    return np.ascontiguousarray(np.moveaxis(steps.reshape(len(chains), runs, RUN, labels, labels), 2, 0))


def _forwards(steps: Floats, products: Floats, first: Floats) -> tuple[Floats, Floats]:
    """Return the scaled sums before each word, (chain, word, label), and the logs of what each step was scaled by."""
    chains, runs, labels, _ = products.shape
    entries = np.empty((chains, runs, 1, labels))
    entries[:, 0, 0] = first
    for run in range(1, runs):
        entries[:, run] = _scaled(entries[:, run - 1] @ products[:, run - 1])[0]
    here, sums_, scales = entries, [], []
    for step in steps:
        sums_.append(here)
        here, scale = _scaled(here @ step)
        scales.append(scale)
    return _in_order(sums_), np.log(_in_order(scales))[..., 0]


def _backwards(steps: Floats, products: Floats) -> tuple[Floats, Floats]:
    """Return the scaled sums from each word on, (chain, word, label), and the logs of what each step was scaled by."""
    chains, runs, labels, _ = products.shape
    entries = np.ones((chains, runs, labels, 1))
    for run in range(runs - 1, 0, -1):
        entries[:, run - 1] = _scaled(products[:, run] @ entries[:, run])[0]
    here, sums_, scales = entries, [], []
    for step in steps[::-1]:
        here, scale = _scaled(step @ here)
        sums_.append(here)
        scales.append(scale)
    return _in_order(sums_[::-1]), np.log(_in_order(scales[::-1]))[..., 0]


def _scaled(shares: Floats) -> tuple[Floats, Floats]:
    """Return matrices with a highest number of one each, and the highest numbers that they had."""
    highest = np.maximum(shares.max((-2, -1), keepdims=True), LEAST)
    return shares / highest, highest


def _in_order(by_place: Sequence[Floats]) -> Floats:
    """Return (chain, word, numbers) of a list by place in the run, each (chain, run, ...)."""
    held = np.stack(by_place, axis=2)
    return held.reshape(held.shape[0], held.shape[1] * held.shape[2], -1)


def _log(shares: Floats) -> Floats:
    logs: Floats = np.log(np.maximum(shares, LEAST))
    return logs
