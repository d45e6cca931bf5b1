"""One entry of a feed in, its text out: the rules `feed/1` for XML and `jsonfeed/1` for JSON Feed.

`feed/1`: the entry's title, then its text, each beginning a line. The text is the longer of the full content
(`content`, `content:encoded`, `body`) and the summary (`description`, `summary`), both as visible lines. What an
element holds is unescaped once, a CDATA section is taken as it stands, and what then has tags or character references
is read as HTML; an element of type `text` never is. What lies in `source`, `image` or an element of another vocabulary
(`media:title`) is left out. `jsonfeed/1`: `title`, then `content_text`, else `content_html` as visible lines, else
`summary`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import unescape

from backstory.read.markup import decoded, looks_like_markup, plain, visible_text
from backstory.records import Kind, Mark

__all__ = ["RULES", "Parts", "json_parts", "marks_of_parts", "xml_parts"]

Parts = list[tuple[Kind, str]]

CONTENT_IS_BODY = 0.9
"""How sure an entry's lines are body: many end in a link back to the site or a line of shares."""

_TOKEN = re.compile(
    r"<!\[CDATA\[(?P<cdata>.*?)(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|<[!?][^>]*>|"
    r"<(?P<close>/?)(?P<tag>[A-Za-z_][^\s/>]*)(?P<attributes>[^>]*)>",
    re.DOTALL,
)
_REFERENCE = re.compile(r"&(?:#\d{1,6}|#[xX][0-9a-fA-F]{1,5}|[A-Za-z]{2,10});")
_TYPE = re.compile(r"""\btype\s*=\s*["']\s*([^"']*)["']""")
_OTHER_VOCABULARIES = ("media:", "itunes:", "dc:", "dcterms:", "googleplay:", "georss:", "slash:", "wfw:")
_FULL = frozenset({"content", "encoded", "body"})
_SHORT = frozenset({"description", "summary", "tagline"})
_SKIPPED = frozenset({"source", "image", "textinput"})


@dataclass(slots=True)
class _Element:
    """An element whose content is gathered: its tag, how it is encoded, and the pieces seen so far."""

    tag: str
    kind: str
    pieces: list[str]


def xml_parts(raw: bytes, encoding: str | None) -> Parts:
    """Return title and text of an entry's own bytes."""
    found: dict[str, list[str]] = {"title": [], "full": [], "short": []}
    for role, value in _elements(decoded(raw, encoding)):
        found[role].append(value)
    title = next((value for value in found["title"] if value), "").replace("\n", " ")
    bodies = ["\n".join(found["full"][:1]), "\n".join(found["short"][:1])]
    return _parts(title, max(bodies, key=len))


def _elements(markup: str) -> Iterator[tuple[str, str]]:
    """Yield role and wording of the elements of an entry that hold its wording."""
    current: _Element | None = None
    skipping: str | None = None
    position = 0
    for token in _TOKEN.finditer(markup):
        before = markup[position : token.start()]
        position = token.end()
        tag = (token["tag"] or "").lower()
        if skipping:
            skipping = None if token["close"] and tag == skipping else skipping
        elif current:
            _gather(current, before, token)
            if token["close"] and tag == current.tag:
                yield _role(tag), _worded(current)
                current = None
        elif tag and not token["close"] and not token["attributes"].endswith("/"):
            current, skipping = _opened(tag, token["attributes"])
    if current:
        current.pieces.append(markup[position:])
        yield _role(current.tag), _worded(current)


def _opened(tag: str, attributes: str) -> tuple[_Element | None, str | None]:
    """Return the element to gather or the tag until whose end all is skipped, where the tag begins one."""
    local = tag.rpartition(":")[2]
    if tag.startswith(_OTHER_VOCABULARIES):
        return None, None
    if local in _SKIPPED:
        return None, tag
    if local == "title" or local in _FULL or local in _SHORT:
        kind = _TYPE.search(attributes)
        return _Element(tag, kind[1].strip().lower() if kind else "", []), None
    return None, None


def _gather(element: _Element, before: str, token: re.Match[str]) -> None:
    inline = element.kind == "xhtml"
    element.pieces.append(before if inline else unescape(before))
    if token["cdata"] is not None:
        element.pieces.append(token["cdata"])
    elif token["tag"] and not (token["close"] and token["tag"].lower() == element.tag):
        element.pieces.append(token[0])


def _role(tag: str) -> str:
    local = tag.rpartition(":")[2]
    if local == "title":
        return "title"
    return "full" if local in _FULL else "short"


def _worded(element: _Element) -> str:
    value = "".join(element.pieces)
    if element.kind in ("text", "text/plain"):
        return _lines(value)
    return visible_text(value) if looks_like_markup(value) or _REFERENCE.search(value) else _lines(value)


def _lines(value: str) -> str:
    lines = (" ".join(line.split()) for line in plain(value).split("\n"))
    return "\n".join(line for line in lines if line)


def _parts(title: str, text: str) -> Parts:
    if text.split("\n", 1)[0] == title:
        title = ""
    return [(kind, part) for kind, part in ((Kind.HEADLINE, title), (Kind.BODY, text)) if part]


def json_parts(raw: bytes, encoding: str | None) -> Parts:
    """Return title and text of one item of a JSON Feed."""
    item = json.loads(decoded(raw, encoding))
    said = {key: value for key, value in item.items() if isinstance(value, str)}
    html = visible_text(said.get("content_html", ""))
    text = _lines(said.get("content_text", "")) or html or _lines(said.get("summary", ""))
    return _parts(_lines(said.get("title", "")).replace("\n", " "), text)


def marks_of_parts(parts: Parts) -> tuple[Mark, ...]:
    """Return the marks of the lines of a text that was joined from `parts`."""
    marks: list[Mark] = []
    start = 0
    for kind, part in parts:
        for line in part.split("\n"):
            sure = 0.99 if kind is Kind.HEADLINE else CONTENT_IS_BODY
            marks.append(Mark(start, start + len(line), kind, sure, "the feed's entry"))
            start += len(line) + 1
    return tuple(marks)


def _joined(parts: Parts) -> str:
    return "\n".join(part for _, part in parts)


RULES: dict[str, Callable[..., str]] = {
    "feed/1": lambda raw, encoding: _joined(xml_parts(raw, encoding)),
    "jsonfeed/1": lambda raw, encoding: _joined(json_parts(raw, encoding)),
}
