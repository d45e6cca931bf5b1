"""The span of a source and the article's cast in, who speaks out: a name's entity, or None with candidates.

A spokesperson, an office or a post speaks for the institution or the person whose it is. An unnamed source ("a senior
official", "three people familiar with the talks") stays unnamed: its words are there, its name is None.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from backstory.annotate.coreference import SURE, Answer, Cast
from backstory.annotate.lexicon import pairs, words
from backstory.annotate.mentions import Named
from backstory.annotate.pronouns import Context, pronoun
from backstory.annotate.roles import Role, is_role, read_role, role_kind
from backstory.annotate.spans import Token, tokens
from backstory.records import Span

__all__ = ["speaker_of"]

CLOSING_MARKS = frozenset({",", "(", ")", "–", "—"})
"""Marks behind the head of a noun phrase."""
RELATIVES = frozenset({"father", "mother", "son", "daughter", "husband", "wife", "brother", "sister", "uncle", "aunt"})
"""Roles that say whose somebody is, and are not the person whom the text is about."""
DESCRIBED = 0.6
"""Confidence of a description that means who was just spoken of."""
FURTHEST_BESIDE, MOST_BESIDE = 60, 4
"""Characters and words behind a description within which its name follows."""
ENDS_PHRASE = words("prepositions") | words("clause_openers") | words("reporting_verbs") | {"and", "or", "not"}
OWNED = frozenset({"'s", "’s", "‘s"})
DEFINITE = frozenset({"the", "his", "her", "its", "their", "our"})


@dataclass(frozen=True, slots=True)
class Phrase:
    """A source's tokens, the length of its head noun phrase, and the names within with their entities."""

    row: Sequence[Token]
    head: int
    names: Sequence[tuple[Named, int]]


def speaker_of(text: str, source: Span, cast: Cast, context: Context) -> Answer:
    """Return who the source span means. `context` tells what was said before and where sentences begin."""
    row = tokens(text, source.start, source.end)
    if not row:
        return Answer(None)
    if len(row) == 1 and row[0].lower in {"who", "which"}:
        return _antecedent(text, source.start, cast)
    gender = pairs("pronouns", context.language).get(row[0].lower)
    if len(row) == 1 and gender is not None:
        return pronoun(row[0].lower, gender, source.start, cast, context)
    closers = words("head_closers", context.language) | CLOSING_MARKS
    head = next((at for at, token in enumerate(row) if at and token.lower in closers), len(row))
    phrase = Phrase(row, head, cast.within(source.start, source.end))
    answer = _named(phrase) or _unlisted(text, phrase, cast) or _by_role(text, phrase, cast, context)
    if answer.entity is not None:
        return answer
    told = _beside(text, source.end, cast)
    if told is None and not answer.candidates:
        told = _opened(phrase)
    return told or _described(phrase, cast, context) or answer


def _antecedent(text: str, at: int, cast: Cast) -> Answer:
    """Read "the US, which has said": the name right before the relative pronoun."""
    before = [
        (name, entity) for name, entity in cast.within(at - FURTHEST_BESIDE, at) if not text[name.end : at].strip(", ")
    ]
    return Answer(before[-1][1], 0.8) if before else Answer(None)


def _beside(text: str, end: int, cast: Cast) -> Answer | None:
    """Read the name that follows a description between commas: "said her husband, Doug", "one of them, teacher Ann"."""
    if text[end : end + 1] != ",":
        return None
    for name, entity in cast.within(end, end + FURTHEST_BESIDE):
        between = text[end + 1 : name.start].split()
        closed = text[name.end : name.end + 1] in {",", ".", ";", ""} and not name.possessive
        plain = all(word.islower() and word not in ENDS_PHRASE and not word.endswith("ing") for word in between)
        if cast.entities[entity].kind == "person" and closed and plain and len(between) <= MOST_BESIDE:
            return Answer(entity, 0.85)
        break
    return None


def _described(phrase: Phrase, cast: Cast, context: Context) -> Answer | None:
    """Read "the retired teacher", "the flash founder": the one person whom the sentences before spoke of.

    An article that opens with a description names its person in the sentences behind ("A former minister told a court
    ... Bram Halvard, 66, said").
    """
    role = read_role(phrase.row, 0, phrase.head)
    if role is None or role_kind(role.head).marks & {"g", "s", "o", "l"} or phrase.row[0].lower != "the":
        return None
    if role.head in RELATIVES or any(name.kind == "person" for name, _ in phrase.names):
        return None
    found = context.spoken_of(phrase.row[0].start, cast, role)
    return Answer(found, DESCRIBED) if found is not None else None


def _named(phrase: Phrase) -> Answer | None:
    """Read a phrase whose head is a name ("aide Yuri Ushakov") or has one beside it ("secretary, Pete Hegseth")."""
    end = phrase.row[phrase.head - 1].end
    for name, entity in phrase.names:
        if name.end >= end and name.start < end:
            return Answer(entity, 0.95 if name.kind != "other" else 0.85)
    beside = phrase.head < len(phrase.row) and phrase.row[phrase.head].text == ","
    people = [(name, entity) for name, entity in phrase.names if name.kind == "person" and not name.possessive]
    following = phrase.row[phrase.head + 1].start if phrase.head + 1 < len(phrase.row) else -1
    if beside and people and (is_role(phrase.row, phrase.head) or people[-1][0].start == following):
        return Answer(people[-1][1], 0.9)
    return None


