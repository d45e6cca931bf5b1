"""A desk of invented news, some of it hostile to whatever reads what a desk exports."""

from __future__ import annotations

import json
from pathlib import Path

from piles import write_pile

XSS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg/onload=alert(1)>',
    "'-alert(1)-'",
    "</title></textarea><script>alert(1)</script>",
    '<a href="javascript:alert(1)">Sele</a>',
    "[Sele](javascript:alert(1))",
    '![x](x" onerror="alert(1))',
    "{{7*7}} ${7*7} <%= 7*7 %>",
    "<style>@import'http://evil.example/x.css'</style>",
    ']]><!ENTITY x SYSTEM "file:///etc/passwd">',
)
FORMULAS = (
    "=cmd|' /C calc'!A0",
    "+1+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "＝1+1",
)
CONTROLS = "Bell\x07 and null\x00, escape\x1b[31m, next line\x85, backwards \u202eelsS, half \\ud800 and \ufffe."
LINES = "END:VEVENT\r\nBEGIN:VALARM\r\nATTACH:file:///etc/passwd"


def write_news(folder: Path) -> Path:
    """Write a pile of reports, some hostile in headline, outlet, byline, address and text, and a list of feeds."""
    write_pile(folder, 8)
    hostile = [*XSS, *FORMULAS, CONTROLS, LINES]
    rows = [hostile_row(number, said) for number, said in enumerate(hostile)]
    (folder / "hostile.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    (folder / "feeds.opml").write_text(
        '<opml version="2.0"><body><outline type="rss" text="&lt;script&gt;alert(1)&lt;/script&gt; &quot;x"'
        ' xmlUrl="https://sele.example/feed?a=1&amp;b=2"/>'
        '<outline type="rss" text="bad" xmlUrl="javascript:alert(1)"/></body></opml>',
        "utf-8",
    )
    return folder


def hostile_row(number: int, said: str) -> dict[str, str]:
    """Return a report whose every field carries `said`; each is one of a story, so that stories carry it too."""
    return {
        "title": f"{said} shakes Sele",
        "text": (
            f"{said} was read out on Monday before the council of Sele, where 300 people had come to hear of it.\n"
            f"“{said} is what we were told on Tuesday,” mayor Mara Venn said. “{said} will not do.”\n"
            "Mara Venn said the sea wall would cost 12 million crowns and be ready on 3 June 2031, after two years."
        ),
        "published": f"2031-03-{number % 5 + 10}T08:00:00Z",
        "outlet": f"{said} Post" if number % 2 else said,
        "author": said,
        "url": "javascript:alert(1)" if number % 3 == 0 else f"https://sele.example/{number}?q=%22%3E&x=<b>",
    }
