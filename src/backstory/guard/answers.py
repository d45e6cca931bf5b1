"""A refusal in, the response that says so out: a problem (RFC 9457) for programs, a line of HTML for people."""

from __future__ import annotations

import html
import json
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Scope

__all__ = ["problem", "refusal", "wants_page"]

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title></head><body><main><h1>{title}</h1>{body}</main></body></html>
"""


def problem(status: int, detail: str, headers: dict[str, str] | None = None) -> Response:
    """Return a response whose body is a problem in the sense of RFC 9457."""
    told = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    return Response(json.dumps(told), status, headers, media_type="application/problem+json")


def refusal(scope: Scope, status: int, detail: str, headers: dict[str, str] | None = None) -> Response:
    """Return the problem as the client reads it: as a page where it asked for pages."""
    if not wants_page(scope):
        return problem(status, detail, headers)
    title = html.escape(HTTPStatus(status).phrase)
    body = f'<p>{html.escape(detail)}</p><p><a href="/">The front page</a></p>'
    return Response(PAGE.format(title=title, body=body), status, headers, media_type="text/html")


def wants_page(scope: Scope) -> bool:
    """Return whether the client asked for a page, as browsers do, and not for the API."""
    path = str(scope.get("path", ""))
    return "text/html" in Headers(scope=scope).get("accept", "") and not path.startswith("/api/")
