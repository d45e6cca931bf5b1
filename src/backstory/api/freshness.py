"""GETs in, answers that are never older than the desk out: each is kept until the next commit, and has an ETag."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from secrets import token_hex

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backstory.desk.readers import Readers
from backstory.errors import BackstoryError

__all__ = ["Freshness"]

KEPT = 512
LARGEST = 256 << 10
"""Bytes of an answer that is kept, and how many are: at most 128 MB, in practice a tenth."""


@dataclass(slots=True)
class _Kept:
    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes


class Freshness:
    """Keeps answers by address as long as the desk stays the same."""

    def __init__(self, app: ASGIApp, *, readers: Readers, never: tuple[str, ...] = ()) -> None:
        """Wrap `app`; what the addresses in `never` answer depends on more than the desk."""
        self.app = app
        self.readers = readers
        self.never = never
        self._version = -1
        self._run = token_hex(4)
        self._kept: OrderedDict[tuple[str, bytes], _Kept] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer."""
        if scope["type"] != "http" or scope["method"] != "GET" or scope["path"].endswith(self.never):
            await self.app(scope, receive, send)
            return
        version = await self._look()
        if version is None:
            await self.app(scope, receive, send)
            return
        etag = f'"{self._run}-{version:x}"'
        if etag in _etags(Headers(scope=scope).get("if-none-match", "")):
            await Response(status_code=304, headers={"etag": etag})(scope, receive, send)
            return
        key = (scope["path"], scope.get("query_string", b""))
        kept = self._kept.get(key)
        if kept is None:
            await self._asked(scope, receive, send, key, version, etag)
        else:
            self._kept.move_to_end(key)
            await send({"type": "http.response.start", "status": kept.status, "headers": list(kept.headers)})
            await send({"type": "http.response.body", "body": kept.body})

    async def _look(self) -> int | None:
        """Return the desk's version and forget what was kept of another; None where there is no desk now."""
        try:
            version = self.readers.version() if self._version >= 0 else await run_in_threadpool(self.readers.version)
        except BackstoryError:
            return None
        if version != self._version:
            self._kept.clear()
            self._version = version
        return version

    async def _asked(
        self, scope: Scope, receive: Receive, send: Send, key: tuple[str, bytes], version: int, etag: str
    ) -> None:
        made = _Kept(0, [], b"")

        async def keeping(message: Message) -> None:
            if message["type"] == "http.response.start":
                made.status = message["status"]
                if made.status == 200:
                    MutableHeaders(scope=message)["etag"] = etag
                made.headers = list(message["headers"])
            elif len(made.body) <= LARGEST:
                made.body += message.get("body", b"")
            await send(message)

        await self.app(scope, receive, keeping)
        if made.status == 200 and len(made.body) <= LARGEST and version == self._version:
            self._kept[key] = made
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)


def _etags(written: str) -> list[str]:
    return [each.strip().removeprefix("W/") for each in written.split(",")]
