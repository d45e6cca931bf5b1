"""Rows in that come one after the other, one array out; what was handed out before stays as it was, uncopied."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Growing"]

SPARE = 8
"""A new buffer has room for so much of what is in it again: an eighth, so that each row is copied some eight times."""


@dataclass(frozen=True, slots=True)
class Growing:
    """The first `size` rows of a buffer, which those that follow share: only the newest may be added to."""

    buffer: NDArray[Any]
    size: int

    @classmethod
    def of(cls, rows: NDArray[Any]) -> Growing:
        """Begin with these rows, which may be read-only."""
        return cls(rows, len(rows))

    @property
    def rows(self) -> NDArray[Any]:
        """All of them."""
        return self.buffer[: self.size]

    def and_more(self, rows: NDArray[Any]) -> Growing:
        """Return these and more behind them."""
        size = self.size + len(rows)
        buffer = self.buffer
        if size > len(buffer):
            buffer = np.empty((size + size // SPARE, *buffer.shape[1:]), buffer.dtype)
            buffer[: self.size] = self.rows
        buffer[self.size : size] = rows
        return Growing(buffer, size)
