"""An assistants' server in, what answers for it over HTTP out: without sessions, each answer one JSON body."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from mcp.server.mcpserver import MCPServer
from mcp.server.transport_security import TransportSecuritySettings
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

__all__ = ["PATH", "OverHttp"]

PATH = "/mcp"


class OverHttp:
    """An ASGI app that answers at `PATH` while `running`; hosts and origins are checked by whoever guards it."""

    def __init__(self, server: MCPServer[Any]) -> None:
        """Answer nothing yet."""
        self._server = server
        self._app: ASGIApp | None = None

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Answer until the block ends; may be entered again afterwards."""
        unchecked = TransportSecuritySettings(enable_dns_rebinding_protection=False)
        self._app = self._server.streamable_http_app(
            streamable_http_path=PATH, stateless_http=True, json_response=True, transport_security=unchecked
        )
        try:
            async with self._server.session_manager.run():
                yield
        finally:
            self._app = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer."""
        await (self._app or Response(status_code=503))(scope, receive, send)
