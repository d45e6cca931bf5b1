"""Rows of features in, log odds out: a boosted ensemble of small trees, all walked down at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["Trees", "trees_from"]

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Trees:
    """`feature`, `threshold`, `left`, `right` and `value` of every node, tree after tree; a leaf leads to itself.

    `left` and `right` are places in these arrays, and `roots` the places where trees begin.
    """

    feature: Ints
    threshold: Floats
    left: Ints
    right: Ints
    value: Floats
    roots: Ints
    base: float
    depth: int

    def score(self, rows: Floats) -> Floats:
        """Return the log odds of each row."""
        width = rows.shape[1]
        flat = np.ascontiguousarray(rows).ravel()
        offsets = (np.arange(len(rows), dtype=np.int32) * width)[:, None]
        node = np.broadcast_to(self.roots, (len(rows), len(self.roots)))
        for _ in range(self.depth):
            less = flat[offsets + self.feature[node]] <= self.threshold[node]
            node = np.where(less, self.left[node], self.right[node])
        return np.asarray(self.value[node].sum(axis=1) + self.base, dtype=np.float32)


def trees_from(feature: npt.NDArray[np.generic], **arrays: npt.NDArray[np.generic]) -> Trees:
    """Return the ensemble that arrays of trees x nodes, with places within each tree, hold."""
    count, size = feature.shape
    roots = (np.arange(count) * size).astype(np.int32)
    return Trees(
        feature=feature.astype(np.int32).ravel(),
        threshold=arrays["threshold"].astype(np.float32).ravel(),
        left=(arrays["left"].astype(np.int32) + roots[:, None]).ravel(),
        right=(arrays["right"].astype(np.int32) + roots[:, None]).ravel(),
        value=arrays["value"].astype(np.float32).ravel(),
        roots=roots,
        base=float(arrays["base"].astype(np.float64)),
        depth=int(arrays["depth"].astype(np.int64)),
    )
