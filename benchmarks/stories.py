"""Grouping as a desk grows: what one more article costs, and regrouping all of it beside annotating.

    python -m benchmarks stories [--articles 20000] [--first 2000]

The articles are the agency reports of 2010 and 2011, as often as it takes: each round in a world of its own, in which
every word of five letters and more is another one and the days move on by half a year. They come in order of time, as
news does. They are read and cleaned as in `build`; only a sample is annotated by the model, whose time is scaled, and
the others get its vectors and, for names, their capitalised words. Times are of the processor, so that what else a
machine does matters less. Growth is told by the mean over the articles that come at either end.
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from pathlib import Path

from backstory.annotate import annotate
from backstory.annotate.reader import Reader
from backstory.desk import Desk
from backstory.desk.grouping.annotating import put_annotations, to_annotate
from backstory.desk.grouping.stories import update_stories
from backstory.pipeline import build
from backstory.records import Annotations, Mention, Reading
from evaluation.reuters import reports

SAMPLE = 48
"""Articles that the model annotates."""
CHUNK = 200
"""Articles that come at once while growth is timed."""
HALF_YEAR = 182
NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{2,}")
WORD = re.compile(r"\b[a-zA-Z]{5,}\b")


def _rows(count: int) -> Iterator[dict[str, str]]:
    dated = [report for report in reports() if report.article.published]
    for number in range(count):
        report, world = dated[number % len(dated)], number // len(dated)
        text = report.of()
        if world:
            text = WORD.sub(r"\g<0>" + "aeiou"[world % 5] * (1 + world // 5), text)
        day = date.fromisoformat((report.article.published or "")[:10]) + timedelta(HALF_YEAR * world)
        yield {"title": text.split("\n")[0][:90], "text": text, "date": day.isoformat(), "outlet": f"Outlet {world}"}


def _named(reading: Reading, vector: bytes | None) -> Annotations:
    """Return what grouping needs of annotations: capitalised words as names, a vector."""
    key = reading.article.article_id
    mentions = tuple(
        Mention(key, found.start(), found.end(), found.group(), "organisation", "name", None, 1.0)
        for paragraph in reading.paragraphs
        for found in NAME.finditer(reading.text, paragraph.start, paragraph.end)
    )
    return Annotations(key, mentions=mentions, vector=vector)


def _timed(desk: Desk) -> float:
    began = time.process_time()
    update_stories(desk.connection, lambda done: None)
    return time.process_time() - began


def main() -> None:
    """Grow a desk, time each end of it and a regrouping from scratch, and print the ratios."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("name", nargs="?")
    arguments.add_argument("--articles", type=int, default=20_000)
    arguments.add_argument("--first", type=int, default=2_000)
    chosen = arguments.parse_args()
    if not reports():
        print("left out: the agency reports are not there")
        return
    with tempfile.TemporaryDirectory() as folder, Desk(Path(folder) / "big.desk", create=True) as desk:
        path = Path(folder) / "pile.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in _rows(chosen.articles)), "utf-8")
        build(desk, [str(path)], until="clean")
        waiting = (found.reading for found in to_annotate(desk.connection))
        pile = iter(sorted(waiting, key=lambda one: (one.article.published or "", one.article.article_id)))
        first = list(islice(pile, SAMPLE))
        reader = Reader()
        began = time.process_time()
        found = list(annotate(first, reader=reader))
        each = (time.process_time() - began) / len(first)
        vectors = [one.vector for one in found]
        put_annotations(desk.connection, [_named(one, vector) for one, vector in zip(first, vectors, strict=True)])
        count, costs = len(first), {}
        while batch := list(islice(pile, CHUNK)):
            put_annotations(
                desk.connection, [_named(one, vectors[(count + at) % SAMPLE]) for at, one in enumerate(batch)]
            )
            count += len(batch)
            costs[count] = _timed(desk) / len(batch)
        _tell(desk, costs, each, chosen.first, count)


def _tell(desk: Desk, costs: dict[int, float], each: float, first: int, count: int) -> None:
    early = [cost for at, cost in costs.items() if first * 0.75 <= at <= first * 1.25]
    late = [cost for at, cost in costs.items() if at >= count - first * 0.5]
    one, other = (sum(found) / len(found) for found in (early, late))
    print(f"article {first:,}: {one * 1000:.1f} ms; article {count:,}: {other * 1000:.1f} ms; {other / one:.2f} times")
    for table in ("profiles", "touched", "touched_stories", "stories"):
        desk.connection.execute(f"DELETE FROM {table}")
    again = _timed(desk)
    print(
        f"regrouping {count:,} from scratch: {again:.0f} s; annotating them: {each * count:.0f} s by {SAMPLE} of them;"
        f" {again / (each * count):.3f} of it"
    )


if __name__ == "__main__":
    main()
