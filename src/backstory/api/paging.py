"""A table, conditions and a cursor in, a page of rows and the cursor of the next one out.

A page begins after the key of the row that the page before it ended with, so it costs the same wherever it is, and what
is written between two pages neither repeats nor hides a row.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import apsw
from starlette.requests import Request
from starlette.responses import Response

from backstory.api.answers import answer
from backstory.api.parameters import readers
from backstory.desk.tables import Row, rows
from backstory.errors import NotFoundError

__all__ = ["KEYS", "Which", "by_count", "by_date", "by_key", "cursor_of", "keys_of", "listed", "one", "paged"]

KEYS: dict[str, tuple[str, ...]] = {
    "sources": ("source_id", "uri"),
    "blocks": ("source_id", "start"),
    "articles": ("article_id",),
    "names": ("name_id",),
    "mentions": ("article_id", "start", "end"),
    "times": ("article_id", "start", "end"),
    "figures": ("article_id", "start", "end"),
    "quotes": ("quote_id",),
    "copies": ("article_a", "article_b"),
    "passages": ("passage_id",),
    "statements": ("statement_id",),
    "stories": ("story_id",),
    "threads": ("thread_id",),
    "dates": ("article_id",),
    "thread_links": ("story_a", "story_b"),
    "happenings": ("story_id", "date", "article_id", "start"),
    "disagreements": ("story_id", "of", "members"),
    "omissions": ("story_id", "fact"),
    "links": ("article_a", "article_b"),
}
"""What a row of each table is told apart and put in order by."""

Key = tuple[str | int | None, ...]


@dataclass(slots=True)
class Which:
    """Conditions that all must hold, in our own SQL, and the values that they are asked with."""

    said: list[str] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)

    def add(self, condition: str, **values: str | float | None) -> Which:
        """Let `condition` hold too, unless one of its values is None."""
        if None not in values.values():
            self.said.append(condition)
            self.values |= values
        return self

    def with_(self, condition: str, **values: str | int | None) -> Which:
        """Return these conditions and one more."""
        return Which([*self.said, condition], {**self.values, **values})

    def __str__(self) -> str:
        return "WHERE " + (" AND ".join(self.said) or "1")


def by_key(
    connection: apsw.Connection, table: str, which: Which, *, cursor: str | None, limit: int
) -> tuple[list[Row], str | None]:
    """Return a page of a table in the order of its key, and the next page's cursor if there is one."""
    key = KEYS[table]
    if cursor is not None:
        after = keys_of(table, cursor, len(key))
        names = ", ".join(f'"{name}"' for name in key)
        places = ", ".join(f":key{number}" for number in range(len(key)))
        which = which.with_(f"({names}) > ({places})", **{f"key{n}": value for n, value in enumerate(after)})
    order = ", ".join(f'"{name}"' for name in key) + f" LIMIT {limit + 1}"
    return _cut(table, list(rows(connection, table, str(which), which.values, order)), key, limit)


def by_date(
    connection: apsw.Connection, table: str, column: str, which: Which, *, cursor: str | None, limit: int
) -> tuple[list[Row], str | None]:
    """Return a page of a table, the latest first by `column` and the undated last."""
    (name,) = KEYS[table]
    at, last = keys_of(f"{table}.{column}", cursor, 2) if cursor is not None else (None, None)
    found: list[Row] = []
    if cursor is None or at is not None:
        dated = which.with_(f"{column} IS NOT NULL")
        if cursor is not None:
            dated = dated.with_(f"({column}, {name}) < (:at, :last)", at=at, last=last)
        order = f"{column} DESC, {name} DESC LIMIT {limit + 1}"
        found = list(rows(connection, table, str(dated), dated.values, order))
    if len(found) <= limit:
        undated = which.with_(f"{column} IS NULL")
        if cursor is not None and at is None:
            undated = undated.with_(f"{name} < :last", last=last)
        order = f"{name} DESC LIMIT {limit + 1 - len(found)}"
        found += rows(connection, table, str(undated), undated.values, order)
    return _cut(f"{table}.{column}", found, (column, name), limit)


