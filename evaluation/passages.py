"""Passages among 6,652 agency reports, against every pair of places that share twelve words; and planted passages.

Brute force lists all places of all twelve-word tuples, pairs them across articles with no sampling, no hash and no cap,
and joins neighbours on one diagonal: every greatest shared run of at least twelve words, with its boundaries.
"""

from __future__ import annotations

import random
import sys
from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from backstory.records import Passage, Reading
from backstory.reuse.corpus import Corpus, corpus_of, text_of
from backstory.reuse.fingerprints import SHARED_WORDS, fingerprints, meetings
from backstory.reuse.passages import find_passages
from backstory.reuse.runs import shared_runs
from backstory.reuse.tokens import normal_form
from evaluation.reuters import reading_of, reports

Run = tuple[int, int, int]
Spans = tuple[tuple[int, int], ...]
PLANTS = 600


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
    print(f"{len(true)} shared runs of {SHARED_WORDS} words or more; {len(passages)} passages")
    return {
        "passages.recall_boundaries_exact": len(true & found) / len(true),
        "passages.precision_boundaries_exact": len(true & found) / len(found),
        "passages.recall": _covered(corpus, true, passages) / len(true),
        **planted(readings),
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


def planted(readings: Sequence[Reading], seed: int = 11) -> dict[str, float]:
    """Return how well passages planted with small edits are found: word F1, and how many have both boundaries right."""
    rng = random.Random(seed)
    sources = [reading for reading in readings if len(text_of(reading)) > 200]
    rng.shuffle(sources)
    pile, gold = [], []
    for number, (giver, taker) in enumerate(zip(sources[:PLANTS], sources[PLANTS : 2 * PLANTS], strict=True)):
        host, spans = _plant(giver, taker, rng, f"planted-{number}")
        pile += [giver, host]
        gold.append((giver.article.article_id, host.article.article_id, *spans))
    members: dict[str, list[tuple[int, int]]] = defaultdict(list)
    names = {name: place for place, plant in enumerate(gold) for name in plant[:2]}
    for passage in find_passages(pile):
        if len({names[member.article_id] for member in passage.members}) < len(passage.members):
            for member in passage.members:
                members[member.article_id].append((member.start, member.end))
    hit = wanted = given = exact = 0
    for giver, host, in_giver, in_host in gold:
        for name, span in ((giver, in_giver), (host, in_host)):
            inside = {place for start, end in members[name] for place in range(start, end)}
            gold_places = set(range(*span))
            hit, wanted, given = hit + len(inside & gold_places), wanted + len(gold_places), given + len(inside)
        exact += in_giver in members[giver] and in_host in members[host]
    print(f"{len(gold)} passages planted with small edits: {exact} with all four boundaries right")
    return {"passages.planted_f1": 2 * hit / (wanted + given), "passages.planted_boundaries": exact / len(gold)}


def _plant(
    giver: Reading, taker: Reading, rng: random.Random, name: str
) -> tuple[Reading, tuple[tuple[int, int], ...]]:
    """Return `taker` with a passage of `giver` set into it, up to three words of it edited, and where both stand."""
    words = text_of(giver).words
    size = rng.randint(25, 80)
    first = rng.randrange(5, len(words.hashes) - size - 5)
    start, end = int(words.starts[first]), int(words.ends[first + size - 1])
    said = giver.text[start:end].split(" ")
    for _ in range(rng.randint(0, 3)):
        said[rng.randrange(10, len(said) - 10)] = rng.choice(["indeed", "Tuesday", "roughly", "its own"])
    body = taker.of()
    cut = body.find(" ", rng.randrange(200, len(body) - 200))
    passage = " ".join(said)
    before = body[:cut] + " Stop here. "
    text = before + passage + " Go on there." + body[cut:]
    return reading_of(name, text, "Another"), ((start, end), (len(before), len(before) + len(passage)))


def main() -> int:
    for metric, figure in score().items():
        print(f"{metric:36} {figure:.4f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
