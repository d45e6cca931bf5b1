"""Units in, pointing back out: pronouns without a name before them, and "the" before what has been spoken of."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from backstory.clean.introductions import words
from backstory.clean.units import Unit
from backstory.clean.vectors import stem

__all__ = ["references_of"]

BACK = 8
"""How many units back "the speech" may point."""

LOOKED_AT = 45
"""Words of a unit that are looked at: its first sentence or two."""


def references_of(units: Sequence[Unit]) -> npt.NDArray[np.float32]:
    """Return how each unit points back (units x 6).

    Whether it opens with a word that points back, or with a pronoun; whether a pronoun comes before any name; how many
    definite nouns were spoken of before, and how many were not; how many nouns it introduces.
    """
    pronouns, backward = words("pronouns"), words("backward_words")
    rows = []
    last: dict[str, int] = {}
    for place, unit in enumerate(units):
        tokens = unit.tokens[:LOOKED_AT]
        lower = [token.lower() for token in tokens]
        first = next((word for word in lower if word[0].isalpha()), "")
        old = new = introduced = 0
        for article, noun in zip(lower, lower[1:], strict=False):
            if article in ("the", "this", "that", "these", "those"):
                known = place - last.get(stem(noun), -99) <= BACK
                old += known
                new += not known
            elif article in ("a", "an"):
                introduced += place - last.get(stem(noun), -99) > BACK
        rows.append((first in backward, first in pronouns, _orphan(tokens, lower, pronouns), old, new, introduced))
        for token in unit.tokens:
            if len(token) > 3:
                last[stem(token)] = place
    return np.asarray(rows, dtype=np.float32)


def _orphan(tokens: Sequence[str], lower: Sequence[str], pronouns: frozenset[str]) -> bool:
    """Return whether a pronoun comes before any name."""
    for place, (token, word) in enumerate(zip(tokens, lower, strict=True)):
        if word in pronouns:
            return True
        if place and token[0].isupper() and len(token) > 1:
            return False
    return False
