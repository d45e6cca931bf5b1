"""Sentences that say the same in, groups that give another day, clock time, place or person for it out.

What two articles give is compared only where the rest of their sentences is much the same, what stands just before it
and around it too, and where neither article has the other's as well: an article that has both tells of
two things.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from backstory.stories.words import terms, weight
from backstory.timelines.facts import Telling
from backstory.timelines.said import Sentence

__all__ = ["Given", "about", "differing"]

ALIKE = 0.28
"""Cosine, names a fifth, from which two sentences may give something for one thing: lower than for saying the same,
for what they share before it must be the same too (`LEADS`)."""
LEADS = 4
"""Words before what is given of which two sentences share one: "failed shortly after 2 a.m.", "failed at 2.10am"."""
ALIKE_BY_LEAD, STRONG = 0.2, 5.0
"""The same where such a word is rare: "his grandmother's cottage in"."""
SHARED = 2
"""Words that are news which two such sentences share at least."""
AROUND = 60
"""Characters to either side of what is given in which its own surroundings stand."""
CLOSE = 0.2
"""Cosine of these surroundings from which both give it for the same."""
TOO = 0.2
"""Cosine from which another sentence of the article is of the same thing: what it gives, the article gives too."""
LABEL = 3
"""Words by which a group is called."""


@dataclass(frozen=True, slots=True)
class Given:
    """What a sentence gives: where, as written, and its value. `exact` is False where it is said to be about so."""

    sentence: Sentence
    start: int
    end: int
    text: str
    value: str
    exact: bool = True


def differing(
    told: Telling,
    given: Sequence[tuple[int, Given]],
    *,
    apart: Callable[[Given, Given], bool],
    has_too: Callable[[str, str], bool] | None = None,
    alike: float = 0.0,
    leads: int = LEADS,
) -> list[list[Given]]:
    """Return groups of what sentences give for one thing, each with at least two values.

    Args:
        told: the sentences of a story, compared.
        given: what sentences give of one kind, each with the place of its sentence in `told`.
        apart: whether two values that differ may be set against each other.
        has_too: whether an article (its id) has a value (its text) anywhere; unless given, whether a sentence of the
            article that is like the other's gives it.
        alike: cosine that two sentences have at least besides.
        leads: words before what is given of which the sentences share one.
    """
    linked: dict[int, set[int]] = defaultdict(set)
    for one, other in combinations(range(len(given)), 2):
        close = told.alike[given[one][0], given[other][0]] >= alike
        if close and _same_thing(told, given[one], given[other], leads):
            linked[one].add(other)
            linked[other].add(one)
    pairs = [
        (one, other)
        for one in sorted(linked)
        for other in sorted(linked[one])
        if one < other and given[one][1].value != given[other][1].value and apart(given[one][1], given[other][1])
    ]
    kept = [pair for pair in pairs if not _tells_both(told, given, pair, has_too)]
    return [[given[at][1] for at in group] for group in _joined(kept, linked, given)]


def _same_thing(told: Telling, one: tuple[int, Given], other: tuple[int, Given], most: int) -> bool:
    (at, mine), (to, theirs) = one, other
    if mine.sentence.article_id == theirs.sentence.article_id or told.shared[at, to] < SHARED:
        return False
    alike = float(told.alike[at, to])
    if alike < ALIKE_BY_LEAD or not (leads := _leads(mine, most) & _leads(theirs, most)):
        return False
    strong = max(weight(word) for word in leads) >= STRONG
    return (alike >= ALIKE or strong) and _cosine(_around(mine), _around(theirs)) >= CLOSE


def _around(one: Given) -> frozenset[str]:
    start, end = one.start - one.sentence.span.start, one.end - one.sentence.span.start
    text = one.sentence.text
    return frozenset(terms(text[max(start - AROUND, 0) : start] + " " + text[end : end + AROUND]))


def _leads(one: Given, most: int) -> frozenset[str]:
    """Return the last words before what is given, or the first behind it where it stands first."""
    start, end = one.start - one.sentence.span.start, one.end - one.sentence.span.start
    before = terms(one.sentence.text[:start])
    return frozenset(before[-most:] or terms(one.sentence.text[end:])[:most])


def _cosine(mine: frozenset[str], theirs: frozenset[str]) -> float:
    shared = sum(weight(word) ** 2 for word in sorted(mine & theirs))
    total = (sum(weight(w) ** 2 for w in sorted(mine)) * sum(weight(w) ** 2 for w in sorted(theirs))) ** 0.5
    return shared / total if total else 0.0


def _tells_both(
    told: Telling,
    given: Sequence[tuple[int, Given]],
    pair: tuple[int, int],
    has_too: Callable[[str, str], bool] | None,
) -> bool:
    for one, other in (pair, pair[::-1]):
        (at, mine), (_, theirs) = given[one], given[other]
        article, value = mine.sentence.article_id, theirs.value
        if has_too is not None:
            if has_too(article, value):
                return True
        elif any(
            held.sentence.article_id == article and held.value == value and told.alike[at, to] >= TOO
            for to, held in given
        ):
            return True
    return False


def _joined(
    pairs: Sequence[tuple[int, int]], linked: Mapping[int, set[int]], given: Sequence[tuple[int, Given]]
) -> list[list[int]]:
    """Return the groups that pairs make, each with the sentences beside them that give one of its values too."""
    group_of: dict[int, set[int]] = {}
    for one, other in pairs:
        group = group_of.get(one, {one}) | group_of.get(other, {other})
        group_of.update(dict.fromkeys(group, group))
    groups = {min(group): group for group in group_of.values()}
    for group in groups.values():
        values = {given[at][1].value for at in group}
        beside = {near for at in sorted(group) for near in linked[at] if given[near][1].value in values}
        group |= {at for at in beside if at not in group_of}
    return [sorted(groups[first]) for first in sorted(groups)]


def about(sentences: Sequence[Sentence]) -> str:
    """Return the weightiest words that most of some sentences share, as the first that has one writes it."""
    held: dict[str, int] = defaultdict(int)
    for one in sentences:
        for word in one.words:
            held[word] += 1
    least = max(2, (len(sentences) + 1) // 2)
    shared = (word for word in held if held[word] >= least and len(word) > 1 and not word[0].isdigit())
    words = sorted(shared, key=lambda word: (-held[word] * weight(word), word))[:LABEL]
    return ", ".join(_written(word, sentences) for word in words)


def _written(word: str, sentences: Sequence[Sentence]) -> str:
    """Return a word as the first sentence that has it writes it."""
    for one in sentences:
        for token in one.text.split():
            bare = token.strip("\"'“”‘’„«».,;:!?()[]")
            if terms(bare) == [word]:
                return bare
    return word
