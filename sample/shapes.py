"""Articles in, source files out: the shapes that news comes in, and where each article's lines stand in each.

`render(spec, articles, outlets)` returns the file's bytes and its units. A unit is one source as a reader sees it: a
file, a record of an archive, an entry of a feed, a row. Units of text files know where each line starts.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape
from typing import Any

from markup import Article, Line
from pages import html_page

KIND_LETTERS = {"headline": "H", "standfirst": "S", "byline": "B", "date": "D", "furniture": "F", "image": "I"}
KIND_LETTERS |= {"caption": "C", "glued": "G", "body": "body"}


@dataclass(frozen=True)
class Placed:
    """A line of an article (or of none) in a source, with its start in the source's text where that is known."""

    article: str | None
    line: Line
    start: int | None = None


@dataclass(frozen=True)
class Unit:
    """One source: its file, which member of it, its text where the text rule alone makes it, and its lines."""

    uri: str
    member: str | None
    shape: str
    placed: tuple[Placed, ...]
    text: str | None = None
    stated: frozenset[str] = field(default=frozenset())
    """What the container states of its articles: title, outlet, byline, published, ..."""


Spec = dict[str, Any]

MAILED = "2026-04-03T17:30:00+02:00"
"""When the newsletter was sent."""


def lines_of(part: str, spec: Spec, articles: dict[str, Article]) -> list[Placed]:
    """Return the lines that a part of a source's specification stands for."""
    if part[:2] in ("F:", "G:"):
        return [Placed(None, Line("furniture" if part[0] == "F" else "glued", part[2:]))]
    match = re.fullmatch(r"([\w-]+)(?:\[(\d*):(\d*)\])?", part)
    if match is None:
        raise ValueError(f"not a part of a source: {part}")
    article = articles[match[1]]
    lines = article.lines[slice(*(int(n) if n else None for n in match.groups()[1:]))] if "[" in part else article.lines
    kept = [line for line in lines if KIND_LETTERS[line.kind] not in spec.get("drop", "")]
    return [Placed(article.key, line) for line in kept]


def render(spec: Spec, articles: dict[str, Article], outlets: dict[str, Any]) -> tuple[bytes, list[Unit]]:
    """Return the bytes of the file that `spec` describes, and the sources in it."""
    shape = spec.get("shape", "text")
    return _SHAPES[shape](spec, articles, outlets)


# Text


def _flow(lines: Iterable[Placed], gap: str) -> tuple[str, tuple[Placed, ...]]:
    text, placed, glue = "", [], True
    for item in lines:
        text += "" if glue else gap
        glue = item.line.kind == "glued"
        line = replace(item.line, kind="furniture") if glue else item.line
        placed.append(Placed(item.article, line, len(text)))
        text += item.line.text + (" " if glue else "")
    return text + "\n", tuple(placed)


def _text(spec: Spec, articles: dict[str, Article], outlets: dict[str, Any]) -> tuple[bytes, list[Unit]]:
    lines = [line for part in spec["parts"] for line in lines_of(part, spec, articles)]
    text, placed = _flow(lines, spec.get("gap", "\n"))
    raw = text.replace("\n", spec.get("newline", "\n")).encode(spec.get("encoding", "utf-8"))
    if spec["path"].endswith(".gz"):
        raw = gzip.compress(raw, mtime=0)
    return raw, [Unit(spec["path"], None, "text", placed, text)]


# What every container needs


def published(article: Article) -> datetime:
    """Return when an article was published."""
    return datetime.fromisoformat(article.head["date"])


def url_of(article: Article, outlets: dict[str, Any]) -> str:
    """Return an article's address."""
    day = published(article)
    slug = "-".join(re.findall(r"[\w]+", article.title.lower())[:7]) or article.key
    return f"https://www.{outlets[article.head['outlet']]['site']}/{day:%Y/%m/%d}/{slug}"


def _whole(key: str, articles: dict[str, Article], drop: str = "") -> list[Placed]:
    return lines_of(key, {"drop": drop + "FG"}, articles)


def _body(placed: Iterable[Placed]) -> list[str]:
    return [item.line.text for item in placed if item.line.kind in ("body", "caption")]


def _containers(drop: str = "SBDI") -> Callable[[str, dict[str, Article]], tuple[Article, tuple[Placed, ...]]]:
    def get(key: str, articles: dict[str, Article]) -> tuple[Article, tuple[Placed, ...]]:
        return articles[key], tuple(_whole(key, articles, drop))

    return get


_plain = _containers()
_STATED = frozenset({"title", "outlet", "byline", "published", "language"})


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
    stated = frozenset() if variant in ("plain", "live") else _STATED
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


# Feeds


def _unit(spec: Spec, member: str, shape: str, placed: Iterable[Placed]) -> Unit:
    return Unit(spec["path"], member, shape, tuple(placed), None, _STATED)


