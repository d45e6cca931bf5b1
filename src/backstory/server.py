"""A desk's path in, the whole server out: pages, API, feeds and the assistants' tools behind the guards."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from mcp.server.transport_security import TransportSecuritySettings

from backstory.api import api_of
from backstory.desk.readers import readers_of
from backstory.guard import Guard, Rules, TokenStore
from backstory.mcp import assistant_of
from backstory.web import router_of

__all__ = ["app_of"]


def app_of(desk_path: str | Path, *, tokens: TokenStore | None = None, rules: Rules | None = None) -> FastAPI:
    """Return the app that serves the desk at `desk_path` under `rules`, by default to this machine alone.

    Where `rules` demand tokens, `tokens` says which are good.

    Raises:
        NotFoundError: there is no desk at the path.
        DeskError: it cannot be opened.
    """
    readers = readers_of(Path(desk_path).absolute())
    readers.version()

    assistant = assistant_of(readers)
    # Hosts and origins are checked by the guards, for this path as for all.
    unchecked = TransportSecuritySettings(enable_dns_rebinding_protection=False)
    spoken = assistant.streamable_http_app(stateless_http=True, json_response=True, transport_security=unchecked)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with assistant.session_manager.run():
            yield
        readers.close()

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    app.mount("/api/v1", api_of(readers))
    app.router.routes.extend(spoken.routes)
    app.include_router(router_of(desk_path))
    app.add_middleware(Guard, rules=rules or Rules(), tokens=tokens)
    return app
