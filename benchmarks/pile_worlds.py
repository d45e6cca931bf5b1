"""A base desk's rows in, one world's rows out: the same in other words, with ids and dates of their own."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

import numpy as np
import orjson

__all__ = ["Vocabulary", "World"]

WEEKS = 13
"""Weeks that a world's dates are later than those of the world before."""
KEPT = 300
"""The most frequent words stay as they are: they hold the sentences together."""
BAND = 16
"""A word becomes another of those so many that are about as frequent."""
NOISE = 0.33
"""Length of the noise on a vector of length one: their cosine is .95."""
SHORT = 60
"""Texts of so many characters are names and the like, which come again: they are edited once."""
TEXTS = 1_000_000
"""More than there are texts in a world."""
WORD = re.compile(r"\b[A-Za-z]{4,}\b")
ID = re.compile(r"[0-9a-f]+")
ID_LENGTHS = frozenset([20, 64])
DAY = re.compile(r"(\d{4}-\d\d-\d\d)(T.*)?")
EDITED = frozenset(
    [
        "text",
        "title",
        "author",
        "byline",
        "place_line",
        "speaker",
        "addressee",
        "label",
        "forms",
        "of",
        "keywords",
        "places",
        "left_out",
        "speakers",
    ]
)
DATED = frozenset(
    [
        "published",
        "published_earliest",
        "published_latest",
        "first_seen",
        "said_on",
        "date",
        "date_to",
        "as_of",
        "earliest",
        "latest",
        "first_published",
        "last_published",
    ]
)
NESTED = frozenset(
    [
        "forms",
        "roles",
        "spans",
        "candidates",
        "versions",
        "speakers",
        "members",
        "also",
        "told_by",
        "untold_by",
        "article_ids",
        "outlets",
        "keywords",
        "places",
        "reasons",
        "evidence",
        "story_ids",
    ]
)


STAYING = frozenset(
    ["spans", "start", "end", "kind", "confidence", "cue_start", "cue_end", "speaker_start", "speaker_end", "words"]
)
"""Columns of offsets, kinds and counts."""


