"""Requests in, those of somebody who may ask that out: tokens and sessions, roles, and proof against forged changes."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qsl, quote, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backstory.guard.answers import refusal, wants_page
from backstory.guard.entering import entrance, next_of
from backstory.guard.limits import Buckets, client_of
from backstory.guard.rules import Rules
from backstory.guard.sessions import COOKIE, Session, Sessions
from backstory.guard.tokens import TokenStore

__all__ = ["ENTER", "LEAVE", "SESSION", "Access"]

ENTER, LEAVE, SESSION = "/login", "/logout", "/api/v1/session"
"""Where a browser gives its token, where it goes, and where a script without a token gets a session and its proof."""

SAFE = ("GET", "HEAD", "OPTIONS")
FORM = "application/x-www-form-urlencoded"
MOST_FIELDS = 1000


HERE = "somebody at this machine"
"""Who decides, in the log, where nobody needs a token."""


@dataclass(frozen=True, slots=True)
class _Who:
    """Who asks: a role or nobody, the browser's session if it has one, and whether a token came in a header."""

    role: str | None
    session: Session | None
    by_header: bool = False
    name: str = HERE


class Access:
    """Gives every request its role, and refuses what that role may not do or what a page elsewhere made it do."""

    def __init__(self, app: ASGIApp, *, rules: Rules, tokens: TokenStore | None) -> None:
        """Wrap `app`."""
        self.app = app
        self.rules = rules
        self.tokens = tokens
        self.sessions = Sessions(rules.session_key)
        self.guesses = Buckets(rules.guesses / 60, rules.guesses)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse with 400, 401, 403 or 429."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        who = self._who(scope)
        if isinstance(who, Response):
            await who(scope, receive, send)
            return
        kept = who.session or self.sessions.new()
        form, replayed = await _form(scope, receive)
        refused = self._refused(scope, who, kept, form)
        if refused is None:
            scope.setdefault("state", {}).update(role=who.role, csrf=kept.csrf, who=who.name)
            answer = self._entered(scope, kept, form) if self.rules.demand_token else None
            send = send if who.session or not self._starts_session(scope) else _setting(kept, scope, send)
            await (answer or self.app)(scope, replayed, send)
        else:
            await refused(scope, replayed, send)

    def _who(self, scope: Scope) -> _Who | Response:
        headers = Headers(scope=scope)
        scheme, _, written = headers.get("authorization", "").partition(" ")
        if scheme.casefold() in ("bearer", "basic") and self.tokens is not None:
            return self._by_header(scope, scheme.casefold(), written.strip())
        session = self.sessions.read(_cookie(headers))
        if session is not None and session.token_id is not None:
            token = self.tokens.holds(session.token_id) if self.tokens else None
            return _Who(token.role, session, name=token.name) if token else _Who(self._role_of_nobody(), None)
        return _Who(self._role_of_nobody(), session)

    def _by_header(self, scope: Scope, scheme: str, written: str) -> _Who | Response:
        """Return whose token a header holds; by Basic, which feed readers and browsers keep, one may only read."""
        client = client_of(scope)
        if self.guesses.wait(client, take=False):
            return refusal(scope, 429, "too many wrong tokens: wait a minute", {"Retry-After": "60"})
        token = self.tokens.check(_password(written) if scheme == "basic" else written) if self.tokens else None
        if token is None:
            self.guesses.wait(client)
            return refusal(scope, 401, "this token is not known here", {"WWW-Authenticate": "Bearer"})
        role = "read" if scheme == "basic" else token.role
        return _Who(role, None, by_header=True, name=token.name)

    def _role_of_nobody(self) -> str | None:
        return None if self.rules.demand_token else "edit"

    def _refused(self, scope: Scope, who: _Who, kept: Session, form: dict[str, str] | None) -> Response | None:
        entering = self.rules.demand_token and scope["path"] in (ENTER, LEAVE)
        if who.role is None and not entering:
            return self._unknown(scope)
        if scope["method"] in SAFE:
            return None
        if not _from_here(Headers(scope=scope)):
            return refusal(scope, 403, "this request was made by a page of another site")
        if scope["path"] in self.rules.unchanging:
            return None
        if who.role != "edit" and not entering:
            return refusal(scope, 403, "your token may read but not change anything: ask for one with the role edit")
        if form is None:
            return refusal(scope, 400, f"the form cannot be read, or has more than {MOST_FIELDS} fields")
        written = Headers(scope=scope).get("x-csrf-token") or form.get("csrf", "")
        if not who.by_header and not (who.session and self.sessions.proves(kept, written)):
            told = (
                f"the page is too old, or the proof of the session is missing: load it again (scripts: GET {SESSION})"
            )
            return refusal(scope, 403, told)
        return None

    def _unknown(self, scope: Scope) -> Response:
        if wants_page(scope) and scope["method"] in SAFE:
            query = scope.get("query_string", b"").decode("latin-1")
            wanted = scope["path"] + (f"?{query}" if query else "")
            return RedirectResponse(f"{ENTER}?next={quote(wanted, safe='')}", 303)
        return refusal(scope, 401, "a token is needed: backstory token add makes one", {"WWW-Authenticate": "Bearer"})

    def _starts_session(self, scope: Scope) -> bool:
        return wants_page(scope) or scope["path"] == SESSION

    def _entered(self, scope: Scope, kept: Session, form: dict[str, str] | None) -> Response | None:
        """Answer where a browser comes in and goes; None where the path is another."""
        query = scope.get("query_string", b"").decode("latin-1")
        if scope["path"] == LEAVE and scope["method"] == "POST":
            return _leaving(self.sessions.new(), scope)
        if scope["path"] != ENTER:
            return None
        if scope["method"] != "POST":
            return entrance(kept.csrf, next_of(query), "")
        fields = form or {}
        client = client_of(scope)
        if self.guesses.wait(client, take=False):
            return entrance(kept.csrf, next_of(query), "Too many wrong tokens: wait a minute.", 429)
        token = self.tokens.check(fields.get("token", "").strip()) if self.tokens else None
        if token is None:
            self.guesses.wait(client)
            return entrance(kept.csrf, next_of(query), "This token is not known here.", 401)
        answer = RedirectResponse(next_of(query), 303)
        answer.headers.append("set-cookie", _baked(self.sessions.new(token.token_id), scope))
        return answer


