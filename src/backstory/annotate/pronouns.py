"""A pronoun in its place in, whom it means out: a person of the article, or nobody if that is not sure.

Each person named near the pronoun is a candidate. A logistic model over a dozen plain facts (how far back, whether the
name began its sentence, who has just been speaking, ...) gives each a score; `training/pronouns.py` makes its weights
from GAP's development snippets. The best one is the answer where its share of all scores is large enough.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from backstory.annotate.coreference import Answer, Cast, Entity
from backstory.annotate.lexicon import pairs, words
from backstory.annotate.roles import Role
from backstory.annotate.spans import Token, tokens
from backstory.records import Span

__all__ = ["Context", "features", "pronoun"]

FURTHEST = 1500
"""Characters: further back a pronoun's person is named anew, in news."""
SURE_PRONOUN = 0.5
"""Share of the candidates' scores. Chosen on half of GAP's development snippets: see docs/annotations.md."""
SPOKE_LAST = 1.5
"""Log odds for who spoke last, where the pronoun speaks. GAP has no quotes to learn it from; it is what news does."""


NEAR = 25
"""Characters beside a name in which its neighbours are read."""
JOINTS = frozenset({"and", "or", "of", "by", "to", "for", "than", "as", "but"})
NAMED_HERE = 1.0
"""Log odds for who is named in the pronoun's own paragraph before it. GAP's snippets are one paragraph each."""
SPOKEN_OF = 350
"""Characters: two sentences or three. Who was named in them is whom "the founder" means."""
SPEAKS = 0.8
"""Log odds for each e-fold of how often somebody has spoken so far."""
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
    language: str = "en"

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

    def spoken_of(self, at: int, cast: Cast, role: Role) -> int | None:
        """Return the one person of full name whom the text named shortly before `at`, or else named first behind it."""
        spans = [
            (start, number)
            for number, entity in enumerate(cast.entities)
            if entity.kind == "person" and entity.full and self._can_be(entity, role)
            for start, _ in entity.at
            if not self.quotes(start)
        ]
        near = sorted(pair for pair in spans if at - SPOKEN_OF <= pair[0] < at)
        if near and (len({number for _, number in near}) == 1 or self._opens(near[-1][0])):
            return near[-1][1]
        if near or any(start < at for start, _ in spans):
            return None
        after = self.sentences[self.sentence_of(at)].end if self.sentences else at
        behind = sorted(pair for pair in spans if after <= pair[0] < after + SPOKEN_OF)
        return behind[0][1] if behind else None

    def named_here(self, entity: Entity, at: int) -> bool:
        """Say whether somebody is named before the offset in its paragraph, outside of what is quoted."""
        begins = self.text.rfind("\n", 0, at) + 1
        return begins > 0 and any(begins <= start < at and not self.quotes(start) for start, _ in entity.at)

    def _opens(self, at: int) -> bool:
        """Say whether a sentence begins at the offset, or a mark before it."""
        return bool(self.sentences) and at - self.sentences[self.sentence_of(at)].start <= 1

    @staticmethod
    def _can_be(entity: Entity, role: Role) -> bool:
        """Say whether nothing tells that the person is another: no other gender, no other office."""
        other = bool(entity.roles) and not any(role.fits(held) for held in entity.roles)
        return not other and (role.gender is None or entity.gender in {None, role.gender})

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
    spoken = Counter(number for _, number in context.said)
    if spoke is not None and _came_in(spoke, gender, at, cast, context):
        del spoken[spoke]
        spoke = None
    scored = []
    for number, facts in features(gender, at, cast, context).items():
        odds = sum(_weights().get(name, 0.0) * value for name, value in facts.items())
        known = cast.entities[number].kind == "person"
        odds += (
            SPOKE_LAST * (number == spoke and known)
            + SPEAKS * math.log1p(spoken[number])
            + NAMED_HERE * context.named_here(cast.entities[number], at)
        )
        odds += UNLIKE_A_PERSON * (not known)
        scored.append((math.exp(odds), number))
    if not scored:
        return Answer(None)
    scored.sort(key=lambda row: (-row[0], row[1]))
    total = sum(score for score, _ in scored)
    confidence = round(scored[0][0] / total * NOT_ELSEWHERE, 3)
    candidates = tuple((number, round(score / total * NOT_ELSEWHERE, 3)) for score, number in scored[:4])
    sure = confidence >= SURE_PRONOUN and cast.entities[scored[0][1]].kind == "person"
    return Answer(scored[0][1] if sure else None, confidence, candidates)


