"""The page where a browser gives its token: nothing on it but a form."""

from __future__ import annotations

import html
from urllib.parse import parse_qs, quote

from starlette.responses import HTMLResponse

__all__ = ["entrance", "next_of"]

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark"><title>Sign in - Backstory</title></head>
<body><main><h1>Backstory</h1>{told}
<form method="post" action="/login?next={next}">
<input type="hidden" name="csrf" value="{csrf}">
<p><label for="token">Token</label> <input id="token" name="token" type="password" autocomplete="current-password"
 required autofocus size="48"></p>
<p><button>Sign in</button></p>
</form>
<p>Whoever runs this desk makes a token for you with <code>backstory token add</code>.</p></main></body></html>
"""


def entrance(csrf: str, following: str, told: str, status: int = 200) -> HTMLResponse:
    """Return the form; `told` says what was wrong the last time."""
    said = f'<p role="alert">{html.escape(told)}</p>' if told else ""
    return HTMLResponse(PAGE.format(csrf=html.escape(csrf), next=quote(following, safe=""), told=said), status)


def next_of(query: str) -> str:
    """Return the page to go to afterwards, which is one of ours: a path, never another site."""
    wanted = parse_qs(query).get("next", ["/"])[0]
    ours = wanted.startswith("/") and wanted[1:2] not in ("/", "\\") and wanted.isprintable() and wanted.isascii()
    return wanted if ours else "/"
