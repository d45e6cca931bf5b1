"""Tokens in, rows out: everything that cutting asks about a token, found once and kept for the commoner ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import chain
from zlib import crc32

import numpy as np
import numpy.typing as npt

from backstory.clean.introductions import words
from backstory.clean.units import Unit
from backstory.clean.word_table import DIMENSIONS, word_vectors

__all__ = ["KEPT", "SHAPES", "Lexicon", "Trait", "Written", "stem"]

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

KEPT = 50_000
"""Tokens kept at once: 30 MB. A million articles use more, so the table then begins anew."""

SHAPES = ("<unknown>", "<ing>", "<ed>", "<ly>", "<s>", "<Name>", "<NAMES>", "<number>", "<year>", "<mark>")
"""What a word that the reader of roles does not know is replaced by: these stand first in its word list."""

SENTENCE_MARKS = frozenset(".!?\"'“”‘’«»:—–-*•(")
DEFINITE = frozenset({"the", "this", "that", "these", "those"})


class Trait:
    """Bits of what a token is."""

    TOLD, CAPITAL, ALNUM, MARK, LETTER, NAME, LONG, DEFINITE, ANY, PRONOUN, BACKWARD = (1 << k for k in range(11))


@lru_cache(maxsize=1 << 12)
def stem(token: str) -> str:
    """Return `token` in lower case without a possessive or plural s."""
    word = token.lower()
    if word.endswith(("'s", "’s")):
        word = word[:-2]
    return word[:-1] if len(word) > 4 and word.endswith("s") and not word.endswith("ss") else word


class Lexicon:
    """Columns over tokens: `rows` gives places in them, which depend on what was read before. No result may.

    `codes` are codes of the tokens and `stems` of their stems, `background` the stems' rows in the list of rare words
    or -1, `inside` and `fresh` the rows in the list of the reader of roles, within a sentence and at its beginning;
    `traits` are bits.
    """

    def __init__(self, rare: Mapping[str, int], style: Mapping[str, int]) -> None:
        self._rare, self._style = rare, style
        self._known: dict[str, int] = {}
        self._make(KEPT)

    def _make(self, size: int) -> None:
        self._columns = np.zeros((6, size), dtype=np.int64)
        self.codes, self.stems, self.background, self.inside, self.fresh, self.traits = self._columns
        self.vectors: npt.NDArray[np.float16] = np.zeros((size, DIMENSIONS), dtype=np.float16)

    def forget(self) -> None:
        """Begin anew, as happens when the table is full."""
        self._known.clear()

    def rows(self, tokens: Sequence[str]) -> Ints:
        """Return the row of each of `tokens`; rows of an earlier call may be lost."""
        known = self._known
        fresh = sorted(set(tokens).difference(known))
        if len(known) + len(fresh) > KEPT:
            self.forget()
            fresh = sorted(set(tokens))
            if len(fresh) > len(self.stems):
                self._make(len(fresh))
        if fresh:
            self._add(fresh)
        return np.fromiter(map(known.__getitem__, tokens), dtype=np.int64, count=len(tokens))

    def _add(self, fresh: list[str]) -> None:
        begin, stop = len(self._known), len(self._known) + len(fresh)
        self._columns[:, begin:stop] = np.asarray([self._row(token) for token in fresh], dtype=np.int64).T
        worded = [place for place, token in enumerate(fresh) if token[0].isalnum()]
        if worded:
            self.vectors[[begin + place for place in worded]] = word_vectors([fresh[place] for place in worded])
        self._known.update(zip(fresh, range(begin, stop), strict=True))

    def _row(self, token: str) -> tuple[int, ...]:
        word = stem(token)
        code = crc32(token.encode("utf-8", "surrogatepass"))
        inside = fresh = self._style.get(token, -1)
        if inside < 0:
            inside, fresh = _shape(token, self._style, False), _shape(token, self._style, True)
        stem_code = code if word == token else crc32(word.encode("utf-8", "surrogatepass"))
        return code, stem_code, self._rare.get(word, -1), inside, fresh, _traits(token)


def _shape(token: str, style: Mapping[str, int], fresh: bool) -> int:
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


def _traits(token: str) -> int:
    lower, first, size = token.lower(), token[0], len(token)
    capital = first.isupper()
    return (
        Trait.TOLD * (size > 2 or (size > 1 and token.isupper()))
        | Trait.CAPITAL * capital
        | Trait.ALNUM * first.isalnum()
        | Trait.MARK * (token in SENTENCE_MARKS)
        | Trait.LETTER * lower[0].isalpha()
        | Trait.NAME * (capital and size > 1)
        | Trait.LONG * (size > 3)
        | Trait.DEFINITE * (lower in DEFINITE)
        | Trait.ANY * (lower in ("a", "an"))
        | Trait.PRONOUN * (lower in words("pronouns"))
        | Trait.BACKWARD * (lower in words("backward_words"))
    )


class Written:
    """The tokens of a text's units in one line: each token's unit, row, stem and traits, and where the units begin."""

    def __init__(self, units: Sequence[Unit], lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.lengths: Ints = np.asarray([len(unit.tokens) for unit in units], dtype=np.int64)
        self.starts: Ints = np.cumsum(self.lengths) - self.lengths
        self.units: Ints = np.repeat(np.arange(len(units)), self.lengths)
        self.rows = lexicon.rows([*chain.from_iterable(unit.tokens for unit in units)])
        self.stems: Ints = lexicon.stems[self.rows]
        self.traits: Ints = lexicon.traits[self.rows]

    @property
    def size(self) -> int:
        """Return how many units there are."""
        return len(self.lengths)

    def has(self, trait: int) -> npt.NDArray[np.bool_]:
        """Return which tokens have `trait`."""
        return (self.traits & trait) > 0

    def heads(self, most: int) -> tuple[Ints, npt.NDArray[np.bool_]]:
        """Return the places of each unit's first `most` tokens (units x most), and which of them there are."""
        steps = np.arange(min(most, int(self.lengths.max(initial=1)) or 1))
        there = steps < self.lengths[:, None]
        return np.where(there, self.starts[:, None] + steps, 0), there

    def tails(self, most: int) -> tuple[Ints, npt.NDArray[np.bool_]]:
        """Return the places of each unit's last `most` tokens (units x most), and which of them there are."""
        steps = np.arange(min(most, int(self.lengths.max(initial=1)) or 1))
        there = steps < self.lengths[:, None]
        first = self.starts + self.lengths - np.minimum(self.lengths, len(steps))
        return np.where(there, first[:, None] + steps, 0), there
