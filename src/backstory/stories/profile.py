"""An article and its annotations in, its profile out: all that evidence for a pair looks at, in whole numbers.

Weights are whole so that every sum over them is exact, and a pair's evidence is the same to the last bit whichever
other pairs are looked at with it.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt

from backstory.records import Annotations, Kind, Reading
from backstory.stories.runs import runs_of
from backstory.stories.words import is_number, is_year, terms, weekdays, weight

__all__ = ["FIELDS", "Profile", "profile"]

FIELDS = ("title", "body", "lead", "names", "places", "persons", "numbers", "years")
"""What of an article is compared with the same of another."""
BODY_WORDS = 220
"""Words of the body that are looked at: what an article is about stands at its top. By judgement, not measured."""
LEAD_WORDS = 60
SHORT_WORDS = 40
"""An article with fewer words of body is a headline with little more."""
STEPS = 4
"""Whole steps that a weight of one has."""
VECTOR_STEPS = 512
"""Whole steps that a vector's unit length has."""
SAMPLED = 4
"""Of an article's runs of words one in so many is kept."""
MOST_RUNS = 200
KINDS = {"place": "places", "person": "persons"}


@dataclass(frozen=True, slots=True)
class Profile:
    """What the evidence looks at. `fields` maps a name of FIELDS to its terms' weights.

    `earliest` and `latest` are hours since 1970, None where the article is undated. `weekdays` are the days of the week
    that it names (0 is Monday), `runs` hashes of a sample of its runs of words.
    """

    article_id: str
    fields: Mapping[str, Mapping[str, int]]
    vector: npt.NDArray[np.int8]
    short: bool
    earliest: float | None
    latest: float | None
    weekdays: frozenset[int] = frozenset()
    runs: frozenset[int] = frozenset()

    def to_json(self) -> str:
        """Return the profile without its vector as JSON, its terms in order."""
        held = {name: dict(sorted(self.fields[name].items())) for name in FIELDS}
        told = [held, self.short, self.earliest, self.latest, sorted(self.weekdays), sorted(self.runs)]
        return json.dumps(told, ensure_ascii=False)

    @classmethod
    def from_json(cls, article_id: str, held: str, vector: bytes) -> Profile:
        """Return the profile that `to_json` wrote, in this version or one before there were weekdays and runs."""
        fields, short, earliest, latest, *sets = json.loads(held)
        return cls(article_id, fields, np.frombuffer(vector, np.int8), short, earliest, latest, *map(frozenset, sets))


def profile(reading: Reading, annotations: Annotations) -> Profile:
    """Return the profile of one article; it depends on that article and the shipped weights alone."""
    headline, body = _texts(reading)
    title, words = terms(headline), terms(body)[:BODY_WORDS]
    kinds: dict[str, Counter[str]] = {"names": Counter(), "places": Counter(), "persons": Counter()}
    for mention in annotations.mentions:
        last = terms(mention.text)[-1:]
        if mention.form == "name" and last:
            kinds["names"][last[0]] += 1
            if mention.kind in KINDS:
                kinds[KINDS[mention.kind]][last[0]] += 1
    fields = {
        "title": _weighed(title),
        "body": _weighed(title + words),
        "lead": _weighed(title + words[:LEAD_WORDS]),
        "names": _weighed(kinds["names"]),
        "places": _weighed(kinds["places"]),
        "persons": _weighed(kinds["persons"]),
        "numbers": _weighed([word for word in title + words if is_number(word)]),
        "years": {word: STEPS for word in title + words if is_year(word)},
    }
    article = reading.article
    return Profile(
        article.article_id,
        fields,
        _steps(annotations.vector),
        len(words) < SHORT_WORDS,
        _hours(article.published_earliest, last=False),
        _hours(article.published_latest, last=True),
        weekdays(body),
        runs_of([body], sampled=SAMPLED, most=MOST_RUNS),
    )


def _texts(reading: Reading) -> tuple[str, str]:
    """Return the headline, or the first paragraph where there is none, and what follows."""
    paragraphs = [p for p in reading.paragraphs if p.kind in (Kind.HEADLINE, Kind.STANDFIRST, Kind.BODY)]
    headlines = [p for p in paragraphs if p.kind == Kind.HEADLINE][:1] or paragraphs[:1]
    texts = [reading.text[p.start : p.end] for p in paragraphs if p not in headlines]
    title = reading.text[headlines[0].start : headlines[0].end] if headlines else reading.article.title or ""
    return title, "\n".join(texts)


def _weighed(words: Iterable[str]) -> dict[str, int]:
    """Return each word's weight: its rarity in the background, growing slowly with how often it stands here."""
    counts = words if isinstance(words, Counter) else Counter(words)
    return {word: round(STEPS * weight(word) * (1 + math.log(count))) for word, count in counts.items()}


def _steps(vector: bytes | None) -> npt.NDArray[np.int8]:
    values = np.frombuffer(vector, "<f4") if vector else np.zeros(384, np.float32)
    return np.asarray(np.clip(np.rint(values * VECTOR_STEPS), -127, 127), dtype=np.int8)


def _hours(instant: str | None, *, last: bool) -> float | None:
    """Return hours since 1970 of an ISO 8601 instant; of a day, month or year its first or last."""
    if not instant:
        return None
    day = instant if len(instant) > 10 else (instant + "-01-01"[len(instant) - 4 :])[:10]
    try:
        at = datetime.fromisoformat(day)
    except ValueError:
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    spread = {4: 8760, 7: 730, 10: 24}.get(len(instant), 0) if last else 0
    return round(at.timestamp() / 3600, 2) + spread
