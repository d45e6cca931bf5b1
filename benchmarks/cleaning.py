"""Reading and cleaning: articles a second on one core, peak memory over a large file, cost of the n-th source.

    python -m benchmarks cleaning [--megabytes 1024] [--sources 100000]

Text: Reuters articles where the evaluation sets are there, the sample's sources otherwise. The defaults take a few
minutes; the two options above are those of the figures in docs/performance.md.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from itertools import cycle, islice
from pathlib import Path

from backstory.clean import clean
from backstory.desk import Desk
from backstory.pipeline import build
from backstory.read import read_file
from backstory.records import Source
from evaluation.paths import SAMPLE, shared

REUTERS = "data/reuters-2010-2011.tar.gz"
CLEANED = 1500
GROWTH_STEPS = 10


def articles() -> list[Source]:
    archive = shared(REUTERS)
    paths = [str(archive)] if archive else sorted(str(path) for path in SAMPLE.rglob("*.txt"))
    return [source for path in paths for source in read_file(path) if source.text]


def rate(sources: list[Source]) -> None:
    some = sources[:CLEANED]
    clean(some[0])
    began = time.process_time()
    for source in some:
        clean(source)
    seconds = time.process_time() - began
    words = sum(len(source.text.split()) for source in some)
    print(f"cleaning, by processor time: {len(some) / seconds:,.0f} articles/s, {words / seconds:,.0f} words/s")


def memory(sources: list[Source], megabytes: int, folder: Path) -> None:
    large = folder / "large.txt"
    left = megabytes << 20
    with large.open("w", encoding="utf-8") as file:
        for number, source in enumerate(cycle(sources)):
            if left <= 0:
                break
            left -= file.write(source.text.replace("said", f"said{number % 997}") + "\n\n")
    began = time.perf_counter()
    desk = folder / "large.desk"
    command = [
        sys.executable,
        "-m",
        "backstory.cli",
        "build",
        str(large),
        "--desk",
        str(desk),
        "--quiet",
        "--jobs",
        "1",
        "--until",
        "clean",
    ]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    size = desk.stat().st_size / large.stat().st_size
    took = time.perf_counter() - began
    print(f"one file of {megabytes} MB: {peak:,.0f} MB peak memory, {took:,.0f} s, desk {size:.2f} times the file")


def growth(sources: list[Source], count: int, folder: Path) -> None:
    """Feed small files to one desk in equal steps and compare what the last step cost with what the first did."""
    texts = cycle(source.text for source in sources)
    step = count // GROWTH_STEPS
    costs = []
    with Desk(folder / "growth.desk", create=True) as desk:
        for number in range(GROWTH_STEPS):
            day = folder / f"day{number:02}"
            day.mkdir()
            for at, text in enumerate(islice(texts, step)):
                (day / f"{at:06}.txt").write_text(f"{text[:600]}\nItem {number}-{at}\n", encoding="utf-8")
            began = time.process_time()
            build(desk, [str(day)], until="clean")
            costs.append((time.process_time() - began) / step)
    print(
        f"{count:,} sources in {GROWTH_STEPS} steps: " + ", ".join(f"{1000 * cost:.2f}" for cost in costs) + " ms each;"
    )
    print(f"the last step costs {costs[-1] / costs[0]:.2f} times the first")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=int, default=64)
    parser.add_argument("--sources", type=int, default=10_000)
    chosen, _ = parser.parse_known_args()
    sources = articles()
    rate(sources)
    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR")) as folder:
        memory(sources, chosen.megabytes, Path(folder))
        growth(sources, chosen.sources, Path(folder))


if __name__ == "__main__":
    main()
