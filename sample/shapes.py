"""Articles in, source files out: the shapes that news comes in, and where each article's lines stand in each.

`render(spec, articles, outlets)` returns the file's bytes and its units. A unit is one source as a reader sees it: a
file, a record of an archive, an entry of a feed, a row. Units of text files know where each line starts.
"""

from __future__ import annotations

import gzip
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from exports import factiva_file, nexis_html_file, nexis_text_file
from feeds import atom_file, jsonfeed_file, opml_file, rss_file
from markup import Article
from pages import html_page
from placing import STATED, Placed, Spec, Unit, flow, lines_of, published, url_of
from tables import csv_file, eml_file, jsonl_file


def render(spec: Spec, articles: dict[str, Article], outlets: dict[str, Any]) -> tuple[bytes, list[Unit]]:
    """Return the bytes of the file that `spec` describes, and the sources in it."""
    shape = spec.get("shape", "text")
    return _SHAPES[shape](spec, articles, outlets)


def _text(spec: Spec, articles: dict[str, Article], outlets: dict[str, Any]) -> tuple[bytes, list[Unit]]:
    lines = [line for part in spec["parts"] for line in lines_of(part, spec, articles)]
    text, placed = flow(lines, spec.get("gap", "\n"))
    raw = text.replace("\n", spec.get("newline", "\n")).encode(spec.get("encoding", "utf-8"))
    if spec["path"].endswith(".gz"):
        raw = gzip.compress(raw, mtime=0)
    return raw, [Unit(spec["path"], None, "text", placed, text)]


# Pages and archives


def _page(key_part: str, variant: str, spec: Spec, articles: dict[str, Article], outlets: dict[str, Any]) -> tuple:
    placed = tuple(replace(item, start=None) for item in lines_of(key_part, spec, articles))
    article = articles[str(placed[0].article)]
    placed = tuple(
        Placed(item.article, replace(item.line, kind="furniture") if item.line.kind == "glued" else item.line)
        for item in placed
        if not item.line.text.startswith("![")
    )
    page = html_page(
        article, [item.line for item in placed], outlets[article.head["outlet"]], variant, url_of(article, outlets)
    )
    stated = frozenset() if variant in ("plain", "live") else STATED
    return article, placed, page, stated


def _html(spec: Spec, articles: dict[str, Article], outlets: dict[str, Any]) -> tuple[bytes, list[Unit]]:
    _, placed, page, stated = _page(spec["parts"][0], spec["variant"], spec, articles, outlets)
    return page.encode(), [Unit(spec["path"], None, "html", placed, None, stated)]


def _record(kind: str, uri: str, when: datetime, block: bytes, content_type: str, number: int) -> bytes:
    head = [
        "WARC/1.0",
        f"WARC-Type: {kind}",
        f"WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-{number:012d}>",
        f"WARC-Date: {when - (when.utcoffset() or timedelta()):%Y-%m-%dT%H:%M:%SZ}",
        *([f"WARC-Target-URI: {uri}"] if uri else []),
        f"Content-Type: {content_type}",
        f"Content-Length: {len(block)}",
    ]
    return gzip.compress("\r\n".join(head).encode() + b"\r\n\r\n" + block + b"\r\n\r\n", mtime=0)


def _http(page: str, status: str = "200 OK", media: str = "text/html; charset=utf-8") -> bytes:
    body = page.encode()
    head = f"HTTP/1.1 {status}\r\nContent-Type: {media}\r\nContent-Length: {len(body)}\r\nServer: nginx\r\n\r\n"
    return head.encode() + body


def _warc(spec: Spec, articles: dict[str, Article], outlets: dict[str, Any]) -> tuple[bytes, list[Unit]]:
    start = published(articles[spec["parts"][0]]) + timedelta(days=3)
    info = b"software: crawl-a-day 2.3\r\nformat: WARC File Format 1.0\r\nrobots: obey\r\n"
    raw = _record("warcinfo", "", start, info, "application/warc-fields", 1)
    robots = _http("User-agent: *\nDisallow: /search\n", media="text/plain")
    raw += _record(
        "response", "https://www.vpr.example/robots.txt", start, robots, "application/http; msgtype=response", 2
    )
    units = []
    for number, (key, variant) in enumerate(zip(spec["parts"], spec["variant"].split(), strict=True)):
        article, placed, page, stated = _page(key, variant, spec, articles, outlets)
        url, when = url_of(article, outlets), start + timedelta(seconds=7 * number)
        request = f"GET /{url.split('/', 3)[3]} HTTP/1.1\r\nHost: {url.split('/')[2]}\r\n\r\n".encode()
        raw += _record("request", url, when, request, "application/http; msgtype=request", 10 + 2 * number)
        raw += _record("response", url, when, _http(page), "application/http; msgtype=response", 11 + 2 * number)
        units.append(Unit(spec["path"], url, "warc", placed, None, stated))
    gone = _http("<html><head><title>404</title></head><body><h1>Not found</h1></body></html>", "404 Not Found")
    url = "https://www.channel9.example/2026/03/20/moved"
    raw += _record("response", url, start + timedelta(minutes=1), gone, "application/http; msgtype=response", 90)
    return raw, units


_SHAPES = {
    "text": _text,
    "html": _html,
    "warc": _warc,
    "rss": rss_file,
    "headlines": rss_file,
    "atom": atom_file,
    "jsonfeed": jsonfeed_file,
    "opml": opml_file,
    "nexis-html": nexis_html_file,
    "nexis-text": nexis_text_file,
    "factiva": factiva_file,
    "jsonl": jsonl_file,
    "csv": csv_file,
    "eml": eml_file,
}
