"""Readings in, copies out: which articles have the same or nearly the same text, how alike, and what differs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache

import numpy as np

from backstory.records import Article, Copy, Reading
from backstory.reuse.compare import changes_between
from backstory.reuse.corpus import Corpus, Text, corpus_of
from backstory.reuse.fingerprints import COMMON, Meetings, Prints, fingerprints, meetings
from backstory.reuse.hashing import Hashes, grams
from backstory.reuse.order import earlier_of, first_key
from backstory.reuse.variants import entries

__all__ = [
    "COPY_CONTAINMENT",
    "COPY_SHINGLES",
    "SHINGLE_WORDS",
    "alike",
    "copies_of",
    "find_copies",
    "heads",
    "likeness",
]

SHINGLE_WORDS = 5
COPY_CONTAINMENT = 0.6
"""Two texts are copies if one has this share of the other's shingles of `SHINGLE_WORDS` words.

A text of 500 words in which every twentieth word was changed keeps .77 of its shingles, give or take .05. On 6,652
agency reports, pairs between .6 and .7 are versions of one report; below .5, reports that borrow its background.
"""
COPY_SHINGLES = 20
"""A text with fewer shingles is too short to say that it copies another; it may still be the same text."""
PROMISING = 0.2
"""Share of the shorter text's fingerprints to have in common before shingles are compared.

