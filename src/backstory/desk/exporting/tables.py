"""Tables in, a file a table out: JSON Lines, Parquet, CSV, with the columns of the contract."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

import apsw

from backstory.desk.exporting.selecting import Chosen, table_rows, texts
from backstory.desk.exporting.shapes import schema_of
from backstory.desk.exporting.writing import visible, written
from backstory.desk.tables import TABLES, Row

__all__ = ["write_csv", "write_jsonl", "write_parquet"]

PARQUET_ROWS = 50_000
"""Rows of a row group: what pyarrow's readers stream well."""
FORMULA = ("=", "+", "-", "@", "\t", "\r", "|", "%")
"""What a spreadsheet may take for the beginning of a formula; full-width forms of the first four count too."""
WIDE = str.maketrans("＝＋－＠｜％", "=+-@|%")


def _tables(connection: apsw.Connection, wanted: Chosen, *, with_texts: bool) -> Iterator[tuple[str, Iterator[Row]]]:
    for name in TABLES:
        yield name, table_rows(connection, name, wanted)
    if with_texts:
        yield "texts", (row for row in texts(connection) if wanted.has("texts", row))


def write_jsonl(connection: apsw.Connection, to: Path, wanted: Chosen, *, with_texts: bool) -> dict[str, int]:
    """Write JSON Lines; every character of the sources is kept, a half of a surrogate pair as it is."""
    return {
        name: _jsonl(answer, to / f"{name}.jsonl")
        for name, answer in _tables(connection, wanted, with_texts=with_texts)
    }


def write_parquet(connection: apsw.Connection, to: Path, wanted: Chosen, *, with_texts: bool) -> dict[str, int]:
    """Write Parquet, nested columns as lists and structures; an anchor of times is text, as it is a word or a place."""
    return {
        name: _parquet(name, answer, to / f"{name}.parquet")
        for name, answer in _tables(connection, wanted, with_texts=with_texts)
    }


def write_csv(connection: apsw.Connection, to: Path, wanted: Chosen, *, with_texts: bool) -> dict[str, int]:
    """Write CSV as RFC 4180 has it, nested columns as JSON; what would be a formula begins with an apostrophe."""
    return {
        name: _csv(name, answer, to / f"{name}.csv")
        for name, answer in _tables(connection, wanted, with_texts=with_texts)
    }


def _jsonl(answer: Iterable[Row], path: Path) -> int:
    count = 0
    with path.open("w", encoding="utf-8", errors="surrogatepass", newline="\n") as file:
        for row in answer:
            file.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n")
            count += 1
    return count


def _parquet(name: str, answer: Iterable[Row], path: Path) -> int:
    import pyarrow
    import pyarrow.parquet

    answer, count, schema = iter(answer), 0, schema_of(name, _columns(name))
    with pyarrow.parquet.ParquetWriter(path, schema) as writer:
        while batch := list(islice(answer, PARQUET_ROWS)):
            for row in batch if "anchor" in schema.names else ():
                row["anchor"] = None if row["anchor"] is None else str(row["anchor"])
            writer.write_table(pyarrow.Table.from_pylist(batch, schema=schema))
            count += len(batch)
    return count


def _columns(name: str) -> tuple[str, ...]:
    return TABLES[name].columns if name in TABLES else ("source_id", "text")


def _csv(name: str, answer: Iterable[Row], path: Path) -> int:
    columns, count = _columns(name), 0
    with written(path, newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(columns)
        for row in answer:
            writer.writerow([_cell(row[column]) for column in columns])
            count += 1
    return count


def _cell(value: object) -> object:
    if isinstance(value, (list, dict)):
        value = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    if not isinstance(value, str):
        return value
    text = visible(value)
    return f"'{text}" if text.lstrip(" \n\u00a0").translate(WIDE).startswith(FORMULA) else text