def _came_in(spoke: int, gender: str, at: int, cast: Cast, context: Context) -> bool:
    """Say whether a person of the gender came into the text by full name since who spoke last was named."""
    last = max((start for start, _ in cast.entities[spoke].at if start < at), default=0)
    begun = context.sentences[context.sentence_of(last)].end if context.sentences else last
    return any(
        begun <= start < at and " " in context.text[start:end] and not context.quotes(start)
        and not context.text.startswith(("'s", "’s"), end)
        for number, entity in enumerate(cast.entities)
        if number != spoke and entity.kind == "person" and entity.gender == gender
        for start, end in entity.at
    )  # fmt: skip


CLAUSE_WORDS = 40
"""Words behind a name whose clauses are counted."""
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
    course = _Course.of(gender, place, rows, cast, context)
    for number, facts in rows.items():
        facts["most_named"] = float(facts["times"] == frequent)
        facts |= course.facts(number, context)
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
        "next_verb",
        "prev_verb",
        "prev_with",
        "prev_to",
        "between",
        "pronouns_since",
        "last_opens",
        "opens_often",
        "named_once",
        "share",
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


@dataclass(frozen=True, slots=True)
class _Course:
    """The candidates' names and the pronouns of the gender before a pronoun, in the order of the text."""

    named: Sequence[tuple[int, int]]
    """(offset, candidate)"""
    pronouns: Sequence[int]

    @classmethod
    def of(cls, gender: str, place: _Place, rows: Mapping[int, object], cast: Cast, context: Context) -> _Course:
        """Read what stands before the pronoun at `place`."""
        since = max(0, place.at - FURTHEST)
        named = sorted((s, number) for number in rows for s, _ in cast.entities[number].at if since <= s < place.at)
        listed = pairs("pronouns", context.language)
        row = tokens(context.text, since, place.at)
        return cls(named, [token.start for token in row if listed.get(token.lower) == gender])

    def facts(self, number: int, context: Context) -> dict[str, float]:
        """Return what tells whether the text is about a candidate: who was named since, and how pronouns went on."""
        mine = [start for start, who in self.named if who == number]
        if not mine:
            return {}
        opening = [start for start in mine if start - context.sentences[context.sentence_of(start)].start < 3]
        since = [start for start in self.pronouns if start > mine[-1]]
        opens = mine[-1] in opening
        return {
            "between": min(4, sum(start > mine[-1] and who != number for start, who in self.named)) / 2,
            "pronouns_since": min(4, len(since)) / 2,
            "pronouns_before": float(bool(self.pronouns) and self.pronouns[0] < mine[0]),
            "opens_often": math.log1p(len(opening)),
            "last_opens": float(opens),
            "topic_goes_on": float(opens and bool(since)),
            "named_once": float(len(mine) == 1),
            "share": len(mine) / len(self.named),
            "only": float(len({who for _, who in self.named}) == 1),
        }


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
    left, right = tokens(text, max(0, start - NEAR), start), tokens(text, end, min(end + NEAR, len(text)))
    spoken = tokens(text, end, at, most=CLAUSE_WORDS)
    return {
        "owner": float(after.startswith(("'s", "’s", "'", "’"))),
        "object": float(last in words("prepositions") or last in {"of", "by", "with", "to", "for", "than"}),
        "joined": float(last in {"and", "or", "&"} or after.startswith((" and ", ", and "))),
        "next_verb": float(bool(right) and _like_a_verb(right[0])),
        "next_end": float(bool(right) and right[0].text in ".;"),
        "prev_verb": float(bool(left) and _like_a_verb(left[-1])),
        "prev_with": float(bool(left) and left[-1].lower in {"with", "by", "between", "from", "against"}),
        "prev_to": float(bool(left) and left[-1].lower in {"to", "for", "of"}),
        "comma_after": float(after.startswith(",")),
        "bracket": float(after.startswith(" (") or last.endswith("(")),
        "owned": float(last in {"his", "her", "their"} or before[-2:-1] in (["his"], ["her"])),
        "same_clause": float(len(spoken) < 8 and not any(mark in between for mark in ",;:.")),
        "clauses": float(sum(t.lower in words("clause_openers") | {",", ";", "and"} for t in spoken)) / 4,
    }


def _like_a_verb(token: Token) -> bool:
    """Say whether a word beside a name may be its verb: in lower case, and no word of grammar."""
    closed = words("prepositions") | words("clause_openers") | words("determiners") | JOINTS
    return token.text.isalpha() and token.text.islower() and token.lower not in closed


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
