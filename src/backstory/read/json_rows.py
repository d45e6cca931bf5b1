"""A stream of JSON in, its rows out: JSON Lines, an array, objects one after another, or an object with a list.

Memory holds one row. A row's bytes are its own run of the file's bytes; where a row is one of a list inside a larger
object, they are its JSON written anew in UTF-8, in the order of the file and without spaces.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import BinaryIO

from backstory.read.columns import Value
from backstory.read.markup import decoded

__all__ = ["JsonRow", "json_rows", "written"]

CHUNK_BYTES = 1 << 16
_DECODER = json.JSONDecoder()
_VALUE = re.compile(r"[^ \t\r\n,\]\ufeff\x1e]")
_LIST_KEYS = ("items", "articles", "results", "docs", "documents", "data", "news", "stories", "hits", "rows", "entries")
_INNER_KEYS = ("response", "data", "hits", "feed", "result")


@dataclass(frozen=True, slots=True)
class JsonRow:
    """One row: its bytes and its object, or what is wrong with it."""

    raw: bytes
    row: dict[str, Value] | None
    problem: str | None = None


def written(row: dict[str, Value]) -> bytes:
    r"""Return a row as JSON; a lone surrogate is written as its escape, `\ud800`."""
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace")


def json_rows(stream: BinaryIO, limit: int, *, lines: bool = False) -> Iterator[JsonRow]:
    """Yield the rows of `stream`; none has more than `limit` bytes. `lines` says that every line is a row."""
    head = stream.read(2)
    if head in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        yield from _Values(stream, limit, "utf-16-le" if head == codecs.BOM_UTF16_LE else "utf-16-be").rows(b"")
        return
    first = (head + stream.readline(limit)).removeprefix(codecs.BOM_UTF8)
    while first and not first.strip():
        first = stream.readline(limit)
    if not first:
        return
    if lines or _loaded(first)[0] is not None:
        yield from _lines(_each_line(stream, first, limit), limit)
    elif _whole(first):
        yield from _Values(stream, limit, "utf-8").rows(first)
    else:
        yield JsonRow(first[:CHUNK_BYTES], None, "is not JSON in UTF-8 or UTF-16")


def _whole(raw: bytes) -> bool:
    return raw.lstrip()[:1] in (b"{", b"[")


def _loaded(raw: bytes) -> tuple[dict[str, Value] | None, str | None]:
    """Return the object of one line, or what is wrong with it."""
    try:
        value = json.loads(decoded(raw, "utf-8"))
    except (ValueError, RecursionError) as error:
        return None, f"is no JSON ({_short(error)})"
    return (value, None) if isinstance(value, dict) else (None, "is no object with named fields")


def _short(error: Exception) -> str:
    return "nested too deep" if isinstance(error, RecursionError) else str(error)[:80]


def _lines(lines: Iterator[bytes], limit: int) -> Iterator[JsonRow]:
    first = next(lines)
    second = next(lines, None)
    for line in chain([first], [] if second is None else [second], lines):
        if len(line) >= limit and not line.endswith(b"\n"):
            yield JsonRow(line[:CHUNK_BYTES], None, f"is a line of more than {limit >> 20} MB")
            continue
        raw = line.strip()
        row, problem = _loaded(raw)
        if row is None:
            yield JsonRow(raw, None, problem)
        else:
            yield from _inside(row, raw) if second is None else [JsonRow(raw, row)]


def _each_line(stream: BinaryIO, line: bytes, limit: int) -> Iterator[bytes]:
    """Yield `line` and the lines of the stream that are not blank; of one that is longer than `limit` its beginning."""
    while line:
        if line.strip():
            yield line
        while len(line) >= limit and not line.endswith(b"\n"):
            line = stream.readline(limit)
        line = stream.readline(limit)


def _inside(row: dict[str, Value], raw: bytes) -> Iterator[JsonRow]:
    """Yield the rows of a list that `row` holds, else `row` itself."""
    found = _listed(row)
    if found is None:
        yield JsonRow(raw, row)
        return
    for one in found:
        if isinstance(one, dict):
            yield JsonRow(written(one), one)


def _listed(row: dict[str, Value], depth: int = 0) -> list[Value] | None:
    """Return the list of objects that is the payload of an API's answer, None where `row` is itself an article."""
    for key in _LIST_KEYS:
        value = row.get(key)
        if isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
            return value
    for key in _INNER_KEYS if depth < 2 else ():
        inner = row.get(key)
        if isinstance(inner, dict) and (found := _listed(inner, depth + 1)) is not None:
            return found
    return None


class _Values:
    """JSON values one after another, or the elements of one array, decoded as far as needed."""

    def __init__(self, stream: BinaryIO, limit: int, encoding: str) -> None:
        self._stream, self._limit, self._encoding = stream, limit, encoding
        errors = "backstory-windows-1252" if encoding == "utf-8" else "replace"
        self._decoder = codecs.getincrementaldecoder(encoding)(errors)
        self._text, self._at, self._ended = "", 0, False

    def rows(self, start: bytes) -> Iterator[JsonRow]:
        self._text = self._decoder.decode(start)
        inside_array = False
        while self._next_value():
            if self._text[self._at] == "[" and not inside_array:
                inside_array = True
                self._at += 1
                continue
            value, end, problem = self._value()
            if problem:
                rest = self._text[self._at : self._at + CHUNK_BYTES]
                yield JsonRow(rest.encode("utf-8", "replace"), None, problem)
                return
            raw = self._text[self._at : end].encode("utf-8", "surrogatepass")
            self._at = end
            if not isinstance(value, dict):
                yield JsonRow(raw, None, "is no object with named fields")
            elif inside_array:
                yield JsonRow(raw, value)
            else:
                yield from _inside(value, raw)

    def _more(self, at_least: int) -> None:
        """Read on, and drop what has been read already: only here, so that each character is moved a few times."""
        chunk = self._stream.read(max(CHUNK_BYTES, at_least))
        self._ended = not chunk
        self._text = self._text[self._at :] + self._decoder.decode(chunk, final=self._ended)
        self._at = 0

    def _next_value(self) -> bool:
        """Pass over what stands between values; return whether one follows."""
        while True:
            found = _VALUE.search(self._text, self._at)
            self._at = found.start() if found else len(self._text)
            if found or self._ended:
                return found is not None
            self._more(0)

    def _value(self) -> tuple[Value, int, str | None]:
        """Return the next value, where it ends, and what is wrong with it; reads on while it may only be cut."""
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._at)
            except RecursionError as error:
                return None, 0, f"is no JSON ({_short(error)})"
            except ValueError as error:
                if self._ended or not self._may_go_on(error):
                    return None, 0, f"is no JSON from here on ({_short(error)})"
                if len(self._text) - self._at > self._limit:
                    return None, 0, f"is a row of more than {self._limit >> 20} MB"
                self._more(len(self._text) - self._at)
                continue
            return value, end, None

    def _may_go_on(self, error: ValueError) -> bool:
        """Return whether the error may be that the value goes on beyond what was read."""
        if not isinstance(error, json.JSONDecodeError):
            return False
        return error.msg.startswith("Unterminated") or error.pos > len(self._text) - 16
