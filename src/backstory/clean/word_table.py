"""Words in, static vectors out, from the weights that the wordllama wheel ships, without its code or the network."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from backstory.errors import MissingExtraError

__all__ = ["WordTable", "word_table"]

KEPT = 50_000
"""Words kept at once: 25 MB. A million articles use more, so the table then begins anew."""


class WordTable:
    """A table of word vectors that grows with the words asked for: `rows` gives places in `vectors`."""

    def __init__(self, pieces: npt.NDArray[np.float16], tokenizer: Tokenizer) -> None:
        self._pieces = pieces
        self._tokenizer = tokenizer
        self._known: dict[str, int] = {}
        self.vectors: npt.NDArray[np.float16] = np.zeros((KEPT, pieces.shape[1]), dtype=np.float16)

    def rows(self, tokens: Sequence[str]) -> npt.NDArray[np.int64]:
        """Return the row of each of `tokens`; rows of an earlier call may be lost."""
        known = self._known
        fresh = [token for token in dict.fromkeys(tokens) if token not in known]
        if len(known) + len(fresh) > KEPT:
            known.clear()
            fresh = list(dict.fromkeys(tokens))
            if len(fresh) > len(self.vectors):
                self.vectors = np.zeros((len(fresh), self.vectors.shape[1]), dtype=np.float16)
        if fresh:
            self._add(fresh)
        return np.asarray([known[token] for token in tokens], dtype=np.int64)

    def _add(self, fresh: list[str]) -> None:
        encoded = [self._tokenizer.encode(word, add_special_tokens=False).ids or [0] for word in fresh]
        starts = np.cumsum([0, *(len(ids) for ids in encoded[:-1])])
        flat = np.asarray([piece for ids in encoded for piece in ids], dtype=np.int64)
        sums = np.add.reduceat(self._pieces[flat].astype(np.float32), starts, axis=0)
        means = sums / np.asarray([len(ids) for ids in encoded], dtype=np.float32)[:, None]
        begin = len(self._known)
        self.vectors[begin : begin + len(fresh)] = means.astype(np.float16)
        self._known.update(zip(fresh, range(begin, begin + len(fresh)), strict=True))


@lru_cache(maxsize=1)
def word_table() -> WordTable:
    """Return the table over the vectors in the wordllama wheel (256 dimensions, 16 MB, mapped and not read whole)."""
    spec = find_spec("wordllama")
    if spec is None or not spec.submodule_search_locations:
        raise MissingExtraError("wordllama is not installed, and cutting needs its word vectors: pip install wordllama")
    home = Path(spec.submodule_search_locations[0])
    weights = home / "weights" / "l2_supercat_256.safetensors"
    with weights.open("rb") as handle:
        size = int.from_bytes(handle.read(8), "little")
        header = json.loads(handle.read(size))
    entry = next(value for key, value in header.items() if key != "__metadata__")
    offset = 8 + size + entry["data_offsets"][0]
    pieces = np.memmap(weights, dtype=np.float16, mode="r", offset=offset, shape=tuple(entry["shape"]))
    tokenizer = Tokenizer.from_file(str(home / "tokenizers" / "l2_supercat_tokenizer_config.json"))
    tokenizer.no_padding()
    return WordTable(pieces, tokenizer)
