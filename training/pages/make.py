"""The development pages in, the page model out: `python -m training.pages.make` (three minutes on one core).

Grows `src/backstory/models/pages.npz` from all pages, and a model a fold for the scorer, each from the pages of the
other hosts. A line's label is the share of its runs of four words that the gold body has, so that a line that is body
in part counts in part. Pages count alike, and within a page longer lines count more.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
from sklearn.ensemble import HistGradientBoostingRegressor

from backstory.read.page_charset import characters, encoding_of
from backstory.read.page_context import in_context
from backstory.read.page_features import features_of
from backstory.read.page_metadata import facts_of, stated_of
from backstory.read.page_text import page_of
from evaluation.paths import ROOT, shared
from evaluation.saved_pages import SET, GoldPage, gold_pages, shingles
from training.pages.folds import FOLDS, KEPT, fold_of

MODEL = ROOT / "src" / "backstory" / "models" / "pages.npz"


@dataclass
class Example:
    """A page's matrix, labels and weights, and the fold of its host."""

    matrix: np.ndarray
    labels: np.ndarray
    weights: np.ndarray
    fold: int


def example_of(gold: GoldPage) -> Example:
    page = page_of(characters(gold.raw, encoding_of(gold.raw)))
    facts = facts_of(page)
    features = features_of(page, facts, stated_of(page, facts))
    weights = features.words**0.7 + 0.5
    labels = labels_of([page.text[line.start : line.end] for line in page.lines], gold.body)
    return Example(in_context(features), labels, 100 * weights / weights.sum(), fold_of(gold.host))


def labels_of(lines: list[str], body: str) -> np.ndarray:
    """Return the share of each line that the body has; one of fewer than four words must be a line of it."""
    in_body = shingles(body)
    short = {tuple(shingles(line)) for line in body.split("\n")}
    labels = []
    for line in lines:
        runs = list(shingles(line).elements())
        if len(runs) == 1 and len(runs[0]) < 4:
            labels.append(float(tuple(runs) in short))
        else:
            labels.append(sum(run in in_body for run in runs) / max(1, len(runs)))
    return np.array(labels)


def grown(examples: list[Example]) -> HistGradientBoostingRegressor:
    """Return trees grown on these pages: smaller leaves or more trees fit hosts rather than pages."""
    trees = HistGradientBoostingRegressor(
        max_iter=150,
        learning_rate=0.1,
        max_leaf_nodes=24,
        l2_regularization=5,
        min_samples_leaf=60,
        max_features=0.4,
        max_bins=64,
        random_state=0,
    )
    return trees.fit(
        np.concatenate([one.matrix for one in examples]),
        np.concatenate([one.labels for one in examples]),
        sample_weight=np.concatenate([one.weights for one in examples]),
    )


def kept(trees: HistGradientBoostingRegressor, path: Path) -> None:
    """Write the trees as plain arrays, their nodes one after another."""
    all_nodes = [stage[0].nodes for stage in trees._predictors]
    starts = np.cumsum([0, *(len(nodes) for nodes in all_nodes)])
    columns: dict[str, list[np.ndarray]] = {name: [] for name in ("column", "threshold", "left", "right", "value")}
    for start, nodes in zip(starts, all_nodes, strict=False):
        leaf, own = nodes["is_leaf"].astype(bool), start + np.arange(len(nodes))
        columns["column"].append(np.where(leaf, 0, nodes["feature_idx"]).astype(np.int16))
        columns["threshold"].append(np.where(leaf, np.inf, nodes["num_threshold"]).astype(np.float32))
        columns["left"].append(np.where(leaf, own, start + nodes["left"]).astype(np.int32))
        columns["right"].append(np.where(leaf, own, start + nodes["right"]).astype(np.int32))
        columns["value"].append(np.where(leaf, nodes["value"], 0).astype(np.float32))
    np.savez_compressed(
        path,
        roots=starts[:-1].astype(np.int32),
        depth=np.int32(max(nodes["depth"].max() for nodes in all_nodes)),
        base=np.float64(np.ravel(cast(np.ndarray, trees._baseline_prediction))[0]),
        **{name: np.concatenate(parts) for name, parts in columns.items()},
    )
    print(f"{path.name}: {len(all_nodes)} trees, {starts[-1]} nodes, {path.stat().st_size >> 10} KiB", flush=True)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--folds", type=int, nargs="*", default=list(range(FOLDS)), help="folds to grow")
    chosen = arguments.parse_args()
    path = shared(SET)
    if path is None:
        return
    examples = [example_of(page) for page in gold_pages(path)]
    for fold in chosen.folds:
        kept(grown([one for one in examples if one.fold != fold]), KEPT / f"fold{fold}.npz")
    kept(grown(examples), MODEL)


if __name__ == "__main__":
    main()
