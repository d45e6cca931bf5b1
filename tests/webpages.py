"""What tests of pages share: a client, and a page taken apart so that it can be judged."""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import urlsplit

from starlette.testclient import TestClient

from backstory.server import app_of

PAGE = {"accept": "text/html"}
OUR_TAGS = """html head meta title link script body a header main footer nav section article aside form fieldset legend
label input button select option textarea svg g path circle line rect text defs marker h1 h2 h3 p ol ul li b i code pre
blockquote table caption colgroup col thead tbody tr th td span div time mark del ins figure figcaption details summary
br"""


class Seen(HTMLParser):
    """The tags, attributes, links and words of a page."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.tags, self.links, self.forms, self.ids = [], [], [], []
        self.text, self.marked, self._in_text, self._marks, self.open = "", "", 0, 0, []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attributes):
        held = dict(attributes)
        self.tags.append((tag, held))
        if tag == "a" and "href" in held:
            self.links.append(held)
        if tag == "form":
            self.forms.append(held)
        if "id" in held:
            self.ids.append(held["id"])
        if tag not in ("meta", "link", "input", "br", "col", "path", "circle", "line", "rect"):
            self.open.append((tag, held.get("class") or ""))

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if self.open and self.open[-1][0] == tag and tag not in ("path", "circle", "line", "rect"):
            self.open.pop()

    def handle_endtag(self, tag):
        if tag not in ("path", "circle", "line", "rect"):
            assert self.open, f"</{tag}> closes nothing"
            assert self.open[-1][0] == tag, f"</{tag}> closes <{self.open[-1][0]}>"
            self.open.pop()

    def handle_data(self, data):
        self.text += data
        classes = [name for tag, held in self.open for name in held.split()]
        if "at" in classes and "text" in classes:
            self.marked += data


def client_of(path, **options):
    return TestClient(app_of(path, **options), base_url="http://127.0.0.1", follow_redirects=False, headers=PAGE)


def look(client, address):
    """Return a page that must be there, following where it leads."""
    answer = client.get(address, follow_redirects=True)
    assert answer.status_code == 200, f"{address}: {answer.status_code}"
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return check(answer.text, address)


def check(html, address):
    """Return a page taken apart, once nothing in it could run, load or leave but by our own hand."""
    page = Seen(html)
    assert not page.open, f"{address}: {page.open} stay open"
    for tag, held in page.tags:
        assert tag in OUR_TAGS.split(), f"{address}: <{tag}>"
        for name, value in held.items():
            assert not name.startswith("on"), f"{address}: {name}"
            assert name not in ("style", "srcdoc", "formaction"), f"{address}: {name}={value}"
            if name in ("src", "href", "action", "hx-get"):
                parts = urlsplit(value or "")
                assert parts.scheme in ("", "http", "https"), f"{address}: {value}"
                if parts.scheme:
                    assert tag == "a"
                    assert {"noopener", "noreferrer"} <= set(held["rel"].split())
        if tag == "script":
            assert held.get("src", "").startswith("/static/")
    assert len(page.ids) == len(set(page.ids)), f"{address}: an id stands twice: {sorted(page.ids)}"
    return page


def crawl(client, *starts, each=8):
    """Yield pages that can be reached by links, taken apart: at most `each` of a kind beside the first ones."""
    waiting, known, counts = list(starts), set(starts), {}
    while waiting:
        address = waiting.pop(0)
        kind = "/".join(part for part in address.split("?")[0].split("/") if not part.isalnum() or len(part) < 16)
        counts[kind] = counts.get(kind, 0) + 1
        if counts[kind] > each and address not in starts:
            continue
        page = look(client, address)
        yield address, page
        for link in page.links:
            target = link["href"].partition("#")[0]
            local = target.startswith("/") and not target.startswith(("/theme", "/seen", "/api/"))
            if local and target not in known:
                known.add(target)
                waiting.append(target)
