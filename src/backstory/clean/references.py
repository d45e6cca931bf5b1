"""Units in, pointing back out: pronouns without a name before them, and "the" before what has been spoken of."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from backstory.clean.lexicon import Trait, Written

__all__ = ["references_of"]

BACK = 8
"""How many units back "the speech" may point."""

LOOKED_AT = 45
"""Words of a unit that are looked at: its first sentence or two."""

UNIT_BITS = 24
Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


def references_of(written: Written) -> Floats:
    """Return how each unit points back (units x 6).

    Whether it opens with a word that points back, or with a pronoun; whether a pronoun comes before any name; how many
    definite nouns were spoken of before, and how many were not; how many nouns it introduces.
    """
    if not len(written.rows):
        return np.zeros((written.size, 6), dtype=np.float32)
    places, there = written.heads(LOOKED_AT)
    traits = np.where(there, written.traits[places], 0)
    opening = np.where(
        ((traits & Trait.LETTER) > 0).any(axis=1),
        np.take_along_axis(traits, ((traits & Trait.LETTER) > 0).argmax(axis=1)[:, None], axis=1)[:, 0],
        0,
    )
    columns = [(opening & Trait.BACKWARD) > 0, (opening & Trait.PRONOUN) > 0, _orphans(traits)]
    return np.stack([*columns, *_spoken_of(written, places, there, traits)], axis=1).astype(np.float32)


def _orphans(traits: Ints) -> Bools:
    """Return in which units a pronoun comes before any name; the first word is no name."""
    pronoun, name = (traits & Trait.PRONOUN) > 0, (traits & Trait.NAME) > 0
    name[:, 0] = False
    never = traits.shape[1]
    first_pronoun = np.where(pronoun.any(axis=1), pronoun.argmax(axis=1), never)
    first_name = np.where(name.any(axis=1), name.argmax(axis=1), never)
    return np.asarray((first_pronoun < never) & (first_pronoun <= first_name))


def _spoken_of(written: Written, places: Ints, there: Bools, traits: Ints) -> list[Ints]:
    """Return how many of each unit's definite nouns were spoken of before, how many not, and how many are new."""
    paired = there[:, 1:]
    unit, at = np.nonzero(((traits[:, :-1] & (Trait.DEFINITE | Trait.ANY)) > 0) & paired)
    definite = (traits[unit, at] & Trait.DEFINITE) > 0
    stems = written.stems[places[unit, at + 1]]
    long = written.has(Trait.LONG)
    said = np.sort(written.stems[long] << UNIT_BITS | written.units[long])
    found = np.searchsorted(said, stems << UNIT_BITS | unit) - 1
    last = said[np.maximum(found, 0)] if len(said) else np.zeros_like(found)
    known = (found >= 0) & (last >> UNIT_BITS == stems) & (unit - (last & ((1 << UNIT_BITS) - 1)) <= BACK)
    return [
        np.bincount(unit[chosen], minlength=written.size)
        for chosen in (definite & known, definite & ~known, ~definite & ~known)
    ]
