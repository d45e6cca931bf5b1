"""Rows in, JSON out; errors in, problems (RFC 9457) out: nothing of an exception that was not written for people."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from backstory.errors import BackstoryError, BusyError, DeskError, NotFoundError, TooCostlyError

__all__ = ["answer", "encoded", "handle_errors", "problem"]


def answer(value: Any, status: int = 200) -> Response:  # noqa: ANN401
    """Return what JSON can say of `value` as a response."""
    return Response(encoded(value), status, media_type="application/json")


def encoded(value: Any) -> bytes:  # noqa: ANN401
    """Return JSON as bytes; half a surrogate pair, which UTF-8 cannot say, is escaped."""
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":")).encode()


def problem(status: int, detail: str, headers: dict[str, str] | None = None) -> Response:
    """Return a problem."""
    told = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    return Response(encoded(told), status, headers, media_type="application/problem+json")


def handle_errors(app: FastAPI) -> None:
    """Let the app answer every error with a problem."""

    @app.exception_handler(RequestValidationError)
    async def unfit(_: Request, error: RequestValidationError) -> Response:
        told = sorted({f"{'.'.join(map(str, one['loc'][1:]))}: {one['msg']}" for one in error.errors()})
        return problem(422, "; ".join(told))

    @app.exception_handler(HTTPException)
    async def refused(_: Request, error: HTTPException) -> Response:
        detail = {404: "there is nothing at this address", 405: "this address does not take this method"}
        told = detail.get(error.status_code, "this cannot be answered")
        return problem(error.status_code, told, dict(error.headers or {}))

    @app.exception_handler(BackstoryError)
    async def failed(_: Request, error: BackstoryError) -> Response:
        return _problem_of(error)


def _problem_of(error: BackstoryError) -> Response:
    if isinstance(error, NotFoundError):
        return problem(404, "the desk has nothing with this id or cursor, or more than one thing whose id begins so")
    if isinstance(error, TooCostlyError):
        return problem(503, str(error), {"Retry-After": "1"})
    if isinstance(error, BusyError):
        return problem(
            409, "another process is writing into the desk: try again when it is done", {"Retry-After": "30"}
        )
    if isinstance(error, DeskError):
        return problem(503, "the desk cannot be used now: the server's log says why", {"Retry-After": "5"})
    return problem(400, str(error))
