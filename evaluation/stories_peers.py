"""Other ways to group the same articles, each with its threshold chosen on the answers: the most that it can reach.

Average linkage over TF-IDF and over the reader's vectors, and HDBSCAN over the vectors, all of scikit-learn; BERTopic
over the vectors in the environment whose Python BACKSTORY_PEERS names (see evaluation/peers/stories.py), left out
without. The threshold that is best on the articles is used on the headlines too, as somebody with one desk for both
would have to.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.cluster import HDBSCAN, AgglomerativeClustering
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics.pairwise import cosine_distances

from evaluation.paths import ROOT
from evaluation.story_sets import Labelled

__all__ = ["peers"]

Labels = npt.NDArray[np.intp]
Distances = npt.NDArray[np.float64]
Score = Callable[[Sequence[str], Sequence[int]], float]

THRESHOLDS = tuple(round(0.3 + 0.04 * step, 2) for step in range(17))
SIZES = (2, 3, 4, 5, 8, 12, 20)


def peers(full: Sequence[Labelled], short: Sequence[Labelled], score: Score) -> dict[str, float]:
    """Return for every peer its best score on the articles and on the headlines, and that with the articles' threshold.

    Args:
        full: articles with text.
        short: headlines.
        score: takes gold stories and found ones and returns a figure.
    """
    figures = {}
    ways = {
        "tfidf_average_linkage": (_tfidf, _linked, THRESHOLDS),
        "vectors_average_linkage": (_vectors, _linked, THRESHOLDS),
        "vectors_hdbscan": (_vectors, _dense, SIZES),
    }
    for name, (measure, group, settings) in ways.items():
        by_set = []
        for items in (full, short):
            gold, distances = [item.story for item in items], measure(items)
            by_set.append({setting: score(gold, group(distances, setting).tolist()) for setting in settings})
        figures.update(_told(name, by_set[0], by_set[1]))
    sets = {"full_text": full, "headlines": short}
    by_size = {
        name: {size: score([item.story for item in sets[name]], _alone(labels)) for size, labels in found.items()}
        for name, found in _topics(sets).items()
    }
    if by_size:
        figures.update(_told("bertopic", by_size["full_text"], by_size["headlines"]))
    return figures


def _told(name: str, full: Mapping[float, float], short: Mapping[float, float]) -> dict[str, float]:
    """Return a peer's figures of its scores by setting."""
    best = max(full, key=lambda setting: full[setting])
    told = {"full_text": full[best], "headlines": max(short.values()), "headlines_as_full_text": short[best]}
    return {f"stories.peers.{name}.{way}": figure for way, figure in told.items()}


def _topics(sets: Mapping[str, Sequence[Labelled]]) -> dict[str, dict[float, Labels]]:
    """Return BERTopic's topics of each set by their least size; nothing where its environment is not there."""
    python = os.environ.get("BACKSTORY_PEERS")
    if python is None:
        return {}
    with tempfile.TemporaryDirectory() as folder:
        for name, items in sets.items():
            Path(folder, f"{name}.json").write_text(json.dumps([item.text for item in items]), "utf-8")
            np.save(Path(folder, f"{name}.npy"), np.stack([item.profile.vector for item in items]).astype(np.float32))
        run = subprocess.run(
            [python, str(ROOT / "evaluation/peers/stories.py"), folder], stdout=subprocess.PIPE, check=True, text=True
        )
    found = json.loads(run.stdout.splitlines()[-1])
    return {name: {float(size): np.array(own) for size, own in told.items()} for name, told in found.items()}


def _tfidf(items: Sequence[Labelled]) -> Distances:
    matrix = TfidfVectorizer(sublinear_tf=True, stop_words="english").fit_transform([item.text for item in items])
    return np.asarray(cosine_distances(matrix), dtype=np.float64)


def _vectors(items: Sequence[Labelled]) -> Distances:
    return np.asarray(cosine_distances(np.stack([item.profile.vector for item in items]).astype(np.float64)))


def _linked(distances: Distances, threshold: float) -> Labels:
    model = AgglomerativeClustering(
        n_clusters=None, metric="precomputed", linkage="average", distance_threshold=threshold
    )
    return np.asarray(model.fit_predict(distances), dtype=np.intp)


def _dense(distances: Distances, size: int) -> Labels:
    """Return the clusters of HDBSCAN, what it takes for noise each by itself."""
    found = HDBSCAN(min_cluster_size=size, min_samples=1, metric="precomputed", copy=True).fit_predict(distances)
    return np.array(_alone(found), dtype=np.intp)


def _alone(found: Labels) -> list[int]:
    """Return the clusters with each that is in none by itself."""
    alone = np.flatnonzero(found < 0)
    parted = found.copy()
    parted[alone] = found.max() + 1 + np.arange(len(alone))
    return [int(label) for label in parted]
