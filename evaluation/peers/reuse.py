"""Texts as JSON Lines (`id`, `text`) in; each peer's near copies and the processor seconds they took out, as JSON.

It runs in an environment of its own, made by `pip install -r evaluation/peers/reuse.txt`; what is missing is left out.
 Each peer does what its own guide says: shingles of five words, 128 permutations, an LSH at a Jaccard index of .5,
then the exact containment of every candidate pair, as the product's own figures have it.

    python evaluation/peers/reuse.py texts.jsonl > peers.json
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Callable

WORD = re.compile(r"\w+")
SHINGLE_WORDS = 5
JACCARD = 0.5
CONTAINMENT = 0.6
PERMUTATIONS = 128
Shingles = list[set[str]]


def shingled(texts: list[str]) -> Shingles:
    sets = []
    for text in texts:
        words = WORD.findall(text.lower())
        sets.append({" ".join(words[at : at + SHINGLE_WORDS]) for at in range(len(words) - SHINGLE_WORDS + 1)})
    return sets


def datasketch_candidates(sets: Shingles) -> set[tuple[int, int]]:
    from datasketch import MinHash, MinHashLSH

    index, found = MinHashLSH(threshold=JACCARD, num_perm=PERMUTATIONS), set()
    for number, shingles in enumerate(sets):
        sketch = MinHash(num_perm=PERMUTATIONS)
        sketch.update_batch([shingle.encode() for shingle in shingles])
        found.update((other, number) for other in index.query(sketch))
        index.insert(number, sketch)
    return found


def rensa_candidates(sets: Shingles) -> set[tuple[int, int]]:
    from rensa import RMinHash, RMinHashLSH

    index, found = RMinHashLSH(threshold=JACCARD, num_perm=PERMUTATIONS, num_bands=32), set()
    for number, shingles in enumerate(sets):
        sketch = RMinHash(num_perm=PERMUTATIONS, seed=42)
        sketch.update(list(shingles))
        found.update((other, number) for other in index.query(sketch))
        index.insert(number, sketch)
    return found


def run(candidates: Callable[[Shingles], set[tuple[int, int]]], texts: list[str]) -> dict[str, float]:
    began = time.process_time()
    sets = shingled(texts)
    shingling = time.process_time() - began
    kept = 0
    for one, two in candidates(sets):
        less = min(len(sets[one]), len(sets[two]))
        kept += less > 0 and len(sets[one] & sets[two]) >= CONTAINMENT * less
    return {"seconds": time.process_time() - began, "shingling": shingling, "pairs": kept}


def main() -> int:
    with open(sys.argv[1], encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in lines]
    answers = {}
    for name, candidates in (("rensa", rensa_candidates), ("datasketch", datasketch_candidates)):
        try:
            answers[name] = run(candidates, texts)
        except ImportError:
            print(f"left out: {name} is not installed (evaluation/peers/reuse.txt)", file=sys.stderr)
    json.dump(answers, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
