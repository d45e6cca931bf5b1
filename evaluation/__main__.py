"""Run every scorer, hold every figure against its floor, and exit 1 where one fell below.

    python -m evaluation [NAME ...] [--raise]

`--raise` lifts the floors to the figures of this run, rounded down to two decimals; floors are never lowered here.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

FLOORS = Path(__file__).with_name("floors.json")


def scorers() -> list[str]:
    """Return the names of the modules of this folder that score a task."""
    names = [module.name for module in iter_modules([str(FLOORS.parent)])]
    return [name for name in names if not name.startswith("_") and _scores(name)]


def _scores(name: str) -> bool:
    return "\ndef score(" in (FLOORS.parent / f"{name}.py").read_text("utf-8") if _is_file(name) else False


def _is_file(name: str) -> bool:
    return (FLOORS.parent / f"{name}.py").exists()


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("names", nargs="*", help="tasks; all unless given")
    arguments.add_argument("--raise", dest="lift", action="store_true", help="lift floors to this run's figures")
    chosen = arguments.parse_args()
    floors: dict[str, float] = json.loads(FLOORS.read_text("utf-8"))
    fell, scored = [], 0
    for name in chosen.names or scorers():
        began = time.monotonic()
        figures = import_module(f"evaluation.{name}").score() or {}
        for metric, found in figures.items():
            figure, floor = float(found), floors.get(metric)
            scored += floor is not None
            below = floor is not None and figure < floor
            fell += [metric] if below else []
            print(
                f"{metric:44} {figure:8.4f}  floor {'  none' if floor is None else f'{floor:6.3f}'}{'  BELOW' * below}"
            )
            if chosen.lift and floor is not None:
                floors[metric] = max(floor, math.floor(figure * 100) / 100)
        print(f"-- {name}: {time.monotonic() - began:.0f} s\n", flush=True)
    if chosen.lift:
        FLOORS.write_text(json.dumps(dict(sorted(floors.items())), indent=2) + "\n", "utf-8")
    print(f"{scored} figures held against floors, {len(fell)} below: {', '.join(fell) or 'none'}")
    return 1 if fell else 0


if __name__ == "__main__":
    sys.exit(main())
