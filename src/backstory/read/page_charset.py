"""A page's bytes in, its characters out, with the name of the encoding that makes them again.

The encoding is found once and kept with the source: by byte order mark, the HTTP header, `<meta>`, the XML
declaration, else by looking at the bytes. Bytes that are UTF-8 are read as such whatever is declared. A page that mixes
UTF-8 and Windows-1252, as pages put together from parts do, is read as "utf-8+windows-1252": UTF-8 where it is, each
other byte as Windows-1252.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable

from resiliparse.parse.encoding import detect_encoding

__all__ = ["MIXED", "characters", "encoding_of"]

MIXED = "utf-8+windows-1252"

MIXED_SHARE = 0.5
"""Share of the stretches of non-ASCII bytes that must be UTF-8 for a page to count as UTF-8 with foreign bytes."""

_HEAD = 16384
"""Bytes searched for a declared encoding; the standard asks for 1,024, real pages put scripts before it."""

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_DECLARED = (
    re.compile(rb"<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([a-zA-Z0-9_:.+-]{2,40})", re.IGNORECASE),
    re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([a-zA-Z0-9_:.+-]{2,40})", re.IGNORECASE),
)
_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([a-zA-Z0-9_:.+-]{2,40})", re.IGNORECASE)
_NOT_ASCII = re.compile(rb"[\x80-\xff]+")

_ALIASES = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "latin-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "big5": "big5hkscs",
}
"""As browsers do (WHATWG Encoding): the smaller encoding's name stands for the larger one's."""

_ALLOWED = frozenset(
    (
        "utf-8",
        "utf-8-sig",
        "utf-16-le",
        "utf-16-be",
        "cp1250",
        "cp1251",
        "cp1252",
        "cp1253",
        "cp1254",
        "cp1255",
        "cp1256",
        "cp1257",
        "cp1258",
        "cp866",
        "cp874",
        "cp932",
        "cp949",
        "gb18030",
        "big5hkscs",
        "euc_jp",
        "iso2022_jp",
        "koi8-r",
        "koi8-u",
        "mac-roman",
        "iso8859-2",
        "iso8859-3",
        "iso8859-4",
        "iso8859-5",
        "iso8859-6",
        "iso8859-7",
        "iso8859-8",
        "iso8859-10",
        "iso8859-13",
        "iso8859-14",
        "iso8859-15",
        "iso8859-16",
    )
)


def characters(raw: bytes, encoding: str | None) -> str:
    """Return the bytes as text by this encoding; what it cannot read becomes U+FFFD."""
    if encoding == MIXED:
        return raw.decode("utf-8", errors="backstory-windows-1252")
    return raw.decode(encoding or "utf-8", errors="replace")


def encoding_of(raw: bytes, declared: str | None = None) -> str:
    """Return the name of the encoding of a page; `declared` is the HTTP header's content type, if there was one."""
    for bom, name in _BOMS:
        if raw.startswith(bom):
            return name
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return _not_utf8(raw, declared)
    return "utf-8"


def _not_utf8(raw: bytes, declared: str | None) -> str:
    label = _label_of(raw, declared)
    if label is not None and label not in ("utf-8", "cp1252"):
        return label
    if label == "utf-8" or _share_of_utf8(raw) >= MIXED_SHARE:
        return MIXED
    return label or _known(str(detect_encoding(raw))) or "cp1252"


def _label_of(raw: bytes, declared: str | None) -> str | None:
    """Return the first known encoding that the header or the page itself declares."""
    head = raw[:_HEAD]
    header = _HEADER.search(declared or "")
    labels = [header.group(1)] if header else []
    labels += [match.group(1).decode("ascii") for pattern in _DECLARED if (match := pattern.search(head))]
    return next((known for label in labels if (known := _known(label))), None)


def _known(label: str) -> str | None:
    """Return Python's name of an encoding that a page may be in; None for any other codec."""
    try:
        name = codecs.lookup(label.strip().lower()).name
    except LookupError:
        return None
    name = _ALIASES.get(name, name)
    return name if name in _ALLOWED else None


def _share_of_utf8(raw: bytes) -> float:
    """Return the share of the first 1,000 stretches of non-ASCII bytes that are UTF-8."""
    stretches = [match.group() for match, _ in zip(_NOT_ASCII.finditer(raw), range(1000), strict=False)]
    return sum(map(_is_utf8, stretches)) / max(1, len(stretches))


def _is_utf8(stretch: bytes) -> bool:
    try:
        stretch.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _windows_1252(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", errors="replace"), error.end


_handler: Callable[[UnicodeError], tuple[str, int]] = _windows_1252
codecs.register_error("backstory-windows-1252", _handler)
