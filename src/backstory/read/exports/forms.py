"""The files that exports come as (HTML, text, DOCX, RTF) in, their lines and the bytes of each run of lines out.

The rules by which an item's text is made from its bytes:

- `export-html/1`: the visible lines of the markup, see `backstory.read.markup`.
- `export-text/1`: decoded and tidied as `text/1` has it, then paragraphs that were wrapped are one line each.
- `export-office/1`: for DOCX and RTF, whose items are no run of bytes of the file: the bytes kept are the item's
  paragraphs, one a line, in UTF-8.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO
from xml.etree import ElementTree

from striprtf.striprtf import rtf_to_text

from backstory.errors import ReadError
from backstory.read.exports.lines import Line
from backstory.read.markup import decoded, markup_lines, plain
from backstory.read.text import decode, detect
from backstory.read.wrapped import unwrapped

__all__ = ["RULES", "Document", "document_of", "lines_of"]

MAX_DOCX_XML = 256 << 20
"""500 items of 2,000 words make 25 MB of Word's markup; ten times that is no export."""

_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    ElementTree.ParseError,
    EOFError,
    KeyError,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
)
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@dataclass(frozen=True, slots=True)
class Document:
    """A file's lines, each from `start` to `end` in `body`, and how the text of a part of it is made."""

    body: bytes
    lines: tuple[Line, ...]
    rule: str
    encoding: str
    media_type: str


def document_of(data: bytes, name: str) -> Document:
    """Return the lines of an export's file.

    Raises:
        ReadError: the file is damaged, or is not what its name says.
    """
    if data.startswith(b"PK"):
        return _office(_docx_paragraphs(data, name), _DOCX)
    if data.lstrip()[:5] == b"{\\rtf":
        return _office(_rtf_paragraphs(data, name), "application/rtf")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        data = data.decode("utf-16", "replace").encode("utf-8", "replace")
    if re.search(rb"<(?:html|body|div|p)\b", data[:8192], re.I):
        return _html(data)
    encoding = detect(data)
    lines = tuple(_physical(data, encoding))
    return Document(data, lines, "export-text/1", encoding, "text/plain")


_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def _html(data: bytes) -> Document:
    """Return an HTML file's lines: read as Latin-1 a character is a byte, so a line's place is its bytes' place."""
    lines = [
        Line(line.at, line.at, decoded(line.text.encode("latin-1", "replace"), "utf-8"), line.hint)
        for line in markup_lines(data.decode("latin-1"), tidied=False)
    ]
    return Document(data, tuple(lines), "export-html/1", "utf-8", "text/html")


def _physical(data: bytes, encoding: str) -> Iterator[Line]:
    """Yield the lines that are not blank with the place of their bytes."""
    start = 0
    for piece in data.split(b"\n"):
        text = decode(piece, encoding)[0].strip()
        if text:
            yield Line(start, start + len(piece), text)
        start += len(piece) + 1


def _office(paragraphs: list[str], media_type: str) -> Document:
    body = "\n".join(paragraphs).encode()
    return Document(body, tuple(_physical(body, "utf-8")), "export-office/1", "utf-8", media_type)


def _docx_paragraphs(data: bytes, name: str) -> list[str]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            info = archive.getinfo("word/document.xml")
            if info.file_size > MAX_DOCX_XML:
                raise ReadError(f"{name} unpacks to {info.file_size >> 20} MB: left out, it is no newspaper export")
            with archive.open(info) as stream:
                return list(_paragraphs(stream, name))
    except _BROKEN as error:
        raise ReadError(f"{name} is no readable Word document ({error}): save it again as DOCX or text") from error


class _Bounded(io.RawIOBase):
    """A stream that ends with an error after `limit` bytes, and refuses a document type: Word writes none."""

    def __init__(self, stream: IO[bytes], limit: int, name: str) -> None:
        self._stream, self._left, self._name, self._head = stream, limit, name, True

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(1 << 16 if size < 0 else size)
        self._left -= len(data)
        if self._left < 0 or (self._head and b"<!DOCTYPE" in data):
            raise ReadError(f"{self._name} holds more than it may (a decompression bomb or entities): left out")
        self._head = False
        return data


def _paragraphs(stream: IO[bytes], name: str) -> Iterator[str]:
    """Yield the paragraphs of Word's markup in order, those of tables too; a break within one ends a line."""
    parts: list[str] = []
    bounded = _Bounded(stream, MAX_DOCX_XML, name)
    for _, element in ElementTree.iterparse(bounded, events=("end",)):
        tag = element.tag.removeprefix(_WORD)
        if tag == "t":
            parts.append(element.text or "")
        elif tag in ("tab", "br", "cr"):
            parts.append("\t" if tag == "tab" else "\n")
        elif tag == "p":
            yield from (" ".join(line.split()) for line in "".join(parts).split("\n"))
            parts.clear()
            element.clear()
        elif tag == "tbl":
            element.clear()


def _rtf_paragraphs(data: bytes, name: str) -> list[str]:
    try:
        text: str = rtf_to_text(data.decode("latin-1"), encoding="cp1252", errors="replace")  # type: ignore[no-untyped-call]
    except (ValueError, TypeError, AttributeError, ArithmeticError, LookupError, RecursionError) as error:
        raise ReadError(f"{name} is no readable RTF ({error}): save it again as RTF, DOCX or text") from error
    return [" ".join(line.split()) for line in plain(text).split("\n")]


def _html_text(raw: bytes, encoding: str | None) -> str:
    return "\n".join(line.text for line in markup_lines(decoded(raw, encoding)))


def _wrapped_text(raw: bytes, encoding: str | None) -> str:
    return unwrapped(decode(raw, encoding or "utf-8")[0])


def _lines_text(raw: bytes, encoding: str | None) -> str:
    return decode(raw, encoding or "utf-8")[0]


RULES: dict[str, Callable[..., str]] = {
    "export-html/1": _html_text,
    "export-text/1": _wrapped_text,
    "export-office/1": _lines_text,
}


def lines_of(raw: bytes, rule: str, encoding: str) -> tuple[str, list[Line]]:
    """Return the text of one item's bytes by `rule` and its lines, whose places are in that text."""
    hints: list[str] = []
    if rule == "export-html/1":
        found = list(markup_lines(decoded(raw, encoding)))
        text, hints = "\n".join(line.text for line in found), [line.hint for line in found]
    else:
        text = RULES[rule](raw, encoding)
    lines: list[Line] = []
    start = 0
    for number, piece in enumerate(text.split("\n")):
        stripped = piece.strip()
        if stripped:
            at = start + piece.index(stripped)
            lines.append(Line(at, at + len(stripped), stripped, hints[number] if hints else ""))
        start += len(piece) + 1
    return text, lines
