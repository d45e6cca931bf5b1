"""SIGKILL at random moments: of a desk's builder, of one of its processes, of a bulk run, of one of its workers.

    python -m benchmarks faults [--kills 200] [--who builder,process,driver,worker]

Each kill is followed by a run to the end, and what that leaves is compared with what an undisturbed run leaves, row by
row. The moments are drawn from the whole length of a run, and of its processes the one that is killed, by a seed that
is printed. A moment at which nothing was there to kill is no kill. Of a run whose process or worker was killed it is
also told whether it ended well by itself.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

from backstory.desk import Desk
from benchmarks.crawl import texts, write_files

SOURCES = 24
"""Enough for a second batch: with one, no process is started."""
HUNG = 1800
"""Seconds after which a run hangs."""
WHO = ("builder", "process", "driver", "worker")


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("name", nargs="?")
    options.add_argument("--kills", type=int, default=200)
    options.add_argument("--who", default=",".join(WHO))
    options.add_argument("--seed", type=int, default=8)
    chosen = options.parse_args()
    chance, tally = random.Random(chosen.seed), Counter[str]()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_files(folder / "in", texts(SOURCES))
        who = chosen.who.split(",")
        calm = {each: undisturbed(folder, each) for each in who}
        length = {each: took for each, (_, took) in calm.items()}
        while tally["kills"] < chosen.kills:
            each = who[tally["tried"] % len(who)]
            out = folder / "out"
            began = time.monotonic()
            hit, status = killed(folder / "in", out, each, chance, length[each])
            if not hit:  # a machine that is less busy by now
                length[each] = min(length[each], time.monotonic() - began)
            again = ended(run(folder / "in", out, each))
            same = again == 0 and held(out, each) == calm[each][0]
            outcome = "the same" if same else f"DIFFERS (the next run ended with {again})"
            tally.update({"tried": 1, "kills": hit, f"{each} killed": hit, "lost": hit and not same})
            tally[f"{each} ended well by itself"] += hit and status == 0
            tally[f"{each} hung or left processes behind"] += hit and status is None
            told = f"killed, its run ended with {status}" if hit else "nothing there to kill"
            print(f"{tally['kills']:4} {each:8} {told}; {outcome}", flush=True)
            for path in folder.glob("out*"):
                shutil.rmtree(path) if path.is_dir() else path.unlink()
    print(f"seed {chosen.seed}: " + ", ".join(f"{name} {count}" for name, count in sorted(tally.items())))
    return int(tally["lost"] > 0)


def run(source: Path, out: Path, who: str) -> subprocess.Popen[bytes]:
    to = ["--desk", str(out)] if who in ("builder", "process") else ["--to", str(out)]
    jobs = "1" if who in ("builder", "driver") else "2"
    command = [sys.executable, "-m", "backstory.cli", "build", str(source), *to, "--jobs", jobs]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)


def ended(process: subprocess.Popen[bytes]) -> int | None:
    """Wait for a run; return its exit status, None where it hung or left processes behind, which are ended."""
    try:
        status: int | None = process.wait(timeout=HUNG)
        for _ in range(20):
            os.killpg(process.pid, 0)
            time.sleep(0.5)
    except ProcessLookupError:
        return status
    except subprocess.TimeoutExpired:
        pass
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    return None


def undisturbed(folder: Path, who: str) -> tuple[object, float]:
    """Return what a run leaves that nobody kills, and how long it takes."""
    out = folder / f"calm-{who}"
    began = time.monotonic()
    if run(folder / "in", out, who).wait():
        raise SystemExit(f"an undisturbed run failed: {who}")
    return held(out, who), time.monotonic() - began


def killed(source: Path, out: Path, who: str, chance: random.Random, length: float) -> tuple[bool, int | None]:
    """Kill a run, or a process that works for it, at a moment of its `length`; return whether, and its exit status."""
    process, hit = run(source, out, who), False
    with suppress(subprocess.TimeoutExpired):
        process.wait(timeout=chance.uniform(0.05, 1.0) * length)
    if process.poll() is None:
        own = [process.pid] if who in ("builder", "driver") else children(process.pid)
        for victim in chance.sample(own, 1) if own else []:
            try:
                os.kill(victim, signal.SIGKILL)
                hit = True
            except ProcessLookupError:
                pass
    return hit, ended(process)


def children(parent: int) -> list[int]:
    """Return the processes that descend from one, whichever of its threads started them."""
    found, waiting = list[int](), [parent]
    while waiting:
        own = [int(pid) for path in Path(f"/proc/{waiting.pop()}/task").glob("*/children") for pid in _words(path)]
        found += own
        waiting += own
    return sorted(found)


def _words(path: Path) -> list[str]:
    try:
        return path.read_text().split()
    except OSError:  # its thread ended meanwhile
        return []


def held(out: Path, who: str) -> object:
    if who in ("builder", "process"):
        with Desk(out) as desk:
            if any(fault.broken for checked in desk.verify() for fault in checked.faults):
                return "broken"
            return {
                name: [{key: value for key, value in row.items() if key != "read_at"} for row in desk.rows(name)]
                for name in desk.tables
            }
    return sorted(str(path.relative_to(out)) for path in (out / "tables").rglob("*.parquet"))


if __name__ == "__main__":
    sys.exit(main())
