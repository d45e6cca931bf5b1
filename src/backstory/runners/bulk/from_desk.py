"""A desk in, the same tables as the bulk path writes out: by day, under the hash of what they hold, with a manifest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from backstory import __version__
from backstory.desk import Desk
from backstory.runners.bulk.shapes import contract
from backstory.runners.bulk.store import Store
from backstory.runners.bulk.tables import FORMAT, MANIFEST, table_file
from backstory.runners.bulk.work import UNDATED

__all__ = ["tables_of_desk"]

Row = dict[str, Any]

ROWS = 200_000
"""Rows of a day that are held in memory before they are written; more make another file of the same day."""


def tables_of_desk(desk: Desk, to: str) -> dict[str, int]:
    """Write every table of a desk to `to` as the bulk path writes them; return how many rows each has."""
    store, day_of = Store(to), _Days(desk)
    tables: dict[str, list[Row]] = {}
    for name in desk.tables:
        days: dict[str, list[Row]] = defaultdict(list)
        files: list[Row] = []
        for row in desk.rows(name):
            day = day_of(name, row)
            days[day].append(_plain(name, row))
            if len(days[day]) >= ROWS:
                files.append(table_file(store, name, day, days.pop(day)))
        files += [table_file(store, name, day, rows) for day, rows in days.items()]
        tables[name] = sorted(files, key=lambda file: str(file["path"]))
    store.write_json(MANIFEST, {"format": FORMAT, "backstory": __version__, "tables": tables, "current": []})
    return {name: sum(file["rows"] for file in files) for name, files in tables.items()}


def _plain(table: str, row: Row) -> Row:
    """Return a row as its columns' types have it: an anchor may be a place in the text, and is text here."""
    anchor = row.get("anchor")
    held = {**row, "anchor": str(anchor)} if table == "times" and anchor is not None else row
    return {name: held[name] for name in contract(table).names}


class _Days:
    """Says to which day a row belongs, as the bulk path does."""

    def __init__(self, desk: Desk) -> None:
        self.of_article: dict[str, str] = {}
        self.of_source: dict[str, str] = {}
        for row in desk.rows("articles"):
            day = (row["published_earliest"] or "")[:10] or UNDATED
            self.of_article[row["article_id"]] = day
            self.of_source[row["source_id"]] = min(day, self.of_source.get(row["source_id"], day))
        self.of_story = {row["story_id"]: _first(row["first_published"]) for row in desk.rows("stories")}

    def __call__(self, table: str, row: Row) -> str:
        """Return the day of a row of a table."""
        known: dict[str, Callable[[Row], str]] = {
            "sources": self._source,
            "blocks": self._source,
            "names": lambda own: (own["first_seen"] or UNDATED)[:10],
            "copies": self._later,
            "links": self._later,
            "passages": lambda own: min(self.of_article[member["article_id"]] for member in own["members"]),
            "statements": lambda own: own["said_on"] or UNDATED,
            "stories": lambda own: _first(own["first_published"]),
            "threads": lambda own: _first(own["first_published"]),
        }
        if table in known:
            return known[table](row)
        if row.get("story_id") in self.of_story and table != "articles":
            return self.of_story[row["story_id"]]
        return self.of_article.get(row.get("article_id", ""), UNDATED)

    def _source(self, row: Row) -> str:
        return self.of_source.get(row["source_id"], UNDATED)

    def _later(self, row: Row) -> str:
        return max(self.of_article[row["article_a"]], self.of_article[row["article_b"]])


def _first(published: str | None) -> str:
    return (published or "")[:10] if published and len(published) >= 10 else UNDATED
