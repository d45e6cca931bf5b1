"""Names and the sentences around them in, spellings and ages that articles give differently for one person out."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence
from datetime import date
from difflib import SequenceMatcher
from itertools import combinations

from backstory.annotate.gazetteer import plain
from backstory.annotate.spelling import skeleton
from backstory.records import Mention
from backstory.timelines.accounts import Given
from backstory.timelines.said import Sentence

__all__ = ["ages", "kind_of_age", "spellings", "spelt_alike"]

AGE = re.compile(r",\s(?:aged\s)?(\d{1,3})(?=\s?[,.;)])|\s\((\d{1,3})\)")
AGED = re.compile(r"(\d{1,3})-year-old(?:\s[a-z][\w-]*){0,3}\s$")
PERSONS = frozenset({"person", "other"})
"""Kinds of a full name that may be a person's: a foreign one is not always known for one in each article."""
MARKS = re.compile(r"[()\[\]\d\"“”]")
"""What no name has: a mention that was cut wrongly is nobody's spelling."""
OLDEST = 110
ALIKE = 0.75
"""Share of the letters of two names, both of their parts, from which they are spellings of one: Velichko, Velitchko."""
SHORTEST = 5
"""Letters that the part of a name has at least whose spelling is compared: "Ann" and "Anna" are two."""


def ages(sentences: Sequence[Sentence], mentions: Mapping[str, Sequence[Mention]]) -> list[list[Given]]:
    """Return for each person whose age articles give differently the first that each gives."""
    found: dict[str, dict[str, Given]] = defaultdict(dict)
    for sentence, mention in _named(sentences, mentions, {"person"}):
        given = _age(sentence, mention)
        if given is not None and mention.name_id is not None:
            found[mention.name_id].setdefault(sentence.article_id, given)
    groups = (list(given.values()) for _, given in sorted(found.items()))
    return [_ordered(group) for group in groups if len({one.value for one in group}) > 1]


def kind_of_age(members: Sequence[Given]) -> str:
    """Tell a birthday between two articles from a conflict."""
    ordered = sorted(members, key=lambda one: (one.sentence.published or "9999", one.value))
    first, last = ordered[0], ordered[-1]
    if first.sentence.published is None or last.sentence.published is None:
        return "conflict"
    later = date.fromisoformat(last.sentence.published) > date.fromisoformat(first.sentence.published)
    return "update" if later and int(last.value) - int(first.value) == 1 else "conflict"


def spellings(sentences: Sequence[Sentence], mentions: Mapping[str, Sequence[Mention]]) -> list[list[Given]]:
    """Return groups of full names that articles spell differently, each article's first; no article has two."""
    firsts: dict[str, dict[str, Given]] = defaultdict(dict)
    persons = set()
    for sentence, mention in _named(sentences, mentions, PERSONS):
        name = " ".join(mention.text.split())
        if len(name.split()) > 1 and mention.form == "name" and not MARKS.search(name):
            given = Given(sentence, mention.start, mention.end, mention.text, name.title() if name.isupper() else name)
            firsts[given.value].setdefault(sentence.article_id, given)
            persons |= {given.value} if mention.kind == "person" else set()
    group_of = {name: {name} for name in firsts}
    for one, other in combinations(sorted(firsts), 2):
        if persons & {one, other} and spelt_alike(one, other) and not firsts[one].keys() & firsts[other].keys():
            group = group_of[one] | group_of[other]
            group_of.update(dict.fromkeys(group, group))
    groups = {min(group): group for group in group_of.values() if len(group) > 1}
    return [
        _ordered([given for name in group for given in firsts[name].values()]) for _, group in sorted(groups.items())
    ]


def _named(
    sentences: Sequence[Sentence], mentions: Mapping[str, Sequence[Mention]], kinds: Container[str]
) -> Iterator[tuple[Sentence, Mention]]:
    for sentence in sentences:
        for mention in mentions.get(sentence.article_id, ()):
            inside = sentence.span.start <= mention.start and mention.end <= sentence.span.end
            if mention.kind in kinds and inside:
                yield sentence, mention


def _age(sentence: Sentence, mention: Mention) -> Given | None:
    start, end = mention.start - sentence.span.start, mention.end - sentence.span.start
    match = AGE.match(sentence.text, end) or AGED.search(sentence.text[:start])
    if match is None:
        return None
    group = 1 if match[1] else 2
    if int(match[group]) > OLDEST:
        return None
    at = sentence.span.start
    return Given(sentence, at + match.start(group), at + match.end(group), match[group], str(int(match[group])))


def spelt_alike(one: str, other: str) -> bool:
    """Whether two names are one that is written in two ways: every part alike, one at least not the same."""
    mine, theirs = ([plain(part) for part in name.split()] for name in (one, other))
    if plain(one).replace(" ", "") == plain(other).replace(" ", ""):
        return False
    if len(mine) != len(theirs) or mine == theirs:
        return False
    return all(left == right or _alike(left, right) for left, right in zip(mine, theirs, strict=True))


def _alike(one: str, other: str) -> bool:
    """Whether two parts of names have most letters in common, as they are written or as they sound."""
    if min(len(one), len(other)) < SHORTEST:
        return False
    pairs = ((one, other), (skeleton(one), skeleton(other)))
    return max(SequenceMatcher(None, *pair, autojunk=False).ratio() for pair in pairs) >= ALIKE


def _ordered(group: Sequence[Given]) -> list[Given]:
    return sorted(group, key=lambda one: (one.sentence.published or "9999", one.sentence.article_id, one.start))
