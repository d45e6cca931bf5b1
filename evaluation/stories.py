"""Stories of articles and headlines that training did not see: B-cubed F1, calibration, and peers beside them.

    python -m evaluation.stories

Each fifth of ECB+ (whole topics) and of the headlines (whole stories) is grouped by the model that was trained without
it: the same features, threshold and partition that a desk uses. The peers' thresholds are chosen on the answers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from backstory.stories.evidence import Table, model_from, probabilities
from backstory.stories.group import EDGE, components, partition
from evaluation.story_sets import Labelled, ecb, headlines

FOLDS = 5
MODELS = Path(__file__).parents[1] / "training" / "stories"
SURE = 0.9
BINS = (0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 1.01)


def folds_of(items: Sequence[Labelled]) -> list[int]:
    """Return the fold of each item as training has them: groups in turn, in the order of their names."""
    groups = sorted({item.group for item in items}, key=lambda name: (len(name), name))
    place = {group: at % FOLDS for at, group in enumerate(groups)}
    return [place[item.group] for item in items]


def b_cubed(gold: Sequence[str], found: Sequence[int]) -> float:
    """Return the F1 of B-cubed precision and recall (Bagga and Baldwin, 1998)."""
    both, wanted, made = Counter(zip(gold, found, strict=True)), Counter(gold), Counter(found)
    precision = sum(count * count / made[group] for (_, group), count in both.items()) / len(gold)
    recall = sum(count * count / wanted[story] for (story, _), count in both.items()) / len(gold)
    return 2 * precision * recall / (precision + recall)


Scored = tuple[list[Labelled], dict[tuple[str, str], float]]


def scored(items: Sequence[Labelled], fold: int) -> Scored:
    """Return the items of a fold and the probability of their pairs by the model that has not seen them."""
    own = [item for item, place in zip(items, folds_of(items), strict=True) if place == fold]
    first, second = np.triu_indices(len(own), 1)
    with (MODELS / f"fold{fold}.npz").open("rb") as handle:
        model = model_from(handle)
    table = Table([item.profile for item in own])
    found = [
        probabilities(table.features(first[at : at + 50_000], second[at : at + 50_000]), model)
        for at in range(0, len(first), 50_000)
    ]
    keys = [item.profile.article_id for item in own]
    pairs = {
        (min(keys[a], keys[b]), max(keys[a], keys[b])): float(value)
        for a, b, value in zip(first, second, np.concatenate(found), strict=True)
    }
    return own, pairs


def grouped(fold: Scored) -> list[int]:
    """Return the number of the story of each item, as a desk groups them."""
    own, pairs = fold
    keys = [item.profile.article_id for item in own]
    story: dict[str, int] = {}
    for component in components(keys, [pair for pair, value in pairs.items() if value >= EDGE]):
        for group in partition(component, pairs):
            story.update(dict.fromkeys(group, len(set(story.values()))))
    return [story[key] for key in keys]


def mean_b_cubed(folds: Sequence[Scored]) -> float:
    """Return B-cubed F1 over the folds, each weighed by its articles."""
    total = sum(len(own) for own, _ in folds)
    return sum(len(own) * b_cubed([item.story for item in own], grouped((own, pairs))) for own, pairs in folds) / total


def calibration(folds: Sequence[Scored]) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """Return the probabilities of all pairs and whether they are of one story."""
    values, same = [], []
    for own, pairs in folds:
        story = {item.profile.article_id: item.story for item in own}
        values += list(pairs.values())
        same += [story[one] == story[other] for one, other in pairs]
    return np.array(values), np.array(same)


def score() -> dict[str, float]:
    """Return B-cubed F1 of both sets and how many of the links given 0.9 are right."""
    sets = {"full_text": ecb(), "headlines": headlines()}
    if not all(sets.values()):
        return {}
    figures = {}
    for name, items in sets.items():
        folds = [scored(items, fold) for fold in range(FOLDS)]
        figures[f"stories.{name}.b_cubed_f1"] = mean_b_cubed(folds)
        values, same = calibration(folds)
        figures[f"stories.{name}.right_of_sure"] = float(same[values >= SURE].mean())
        for low, high in zip(BINS, BINS[1:], strict=False):
            chosen = (values >= low) & (values < high)
            right = same[chosen].sum() / max(chosen.sum(), 1)
            print(f"{name:10} given {low:.1f} to {min(high, 1):.1f}: {chosen.sum():8,} pairs, {right:.3f} right")
    return figures


def main() -> None:
    """Print the figures."""
    for name, figure in score().items():
        print(f"{name:40} {figure:.4f}")


if __name__ == "__main__":
    main()
