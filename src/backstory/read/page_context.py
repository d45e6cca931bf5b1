"""A page's evidence in, the matrix that the page model reads out; and what its probabilities mean on this page."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from backstory.read.page_features import OWN, Features

__all__ = ["evened", "in_context", "threshold_of"]

NEAR = OWN + 5
"""Columns of the lines next to a line that are evidence for it: their own text and position; further off, only text."""

EVENING = 0.6
"""How far a line's probability moves to the mean of the lines in elements of the same shape: F1 .9232 to .9261."""

HIGHEST, RELATIVE = 0.45, 0.65
"""A line is body from .45, or from .65 of what the page's surest lines have: odd pages score low as a whole."""

SUREST = 0.9
FAINT = 0.15
"""Which quantile of words, of the lines above a faint probability, the surest lines are."""

Matrix = NDArray[np.float32]
Probabilities = NDArray[np.float64]


def in_context(features: Features) -> Matrix:
    """Return each line's numbers with those of its two neighbours on either side; zeros beyond the page."""
    own = features.numbers
    near, far = own[:, :NEAR], own[:, :OWN]
    return np.concatenate([own, _moved(near, 1), _moved(near, -1), _moved(far, 2), _moved(far, -2)], axis=1)


def _moved(matrix: Matrix, steps: int) -> Matrix:
    """Return the rows moved down by so many steps, up if negative."""
    moved = np.zeros_like(matrix)
    if steps > 0:
        moved[steps:] = matrix[:-steps]
    else:
        moved[:steps] = matrix[-steps:]
    return moved


def evened(probabilities: Probabilities, features: Features) -> Probabilities:
    """Return the probabilities moved towards the mean of the lines of the same shape, long lines counting more."""
    weights = features.words.astype(np.float64) ** 0.7 + 0.5
    sums = np.bincount(features.shapes, weights * probabilities)
    means = sums / np.bincount(features.shapes, weights)
    return (1 - EVENING) * probabilities + EVENING * means[features.shapes]


def threshold_of(probabilities: Probabilities, features: Features) -> float:
    """Return the probability from which a line of this page is body."""
    weights = features.words * (probabilities > FAINT)
    order = np.argsort(probabilities, kind="stable")
    running = np.cumsum(weights[order])
    if running.size == 0 or running[-1] == 0:
        return HIGHEST
    surest = probabilities[order][np.searchsorted(running, SUREST * running[-1])]
    return min(HIGHEST, RELATIVE * float(surest))
