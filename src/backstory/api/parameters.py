"""The parameters that several addresses take, each bounded, and the desk that they ask."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query
from starlette.requests import Request

from backstory.desk.readers import Readers

__all__ = ["HEX", "Cursor", "Day", "Id", "Limit", "OptionalId", "Words", "readers"]

HEX = "^[0-9a-f]{4,64}$"
DATE = "^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"

Id = Annotated[str, Path(pattern=HEX, description="An id, or enough of its beginning.")]
OptionalId = Annotated[str | None, Query(pattern=HEX)]
Limit = Annotated[int, Query(ge=1, le=200, description="At most so many rows.")]
CURSOR = "^[A-Za-z0-9_-]{1,2000}$"
Cursor = Annotated[str | None, Query(pattern=CURSOR, description="The field `next` of the page before.")]
Day = Annotated[str | None, Query(pattern=DATE, description="A date: 2026, 2026-03 or 2026-03-14.")]
Words = Annotated[str | None, Query(min_length=1, max_length=200)]


def readers(request: Request) -> Readers:
    """Return the readers of the desk that the app serves."""
    held: Readers = request.app.state.readers
    return held
