"""Units in, roles out: how much each reads like a headline, a lead, a second paragraph, a middle or an ending.

A bag of embedded words and word pairs, the first words and the last kept apart, goes through one hidden layer. Names
and numbers are replaced by their shape, so that the reader learns how news is written and not what it was about.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from backstory.clean.units import Unit
from backstory.clean.weights import Weights

__all__ = ["ROLES", "SHAPES", "features_of", "roles_of"]

ROLES = ("headline", "lead", "second", "middle", "last", "other")

SHAPES = ("<unknown>", "<ing>", "<ed>", "<ly>", "<s>", "<Name>", "<NAMES>", "<number>", "<year>", "<mark>")
"""What a word that the reader does not know is replaced by: these stand first in its word list."""

PAIRS = 1 << 15
"""Buckets for pairs of words, by judgement: the table is a third of the weights."""

HEAD, TAIL = 40, 14
"""Words looked at from the front and from the end: a lead says what it is in its first sentence."""

SENTENCE_MARKS = frozenset(".!?\"'“”‘’«»:—–-*•(")


def style_ids(tokens: Sequence[str], style: dict[str, int]) -> list[int]:
    """Return the row of each token in the reader's word list, or of its shape."""
    ids = []
    fresh = True
    for token in tokens:
        row = style.get(token)
        if row is None:
            row = _shape(token, style, fresh)
        ids.append(row)
        fresh = token in SENTENCE_MARKS
    return ids


def _shape(token: str, style: dict[str, int], fresh: bool) -> int:
    first = token[0]
    if first.isdigit():
        return 8 if len(token) == 4 and token.isdigit() and first in "12" else 7
    if not first.isalpha():
        return 9
    if first.isupper():
        known = style.get(token.lower()) if fresh or (len(token) > 1 and token.isupper()) else None
        return known if known is not None else (6 if len(token) > 1 and token.isupper() else 5)
    for row, ending in ((1, "ing"), (2, "ed"), (3, "ly"), (4, "s")):
        if token.endswith(ending):
            return row
    return 0


def features_of(units: Sequence[Unit], style: dict[str, int]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the rows that each unit switches on, one after the other, and where each unit's begin.

    Rows below `len(style)` are single words, the next `PAIRS` pairs of words, places of words and lengths.
    """
    size = len(style)
    flat: list[int] = []
    starts = []
    for unit in units:
        starts.append(len(flat))
        head = style_ids(unit.tokens[:HEAD], style)
        tail = style_ids(unit.tokens[-TAIL:], style)
        flat.extend(head)
        pairs = [0, *head]
        flat.extend(size + (a * 7919 + b * 104729 + 17) % PAIRS for a, b in zip(pairs, head, strict=False))
        flat.extend(size + (b * 15485863 + place * 32452843 + 5) % PAIRS for place, b in enumerate(head[:6]))
        flat.extend(size + (b * 49979687 + 11) % PAIRS for b in tail)
        flat.extend(size + (a * 67867967 + b * 86028121 + 3) % PAIRS for a, b in zip(tail, tail[1:], strict=False))
        flat.append(size + (min(len(unit.tokens), 400).bit_length() * 7 + min(len(unit.tokens) // 6, 9) * 131) % PAIRS)
    return np.asarray(flat, dtype=np.int64), np.asarray(starts, dtype=np.int64)


def roles_of(units: Sequence[Unit], known: Weights) -> npt.NDArray[np.float32]:
    """Return the log probability of each role for each unit (units x `ROLES`)."""
    flat, starts = features_of(units, known.style)
    counts = np.diff(np.append(starts, len(flat)))
    bags = np.add.reduceat(known.embedding[flat], starts, axis=0) / np.sqrt(counts)[:, None].astype(np.float32)
    hidden = np.maximum(bags @ known.hidden + known.hidden_bias, 0)
    scores = hidden @ known.out + known.out_bias
    scores = scores - scores.max(axis=1, keepdims=True)
    return np.asarray(scores - np.log(np.exp(scores).sum(axis=1, keepdims=True)), dtype=np.float32)
