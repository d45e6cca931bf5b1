"""A template and its values in, UTF-8 out: everything escaped, dates and numbers as people read them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any
from urllib.parse import quote, quote_plus, urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined

from backstory.web.assets import asset_url

__all__ = ["Templates", "compile_templates", "day", "span_url"]

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ISO = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ](\d\d:\d\d))?)?)?")
_CONTROLS = {code: "\ufffd" for code in range(32) if chr(code) not in "\t\n"} | {0x7F: "\ufffd"}
"""Control characters in a text are shown as what they are: no characters."""


class Templates:
    """The templates of one desk's pages."""

    def __init__(self, desk: str) -> None:
        """Render for the desk of this name."""
        self._desk = desk

    def render(self, name: str, values: Mapping[str, Any]) -> bytes:
        """Return template `name` filled with `values`."""
        filled = _environment().get_template(name).render({"desk_name": self._desk, **values})
        return filled.encode("utf-8", "replace")


def compile_templates() -> None:
    """Compile every template, which would else be done as each is first shown: a second of work in all."""
    for name in _environment().list_templates():
        _environment().get_template(name)


@cache
def _environment() -> Environment:
    """Return what all desks of this process are rendered by: it escapes everything, and compiles a template once."""
    made = Environment(
        loader=PackageLoader("backstory.web", "templates"),
        autoescape=True,
        auto_reload=False,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
        cache_size=-1,
    )
    made.globals.update(asset=asset_url, span_url=span_url, url=address, outside=outside, range_of=range_of)
    made.filters.update(day=day, when=when, number=number, plural=plural, times=times, tidy=tidy)
    return made


def _shown(value: object) -> object:
    if type(value) is str and not value.isprintable():
        return value.translate(_CONTROLS)
    return "" if value is None else value


@lru_cache(4096)
def day(iso: str | None) -> str:
    """Return an ISO 8601 date as "3 Mar 2026", as precise as it is."""
    found = _ISO.match(iso or "")
    if not found:
        return "undated"
    year, month, date, _ = found.groups()
    parts = [str(int(date)) if date else "", MONTHS[(int(month) - 1) % 12] if month else "", year]
    return " ".join(part for part in parts if part)


@lru_cache(4096)
def when(iso: str | None) -> str:
    """Return an ISO 8601 time as "3 Mar 2026, 11:30"; a date as `day` does."""
    found = _ISO.match(iso or "")
    clock = found.group(4) if found else None
    return f"{day(iso)}, {clock}" if clock else day(iso)


def range_of(first: str | None, last: str | None) -> str:
    """Return two dates as "3 to 6 Mar 2026"."""
    one, two = day(first), day(last)
    if not first or one == two:
        return two if last else one
    if one.split(" ")[1:] == two.split(" ")[1:]:
        one = one.split(" ")[0]
    elif one.split(" ")[-1] == two.split(" ")[-1] and " " in one:
        one = one.rsplit(" ", 1)[0]
    return f"{one} to {two}"


def number(value: float | None) -> str:
    """Return a number with a narrow space between thousands."""
    if value is None:
        return "–"
    whole = f"{value:,.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else f"{value:,}"
    return whole.replace(",", "\u202f")


def plural(count: int, one: str, many: str | None = None) -> str:
    """Return "1 article", "2 articles"."""
    return f"{number(count)}\u00a0{one if count == 1 else many or one + 's'}"


def times(count: int) -> str:
    """Return "once", "twice", "3 times"."""
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def tidy(text: str | None, most: int = 0) -> str:
    """Return text on one line; cut at a word before `most` characters where that is given."""
    line = " ".join((text or "").split())
    if not most or len(line) <= most:
        return line
    return line[:most].rsplit(" ", 1)[0].rstrip(" ,;:") + " …"


def span_url(row: Mapping[str, Any], start: int | None = None, end: int | None = None) -> str:
    """Return where the characters of `row` are shown highlighted: in their article, or else in their source."""
    at = f"{row['start'] if start is None else start}-{row['end'] if end is None else end}"
    if row.get("article_id"):
        return f"/article/{row['article_id']}?at={at}#at"
    return f"/source/{row['source_id']}?at={at}#at"


def address(path: str, **values: object) -> str:
    """Return `path` with a query of the values that are not None or empty; a list gives its key once for each."""
    pairs = []
    for key, value in values.items():
        for one in value if isinstance(value, list | tuple) else (value,):
            said = "" if one is None else str(one)
            if said:
                pairs.append(f"{key}={_quoted(said)}")
    return _path(path) + (f"?{'&'.join(pairs)}" if pairs else "")


@lru_cache(4096)
def _quoted(value: str) -> str:
    return quote_plus(value, errors="replace")


@lru_cache(4096)
def _path(path: str) -> str:
    return quote(path, safe="/")


def outside(address: str | None) -> str:
    """Return an address if it leads to a page on the web, else nothing: no other scheme is ever linked."""
    try:
        parts = urlsplit(address or "")
    except ValueError:
        return ""
    return (address or "") if parts.scheme in ("http", "https") and parts.netloc else ""
