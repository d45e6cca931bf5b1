"""Paths in, entries out: every file to read, also those inside compressed files and archives, one at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import BinaryIO

from backstory.records import Source

__all__ = ["HEAD_BYTES", "Entry", "Options", "problem_source"]

HEAD_BYTES = 8192
"""How many bytes of an entry a format may look at to claim it: enough for a page's doctype behind a long comment."""


@dataclass(frozen=True, slots=True)
class Options:
    """How to read; the defaults suit most input."""

    columns: tuple[tuple[str, str], ...] = ()
    """`--map`: pairs of our field and the table's column."""
    max_source_bytes: int = 64 << 20
    """A single source's bytes (a page, a message, a row) beyond this are a listed problem."""
    max_ratio: int = 200
    """Uncompressed over compressed size beyond which an archive member counts as a decompression bomb."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One stream of bytes with a name: a file, or a member of an archive.

    `open` returns a fresh binary stream from the start, already decompressed; `head` is its first bytes.
    """

    uri: str
    name: str
    head: bytes
    open: Callable[[], BinaryIO]
    size: int | None = None


def problem_source(uri: str, media_type: str, raw: bytes, problem: str) -> Source:
    """Return a source that could not be read: listed with its problem, with the bytes that there are."""
    return Source(
        source_id=sha256(raw).hexdigest(),
        uri=uri,
        media_type=media_type,
        raw=raw,
        text="",
        rule="none/1",
        problem=problem,
    )
