"""An HTTP message's body as it was sent in, the document out: chunks joined, compression undone, within a limit."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Callable

from fastwarc.stream_io import BrotliReader, ZstdReader

__all__ = ["http_body"]

STEP = 1 << 16

_CHUNK = re.compile(rb"(?:\r?\n)?([0-9a-fA-F]{1,8})[ \t]*(?:;[^\r\n]{0,200})?\r?\n")


def http_body(raw: bytes, headers: dict[str, str], limit: int) -> tuple[bytes, str | None]:
    """Return the document, at most one byte longer than `limit`, and which of its codings is broken, if one is.

    Archives often keep the headers of bodies that they have already unpacked: a coding of which the body shows no sign
    is passed over.
    """
    body, broken = raw, None
    if "chunked" in headers.get("transfer-encoding", "").lower() and _CHUNK.match(body):
        body, failed = _joined(raw, limit)
        broken = "chunked transfer" if failed else None
    for coding in reversed(headers.get("content-encoding", "").lower().split(",")[:4]):
        body, failed = _unpacked(coding.strip(), body, limit)
        broken = f"{coding.strip()} compression" if failed else broken
    return body, broken


def _joined(raw: bytes, limit: int) -> tuple[bytes, bool]:
    """Return the chunks of a body joined up to the limit, and whether they end before the last one is whole."""
    content, position = bytearray(), 0
    while len(content) <= limit:
        chunk = _CHUNK.match(raw, position)
        if chunk is None:
            return bytes(content), True
        size = int(chunk[1], 16)
        if size == 0:
            break
        content += raw[chunk.end() : chunk.end() + size]
        position = chunk.end() + size
    return bytes(content), False


def _unpacked(coding: str, body: bytes, limit: int) -> tuple[bytes, bool]:
    if coding in ("gzip", "x-gzip") and body.startswith(b"\x1f\x8b"):
        return _inflated(body, 31, limit)
    if coding == "deflate" and body[:1] and body.lstrip()[:1] != b"<":
        return _inflated(body, 15 if body[0] & 15 == 8 else -15, limit)
    if coding == "br" and body.lstrip()[:1] != b"<":
        return _drained(lambda: BrotliReader(io.BytesIO(body)), limit)
    if coding == "zstd" and body.startswith(b"\x28\xb5\x2f\xfd"):
        return _drained(lambda: ZstdReader(io.BytesIO(body)), limit)
    return body, False


def _inflated(body: bytes, window: int, limit: int) -> tuple[bytes, bool]:
    """Return a zlib stream's content up to the limit, and whether it broke or ended early."""
    unpacker = zlib.decompressobj(window)
    try:
        content = unpacker.decompress(body, limit + 1)
    except zlib.error:
        return _salvaged(body, window, limit), True
    return content, not unpacker.eof and len(content) <= limit


def _salvaged(body: bytes, window: int, limit: int) -> bytes:
    """Return what a broken zlib stream holds before it breaks."""
    unpacker, content = zlib.decompressobj(window), bytearray()
    for start in range(0, len(body), 256):
        try:
            content += unpacker.decompress(body[start : start + 256], limit + 1)
        except zlib.error:
            break
        if len(content) > limit:
            break
    return bytes(content)


def _drained(opener: Callable[[], BrotliReader | ZstdReader], limit: int) -> tuple[bytes, bool]:
    content = bytearray()
    try:
        reader = opener()
        while len(content) <= limit and (data := reader.read(STEP)):
            content += data
    except (OSError, ValueError, EOFError):
        return bytes(content), True
    return bytes(content), False
