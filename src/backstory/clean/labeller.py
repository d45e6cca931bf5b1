"""Features of lines in, the chance of each to be a report's own text out.

Two steps: a weight for each hashed word and pair of words gives a line's words one number; a boosted ensemble of small
trees weighs it with the line's shape and place and with the lines around it.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from backstory.clean.features import Features, dense_names
from backstory.clean.phrases import listed_in
from backstory.clean.trees import Trees, trees_from

__all__ = ["body_chances", "context_of", "word_scores"]

Floats = npt.NDArray[np.float32]

REACH = (1, 2, 3)
"""How many lines up and down are looked at one by one."""

WIDTHS = (5, 15)
"""Over how many lines up and down words and length are averaged."""

NEIGHBOURS = (
    "log words", "ends with .", "ends with a letter", "begins upper", "share capitalised", "share function words",
    "quotation marks",
    "told furniture", "told caption", "told byline", "told date", "told image", "says", "names known",
)  # fmt: skip
"""What a line knows of its neighbours."""

BEYOND = -9.0
"""What stands for a neighbour beyond the source's ends: less than anything that a line can have."""

_PICKED = [dense_names().index(name) for name in NEIGHBOURS]


def word_scores(features: Features, weights: Floats) -> Floats:
    """Return the sum of `weights` over each line's words, by the root of their number."""
    if not len(features.starts):
        return np.zeros(0, dtype=np.float32)
    sums = np.add.reduceat(weights[features.ids], features.starts)
    counts = np.diff(np.append(features.starts, len(features.ids)))
    return np.asarray(sums / np.sqrt(counts), dtype=np.float32)


def context_of(dense: Floats, scores: Floats) -> Floats:
    """Return one row a line: its own features, those of its neighbours, and means over wider windows."""
    size, most = len(dense), max(REACH)
    picked = np.full((size + 2 * most, len(_PICKED) + 1), BEYOND, dtype=np.float32)
    picked[most : most + size, :-1] = dense[:, _PICKED]
    picked[most : most + size, -1] = scores
    near = [picked[most - by : most - by + size] for reach in REACH for by in (reach, -reach)]
    both = np.stack([scores, dense[:, 0]], axis=1)
    total = np.zeros((size + 1, 2))
    total[1:] = np.cumsum(both, axis=0)
    wide = [_averaged(total, width) for width in WIDTHS]
    return np.concatenate([dense, scores[:, None], *near, *wide], axis=1, dtype=np.float32)


def _averaged(total: npt.NDArray[np.float64], width: int) -> Floats:
    """Return the means over `width` lines up and, apart from them, `width` lines down; `total` is summed from above."""
    places = np.arange(len(total) - 1)
    first, last = np.maximum(places - width, 0), np.minimum(places + width + 1, len(total) - 1)
    up = (total[places] - total[first]) / np.maximum(1, places - first)[:, None]
    down = (total[last] - total[places + 1]) / np.maximum(1, last - places - 1)[:, None]
    return np.concatenate([up, down], axis=1, dtype=np.float32)


LEARNED = "en"
"""The language whose words the labeller has learned. Of others only shape, place and word lists are weighed."""

KNOWN_SHARE = 0.15
"""The share of function words in the longer lines from which a text is in it: English has .25 or more, German .05."""

KNOWN_LEAST = 30


def is_known_language(features: Features) -> bool:
    """Return whether the words of a source are of the language that the labeller has learned; true of few words."""
    words = [word for told in features.told if len(told.words) >= 8 for word in told.words[:60]]
    known = listed_in("function_words", LEARNED)
    return len(words) < KNOWN_LEAST or sum(word in known for word in words) >= KNOWN_SHARE * len(words)


@cache
def _weights() -> tuple[Floats, Trees]:
    with (files("backstory.models") / "lines.npz").open("rb") as handle, np.load(handle, allow_pickle=False) as arrays:
        names = ("feature", "threshold", "left", "right", "value", "base", "depth")
        trees = trees_from(**{name: arrays[name] for name in names})
        return arrays["words"].astype(np.float32) * np.float32(arrays["words_scale"]), trees


def body_chances(features: Features) -> Floats:
    """Return for each line how likely it is a report's own text, from 0 to 1."""
    words, trees = _weights()
    if not len(features.dense):
        return np.zeros(0, dtype=np.float32)
    scores = word_scores(features, words) * np.float32(is_known_language(features))
    score = trees.score(context_of(features.dense, scores))
    return np.asarray(1 / (1 + np.exp(-score)), dtype=np.float32)