def _password(written: str) -> str:
    try:
        return base64.b64decode(written, validate=True).decode().partition(":")[2]
    except ValueError:
        return ""


def _leaving(fresh: Session, scope: Scope) -> Response:
    answer = RedirectResponse(ENTER, 303)
    answer.headers.append("set-cookie", _baked(fresh, scope))
    return answer


def _baked(session: Session, scope: Scope) -> str:
    secure = "; Secure" if scope.get("scheme") == "https" else ""
    return f"{COOKIE}={session.cookie}; Path=/; HttpOnly; SameSite=Lax{secure}"


def _setting(session: Session, scope: Scope, send: Send) -> Send:
    async def setting(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            if f"{COOKIE}=" not in headers.get("set-cookie", ""):
                headers.append("set-cookie", _baked(session, scope))
        await send(message)

    return setting


def _cookie(headers: Headers) -> str:
    try:
        held = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return ""
    return held.value if held else ""


def _from_here(headers: Headers) -> bool:
    """Return whether a change was made by our own page or by no page at all."""
    origin = headers.get("origin")
    if origin is None:
        return headers.get("sec-fetch-site", "none") in ("none", "same-origin")
    try:
        return urlsplit(origin).netloc.casefold() == headers.get("host", "").casefold() != ""
    except ValueError:
        return False


async def _form(scope: Scope, receive: Receive) -> tuple[dict[str, str] | None, Receive]:
    """Return the fields of a form, none where there is no form, None where it cannot be read; and its body again."""
    kind = Headers(scope=scope).get("content-type", "").partition(";")[0].strip().casefold()
    if scope["method"] in SAFE or kind != FORM:
        return {}, receive
    body, more = b"", True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            break
        body += message.get("body") or b""
        more = message.get("more_body", False)
    told = False

    async def again() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    try:
        fields = parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        return None, again
    return dict(fields), again