def _rss(spec: Spec, articles: dict[str, Article], outlets: dict[str, Any]) -> tuple[bytes, list[Unit]]:
    short = spec["shape"] == "headlines"
    items, units = [], []
    for key in spec["parts"]:
        article, placed = _plain(key, articles)
        if short:
            placed = tuple([item for item in placed if item.line.kind == "headline"])
            placed += tuple([item for item in _whole(key, articles, "HSBDIC")][:1])
        url, body = url_of(article, outlets), _body(placed)
        content = "".join(f"<p>{escape(text, quote=False)}</p>" for text in body)
        items.append(
            f"    <item>\n      <title>{escape(article.title, quote=False)}</title>\n      <link>{url}</link>\n"
            f'      <guid isPermaLink="true">{url}</guid>\n      <pubDate>{format_datetime(published(article))}</pubDate>\n'
            f"      <dc:creator>{escape(article.head.get('byline', ''))}</dc:creator>\n"
            f"      <description>{escape(body[0], quote=False)}</description>\n"
            + ("" if short else f"      <content:encoded><![CDATA[{content}]]></content:encoded>\n")
            + "    </item>\n"
        )
        units.append(_unit(spec, url, "feed", placed))
    outlet = articles[spec["parts"][0]].head["outlet"]
    xml = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/">\n  <channel>\n'
        f"    <title>{outlet}</title>\n    <link>https://www.{outlets[outlet]['site']}/</link>\n"
        f"    <description>Latest from {outlet}</description>\n    <language>{outlets[outlet]['language']}</language>\n"
        + "".join(items)
        + "  </channel>\n</rss>\n"
    )
    return xml.encode(), units


def _atom(spec: Spec, articles: dict[str, Article], outlets: dict[str, Any]) -> tuple[bytes, list[Unit]]:
    entries, units = [], []
    for key in spec["parts"]:
        article, placed = _plain(key, articles)
        url, when = url_of(article, outlets), article.head["date"]
        content = escape("".join(f"<p>{escape(text, quote=False)}</p>" for text in _body(placed)), quote=False)
        entries.append(
            f"  <entry>\n    <title>{escape(article.title, quote=False)}</title>\n    <id>{url}</id>\n"
            f'    <link href="{url}"/>\n    <published>{when}</published>\n    <updated>{when}</updated>\n'
            f"    <author><name>{article.head['byline']}</name></author>\n"
            f'    <content type="html">{content}</content>\n  </entry>\n'
        )
        units.append(_unit(spec, url, "feed", placed))
    first = articles[spec["parts"][0]]
    site = f"https://www.{outlets[first.head['outlet']]['site']}/"
    xml = (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de">\n'
        f"  <title>{first.head['outlet']}</title>\n  <id>{site}</id>\n  <updated>{first.head['date']}</updated>\n"
        + "".join(entries)
        + "</feed>\n"
    )
    return xml.encode(), units


def _jsonfeed(spec: Spec, articles: dict[str, Article], outlets: dict[str, Any]) -> tuple[bytes, list[Unit]]:
    items, units = [], []
    for key in spec["parts"]:
        article, placed = _plain(key, articles)
        url = url_of(article, outlets)
        items.append(
            {
                "id": url,
                "url": url,
                "title": article.title,
                "content_text": "\n\n".join(_body(placed)),
                "date_published": article.head["date"],
                "authors": [{"name": article.head["byline"]}],
                "language": article.head.get("language", "en"),
            }
        )
        units.append(_unit(spec, url, "feed", placed))
    outlet = articles[spec["parts"][0]].head["outlet"]
    site = f"https://www.{outlets[outlet]['site']}/"
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": outlet, "home_page_url": site, "items": items}
    return (json.dumps(feed, ensure_ascii=False, indent=1) + "\n").encode(), units


def _opml(spec: Spec, articles: dict[str, Article], outlets: dict[str, Any]) -> tuple[bytes, list[Unit]]:
    rows = [
        f'      <outline type="rss" text="{escape(name)}" title="{escape(name)}" '
        f'xmlUrl="https://www.{about["site"]}/feed" htmlUrl="https://www.{about["site"]}/"/>\n'
        for name, about in outlets.items()
        if not about.get("agency")
    ]
    xml = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0">\n  <head><title>My news</title></head>\n  <body>\n'
        '    <outline text="Papers and stations">\n' + "".join(rows) + "    </outline>\n  </body>\n</opml>\n"
    )
    return xml.encode(), []


# Exports


def _export_fields(article: Article) -> tuple[str, str, str]:
    day = published(article)
    byline = re.sub(r"^By ", "", article.head.get("byline", ""))
    words = sum(len(line.text.split()) for line in article.lines if line.kind == "body")
    return f"{day:%B} {day.day}, {day.year} {day:%A}", byline, f"{words} words"


