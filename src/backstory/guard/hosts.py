"""Requests in, those for a host that we are out: a page elsewhere cannot reach the desk by a name of its own."""

from __future__ import annotations

import ipaddress

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from backstory.guard.answers import refusal
from backstory.guard.rules import LOOPBACK, Rules

__all__ = ["HostCheck", "host_of"]


class HostCheck:
    """Refuses requests whose Host header names another host (DNS rebinding), and every WebSocket."""

    def __init__(self, app: ASGIApp, *, rules: Rules) -> None:
        """Wrap `app`."""
        self.app = app
        self.rules = rules
        self.names = {name.casefold() for name in (*LOOPBACK, *rules.hosts)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse with 421."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] == "http" and not self._known(Headers(scope=scope).getlist("host")):
            told = "this server is not known by that name: start it with --allow-host NAME"
            await refusal(scope, 421, told)(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _known(self, hosts: list[str]) -> bool:
        name = host_of(hosts[0]) if len(hosts) == 1 else None
        return name is not None and (name in self.names or (self.rules.addresses and _is_address(name)))


def host_of(value: str) -> str | None:
    """Return the host of a Host header or of an origin's authority without its port; None where it is none."""
    name, bracket, port = value.rpartition("]")
    if bracket:
        name = name.removeprefix("[")
    else:
        name, _, port = value.partition(":")
    port = port.removeprefix(":")
    fit = all(letter.isascii() and (letter.isalnum() or letter in ".-:_") for letter in name)
    return name.casefold().removesuffix(".") if name and fit and (not port or port.isdecimal()) else None


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
