"""A page's markup in, its tokens out: text, tags and raw text elements, by the HTML standard's tokeniser.

Every regular expression here is possessive, and every search moves forward: the time is linear in the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

__all__ = ["END", "RAW", "START", "TEXT", "Token", "attributes_of", "tokens_of"]

TEXT, START, END, RAW = range(4)


Token = tuple[int, str, str, str]
"""Kind, name in lower case, value (the text, the attributes as written, or a raw element's content) and, of a raw text
element, its attributes. A plain tuple, since a page has some thousands."""

_TOKEN = re.compile(
    r"<(?:(/?)([a-zA-Z][^\s/>]*+)((?:[^>\"'=]++|=\s*+(?:\"[^\"]*+\"|'[^']*+'|)|[\"'])*+)>|(!--)|([!?/]))"
)
_ATTRIBUTE = re.compile(r"([^\s/>=\"']++)(?:\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s>\"']++)))?+")
_RAW_TEXT = frozenset(["script", "style", "iframe", "noembed", "noframes", "noscript", "textarea", "title", "xmp"])
_CDATA = "![CDATA["


def attributes_of(written: str) -> dict[str, str]:
    """Return the attributes of a tag as written: names in lower case, the first of two alike, references decoded."""
    found: dict[str, str] = {}
    for name, double, single, bare in _ATTRIBUTE.findall(written):
        value = double or single or bare
        found.setdefault(name.lower(), unescape(value) if "&" in value else value)
    return found


def tokens_of(html: str) -> Iterator[Token]:  # noqa: C901 one scan; a function a token kind doubles its time
    """Yield the tokens of a page in order. A page that begins with `<?xml` may close any element with `/>`."""
    xml = html[:64].lstrip("\ufeff \t\r\n").startswith("<?xml")
    position, end = 0, html.rfind(">") + 1
    while position < end:
        match = _TOKEN.search(html, position, end)
        if match is None:
            break
        start = match.start()
        if start > position:
            yield TEXT, "", html[position:start], ""
        closing, name, attributes, comment, declaration = match.groups()
        position = match.end()
        if name is None:
            position, text = _skip(html, start, "-->" if comment else ">", xml and declaration == "!")
            if text:
                yield TEXT, "", text, ""
            continue
        name = name.lower()
        if closing:
            yield END, name, "", ""
        elif xml and attributes.endswith("/"):
            yield START, name, attributes, ""
            yield END, name, "", ""
        elif name in _RAW_TEXT:
            content_end, position = _raw_end(html, position, name)
            yield RAW, name, html[match.end() : content_end], attributes
        else:
            yield START, name, attributes, ""
    if position < len(html):
        yield TEXT, "", html[position:], ""


def _skip(html: str, start: int, closer: str, cdata_is_text: bool) -> tuple[int, str]:
    """Return where a comment or declaration ends, and the text that it holds if it is a CDATA section of XML."""
    if cdata_is_text and html.startswith(_CDATA, start + 1):
        begin = start + 1 + len(_CDATA)
        end = html.find("]]>", begin)
        end = len(html) if end < 0 else end
        return end + 3, html[begin:end].replace("&", "&amp;").replace("<", "&lt;")
    end = html.find(closer, start + 2)
    return (len(html), "") if end < 0 else (end + len(closer), "")


def _raw_end(html: str, position: int, name: str) -> tuple[int, int]:
    """Return where a raw text element's content ends and where the page goes on; the page's end if it never closes."""
    size = len(name) + 2
    close = html.find("</", position)
    while close >= 0:
        after = html[close + size : close + size + 1]
        if html[close + 2 : close + size].lower() == name and (not after or after in " \t\r\n\f/>"):
            end = html.find(">", close)
            return close, (len(html) if end < 0 else end + 1)
        close = html.find("</", close + 2)
    return len(html), len(html)
