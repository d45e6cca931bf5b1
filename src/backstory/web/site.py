"""A question about the desk in, a page out: connections, templates and rendered pages are kept, never stale ones."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from secrets import token_hex
from threading import Lock
from typing import Any

import apsw
from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from backstory.desk import Desk, writer_lock
from backstory.desk.readers import readers_of
from backstory.errors import BackstoryError, BusyError, DeskError, NotFoundError, UsageError
from backstory.pipeline import fold
from backstory.web.rendering import Templates
from backstory.web.visits import theme_of

__all__ = ["Act", "Ask", "Form", "Page", "Site"]

MOST_FIELDS = 1000
KEPT_PAGES = 512
"""Rendered pages kept for one state of the desk: at some 30 KB each under 16 MB."""


@dataclass(frozen=True, slots=True)
class Page:
    """What a template is to show; `cookies` are set with it, and None takes one away."""

    template: str
    values: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200
    cookies: Mapping[str, tuple[str, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Form:
    """What a form sent: text alone, each field as often as it was sent."""

    fields: tuple[tuple[str, str], ...]

    def one(self, name: str) -> str:
        """Return the first value of a field that is not blank, else an empty text."""
        return next((value.strip() for key, value in self.fields if key == name and value.strip()), "")

    def all(self, name: str) -> list[str]:
        """Return all values of a field that are not blank, each once."""
        return list(dict.fromkeys(value for key, value in self.fields if key == name and value.strip()))


Ask = Callable[[apsw.Connection, Request], Page | Response]
Act = Callable[[apsw.Connection, Form, str], str]
"""Changes the desk as a form says, on behalf of somebody, and returns where to go then."""
Key = tuple[str, ...]


class Site:
    """The desk's pages: adds routes to a router and answers them."""

    def __init__(self, path: Path, router: APIRouter) -> None:
        """Open nothing yet: the desk is opened when a page is first asked for."""
        self.readers = readers_of(path.absolute())
        self.router = router
        self.templates = Templates(path.name)
        self._proof = token_hex(24).encode()
        """Stands in kept pages for the proof that a session's forms send back."""
        self._kept: OrderedDict[Key, Response] = OrderedDict()
        self._version = -1
        self._lock = Lock()

    def get(self, path: str, ask: Ask, *, cookies: tuple[str, ...] = ()) -> None:
        """Answer GET `path` with the page that `ask` makes; `cookies` are those that the page depends on."""

        async def answer(request: Request) -> Response:
            key = self._key(request, cookies)
            kept = self._fresh(key)
            if kept is None:
                kept = await run_in_threadpool(self._made, ask, request, key)
            return self._sent(request, kept)

        self.router.add_route(path, answer, methods=["GET"], include_in_schema=False)

    def post(self, path: str, act: Act) -> None:
        """Answer POST `path` by doing what `act` does; only for those who may edit."""

        async def answer(request: Request) -> Response:
            sent = await request.form(max_files=0, max_fields=MOST_FIELDS)
            form = Form(tuple((key, value) for key, value in sent.multi_items() if isinstance(value, str)))
            return await run_in_threadpool(self._done, request, act, form)

        self.router.add_route(path, answer, methods=["POST"], include_in_schema=False)

    def _done(self, request: Request, act: Act, form: Form) -> Response:
        if getattr(request.state, "role", "read") != "edit":
            return self.page(request, Page("missing.html", {"status": 403, "told": ""}, 403))
        by, path = str(getattr(request.state, "who", "somebody")), self.readers.path
        try:
            with writer_lock(path), Desk(path) as desk:
                following = act(desk.connection, form, by)
                fold(desk, ())
        except BackstoryError as error:
            return self.failed(request, error)
        return RedirectResponse(following, 303)

    def page(self, request: Request, page: Page) -> Response:
        """Render `page`."""
        state = request.state
        values = {
            "theme": theme_of(request),
            "role": getattr(state, "role", "read"),
            "csrf": self._proof.decode(),
            "here": request.url.path + (f"?{request.url.query}" if request.url.query else ""),
            "partial": request.headers.get("hx-request") == "true",
        }
        body = self.templates.render(page.template, {**values, **page.values})
        response = Response(body, page.status, media_type="text/html; charset=utf-8")
        response.headers["cache-control"] = "private, no-cache"
        response.headers["vary"] = "Cookie, HX-Request"
        response.headers["etag"] = f'"{blake2b(body, digest_size=12).hexdigest()}"'
        for name, (value, seconds) in page.cookies.items():
            response.set_cookie(name, value, max_age=seconds, httponly=True, samesite="lax", path="/")
        return response

    def failed(self, request: Request, error: BackstoryError) -> Response:
        """Say that what was asked for is not there, or cannot be: nothing of the error but what people can use."""
        if isinstance(error, NotFoundError):
            return self.page(request, Page("missing.html", {"status": 404}, 404))
        if isinstance(error, BusyError):
            return self.page(request, Page("missing.html", {"status": 409, "told": ""}, 409))
        if isinstance(error, DeskError):
            return self.page(request, Page("missing.html", {"status": 503}, 503))
        told = str(error) if isinstance(error, UsageError) else ""
        return self.page(request, Page("missing.html", {"status": 400, "told": told}, 400))

    def _key(self, request: Request, cookies: tuple[str, ...]) -> Key:
        state = request.state
        return (
            request.url.path,
            request.url.query,
            theme_of(request),
            getattr(state, "role", "read"),
            request.headers.get("hx-request", ""),
            *(request.cookies.get(name, "") for name in cookies),
        )

    def _fresh(self, key: Key) -> Response | None:
        """Return the page kept for `key`, unless the desk changed since."""
        try:
            version = self.readers.version()
        except BackstoryError:
            return None
        with self._lock:
            if version != self._version:
                self._kept.clear()
                self._version = version
            kept = self._kept.get(key)
            if kept is not None:
                self._kept.move_to_end(key)
            return kept

    def _made(self, ask: Ask, request: Request, key: Key) -> Response:
        version = self._version
        try:
            with self.readers.reading() as connection:
                made = ask(connection, request)
                response = self.page(request, made) if isinstance(made, Page) else made
        except BackstoryError as error:
            return self.failed(request, error)
        except apsw.Error:
            return self.failed(request, DeskError("the desk cannot be read"))
        if response.status_code == 200 and not isinstance(response, RedirectResponse):
            self._keep(version, key, response)
        return response

    def _keep(self, version: int, key: Key, response: Response) -> None:
        with self._lock:
            if version == self._version:
                self._kept[key] = response
                while len(self._kept) > KEPT_PAGES:
                    self._kept.popitem(last=False)

    def _sent(self, request: Request, kept: Response) -> Response:
        """Return a response like `kept` for one session, whose headers whoever guards the desk may change."""
        proof = str(getattr(request.state, "csrf", "")).encode()
        tag = kept.headers.get("etag", "")
        if self._proof in kept.body:
            tag = f'"{blake2b(tag.encode() + proof, digest_size=12).hexdigest()}"'
        if tag and kept.status_code == 200 and request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers={"etag": tag})
        response = Response(bytes(kept.body).replace(self._proof, proof), kept.status_code)
        own = {b"content-length": str(len(response.body)).encode()} | ({b"etag": tag.encode()} if tag else {})
        response.raw_headers = [(name, own.get(name, value)) for name, value in kept.raw_headers]
        return response
