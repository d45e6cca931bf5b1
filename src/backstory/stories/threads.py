"""Stories in, how likely two of them follow one another out, with the reasons: of these, threads are made.

A story's theme is the mean of its articles' profiles, in whole numbers, and what it says of days before it. Evidence
for two stories is a pure function of their themes, and every term of its sum is a reason.
A thread is never one giant story: the stories stay as they are, and the thread holds them in order of time.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import combinations

from backstory.stories.blocking import UNDATED, day_of
from backstory.stories.evidence import Reason
from backstory.stories.profile import Profile

__all__ = ["EDGE", "JOIN", "Followed", "Reference", "Theme", "evidence", "keys_of_theme", "theme"]

FIELDS = ("names", "lead", "numbers")
"""What of a story is compared: who and what it names, the words of its tops, its numbers."""
STEPS = 16
"""Whole steps of one step of a profile's weight, so that a mean over articles stays a whole number."""
KEY_TERMS = 10
"""A story's weightiest terms; every two of them make a key under which stories are compared."""
BASE = -4.2
"""Log odds of two stories that share a key and nothing else."""
WEIGHTS = {"names": 4.0, "lead": 5.0, "numbers": 1.2, "passages": 1.5, "reference": 1.8}
"""Log odds of each kind of evidence at its fullest; see docs/stories.md for the measurement."""
DECAY = 0.02
"""Log odds that every day between the two takes, after the first fortnight."""
GRACE = 14
EDGE = 0.5
"""Probability from which two stories are linked."""
JOIN = 0.35
"""Mean probability between two groups of stories from which they are one thread."""
FULL_RUNS = 4
"""Runs in common from which more say nothing more: about forty words."""
SHOWN = 3
NOTICED = 0.05


@dataclass(frozen=True, slots=True)
class Reference:
    """What a sentence says of days before its article: from the first to the last day since 1970, and its terms."""

    first: int
    last: int
    terms: frozenset[str]
    article_id: str
    source_id: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Theme:
    """What of a story is compared. `first` and `last` are days since 1970, None where no article is dated."""

    story_id: str
    fields: Mapping[str, Mapping[str, int]]
    first: int | None
    last: int | None
    runs: frozenset[int] = frozenset()
    references: tuple[Reference, ...] = ()

    def to_json(self) -> str:
        """Return the theme as JSON, its terms in order."""
        held = {name: dict(sorted(self.fields[name].items())) for name in FIELDS}
        told = [
            [r.first, r.last, sorted(r.terms), r.article_id, r.source_id, r.start, r.end, r.text]
            for r in self.references
        ]
        return json.dumps([held, self.first, self.last, sorted(self.runs), told], ensure_ascii=False)

    @classmethod
    def from_json(cls, story_id: str, held: str) -> Theme:
        """Return the theme that `to_json` wrote."""
        fields, first, last, runs, told = json.loads(held)
        references = (Reference(row[0], row[1], frozenset(row[2]), *row[3:]) for row in told)
        return cls(story_id, fields, first, last, frozenset(runs), tuple(references))


@dataclass(frozen=True, slots=True)
class Followed:
    """How likely two stories are of one thread, and why; `reference` is where the later one speaks of the earlier."""

    probability: float
    reasons: tuple[Reason, ...]
    reference: Reference | None = None


def theme(
    story_id: str, profiles: Sequence[Profile], *, runs: frozenset[int], references: Iterable[Reference] = ()
) -> Theme:
    """Return what of a story is compared: the mean of its articles' weights, and when they came out."""
    fields: dict[str, dict[str, int]] = {}
    for name in FIELDS:
        total = Counter[str]()
        for one in profiles:
            total.update(one.fields[name])
        means = {term: value * STEPS // len(profiles) for term, value in total.items()}
        fields[name] = {term: value for term, value in means.items() if value}
    days = sorted(day for day in map(day_of, profiles) if day != UNDATED)
    kept = sorted(references, key=lambda r: (r.article_id, r.start))
    return Theme(story_id, fields, days[0] if days else None, days[-1] if days else None, runs, tuple(kept))


def keys_of_theme(theme: Theme) -> list[int]:
    """Return the keys of a story, 63 bits each; stories that share one are compared."""
    lead, names = theme.fields["lead"], theme.fields["names"]
    weights = {term: lead.get(term, 0) + names.get(term, 0) for term in {*lead, *names}}
    chosen = sorted(sorted(weights, key=lambda term: (-weights[term], term))[:KEY_TERMS])
    words = (f"{one} {other}".encode() for one, other in combinations(chosen, 2))
    return sorted({int.from_bytes(blake2b(pair, digest_size=8).digest(), "big") >> 1 for pair in words})


def evidence(one: Theme, other: Theme) -> Followed:
    """Return how likely it is that two stories are of one thread; their order does not matter."""
    early, late = sorted((one, other), key=lambda t: (t.first is None, t.first or 0, t.story_id))
    found = [_alike(name, early, late) for name in FIELDS]
    carried = len(early.runs & late.runs)
    if carried:
        found.append(_reason("passages", "both carry some of the same passages", min(carried / FULL_RUNS, 1.0)))
    reference = _reference(early, late)
    if reference is not None:
        found.append(_reason("reference", f"the later says of the earlier: {reference.text}", 1.0))
    found.append(_time(early, late))
    odds = BASE + sum(reason.weight for reason in found)
    told = sorted((r for r in found if abs(r.weight) >= NOTICED), key=lambda r: (-abs(r.weight), r.kind))
    return Followed(round(1 / (1 + math.exp(-odds)), 3), tuple(told), reference)


def _reason(kind: str, detail: str, share: float) -> Reason:
    return Reason(kind, detail, round(WEIGHTS[kind] * share, 2))


def _alike(name: str, early: Theme, late: Theme) -> Reason:
    mine, theirs = early.fields[name], late.fields[name]
    product = sum(value * theirs[term] for term, value in mine.items() if term in theirs)
    lengths = math.sqrt(sum(v * v for v in mine.values()) * sum(v * v for v in theirs.values()))
    common = sorted((term for term in mine if term in theirs), key=lambda t: (-mine[t] * theirs[t], t))
    kind = {"lead": "words"}.get(name, name)
    detail = f"{kind} that both have: {', '.join(common[:SHOWN])}" if common else f"no {kind} in common"
    return Reason(kind, detail, round(WEIGHTS[name] * (product / lengths if lengths else 0.0), 2))


def _reference(early: Theme, late: Theme) -> Reference | None:
    """Return where the later story speaks of the days of the earlier in its words."""
    if early.first is None or early.last is None or late.first is None:
        return None
    about = early.fields["lead"].keys()
    best, most = None, 2
    for told in late.references:
        meets = told.first <= early.last and told.last >= early.first - 1
        if meets and len(told.terms & about) > most:
            best, most = told, len(told.terms & about)
    return best


def _time(early: Theme, late: Theme) -> Reason:
    if early.last is None or late.first is None:
        return Reason("time", "", 0.0)
    days = max(late.first - early.last, 0)
    return Reason("time", f"{days} days between them", round(-DECAY * max(days - GRACE, 0), 2))