def _opened(phrase: Phrase) -> Answer | None:
    """Read a phrase that a person's name opens or ends: "Blige sings", "closed at 5 p.m. Jonas Feld"."""
    people = [(name, entity) for name, entity in phrase.names if name.kind == "person" and not name.possessive]
    for name, entity in people:
        following = next((token for token in phrase.row if token.start >= name.end), None)
        if name.start == phrase.row[0].start and following is not None and not following.is_capital:
            return Answer(entity, 0.7)
        before = next((token for token in reversed(phrase.row) if token.end <= name.start), None)
        if following is None and before is not None and before.text.endswith("."):
            return Answer(entity, 0.7)
    return None


def _unlisted(text: str, phrase: Phrase, cast: Cast) -> Answer | None:
    """Take a source that is all capitals of words ("Vestkraft", "the Bell") for a name, though nothing else says so."""
    run = [token for token in phrase.row[: phrase.head] if token.lower not in words("determiners")]
    if not run or phrase.names or not all(token.is_capital for token in run) or is_role(run, len(run)):
        return None
    if run[0].lower in words("not_names") or run[0].lower in pairs("demonyms", "en"):
        return None
    return Answer(cast.add("other", text[run[0].start : run[-1].end]), 0.6)


def _by_role(text: str, phrase: Phrase, cast: Cast, context: Context) -> Answer:
    role = read_role(phrase.row, 0, phrase.head)
    if role is None:
        return _owner_of_account(phrase)
    marks = role_kind(role.head).marks
    if "g" in marks:
        return Answer(None)
    if "s" in marks or "o" in marks:
        return _institution(text, phrase, role, cast, context)
    if phrase.row[0].lower in {"a", "an", "one", "another", "some"}:
        return Answer(None)
    return _holder(text, phrase, role, cast, context)


def _owner_of_account(phrase: Phrase) -> Answer:
    """Read "Mr Zelenskyy's office in Kyiv", "a post on her account": who owns what speaks."""
    owners = [entity for name, entity in phrase.names if name.possessive]
    speaks = any(token.lower in words("speaking_things") for token in phrase.row)
    return Answer(owners[0], 0.75) if owners and speaks else _by_whom(phrase)


def _by_whom(phrase: Phrase) -> Answer:
    """Read "a statement by the ministry", "a report from Amnesty": who gave it out."""
    for name, entity in phrase.names:
        if any(token.end < name.start and token.lower in {"by", "from"} for token in phrase.row):
            return Answer(entity, 0.8)
    return Answer(None)


def _office(phrase: Phrase, place: int, cast: Cast, text: str) -> Answer:
    """Read "the French presidency", "a US government spokesman": a country's office is a name of its own."""
    words_of = [token for token in phrase.row[: phrase.head] if token.lower not in DEFINITE | {"a", "an"}]
    if any(token.text in OWNED for token in words_of):
        return Answer(None, 0.4, ((place, 0.4),))
    spoken = role_kind(words_of[-1].lower).marks
    office = words_of[:-1] if "s" in spoken else words_of
    if len(office) < 2:
        return Answer(place, 0.6)
    label = text[office[0].start : office[-1].end]
    return Answer(cast.add("organisation", label), 0.75)


def _institution(text: str, phrase: Phrase, role: Role, cast: Cast, context: Context) -> Answer:
    """Return for whom a spokesperson, an office or a statement speaks."""
    if role.head in {"readout", "report", "statement"} and not any(name.possessive for name, _ in phrase.names):
        return context.last_institution() if phrase.row[0].lower in DEFINITE else _by_whom(phrase)
    institutions = [entity for name, entity in phrase.names if name.kind in {"organisation", "other"}]
    places = [entity for name, entity in phrase.names if name.kind == "place"]
    people = [entity for name, entity in phrase.names if name.kind == "person"]
    if institutions:
        return Answer(institutions[-1] if len(institutions) == 1 else institutions[0], 0.85)
    if people and not any(" " in form for form in cast.entities[people[0]].forms) and not places:
        return Answer(people[0], 0.75)  # nobody is called by a surname alone: a name that no list knows
    if people:
        speaks = any(token.lower in words("speaking_things") for token in phrase.row)
        confidence = 0.8 if speaks else 0.4
        return Answer(people[0] if confidence >= SURE else None, confidence, ((people[0], confidence),))
    if places:
        return _office(phrase, places[0], cast, text)
    if phrase.row[0].lower in DEFINITE and phrase.head == 2:
        last = context.last_institution()
        return last if last.entity is not None else cast.nearest_institution(phrase.row[0].start)
    return Answer(None)


def _holder(text: str, phrase: Phrase, role: Role, cast: Cast, context: Context) -> Answer:
    """Return who holds the role: somebody of the article, or the role itself as a name where it says of what."""
    at = phrase.row[0].start
    answer = cast.holding(role, at)
    if answer.entity is not None or answer.candidates:
        return answer
    owned = phrase.names[0][0] if phrase.names else None
    if role.of is not None and owned is not None and owned.kind == "place":
        label = text[phrase.row[0].start : phrase.row[phrase.head - 1].end]
        plain = label.split(maxsplit=1)[1] if label.lower().startswith(("the ", "an ", "a ")) else label
        return Answer(cast.add("person", plain, role), 0.6)
    return context.last_person(role.gender)