def _nexis_html(spec: Spec, articles: dict[str, Article], outlets: dict[str, Any]) -> tuple[bytes, list[Unit]]:
    count, out, placed_all = len(spec["parts"]), [], []
    for number, key in enumerate(spec["parts"], start=1):
        article, placed = _plain(key, articles)
        day, byline, words = _export_fields(article)
        fields = "".join(
            f'<DIV CLASS="c4"><BR><P CLASS="c5"><SPAN CLASS="c7">{name}: </SPAN><SPAN CLASS="c2">{escape(value)}</SPAN></P>\n</DIV>\n'
            for name, value in (("BYLINE", byline), ("SECTION", "NEWS"), ("LENGTH", words))
        )
        body = "".join(
            f'<P CLASS="c8"><SPAN CLASS="c2">{escape(text, quote=False)}</SPAN></P>\n' for text in _body(placed)
        )
        out.append(
            f'<A NAME="DOC_ID_0_{number}"></A><!-- Hide XML section from browser\n<DOC NUMBER={number}>\n<DOCFULL> -->\n'
            f'<BR><DIV CLASS="c0"><P CLASS="c1"><SPAN CLASS="c2">{number} of {count} DOCUMENTS</SPAN></P>\n</DIV>\n'
            f'<BR><DIV CLASS="c3"><P CLASS="c1"><SPAN CLASS="c2">{article.head["outlet"]}</SPAN></P>\n</DIV>\n'
            f'<BR><DIV CLASS="c3"><P CLASS="c1"><SPAN CLASS="c4">{day}</SPAN></P>\n</DIV>\n'
            f'<BR><DIV CLASS="c4"><P CLASS="c5"><SPAN CLASS="c6">{escape(article.title, quote=False)}</SPAN></P>\n</DIV>\n'
            f'{fields}<BR><DIV CLASS="c4">\n{body}</DIV>\n'
            f'<BR><DIV CLASS="c4"><P CLASS="c5"><SPAN CLASS="c7">LOAD-DATE: </SPAN><SPAN CLASS="c2">{day.rsplit(" ", 1)[0]}</SPAN></P>\n'
            '</DIV>\n<BR><DIV CLASS="c4"><P CLASS="c5"><SPAN CLASS="c7">LANGUAGE: </SPAN><SPAN CLASS="c2">ENGLISH</SPAN></P>\n</DIV>\n'
            f'<BR><DIV CLASS="c3"><P CLASS="c1"><SPAN CLASS="c2">Copyright 2026 {article.head["outlet"]}<BR>All Rights Reserved</SPAN></P>\n'
            "</DIV>\n<!-- Hide XML section from browser\n</DOCFULL>\n</DOC> -->\n"
        )
        placed_all += placed
    head = '<HTML>\n<HEAD>\n<STYLE TYPE="text/css"><!--\n.c0 { text-align: center; }\n.c7 { font-weight: bold; }\n--></STYLE>\n'
    head += f'<TITLE>&nbsp;</TITLE>\n<META TOPIC="null" DOCUMENTS="{count}" UPDATED="Saturday, April 11, 2026  09:14:02" /></HEAD>\n<BODY>\n'
    page = head + "".join(out) + "</BODY></HTML>\n"
    return page.encode(), [_unit(spec, "", "export", placed_all)]


def _nexis_text(spec: Spec, articles: dict[str, Article], outlets: dict[str, Any]) -> tuple[bytes, list[Unit]]:
    count, out, placed_all = len(spec["parts"]), [], []
    for number, key in enumerate(spec["parts"], start=1):
        article, placed = _plain(key, articles)
        day, byline, words = _export_fields(article)
        mark = f"{number} OF  {count} DOCUMENTS" if number == 3 else f"{number} of {count} DOCUMENTS"
        out += [
            mark.center(66).rstrip(),
            "",
            "",
            article.head["outlet"].center(66).rstrip(),
            "",
            day.center(66).rstrip(),
        ]
        out += ["", article.title, "", f"BYLINE: {byline}", "", "SECTION: NEWS", "", f"LENGTH: {words}", "", ""]
        for text in _body(placed):
            out += [text, ""]
        out += [f"LOAD-DATE: {day.rsplit(' ', 1)[0]}", "", "LANGUAGE: ENGLISH", "", "PUBLICATION-TYPE: Newspaper", ""]
        out += [
            f"Copyright 2026 {article.head['outlet']}".center(66).rstrip(),
            "All Rights Reserved".center(66).rstrip(),
            "",
            "",
        ]
        placed_all += placed
    text = "\n".join(out)
    return text.replace("\n", spec["newline"]).encode(), [_unit(spec, "", "export", placed_all)]


