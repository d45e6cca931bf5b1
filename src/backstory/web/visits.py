"""What a browser remembers for the desk in cookies: the theme, and up to where somebody had seen it."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

__all__ = ["SEEN", "SINCE", "THEMES", "choose_theme", "local", "theme_of", "visit"]

THEMES = ("auto", "light", "dark")
SEEN, SINCE = "backstory_seen", "backstory_since"
YEAR = 365 * 86_400
VISIT = 4 * 3_600
"""A visit ends after four hours without a look at the front page."""


def theme_of(request: Request) -> str:
    """Return the theme that the browser asks for: auto, light or dark."""
    chosen = request.cookies.get("backstory_theme", "auto")
    return chosen if chosen in THEMES else "auto"


def choose_theme(request: Request) -> Response:
    """Keep a theme and go back to the page that it was chosen on."""
    chosen = request.query_params.get("to", "auto")
    response = RedirectResponse(local(request.query_params.get("back", "/")), 303)
    response.set_cookie(
        "backstory_theme",
        chosen if chosen in THEMES else "auto",
        max_age=YEAR,
        httponly=True,
        samesite="lax",
        path="/",
    )
    return response


def local(address: str) -> str:
    """Return `address` if it leads to a page of this desk, else the front page."""
    parts = urlsplit(address)
    plain = all(" " < letter < "\x7f" for letter in address) and "\\" not in address
    if parts.scheme or parts.netloc or not plain or not address.startswith("/") or address.startswith("//"):
        return "/"
    return address


def visit(request: Request, desk: str, newest: int) -> tuple[int | None, dict[str, tuple[str, int]]]:
    """Return up to where the desk had been seen before this visit, None at the first, and the cookies to set.

    `desk` tells desks on one address apart, `newest` is the number of the last thing taken in.
    """
    since, seen = (_number(request.cookies.get(name, ""), desk) for name in (SINCE, SEEN))
    begun = since if since is not None else seen
    now = newest if begun is None else begun
    return begun, {SINCE: (f"{desk}.{now}", VISIT), SEEN: (f"{desk}.{newest}", YEAR)}


def _number(cookie: str, desk: str) -> int | None:
    which, _, number = cookie.partition(".")
    return int(number) if which == desk and number.isascii() and number.isdecimal() and len(number) < 18 else None
