"""Glued files and a reader of roles in, the features and the gold of their gaps out."""

from __future__ import annotations

import random

import numpy as np

from backstory.clean.gaps import evidence_of, features_of
from backstory.clean.units import Unit, units_of
from backstory.clean.weights import Weights
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


def sampled(pool: Neighbours, known: Weights, count: int, seed: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return `count` glued files: the features of their gaps and the gold."""
    rng = random.Random(seed)
    out: list[tuple[np.ndarray, np.ndarray]] = []
    while len(out) < count:
        units, gold = units_and_gold(glue(pool, rng))
        if len(units) > 1:
            out.append((features_of(evidence_of(units, known)), gold))
    return out
