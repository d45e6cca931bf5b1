"""A desk's path in, the whole server out: pages, API, feeds and the assistants' tools behind the guards."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from starlette.routing import Route

from backstory.api import api_of
from backstory.desk.readers import readers_of
from backstory.guard import Guard, Rules, TokenStore
from backstory.mcp import assistant_of
from backstory.mcp.http import PATH, OverHttp
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

    spoken = OverHttp(assistant_of(readers))

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with spoken.running():
            yield
        readers.close()

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    app.mount("/api/v1", api_of(readers))
    app.router.routes.append(Route(PATH, spoken))
    app.include_router(router_of(desk_path))
    app.add_middleware(Guard, rules=rules or Rules(), tokens=tokens)
    return app
