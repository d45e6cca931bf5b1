"""Run the benchmarks: `python -m benchmarks [NAME ...]`. Each prints ratios; machines differ and are noisy."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

FOLDER = Path(__file__).parent


def main() -> int:
    names = [name for name in sys.argv[1:2] if not name.startswith("-")] or sorted(
        path.stem for path in FOLDER.glob("[a-z]*.py")
    )
    for name in names:
        print(f"== {name}", flush=True)
        import_module(f"benchmarks.{name}").main()
    return 0


if __name__ == "__main__":
    sys.exit(main())
