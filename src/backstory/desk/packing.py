"""Sources in, rows out, and back: how a source's bytes, text and what its container says are kept."""

from __future__ import annotations

import json
import threading
from dataclasses import asdict, fields
from typing import Any

import zstandard

from backstory.records import Item, Kind, Mark, Source, Stated

__all__ = ["pack", "said_of", "source_from", "unpack"]

COMPRESSION_LEVEL = 3
"""Zstandard's default: higher levels gained under 5% on news text and cost three times the time."""


class _Own(threading.local):
    """What a thread packs and unpacks with: Zstandard's contexts serve one at a time, and a server has many threads."""

    def __init__(self) -> None:
        self.compressor = zstandard.ZstdCompressor(level=COMPRESSION_LEVEL)
        self.decompressor = zstandard.ZstdDecompressor()


_own = _Own()


def pack(data: bytes) -> bytes:
    """Compress `data`."""
    return _own.compressor.compress(data)


def unpack(data: bytes) -> bytes:
    """Undo `pack`.

    Raises:
        zstandard.ZstdError: the data are damaged.
    """
    return _own.decompressor.decompress(data)


def said_of(source: Source) -> str:
    """Return what the container says of a source as JSON, without what it does not say."""
    said: dict[str, Any] = {}
    if source.stated != Stated():
        said["stated"] = _stated(source.stated)
    if source.marks:
        said["marks"] = [[m.start, m.end, m.kind.value, round(m.confidence, 4), m.because] for m in source.marks]
    if source.items:
        said["items"] = [[i.start, i.end, _stated(i.stated)] for i in source.items]
    if source.expected is not None:
        said["expected"] = source.expected
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


def _stated(stated: Stated) -> dict[str, Any]:
    return {name: value for name, value in asdict(stated).items() if value is not None}


def _known(stated: dict[str, Any]) -> Stated:
    names = {field.name for field in fields(Stated)}
    return Stated(**{name: value for name, value in stated.items() if name in names})


def source_from(row: dict[str, Any]) -> Source:
    """Return the source that a row of `contents` beside its `uri`, `media_type` and `problem` keeps."""
    raw = unpack(row["raw"])
    said = json.loads(row["said"])
    return Source(
        source_id=row["source_id"],
        uri=row["uri"],
        media_type=row["media_type"],
        raw=raw,
        text=raw.decode() if row["text"] is None else unpack(row["text"]).decode("utf-8", "surrogatepass"),
        rule=row["rule"],
        encoding=row["encoding"],
        problem=row["problem"],
        stated=_known(said.get("stated", {})),
        marks=tuple(Mark(a, b, Kind(kind), c, why) for a, b, kind, c, why in said.get("marks", ())),
        items=tuple(Item(a, b, _known(stated)) for a, b, stated in said.get("items", ())),
        expected=said.get("expected"),
    )
