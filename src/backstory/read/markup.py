"""Markup in, its visible lines out, by one fixed rule: for items of exports, entries of feeds, messages and cells.

Comments, declarations and what `HIDDEN` elements hold are dropped; a `BREAKING` tag ends a line, any other tag leaves
nothing; character references are resolved once; runs of white space become one space; lines lose the spaces at their
ends, and empty lines are dropped. The rules `export-html/1`, `feed/1`, `table/1` and `mail/1` rest on this, so it never
changes under these numbers; nothing of it depends on a library.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

from backstory.read.text import tidy

__all__ = ["MarkupLine", "decoded", "looks_like_markup", "markup_lines", "plain", "visible_text"]

HIDDEN = frozenset({"script", "style", "title", "template", "svg", "iframe", "noframes"})
BREAKING = frozenset({
    "address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd", "details", "dialog", "div",
    "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "head",
    "header", "hr", "html", "legend", "li", "main", "nav", "ol", "option", "p", "pre", "section", "summary", "table",
    "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
})  # fmt: skip
_TOKEN = re.compile(
    r"<!--.*?(?:-->|\Z)|<!\[CDATA\[(?P<cdata>.*?)(?:\]\]>|\Z)|<[!?][^>]*>|"
    r"<(?P<close>/?)(?P<tag>[A-Za-z][^\s/>]*)(?P<attributes>[^>]*)>",
    re.DOTALL,
)
_SPACE = re.compile(r"\s+")
_LIKE_MARKUP = re.compile(
    r"<(?:p|br|div|span|a|b|i|em|strong|ul|ol|li|h[1-6]|img|table|blockquote|figure)\b[^<>]*>|</(?:p|div|a|span)>", re.I
)
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class MarkupLine:
    """A visible line; `at` is where its markup begins and `hint` the attributes of the tags that open it."""

    text: str
    at: int
    hint: str


def _from_windows(error: UnicodeError) -> tuple[str, int]:
    """Return the bytes that are no UTF-8 as Windows-1252, or as Latin-1 where that has no character."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    wrong = error.object[error.start : error.end]
    return "".join(_WINDOWS[byte] for byte in wrong), error.end


def _windows(byte: int) -> str:
    try:
        return bytes([byte]).decode("cp1252")
    except UnicodeDecodeError:
        return chr(byte)


_WINDOWS = [_windows(byte) for byte in range(256)]
codecs.register_error("backstory-windows-1252", _from_windows)


def decoded(raw: bytes, encoding: str | None) -> str:
    """Return `raw` as text; in UTF-8 (None too) each byte that is not part of a character is read as Windows-1252."""
    name = encoding or "utf-8"
    if codecs.lookup(name).name == "utf-8":
        return raw.decode("utf-8", "backstory-windows-1252").removeprefix("\ufeff")
    return raw.decode(name, "replace").removeprefix("\ufeff")


def plain(text: str) -> str:
    """Return `text` with one kind of line end and without invisible characters, lone surrogates as U+FFFD."""
    if _SURROGATE.search(text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return tidy(text)


def looks_like_markup(text: str) -> bool:
    """Return whether `text` has tags that a page would have; a lone `<` does not count."""
    return _LIKE_MARKUP.search(text) is not None


def visible_text(markup: str) -> str:
    """Return the visible lines of `markup`, joined by line ends."""
    return "\n".join(line.text for line in markup_lines(markup))


def markup_lines(markup: str, *, tidied: bool = True) -> Iterator[MarkupLine]:
    """Yield the visible lines of `markup` in order; linear in its length, whatever it holds.

    With `tidied=False`, invisible characters stay in: for bytes read as Latin-1 to learn where lines are.
    """
    gathered = _Gathered(tidied)
    position = 0
    tagged = markup.rfind(">") + 1
    while position < tagged:
        token = _TOKEN.search(markup, position)
        if token is None or token.start() >= tagged:
            break
        gathered.parts.append(unescape(markup[position : token.start()]))
        position = token.end()
        if token["cdata"] is not None:
            gathered.parts.append(token["cdata"])
        elif token["tag"]:
            tag = token["tag"].lower()
            if tag in BREAKING:
                yield from gathered.line(token.start())
            if not token["close"]:
                gathered.hints.append(token["attributes"].strip())
                if tag in HIDDEN:
                    position = _after(markup, tag, position)
    gathered.parts.append(unescape(markup[position:]))
    yield from gathered.line(len(markup))


def _after(markup: str, tag: str, position: int) -> int:
    closing = re.compile(rf"</{re.escape(tag)}\b[^>]*>", re.I).search(markup, position)
    return closing.end() if closing else len(markup)


class _Gathered:
    """What has been seen since the last line ended."""

    def __init__(self, tidied: bool) -> None:
        self.tidied = tidied
        self.at = 0
        self.parts: list[str] = []
        self.hints: list[str] = []

    def line(self, end: int) -> Iterator[MarkupLine]:
        text = "".join(self.parts).strip()
        self.parts.clear()
        text = _SPACE.sub(" ", plain(text) if self.tidied else text).strip() if text else ""
        if text:
            yield MarkupLine(text, self.at, " ".join(hint for hint in self.hints if hint))
            self.at = end
            self.hints.clear()
