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
from backstory.stories.within import lines_of, seen_within
from evaluation.stories_peers import peers
from evaluation.story_sets import Labelled, ecb, headlines

FOLDS = 5
MODELS = Path(__file__).parents[1] / "training" / "stories"
WITHIN = MODELS.parents[1] / "src" / "backstory" / "models" / "stories-within.npz"
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


Scored = tuple[int, list[Labelled], dict[tuple[str, str], float]]


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
    return fold, own, pairs


def grouped(found: Scored, *, beside: bool = True) -> list[int]:
    """Return the number of the story of each item, as a desk groups them; or by the pairs themselves alone."""
    fold, own, pairs = found
    profiles = {item.profile.article_id: item.profile for item in own}
    keys = list(profiles)
    with WITHIN.open("rb") as handle:
        line = lines_of(handle)[fold]
    story: dict[str, int] = {}
    for component in components(keys, [pair for pair, value in pairs.items() if value >= EDGE]):
        held = set(component)
        known = {pair: value for pair, value in pairs.items() if held.issuperset(pair)}
        if beside:
            known = seen_within([profiles[key] for key in component], known, line)
        for group in partition(component, known):
            story.update(dict.fromkeys(group, len(set(story.values()))))
    return [story[key] for key in keys]


def mean_b_cubed(folds: Sequence[Scored], *, beside: bool = True) -> float:
    """Return B-cubed F1 over the folds, each weighed by its articles."""
    scores = [
        (len(found[1]), b_cubed([item.story for item in found[1]], grouped(found, beside=beside))) for found in folds
    ]
    return sum(count * score for count, score in scores) / sum(count for count, _ in scores)


def calibration(folds: Sequence[Scored]) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """Return the probabilities of all pairs and whether they are of one story."""
    values, same = [], []
    for _, own, pairs in folds:
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
        print(f"{name:10} by pairs alone: {mean_b_cubed(folds, beside=False):.3f}")
        values, same = calibration(folds)
        figures[f"stories.{name}.right_of_sure"] = float(same[values >= SURE].mean())
        for low, high in zip(BINS, BINS[1:], strict=False):
            chosen = (values >= low) & (values < high)
            right = same[chosen].sum() / max(chosen.sum(), 1)
            print(f"{name:10} given {low:.1f} to {min(high, 1):.1f}: {chosen.sum():8,} pairs, {right:.3f} right")
    figures.update(peers(sets["full_text"], sets["headlines"], b_cubed))
    return figures


def main() -> None:
    """Print the figures."""
    for name, figure in score().items():
        print(f"{name:40} {figure:.4f}")


if __name__ == "__main__":
    main()
