"""Units in, roles out: how much each reads like a headline, a lead, a second paragraph, a middle or an ending.

A bag of embedded words and word pairs, the first words and the last kept apart, goes through one hidden layer. Names
and numbers are replaced by their shape, so that the reader learns how news is written and not what it was about.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from backstory.clean.lexicon import Trait, Written
from backstory.clean.weights import Weights

__all__ = ["PAIRS", "ROLES", "features_of", "roles_of"]

ROLES = ("headline", "lead", "second", "middle", "last", "other")

PAIRS = 1 << 15
"""Buckets for pairs of words, by judgement: the table is a third of the weights."""

HEAD, TAIL = 40, 14
"""Words looked at from the front and from the end: a lead says what it is in its first sentence."""

AT_ONCE = 64
"""Units whose words are looked up at once: a text of 720 takes 30 MB less than all at once."""

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


def features_of(written: Written, size: int) -> tuple[Ints, Bools]:
    """Return the rows that each unit switches on, and which of these places are filled (both units x places).

    Rows below `size` are single words, the next `PAIRS` pairs of words, places of words and lengths.
    """
    head, headed = _style_rows(written, *written.heads(HEAD))
    tail, tailed = _style_rows(written, *written.tails(TAIL))
    before = np.concatenate([np.zeros_like(head[:, :1]), head[:, :-1]], axis=1)
    lengths = written.lengths
    parts = [
        head,
        size + (before * 7919 + head * 104729 + 17) % PAIRS,
        size + (head[:, :6] * 15485863 + np.arange(head.shape[1])[:6] * 32452843 + 5) % PAIRS,
        size + (tail * 49979687 + 11) % PAIRS,
        size + (tail[:, :-1] * 67867967 + tail[:, 1:] * 86028121 + 3) % PAIRS,
        size + ((_bits(lengths) * 7 + np.minimum(lengths // 6, 9) * 131) % PAIRS)[:, None],
    ]
    filled = [headed, headed, headed[:, :6], tailed, tailed[:, 1:], np.ones((len(lengths), 1), dtype=bool)]
    return np.concatenate(parts, axis=1), np.concatenate(filled, axis=1)


def _bits(lengths: Ints) -> Ints:
    """Return how many bits each of `lengths` has, 400 at most taken."""
    return np.asarray(np.frexp(np.minimum(lengths, 400))[1], dtype=np.int64)


def _style_rows(written: Written, places: Ints, there: Bools) -> tuple[Ints, Bools]:
    """Return the row of each token in the reader's word list: another one where a sentence begins."""
    marks = written.has(Trait.MARK)[places] if len(written.rows) else np.zeros(places.shape, dtype=bool)
    fresh = np.concatenate([np.ones_like(marks[:, :1]), marks[:, :-1]], axis=1)
    rows = written.rows[places] if len(written.rows) else places
    return np.where(fresh, written.lexicon.fresh[rows], written.lexicon.inside[rows]), there


def roles_of(written: Written, known: Weights) -> npt.NDArray[np.float32]:
    """Return the log probability of each role for each unit (units x `ROLES`)."""
    rows, filled = features_of(written, len(known.style))
    rows = np.where(filled, rows, len(known.embedding) - 1)
    parts = [known.embedding[rows[at : at + AT_ONCE]].sum(axis=1) for at in range(0, len(rows), AT_ONCE)]
    bags = np.concatenate(parts) / np.sqrt(filled.sum(axis=1, dtype=np.float32))[:, None]
    hidden = np.maximum(bags @ known.hidden + known.hidden_bias, 0)
    scores = hidden @ known.out + known.out_bias
    scores = scores - scores.max(axis=1, keepdims=True)
    return np.asarray(scores - np.log(np.exp(scores).sum(axis=1, keepdims=True)), dtype=np.float32)
