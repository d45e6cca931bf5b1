"""Copies and passages: processor seconds beside datasketch and rensa in one run, and the cost of the n-th article.

    python -m benchmarks reuse [--peers PYTHON] [--articles 100000]

`--peers` names the Python of an environment made from evaluation/peers/reuse.txt. The reports are repeated to make the
larger pile: each repetition is set in a world of its own, its longer words altered in one way throughout, so that the
pile repeats itself within a world as the reports do and no more than that across them.
"""

from __future__ import annotations

import argparse
import json
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from backstory.records import Reading
from backstory.reuse import tokens
from backstory.reuse.corpus import corpus_of
from backstory.reuse.duplicates import find_copies
from backstory.reuse.fingerprints import fingerprints
from backstory.reuse.index import ReuseIndex
from backstory.reuse.passages import find_passages
from evaluation.reuters import reading_of, reports

PEERS = Path(__file__).parents[1] / "evaluation" / "peers" / "reuse.py"
PROBES = 150
ROUNDS = 4
STEPS = 10
Options = argparse.Namespace


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("name", nargs="?")
    options.add_argument("--peers", default=sys.executable)
    options.add_argument("--articles", type=int, default=20_000)
    chosen = options.parse_args()
    readings = reports()
    if readings:
        beside_peers(readings, chosen.peers)
        growth(readings, chosen.articles)
    return 0


def beside_peers(readings: tuple[Reading, ...], python: str) -> None:
    """Print processor seconds from texts to exactly checked pairs: ours from a cold start, and each peer's."""
    best: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "texts.jsonl")
        lines = (json.dumps({"id": one.article.article_id, "text": one.of()}) for one in readings)
        path.write_text("\n".join(lines), "utf-8")
        for _ in range(ROUNDS):
            answers = json.loads(subprocess.run([python, PEERS, path], capture_output=True, check=True).stdout)
            answers["backstory"] = ours(readings, lambda pile: len(find_copies(pile, changes=False)))
            answers["backstory passages"] = ours(readings, lambda pile: len(find_passages(pile)))
            for name, answer in answers.items():
                if name not in best or answer["seconds"] < best[name]["seconds"]:
                    best[name] = answer
    print(
        f"copies of {len(readings)} reports, from texts to pairs checked exactly, best of {ROUNDS}, processor seconds"
    )
    for name, answer in sorted(best.items(), key=lambda item: item[1]["seconds"]):
        ratio = answer["seconds"] / best["backstory"]["seconds"]
        print(f"  {name:20} {answer['seconds']:7.2f} s   {ratio:6.2f} x backstory   {int(answer['pairs'])} found")


def ours(readings: tuple[Reading, ...], find: Callable[[tuple[Reading, ...]], int]) -> dict[str, float]:
    tokens.forget()
    began = time.process_time()
    return {"pairs": find(readings), "seconds": time.process_time() - began}


def growth(readings: tuple[Reading, ...], articles: int) -> None:
    """Print the mean cost of one more article at a tenth of the pile and at the whole of it."""
    probes = readings[:: len(readings) // PROBES][:PROBES]
    costs: dict[int, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        known = Pile(readings)
        index = ReuseIndex(sqlite3.connect(Path(folder, "reuse.db"), isolation_level=None), known.__getitem__)
        for step in range(1, STEPS + 1):
            places = range((step - 1) * articles // STEPS, step * articles // STEPS)
            fill(index, [known[f"{place % len(readings)}x{place // len(readings)}"] for place in places])
            if step in (1, STEPS):
                costs[step * articles // STEPS] = probe(index, known, probes, f"probe{step}")
            known.clear()
    few, many = sorted(costs)
    print(f"one more article at {few} articles: {costs[few] * 1000:.2f} ms, at {many}: {costs[many] * 1000:.2f} ms")
    print(f"  ratio {costs[many] / costs[few]:.2f}")


class Pile(dict[str, Reading]):
    """The reports in world after world, made when they are asked for: all of them are more than memory may hold."""

    def __init__(self, readings: tuple[Reading, ...]) -> None:
        super().__init__()
        self.readings = readings

    def __missing__(self, name: str) -> Reading:
        place, world = name.split("x")
        made = elsewhere(self.readings[int(place)], f"x{world}")
        return replace(made, article=replace(made.article, article_id=name))


def fill(index: ReuseIndex, readings: list[Reading]) -> None:
    """Write the fingerprints of `readings`, in bulk; what they share with each other costs the next article nothing."""
    corpus = corpus_of(readings)
    prints = fingerprints(corpus)
    first = index.connection.execute("SELECT coalesce(max(text), 0) + 1 FROM reuse_texts").fetchall()[0][0]
    numbers = range(first, first + len(corpus.texts))
    index.connection.execute("BEGIN")
    texts = [(number, text.key) for number, text in zip(numbers, corpus.texts, strict=True)]
    index.connection.executemany("INSERT OR IGNORE INTO reuse_texts VALUES (?, ?)", texts)
    carriers = [(each.article_id, n) for n, same in zip(numbers, corpus.carriers, strict=True) for each in same]
    index.connection.executemany("INSERT OR IGNORE INTO reuse_carriers VALUES (?, ?)", carriers)
    order = prints.hashes.view("int64").argsort()
    hashes, owners = prints.hashes.view("int64")[order].tolist(), (corpus.owner[prints.places[order]] + first).tolist()
    index.connection.executemany("INSERT OR IGNORE INTO reuse_prints VALUES (?, ?)", zip(hashes, owners, strict=True))
    index.connection.execute("COMMIT")


def probe(index: ReuseIndex, known: dict[str, Reading], probes: tuple[Reading, ...], world: str) -> float:
    """Return the processor seconds that each of `probes`, set in the first world, takes to add; then take them out."""
    spent = []
    for reading in probes:
        one = elsewhere(reading, "x0", name=world)
        known[one.article.article_id] = one
        index.connection.execute("BEGIN")
        began = time.process_time()
        index.add([one])
        spent.append(time.process_time() - began)
        index.connection.execute("ROLLBACK")
    return sum(sorted(spent)[PROBES // 10 : -PROBES // 10]) / (len(spent) - 2 * (PROBES // 10))


def elsewhere(reading: Reading, world: str, *, name: str = "") -> Reading:
    """Return `reading` as it would be in another world, where every longer word is another one."""
    text = re.sub(r"[A-Za-z]{5,}", lambda word: f"{word[0]}{world}", reading.text)
    if name:  # an edited version: each tenth sentence is another
        text = re.sub(r"([^.]*\.){9}[^.]*\.", lambda part: part[0][:-1] + f" in {name}.", text)
    return reading_of(f"{reading.article.article_id}-{world}{name}", text, "Reuters")
