"""Profiles of labelled articles in, `models/stories.npz` out, with the folds that evaluation needs.

    python -m training.stories.train

Every fold keeps whole topics of ECB+ and whole stories of the headlines out, so that what is measured was not seen.
The trees may only become surer as articles become more alike. Takes about ten minutes on two cores, most of it reading.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

from backstory.stories.evidence import FEATURES, Table
from evaluation.story_sets import Labelled, ecb, headlines

FOLDS = 5
HERE = Path(__file__).parent
MODEL = HERE.parents[1] / "src" / "backstory" / "models" / "stories.npz"
RISING = {"short": 0, "one_short": 0, "numbers": 0, "years": 0, "places": 0, "persons": 0}
"""How the probability moves with a column: 1 (all others) only up, 0 as it likes."""
KEPT_SAME, KEPT_ALIKE, KEPT_OTHER = 0.4, 0.5, 0.02
"""Shares of the pairs of headlines that are learned from: of one story, of two with a word in common, of others."""
COMMON = 800
"""A word of so many headlines makes no two of them alike."""

Pairs = tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]


def folds_of(items: tuple[Labelled, ...]) -> npt.NDArray[np.intp]:
    """Return the fold of each item: groups in turn, in the order of their names."""
    groups = sorted({item.group for item in items}, key=lambda name: (len(name), name))
    place = {group: at % FOLDS for at, group in enumerate(groups)}
    return np.array([place[item.group] for item in items], np.intp)


def headline_pairs(items: tuple[Labelled, ...]) -> tuple[Pairs, npt.NDArray[np.float64]]:
    """Return pairs of headlines to learn from, for too many are too easy, and how many pairs each stands for."""
    first, second = np.triu_indices(len(items), 1)
    stories = np.array([item.story for item in items])
    alike = np.zeros((len(items), len(items)), dtype=np.bool_)
    holders: dict[str, list[int]] = {}
    for at, item in enumerate(items):
        for term in item.profile.fields["title"]:
            holders.setdefault(term, []).append(at)
    for places in holders.values():
        if len(places) < COMMON:
            alike[np.ix_(places, places)] = True
    chance = np.random.default_rng(0).random(len(first))
    same = stories[first] == stories[second]
    share = np.where(same, KEPT_SAME, np.where(alike[first, second], KEPT_ALIKE, KEPT_OTHER))
    kept = chance < share
    return (first[kept], second[kept]), 1 / share[kept]


class Part:
    """One set's pairs: their features, whether they are of one story, and their fold (-1 where it is mixed)."""

    def __init__(self, items: tuple[Labelled, ...], pairs: Pairs, weights: npt.NDArray[np.float64]) -> None:
        """Take the items of a set, places of pairs in it, and how many pairs each stands for."""
        self.weights = weights
        first, second = pairs
        stories, folds = np.array([item.story for item in items]), folds_of(items)
        self.rows = Table([item.profile for item in items]).features(first, second)
        self.rows[:, FEATURES.index("gap")] = 0  # see `evidence.DECAY`
        self.same = stories[first] == stories[second]
        self.fold = np.where(folds[first] == folds[second], folds[first], -1)
        self.folds = (folds[first], folds[second])

    def without(self, fold: int) -> npt.NDArray[np.bool_]:
        """Return which pairs have nothing in a fold."""
        return np.asarray((self.folds[0] != fold) & (self.folds[1] != fold))


def fitted(parts: list[Part], fold: int | None) -> HistGradientBoostingClassifier:
    """Return the trees learned from all pairs that have nothing in `fold`."""
    chosen = [part.without(-2 if fold is None else fold) for part in parts]
    model = HistGradientBoostingClassifier(
        max_iter=150, max_leaf_nodes=12, max_depth=6, learning_rate=0.08, l2_regularization=5, min_samples_leaf=80,
        monotonic_cst=[RISING.get(name, 1) for name in FEATURES], early_stopping=False, random_state=0,
    )  # fmt: skip
    return model.fit(
        np.concatenate([part.rows[kept] for part, kept in zip(parts, chosen, strict=True)]),
        np.concatenate([part.same[kept] for part, kept in zip(parts, chosen, strict=True)]),
    )


def arrays_of(model: HistGradientBoostingClassifier) -> dict[str, npt.NDArray[np.generic]]:
    """Return the trees as arrays of trees x nodes; a leaf leads to itself."""
    trees = [predictors[0].nodes for predictors in model._predictors]
    size = max(map(len, trees))
    shape = (len(trees), size)
    feature, left, right = (np.zeros(shape, np.int16) for _ in range(3))
    threshold, value = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
    for number, nodes in enumerate(trees):
        count, leaf = len(nodes), nodes["is_leaf"].astype(bool)
        own = np.arange(count)
        feature[number, :count] = np.where(leaf, 0, nodes["feature_idx"])
        threshold[number, :count] = np.where(leaf, 0, nodes["num_threshold"])
        left[number, :count] = np.where(leaf, own, nodes["left"])
        right[number, :count] = np.where(leaf, own, nodes["right"])
        value[number, :count] = np.where(leaf, nodes["value"], 0)
    depth = max(int(nodes["depth"].max()) for nodes in trees)
    base = np.float64(np.ravel(model._baseline_prediction)[0])
    return {
        "feature": feature, "threshold": threshold, "left": left, "right": right, "value": value,
        "base": np.asarray(base), "depth": np.asarray(depth),
    }  # fmt: skip


def calibrated(part: Part, models: list[HistGradientBoostingClassifier]) -> tuple[float, float]:
    """Return slope and intercept of the log odds of a set's pairs that their fold's model has not seen."""
    order = [np.flatnonzero(part.fold == fold) for fold in range(FOLDS)]
    odds = np.concatenate([model.decision_function(part.rows[own]) for own, model in zip(order, models, strict=True)])
    chosen = np.concatenate(order)
    line = LogisticRegression(C=1e6).fit(odds[:, None], part.same[chosen], sample_weight=part.weights[chosen])
    return float(line.coef_[0, 0]), float(line.intercept_[0])


def main() -> None:
    """Read both sets, learn the folds and the whole, and write them."""
    full, short = ecb(), headlines()
    if not full or not short:
        raise SystemExit("nothing was trained: the labelled sets are not there")
    pairs = np.triu_indices(len(full), 1)
    parts = [Part(full, pairs, np.ones(len(pairs[0]))), Part(short, *headline_pairs(short))]
    models = [fitted(parts, fold) for fold in range(FOLDS)]
    slope, intercept = zip(*(calibrated(part, models) for part in parts), strict=True)
    line = {"slope": np.asarray(slope), "intercept": np.asarray(intercept)}
    for fold, model in enumerate(models):
        np.savez_compressed(HERE / f"fold{fold}.npz", **arrays_of(model), **line)
    np.savez_compressed(MODEL, **arrays_of(fitted(parts, None)), **line)
    print(f"slopes {slope}, intercepts {intercept}: {MODEL.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
