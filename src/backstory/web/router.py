"""A desk's path in, the routes of its pages out."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from backstory.errors import NotFoundError
from backstory.web import pages
from backstory.web.assets import serve_asset
from backstory.web.site import Site
from backstory.web.visits import choose_theme

__all__ = ["router_of"]


def router_of(desk_path: str | Path) -> APIRouter:
    """Return the pages of the desk at `desk_path`; include them last, for they answer every address that is left.

    Pages take `request.state.role` ("read" or "edit") and `request.state.csrf` from whoever guards them.
    """
    router = APIRouter()
    site = Site(Path(desk_path), router)
    router.add_route("/static/{name}", serve_asset, include_in_schema=False)
    router.add_route("/theme", choose_theme, include_in_schema=False)
    pages.add(site)

    def missing(request: Request) -> Response:
        return site.failed(request, NotFoundError("no such page"))

    router.add_route("/{rest:path}", missing, include_in_schema=False)
    return router
