"""The same tables by every way: a desk in one process, with a pool, Daft, Daft on two Ray nodes; shuffled; by day.

    python -m benchmarks bulk [--articles 400] [--ways desk,pool,daft,days,ray]

With `--articles 6652` all agency reports; the sample's sources come along. Prints how long each way took and whether
its tables equal the first way's, row by row.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from backstory.desk import Desk
from backstory.pipeline import build
from backstory.runners.bulk.flow import build_tables
from backstory.runners.bulk.store import Store
from backstory.runners.local import Pool
from benchmarks.crawl import texts, write_files
from evaluation.paths import SAMPLE

DAYS = 4
RAY = """
import sys
from ray.cluster_utils import Cluster
cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
cluster.add_node(num_cpus=1)
import ray
ray.init(address=cluster.address, log_to_driver=False, logging_level="ERROR")
from backstory.runners.bulk.flow import build_tables
build_tables(sys.argv[2:], sys.argv[1], runner="ray", jobs=2)
"""


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("name", nargs="?")
    options.add_argument("--articles", type=int, default=400)
    options.add_argument("--ways", default="desk,pool,daft,days,ray")
    chosen = options.parse_args()
    first: dict[str, list[str]] | None = None
    differ = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        days = days_of(folder, chosen.articles)
        for way in chosen.ways.split(","):
            began = time.monotonic()
            found = WAYS[way](folder / way, days)
            took = time.monotonic() - began
            first = first or found
            unequal = [table for table in first if first[table] != found[table]]
            differ += len(unequal)
            rows = sum(map(len, found.values()))
            print(
                f"{way:6} {took:7.1f} s  {rows:9,} rows  {'equal' if not unequal else f'DIFFER: {unequal}'}", flush=True
            )
    return int(differ > 0)


def days_of(folder: Path, articles: int) -> list[str]:
    """Write the articles and the sample, shuffled, into a folder for each day."""
    said = texts(articles)
    random.Random(8).shuffle(said)
    for number in range(DAYS):
        write_files(folder / f"day{number}", said[number::DAYS], number * articles)
    for number, path in enumerate(sorted(SAMPLE.iterdir())):
        (shutil.copytree if path.is_dir() else shutil.copy)(path, folder / f"day{number % DAYS}" / path.name)
    return [str(folder / f"day{number}") for number in range(DAYS)]


def desk(path: Path, days: list[str]) -> dict[str, list[str]]:
    with Desk(path, create=True) as made:
        build(made, days)
        return of_desk(made)


def pool(path: Path, days: list[str]) -> dict[str, list[str]]:
    with Desk(path, create=True) as made, Pool(2) as runner:
        for day in reversed(days):
            build(made, [day], runner=runner)
        return of_desk(made)


def daft(path: Path, days: list[str]) -> dict[str, list[str]]:
    build_tables(days, str(path), jobs=2)
    return of_tables(path)


def by_day(path: Path, days: list[str]) -> dict[str, list[str]]:
    for day in reversed(days):
        build_tables([day], str(path), jobs=2)
    return of_tables(path)


def ray(path: Path, days: list[str]) -> dict[str, list[str]]:
    quiet = {**os.environ, "DO_NOT_TRACK": "1", "RAY_USAGE_STATS_ENABLED": "0"}
    subprocess.run([sys.executable, "-c", RAY, str(path), *reversed(days)], env=quiet, check=True)
    return of_tables(path)


def of_desk(made: Desk) -> dict[str, list[str]]:
    return {name: plain(list(made.rows(name))) for name in made.tables}


def of_tables(path: Path) -> dict[str, list[str]]:
    store = Store(str(path))
    manifest = store.read_json("manifest.json") or {}
    return {
        name: plain([row for file in files for row in store.read(file["path"])])
        for name, files in manifest["tables"].items()
    }


def plain(rows: list[dict[str, Any]]) -> list[str]:
    """Return rows as text in an order of their own: without the time of reading, anchors as text, nothing null."""

    def held(value: Any, key: str | None = None) -> Any:  # noqa: ANN401 any value of any table
        if isinstance(value, dict):
            return {k: held(v, k) for k, v in sorted(value.items()) if v is not None and k != "read_at"}
        if isinstance(value, list | tuple):
            return [held(each) for each in value]
        return str(value) if key == "anchor" else round(value, 9) if isinstance(value, float) else value

    return sorted(json.dumps(held(row), sort_keys=True, ensure_ascii=False) for row in rows)


WAYS: dict[str, Callable[[Path, list[str]], dict[str, list[str]]]] = {
    "desk": desk,
    "pool": pool,
    "daft": daft,
    "days": by_day,
    "ray": ray,
}

if __name__ == "__main__":
    sys.exit(main())
