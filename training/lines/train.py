"""Arrays in, weights out: the labeller is trained, and measured on sites that it did not see.

    python -m training.lines.train CACHE [--out src/backstory/models/lines.npz] [--fold 0]

The words' weights come from a logistic regression whose scores for the trees' training are those of folds that it did
not see. Takes a few minutes on one core.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import SGDClassifier

from backstory.clean.features import BUCKETS, Features, dense_names
from backstory.clean.labeller import context_of, word_scores
from backstory.records import Kind
from training.lines.documents import KINDS

BODY = KINDS.index(Kind.BODY)
INVENTED_SHARE = 1.0
"""The weight of a line of an invented document beside one of a page."""

REPEATS_KNOWN = 0.5
"""The share of documents whose repeats the training is told: a desk's first source has none."""


FOREIGN = 0.12
"""The share of documents whose words' scores are hidden from the trees, as they are for a language not learned."""


@dataclass(slots=True)
class Lines:
    """Lines of many documents, one after the other."""

    ids: np.ndarray
    counts: np.ndarray
    dense: np.ndarray
    labels: np.ndarray
    sizes: np.ndarray
    groups: np.ndarray

    def chosen(self, documents: np.ndarray) -> Lines:
        """Return the lines of the documents for which `documents` is true."""
        lines = np.repeat(documents, self.sizes)
        words = np.repeat(lines, self.counts)
        return Lines(
            self.ids[words], self.counts[lines], self.dense[lines], self.labels[lines], self.sizes[documents],
            self.groups[documents],
        )  # fmt: skip

    def features(self) -> Features:
        starts = np.concatenate([[0], np.cumsum(self.counts)[:-1]]).astype(np.int64)
        return Features(self.ids.astype(np.int64), starts, self.dense, ())


def loaded(path: Path, seed: int) -> Lines:
    """Return the lines of a file of arrays, with their repeats hidden in some of the documents."""
    with np.load(path) as arrays:
        sizes, dense = arrays["sizes"], arrays["dense"].astype(np.float32)
        groups = arrays["folds"] if "folds" in arrays.files else np.arange(len(sizes)) % 5
        lines = Lines(arrays["ids"], arrays["counts"], dense, arrays["labels"], sizes, groups)
    hidden = np.repeat(np.random.default_rng(seed).random(len(sizes)) > REPEATS_KNOWN, sizes)
    columns = [at for at, name in enumerate(dense_names()) if name.startswith("repeats")]
    lines.dense[np.ix_(hidden, columns)] = 0
    return lines


def joined(parts: list[Lines]) -> Lines:
    """Return the lines of several files as one."""
    return Lines(*(np.concatenate([getattr(part, name) for part in parts]) for name in Lines.__slots__))


def matrix_of(lines: Lines) -> csr_matrix:
    ends = np.concatenate([[0], np.cumsum(lines.counts)])
    data = np.repeat(1 / np.sqrt(lines.counts), lines.counts)
    return csr_matrix((data, lines.ids, ends), shape=(len(lines.counts), BUCKETS))


def fitted_words(lines: Lines, weights: np.ndarray) -> np.ndarray:
    """Return a weight for each bucket, as a logistic regression of body against the rest finds it."""
    known = lines.labels >= 0
    model = SGDClassifier(loss="log_loss", alpha=2e-6, max_iter=6, tol=None, random_state=0, average=True)
    model.fit(matrix_of(lines)[known], lines.labels[known] == BODY, sample_weight=weights[known])
    return np.asarray(model.coef_[0], dtype=np.float32)


def contexts(lines: Lines, scores: np.ndarray) -> np.ndarray:
    """Return the rows that the trees weigh, document by document."""
    ends = np.concatenate([[0], np.cumsum(lines.sizes)])
    return np.concatenate([context_of(lines.dense[a:b], scores[a:b]) for a, b in zip(ends, ends[1:], strict=False)])


