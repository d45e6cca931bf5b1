"""Plain text in, sources out: the encoding found, line ends made one, invisible characters left out.

The rule `text/1`, by which a source's text is made from its bytes:

1. Decode: by byte order mark; else UTF-8; else UTF-16 where every other byte is NUL; else UTF-8 with U+FFFD for broken
   bytes where at most one in a hundred of the bytes above 127 is broken; else Windows-1252; else Latin-1.
2. CRLF, CR, vertical tab, form feed, NEL (U+0085), U+2028 and U+2029 each become LF.
3. Left out: other control characters (C0, DEL, C1) but the tab, byte order marks, U+200B, U+2060 to U+2064, U+00AD, and
   the marks that change the direction of text (U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069).

Nothing else changes. A file larger than `PART_BYTES` is read as several sources, cut where a blank line, else a line,
else a word ends; the uri of each says which bytes it holds.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from hashlib import sha256
from typing import BinaryIO

from backstory.errors import ReadError
from backstory.read.entries import Entry, Options, problem_source
from backstory.records import Source

__all__ = ["NAME", "RULES", "claims", "decode", "read", "tidy"]

NAME = "text"
RULE = "text/1"
MEDIA_TYPE = "text/plain"

PART_BYTES = 2 << 20
"""A larger file is read in parts of this size: a newspaper's day is about 1 MB of text, and 2 MiB clean in 100 MB."""

BROKEN_SHARE = 0.01
"""Below this share of broken bytes among those above 127, text is damaged UTF-8 rather than another encoding."""

CONTROL_SHARE = 0.1
"""Above this share of control bytes in its head, a file without a known encoding is binary: text has under 1%."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MAGIC = (
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x7fELF", "a program"),
    (b"\x1f\x8b", "gzip-compressed"),
    (b"\x28\xb5\x2f\xfd", "Zstandard-compressed"),
    (b"SQLite format 3", "an SQLite database"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
)
_CONTROL = frozenset(range(32)) - frozenset(b"\t\n\r\v\f\x1b")
_LINE_END = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]+"
)


def claims(head: bytes, name: str) -> bool:
    """Text claims whatever no other format did."""
    return True


def tidy(text: str) -> str:
    """Return `text` by steps 2 and 3 of the rule."""
    return _INVISIBLE.sub("", _LINE_END.sub("\n", text))


def decode(raw: bytes, encoding: str | None = None) -> tuple[str, str]:
    """Return the text of `raw` by the rule, and the encoding by which it was decoded.

    With `encoding`, step 1 is not guessed: this is how later parts of a large file and `verify` decode.
    """
    encoding = encoding or detect(raw)
    return tidy(raw.decode(encoding, errors="replace")), encoding


def detect(raw: bytes) -> str:
    """Return the name of the encoding of `raw` by step 1 of the rule."""
    marked = next((name for bom, name in _BOMS if raw.startswith(bom)), None)
    if marked:
        return marked
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return _utf16(raw) or _damaged_or_single_byte(raw)
    return _utf16(raw) or "utf-8"


def _utf16(raw: bytes) -> str | None:
    head = raw[:4096]
    half = len(head) // 2
    if half < 2:
        return None
    if head[1::2].count(0) > 0.4 * half and head[::2].count(0) < 0.1 * half:
        return "utf-16-le"
    if head[::2].count(0) > 0.4 * half and head[1::2].count(0) < 0.1 * half:
        return "utf-16-be"
    return None


def _damaged_or_single_byte(raw: bytes) -> str:
    high = len(raw) - len(raw.translate(None, bytes(range(128, 256))))
    if raw.decode("utf-8", errors="replace").count("\ufffd") <= max(1, BROKEN_SHARE * high) and high > 3:
        return "utf-8"
    try:
        raw.decode("cp1252")
    except UnicodeDecodeError:
        return "latin-1"
    return "cp1252"


def read(entry: Entry, options: Options) -> Iterator[Source]:
    """Yield the sources of a text file: one, or several of a file larger than `PART_BYTES`."""
    binary = _binary(entry.head)
    if binary:
        why = f"{entry.name} is {binary}, not text: convert it to text or leave it out"
        yield problem_source(entry.uri, "application/octet-stream", entry.head, why)
        return
    for start, raw, encoding, whole, problem in _parts(entry):
        text, _ = decode(raw, encoding)
        uri = entry.uri if whole else f"{entry.uri}#bytes={start}-{start + len(raw) - 1}"
        if not text.strip() and problem is None:
            problem = f"{entry.name} is empty: there is nothing to read"
        yield Source(
            source_id=sha256(raw).hexdigest(),
            uri=uri,
            media_type=MEDIA_TYPE,
            raw=raw,
            text=text,
            rule=RULE,
            encoding=encoding,
            problem=problem,
        )


def _binary(head: bytes) -> str | None:
    for magic, what in _MAGIC:
        if head.startswith(magic):
            return what
    if not head or any(head.startswith(bom) for bom, _ in _BOMS) or _utf16(head):
        return None
    control = sum(byte in _CONTROL for byte in head)
    return "binary" if control > CONTROL_SHARE * len(head) else None


def _parts(entry: Entry) -> Iterator[tuple[int, bytes, str, bool, str | None]]:
    """Yield (first byte, bytes, encoding, whether it is the whole file, problem) for every part of the entry."""
    start, rest, encoding = 0, b"", ""
    with entry.open() as stream:
        while True:
            chunk, problem = _read_up_to(stream, PART_BYTES - len(rest))
            raw = rest + chunk
            encoding = encoding or detect(raw[: _last_character(raw, "utf-8")])
            if problem or len(raw) < PART_BYTES:
                break
            cut = _cut(raw, encoding)
            yield start, raw[:cut], encoding, False, None
            start, rest = start + cut, raw[cut:]
    if raw or start == 0:
        yield start, raw, encoding, start == 0, problem


def _read_up_to(stream: BinaryIO, size: int) -> tuple[bytes, str | None]:
    """Read `size` bytes; what stops it early besides the end comes back as the problem, with what was read."""
    chunks: list[bytes] = []
    while size > 0:
        try:
            chunk = stream.read(min(size, 1 << 16))
        except (ReadError, OSError, EOFError) as error:
            return b"".join(chunks), str(error)
        if not chunk:
            break
        chunks.append(chunk)
        size -= len(chunk)
    return b"".join(chunks), None


def _cut(raw: bytes, encoding: str) -> int:
    """Return where to end a part: in its last quarter after a blank line, else a line, a word, a character."""
    low = len(raw) * 3 // 4
    for mark in ("\n\n", "\r\n\r\n", "\n", "\r", ". ", " "):
        at = _last(raw, mark.encode(encoding), low, _UNITS.get(encoding, 1))
        if at:
            return at
    return _last_character(raw, encoding)


_UNITS = {"utf-16-le": 2, "utf-16-be": 2, "utf-32-le": 4, "utf-32-be": 4}


def _last(raw: bytes, mark: bytes, low: int, unit: int) -> int:
    """Return where the last `mark` that begins at a whole `unit` at or after `low` ends, or 0."""
    at = raw.rfind(mark, low)
    while at > 0 and at % unit:
        at = raw.rfind(mark, low, at + len(mark) - 1)
    return at + len(mark) if at > 0 else 0


def _last_character(raw: bytes, encoding: str) -> int:
    """Return where the last whole character of `raw` ends."""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    decoder.decode(raw[-64:])
    pending, _ = decoder.getstate()
    return len(raw) - len(pending)


def _text_of(raw: bytes, encoding: str | None) -> str:
    return decode(raw, encoding)[0]


RULES = {RULE: _text_of}