Among 6,652 agency reports no pair at or above `COPY_CONTAINMENT` has less than .33.
"""


def find_copies(readings: Iterable[Reading], *, changes: bool = True, common: int = COMMON) -> list[Copy]:
    """Return each pair of articles that are copies, by the earlier's id and then the other's.

    Of articles with the same words, each is paired with the earliest. A pair of different texts is given once, for the
    earliest carrier of each, and once more for every outlet that carries both. `changes` says whether to work out what
    was added, cut and changed.
    """
    known = {reading.article.article_id: reading for reading in readings}
    corpus = corpus_of(known[key] for key in sorted(known))
    prints = fingerprints(corpus)
    return copies_of(corpus, alike(corpus, prints, meetings(prints, corpus, common)), known, changes=changes)


def copies_of(
    corpus: Corpus,
    pairs: Iterable[tuple[int, int, float, float]],
    known: Mapping[str, Reading],
    *,
    changes: bool = True,
) -> list[Copy]:
    """Return the copies that `pairs` of texts, as `alike` gives them, and texts of several carriers make."""
    found = list(_same(corpus, known))
    for one, two, similarity, containment in pairs:
        for a, b in _carried(corpus.carriers[one], corpus.carriers[two], known):
            found.append(_copy(a, b, known, similarity, containment, changes=changes))
    return sorted(found, key=lambda copy: (copy.article_a, copy.article_b))


def alike(corpus: Corpus, prints: Prints, met: Meetings) -> Iterator[tuple[int, int, float, float]]:
    """Yield the pairs of texts that met and are copies, with their exact Jaccard index and containment."""
    count = len(corpus.texts)
    pairs, shared = np.unique(corpus.owner[met.left] * count + corpus.owner[met.right], return_counts=True)
    each = np.bincount(corpus.owner[prints.places], minlength=count)
    ones, twos = np.divmod(pairs, max(count, 1))
    promising = shared >= PROMISING * np.minimum(each[ones], each[twos])
    if not promising.any():
        return
    sets: dict[int, Hashes] = {}
    for one, two in zip(ones[promising].tolist(), twos[promising].tolist(), strict=True):
        for text in (one, two):
            if text not in sets:
                sets[text] = _distinct(grams(corpus.texts[text].hashes, SHINGLE_WORDS))
        similarity, containment = likeness(sets[one], sets[two])
        if containment >= COPY_CONTAINMENT and min(len(sets[one]), len(sets[two])) >= COPY_SHINGLES:
            yield one, two, similarity, containment


def _distinct(hashes: Hashes) -> Hashes:
    """Return each of `hashes`, of which none is 0, once and in order."""
    ordered = np.sort(hashes)
    distinct: Hashes = ordered[np.diff(ordered, prepend=np.uint64(0)) != 0]
    return distinct


def likeness(one: Hashes, two: Hashes) -> tuple[float, float]:
    """Return the Jaccard index and the containment of two sets of shingles, both exact."""
    if not len(one) or not len(two):
        return 0.0, 0.0
    less, more = (one, two) if len(one) <= len(two) else (two, one)
    both = int(np.count_nonzero(more[np.minimum(np.searchsorted(more, less), len(more) - 1)] == less))
    return both / (len(one) + len(two) - both), both / len(less)


def heads(articles: Iterable[Article], copies: Iterable[Copy]) -> dict[str, str]:
    """Return for each article that copies an earlier one the id of the head of its copies.

    Articles are taken from the earliest on, ties by id; one becomes a copy of the earliest head that it is paired with,
    directly or by way of an article with its very words, and a head itself where there is none.
    """
    order = sorted(articles, key=first_key)
    rank = {article.article_id: place for place, article in enumerate(order)}
    twin: dict[str, str] = {}
    partners: dict[str, set[str]] = {article.article_id: set() for article in order}
    for copy in copies:
        if copy.kind == "exact":
            twin[max(copy.article_a, copy.article_b, key=rank.__getitem__)] = min(
                copy.article_a, copy.article_b, key=rank.__getitem__
            )
        partners[copy.article_a].add(copy.article_b)
        partners[copy.article_b].add(copy.article_a)
    head: dict[str, str] = {}
    for article in order:
        near = partners[article.article_id] | partners[twin.get(article.article_id, article.article_id)]
        earlier = [key for key in near if rank[key] < rank[article.article_id] and key not in head]
        if earlier:
            head[article.article_id] = min(earlier, key=rank.__getitem__)
    return head


def _same(corpus: Corpus, known: Mapping[str, Reading]) -> Iterator[Copy]:
    """Yield each article with the same words as an earlier one, paired with the earliest such."""
    for carriers in (carriers for carriers in corpus.carriers if len(carriers) > 1):
        ids = sorted((text.article_id for text in carriers), key=lambda key: first_key(known[key].article))
        for other in ids[1:]:
            earlier = earlier_of(known[ids[0]].article, known[other].article)
            yield Copy(ids[0], other, "exact", 1.0, 1.0, earlier)


def _carried(ones: Sequence[Text], twos: Sequence[Text], known: Mapping[str, Reading]) -> Iterator[tuple[Text, Text]]:
    """Yield the pairs of carriers of two texts to report, the earlier first."""

    def key(text: Text) -> tuple[datetime, str]:
        return first_key(known[text.article_id].article)

    first, second = min(ones, key=key), min(twos, key=key)
    pairs = {(first.article_id, second.article_id): (first, second)}
    for one in ones if len(ones) * len(twos) > 1 else ():
        for two in twos:
            outlet = known[one.article_id].article.outlet
            if outlet and outlet == known[two.article_id].article.outlet:
                pairs[one.article_id, two.article_id] = (one, two)
    for one, two in pairs.values():
        yield (one, two) if key(one) <= key(two) else (two, one)


def _copy(
    one: Text, two: Text, known: Mapping[str, Reading], similarity: float, containment: float, *, changes: bool
) -> Copy:
    first, second = known[one.article_id], known[two.article_id]
    earlier = earlier_of(first.article, second.article)
    kind = "near"
    if _says_corrected(first) != _says_corrected(second):
        kind = "corrected"
    elif earlier and first.article.outlet and first.article.outlet == second.article.outlet:
        kind = "updated"
    spans = changes_between(one, two) if changes else ()
    return Copy(one.article_id, two.article_id, kind, similarity, containment, earlier, spans)


def _says_corrected(reading: Reading) -> frozenset[str]:
    """Return the phrases by which `reading` says that it was corrected."""
    said = reading.text[reading.article.start : reading.article.end].casefold()
    return frozenset(phrase for phrase in _corrections() if phrase in said)


@cache
def _corrections() -> tuple[str, ...]:
    return tuple(sorted(entry.casefold() for entry in entries("corrections")))
