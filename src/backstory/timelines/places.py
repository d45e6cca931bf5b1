"""Sentences and the names in them in, places and persons that articles give differently for one thing out.

A place counts behind a word that says where ("in", "near"), a person by the full name. Where an article names the other
place or person too, it tells of two things, or of one place within the other, and nothing is set against the other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files

from backstory.annotate.spelling import skeleton
from backstory.records import Mention
from backstory.timelines.accounts import Given, differing
from backstory.timelines.facts import Telling
from backstory.timelines.people import spelt_alike
from backstory.timelines.said import Sentence

__all__ = ["kind_of_place", "persons", "places"]

Mentions = Mapping[str, Sequence[Mention]]
"""The names in each article, by its id."""
PERSONS = 0.5
"""Cosine from which two sentences name two persons for one thing; at .28 on 24 stories of ECB+ 4 of 4 were wrong."""
WORD = re.compile(r"[\w’'-]+")


def places(told: Telling, mentions: Mentions) -> list[list[Given]]:
    """Return groups of places that articles give for one thing."""
    known = {name for own in mentions.values() for name in _named(own, "place")} | _nearby(told, mentions)
    named = {article: {skeleton(one.text) for one in own} & known for article, own in mentions.items()}
    both = list(named.values())

    def where(sentence: Sentence, mention: Mention) -> Given | None:
        return _where(sentence, mention) if skeleton(mention.text) in known else None

    def apart(one: Given, other: Given) -> bool:
        mine, theirs = skeleton(one.value), skeleton(other.value)
        rough = one.exact != other.exact
        return not _within(mine, theirs) and (rough or not any({mine, theirs} <= names for names in both))

    return differing(told, _given(told, mentions, where), apart=apart, has_too=_having(named))


def persons(told: Telling, mentions: Mentions) -> list[list[Given]]:
    """Return groups of persons that articles name for one thing."""
    named = {article: _named(own, "person") for article, own in mentions.items()}
    return differing(
        told,
        _given(told, mentions, _who),
        apart=lambda one, other: (
            not spelt_alike(one.value, other.value) and _surname(one.value) != _surname(other.value)
        ),
        alike=PERSONS,
        has_too=_having({article: {_surname(name) for name in names} for article, names in named.items()}, _surname),
    )


def kind_of_place(members: Sequence[Given]) -> str:
    """Tell a rounding ("near Port Ansel") from a conflict."""
    return "conflict" if all(one.exact for one in members) else "rounding"


def _nearby(told: Telling, mentions: Mentions) -> set[str]:
    """Return names that something is near or outside of: places, whatever they were taken for."""
    given = _given(told, mentions, _where)
    return {skeleton(one.value) for _, one in given if not one.exact}


def _named(mentions: Sequence[Mention], kind: str) -> set[str]:
    return {skeleton(one.text) for one in mentions if one.kind == kind}


def _having(named: Mapping[str, set[str]], of: Callable[[str], str] = skeleton) -> Callable[[str, str], bool]:
    def has_too(article: str, value: str) -> bool:
        return any(_within(of(value), name) for name in named.get(article, ()))

    return has_too


def _within(one: str, other: str) -> bool:
    return one in other or other in one


def _surname(name: str) -> str:
    return skeleton(name.split()[-1])


def _given(
    told: Telling, mentions: Mentions, make: Callable[[Sentence, Mention], Given | None]
) -> list[tuple[int, Given]]:
    """Return what each sentence gives, with its place in `told`."""
    return [
        (at, one)
        for at, sentence in enumerate(told.sentences)
        for mention in mentions.get(sentence.article_id, ())
        if sentence.span.start <= mention.start and mention.end <= sentence.span.end
        if (one := make(sentence, mention)) is not None
    ]


def _where(sentence: Sentence, mention: Mention) -> Given | None:
    before = WORD.findall(sentence.text[: mention.start - sentence.span.start])
    how = _prepositions().get(before[-1].casefold()) if before else None
    if how is None or mention.kind == "person" or mention.form != "name":
        return None
    return Given(sentence, mention.start, mention.end, mention.text, mention.text, how == "in")


def _who(sentence: Sentence, mention: Mention) -> Given | None:
    full = mention.kind == "person" and len(mention.text.split()) > 1 and mention.form == "name"
    return Given(sentence, mention.start, mention.end, mention.text, mention.text) if full else None


@lru_cache(maxsize=1)
def _prepositions() -> Mapping[str, str]:
    lines = files("backstory.timelines").joinpath("data/en", "where.tsv").read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return {word: how for how, words in rows for word in words.split()}
