"""A page's evidence in, the probability of each line to be of the article's body out, by boosted trees.

The trees are grown by `training/pages` and kept as plain arrays in `models/pages.npz`; NumPy walks all of them at once.
"""

from __future__ import annotations

from functools import cache
from importlib.abc import Traversable
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from backstory.read.page_context import in_context
from backstory.read.page_features import Features

__all__ = ["Trees", "body_probabilities", "package_trees", "trees_from"]


class Trees(NamedTuple):
    """Nodes of all trees: the column and threshold of a split, the nodes below it, and what a leaf adds.

    A leaf leads to itself, so walking on from it changes nothing.
    """

    roots: NDArray[np.int32]
    column: NDArray[np.int32]
    threshold: NDArray[np.float32]
    below: NDArray[np.int32]
    value: NDArray[np.float32]
    depth: int
    base: float


def trees_from(path: Path | Traversable) -> Trees:
    """Return the trees that `training/pages` kept at `path`."""
    with path.open("rb") as stream, np.load(stream) as kept:
        return Trees(
            roots=kept["roots"].astype(np.int32),
            column=kept["column"].astype(np.int32),
            threshold=kept["threshold"],
            below=np.stack([kept["left"], kept["right"]], axis=1).astype(np.int32).ravel(),
            value=kept["value"],
            depth=int(kept["depth"]),
            base=float(kept["base"]),
        )


@cache
def package_trees() -> Trees:
    """Return the trees that ship with the package."""
    return trees_from(files("backstory.models").joinpath("pages.npz"))


def body_probabilities(features: Features, trees: Trees) -> NDArray[np.float64]:
    """Return the probability of each line of a page to be body."""
    matrix = in_context(features)
    rows, columns = matrix.shape
    flat = matrix.ravel()
    first = np.repeat(np.arange(rows, dtype=np.int32) * columns, trees.roots.size)
    node = np.tile(trees.roots, rows)
    for _ in range(trees.depth):
        right = flat[first + trees.column[node]] > trees.threshold[node]
        node = trees.below[2 * node + right]
    total = trees.value[node].reshape(rows, -1).sum(axis=1, dtype=np.float64) + trees.base
    chances: NDArray[np.float64] = np.clip(total, 0.0, 1.0)
    return chances
