"""A pronoun in its place in, whom it means out: a person of the article, or nobody if that is not sure.

Each person named near the pronoun is a candidate. A logistic model over a dozen plain facts (how far back, whether the
name began its sentence, who has just been speaking, ...) gives each a score; `training/pronouns.py` makes its weights
from GAP's development snippets. The best one is the answer where its share of all scores is large enough.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from backstory.annotate.coreference import Answer, Cast, Entity
from backstory.annotate.lexicon import pairs, words
from backstory.annotate.spans import Token, tokens
from backstory.records import Span

__all__ = ["Context", "features", "pronoun"]

FURTHEST = 1500
"""Characters: further back a pronoun's person is named anew, in news."""
SURE_PRONOUN = 0.5
"""Share of the candidates' scores. Chosen on half of GAP's development snippets: see docs/annotations.md."""
SPOKE_LAST = 1.5
"""Log odds for who spoke last, where the pronoun speaks. GAP has no quotes to learn it from; it is what news does."""


UNLIKE_A_PERSON = -3.0
"""Log odds for a name of unknown kind: in the sample's articles 1 in 25 of those near a pronoun is a person's."""


@dataclass(slots=True)
class Context:
    """What has been said so far: the speakers in order, with their entity, and where each spoke."""

    text: str = ""
    sentences: tuple[Span, ...] = ()
    said: list[tuple[int, int | None]] = field(default_factory=list)
    genders: list[str | None] = field(default_factory=list)
    institutions: frozenset[int] = frozenset()
    inside: tuple[Span, ...] = ()
    """What stands in direct quotes: a pronoun outside seldom means somebody named within."""

    def quotes(self, at: int) -> bool:
        """Say whether the offset lies within a direct quote."""
        return any(span.start <= at < span.end for span in self.inside)

    def note(self, at: int, entity: int | None) -> None:
        """Remember who spoke at the offset `at`."""
        self.said.append((at, entity))

    def last_speaker(self, at: int) -> int | None:
        """Return who spoke last, if that was near."""
        if self.said and self.said[-1][1] is not None and at - self.said[-1][0] <= FURTHEST:
            return self.said[-1][1]
        return None

    def last_institution(self) -> Answer:
        """Return the institution that spoke last: "the statement added"."""
        for _, entity in reversed(self.said):
            if entity in self.institutions:
                return Answer(entity, 0.75)
        return Answer(None)

    def last_person(self, gender: str | None) -> Answer:
        """Return nobody, with the last speaker of the gender as a candidate: "the analyst added"."""
        for _, entity in reversed(self.said[-3:]):
            if entity is not None and entity not in self.institutions and self._of(entity) in {gender, None}:
                return Answer(None, 0.4, ((entity, 0.4),))
        return Answer(None)

    def _of(self, entity: int) -> str | None:
        return self.genders[entity] if entity < len(self.genders) else None

    def sentence_of(self, at: int) -> int:
        """Return the number of the sentence that holds the offset."""
        return next((n for n in range(len(self.sentences) - 1, -1, -1) if self.sentences[n].start <= at), 0)


def pronoun(word: str, gender: str, at: int, cast: Cast, context: Context) -> Answer:
    """Return whom a pronoun that speaks means: he and she a person, they and it whoever spoke last."""
    if word in {"i", "we"}:
        return Answer(None)
    if gender in {"p", "n"}:
        last = context.last_speaker(at)
        if last is not None and (gender == "p" or cast.entities[last].kind != "person"):
            return Answer(last, 0.75)
        return cast.nearest_institution(at, context.sentences) if gender == "n" else Answer(None)
    return person(gender, at, cast, context)


def person(gender: str, at: int, cast: Cast, context: Context) -> Answer:
    """Return the person whom he, she, his, her or him at the offset `at` means."""
    spoke = context.last_speaker(at)
    scored = []
    for number, facts in features(gender, at, cast, context).items():
        odds = sum(_weights().get(name, 0.0) * value for name, value in facts.items())
        known = cast.entities[number].kind == "person"
        odds += SPOKE_LAST * (number == spoke and known) + UNLIKE_A_PERSON * (not known)
        scored.append((math.exp(odds), number))
    if not scored:
        return Answer(None)
    scored.sort(key=lambda row: (-row[0], row[1]))
    total = sum(score for score, _ in scored)
    confidence = round(scored[0][0] / total * NOT_ELSEWHERE, 3)
    candidates = tuple((number, round(score / total * NOT_ELSEWHERE, 3)) for score, number in scored[:4])
    sure = confidence >= SURE_PRONOUN and cast.entities[scored[0][1]].kind == "person"
    return Answer(scored[0][1] if sure else None, confidence, candidates)


NOT_ELSEWHERE = 0.95
"""Share of pronouns whose person is named in the article at all, by GAP's pronouns that mean neither candidate."""


@cache
def _weights() -> Mapping[str, float]:
    return {name: float(weight) for name, weight in pairs("pronoun_weights").items()}


