"""The flow over a crawl, top to bottom: paths in, Parquet tables of the contract out, partitioned by day.

The stages are the pipeline's own, and know no runner. Three of them look at one thing at a time and leave finished
parts in the store; what all things together tell is joined by the engine from what those parts hold.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, astuple, dataclass, field
from typing import TYPE_CHECKING

from backstory.read import Options
from backstory.runners.bulk import joins, story_joins
from backstory.runners.bulk.engine import Engine, engine_for
from backstory.runners.bulk.frames import Made, frames_of
from backstory.runners.bulk.lease import lease
from backstory.runners.bulk.origins import passage_rows, statement_rows
from backstory.runners.bulk.store import Store, input_files
from backstory.runners.bulk.tables import write_tables
from backstory.runners.bulk.units import Unit, finish, unit

if TYPE_CHECKING:
    from daft import DataFrame

__all__ = ["Outcome", "build_tables", "to_clean"]

PART_FILES = 256
PART_BYTES = 16 << 20
"""A part's input: enough that its files are few, little enough that a lost worker costs a minute."""


@dataclass(slots=True)
class Outcome:
    """What a run did."""

    files: int = 0
    unchanged: int = 0
    problems: int = 0
    rows: dict[str, int] = field(default_factory=dict)
    written: int = 0
    kept: int = 0


def build_tables(
    paths: Iterable[str], to: str, *, runner: str = "daft", jobs: int = 2, options: Options | None = None
) -> Outcome:
    """Bring the tables at `to` up to date with what is at `paths` and with all that was read before.

    Raises:
        NotFoundError: a path is not there; nothing was done.
        UsageError: the extra that holds the engine is not installed.
        DeskError: another run writes there.
    """
    store = Store(to)
    outcome = Outcome()
    with lease(store):
        units = _to_read(store, list(paths), options or Options(), outcome)
        engine = engine_for(store, runner, jobs)
        finish(engine, "read", units)
        made = _made(engine)
        write_tables(engine, frames_of(engine, made), made.sources, outcome)
        store.delete("work")
    return outcome


def _made(engine: Engine) -> Made:
    """Return every table, worked out as far as nothing else depends on it."""
    sources = joins.current_sources(engine)
    finish(engine, "clean", to_clean(engine, sources))
    articles = joins.current_articles(engine, sources)
    for twins in (False, True):
        finish(engine, "annotate", _to_annotate(engine, articles, twins=twins))
    carriers = joins.carriers_of(engine, articles)
    names, ids = joins.name_ids(engine, articles)
    quotes = joins.quotes_of(engine, articles, ids)
    pairs = joins.text_pairs(engine, carriers)
    copies, heads = joins.copies_and_heads(engine, carriers, pairs)
    passages = joins.passages_of(engine, carriers, pairs)
    statements = joins.statements_of(engine, quotes)
    shown = joins.shown(articles, quotes, passages, statements)
    candidates = story_joins.article_pairs(engine, carriers, copies)
    stories, own = story_joins.stories_of(engine, carriers, candidates, ids, passages)
    threads = story_joins.threads_of(engine, stories, own)
    return Made(
        sources=sources,
        articles=articles,
        names=names,
        ids=ids,
        copies=copies,
        heads=heads,
        quotes=quotes,
        passages=passage_rows(engine, passages, carriers, quotes, shown),
        statements=statement_rows(engine, statements, carriers, quotes, shown),
        links=candidates,
        stories=stories,
        threads=threads,
    )


def _to_read(store: Store, paths: list[str], options: Options, outcome: Outcome) -> list[Unit]:
    """Return units of the files that were not read as they are now."""
    how = json.loads(json.dumps(asdict(options)))
    known = {tuple(file) for mark in store.marks("read") for file in mark["files"] if mark["options"] == how}
    held: list[tuple[str, int, int]] = []
    for file in dict.fromkeys(each for path in paths for each in input_files(path)):
        outcome.files += 1
        if astuple(file) in known:
            outcome.unchanged += 1
        elif not file.uri.startswith(store.path("")):
            held.append((file.uri, file.size, file.modified))
    return [unit("read", part, options=how) for part in _parts(held)]


def _parts(files: list[tuple[str, int, int]]) -> Iterable[list[tuple[str, int, int]]]:
    part: list[tuple[str, int, int]] = []
    size = 0
    for file in sorted(files):
        part.append(file)
        size += max(file[1], 0)
        if len(part) >= PART_FILES or size >= PART_BYTES:
            yield part
            part, size = [], 0
    if part:
        yield part


def to_clean(engine: Engine, sources: DataFrame) -> list[Unit]:
    """Return units of the sources whose cleaning would read what it has not read yet, a chunk of bytes a unit."""
    done = engine.part("clean", "cleaned", "clean_key")
    fresh = sources.join(done, on="clean_key", how="anti")
    columns = ("chunk", "content", "source_id", "uri", "media_type", "problem", "lines", "times", "clean_key")
    return _by_chunk(engine, "clean", fresh.select(*columns))


def _to_annotate(engine: Engine, articles: DataFrame, *, twins: bool) -> list[Unit]:
    """Return units of the articles that were never annotated as they are now, a chunk of text a unit.

    Without `twins` those whose text the model has not read, one for each text; with them all, with where it was read.
    """
    from daft import col

    done = engine.part("annotate", "annotated", "reading_key")
    fresh = articles.select("chunk", "reading_key", "article_id", "seen_key").join(done, on="reading_key", how="anti")
    known = engine.part("annotate", "seen", "seen_key", "part").groupby("seen_key")
    seen = known.agg(col("part").min().alias("seen_in"))
    if not twins:
        fresh = fresh.join(seen, on="seen_key", how="anti")
        first = fresh.groupby("seen_key").agg(col("reading_key").min())
        return _by_chunk(engine, "annotate", fresh.join(first.select("reading_key"), on="reading_key", how="semi"))
    return _by_chunk(engine, "annotate", fresh.join(seen, on="seen_key", how="left"))


def _by_chunk(engine: Engine, stage: str, fresh: DataFrame) -> list[Unit]:
    units = []
    for row in engine.grouped(fresh, "chunk", "records").to_pylist():
        records = sorted(row["records"], key=lambda record: sorted(record.items(), key=repr).__repr__())
        for record in records:
            pairs = sorted(zip(record.pop("lines", None) or [], record.pop("times", None) or [], strict=True))
            if stage == "clean":
                record["lines"], record["times"] = [list(column) for column in zip(*pairs, strict=True)] or [[], []]
        units.append(unit(stage, records, chunk=row["chunk"]))
    return sorted(units, key=lambda each: str(each["id"]))