class Vocabulary:
    """The words of the base by length and frequency, but for those that stay in every world."""

    def __init__(self, texts: Iterable[str], kept: Iterable[str]) -> None:
        counts = Counter(word.lower() for text in texts for word in WORD.findall(text))
        order = sorted(counts, key=lambda word: (-counts[word], word))
        staying = {word.lower() for text in kept for word in WORD.findall(text)} | set(order[:KEPT])
        self.by_length: dict[int, list[str]] = {}
        for word in order:
            if word not in staying:
                self.by_length.setdefault(len(word), []).append(word)

    def other_words(self, world: int) -> dict[str, str]:
        """Return what half of the words become in a world: as many words as before, each as frequent as one was."""
        rng, other = random.Random(world), {}
        for words in self.by_length.values():
            for at in range(0, len(words), BAND):
                band = words[at : at + BAND]
                chosen = sorted(rng.sample(band, len(band) // 2))
                other |= dict(zip(chosen, chosen[1:] + chosen[:1], strict=True))
        return other


@dataclass(slots=True)
class World:
    """How the base's values become this world's: `sources` and `articles` map its ids, `texts` has the new texts."""

    number: int
    other: dict[str, str]
    sources: dict[str, str] = field(default_factory=dict)
    articles: dict[str, str] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    source_of: dict[str, str] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    known: dict[str, str] = field(default_factory=dict)

    def edited(self, text: str) -> str:
        """Return a text in this world's words; every character keeps its place."""
        if len(text) > SHORT:
            return WORD.sub(self._word, text)
        if text not in self.known:
            self.known[text] = WORD.sub(self._word, text)
        return self.known[text]

    def _word(self, found: re.Match[str]) -> str:
        word = found.group()
        other = self.other.get(word.lower())
        if other is None:
            return word
        if word.islower():
            return other
        return other.upper() if word.isupper() else other.capitalize() if word.istitle() else word

    def identity(self, value: str) -> str:
        """Return this world's id for one of the base."""
        known = self.articles.get(value) or self.sources.get(value) or self.ids.get(value)
        if known is None:
            known = self.ids[value] = sha256(f"{self.number}:{value}".encode()).hexdigest()[: len(value)]
        return known

    def later(self, value: str) -> str:
        """Return a date or an instant as many weeks later as this world is."""
        found = DAY.fullmatch(value)
        if not found:
            return value
        day = date.fromisoformat(found[1]) + timedelta(weeks=WEEKS * self.number)
        return day.isoformat() + (found[2] or "")

    def value(self, name: str, value: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
        """Return this world's value for one of the base, by what it looks like and where it stands."""
        if isinstance(value, str):
            return self._text(name, value)
        if isinstance(value, list):
            return [self.value(name, one) for one in value]
        if isinstance(value, dict):
            made = {key: self.value(key, one) for key, one in value.items()}
            if {"source_id", "start", "end", "text"} <= made.keys():
                made["text"] = self.texts[made["source_id"]][made["start"] : made["end"]]
            return made
        return value

    def _text(self, name: str, value: str) -> str:
        if len(value) in ID_LENGTHS and ID.fullmatch(value):
            return self.identity(value)
        if name in DATED:
            return self.later(value)
        return self.edited(value) if name in EDITED else value

    def address(self, value: str | None) -> str | None:
        """Return an address of this world's own."""
        return value and f"{value}-{self.number}"

    def column(self, name: str) -> Callable[[Any], Any] | None:
        """Return what makes this world's values of a column; None where they stay as they are."""
        if name in STAYING:
            return None
        if name in NESTED:
            return lambda value: value and orjson.dumps(self.value(name, orjson.loads(value))).decode()
        if name == "url":
            return self.address
        return lambda value: self._text(name, value) if isinstance(value, str) else value

    def row(self, table: str, columns: list[str]) -> Callable[[Sequence[Any]], tuple[Any, ...]]:
        """Return what makes this world's rows of a table; whatever has a span says what stands there."""
        special = _SPECIAL.get(table) or (_spanned if {"start", "end", "text"} <= set(columns) else None)
        sliced = {"text"} if special in (_spanned, _quoted) else set()
        makers = [None if name in sliced else self.column(name) for name in columns]

        def made(row: Sequence[Any]) -> tuple[Any, ...]:
            new = [value if make is None else make(value) for make, value in zip(makers, row, strict=True)]
            if special is None:
                return tuple(new)
            named = dict(zip(columns, new, strict=True))
            special(self, named)
            return tuple(named.values())

        return made

    def text_of(self, article_id: str) -> str:
        """Return the text of the source of one of this world's articles."""
        return self.texts[self.source_of[article_id]]

    def vector(self, key: str, packed: bytes) -> bytes:
        """Return an article's vector with noise that depends on the article and the world alone."""
        vector = np.frombuffer(packed, "<f4")
        rng = np.random.default_rng([self.number, int(key[:12], 16)])
        noise = rng.standard_normal(len(vector))
        made = vector + NOISE * noise / np.linalg.norm(noise)
        return (made / np.linalg.norm(made)).astype("<f4").tobytes()


def _spanned(world: World, row: dict[str, Any]) -> None:
    row["text"] = world.text_of(row["article_id"])[row["start"] : row["end"]]


def _quoted(world: World, row: dict[str, Any]) -> None:
    text = world.text_of(row["article_id"])
    row["text"] = " ".join(text[start:end] for start, end in orjson.loads(row["spans"]))
    for part in ("cue", "speaker"):
        if row[f"{part}_start"] is not None:
            row[part] = text[row[f"{part}_start"] : row[f"{part}_end"]]


def _titled(world: World, row: dict[str, Any]) -> None:
    if row["title_start"] is not None:
        row["title"] = world.texts[row["title_source_id"]][row["title_start"] : row["title_end"]]


def _annotated(world: World, row: dict[str, Any]) -> None:
    if row["vector"]:
        row["vector"] = world.vector(row["article_id"], row["vector"])


def _profiled(world: World, row: dict[str, Any]) -> None:
    fields, short, earliest, latest = orjson.loads(row["held"])
    hours = WEEKS * 7 * 24 * world.number
    later = [at if at is None else at + hours for at in (earliest, latest)]
    words = {name: {world.edited(word): weight for word, weight in held.items()} for name, held in fields.items()}
    row["held"] = orjson.dumps([words, short, *later]).decode()


def _numbered(world: World, row: dict[str, Any]) -> None:
    """Numbers of texts in the index of reuse are a world's own."""
    for column in ("text", "text_a", "text_b"):
        if column in row:
            row[column] += world.number * TEXTS


_SPECIAL: dict[str, Callable[[World, dict[str, Any]], None]] = {
    "quotes": _quoted,
    "stories": _titled,
    "annotated": _annotated,
    "profiles": _profiled,
    "reuse_texts": _numbered,
    "reuse_carriers": _numbered,
    "reuse_runs": _numbered,
    "reuse_pairs": _numbered,
}