def features(gender: str, at: int, cast: Cast, context: Context) -> dict[int, dict[str, float]]:
    """Return the facts about each candidate for a pronoun at `at`: those of the gender, named near it."""
    place = _Place.of(at, context)
    quoting = context.quotes(at)
    rows: dict[int, dict[str, float]] = {}
    for number, entity in enumerate(cast.entities):
        if entity.kind not in {"person", "other"} or entity.gender not in {gender, None}:
            continue
        places = [(s, e) for s, e in entity.at if at - FURTHEST <= s < at and (quoting or not context.quotes(s))]
        ahead = [(s, e) for s, e in entity.at if at < s <= place.sentence.end]
        if places or ahead:
            rows[number] = _facts(entity, gender, places, ahead, context, place)
    order = sorted(rows, key=lambda number: -max((s for s, _ in cast.entities[number].at if s < at), default=-1))
    for rank, number in enumerate(order):
        rows[number][f"rank_{min(rank, 3)}"] = 1.0
    frequent = max((rows[number]["times"] for number in rows), default=0.0)
    for number, facts in rows.items():
        facts["most_named"] = float(facts["times"] == frequent)
        rows[number] = facts | {f"{place.use}:{name}": value for name, value in facts.items() if name in CROSSED}
    return rows


CROSSED = frozenset(
    {
        "subject",
        "object",
        "owner",
        "sentence_0",
        "sentence_1",
        "rank_0",
        "ahead_only",
        "subject_before",
        "same_clause",
        "first_subject",
    }
)
"""Facts that tell differently for a subject, an object and an owner."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a pronoun stands: its offset, its sentence, and whether it is a subject, an object or owns something."""

    at: int
    number: int
    sentence: Span
    use: str

    @classmethod
    def of(cls, at: int, context: Context) -> _Place:
        """Read the place of the pronoun at `at`."""
        number = context.sentence_of(at)
        sentence = context.sentences[number] if context.sentences else Span(0, len(context.text))
        row = tokens(context.text, at, min(at + 40, sentence.end))
        word = row[0].lower if row else ""
        following = row[1].lower if len(row) > 1 else ""
        owns = (
            word in {"his", "her"}
            and following[:1].isalpha()
            and following not in words("phrase_ends") | words("prepositions")
        )
        use = "owns" if owns else "acts" if word in {"he", "she"} else "bears"
        opens = at - sentence.start < 2
        return cls(at, number, sentence, "opens" if opens and use == "acts" else use)


def _facts(
    entity: Entity, gender: str, places: Sequence[tuple[int, int]], ahead: Sequence[tuple[int, int]],
    context: Context, place: _Place,
) -> dict[str, float]:  # fmt: skip
    facts = {"times": math.log1p(len(places)), "gender_known": float(entity.gender == gender)}
    facts["full_name"] = float(any(" " in form for form in entity.forms))
    if not places:
        return facts | {"ahead_only": 1.0, "ahead_near": float(ahead[0][0] - place.at < 60)}
    start, end = places[-1]
    gap = place.number - context.sentence_of(start)
    facts[f"sentence_{min(gap, 3)}"] = 1.0
    facts["far"] = math.log1p((place.at - start) / 100)
    roles = [(place.number - context.sentence_of(s), _is_subject(context, s, e)) for s, e in places]
    facts["subject"] = float(roles[-1][1])
    facts["subject_here"] = float(any(subject for distance, subject in roles if distance == 0))
    facts["subject_before"] = float(any(subject for distance, subject in roles if distance == 1))
    facts["opens_before"] = float(any(s - context.sentences[context.sentence_of(s)].start < 3 for s, _ in places))
    facts["first_named"] = float(context.sentence_of(places[0][0]) == 0)
    facts["first_subject"] = float(facts["first_named"] and roles[0][1])
    return facts | _neighbours(context.text, start, end, place.at)


def _neighbours(text: str, start: int, end: int, at: int) -> dict[str, float]:
    """Return what the words beside a name tell: owners, objects of prepositions, names in a row, the same clause."""
    before = text[max(0, start - 12) : start].lower().split()
    after = text[end : end + 12].lower()
    last = before[-1] if before else ""
    between = text[end:at]
    spoken = tokens(text, end, at)
    return {
        "owner": float(after.startswith(("'s", "’s", "'", "’"))),
        "object": float(last in words("prepositions") or last in {"of", "by", "with", "to", "for", "than"}),
        "joined": float(last in {"and", "or", "&"} or after.startswith((" and ", ", and "))),
        "comma_after": float(after.startswith(",")),
        "bracket": float(after.startswith(" (") or last.endswith("(")),
        "owned": float(last in {"his", "her", "their"} or before[-2:-1] in (["his"], ["her"])),
        "same_clause": float(len(spoken) < 8 and not any(mark in between for mark in ",;:.")),
        "clauses": float(sum(t.lower in words("clause_openers") | {",", ";", "and"} for t in spoken[:40])) / 4,
    }


def _is_subject(context: Context, start: int, end: int) -> bool:
    """Say whether the name at [start, end) looks like a subject: it begins a clause, or a verb follows."""
    sentence = context.sentences[context.sentence_of(start)]
    after = tokens(context.text, end, min(end + 30, sentence.end))
    if after and (after[0].text in {"'s", "’s"} or after[0].lower in {"and", "or"}):
        return False
    if after and (after[0].lower in words("adverbs_before_cue") or after[0].lower.endswith(("ed", "es"))):
        return True
    before: list[Token] = tokens(context.text, sentence.start, start)
    while before and before[-1].is_capital and before[-1].lower not in words("connectors"):
        before.pop()
    return not before or before[-1].lower in words("clause_openers") | {"and", "but", ";", "“", '"', "``", "that"}
