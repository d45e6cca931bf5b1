"""A folder of texts with vectors in, BERTopic's topics of them as JSON out: a story each, for every least size.

It runs in an environment of its own, by `python -m evaluation stories` where BACKSTORY_PEERS names its Python:

    python -m venv ENV && ENV/bin/pip install -r evaluation/peers/stories.txt

The folder holds `NAME.json`, the texts, and `NAME.npy`, a vector each, so that no embedding model is needed. Everything
else is as BERTopic has it (UMAP to five dimensions with a fixed seed, HDBSCAN); UMAP runs once, not for every size.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path

import numpy as np

SIZES = (2, 3, 4, 5, 8, 12, 20)


def topics(texts: list[str], vectors: np.ndarray) -> dict[int, list[int]]:
    """Return the topic of each text by the least size of a topic; -1 is none."""
    from bertopic import BERTopic
    from bertopic.dimensionality import BaseDimensionalityReduction
    from umap import UMAP

    reduced = UMAP(n_neighbors=15, n_components=5, min_dist=0.0, metric="cosine", random_state=0).fit_transform(vectors)
    found = {}
    for size in SIZES:
        model = BERTopic(umap_model=BaseDimensionalityReduction(), min_topic_size=size, calculate_probabilities=False)
        found[size] = [int(topic) for topic in model.fit_transform(texts, reduced)[0]]
    return found


def main() -> None:
    folder = Path(sys.argv[1])
    if importlib.util.find_spec("bertopic") is None:
        print("{}")
        return
    told = {
        path.stem: topics(json.loads(path.read_text("utf-8")), np.load(path.with_suffix(".npy")))
        for path in sorted(folder.glob("*.json"))
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
