"""Passages among 6,652 agency reports, against every pair of places that share twelve words; and planted passages.

Brute force lists all places of all twelve-word tuples, pairs them across articles with no sampling, no hash and no cap,
and joins neighbours on one diagonal: every greatest shared run of at least twelve words, with its boundaries.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from backstory.records import Passage, Reading
from backstory.reuse.corpus import Corpus, corpus_of
from backstory.reuse.fingerprints import SHARED_WORDS, fingerprints, meetings
from backstory.reuse.passages import find_passages
from backstory.reuse.runs import shared_runs
from backstory.reuse.tokens import normal_form
from evaluation.planted import figures_of, planted
from evaluation.reuters import reports

Run = tuple[int, int, int]


def score() -> dict[str, float]:
    readings = reports()
    if not readings:
        return {}
    corpus = corpus_of(readings)
    true = brute_force(corpus, readings)
    runs = shared_runs(corpus, meetings(fingerprints(corpus), corpus), edits=())
    rows = zip(runs.a.tolist(), runs.b.tolist(), runs.kernel.tolist(), strict=True)
    found = {row for row in rows if row[2] >= SHARED_WORDS}
    passages = find_passages(readings)
    pile, gold = planted(readings)
    found_again = figures_of(find_passages(pile), gold)
    print(f"{len(true)} shared runs of {SHARED_WORDS} words or more; {len(passages)} passages")
    return {
        "passages.recall_boundaries_exact": len(true & found) / len(true),
        "passages.precision_boundaries_exact": len(true & found) / len(found),
        "passages.recall": _covered(corpus, true, passages) / len(true),
        "passages.planted_f1": found_again.f1,
        "passages.planted_boundaries": found_again.boundaries,
    }


def brute_force(corpus: Corpus, readings: Sequence[Reading]) -> set[Run]:
    """Return every greatest run of shared words as (place in the corpus, place in the corpus, words)."""
    by_id = {reading.article.article_id: reading for reading in readings}
    numbers: dict[str, int] = defaultdict(lambda: len(numbers))
    words = -1 - np.arange(len(corpus.words), dtype=np.int64)  # stops, all different
    for text, begin in zip(corpus.texts, corpus.bounds[:-1].tolist(), strict=True):
        said, source = text.words, by_id[text.article_id].text
        spans = zip(said.starts.tolist(), said.ends.tolist(), strict=True)
        words[begin : begin + len(text)] = [numbers[normal_form(source[a:b])] for a, b in spans]
    rows = np.lib.stride_tricks.sliding_window_view(words.astype(np.int32), SHARED_WORDS)
    _, gram = np.unique(np.ascontiguousarray(rows).view(f"V{4 * SHARED_WORDS}").ravel(), return_inverse=True)
    order = np.argsort(gram, kind="stable")
    begins = np.flatnonzero(np.diff(gram[order], prepend=-1))
    pairs = set()
    for begin, size in zip(begins.tolist(), np.diff(begins, append=len(order)).tolist(), strict=True):
        places = order[begin : begin + size].tolist() if size > 1 else ()
        for number, one in enumerate(places):
            pairs.update((one, two) for two in places[number + 1 :] if corpus.owner[one] != corpus.owner[two])
    return _joined(pairs)


def _joined(pairs: set[tuple[int, int]]) -> set[Run]:
    runs = set()
    for one, two in pairs:
        if (one - 1, two - 1) not in pairs:
            words = SHARED_WORDS
            while (one + words - SHARED_WORDS + 1, two + words - SHARED_WORDS + 1) in pairs:
                words += 1
            runs.add((one, two, words))
    return runs


def _covered(corpus: Corpus, true: set[Run], passages: Sequence[Passage]) -> int:
    """Return how many true runs lie, on both sides, within members of one passage."""
    members: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    for number, passage in enumerate(passages):
        for member in passage.members:
            members[member.article_id].append((member.start, member.end, number))
    covered = 0
    for one, two, words in true:
        sides = []
        for place in (one, two):
            owner = int(corpus.owner[place])
            text, first = corpus.texts[owner], place - int(corpus.bounds[owner])
            span = text.span(first, first + words)
            around = members[text.article_id]
            sides.append({number for start, end, number in around if start <= span.start and span.end <= end})
        covered += bool(sides[0] & sides[1])
    return covered


def main() -> int:
    for metric, figure in score().items():
        print(f"{metric:36} {figure:.4f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
