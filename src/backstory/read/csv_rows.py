"""A stream of CSV or TSV in, its records out, each with its own bytes; a quote that never closes costs one record."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from backstory.read.markup import decoded

__all__ = ["CsvRow", "csv_rows", "record_values"]

DELIMITERS = ",;\t|"
SHOWN_BYTES = 1 << 16
"""Of a record that is listed as a problem this much is kept."""


@dataclass(frozen=True, slots=True)
class CsvRow:
    """One record: its bytes, its values, how it was read, or what is wrong with it."""

    raw: bytes
    values: list[str]
    delimiter: str
    encoding: str
    problem: str | None = None


class _TooLongError(Exception):
    """A record goes on beyond the limit."""


def csv_rows(stream: BinaryIO, delimiter: str | None, limit: int) -> Iterator[CsvRow]:
    """Yield the records of `stream`, the header first; none has more than `limit` bytes. Memory holds one record."""
    lines = _Lines(stream, limit)
    if delimiter is None:
        delimiter = max(DELIMITERS, key=lambda mark: (lines.peek().count(mark), -DELIMITERS.index(mark)))
    if csv.field_size_limit() < limit:
        csv.field_size_limit(limit)
    while not lines.ended:
        reader = csv.reader(lines, delimiter=delimiter)
        try:
            for values in reader:
                raw = lines.taken()
                if values:
                    yield CsvRow(raw, values, delimiter, lines.encoding)
        except _TooLongError:
            why = f"goes on for more than {limit >> 20} MB (a quote that never closes?)"
            yield CsvRow(lines.taken()[:SHOWN_BYTES], [], delimiter, lines.encoding, why)
        except csv.Error as error:
            yield CsvRow(lines.taken()[:SHOWN_BYTES], [], delimiter, lines.encoding, f"is no CSV ({error})")


def record_values(raw: bytes, encoding: str, delimiter: str) -> list[str]:
    """Return the values of one record's bytes."""
    if csv.field_size_limit() < len(raw):
        csv.field_size_limit(len(raw))
    lines = io.StringIO(decoded(raw, encoding), newline="")
    return next(csv.reader(lines, delimiter=delimiter), [])


class _Lines:
    """The lines of a stream as text, which keeps the bytes of those that the reader has taken."""

    def __init__(self, stream: BinaryIO, limit: int) -> None:
        self._stream, self._limit = stream, limit
        self._kept: list[bytes] = []
        self._size = 0
        self._next = stream.readline(limit)
        self.encoding = "utf-8"
        self.ended = not self._next
        for bom, encoding in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
            if self._next.startswith(bom):
                self.encoding = encoding
                self._next = self._completed(self._next)

    def peek(self) -> str:
        return decoded(self._next, self.encoding)

    def taken(self) -> bytes:
        raw = b"".join(self._kept)
        self._kept, self._size = [], 0
        return raw

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._next
        if not line:
            self.ended = True
            raise StopIteration
        self._next = self._completed(self._stream.readline(self._limit))
        self._kept.append(line)
        self._size += len(line)
        if self._size > self._limit:
            raise _TooLongError
        return decoded(line, self.encoding)

    def _completed(self, line: bytes) -> bytes:
        """Return the line with the rest of its last character: in UTF-16 a line end is two bytes."""
        if self.encoding == "utf-8" or not line:
            return line
        while True:
            if len(line) % 2:
                more = self._stream.read(1)
                line += more
            if line.endswith("\n".encode(self.encoding)) or len(line) > self._limit:
                return line
            more = self._stream.readline(self._limit)
            if not more:
                return line
            line += more
