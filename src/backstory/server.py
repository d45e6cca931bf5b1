"""A desk's path in, the whole server out: pages, API, feeds and the assistants' tools behind the guards."""

from __future__ import annotations

import asyncio
import multiprocessing
import secrets
import signal
import socket
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from multiprocessing.context import SpawnProcess
from multiprocessing.process import BaseProcess
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from starlette.routing import Route

from backstory.api import api_of
from backstory.desk.readers import Readers, readers_of
from backstory.desk.search import search
from backstory.errors import BackstoryError
from backstory.guard import Guard, Rules, TokenStore
from backstory.mcp import assistant_of
from backstory.mcp.http import PATH, OverHttp
from backstory.web import compile_templates, router_of

__all__ = ["app_of", "serve"]

CONNECTIONS = 512
"""Connections of one process at once; what comes beyond them is told to come again, and memory stays bounded."""
GRACE = 5
"""Seconds that answers under way have when the server is told to end."""


def app_of(
    desk_path: str | Path, *, tokens: TokenStore | None = None, rules: Rules | None = None, warm: bool = False
) -> FastAPI:
    """Return the app that serves the desk at `desk_path` under `rules`, by default to this machine alone.

    Where `rules` demand tokens, `tokens` says which are good. With `warm` it loads what the first search and the first
    pages need as soon as it starts, while it answers already.

    Raises:
        NotFoundError: there is no desk at the path.
        DeskError: it cannot be opened.
    """
    readers = readers_of(Path(desk_path).absolute())
    readers.version()

    spoken = OverHttp(assistant_of(readers))

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        warming = threading.Thread(target=_warm, args=(readers,))
        if warm:
            warming.start()
        async with spoken.running():
            yield
        if warm:  # a process that ends while the model loads in another thread is aborted
            await asyncio.to_thread(warming.join)
        readers.close()

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    app.mount("/api/v1", api_of(readers))
    app.router.routes.append(Route(PATH, spoken))
    app.include_router(router_of(desk_path))
    app.add_middleware(Guard, rules=rules or Rules(), tokens=tokens)
    return app


def serve(desk_path: Path, *, tokens: TokenStore, rules: Rules, host: str, port: int, processes: int = 1) -> None:
    """Serve the desk until somebody ends this process; with more than one process on the same socket.

    Processes share the key of the sessions. Rates are counted by each of them for itself, and so are guesses of tokens.
    One that ends by itself is begun anew.
    """
    if processes == 1:
        _work(desk_path, tokens, rules, host, port, None)
        return
    rules = replace(rules, session_key=secrets.token_bytes(32))
    listening = uvicorn.Config("", host=host, port=port, log_level="warning").bind_socket()
    ended = threading.Event()
    for signal_number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signal_number, lambda *_: ended.set())
    spawn = multiprocessing.get_context("spawn")

    def begun() -> SpawnProcess:
        process = spawn.Process(target=_work, args=(desk_path, tokens, rules, host, port, listening), daemon=True)
        process.start()
        return process

    workers = [begun() for _ in range(processes)]
    while not ended.wait(0.5):
        workers = [worker if worker.is_alive() else begun() for worker in workers]
    for worker in workers:
        worker.terminate()
    for worker in workers:
        worker.join(GRACE + 1)


def _work(
    desk_path: Path, tokens: TokenStore, rules: Rules, host: str, port: int, listening: socket.socket | None
) -> None:
    """Serve in this process; at `listening`, which other processes share, until the one that began it ends."""
    config = uvicorn.Config(
        app_of(desk_path, tokens=tokens, rules=rules, warm=True),
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        server_header=False,
        limit_concurrency=CONNECTIONS,
        timeout_graceful_shutdown=GRACE,
    )
    server = uvicorn.Server(config)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent, server), daemon=True).start()
    server.run(sockets=[listening] if listening else None)


def _end_with(parent: BaseProcess, server: uvicorn.Server) -> None:
    parent.join()
    server.should_exit = True


def _warm(readers: Readers) -> None:
    """Load templates, the index's columns and the model."""
    compile_templates()
    with suppress(BackstoryError), readers.reading(seconds=60.0) as connection:
        search(connection, "news", limit=1)