def _factiva(spec: Spec, articles: dict[str, Article], outlets: dict[str, Any]) -> tuple[bytes, list[Unit]]:
    out, placed_all = [], []
    for number, key in enumerate(spec["parts"]):
        article, placed = _plain(key, articles)
        day, byline, words = _export_fields(article)
        when = published(article)
        body = "".join(
            f'<p class="articleParagraph enarticleParagraph">\n{escape(text, quote=False)}\n</p>'
            for text in _body(placed)
        )
        out.append(
            f'<div id="article-LEDGER00202603{number:02d}" class="article enArticle"><div id="hd">'
            f'<span class="enHeadline">{escape(article.title, quote=False)}</span></div>\n'
            f'<div class="author">{escape(byline)}</div><div>{words}</div><div>{when.day} {when:%B %Y}</div>'
            f"<div>{article.head['outlet']}</div><div>THLEDG</div><div>English</div>"
            f"<div>(c) 2026 Ledger Publishing NV</div>\n{body}\n<p>Document THLEDG0020260{when.month}{when:%d}em3{number}0001</p></div>\n"
        )
        placed_all += placed
    page = '<html><head>\n\t<meta http-equiv="Content-Type" content="text/html; charset=UTF-8"><title>Factiva</title></head>\n<body>\n'
    page += "".join(out) + "<div>© 2026 Factiva, Inc. All rights reserved.</div></body></html>\n"
    return page.encode(), [_unit(spec, "", "export", placed_all)]


# Tables and mail


def _jsonl(spec: Spec, articles: dict[str, Article], outlets: dict[str, Any]) -> tuple[bytes, list[Unit]]:
    rows, units = [], []
    for number, key in enumerate(spec["parts"], start=1):
        article, placed = _plain(key, articles)
        row = {
            "id": f"nw{published(article):%Y%m%d}{number:03d}",
            "source": article.head["outlet"],
            "title": article.title,
            "author": article.head["byline"],
            "date": article.head["date"],
            "url": url_of(article, outlets),
            "language": "en",
            "text": "\n".join(_body(placed)),
        }
        rows.append(json.dumps(row, ensure_ascii=False) + "\n")
        units.append(_unit(spec, str(number), "table", placed))
    return "".join(rows).encode(), units


def _csv(spec: Spec, articles: dict[str, Article], outlets: dict[str, Any]) -> tuple[bytes, list[Unit]]:
    stream, units = io.StringIO(), []
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(["headline", "body", "link", "pubdate", "publisher"])
    for number, key in enumerate(spec["parts"], start=1):
        article, placed = _plain(key, articles)
        row = [article.title, "\n\n".join(_body(placed)), url_of(article, outlets)]
        writer.writerow([*row, f"{published(article):%Y-%m-%d %H:%M}", article.head["outlet"]])
        units.append(_unit(spec, str(number), "table", placed))
    return stream.getvalue().encode(), units


def _eml(spec: Spec, articles: dict[str, Article], outlets: dict[str, Any]) -> tuple[bytes, list[Unit]]:
    text, placed_all = "", []
    opening = [
        "View this email in your browser",
        "THE GAZETTE BY POST",
        "Good evening. Here is what the week left on the tide line.",
    ]
    closing = [
        "High water tomorrow 06.12 and 18.40.",
        "You are getting this because you asked for it at the fish market. Unsubscribe",
    ]
    lines = [Placed(None, Line("furniture", text)) for text in opening]
    for key in spec["parts"]:
        lines += _whole(key, articles, "BDI")
    lines += [Placed(None, Line("furniture", text)) for text in closing]
    text, placed_all = _flow(lines, "\n\n")
    message = EmailMessage(policy=SMTP)
    message["From"] = "Skerry Gazette <post@skerrygazette.example>"
    message["To"] = "reader@mail.example"
    message["Subject"] = "The Gazette by post: beaten, not broken"
    message["Date"] = format_datetime(datetime.fromisoformat(MAILED))
    message["Message-ID"] = "<20260403.1730@skerrygazette.example>"
    message["List-Unsubscribe"] = "<mailto:leave@skerrygazette.example>"
    message.set_content(text, cte="quoted-printable")
    placed = tuple(replace(item, start=None) for item in placed_all)
    return message.as_bytes(), [Unit(spec["path"], "", "mail", placed, None, frozenset({"outlet", "published"}))]


_SHAPES = {
    "text": _text,
    "html": _html,
    "warc": _warc,
    "rss": _rss,
    "headlines": _rss,
    "atom": _atom,
    "jsonfeed": _jsonfeed,
    "opml": _opml,
    "nexis-html": _nexis_html,
    "nexis-text": _nexis_text,
    "factiva": _factiva,
    "jsonl": _jsonl,
    "csv": _csv,
    "eml": _eml,
}
