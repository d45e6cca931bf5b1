"""A page's markup as walked in, what it states of its article out: title, outlet, authors, times, section, address."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from urllib.parse import urljoin, urlsplit

from backstory.read.linked_data import Node, articles_of, names_of, text_of
from backstory.read.page_authors import authors_of
from backstory.read.page_clocks import by_own_clock, next_to
from backstory.read.page_dates import iso_of, written_date
from backstory.read.page_text import Page
from backstory.read.page_titles import outlet_behind, title_of
from backstory.records import Stated

__all__ = ["Facts", "facts_of", "stated_of"]

_META_NAMES: dict[str, list[str]] = {}
for _line in files("backstory.read").joinpath("data/meta_names.txt").read_text("utf-8").splitlines():
    if _line and not _line.startswith("#"):
        _META_NAMES.setdefault(_line.split()[0], []).append(_line.split()[1])

_NAMING = ("property", "name", "itemprop", "http-equiv")


@dataclass(slots=True)
class Facts:
    """A page's metadata gathered once: its meta tags by name, and its articles' linked data, the best first."""

    metas: dict[str, list[str]] = field(default_factory=dict)
    nodes: list[Node] = field(default_factory=list)

    def meta(self, names: Iterable[str]) -> Iterator[str]:
        """Yield the values of the meta tags of these names, in the names' order."""
        for name in names:
            yield from self.metas.get(name, ())

    def stated(self, what: str) -> Iterator[str]:
        """Yield the values of the meta tags that state this: title, author, published, modified, section, outlet."""
        return self.meta(_META_NAMES[what])

    def linked(self, name: str) -> Iterator[str]:
        """Yield a property of the articles' linked data as text."""
        for node in self.nodes:
            if value := text_of(node.get(name)):
                yield value


def facts_of(page: Page) -> Facts:
    """Return a page's metadata by name."""
    facts = Facts()
    for attributes in page.metas:
        value = " ".join(attributes.get("content", "").split())
        for key in _NAMING:
            if value and (name := attributes.get(key)):
                facts.metas.setdefault(name.strip().lower(), []).append(value)
    facts.nodes = _best_first(articles_of(page.linked_data), page, facts)
    return facts


def _best_first(nodes: list[Node], page: Page, facts: Facts) -> list[Node]:
    """Order articles by how much of their headline is in the page's title: pages describe what they link to as well."""
    titles = " ".join([page.title, *facts.meta(("og:title", "twitter:title"))])
    words = set(re.findall(r"\w+", titles.casefold()))

    def agreement(node: Node) -> float:
        headline = set(re.findall(r"\w+", text_of(node.get("headline") or node.get("name")).casefold()))
        return len(headline & words) / len(headline) if headline else 0.0

    ranked = sorted(nodes, key=agreement, reverse=True)
    best = agreement(ranked[0]) if ranked else 0.0
    return [node for node in ranked if agreement(node) >= best - HEADLINE_SLACK]


DATE_LINES_ABOVE, DATE_LINES_BELOW = 6, 15
"""How far from the title a shown date is looked for: beyond stand the dates of other articles."""

MAX_DATE_LINE = 160
"""Characters of a line that shows a date: a longer one is a sentence that speaks of a day."""

_ADDRESS_DATE = re.compile(r"/((?:19|20)\d{2})[/-](\d{1,2})[/-](\d{1,2})(?=[/-])")

MAX_SECTION = 60
"""Characters of a section's name; what is longer is a list."""

HEADLINE_SLACK = 0.5
"""An article whose headline shares that much less with the page's title than the best one's is another article."""


def stated_of(page: Page, facts: Facts, url: str | None = None) -> Stated:
    """Return what a page says of its article. `url` is the address it was fetched from, if known."""
    title, address = title_of(page, facts), _address(page, facts, url)
    return Stated(
        title=title,
        outlet=_outlet(facts) or outlet_behind(page.title, title),
        byline=", ".join(authors_of(page, facts)) or None,
        section=_section(facts),
        language=_language(page, facts),
        published=published_of(page, facts, title, address),
        modified=_modified(page, facts),
        url=address,
    )


