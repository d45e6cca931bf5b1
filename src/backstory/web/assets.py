"""The names of static files in, their bytes out: read once, addressed by what they hold, so that browsers keep them."""

from __future__ import annotations

from functools import cache
from hashlib import blake2b
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

__all__ = ["asset_url", "serve_asset"]

TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "txt": "text/plain; charset=utf-8",
}


@cache
def _assets() -> dict[str, tuple[bytes, str, str]]:
    """Return bytes, media type and version of each file by its name: what is not in here cannot be asked for."""
    held = {}
    for file in files("backstory.web").joinpath("static").iterdir():
        ending = file.name.rpartition(".")[2]
        if ending in TYPES:
            data = file.read_bytes()
            held[file.name] = (data, TYPES[ending], blake2b(data, digest_size=6).hexdigest())
    return held


def asset_url(name: str) -> str:
    """Return the address of a static file."""
    return f"/static/{name}?v={_assets()[name][2]}"


async def serve_asset(request: Request) -> Response:
    """Answer with a static file."""
    held = _assets().get(request.path_params["name"])
    if held is None:
        return PlainTextResponse("no such file", 404)
    data, media_type, version = held
    headers = {"etag": f'"{version}"', "cache-control": "public, max-age=31536000, immutable"}
    if request.query_params.get("v") != version:
        headers["cache-control"] = "no-cache"
    return Response(data, media_type=media_type, headers=headers)