def fitted(lines: Lines, weights: np.ndarray, trees: int) -> tuple[np.ndarray, HistGradientBoostingClassifier]:
    """Return the words' weights and the trees."""
    groups = np.repeat(lines.groups, lines.sizes)
    scores = np.zeros(len(lines.labels), dtype=np.float32)
    for group in np.unique(lines.groups):
        own = lines.chosen(lines.groups != group)
        words = fitted_words(own, weights[groups != group])
        scores[groups == group] = word_scores(lines.chosen(lines.groups == group).features(), words)
    foreign = np.random.default_rng(3).random(len(lines.sizes)) < FOREIGN
    scores[np.repeat(foreign, lines.sizes)] = 0
    rows = contexts(lines, scores)
    known = lines.labels >= 0
    model = HistGradientBoostingClassifier(
        max_iter=trees, learning_rate=0.1, max_leaf_nodes=24, max_depth=6, min_samples_leaf=40,
        l2_regularization=5.0, max_bins=63,
        max_features=0.3, early_stopping=False, random_state=0,
    )  # fmt: skip
    model.fit(rows[known], lines.labels[known] == BODY, sample_weight=weights[known])
    return fitted_words(lines, weights), model


def f1(found: np.ndarray, true: np.ndarray, weight: np.ndarray | float = 1.0) -> float:
    both = ((found & true) * weight).sum()
    return float(2 * both / max(1e-9, (found * weight).sum() + (true * weight).sum()))


def report(name: str, lines: Lines, chances: np.ndarray) -> None:
    known = lines.labels >= 0
    true, found = lines.labels[known] == BODY, chances[known] > 0.5
    words = np.expm1(lines.dense[known, 0])
    print(
        f"{name}: lines body {f1(found, true):.4f} not-body {f1(~found, ~true):.4f};"
        f" by words body {f1(found, true, words):.4f} not-body {f1(~found, ~true, words):.4f}",
        flush=True,
    )


def packed(words: np.ndarray, model: HistGradientBoostingClassifier) -> dict[str, np.ndarray]:
    """Return words and trees as arrays; a leaf leads to itself."""
    grown = [stage[0].nodes for stage in model._predictors]
    size = max(len(nodes) for nodes in grown)
    shape = (len(grown), size)
    feature, left, right = (np.zeros(shape, dtype=np.uint8) for _ in range(3))
    threshold, value = np.zeros(shape, dtype=np.float32), np.zeros(shape, dtype=np.float32)
    for tree, nodes in enumerate(grown):
        leaf = nodes["is_leaf"].astype(bool)
        own = np.arange(len(nodes))
        feature[tree, : len(nodes)] = np.where(leaf, 0, nodes["feature_idx"])
        threshold[tree, : len(nodes)] = np.where(leaf, 0, nodes["num_threshold"])
        left[tree, : len(nodes)] = np.where(leaf, own, nodes["left"])
        right[tree, : len(nodes)] = np.where(leaf, own, nodes["right"])
        value[tree, : len(nodes)] = np.where(leaf, nodes["value"], 0)
    scale = np.abs(words).max() / 32767
    return {
        "words": np.round(words / scale).astype(np.int16), "words_scale": np.float32(scale), "feature": feature,
        "threshold": threshold, "left": left, "right": right, "value": value,
        "base": np.float32(model._baseline_prediction.ravel()[0]),
        "depth": np.int64(max(int(nodes["depth"].max()) for nodes in grown)),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("cache", type=Path)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--fold", type=int, default=0, help="the fold of sites that is not trained on")
    parser.add_argument("--trees", type=int, default=100)
    parser.add_argument("--invented", type=int, default=1300)
    options = parser.parse_args()
    began = time.time()
    pages = loaded(options.cache / "pages.npz", 1)
    made = loaded(options.cache / f"invented-{options.fold}.npz", 2)
    places = np.arange(len(made.sizes))
    seen = pages.chosen(pages.groups != options.fold)
    lines = joined([seen, made.chosen(places < options.invented)])
    weights = np.full(len(lines.labels), INVENTED_SHARE)
    weights[: len(seen.labels)] = 1.0
    words, model = fitted(lines, weights, options.trees)
    for name, part in (("unseen sites", pages.chosen(pages.groups == options.fold)), ("seen", seen)):
        rows = contexts(part, word_scores(part.features(), words))
        report(f"{name} ({time.time() - began:.0f}s)", part, model.predict_proba(rows)[:, 1])
    if options.out:
        np.savez_compressed(options.out, **packed(words, model))


if __name__ == "__main__":
    main()
