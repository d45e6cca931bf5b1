"""Passages planted in agency reports, found again by us and by passim: F1, processor seconds and seconds by the clock.

    python -m benchmarks passages [--passim PATH] [--options "-n 15 -m 2"]

`--passim` names passim's start script (`passim` or `seriatim`), which is called with the same file of documents as we
are, in passim's own JSON Lines; docs/reuse.md says how it was set up. Both are whole processes, from the file to the
file, and both answers are read by the product's own reader of passim's output and scored by the same scorer.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from backstory.records import Passage, Reading
from backstory.reuse.passages import find_passages
from backstory.reuse.passim import clusters, documents, passages_from
from evaluation.planted import figures_of, planted
from evaluation.reuters import reading_of, reports


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("name", nargs="?")
    options.add_argument("--passim", type=Path)
    options.add_argument("--from", dest="source", type=Path, help="find the passages of these documents, and no more")
    options.add_argument("--to", type=Path, help="the folder to write them to, as passim does")
    options.add_argument("--options", default="", help="passim's own options, given to it before the paths")
    chosen = options.parse_args()
    if chosen.source:
        ours(chosen.source, chosen.to)
        return 0
    readings = reports()
    if not readings:
        return 0
    pile, gold = planted(readings)
    known = {reading.article.article_id: reading for reading in pile}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "documents.json")
        path.write_text("\n".join(documents(pile)), "utf-8")
        print(f"{len(gold)} passages planted in {len(pile)} articles: F1 (precision, recall), boundaries right, cost")
        commands = {"backstory": [sys.executable, "-m", "benchmarks.passages", "--from", str(path), "--to"]}
        if chosen.passim:
            commands[f"passim {chosen.options}"] = [str(chosen.passim), *chosen.options.split(), str(path)]
        for number, (name, command) in enumerate(commands.items()):
            out = Path(folder, f"out-{number}")
            spent, clock = timed([*command, str(out)])
            found = figures_of(answer(out, known), gold)
            print(
                f"  {name:24} {found.f1:.3f} ({found.precision:.3f}, {found.recall:.3f}), {found.boundaries:.3f}",
                end="",
            )
            print(f"   {spent:8.1f} processor seconds, {clock:.1f} by the clock", flush=True)
    return 0


def ours(source: Path, folder: Path) -> None:
    """Write the passages of a file of documents as passim would."""
    rows = [json.loads(line) for line in source.read_text("utf-8").splitlines()]
    known = {row["id"]: reading_of(row["id"], row["text"], row["series"]) for row in rows}
    part = folder / "out.json" / "part-0.json"
    part.parent.mkdir(parents=True)
    part.write_text("\n".join(clusters(find_passages(known.values()), known)), "utf-8")


def timed(command: Sequence[str]) -> tuple[float, float]:
    """Return the processor seconds of a command and all that it started and waited for, and the seconds it took."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    clock, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        sys.exit(f"{command[0]} failed:\n{done.stderr[-2000:]}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, clock


def answer(out: Path, known: dict[str, Reading]) -> list[Passage]:
    lines = [line for part in sorted(out.glob("out.json/part-*")) for line in part.read_text("utf-8").splitlines()]
    return passages_from(lines, known)


if __name__ == "__main__":
    sys.exit(main())
