"""A pronoun in its place in, whom it means out: a person of the article named before, or nobody if that is not sure."""

from __future__ import annotations

from dataclasses import dataclass, field

from backstory.annotate.coreference import SURE, Answer, Cast
from backstory.records import Span

__all__ = ["Context", "pronoun"]

FURTHEST = 1500
"""Characters: further back a pronoun's person is named anew, in news."""


@dataclass(slots=True)
class Context:
    """What has been said so far: the speakers in order, with their entity, and where each spoke."""

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
        for at, entity in reversed(self.said):
            del at
            if entity in self.institutions:
                return Answer(entity, 0.75)
        return Answer(None)

    def last_person(self, gender: str | None) -> Answer:
        """Return nobody, with the last speaker of the gender as a candidate: "the analyst added"."""
        for at, entity in reversed(self.said[-3:]):
            del at
            if entity is not None and entity not in self.institutions and self._of(entity) in {gender, None}:
                return Answer(None, 0.4, ((entity, 0.4),))
        return Answer(None)

    def _of(self, entity: int) -> str | None:
        return self.genders[entity] if entity < len(self.genders) else None


def pronoun(word: str, gender: str, at: int, cast: Cast, context: Context) -> Answer:
    """Return whom a pronoun that speaks means: he and she a person, they and it whoever spoke last."""
    if word in {"i", "we"}:
        return Answer(None)
    if gender in {"p", "n"}:
        last = context.last_speaker(at)
        if last is not None and (gender == "p" or cast.entities[last].kind != "person"):
            return Answer(last, 0.75)
        return cast.nearest_institution(at, context.sentences) if gender == "n" else Answer(None)
    scored = sorted(_scores(gender, at, cast, context), key=lambda row: (-row[0], row[1]))
    if not scored:
        return Answer(None)
    total = sum(score for score, _ in scored)
    confidence = min(0.95, scored[0][0] / total) if total else 0.0
    candidates = tuple((number, round(score / total, 3)) for score, number in scored[:4])
    return Answer(scored[0][1] if confidence >= SURE else None, round(confidence, 3), candidates)


def _scores(gender: str, at: int, cast: Cast, context: Context) -> list[tuple[float, int]]:
    begins = max((s.start for s in context.sentences if s.start <= at), default=0)
    before = max((s.start for s in context.sentences if s.start < begins), default=0)
    result = []
    for number, entity in enumerate(cast.entities):
        if entity.kind != "person" or entity.gender not in {gender, None}:
            continue
        places = [start for start, _ in entity.at if at - FURTHEST <= start < at and not context.quotes(start)]
        if not places:
            continue
        last = max(places)
        score = 4.0 if last >= begins else 2.0 if last >= before else 1.0 / (1 + (at - last) / 300)
        score *= 1.6 if entity.gender == gender else 1.0
        score *= 4.0 if context.last_speaker(at) == number else 1.0
        score *= 1.5 if any(s.start <= last < s.start + 25 for s in context.sentences) else 1.0
        result.append((score, number))
    return result
