"""An ARC archive's stream in, its records out: the format of web archives before WARC, plain or gzip by record."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

__all__ = ["ArcRecord", "arc_records"]

GZIP = b"\x1f\x8b"
CHUNK = 1 << 16

MAX_HEADER = 1 << 14
"""Bytes of a record's header line; an address has at most some thousands."""

_HEADER = re.compile(rb"^(\S{1,8192}) (\S+) (\d{8,14}) (\S+)(?: [^\n]{0,2000})? (\d{1,12})\s*$")


@dataclass(frozen=True, slots=True)
class ArcRecord:
    """One record: where it begins in the archive, its address and type, and its bytes, cut at the reader's limit."""

    offset: int
    url: str
    content_type: str
    block: bytes
    length: int
    """How many bytes the header states; `block` is shorter where the archive is cut or the limit was reached."""


def arc_records(stream: BinaryIO, offset: int, limit: int) -> Iterator[ArcRecord]:
    """Yield the records of a stream that stands at `offset` of its archive, each with at most `limit` bytes.

    Raises:
        OSError: what stands where a record should begin is none.
    """
    head = stream.read(2)
    reader = _Reader(stream, head, offset)
    if head == GZIP:
        yield from _compressed(reader, limit)
    else:
        yield from _plain(reader, limit)


class _Reader:
    """A stream that can be given bytes back, and knows where it stands."""

    def __init__(self, stream: BinaryIO, held: bytes, offset: int) -> None:
        self.stream, self.held, self.offset = stream, held, offset

    def read(self, size: int) -> bytes:
        data = self.held[:size]
        self.held = self.held[size:]
        if len(data) < size:
            data += self.stream.read(size - len(data))
        self.offset += len(data)
        return data

    def give_back(self, data: bytes) -> None:
        self.held = data + self.held
        self.offset -= len(data)


def _plain(reader: _Reader, limit: int) -> Iterator[ArcRecord]:
    while True:
        start = reader.offset
        line = _line(reader)
        if not line:
            return
        if not line.strip():
            continue
        url, content_type, length = _header(line)
        block = reader.read(min(length, limit))
        left = length - len(block)
        while left > 0 and (skipped := reader.read(min(left, CHUNK))):
            left -= len(skipped)
        yield ArcRecord(start, url, content_type, block, length)


def _line(reader: _Reader) -> bytes:
    data = b""
    while b"\n" not in data and len(data) < MAX_HEADER:
        more = reader.read(512)
        if not more:
            return data
        data += more
    line, found, rest = data.partition(b"\n")
    reader.give_back(rest)
    return line + found


def _compressed(reader: _Reader, limit: int) -> Iterator[ArcRecord]:
    while True:
        start = reader.offset
        member = _member(reader, limit + MAX_HEADER)
        if member is None:
            return
        line, _, block = member.partition(b"\n")
        url, content_type, length = _header(line)
        yield ArcRecord(start, url, content_type, block[: min(length, limit)], length)


def _member(reader: _Reader, limit: int) -> bytes | None:
    """Return the next gzip member's content up to `limit`, leaving the reader behind the member; None at the end."""
    unpacker = zlib.decompressobj(31)
    parts: list[bytes] = []
    size = 0
    while not unpacker.eof:
        packed = unpacker.unconsumed_tail or reader.read(CHUNK)
        if not packed:
            break
        try:
            part = unpacker.decompress(packed, CHUNK)
        except zlib.error as error:
            raise OSError(f"gzip data error: {error}") from error
        if size < limit:
            parts.append(part)
        size += len(part)
    reader.give_back(unpacker.unused_data)
    return b"".join(parts)[:limit] if parts else None


def _header(line: bytes) -> tuple[str, str, int]:
    found = _HEADER.match(line.rstrip(b"\r\n"))
    if found is None:
        raise OSError("no ARC record where one should begin")
    return found[1].decode("utf-8", errors="replace"), found[4].decode("ascii", errors="replace"), int(found[5])
