"""Frames of every table in, Parquet files partitioned by day out, and a manifest that says which belong together.

A file's name is the hash of what it holds, so what did not change is not written again, and two runs over the same
sources leave the same files, whatever the engine. Readers follow the manifest; it is replaced in one step.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet

from backstory import __version__
from backstory.desk.tables import TABLES
from backstory.runners.bulk.shapes import contract
from backstory.runners.bulk.store import Store

if TYPE_CHECKING:
    from daft import DataFrame

    from backstory.runners.bulk.engine import Engine
    from backstory.runners.bulk.flow import Outcome

__all__ = ["FORMAT", "MANIFEST", "table_file", "write_tables"]

MANIFEST = "manifest.json"
FORMAT = 1
FILE_ROWS = 100_000
"""Rows of a file: what one worker sorts in memory, and a reader streams well."""


def write_tables(engine: Engine, frames: dict[str, DataFrame], current: DataFrame, outcome: Outcome) -> None:
    """Write every table of the contract, then the manifest, then delete the files that it no longer names.

    `current` says of each source which of the finished parts hold what was last made of it.
    """
    store = engine.store
    before = _named(store.read_json(MANIFEST) or {"tables": {}, "current": []})
    tables = {name: _write(engine, name, frames[name]) for name in TABLES}
    where = [f"current/{path.rsplit('/', 1)[-1]}" for path in engine.written(current, "current")]
    held = {"format": FORMAT, "backstory": __version__, "tables": tables, "current": where}
    store.write_json(MANIFEST, held)
    now = _named(held)
    for gone in sorted(before - now):
        store.delete(gone)
    listed = frames["sources"].where(~frames["sources"]["problem"].is_null())
    outcome.problems = int(listed.count_rows())
    outcome.rows = {name: sum(file["rows"] for file in files) for name, files in tables.items()}
    outcome.written, outcome.kept = len(now - before) - len(where), len(now & before)


def _named(manifest: dict[str, Any]) -> set[str]:
    return {file["path"] for files in manifest["tables"].values() for file in files} | set(manifest["current"])


def _write(engine: Engine, table: str, frame: DataFrame) -> list[dict[str, Any]]:
    """Write one table; `frame` has the columns of the contract and `day`."""
    from daft import DataType, col
    from daft.functions import ceil, concat_ws, to_struct

    schema = contract(table)
    counts = frame.groupby("day").agg(col("day").count().alias("held"))
    files = ceil(col("held").cast(DataType.float64()) / FILE_ROWS).cast(DataType.uint64())
    row = to_struct(**{field.name: col(field.name) for field in schema})
    whole = frame.select("day", row.alias("row"), col(schema.names[0]).hash().alias("number"))
    whole = whole.join(counts.select("day", files.alias("files")), on="day")
    place = concat_ws("/", col("day"), (col("number") % col("files")).cast(DataType.string()))
    gathered = whole.select(place.alias("place"), "row").groupby("place").agg(col("row").list_agg().alias("rows"))
    returns = pa.struct([("path", pa.string()), ("rows", pa.int64()), ("bytes", pa.int64()), ("sha256", pa.string())])
    made = engine.mapped(gathered, _Write(engine.store, table), returns, at_once=1, arrow=True)
    return sorted((row["out"] for row in made.select("out").to_pylist()), key=lambda file: str(file["path"]))


@dataclass(frozen=True)
class _Write:
    """Sorts the rows of one day, or of a share of it, and writes them under the name of their hash."""

    store: Store
    table: str

    def __call__(self, held: pa.StructArray) -> list[dict[str, Any]]:
        return [self._file(str(held.field("place")[at]), held.field("rows")[at].values) for at in range(len(held))]

    def _file(self, place: str, rows: pa.StructArray) -> dict[str, Any]:
        names = contract(self.table).names
        table = pa.Table.from_arrays([rows.field(name) for name in names], names=names)
        return _put(self.store, self.table, place.split("/")[0], table)


def table_file(store: Store, table: str, day: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Write rows of one day of a table as one file; return what the manifest says of it."""
    return _put(store, table, day, pa.Table.from_pylist(rows, schema=contract(table)))


def _put(store: Store, table: str, day: str, rows: pa.Table) -> dict[str, Any]:
    held = _sorted(rows.cast(contract(table)), TABLES[table].order).combine_chunks()
    sink = pa.BufferOutputStream()
    pyarrow.parquet.write_table(held, sink, compression="zstd")
    data = sink.getvalue().to_pybytes()
    digest = sha256(data).hexdigest()
    path = f"tables/{table}/day={day}/{digest[:20]}.parquet"
    store.write_bytes(path, data)
    return {"path": path, "rows": held.num_rows, "bytes": len(data), "sha256": digest}


def _sorted(table: pa.Table, order: str) -> pa.Table:
    """Return the rows in the order of the contract; what is equal in that, in the order of all its plain columns."""
    first = [name for name in (each.strip().strip('"') for each in order.split(",")) if name in table.column_names]
    names = [*first, *(name for name in table.column_names if name not in first)]
    plain = [name for name in names if not pa.types.is_nested(table.schema.field(name).type)]
    ties = [name for name in names if name not in plain]
    if ties:
        told = pa.array([repr(row) for row in table.select(ties).to_pylist()])
        table, plain = table.append_column("\x01", told), [*plain, "\x01"]
    table = table.sort_by([(name, "ascending") for name in plain])
    return table.drop_columns("\x01") if ties else table
