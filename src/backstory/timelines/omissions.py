"""Sentences of a story in, its facts out: told by which outlets, and not told by which."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from backstory.timelines.facts import Telling, lone, names_of, same, telling
from backstory.timelines.said import Sentence

__all__ = ["Fact", "omissions"]

MOST = 40
"""Facts of several outlets that are kept, those that most outlets tell first."""
OF_ONE = 6
"""Facts that only one outlet tells, kept for each outlet."""


@dataclass(frozen=True, slots=True)
class Fact:
    """What articles say, the sentence that speaks for it, who tells it and who does not."""

    sentence: Sentence
    also: tuple[Sentence, ...]
    told_by: tuple[str, ...]
    untold_by: tuple[str, ...]


def omissions(
    sentences: Sequence[Sentence],
    languages: Mapping[str, str],
    values: Mapping[str, Sequence[tuple[int, float]]],
) -> list[Fact]:
    """Return the facts that some outlets of a story tell and others do not.

    Args:
        sentences: of the story's articles.
        languages: of each article. An outlet that has nothing in a fact's language is said not to tell it only where
            no rarer name or figure of it stands there; that it tells it words cannot show.
        values: each article's figures: where they begin, and how much they are.
    """
    told = telling([one for one in sentences if one.outlet], values)
    found = [_fact(told, group, languages) for group in same(told)]
    found = [fact for fact in found if len(fact.told_by) >= 2 and fact.untold_by]
    found.sort(key=lambda fact: (-len(fact.told_by), fact.sentence.place, fact.sentence.article_id))
    return found[:MOST] + _of_one(told, languages)


def _of_one(told: Telling, languages: Mapping[str, str]) -> list[Fact]:
    counted = Counter[str | None]()
    found = []
    for at in lone(told):
        fact = _fact(told, [at], languages)
        outlet = fact.sentence.outlet
        if fact.untold_by and counted[outlet] < OF_ONE:
            counted[outlet] += 1
            found.append(fact)
    return found


def _fact(told: Telling, group: Sequence[int], languages: Mapping[str, str]) -> Fact:
    members = [told.sentences[at] for at in group]
    spoken = {languages.get(member.article_id) for member in members}
    able = {one.outlet for one in told.sentences if languages.get(one.article_id) in spoken}
    elsewhere = {one.outlet for one in told.sentences} - able
    tellers = {member.outlet for member in members if member.outlet}
    untold = {outlet for outlet in able | (elsewhere - names_of(told, group)) if outlet} - tellers
    return Fact(members[0], tuple(members[1:]), tuple(sorted(tellers)), tuple(sorted(untold)))
