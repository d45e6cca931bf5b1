"""A span of a source in, the citation of it that can leave the house out: W3C selectors and a link into the page.

https://www.w3.org/TR/annotation-model/#selectors and https://wicg.github.io/scroll-to-text-fragment/
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import quote

import apsw

from backstory.desk import ask
from backstory.desk.tables import Row

__all__ = ["citations", "cite", "fragment", "selectors"]

AROUND = 32
"""Characters before and after an exact text that tell it from the same words elsewhere."""
WHOLE_FRAGMENT = 12
"""Words of a text that a link into a page repeats whole; of a longer one it has the first and the last five."""
ENDS = 5


def cite(text: str, source_id: str, start: int, end: int) -> Row:
    """Return the citation of `text[start:end]`, where `text` is the whole text of the source."""
    return {
        "source_id": source_id,
        "start": start,
        "end": end,
        "text": text[start:end],
        "selectors": selectors(text, start, end),
    }


def selectors(text: str, start: int, end: int) -> list[dict[str, Any]]:
    """Return the two W3C selectors of a span: by its position, and by its words with those around them."""
    return [
        {"type": "TextPositionSelector", "start": start, "end": end},
        {
            "type": "TextQuoteSelector",
            "exact": text[start:end],
            "prefix": text[max(0, start - AROUND) : start],
            "suffix": text[end : end + AROUND],
        },
    ]


def fragment(url: str, exact: str) -> str:
    """Return a link that opens the page at `url` where it says `exact`."""
    words = exact.split()
    if len(words) <= WHOLE_FRAGMENT:
        directive = _escaped(" ".join(words))
    else:
        directive = f"{_escaped(' '.join(words[:ENDS]))},{_escaped(' '.join(words[-ENDS:]))}"
    return f"{url.partition('#')[0]}#:~:text={directive}"


def citations(connection: apsw.Connection, article_id: str, spans: Iterable[Sequence[int]]) -> list[Row]:
    """Return the citations of spans of an article's source, with its outlet, date, title and page beside them.

    Raises:
        NotFoundError: there is no such article.
    """
    article = ask.find_article(connection, article_id)
    text = ask.text(connection, article.source_id)
    about = {
        "article_id": article.article_id,
        "outlet": article.outlet,
        "published": article.published,
        "title": article.title,
    }
    told = []
    for start, end in spans:
        row = about | cite(text, article.source_id, start, end)
        told.append(row | {"url": _linked(article.url or "", text[start:end])})
    return told


def _linked(url: str, exact: str) -> str | None:
    return fragment(url, exact) if url.startswith(("https://", "http://")) else None


def _escaped(words: str) -> str:
    return quote(words.encode("utf-8", "replace"), safe="").replace("-", "%2D")