def by_count(
    connection: apsw.Connection, table: str, column: str, which: Which, *, cursor: str | None, limit: int
) -> tuple[list[Row], str | None]:
    """Return a page of a table, the most by `column` first and those with as many by their id."""
    (name,) = KEYS[table]
    if cursor is not None:
        most, last = keys_of(f"{table}.{column}", cursor, 2)
        which = which.with_(f"(-{column}, {name}) > (-:most, :last)", most=most, last=last)
    order = f"{column} DESC, {name} LIMIT {limit + 1}"
    found = list(rows(connection, table, str(which), which.values, order))
    return _cut(f"{table}.{column}", found, (column, name), limit)


def one(connection: apsw.Connection, table: str, wanted: str) -> Row:
    """Return the row whose id begins with `wanted`.

    Raises:
        NotFoundError: there is none, or more than one.
    """
    (name,) = KEYS[table]
    found = list(rows(connection, table, f"WHERE {name} BETWEEN :id AND :id || 'g'", {"id": wanted}, f"{name} LIMIT 2"))
    if len(found) != 1:
        raise NotFoundError(f"no or more than one row of {table} whose id begins with {wanted!r}")
    return found[0]


def _cut(what: str, found: list[Row], key: Sequence[str], limit: int) -> tuple[list[Row], str | None]:
    if len(found) <= limit:
        return found, None
    return found[:limit], cursor_of(what, tuple(_plain(found[limit - 1][name]) for name in key))


def _plain(value: Any) -> str | int | None:  # noqa: ANN401
    """Return the value of a key as its table holds it: arrays and objects are kept as JSON."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value


def cursor_of(what: str, key: Key) -> str:
    """Return the cursor that stands after `key` in the list `what`."""
    return base64.urlsafe_b64encode(json.dumps([what, *key]).encode()).decode().rstrip("=")


def keys_of(what: str, cursor: str, count: int) -> Key:
    """Return the key that a cursor of the list `what` stands after.

    Raises:
        NotFoundError: it is a cursor of another list, or none.
    """
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        held = json.loads(base64.b64decode(padded, altchars="-_", validate=True))
    except (ValueError, RecursionError, binascii.Error):
        held = None
    fit = isinstance(held, list) and len(held) == count + 1 and held[0] == what
    if not fit or not all(isinstance(each, str | int | None) and _small(each) for each in held):
        raise NotFoundError("the cursor is none of this list")
    return tuple(held[1:])


def _small(value: str | int | None) -> bool:
    """Return whether SQLite can hold the value: 64 bits, whole characters."""
    if isinstance(value, str):
        return value.isascii() or all(not "\ud800" <= letter <= "\udfff" for letter in value)
    return value is None or -(1 << 63) <= value < 1 << 63


def listed(
    request: Request, table: str, which: Callable[[apsw.Connection], Which], *, limit: int, cursor: str | None
) -> Response:
    """Answer with a page of a table in the order of its key; `which` may ask the desk what an id means."""
    with readers(request).reading() as connection:
        found = by_key(connection, table, which(connection), cursor=cursor, limit=limit)
    return paged(request, found)


def paged(request: Request, page: tuple[list[Row], str | None]) -> Response:
    """Return a page as JSON, with the address of the next one in the field `next_url` and in a Link header."""
    items, following = page
    if following is None:
        return answer({"items": items, "next": None})
    given = [(name, value) for name, value in request.query_params.multi_items() if name != "cursor"]
    address = (
        f"{request.scope.get('root_path', '')}{request.scope['path'].removeprefix(request.scope.get('root_path', ''))}"
    )
    response = answer({"items": items, "next": following})
    response.headers["link"] = f'<{address}?{urlencode([*given, ("cursor", following)])}>; rel="next"'
    return response
