"""One more article into a desk, and what bringing copies, passages and statements up to date costs, as the desk grows.

    python -m benchmarks small_build [--sizes 1000 3000 6000]

The desk grows by agency reports, to each of the sizes in one build; then single articles, edited versions of reports
that are there, come one build each. Annotating, which looks at one article alone, runs without the model: the rules
find the quotes. Processor milliseconds of the stage `reuse` alone.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from unittest.mock import patch

from backstory import pipeline
from backstory.annotate.spans import Seen
from backstory.desk import Desk
from backstory.pipeline import build
from backstory.records import Reading
from benchmarks.reuse import edited
from evaluation.reuters import reports

PROBES = 15


class Unread:
    """Stands in for the model and finds nothing, so that only the rules annotate."""

    def seen(self, reading: Reading) -> Seen:
        return Seen()


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("name", nargs="?")
    options.add_argument("--sizes", type=int, nargs="+", default=[1000, 3000, 6000])
    chosen = options.parse_args()
    readings = reports()
    if readings:
        with tempfile.TemporaryDirectory() as folder, patch.object(pipeline, "shipped_reader", Unread):
            grown(readings, sorted(chosen.sizes), Path(folder))
    return 0


def grown(readings: Sequence[Reading], sizes: Sequence[int], folder: Path) -> None:
    """Print the cost of one more article at each size."""
    before = 0
    with Desk(folder / "grown.desk", create=True) as desk:
        for size in sizes:
            build(desk, [written(folder / f"{size}.jsonl", readings[before:size])], until="names")
            whole = reuse(desk)
            chosen = readings[: size : max(size // PROBES, 1)][:PROBES]
            spent = []
            for number, reading in enumerate(chosen):
                build(desk, [written(folder / f"{size}-{number}.jsonl", [edited(reading)])], until="names")
                spent.append(reuse(desk))
            held = {name: len(list(desk.rows(name))) for name in ("copies", "passages", "statements")}
            print(
                f"at {size:,} articles: {statistics.median(spent) * 1000:.0f} ms for one more (median of {len(spent)},"
                f" most {max(spent) * 1000:.0f}); the {size - before:,} before it {whole:.1f} s; holds {held}",
                flush=True,
            )
            before = size


def reuse(desk: Desk) -> float:
    began = time.process_time()
    build(desk, [], until="reuse")
    return time.process_time() - began


def written(path: Path, readings: Sequence[Reading]) -> str:
    rows = (
        {"title": one.article.article_id, "text": one.of(), "outlet": "Reuters", "date": one.article.published}
        for one in readings
    )
    path.write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    return str(path)


if __name__ == "__main__":
    sys.exit(main())
