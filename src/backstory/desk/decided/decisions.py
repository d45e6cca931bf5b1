"""What people decided, as a log: who decided what and when, each undone by itself. It outlives every run.

An effect is what a decision does to the tables that grouping, naming and cleaning obey. The tables are always what the
decisions that stand make of them in their order, so undoing one leaves the others as if it had never been.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import apsw

from backstory.desk.connection import transaction
from backstory.errors import NotFoundError, UsageError

__all__ = ["ANYBODY", "Decision", "Effect", "decide", "decisions", "effects", "undo"]

Effect = dict[str, Any]

ANYBODY = "somebody"
"""Who decided, where the caller does not say."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision of a person. Times are ISO 8601 in UTC; `undone_at` is None while it stands."""

    decision_id: int
    at: str
    by: str
    action: str
    told: str
    undone_at: str | None
    undone_by: str | None


def decide(connection: apsw.Connection, action: str, told: str, effect: Effect, *, by: str) -> int:
    """Keep a decision and let it work; `action` is its kind ("story merge"), `told` says it in words.

    Must be called within a transaction. Returns the number of the decision.
    """
    connection.execute(
        "INSERT INTO decisions (at, by, action, told, effect) VALUES (?, ?, ?, ?, ?)",
        (_now(), by, action, told, json.dumps(effect, ensure_ascii=False, sort_keys=True)),
    )
    number = connection.last_insert_rowid()
    _ON[action.split()[0]](connection, [effect])
    return number


def decisions(connection: apsw.Connection, *, limit: int | None = None) -> Iterator[Decision]:
    """Yield the decisions, the latest first."""
    columns = "decision_id, at, by, action, told, undone_at, undone_by"
    question = f"SELECT {columns} FROM decisions ORDER BY decision_id DESC LIMIT ?"
    for row in connection.execute(question, (-1 if limit is None else limit,)):
        yield Decision(*row)


def undo(connection: apsw.Connection, number: int, *, by: str) -> Decision:
    """Take a decision back and return it; what it changed is made anew by the next run of the later stages.

    Raises:
        NotFoundError: there is no such decision.
        UsageError: it was undone before.
    """
    found = next((one for one in decisions(connection) if one.decision_id == number), None)
    if found is None:
        raise NotFoundError(f"no decision {number}: `backstory log` lists them")
    if found.undone_at:
        raise UsageError(f"decision {number} was undone by {found.undone_by} at {found.undone_at}")
    with transaction(connection):
        held = connection.execute("SELECT effect FROM decisions WHERE decision_id = ?", (number,)).fetchone()
        effect = json.loads(str(held[0])) if held else {}
        connection.execute(
            "UPDATE decisions SET undone_at = ?, undone_by = ? WHERE decision_id = ?", (_now(), by, number)
        )
        what = found.action.split()[0]
        _CLEAR[what](connection, effect)
        _ON[what](connection, effects(connection, what))
    return found


def effects(connection: apsw.Connection, what: str) -> list[Effect]:
    """Return the effects of the decisions that stand about `what` (story, name, line), in their order."""
    question = "SELECT effect FROM decisions WHERE action GLOB ? AND undone_at IS NULL ORDER BY decision_id"
    return [json.loads(effect) for (effect,) in connection.execute(question, (f"{what} *",))]


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _on_stories(connection: apsw.Connection, made: list[Effect]) -> None:
    """Apply effects {free, cannot, must: pairs of articles} and {titled, of}: the later in place of the earlier."""
    for effect in made:
        connection.executemany(
            "DELETE FROM wishes WHERE (article_a, article_b) = (?, ?)",
            [sorted(pair) for pair in effect.get("free", [])],
        )
        for kind in ("cannot", "must"):
            connection.executemany(
                "INSERT OR REPLACE INTO wishes VALUES (?, ?, ?)",
                [(kind, *sorted(pair)) for pair in effect.get(kind, [])],
            )
        connection.executemany(
            "DELETE FROM story_titles WHERE article_id = ?", [(key,) for key in effect.get("of", [])]
        )
        if "titled" in effect:
            connection.execute("INSERT OR IGNORE INTO story_titles VALUES (?)", (effect["titled"],))
        _touch_stories(connection, effect)


def _touch_stories(connection: apsw.Connection, effect: Effect) -> None:
    pairs = [*effect.get("free", []), *effect.get("cannot", []), *effect.get("must", [])]
    keys = {key for pair in pairs for key in pair} | set(effect.get("of", []))
    connection.executemany("INSERT OR IGNORE INTO touched VALUES (?)", [(key,) for key in sorted(keys)])


def _clear_stories(connection: apsw.Connection, effect: Effect) -> None:
    connection.execute("DELETE FROM wishes")
    connection.execute("DELETE FROM story_titles")
    _touch_stories(connection, effect)


def _on_threads(connection: apsw.Connection, made: list[Effect]) -> None:
    """Apply effects {free, cannot, must: pairs of articles}: about the stories that these are in now."""
    for effect in made:
        connection.executemany(
            "DELETE FROM thread_wishes WHERE (article_a, article_b) = (?, ?)",
            [sorted(pair) for pair in effect.get("free", [])],
        )
        for kind in ("cannot", "must"):
            connection.executemany(
                "INSERT OR REPLACE INTO thread_wishes VALUES (?, ?, ?)",
                [(kind, *sorted(pair)) for pair in effect.get(kind, [])],
            )
        _touch_threads(connection, effect)


def _touch_threads(connection: apsw.Connection, effect: Effect) -> None:
    keys = sorted({key for name in ("free", "cannot", "must") for pair in effect.get(name, []) for key in pair})
    theirs = "SELECT story_id FROM articles WHERE article_id = ? AND story_id IS NOT NULL"
    connection.executemany(f"INSERT OR IGNORE INTO touched_stories {theirs}", [(key,) for key in keys])


def _clear_threads(connection: apsw.Connection, effect: Effect) -> None:
    connection.execute("DELETE FROM thread_wishes")
    _touch_threads(connection, effect)


def _on_names(connection: apsw.Connection, made: list[Effect]) -> None:
    """Names are merged with the effects at hand: say that they are to be made anew."""
    connection.execute("INSERT OR IGNORE INTO stale VALUES ('names')")


def _on_lines(connection: apsw.Connection, made: list[Effect]) -> None:
    """Apply effects {source_id, start, kind}: the source is cleaned anew with the line's kind given."""
    for effect in made:
        row = (effect["source_id"], effect["start"], effect["kind"])
        connection.execute("INSERT OR REPLACE INTO relabelled VALUES (?, ?, ?)", row)
        connection.execute("UPDATE contents SET cleaned = 0 WHERE source_id = ?", (effect["source_id"],))


def _clear_lines(connection: apsw.Connection, effect: Effect) -> None:
    connection.execute("DELETE FROM relabelled")
    connection.execute("UPDATE contents SET cleaned = 0 WHERE source_id = ?", (effect["source_id"],))


_ON: dict[str, Callable[[apsw.Connection, list[Effect]], None]] = {
    "story": _on_stories,
    "thread": _on_threads,
    "name": _on_names,
    "line": _on_lines,
}
"""What an effect does, by the first word of its decision's action."""

_CLEAR: dict[str, Callable[[apsw.Connection, Effect], None]] = {
    "story": _clear_stories,
    "thread": _clear_threads,
    "name": lambda connection, effect: None,
    "line": _clear_lines,
}
"""Takes back what all effects of a kind did, before those that stand are applied again."""
