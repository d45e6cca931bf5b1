"""The weights of cutting, read once from the package: word lists, the reader of roles and the network over gaps."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from backstory.clean.lexicon import Lexicon

__all__ = ["Network", "Weights", "from_arrays", "weights"]

Floats = npt.NDArray[np.float32]
Arrays = dict[str, npt.NDArray[np.generic]]


@dataclass(frozen=True, slots=True)
class Network:
    """A convolution over gaps: features, one layer a gap, two that look five gaps wide (the second at every other)."""

    mean: Floats
    scale: Floats
    enter: Floats
    enter_bias: Floats
    near: Floats
    near_bias: Floats
    wide: Floats
    wide_bias: Floats
    leave: Floats
    leave_bias: Floats

    def score(self, matrix: Floats) -> Floats:
        """Return the log odds of a boundary, and of one where an interrupted article resumes (gaps x 2)."""
        inputs = np.clip((np.nan_to_num(matrix) - self.mean) / self.scale, -4, 4)
        hidden = np.maximum(inputs @ self.enter + self.enter_bias, 0)
        hidden = hidden + np.maximum(_around(hidden, 1) @ self.near + self.near_bias, 0)
        hidden = hidden + np.maximum(_around(hidden, 2) @ self.wide + self.wide_bias, 0)
        return np.asarray(hidden @ self.leave + self.leave_bias, dtype=np.float32)


def _around(hidden: Floats, step: int) -> Floats:
    """Return each row of `hidden` beside the two rows before it and after it, `step` apart; zeros beyond the ends."""
    size = len(hidden)
    padded = np.zeros((size + 4 * step, hidden.shape[1]), dtype=hidden.dtype)
    padded[2 * step : 2 * step + size] = hidden
    return np.concatenate([padded[k * step : k * step + size] for k in range(5)], axis=1)


@dataclass(frozen=True, slots=True)
class Weights:
    """Everything that cutting has learned. `style` maps a word to its row; the last row of `embedding` is zero."""

    lexicon: Lexicon
    idf: Floats
    style: dict[str, int]
    embedding: Floats
    hidden: Floats
    hidden_bias: Floats
    out: Floats
    out_bias: Floats
    network: Network | None


@lru_cache(maxsize=1)
def weights() -> Weights:
    """Return the weights that ship with the package."""
    with (files("backstory.models") / "split.npz").open("rb") as handle, np.load(handle, allow_pickle=False) as arrays:
        return from_arrays({name: arrays[name] for name in arrays.files})


def from_arrays(arrays: Arrays) -> Weights:
    """Return the weights that `arrays`, as `training/split` writes them, hold."""
    style = _rows(arrays["style"])
    embedding = _floats(arrays["embedding"]) * _floats(arrays["embedding_scale"])
    return Weights(
        lexicon=Lexicon(_rows(arrays["words"]), style),
        idf=_floats(arrays["idf"]),
        style=style,
        embedding=np.concatenate([embedding, np.zeros_like(embedding[:1])]),
        hidden=_floats(arrays["hidden"]),
        hidden_bias=_floats(arrays["hidden_bias"]),
        out=_floats(arrays["out"]),
        out_bias=_floats(arrays["out_bias"]),
        network=Network(**{name: _floats(arrays[f"net_{name}"]) for name in Network.__slots__})
        if "net_mean" in arrays
        else None,
    )


def _floats(array: npt.NDArray[np.generic]) -> Floats:
    return array.astype(np.float32)


def _rows(array: npt.NDArray[np.generic]) -> dict[str, int]:
    return {word: row for row, word in enumerate(bytes(array.astype(np.uint8)).decode().split("\n"))}
