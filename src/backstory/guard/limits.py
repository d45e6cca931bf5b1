"""Requests in, those of bearable size and rate out."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from math import ceil

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backstory.guard.answers import refusal
from backstory.guard.rules import Rules

__all__ = ["Buckets", "Limits", "TooLargeError", "client_of"]

CLIENTS = 10_000
"""Clients whose rates are remembered; the one seen longest ago is forgotten first."""


class Buckets:
    """A bucket of allowances a client: `rate` a second flow in, at most `burst` are kept."""

    def __init__(self, rate: float, burst: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Start with every bucket full."""
        self.rate = rate
        self.burst = burst
        self.clock = clock
        self._held: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, client: str, *, take: bool = True) -> float:
        """Take one allowance and return 0, or return the seconds until there is one."""
        now = self.clock()
        left, at = self._held.pop(client, (float(self.burst), now))
        left = min(self.burst, left + (now - at) * self.rate)
        short = left < 1
        self._held[client] = (left - (take and not short), now)
        if len(self._held) > CLIENTS:
            self._held.popitem(last=False)
        return (1 - left) / self.rate if short else 0.0


class TooLargeError(Exception):
    """The body that is being read is larger than allowed."""


class Limits:
    """Refuses what is too long, too large or too often."""

    def __init__(self, app: ASGIApp, *, rules: Rules) -> None:
        """Wrap `app`."""
        self.app = app
        self.rules = rules
        self.buckets = Buckets(rules.rate, rules.burst)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse with 400, 413, 414, 429 or 431."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        refused = self._refused(scope)
        if refused:
            await refusal(scope, *refused)(scope, receive, send)
            return
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, self._bounded(receive), watched)
        except TooLargeError:
            if not started:
                await refusal(scope, 413, self._too_large())(scope, receive, send)

    def _refused(self, scope: Scope) -> tuple[int, str] | tuple[int, str, dict[str, str]] | None:
        if not str(scope["path"]).isprintable():
            return 400, "the address has characters that no address of ours has"
        target = len(scope.get("raw_path") or b"") + len(scope.get("query_string") or b"")
        if target > self.rules.target_bytes:
            return 414, f"the address is longer than {self.rules.target_bytes} bytes"
        if sum(len(name) + len(value) for name, value in scope["headers"]) > self.rules.header_bytes:
            return 431, f"the headers are longer than {self.rules.header_bytes} bytes"
        stated = Headers(scope=scope).get("content-length", "0")
        if not stated.isdecimal() or int(stated) > self.rules.body_bytes:
            return 413, self._too_large()
        wait = self.buckets.wait(client_of(scope))
        if wait:
            return 429, "too many requests: wait a little", {"Retry-After": str(ceil(wait))}
        return None

    def _too_large(self) -> str:
        return f"the body is larger than {self.rules.body_bytes} bytes"

    def _bounded(self, receive: Receive) -> Receive:
        received = 0

        async def bounded() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body") or b"")
            if received > self.rules.body_bytes:
                raise TooLargeError
            return message

        return bounded


def client_of(scope: Scope) -> str:
    """Return the address of the client."""
    client = scope.get("client")
    return str(client[0]) if client else ""
