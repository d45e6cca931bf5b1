"""A small desk for the tests of the server: two invented stories, and a third whose every field is an attack."""

from __future__ import annotations

import json

import pytest

from backstory.desk import Desk
from backstory.pipeline import build

NEWS = [
    ("Aldery Bridge closed after crack found in pier", "The Harbour Post", "2031-03-03",
     "The Aldery Bridge at Marrow Bay was closed on Monday after divers found a crack in its eastern pier.\n\n"
     "“No lorry will cross this bridge before engineers have seen the pier, and not one hour earlier,” said Joss "
     "Aldery, the harbour master.\n\n"
     "About 12,000 drivers use the Aldery Bridge each day, and ferries will run from Tarn Hill until it opens."),
    ("Divers find crack: Aldery Bridge shut", "Tarn Herald", "2031-03-03",
     "A crack in the eastern pier has shut the Aldery Bridge at Marrow Bay, the harbour office said on Monday.\n\n"
     "“No lorry will cross this bridge before engineers have seen the pier,” said harbour master Joss Aldery.\n\n"
     "Engineers will look at the pier this week. Ferries from Tarn Hill carry the 11,000 drivers who cross each day."),
    ("Ferries replace Aldery Bridge while engineers inspect pier", "Sele Courier", "2031-03-04",
     "Ferries ran from Tarn Hill to Marrow Bay on Tuesday in place of the Aldery Bridge, closed over a crack in its "
     "pier.\n\nHarbour master Joss Aldery said engineers needed a week to inspect the eastern pier.\n\n"
     "“We have waited forty years for somebody to look,” said the ferry pilot Mara Quill."),
    ("Ulmenau botanist names orchid after her teacher", "Kessel Gazette", "2033-06-12",
     "Ilse Korb, a botanist in Ulmenau, has described a new orchid from the Kessel marshes.\n\n"
     "She named the flower, Korbia reykii, after Tomas Reyk, who taught her at the Ulmenau Institute.\n\n"
     "“He showed me the marsh when I was nine,” Ilse Korb said on Sunday. “I have not left it since.”"),
    ("New orchid found in Kessel marshes", "Ulmenau Journal", "2033-06-13",
     "A new species of orchid, Korbia reykii, grows in the Kessel marshes, the Ulmenau Institute said.\n\n"
     "The botanist Ilse Korb found the orchid two summers ago and named it after Tomas Reyk."),
]  # fmt: skip

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg/onload=alert(1)>',
    "'\"--></style></title></textarea><script>alert(1)</script>",
    "javascript:alert(1)//",
    "<a href=\"javascript:alert(1)\">here</a>",
    "<iframe srcdoc='<script>parent.alert(1)</script>'></iframe>",
    "{{7*7}}${7*7}<%= 7*7 %>{% raw %}",
    "]]><![CDATA[<script>alert(1)</script>]]>",
    "<!ENTITY x SYSTEM 'file:///etc/passwd'>&x;",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "\u202edrawkcab \u0000\u0008\u000b\u001b[31mred\u0007 \ufffe\uffff",
    "'; DROP TABLE articles; --",
    "=HYPERLINK(\"http://evil.example\";\"here\")",
    "\u2028\u2029</script",
)  # fmt: skip
"""What an attacker writes into a page so that whoever shows it runs it."""

ATTACKS = [
    (f"Council {attack} statement", f"Gazette {attack}", "2032-01-0" + str(1 + number % 9),
     f"The council of Sele said {attack} on Friday.\n\n“We will {attack} appeal,” said Ansa {attack} Voll, the mayor "
     f"of Sele {attack}.\n\nAbout 12,0{number:02} people {attack} signed it.")
    for number, attack in enumerate(HOSTILE)
]  # fmt: skip


@pytest.fixture(scope="session")
def desk_path(tmp_path_factory):
    """Return the path of the desk; nothing may be written into it."""
    folder = tmp_path_factory.mktemp("newsdesk")
    rows = [
        {
            "title": title,
            "outlet": outlet,
            "date": date,
            "text": text,
            "url": f"https://news.example/{number}?a=1&b=<2>",
        }
        for number, (title, outlet, date, text) in enumerate([*NEWS, *ATTACKS])
    ]
    rows[-1]["url"] = "javascript:alert(1)"
    news = folder / "news.jsonl"
    news.write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    (folder / "<img src=x onerror=alert(1)>.txt").write_text(NEWS[0][3], "utf-8")
    path = folder / "news.desk"
    with Desk(path, create=True) as desk:
        build(desk, [str(news), str(folder / "<img src=x onerror=alert(1)>.txt")])
    return path
