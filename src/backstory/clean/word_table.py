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

__all__ = ["DIMENSIONS", "word_vectors"]

DIMENSIONS = 256


def word_vectors(tokens: Sequence[str]) -> npt.NDArray[np.float16]:
    """Return the vector of each of `tokens` (tokens x 256): the mean of its pieces'."""
    pieces, tokenizer = _shipped()
    encoded = [tokenizer.encode(word, add_special_tokens=False).ids or [0] for word in tokens]
    starts = np.cumsum([0, *(len(ids) for ids in encoded[:-1])])
    flat = np.asarray([piece for ids in encoded for piece in ids], dtype=np.int64)
    sums = np.add.reduceat(pieces[flat].astype(np.float32), starts, axis=0)
    counts = np.asarray([len(ids) for ids in encoded], dtype=np.float32)
    return np.asarray(sums / counts[:, None], dtype=np.float16)


@lru_cache(maxsize=1)
def _shipped() -> tuple[npt.NDArray[np.float16], Tokenizer]:
    """Return the vectors in the wordllama wheel (16 MB, mapped and not read whole) and its tokenizer."""
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
    return pieces, tokenizer
