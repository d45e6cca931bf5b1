"""Glued files and a reader of roles in, the two boosted ensembles that weigh gaps out."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import numpy as np

from backstory.clean.gaps import Evidence, evidence_of, first_look, second_look
from backstory.clean.units import Unit, units_of
from backstory.clean.weights import Trees, Weights
from backstory.records import Kind, Line
from training.split.glue import Glued, Neighbours, glue


def units_and_gold(glued: Glued) -> tuple[list[Unit], np.ndarray]:
    """Return the units of a glued file and what the gap before each is."""
    text = "\n".join(glued.lines)
    lines, place = [], 0
    for line in glued.lines:
        lines.append(Line(place, place + len(line), Kind.BODY, 1.0))
        place += len(line) + 1
    units = units_of(text, lines)
    return units, np.asarray([max(glued.gold[k] for k in unit.lines) for unit in units])


def sampled(pool: Neighbours, known: Weights, count: int, seed: int) -> list[tuple[Evidence, np.ndarray, np.ndarray]]:
    """Return `count` glued files: their evidence, the first look's features and the gold."""
    rng = random.Random(seed)
    out = []
    while len(out) < count:
        units, gold = units_and_gold(glue(pool, rng))
        if len(units) > 1:
            seen = evidence_of(units, known)
            out.append((seen, first_look(seen), gold))
    return out


def boosted(matrix: np.ndarray, gold: np.ndarray, *, seed: int, trees: int, leaves: int = 24) -> Any:
    from sklearn.ensemble import HistGradientBoostingClassifier

    model = HistGradientBoostingClassifier(
        max_iter=trees, max_leaf_nodes=leaves, learning_rate=0.08, min_samples_leaf=40, l2_regularization=5.0,
        max_features=0.3, random_state=seed, early_stopping=False,
    )  # fmt: skip
    return model.fit(matrix, gold)


def packed(model: Any, name: str) -> dict[str, Any]:
    """Return a fitted ensemble as plain arrays."""
    grown = [stage[0].nodes for stage in model._predictors]
    size = max(map(len, grown))
    arrays = {key: np.zeros((len(grown), size), dtype) for key, dtype in
              (("feature", np.int16), ("threshold", np.float32), ("left", np.int16), ("right", np.int16), ("value", np.float32))}  # fmt: skip
    for row, nodes in enumerate(grown):
        own = np.arange(len(nodes))
        leaf = nodes["is_leaf"].astype(bool)
        arrays["feature"][row, : len(nodes)] = np.where(leaf, 0, nodes["feature_idx"])
        arrays["threshold"][row, : len(nodes)] = np.where(leaf, np.inf, nodes["num_threshold"])
        arrays["left"][row, : len(nodes)] = np.where(leaf, own, nodes["left"])
        arrays["right"][row, : len(nodes)] = np.where(leaf, own, nodes["right"])
        arrays["value"][row, : len(nodes)] = np.where(leaf, nodes["value"], 0)
    depth = int(max(nodes["depth"].max() for nodes in grown))
    base = np.asarray(float(np.ravel(model._baseline_prediction)[0]))
    return {
        **{f"{name}_{key}": array for key, array in arrays.items()},
        f"{name}_base": base,
        f"{name}_depth": np.asarray(depth),
    }


def chances(trees: Trees, matrix: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-trees.score(matrix.astype(np.float32))))


def train_gaps(parts: Sequence[list[tuple[Evidence, np.ndarray, np.ndarray]]], *, seed: int) -> tuple[Any, Any]:
    """Return the first and the second look's models.

    `parts` are two sets of files; the second look is trained on chances that a first look trained on the other part
    gave, as it will meet them.
    """
    firsts = []
    for part in parts:
        matrix = np.concatenate([first[1:] for _, first, _ in part])
        gold = np.concatenate([gold[1:] > 0 for _, _, gold in part])
        firsts.append(boosted(matrix, gold, seed=seed, trees=120))
    rows, golds = [], []
    for part, model in zip(parts, reversed(firsts), strict=True):
        for seen, first, gold in part:
            chance = model.predict_proba(first)[:, 1].astype(np.float32)
            gaps = np.flatnonzero(chance > 0.01)
            gaps = gaps[gaps > 0]
            if len(gaps):
                rows.append(second_look(seen, first, chance, gaps))
                golds.append(gold[gaps] > 0)
    second = boosted(np.concatenate(rows), np.concatenate(golds), seed=seed, trees=150)
    matrix = np.concatenate([first[1:] for part in parts for _, first, _ in part])
    gold = np.concatenate([gold[1:] > 0 for part in parts for _, _, gold in part])
    return boosted(matrix, gold, seed=seed, trees=120), second
