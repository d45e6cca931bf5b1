"""Other ways to group the same articles, each with its threshold chosen on the answers: the most that it can reach.

Average linkage over TF-IDF and over the reader's vectors, and HDBSCAN over the vectors, all of scikit-learn. The
threshold that is best on the articles is used on the headlines too, as somebody with one desk for both would have to.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
from sklearn.cluster import HDBSCAN, AgglomerativeClustering
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics.pairwise import cosine_distances

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
        best = max(settings, key=lambda setting: by_set[0][setting])
        figures[f"stories.peers.{name}.full_text"] = by_set[0][best]
        figures[f"stories.peers.{name}.headlines"] = max(by_set[1].values())
        figures[f"stories.peers.{name}.headlines_as_full_text"] = by_set[1][best]
    return figures


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
    alone = np.flatnonzero(found < 0)
    found[alone] = found.max() + 1 + np.arange(len(alone))
    return np.asarray(found, dtype=np.intp)
