"""A request in, what it asks for out: numbers within bounds, spans, words; whatever else was typed is passed over."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from starlette.requests import Request

from backstory.records import Span

__all__ = ["number", "page_link", "span", "word"]

LONGEST_WORD = 300
_SPAN = re.compile(r"(\d{1,12})-(\d{1,12})")


def number(request: Request, name: str, *, default: int = 1, most: int = 100_000) -> int:
    """Return a parameter as a number from 1 to `most`; `default` where it is none."""
    said = request.query_params.get(name, "")
    if not (said.isascii() and said.isdecimal() and len(said) < 10):
        return default
    return min(max(int(said), 1), most)


def word(request: Request, name: str) -> str:
    """Return a parameter as it was typed, without blanks around it, bounded in length."""
    return request.query_params.get(name, "").strip()[:LONGEST_WORD]


def span(request: Request, name: str = "at") -> Span | None:
    """Return a parameter of the form START-END; None where it is none."""
    found = _SPAN.fullmatch(request.query_params.get(name, ""))
    if not found or int(found[1]) >= int(found[2]):
        return None
    return Span(int(found[1]), int(found[2]))


def page_link(request: Request, page: int) -> str:
    """Return the address of another page of the same list."""
    pairs = [(key, value) for key, value in request.query_params.multi_items() if key != "page"]
    query = urlencode([*pairs, ("page", page)] if page > 1 else pairs, errors="replace")
    return request.url.path + (f"?{query}" if query else "")
