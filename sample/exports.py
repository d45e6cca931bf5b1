"""Articles in, exports of newspaper archives out, as Nexis and Factiva write them."""

from __future__ import annotations

import re
from html import escape
from typing import Any

from markup import Article
from placing import Spec, Unit, body_of, plain, published, unit_of

_NEXIS_HEAD = """<HTML>
<HEAD>
<STYLE TYPE="text/css"><!--
.c0 { text-align: center; }
.c7 { font-weight: bold; }
--></STYLE>
<TITLE>&nbsp;</TITLE>
"""
_FACTIVA_HEAD = """<html><head>
\t<meta http-equiv="Content-Type" content="text/html; charset=UTF-8"><title>Factiva</title></head>
<body>
"""


def _fields(article: Article) -> tuple[str, str, str]:
    day = published(article)
    byline = re.sub(r"^By ", "", article.head.get("byline", ""))
    words = sum(len(line.text.split()) for line in article.lines if line.kind == "body")
    return f"{day:%B} {day.day}, {day.year} {day:%A}", byline, f"{words} words"


def _div(kind: str, inner: str) -> str:
    return f'<BR><DIV CLASS="{kind}"><P CLASS="c1"><SPAN CLASS="c2">{inner}</SPAN></P>\n</DIV>\n'


def _named(name: str, value: str) -> str:
    shown = f'<SPAN CLASS="c7">{name}: </SPAN><SPAN CLASS="c2">{escape(value)}</SPAN>'
    return f'<BR><DIV CLASS="c4"><P CLASS="c5">{shown}</P>\n</DIV>\n'


def nexis_html_file(spec: Spec, articles: dict[str, Article], outlets: dict[str, Any]) -> tuple[bytes, list[Unit]]:
    """Return an export as one page, each document behind its mark."""
    count, out, units = len(spec["parts"]), [], list[Unit]()
    for number, key in enumerate(spec["parts"], start=1):
        article, placed = plain(key, articles)
        day, byline, words = _fields(article)
        outlet = article.head["outlet"]
        texts = [escape(text, quote=False) for text in body_of(placed)]
        body = "".join(f'<P CLASS="c8"><SPAN CLASS="c2">{text}</SPAN></P>\n' for text in texts)
        title = f'<SPAN CLASS="c6">{escape(article.title, quote=False)}</SPAN>'
        out += [
            f'<A NAME="DOC_ID_0_{number}"></A><!-- Hide XML section from browser\n',
            f"<DOC NUMBER={number}>\n<DOCFULL> -->\n",
            _div("c0", f"{number} of {count} DOCUMENTS") + _div("c3", outlet) + _div("c3", day),
            f'<BR><DIV CLASS="c4"><P CLASS="c5">{title}</P>\n</DIV>\n',
            _named("BYLINE", byline) + _named("SECTION", "NEWS") + _named("LENGTH", words),
            f'<BR><DIV CLASS="c4">\n{body}</DIV>\n',
            _named("LOAD-DATE", day.rsplit(" ", 1)[0]) + _named("LANGUAGE", "ENGLISH"),
            _div("c3", f"Copyright 2026 {outlet}<BR>All Rights Reserved"),
            "<!-- Hide XML section from browser\n</DOCFULL>\n</DOC> -->\n",
        ]
        units.append(unit_of(spec, f"item={number}", "export", placed))
    meta = f'<META TOPIC="null" DOCUMENTS="{count}" UPDATED="Saturday, April 11, 2026  09:14:02" /></HEAD>\n<BODY>\n'
    page = _NEXIS_HEAD + meta + "".join(out) + "</BODY></HTML>\n"
    return page.encode(), units


def _centred(text: str) -> str:
    return text.center(66).rstrip()


def nexis_text_file(spec: Spec, articles: dict[str, Article], outlets: dict[str, Any]) -> tuple[bytes, list[Unit]]:
    """Return an export as text; the mark of its third document is written in an odd way."""
    count, out, units = len(spec["parts"]), [], list[Unit]()
    for number, key in enumerate(spec["parts"], start=1):
        article, placed = plain(key, articles)
        day, byline, words = _fields(article)
        outlet = article.head["outlet"]
        mark = f"{number} OF  {count} DOCUMENTS" if number == 3 else f"{number} of {count} DOCUMENTS"
        out += [_centred(mark), "", "", _centred(outlet), "", _centred(day), "", article.title, ""]
        out += [f"BYLINE: {byline}", "", "SECTION: NEWS", "", f"LENGTH: {words}", "", ""]
        for text in body_of(placed):
            out += [text, ""]
        out += [f"LOAD-DATE: {day.rsplit(' ', 1)[0]}", "", "LANGUAGE: ENGLISH", ""]
        out += ["PUBLICATION-TYPE: Newspaper", "", _centred(f"Copyright 2026 {outlet}")]
        out += [_centred("All Rights Reserved"), "", ""]
        units.append(unit_of(spec, f"item={number}", "export", placed))
    return "\n".join(out).replace("\n", spec["newline"]).encode(), units


def factiva_file(spec: Spec, articles: dict[str, Article], outlets: dict[str, Any]) -> tuple[bytes, list[Unit]]:
    """Return an export as one page, each article in a division of its own."""
    out, units = [], list[Unit]()
    for number, key in enumerate(spec["parts"], start=1):
        article, placed = plain(key, articles)
        _, byline, words = _fields(article)
        when = published(article)
        texts = [escape(text, quote=False) for text in body_of(placed)]
        code = f"THLEDG0020260{when.month}{when:%d}em3{number - 1}0001"
        out += [
            f'<div id="article-LEDGER00202603{number - 1:02d}" class="article enArticle"><div id="hd">',
            f'<span class="enHeadline">{escape(article.title, quote=False)}</span></div>\n',
            f'<div class="author">{escape(byline)}</div><div>{words}</div><div>{when.day} {when:%B %Y}</div>',
            f"<div>{article.head['outlet']}</div><div>THLEDG</div><div>English</div>",
            "<div>(c) 2026 Ledger Publishing NV</div>\n",
            *(f'<p class="articleParagraph enarticleParagraph">\n{text}\n</p>' for text in texts),
            f"\n<p>Document {code}</p></div>\n",
        ]
        units.append(unit_of(spec, f"item={number}", "export", placed))
    page = _FACTIVA_HEAD + "".join(out) + "<div>© 2026 Factiva, Inc. All rights reserved.</div></body></html>\n"
    return page.encode(), units
