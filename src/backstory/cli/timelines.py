"""`timeline`: what happened when in a story, a thread, the life of a name or what a search finds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from backstory.cli.options import AsJson, DeskPath

if TYPE_CHECKING:
    import apsw

    from backstory.desk.tables import Row

__all__ = ["register"]

DEFAULT_DESK = Path("news.desk")
ID_SHOWN = 10
OUTLETS_SHOWN = 4


def timeline(
    story: Annotated[str | None, typer.Argument(metavar="[STORY]", help="A story's id, or an article's.")] = None,
    thread: Annotated[str | None, typer.Option(help="Of a thread's stories together.")] = None,
    name: Annotated[str | None, typer.Option(help="Of the sentences that mention a name: its id or label.")] = None,
    search: Annotated[str | None, typer.Option(help="Of the sentences with these words that a search finds.")] = None,
    desk: DeskPath = DEFAULT_DESK,
    top: Annotated[int, typer.Option("--top", min=1, help="At most so many days.")] = 10,
    daily: Annotated[int, typer.Option("--daily", min=1, help="At most so many sentences a day.")] = 2,
    as_json: AsJson = False,
) -> None:
    """Show what happened when: cited sentences by the day that they are about, what is still to come apart."""
    from backstory.cli.output import json_lines
    from backstory.desk import Desk
    from backstory.errors import UsageError

    asked = [(kind, given) for kind, given in _kinds(story, thread, name, search) if given is not None]
    if len(asked) != 1:
        raise UsageError("say of what: one of STORY, --thread, --name and --search")
    with Desk(desk, read_only=True) as opened:
        rows = _rows(opened.connection, *asked[0], top=top, daily=daily)
    if as_json:
        json_lines(rows)
        return
    past, ahead = [row for row in rows if not row["announced"]], [row for row in rows if row["announced"]]
    for row in past:
        typer.echo(_line(row))
    if ahead:
        typer.echo("announced beforehand:")
    for row in ahead:
        typer.echo(_line(row))
    if not rows:
        typer.echo("no sentence here is about a known day")


def _kinds(
    story: str | None, thread: str | None, name: str | None, search: str | None
) -> tuple[tuple[str, str | None], ...]:
    return ("story", story), ("thread", thread), ("name", name), ("search", search)


def _rows(connection: apsw.Connection, kind: str, wanted: str, *, top: int, daily: int) -> list[Row]:
    from backstory.desk.decided.stories import find_story
    from backstory.desk.showing import timelines

    if kind == "story":
        found = find_story(connection, wanted)["story_id"]
        return timelines.story_timeline(connection, found, top=top, daily=daily)
    made = {
        "thread": timelines.thread_timeline, "name": timelines.name_timeline, "search": timelines.search_timeline,
    }[kind]  # fmt: skip
    return made(connection, wanted, top=top, daily=daily)


def _line(row: Row) -> str:
    from backstory.cli.output import plain

    tellers = row["outlets"][:OUTLETS_SHOWN] + ["…"] * (len(row["outlets"]) > OUTLETS_SHOWN)
    where = f"{row['source_id'][:ID_SHOWN]}:{row['start']}-{row['end']}"
    return f"{row['date']}  {plain(row['text'])}  [{plain(', '.join(tellers) or 'outlet unknown')}; {where}]"


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(timeline)
