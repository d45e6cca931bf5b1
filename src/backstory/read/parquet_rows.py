"""A Parquet file in, its rows out as JSON objects, a few at a time."""

from __future__ import annotations

import base64
import tempfile
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any, BinaryIO

from backstory.read.entries import Entry, Options
from backstory.read.json_rows import JsonRow, written

if TYPE_CHECKING:
    from pyarrow.parquet import ParquetFile

__all__ = ["parquet_rows"]

BATCH_ROWS = 64
"""Rows decoded at once: 64 articles of 10 kB are under 1 MB, and batches of 1,024 were no faster."""

SPOOL_BYTES = 8 << 20


def parquet_rows(entry: Entry, options: Options) -> Iterator[JsonRow]:
    """Yield the rows of `entry`; a file that is damaged, or unpacks to far more than it has, ends with a problem."""
    try:
        import pyarrow as arrow
        import pyarrow.parquet as parquet
    except ImportError:
        yield JsonRow(entry.head, None, "is a Parquet file: install backstory[tables] to read it")
        return
    with entry.open() as stream, _seekable(stream) as spooled:
        try:
            opened = parquet.ParquetFile(spooled)
            problem = _bomb(opened, options)
            if problem:
                yield JsonRow(entry.head, None, problem)
                return
            yield from _rows(opened)
        except (arrow.ArrowException, OSError, ValueError, MemoryError) as error:
            yield JsonRow(entry.head, None, f"is damaged or cut short ({str(error)[:120]}): get a whole copy")


def _seekable(stream: BinaryIO) -> BinaryIO:
    """Return a stream that can be read in any order: `stream` itself where it can, else a nameless copy."""
    if stream.seekable():
        return stream
    spool = tempfile.SpooledTemporaryFile(max_size=SPOOL_BYTES)  # noqa: SIM115 the caller closes it
    while chunk := stream.read(1 << 16):
        spool.write(chunk)
    spool.seek(0)
    return spool  # type: ignore[return-value]


def _bomb(opened: ParquetFile, options: Options) -> str | None:
    """Return a problem where a group of rows unpacks to more than its packed size allows."""
    metadata = opened.metadata
    for number in range(metadata.num_row_groups):
        group = metadata.row_group(number)
        packed = sum(group.column(place).total_compressed_size for place in range(group.num_columns))
        if group.total_byte_size > max(options.max_source_bytes, packed * options.max_ratio):
            return f"unpacks to far more than its size allows (a decompression bomb): row group {number + 1}, left out"
    return None


def _rows(opened: ParquetFile) -> Iterator[JsonRow]:
    import pyarrow as arrow

    for batch in opened.iter_batches(batch_size=BATCH_ROWS):
        table = arrow.Table.from_batches([batch])
        for place, field in enumerate(table.schema):
            if arrow.types.is_timestamp(field.type) and field.type.unit == "ns":
                plain = table.column(place).cast(arrow.timestamp("us", field.type.tz), safe=False)
                table = table.set_column(place, field.name, plain)
        for row in table.to_pylist():
            said = {name: _plain(value) for name, value in row.items()}
            yield JsonRow(written(said), said)


def _plain(value: Any) -> Any:  # noqa: ANN401 a cell holds anything
    """Return a cell's value as JSON has it: dates as ISO 8601, bytes as text or base64."""
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            return base64.b64encode(value).decode()
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)
