"""A desk in, files out: one a table, as JSON Lines or Parquet, with the columns of the contract."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

import apsw

from backstory.desk.packing import unpack
from backstory.desk.tables import TABLES, Row, rows
from backstory.errors import UsageError

__all__ = ["FORMATS", "export"]

FORMATS = ("jsonl", "parquet")
PARQUET_ROWS = 50_000
"""Rows of a row group: what pyarrow's readers stream well."""


def export(
    connection: apsw.Connection, to: str | Path, *, format: str = "jsonl", texts: bool = False
) -> dict[str, int]:
    """Write every table into the folder `to` and return how many rows each has.

    Raises:
        UsageError: the format is not known.
    """
    if format not in FORMATS:
        raise UsageError(f"no format {format!r}: there are {', '.join(FORMATS)}")
    folder = Path(to)
    folder.mkdir(parents=True, exist_ok=True)
    tables: dict[str, Iterable[Row]] = {name: rows(connection, name) for name in TABLES}
    if texts:
        tables["texts"] = _texts(connection)
    write = _jsonl if format == "jsonl" else _parquet
    return {name: write(answer, folder / f"{name}.{format}") for name, answer in tables.items()}


def _texts(connection: apsw.Connection) -> Iterator[Row]:
    for source_id, raw, text in connection.execute("SELECT source_id, raw, text FROM contents ORDER BY source_id"):
        yield {"source_id": source_id, "text": unpack(raw if text is None else text).decode("utf-8", "surrogatepass")}


def _jsonl(answer: Iterable[Row], path: Path) -> int:
    count = 0
    with path.open("w", encoding="utf-8", errors="surrogatepass", newline="\n") as file:
        for row in answer:
            file.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n")
            count += 1
    return count


def _parquet(answer: Iterable[Row], path: Path) -> int:
    import pyarrow
    import pyarrow.parquet

    answer, count = iter(answer), 0
    writer = None
    while batch := list(islice(answer, PARQUET_ROWS)):
        table = pyarrow.Table.from_pylist(batch, schema=writer.schema if writer else None)
        writer = writer or pyarrow.parquet.ParquetWriter(path, table.schema)
        writer.write_table(table)
        count += len(batch)
    if writer is None:
        pyarrow.parquet.write_table(pyarrow.table({}), path)
    else:
        writer.close()
    return count
