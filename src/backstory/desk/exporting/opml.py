"""A desk in, OPML 2.0 out: the feeds that it was given lists of, and its outlets by their addresses on the web."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit
from xml.sax.saxutils import quoteattr

import apsw

from backstory.desk.exporting.selecting import Chosen
from backstory.desk.exporting.writing import visible, web_address, written
from backstory.desk.packing import unpack
from backstory.errors import ReadError
from backstory.read.opml import Feed, feeds_of

__all__ = ["write_opml"]


def write_opml(connection: apsw.Connection, to: Path, wanted: Chosen, *, with_texts: bool) -> dict[str, int]:
    """Write an outline for each feed and each outlet."""
    feeds, outlets = list(_feeds(connection)), list(_outlets(connection, wanted))
    with written(to) as file:
        file.write('<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0">\n')
        file.write("  <head><title>Feeds and outlets of a desk</title></head>\n  <body>\n")
        for feed in feeds:
            named = quoteattr(visible(feed.title or feed.url))
            file.write(f'    <outline type="rss" text={named} xmlUrl={quoteattr(feed.url)}/>\n')
        for outlet, url in outlets:
            named = quoteattr(visible(outlet))
            file.write(f'    <outline type="link" text={named} url={quoteattr(url)}/>\n')
        file.write("  </body>\n</opml>\n")
    return {"feeds": len(feeds), "outlets": len(outlets)}


def _feeds(connection: apsw.Connection) -> Iterator[Feed]:
    """Yield the feeds of every list of feeds that was read into the desk, each once."""
    question = (
        "SELECT DISTINCT source_id, raw FROM contents JOIN sources USING (source_id)"
        " WHERE media_type = 'text/x-opml' ORDER BY source_id"
    )
    seen = set()
    for _, raw in connection.execute(question):
        try:
            found = feeds_of(unpack(bytes(raw)))
        except ReadError:
            continue
        for feed in found:
            if web_address(feed.url) and feed.url not in seen:
                seen.add(feed.url)
                yield feed


def _outlets(connection: apsw.Connection, wanted: Chosen) -> Iterator[tuple[str, str]]:
    """Yield each outlet with the site that most of its articles are from."""
    question = (
        "SELECT outlet, url, article_id FROM articles WHERE outlet IS NOT NULL AND url IS NOT NULL ORDER BY outlet"
    )
    sites: dict[str, Counter[str]] = {}
    for outlet, url, article_id in connection.execute(question):
        if web_address(str(url)) and (wanted.articles is None or article_id in wanted.articles):
            parts = urlsplit(str(url))
            sites.setdefault(str(outlet), Counter())[f"{parts.scheme}://{parts.netloc}/"] += 1
    for outlet, counts in sites.items():
        yield outlet, min(counts, key=lambda site: (-counts[site], site))
