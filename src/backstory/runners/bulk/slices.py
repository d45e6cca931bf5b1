"""Tables of the bulk path and a condition in, a desk with what it chooses out.

A source that holds a chosen article comes whole, with its bytes, so the desk verifies. What is found in one article
comes as it was found; names, copies, statements and stories are made anew, by the desk's own stages, of what is there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from backstory.desk import Desk, writer_lock
from backstory.desk.grouping.annotating import put_annotations
from backstory.desk.packing import source_from
from backstory.desk.write import add_sources, put_cleaned
from backstory.errors import NotFoundError, UsageError
from backstory.pipeline import fold
from backstory.records import Block, Cleaned, Kind, Source
from backstory.runners.bulk.codec import annotations_from, article_from, unpack_json
from backstory.runners.bulk.engine import Engine, engine_for
from backstory.runners.bulk.store import Store
from backstory.runners.bulk.tables import MANIFEST

if TYPE_CHECKING:
    from daft import DataFrame

__all__ = ["open_slice"]

Row = dict[str, Any]

AT_ONCE = 256
"""Sources that are put into the desk at once."""


def open_slice(of: str, desk: str | Path, where: str | None = None) -> int:
    """Make or fill a desk with the articles of the tables at `of` that `where` chooses; return how many came.

    Args:
        of: the place that the bulk path wrote to.
        desk: the desk, which may be there already.
        where: a condition in SQL over the columns of `articles`, `day` (YYYY-MM-DD or undated) and `thread_id`.

    Raises:
        NotFoundError: there are no tables at `of`, or nothing is chosen.
        UsageError: the condition cannot be understood, or the extra `scale` is not installed.
    """
    store = Store(of)
    manifest = store.read_json(MANIFEST)
    if manifest is None:
        raise NotFoundError(f"no tables at {of}: make some with `backstory build PATH... --to {of}`")
    engine = engine_for(store, "daft", 1)
    with writer_lock(desk), Desk(desk, create=True) as opened:
        chosen = _chosen(engine, manifest, where)
        if not chosen:
            raise NotFoundError(f"no article at {of} meets {where!r}")
        count = 0
        for at in range(0, len(chosen), AT_ONCE):
            count += _fill(engine, manifest, opened, chosen[at : at + AT_ONCE])
        fold(opened, [])
    return count


def _table(engine: Engine, manifest: Row, name: str) -> DataFrame:
    import daft

    return daft.read_parquet([engine.store.path(file["path"]) for file in manifest["tables"][name]])


def _chosen(engine: Engine, manifest: Row, where: str | None) -> list[str]:
    """Return the ids of the sources of the chosen articles, in order."""
    import daft
    from daft import col, lit

    if where is None:
        return sorted(str(row["source_id"]) for row in _current(engine, manifest).select("source_id").to_pylist())
    if not manifest["tables"]["articles"]:
        return []
    day = col("published_earliest").left(10).fill_null(lit("undated"))
    found = _table(engine, manifest, "articles").with_column("day", day)
    if "thread_id" in where:
        threads = _table(engine, manifest, "stories").select("story_id", "thread_id")
        found = found.join(threads, on="story_id", how="left")
    try:
        rows = found.where(daft.sql_expr(where)).select("source_id").distinct().to_pylist()
    except Exception as error:
        raise UsageError(f"--where {where!r} cannot be understood ({error})") from error
    return sorted(str(row["source_id"]) for row in rows)


def _current(engine: Engine, manifest: Row) -> DataFrame:
    """Return for each source which of the finished parts hold what was last made of it."""
    import daft

    return daft.read_parquet([engine.store.path(path) for path in manifest["current"]])


def _fill(engine: Engine, manifest: Row, desk: Desk, wanted: Sequence[str]) -> int:
    """Put sources, what cleaning made of them and what was found in their articles into a desk."""
    from daft import col

    own = _current(engine, manifest).where(col("source_id").is_in(list(wanted)))
    current = {row["source_id"]: row for row in own.to_pylist()}
    add_sources(desk.connection, _sources(engine, manifest, current))
    keys = sorted(row["clean_key"] for row in current.values())
    cleaned = {name: _rows(engine, "clean", name, "clean_key", keys) for name in ("cleaned", "articles", "blocks")}
    numbers = {source: number for number, source in desk.connection.execute("SELECT id, source_id FROM contents")}
    held = {row["clean_key"]: row for row in cleaned["cleaned"]}
    put_cleaned(desk.connection, [(numbers[row["source_id"]], _cleaned(row, cleaned)) for row in held.values()])
    readings = sorted({row["reading_key"] for row in cleaned["articles"]})
    found = {
        row["reading_key"]: row["found"] for row in _rows(engine, "annotate", "annotated", "reading_key", readings)
    }
    missing = "SELECT 1 FROM annotated WHERE article_id = ?"
    made = [annotations_from(found[key]) for key in sorted(found)]
    put_annotations(
        desk.connection, [one for one in made if not desk.connection.execute(missing, (one.article_id,)).fetchall()]
    )
    return len(readings)


def _rows(engine: Engine, stage: str, table: str, key: str, wanted: Sequence[str]) -> list[Row]:
    from daft import col

    rows: list[Row] = engine.part(stage, table).where(col(key).is_in(list(wanted))).to_pylist()
    return rows


def _sources(engine: Engine, manifest: Row, current: dict[str, Row]) -> Iterator[Source]:
    """Yield the sources with their bytes, once for each of their addresses."""
    from daft import col

    addresses = _table(engine, manifest, "sources").where(col("source_id").is_in(sorted(current)))
    said: dict[str, list[Row]] = {}
    for row in addresses.select("source_id", "uri", "media_type", "problem").sort(["source_id", "uri"]).to_pylist():
        said.setdefault(row["source_id"], []).append(row)
    contents = sorted(row["content"] for row in current.values())
    chunks = sorted({row["chunk"] for row in current.values()})
    held = {
        row["source_id"]: row
        for chunk in chunks
        for row in engine.store.read(f"parts/read/{chunk}/sources.parquet", filters=[("content", "in", contents)])
    }
    for source_id in sorted(current):
        for row in said[source_id]:
            yield source_from({**held[source_id], **row})


def _cleaned(row: Row, held: dict[str, list[Row]]) -> Cleaned:
    key = row["clean_key"]
    articles = {one["article_id"]: one for one in held["articles"] if one["clean_key"] == key}
    made = sorted((article_from(unpack_json(one["meta"])) for one in articles.values()), key=lambda one: one.start)
    blocks = {block["start"]: block for block in held["blocks"] if block["clean_key"] == key}
    kept = tuple(
        Block(row["source_id"], one["article_id"], one["start"], one["end"], Kind(one["kind"]), one["confidence"])
        for _, one in sorted(blocks.items())
    )
    return Cleaned(row["source_id"], (), kept, tuple(made), row["expected"], row["problem"])
