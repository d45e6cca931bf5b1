"""Sentences of a story in, its facts out: told by which outlets, and not told by which."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

import numpy as np

from backstory.timelines.facts import Telling, lone, names_of, same, telling
from backstory.timelines.said import Sentence

__all__ = ["Fact", "omissions"]

MOST = 40
"""Facts of several outlets that are kept, those that most outlets tell first."""
OF_ONE = 6
"""Facts that only one outlet tells, kept for each outlet."""
AGAIN = 0.7
"""Cosine from which an outlet tells a fact a second time: a page that was kept twice."""
PERHAPS = 0.35
"""Cosine to a sentence of a fact from which an outlet may tell it in other words, and is not said to leave it out."""
STUB, SHARE = 120, 0.25
"""Words of an outlet in a story, and their share of what the outlet with most has, under which it is not said to leave
anything out: a headline and its first lines."""


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

    Articles of unknown outlet take part: what they tell too, no outlet tells alone. They are cited, and neither said to
    tell a fact nor not to.

    Args:
        sentences: of the story's articles.
        languages: of each article. An outlet that has nothing in a fact's language is said not to tell it only where
            no rarer name or figure of it stands there; that it tells it words cannot show.
        values: each article's figures: where they begin, and how much they are.
    """
    told = telling(sentences, values)
    able = _able(told)
    found = [_fact(told, group, languages, able) for group in same(told)]
    found = [fact for fact in found if fact.told_by and _tellers(fact) > 1 and fact.untold_by]
    found.sort(key=lambda fact: (-len(fact.told_by), fact.sentence.place, fact.sentence.article_id))
    return found[:MOST] + _of_one(told, languages, able)


def _tellers(fact: Fact) -> int:
    """Return how many outlets tell a fact, each article of unknown outlet counted as one."""
    return len({one.outlet or one.article_id for one in (fact.sentence, *fact.also)})


def _of_one(told: Telling, languages: Mapping[str, str], able: Set[str]) -> list[Fact]:
    chosen: dict[str, list[int]] = defaultdict(list)
    found = []
    for at in lone(told):
        fact = _fact(told, [at], languages, able)
        before = chosen[fact.sentence.outlet or ""]
        again = any(told.alike[at, old] >= AGAIN for old in before)
        if fact.told_by and fact.untold_by and not again and len(before) < OF_ONE:
            before.append(at)
            found.append(fact)
    return found


def _able(told: Telling) -> set[str]:
    """Return the outlets of which enough is at hand to say what they leave out."""
    words = Counter[str]()
    for sentence in told.sentences:
        if sentence.outlet:
            words[sentence.outlet] += len(sentence.text.split())
    most = max(words.values(), default=0)
    return {outlet for outlet, count in words.items() if count >= min(STUB, SHARE * most)}


def _fact(told: Telling, group: Sequence[int], languages: Mapping[str, str], able: Set[str]) -> Fact:
    members = [told.sentences[at] for at in group]
    spoken = {languages.get(member.article_id) for member in members}
    reads = {one.outlet for one in told.sentences if languages.get(one.article_id) in spoken and one.outlet}
    elsewhere = {one.outlet for one in told.sentences if one.outlet} - reads
    tellers = {member.outlet for member in members if member.outlet}
    untold = ((reads | (elsewhere - names_of(told, group))) & able) - tellers - _perhaps(told, group)
    return Fact(members[0], tuple(members[1:]), tuple(sorted(tellers)), tuple(sorted(untold)))


def _perhaps(told: Telling, group: Sequence[int]) -> set[str]:
    """Return the outlets with a sentence that is somewhat like the one that speaks for a fact."""
    near = told.alike[group[0]] >= PERHAPS
    return {outlet for at in np.flatnonzero(near).tolist() if (outlet := told.sentences[at].outlet)}
