"""Makes `src/backstory/models/split.npz` and `training/split/folds.npz`, in minutes on two cores.

The weights that ship were made by these steps one by one; expect weights alike, not the same bytes. It needs torch and
scikit-learn beside Backstory itself.

1. Word lists, and a reader of roles for each half of the sets that are no exports, and one for both.
2. Glued files; the features of each half come from the reader of the other half, as they will from unseen outlets.
   No reader sees any export.
3. The network over gaps: one on everything, which ships, and one for each pair of exports left out, which
   `evaluation/cutting.py` uses. Files of exports count twice: 9 passes without that gave .03 less F1. Outlets and
   export files are never on both sides.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np

from backstory.clean.weights import Weights, from_arrays
from training.split.articles import LEFT_OUT, Article, everything, shared
from training.split.gap_model import sampled
from training.split.glue import Neighbours
from training.split.network import train_network
from training.split.reader import train_reader, word_lists

SEED = 1
FILES, EXPORT_FILES = 900, 350
"""Glued files made of each half, and of each pair of exports."""

MOST = {"reuters": 2200, "timelines": 700}
"""Articles taken of the two largest sets, so that agency style and one topic's words do not rule."""

ROOT = Path(__file__).resolve().parents[2]


def half_of(article: Article) -> int:
    """Return which half `article` is in: by outlet, so that no outlet is in both."""
    if article.corpus == "reuters":
        return int(crc32(article.title.encode()) % 4 == 0)
    if article.corpus == "timelines":
        return int("libya" in article.group or "finan" in article.group)
    if article.corpus == "polnear":
        return int(article.group in ("nyt", "politico", "breitbart", "west-journal"))
    return crc32(article.group.encode()) % 2


def thinned(articles: Sequence[Article], rng: random.Random) -> list[Article]:
    kept: set[int] = set()
    for corpus, most in MOST.items():
        places = [k for k, article in enumerate(articles) if article.corpus == corpus]
        kept.update(rng.sample(places, min(most, len(places))))
    return [article for k, article in enumerate(articles) if article.corpus not in MOST or k in kept]


def main() -> int:
    if shared() is None:
        print("left out: the shared data are not there (../shared, or the folder that BACKSTORY_SHARED names)")
        return 1
    articles = list(everything())
    plain = thinned([article for article in articles if article.corpus != "exports"], random.Random(0))
    halves = [[article for article in plain if half_of(article) == half] for half in (0, 1)]
    lists = word_lists(plain)
    readers = [train_reader(part, lists, seed=SEED, epochs=3) for part in (*halves, plain)]
    first, second, whole = (from_arrays({**lists, **reader}) for reader in readers)
    print("readers of roles trained", flush=True)
    files = [*_files(halves[0], second, FILES, 0), *_files(halves[1], first, FILES, 1)]
    pairs: dict[tuple[str, ...], list[Any]] = {}
    for number, names in enumerate(LEFT_OUT):
        own = [article for article in articles if article.group in names]
        pairs[names] = _files(own, whole, EXPORT_FILES, 10 + number)
    folds: dict[str, Any] = {}
    for number, held in enumerate(LEFT_OUT):
        seen = [file for names, made in pairs.items() if names != held for file in made]
        network = train_network([*files, *seen, *seen], seed=SEED)
        folds.update({f"fold{number}_{name}": array for name, array in network.items()})
    seen = [file for made in pairs.values() for file in made]
    network = train_network([*files, *seen, *seen], seed=SEED)
    np.savez_compressed(ROOT / "src/backstory/models/split.npz", **lists, **readers[2], **network)
    np.savez_compressed(Path(__file__).with_name("folds.npz"), **folds)
    return 0


def _files(articles: Sequence[Article], known: Weights, count: int, seed: int) -> list[Any]:
    made = sampled(Neighbours(articles, seed), known, count, seed)
    print(f"{count} files of {len(articles)} articles", flush=True)
    return made


if __name__ == "__main__":
    sys.exit(main())
