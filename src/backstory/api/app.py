"""Readers of a desk in, the app that answers under /api/v1 out."""

from __future__ import annotations

from fastapi import FastAPI

from backstory import __version__
from backstory.api import articles, asking, deciding, feeds, names, said, sources, stories, threads
from backstory.api.answers import handle_errors
from backstory.api.freshness import Freshness
from backstory.api.schemas import Problem
from backstory.desk.readers import Readers

__all__ = ["api_of"]

TOLD = """Every row is as in the tables that a desk exports, and every text stands in its source between `start` and
`end`. A list answers with `items` and `next`, the cursor of the page after it. Each answer has an ETag that changes
with every commit to the desk."""


def api_of(readers: Readers) -> FastAPI:
    """Return the API over a desk."""
    told = {"model": Problem, "content": {"application/problem+json": {}}}
    app = FastAPI(
        title="Backstory",
        version=__version__,
        description=TOLD,
        docs_url=None,
        redoc_url=None,
        responses={"4XX": told | {"description": "A problem"}, "5XX": told | {"description": "A problem"}},
    )
    app.state.readers = readers
    for module in (asking, articles, stories, threads, names, said, sources, deciding, feeds):
        app.include_router(module.router)
    handle_errors(app)
    app.add_middleware(Freshness, readers=readers, never=("/session",))
    return app
