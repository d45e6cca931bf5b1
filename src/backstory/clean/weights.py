"""The weights of cutting, read once from the package: word lists, vectors, the reader of roles and the trees."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

__all__ = ["Trees", "Weights", "weights"]

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Trees:
    """A boosted ensemble: `feature`, `threshold`, `left`, `right` and `value` by tree and node; a leaf leads to itself."""

    feature: Ints
    threshold: Floats
    left: Ints
    right: Ints
    value: Floats
    base: float
    depth: int

    def score(self, matrix: Floats) -> Floats:
        """Return the log odds of each row of `matrix` (rows x features)."""
        rows = np.arange(len(matrix))[:, None]
        trees = np.arange(len(self.feature))[None, :]
        node = np.zeros((len(matrix), len(self.feature)), dtype=np.int64)
        for _ in range(self.depth):
            less = matrix[rows, self.feature[trees, node]] <= self.threshold[trees, node]
            node = np.where(less, self.left[trees, node], self.right[trees, node])
        return np.asarray(self.value[trees, node].sum(axis=1) + self.base, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Weights:
    """Everything that cutting has learned. `words` and `style` map a word to its row."""

    words: dict[str, int]
    idf: Floats
    dense: Floats
    style: dict[str, int]
    embedding: Floats
    hidden: Floats
    hidden_bias: Floats
    out: Floats
    out_bias: Floats
    first: Trees | None
    second: Trees | None


@lru_cache(maxsize=1)
def weights() -> Weights:
    """Return the weights that ship with the package."""
    with (files("backstory.models") / "split.npz").open("rb") as handle, np.load(handle, allow_pickle=False) as arrays:
        return from_arrays({name: arrays[name] for name in arrays.files})


def from_arrays(arrays: dict[str, npt.NDArray[np.generic]]) -> Weights:
    """Return the weights that `arrays`, as `training/split` writes them, hold."""
    return Weights(
        words=_rows(arrays["words"]),
        idf=arrays["idf"].astype(np.float32),
        dense=_unpacked(arrays, "dense"),
        style=_rows(arrays["style"]),
        embedding=_unpacked(arrays, "embedding"),
        hidden=arrays["hidden"].astype(np.float32),
        hidden_bias=arrays["hidden_bias"].astype(np.float32),
        out=arrays["out"].astype(np.float32),
        out_bias=arrays["out_bias"].astype(np.float32),
        first=_trees(arrays, "first"),
        second=_trees(arrays, "second"),
    )


def _rows(array: npt.NDArray[np.generic]) -> dict[str, int]:
    return {word: row for row, word in enumerate(bytes(array.astype(np.uint8)).decode().split("\n"))}


def _unpacked(arrays: dict[str, npt.NDArray[np.generic]], name: str) -> Floats:
    scale = arrays[f"{name}_scale"].astype(np.float32)
    return np.asarray(arrays[name].astype(np.float32) * scale, dtype=np.float32)


def _trees(arrays: dict[str, npt.NDArray[np.generic]], name: str) -> Trees | None:
    if f"{name}_feature" not in arrays:
        return None
    return Trees(
        feature=arrays[f"{name}_feature"].astype(np.int64),
        threshold=arrays[f"{name}_threshold"].astype(np.float32),
        left=arrays[f"{name}_left"].astype(np.int64),
        right=arrays[f"{name}_right"].astype(np.int64),
        value=arrays[f"{name}_value"].astype(np.float32),
        base=float(arrays[f"{name}_base"].astype(np.float64)),
        depth=int(arrays[f"{name}_depth"].astype(np.int64)),
    )
