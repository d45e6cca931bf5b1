"""Copies and passages: processor seconds beside datasketch and rensa in one run, and the cost of the n-th article.

    python -m benchmarks reuse [--peers PYTHON] [--articles 100000]

`--peers` names the Python of an environment made from evaluation/peers/reuse.txt. The reports are repeated to make the
larger pile: each repetition is set in a world of its own, its longer words and figures altered in one way throughout,
so that the pile repeats itself within a world as the reports do and no more than that across them.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from backstory.desk.connection import connect
from backstory.records import Reading
from backstory.reuse import tokens
from backstory.reuse.corpus import Text, corpus_of_texts, texts_of
from backstory.reuse.duplicates import find_copies
from backstory.reuse.fingerprints import fingerprints
from backstory.reuse.hashing import Hashes
from backstory.reuse.index import ReuseIndex
from backstory.reuse.passages import find_passages
from backstory.reuse.tokens import hash_of_word, normal_form
from evaluation.reuters import reading_of, reports

PEERS = Path(__file__).parents[1] / "evaluation" / "peers" / "reuse.py"
PROBES = 150
ROUNDS = 4
TENTH = 10
AT_ONCE = 500_000
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
    probes = [edited(reading) for reading in readings[:: len(readings) // PROBES][:PROBES]]
    known = Worlds(readings)
    known.update({one.article.article_id: one for one in probes})
    costs: dict[int, float] = {}
    for count in (articles // TENTH, articles):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "reuse.desk")
            fill(ReuseIndex(connect(path, create=True), known.__getitem__), known, count)
            costs[count] = min(probe(path, known, probes) for _ in range(ROUNDS))
    few, many = sorted(costs)
    print(f"one more article at {few} articles: {costs[few] * 1000:.2f} ms, at {many}: {costs[many] * 1000:.2f} ms")
    print(f"  ratio {costs[many] / costs[few]:.2f}")


def fill(index: ReuseIndex, known: Worlds, count: int) -> None:
    """Write the fingerprints of so many articles, in bulk; what they share costs the next article nothing."""
    parts: list[tuple[Hashes, Hashes]] = []
    first = 1
    index.connection.execute("BEGIN")
    for world in range(-(-count // len(known.texts))):
        places = range(min(len(known.texts), count - world * len(known.texts)))
        corpus = corpus_of_texts(known.text(place, world) for place in places)
        prints = fingerprints(corpus)
        parts.append((prints.hashes.view(np.int64), corpus.owner[prints.places] + first))
        numbers = range(first, first + len(corpus.texts))
        rows = [(number, text.key, len(text)) for number, text in zip(numbers, corpus.texts, strict=True)]
        index.connection.executemany("INSERT INTO reuse_texts VALUES (?, ?, ?, x'')", rows)
        carriers = [(each.article_id, n) for n, same in zip(numbers, corpus.carriers, strict=True) for each in same]
        index.connection.executemany("INSERT INTO reuse_carriers VALUES (?, ?)", carriers)
        first += len(corpus.texts)
    hashes, owners = (np.concatenate(part) for part in zip(*parts, strict=True))
    order = np.lexsort((owners, hashes))
    for start in range(0, len(order), AT_ONCE):
        some = order[start : start + AT_ONCE]
        rows = zip(hashes[some].tolist(), owners[some].tolist(), strict=True)
        index.connection.executemany("INSERT OR IGNORE INTO reuse_prints VALUES (?, ?)", rows)
    index.connection.execute("COMMIT")


def probe(path: Path, known: dict[str, Reading], probes: list[Reading]) -> float:
    """Return the processor seconds that each of `probes` takes to add on a fresh connection; then take them out."""
    index, spent = ReuseIndex(connect(path), known.__getitem__), []
    for one in probes:
        index.connection.execute("BEGIN IMMEDIATE")
        began = time.process_time()
        index.add([one])
        spent.append(time.process_time() - began)
        index.connection.execute("ROLLBACK")
    return sum(sorted(spent)[PROBES // 10 : -PROBES // 10]) / (len(spent) - 2 * (PROBES // 10))


class Worlds(dict[str, Reading]):
    """The reports in world after world: in each but the first, every longer word and every figure is another one.

    As a mapping it gives the readings of any of them by id; what is kept of all is their words.
    """

    def __init__(self, readings: Sequence[Reading]) -> None:
        super().__init__({one.article.article_id: one for one in readings})
        self.texts = list(texts_of(readings))
        said = {each.article.article_id: each.text for each in readings}
        forms = {value: said[t.article_id][start:end] for t in self.texts for value, start, end in spans(t)}
        forms = {value: normal_form(form) for value, form in forms.items()}
        longer = {value: form for value, form in forms.items() if re.fullmatch(r"[a-z]{5,}|[a-z]*\d.*", form)}
        self.longer = np.array(sorted(longer), dtype=np.uint64)
        self.forms = [longer[value] for value in self.longer.tolist()]
        self.others: dict[int, Hashes] = {}

    def text(self, place: int, world: int) -> Text:
        """Return report number `place` as it is in a world."""
        text = self.texts[place]
        if not world:
            return text
        if world not in self.others:
            self.others = {world: np.array([hash_of_word(f"{form}x{world}") for form in self.forms], dtype=np.uint64)}
        at = np.minimum(np.searchsorted(self.longer, text.hashes), len(self.longer) - 1)
        hashes = np.where(self.longer[at] == text.hashes, self.others[world][at], text.hashes)
        article = replace(text.reading.article, article_id=f"{text.article_id}@{world}")
        return Text(f"{text.key}@{world}", hashes, replace(text.reading, article=article))

    def __missing__(self, name: str) -> Reading:
        """Make one that words of the first world lead to, once: the first round of probes pays for it."""
        known, _, world = name.partition("@")
        reading, longer = self[known], set(self.longer.tolist())
        text = reading.text
        for value, start, end in reversed(spans(next(texts_of([reading])))):
            if value in longer:
                text = f"{text[:start]}{normal_form(text[start:end])}x{world}{text[end:]}"
        self[name] = reading_of(name, text, "Reuters")
        return self[name]


def spans(text: Text) -> list[tuple[int, int, int]]:
    return list(zip(*(column.tolist() for column in (text.hashes, text.words.starts, text.words.ends)), strict=True))


def edited(reading: Reading) -> Reading:
    """Return an edited version of `reading`: each tenth sentence is another."""
    text = re.sub(r"([^.]*\.){9}[^.]*\.", lambda part: part[0][:-1] + " in the edited version.", reading.text)
    return reading_of(f"{reading.article.article_id}-edited", text, "Reuters")
