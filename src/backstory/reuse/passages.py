"""Readings in, passages out: the runs of words that two or more articles share, each with every article that has it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from backstory.records import Member, Passage, Reading, content_id
from backstory.reuse.corpus import Corpus, Text, corpus_of
from backstory.reuse.fingerprints import COMMON, SHARED_WORDS, fingerprints, meetings
from backstory.reuse.hashing import Ints
from backstory.reuse.order import earliest
from backstory.reuse.runs import EDITS, Runs, shared_runs

__all__ = ["Stretch", "find_passages", "grouped", "much_the_same", "passage_of", "passages_of", "place_of"]

OVERLAP = 0.8
"""Two stretches of one text belong to the same passage if what both hold is this share of the longer."""
BOILERPLATE_TEXTS = 5
"""So many texts of one outlet, and of no other, make a passage at their edges boilerplate."""
FORMULA_TEXTS = 10
"""In so many texts of one outlet it is a formula of the house wherever it stands ("rose more than expected")."""
EDGE_WORDS = 60
"""What ends within so many words of the first or last of an article stands at its edge."""
EDGE_SHARE = 0.8
"""Share of the articles that have boilerplate at their edge; the rest may have had something glued behind it."""
WHOLE = 0.5
"""A passage of more than this share of most of its articles is those articles, whatever its place."""


class Stretch(NamedTuple):
    """Words `first` up to but not including `last` of text number `text`."""

    text: int
    first: int
    last: int


def find_passages(readings: Iterable[Reading], *, common: int = COMMON) -> list[Passage]:
    """Return the passages of `readings` by the place of their first member, boilerplate among them and marked."""
    known = {reading.article.article_id: reading for reading in readings}
    corpus = corpus_of(known[key] for key in sorted(known))
    runs = shared_runs(corpus, meetings(fingerprints(corpus), corpus, common), edits=EDITS)
    return passages_of(corpus, runs, known)


def passages_of(corpus: Corpus, runs: Runs, known: Mapping[str, Reading]) -> list[Passage]:
    """Return the passages that `runs` and the texts of several carriers make."""
    passages = [passage_of(corpus, group, known) for group in grouped(corpus, runs)]
    return sorted(passages, key=place_of)


def place_of(passage: Passage) -> tuple[str, int, str]:
    """Return what sorts passages by the place of their first member."""
    return (passage.members[0].article_id, passage.members[0].start, passage.passage_id)


def grouped(corpus: Corpus, runs: Runs) -> list[list[Stretch]]:
    """Return the stretches of text that belong together: linked by a run, or much the same stretch of one text."""
    runs = runs.where(runs.words >= SHARED_WORDS)
    ends = (_stretches(corpus, runs.a, runs.a_end), _stretches(corpus, runs.b, runs.b_end))
    twins = (number for number, carriers in enumerate(corpus.carriers) if len(carriers) > 1)
    whole = [Stretch(number, 0, len(corpus.texts[number])) for number in twins]
    whole = [stretch for stretch in whole if stretch.last >= SHARED_WORDS]
    nodes = sorted({*ends[0], *ends[1], *whole})
    place = {node: number for number, node in enumerate(nodes)}
    links = [(place[a], place[b]) for a, b in zip(*ends, strict=True)]
    groups: dict[int, list[Stretch]] = defaultdict(list)
    for number, root in enumerate(_roots(len(nodes), links + much_the_same(nodes))):
        groups[root].append(nodes[number])
    return list(groups.values())


def _stretches(corpus: Corpus, first: Ints, last: Ints) -> list[Stretch]:
    text = corpus.owner[first]
    begins = corpus.bounds[text]
    return list(map(Stretch, text.tolist(), (first - begins).tolist(), (last - begins).tolist()))


def much_the_same(nodes: Sequence[Stretch]) -> list[tuple[int, int]]:
    """Return the pairs of `nodes`, which are in order, of one text that overlap by `OVERLAP`."""
    links = []
    for number, node in enumerate(nodes):
        for other in range(number + 1, len(nodes)):
            text, first, last = nodes[other]
            if text != node.text or first - node.first > (1 - OVERLAP) * (node.last - node.first):
                break
            longer = max(node.last - node.first, last - first)
            if min(node.last, last) - first >= OVERLAP * longer:
                links.append((number, other))
    return links


def _roots(count: int, links: Iterable[tuple[int, int]]) -> list[int]:
    """Return for each of `count` nodes the least node that `links` connect it to."""
    root = list(range(count))

    def find(node: int) -> int:
        while root[node] != node:
            root[node] = root[root[node]]
            node = root[node]
        return node

    for one, two in links:
        low, high = sorted((find(one), find(two)))
        root[high] = low
    return [find(node) for node in range(count)]


def _merged(group: Sequence[Stretch]) -> list[Stretch]:
    """Return `group` with stretches of one text that overlap made one."""
    merged: list[Stretch] = []
    for node in sorted(group):
        if merged and merged[-1].text == node.text and node.first < merged[-1].last:
            merged[-1] = Stretch(node.text, merged[-1].first, max(merged[-1].last, node.last))
        else:
            merged.append(node)
    return merged


def passage_of(corpus: Corpus, stretches: Sequence[Stretch], known: Mapping[str, Reading]) -> Passage:
    """Return the passage of one group of stretches, in any order; `known` holds the articles that carry its texts."""
    group = _merged(stretches)
    carried = [(text, stretch) for stretch in group for text in corpus.carriers[stretch.text]]
    members = sorted(
        (_member(known[text.article_id], text, stretch) for text, stretch in carried),
        key=lambda member: (member.article_id, member.start),
    )
    articles = [known[key].article for key in sorted({member.article_id for member in members})]
    return Passage(
        passage_id=content_id("passage", members[0].article_id, members[0].start, members[0].end),
        words=max(stretch.last - stretch.first for stretch in group),
        members=tuple(members),
        first_article_id=earliest(articles),
        boilerplate=_is_boilerplate(corpus, group, {article.outlet for article in articles}),
    )


def _member(reading: Reading, text: Text, stretch: Stretch) -> Member:
    cuts = [int(place) + stretch.first + 1 for place in np.flatnonzero(text.broken[stretch.first + 1 : stretch.last])]
    edges = [stretch.first, *cuts, stretch.last]
    spans = tuple(text.span(first, last) for first, last in zip(edges[:-1], edges[1:], strict=True))
    start, end = spans[0].start, spans[-1].end
    parts = spans if cuts else ()
    return Member(text.article_id, reading.article.source_id, start, end, reading.text[start:end], parts)


def _is_boilerplate(corpus: Corpus, group: Sequence[Stretch], outlets: set[str | None]) -> bool:
    """Return whether `group` is what one outlet prints over, under or in everything: in many texts, a small part."""
    texts = len({stretch.text for stretch in group})
    if len(outlets) != 1 or None in outlets or texts < BOILERPLATE_TEXTS:
        return False
    sized = [(stretch, len(corpus.texts[stretch.text])) for stretch in group]
    edge = sum(stretch.last <= EDGE_WORDS or size - stretch.first <= EDGE_WORDS for stretch, size in sized)
    small = sum(stretch.last - stretch.first <= WHOLE * size for stretch, size in sized)
    return small >= EDGE_SHARE * len(group) and (edge >= EDGE_SHARE * len(group) or texts >= FORMULA_TEXTS)
