"""Likelihoods of pairs that their models have not seen in, `models/stories-within.npz` out, with a line for each fold.

    python -m training.stories.within

Run after `training.stories.train`. A fold's pairs are those that its model of pairs, which never saw the fold, puts
into one component; its line is learned from the components of the other folds.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from backstory.stories.evidence import FEATURES, Table, model_from
from backstory.stories.group import EDGE, components
from backstory.stories.within import COLUMNS, FEWEST, columns
from evaluation.story_sets import Labelled, ecb
from training.stories.train import FOLDS, HERE, MODEL, folds_of

Floats = npt.NDArray[np.float64]


def pairs_of(items: list[Labelled], fold: int) -> dict[tuple[str, str], float]:
    """Return the probability of each two items of a fold, as if no days lay between them."""
    first, second = np.triu_indices(len(items), 1)
    table = Table([item.profile for item in items])
    with (HERE / f"fold{fold}.npz").open("rb") as handle:
        model = model_from(handle)
    odds = []
    for at in range(0, len(first), 50_000):
        rows = table.features(first[at : at + 50_000], second[at : at + 50_000])
        rows[:, FEATURES.index("gap")] = 0
        odds.append(model.odds(rows))
    values = np.round(1 / (1 + np.exp(-np.concatenate(odds))), 3).tolist()
    keys = [item.profile.article_id for item in items]
    return {
        (min(keys[a], keys[b]), max(keys[a], keys[b])): value for a, b, value in zip(first, second, values, strict=True)
    }


def rows_of(items: tuple[Labelled, ...], fold: int) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Return the columns of all pairs within the components of a fold, and whether they are of one story."""
    own = [item for item, place in zip(items, folds_of(items), strict=True) if place == fold]
    by_key = {item.profile.article_id: item for item in own}
    pairs = pairs_of(own, fold)
    found, same = [np.zeros((0, len(COLUMNS)))], [np.zeros(0, dtype=np.bool_)]
    for component in components(by_key, [pair for pair, value in pairs.items() if value >= EDGE]):
        if len(component) >= FEWEST:
            stories = np.array([by_key[key].story for key in component])
            first, second = np.triu_indices(len(component), 1)
            found.append(columns([by_key[key].profile for key in component], pairs))
            same.append(stories[first] == stories[second])
    return np.concatenate(found), np.concatenate(same)


Part = tuple[Floats, npt.NDArray[np.bool_]]


def line_of(parts: list[Part]) -> Floats:
    """Return the weights of the columns, and a constant, by which pairs of one story are told from others."""
    rows, same = (np.concatenate([part[side] for part in parts]) for side in (0, 1))
    line = LogisticRegression(C=1, max_iter=1000).fit(rows, same)
    return np.round(np.append(line.coef_[0], line.intercept_), 4)


def main() -> None:
    """Score the folds, learn each one's line and that of all, and write them."""
    items = ecb()
    if not items:
        raise SystemExit("nothing was trained: the labelled set is not there")
    parts = [rows_of(items, fold) for fold in range(FOLDS)]
    lines = [line_of([part for place, part in enumerate(parts) if place != fold]) for fold in (*range(FOLDS), FOLDS)]
    np.savez_compressed(MODEL.with_name("stories-within.npz"), lines=np.array(lines))
    print(f"{sum(len(same) for _, same in parts):,} pairs; {(*COLUMNS, 'constant')}: {lines[-1]}")


if __name__ == "__main__":
    main()