def published_of(page: Page, facts: Facts, title: str | None = None, url: str | None = None) -> str | None:
    """Return when the article was published: as the metadata states, else the address, else near the title."""
    properties = [value for name, value, _ in page.properties if name.lower() == "datepublished"]
    candidates = [*facts.linked("datePublished"), *facts.stated("published"), *properties]
    stated = next((iso for value in candidates if (iso := iso_of(value))), None)
    times, lines = _shown(page, title)
    if stated:
        return by_own_clock(stated, [value for name, value, _ in page.properties if name == "time"], lines)
    day = _date_of_address(url)
    shown = next((iso for value in times if (iso := iso_of(value))), None) or next(
        (iso for text in lines if (iso := written_date(text))), None
    )
    return shown if day is None or next_to(day, shown) else day


def _shown(page: Page, title: str | None) -> tuple[list[str], list[str]]:
    """Return the times marked up and the lines short enough to be dates, from above the title to some below it."""
    lines = page.lines
    at = next((i for i, line in enumerate(lines) if title and page.text[line.start : line.end].endswith(title)), None)
    if at is None:
        return [], []
    first, last = max(0, at - DATE_LINES_ABOVE), min(len(lines), at + DATE_LINES_BELOW)
    begin, end = lines[first].start, lines[last - 1].end
    times = [value for name, value, offset in page.properties if name == "time" and begin <= offset <= end]
    shown = [page.text[line.start : line.end] for line in [*lines[at + 1 : last], *lines[first:at]]]
    return times, [text for text in shown if len(text) <= MAX_DATE_LINE]


def _date_of_address(url: str | None) -> str | None:
    match = _ADDRESS_DATE.search(url or "")
    return iso_of("-".join(match.groups())) if match else None


def _modified(page: Page, facts: Facts) -> str | None:
    properties = [value for name, value, _ in page.properties if name.lower() == "datemodified"]
    candidates = [*facts.linked("dateModified"), *facts.stated("modified"), *properties]
    return next((iso for value in candidates if (iso := iso_of(value))), None)


def _outlet(facts: Facts) -> str | None:
    publishers = [name for node in facts.nodes for name in names_of(node.get("publisher"))[:1]]
    named = [*facts.meta(("og:site_name",)), *publishers, *facts.stated("outlet")]
    return next((name.strip(" -|") for name in named if 2 <= len(name) <= 80 and "://" not in name), None)


def _section(facts: Facts) -> str | None:
    """Return the first section stated; where a page lists its keywords as sections, the first of them."""
    sections = [*facts.linked("articleSection"), *facts.stated("section")]
    return (
        sections[0]
        if sections and len(sections[0]) <= MAX_SECTION
        else next((section.split(",")[0].strip() for section in sections), None)
    )


def _language(page: Page, facts: Facts) -> str | None:
    stated = [
        page.language,
        *facts.linked("inLanguage"),
        *facts.stated("language"),
    ]
    codes = (re.split(r"[-_,; ]", value.strip().lower())[0] for value in stated if value)
    return next((code for code in codes if re.fullmatch(r"[a-z]{2,3}", code)), None)


def _address(page: Page, facts: Facts, url: str | None) -> str | None:
    canonical = [link.get("href", "") for link in page.links if "canonical" in link.get("rel", "").lower().split()]
    for candidate in [*canonical, *facts.meta(("og:url",)), *facts.linked("url"), *facts.linked("mainEntityOfPage")]:
        address = _absolute(candidate.strip(), url)
        if address:
            return address
    return url


def _absolute(address: str, base: str | None) -> str | None:
    try:
        address = urljoin(base, address) if base else address
        parts = urlsplit(address)
    except ValueError:
        return None
    return address if parts.scheme in ("http", "https") and parts.netloc else None
