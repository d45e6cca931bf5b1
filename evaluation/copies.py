"""Copies among 6,652 agency reports, against exact counts over all pairs; and their edited forms, found again.

Brute force counts the shingles that every two articles share, as tuples of words and not of hashes, with no sampling
and no cap. Its figures are what `find_copies` must give: recall, precision, and the very same Jaccard index.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations

import numpy as np
from scipy import sparse

from backstory.records import Copy, Reading
from backstory.reuse.corpus import text_of
from backstory.reuse.duplicates import COPY_CONTAINMENT, COPY_SHINGLES, SHINGLE_WORDS, find_copies
from backstory.reuse.tokens import normal_form
from evaluation.reuters import noised, reports

Pairs = dict[tuple[str, str], float]
EVERY = 4
"""Of every so many reports one is edited and looked for."""


def score() -> dict[str, float]:
    readings = reports()
    if not readings:
        return {}
    true = brute_force(readings)
    found = expanded(find_copies(readings, changes=False))
    both = true.keys() & found.keys()
    right = sum(bool(abs(true[pair] - found[pair]) < 1e-12) for pair in both)
    originals = [reading for reading in readings[::EVERY] if len(text_of(reading)) >= COPY_SHINGLES + SHINGLE_WORDS]
    edited = noised(originals)
    again = expanded(find_copies([*readings, *edited], changes=False))
    asked = zip(originals, edited, strict=True)
    kept = sum(_pair(one.article.article_id, two.article.article_id) in again for one, two in asked)
    print(f"{len(readings)} reports, {len(true)} true pairs at containment >= {COPY_CONTAINMENT}, {len(found)} found")
    print(
        f"{len(edited)} reports edited: 5% of words changed, spelling and marks other, parts moved; {kept} found again"
    )
    return {
        "copies.recall": len(both) / len(true),
        "copies.precision": len(both) / len(found),
        "copies.same_jaccard": right / len(both),
        "copies.recall_edited": kept / len(edited),
    }


def brute_force(readings: Sequence[Reading]) -> Pairs:
    """Return the Jaccard index of every pair of articles that are copies by definition."""
    numbers: dict[str, int] = defaultdict(lambda: len(numbers))
    rows, owners, same = [], [], defaultdict(list)
    for place, reading in enumerate(readings):
        words = text_of(reading).words
        spelled = [
            normal_form(reading.text[a:b]) for a, b in zip(words.starts.tolist(), words.ends.tolist(), strict=True)
        ]
        ids = np.array([numbers[word] for word in spelled], dtype=np.int32)
        if len(ids):
            same[tuple(ids.tolist())].append(reading.article.article_id)
        if len(ids) >= SHINGLE_WORDS:
            rows.append(np.lib.stride_tricks.sliding_window_view(ids, SHINGLE_WORDS))
            owners.append(np.full(len(rows[-1]), place))
    table = np.ascontiguousarray(np.concatenate(rows))
    _, column = np.unique(table.view(f"V{4 * SHINGLE_WORDS}").ravel(), return_inverse=True)
    has = sparse.csr_matrix((np.ones(len(column), dtype=np.int32), (np.concatenate(owners), column)))
    has.data[:] = 1
    pairs = {_pair(*two): 1.0 for ids in same.values() for two in combinations(ids, 2)}
    return _alike(has, [reading.article.article_id for reading in readings]) | pairs


def _alike(has: sparse.csr_matrix, names: Sequence[str]) -> Pairs:
    sizes = np.asarray(has.sum(axis=1)).ravel()
    pairs: Pairs = {}
    for start in range(0, has.shape[0], 500):
        shared = (has[start : start + 500] @ has.T).tocoo()
        one, two, both = shared.row + start, shared.col, shared.data
        less = np.minimum(sizes[one], sizes[two])
        kept = (two > one) & (both >= COPY_CONTAINMENT * less) & (less >= COPY_SHINGLES)
        for a, b, count in zip(one[kept].tolist(), two[kept].tolist(), both[kept].tolist(), strict=True):
            pairs[_pair(names[a], names[b])] = count / (sizes[a] + sizes[b] - count)
    return pairs


def expanded(copies: Sequence[Copy]) -> Pairs:
    """Return every pair of articles that `copies` stand for: those with the same words are given once each."""
    group: dict[str, set[str]] = {}
    for copy in copies:
        if copy.kind == "exact":
            together = group.get(copy.article_a, {copy.article_a}) | group.get(copy.article_b, {copy.article_b})
            group.update(dict.fromkeys(together, together))
    pairs: Pairs = {}
    for copy in copies:
        ones, twos = group.get(copy.article_a, {copy.article_a}), group.get(copy.article_b, {copy.article_b})
        pairs.update({_pair(one, two): copy.similarity for one in ones for two in twos if one != two})
    return pairs


def _pair(one: str, two: str) -> tuple[str, str]:
    return (one, two) if one < two else (two, one)


def main() -> int:
    for metric, figure in score().items():
        print(f"{metric:28} {figure:.4f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
