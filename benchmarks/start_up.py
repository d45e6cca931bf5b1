"""What it takes to start: `backstory --help` beside importing Typer alone, and the first question to a desk.

    python -m benchmarks start_up [--rounds 15]

The least processor seconds of several rounds, in turns, each in a process of its own.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from backstory.desk import Desk
from backstory.pipeline import build
from evaluation.paths import SAMPLE

HELP = ["-m", "backstory.cli", "--help"]
TYPER = ["-c", "import typer"]


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("name", nargs="?")
    options.add_argument("--rounds", type=int, default=15)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        desk = Path(folder, "sample.desk")
        with Desk(desk, create=True) as opened:
            build(opened, [str(SAMPLE / "feeds")])
        asked = {
            "import typer": TYPER,
            "backstory --help": HELP,
            "backstory search": ["-m", "backstory.cli", "search", "dam", "--desk", str(desk)],
            "backstory stories": ["-m", "backstory.cli", "stories", "--desk", str(desk)],
        }
        least = dict.fromkeys(asked, float("inf"))
        for _ in range(chosen.rounds):
            for name, words in asked.items():
                least[name] = min(least[name], seconds(words))
    for name, spent in least.items():
        print(f"{name:18} {spent * 1000:6.0f} ms  {spent / least['import typer']:.2f} of import typer")
    return 0


def seconds(words: list[str]) -> float:
    """Return the processor seconds of a Python process."""
    process = subprocess.Popen([sys.executable, *words], stdout=subprocess.DEVNULL)
    _, _, used = os.wait4(process.pid, 0)
    process.returncode = 0
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    sys.exit(main())
