"""Saved pages in, sources out: the text that a reader could see, evidence for its lines, and what the page states.

HTML, XHTML and AMP pages of any age and state. The text is made by the rule "html/1" (see `page_text`), which is our
own and fixed; the encoding that was found is kept with the source, so the same bytes give the same text for ever.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import sha256

from backstory.read.entries import Entry, Options, problem_source
from backstory.read.page_charset import characters, encoding_of
from backstory.read.page_date_found import found_date
from backstory.read.page_marks import marks_of
from backstory.read.page_metadata import facts_of, stated_of
from backstory.read.page_model import Trees
from backstory.read.page_text import page_of
from backstory.read.page_updates import updates_of
from backstory.records import Source

__all__ = ["NAME", "RULE", "RULES", "claims", "page_source", "read"]

NAME = "html"
RULE = "html/1"
MEDIA_TYPE = "text/html"

_SUFFIXES = (".html", ".htm", ".xhtml", ".shtml", ".xht")
_OPENING = re.compile(
    rb"^(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*(?:<!doctype\s+html|<html[\s>]|<head[\s>]|<body[\s>])",
    re.IGNORECASE | re.DOTALL,
)
_TEXTUAL = re.compile(rb"<\s*(?:!doctype|html|head|body|meta|title|div|p|table|script|article|h1)\b", re.IGNORECASE)


def claims(head: bytes, name: str) -> bool:
    """Return whether an entry is a page: by how it begins, or by its name if there is markup in it."""
    if _OPENING.match(head):
        return True
    if not name.lower().endswith(_SUFFIXES):
        return False
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    return wide or not head or _TEXTUAL.search(head) is not None


def read(entry: Entry, options: Options) -> Iterator[Source]:
    """Yield the one source of a page; a page that is too large or holds no text is listed with its problem."""
    with entry.open() as stream:
        raw = stream.read(options.max_source_bytes + 1)
    if len(raw) > options.max_source_bytes:
        yield problem_source(
            entry.uri,
            MEDIA_TYPE,
            raw[:PROBLEM_BYTES],
            f"The page is larger than {options.max_source_bytes >> 20} MB: raise the limit for one source, or split it",
        )
        return
    yield page_source(raw, entry.uri)


PROBLEM_BYTES = 1 << 16
"""Bytes kept of a page that is too large to read: enough to see what it is."""


def page_source(
    raw: bytes, uri: str, *, url: str | None = None, content_type: str | None = None, trees: Trees | None = None
) -> Source:
    """Return the source of one page.

    `url` is its address and `content_type` its HTTP header, where they are known; `trees` is another page model than
    the package's, as the scorer gives it.
    """
    encoding = encoding_of(raw, content_type)
    markup = characters(raw, encoding)
    page = page_of(markup)
    if not page.text:
        return problem_source(uri, MEDIA_TYPE, raw, _why_empty(raw))
    facts = facts_of(page)
    stated = stated_of(page, facts, url)
    if stated.published is None:
        stated = replace(stated, published=found_date(markup))
    return Source(
        source_id=sha256(raw).hexdigest(),
        uri=uri,
        media_type=MEDIA_TYPE,
        raw=raw,
        text=page.text,
        rule=RULE,
        encoding=encoding,
        stated=stated,
        marks=marks_of(page, facts, stated, markup, trees),
        items=updates_of(page, facts),
    )


def _why_empty(raw: bytes) -> str:
    if not raw.strip():
        return "The page is empty: save it again"
    if b"<script" in raw.lower():
        return "The page shows no text without its scripts: save it from a browser after it has loaded"
    return "The page holds no text that a reader could see: leave it out"


def _text_1(raw: bytes, encoding: str | None) -> str:
    return page_of(characters(raw, encoding)).text


RULES: dict[str, Callable[[bytes, str | None], str]] = {RULE: _text_1}
