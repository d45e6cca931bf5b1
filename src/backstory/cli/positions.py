"""`positions`: what a speaker has said about a topic, in order of time, and where two statements differ."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from backstory.cli.options import AsJson, DeskPath, Limit

if TYPE_CHECKING:
    from backstory.desk.tables import Row

__all__ = ["register"]

DEFAULT_DESK = Path("news.desk")
ID_SHOWN = 10
LISTED = 10
SIDE = 58
"""Characters of each of two statements that stand side by side."""


def positions(
    speaker: Annotated[str, typer.Argument(help="A name's id, its label or one of its forms.")],
    topic: Annotated[list[str] | None, typer.Argument(help="Words of a topic.", show_default=False)] = None,
    desk: DeskPath = DEFAULT_DESK,
    limit: Limit = None,
    as_json: AsJson = False,
) -> None:
    """Show what a speaker said, topic by topic in order of time; statements that differ stand side by side.

    Topics come from the words of the quotes. What differs is told in words, what it means is not judged.
    """
    from backstory.cli.output import json_lines, plain
    from backstory.desk import Desk
    from backstory.desk.showing.positions import positions as asked

    with Desk(desk, read_only=True) as opened:
        held = asked(opened.connection, speaker, " ".join(topic or []))
    if as_json:
        json_lines([held])
        return
    found = held["topics"]
    for row in found[: limit or LISTED]:
        typer.echo(f"\n{plain(', '.join(row['words'])) or '[no words]'}  ({len(row['statements'])})")
        for said in row["statements"]:
            typer.echo(f"  {_head(said)}  {plain(said['text'])}  [{_cited(said)}]")
        for change in row["changes"]:
            _side_by_side(change)
    if len(found) > (limit or LISTED):
        typer.echo(f"\n{limit or LISTED} of {len(found)} topics: --limit shows more, --json all")
    if not found:
        typer.echo(f"nothing that {plain(held['speaker']['label'])} said has these words")


def _head(said: Row) -> str:
    from backstory.cli.output import plain

    more = f" and {said['versions'] - 1} more" if said["versions"] > 1 else ""
    return f"{said['said_on'] or 'undated'}  {plain(said['outlet']) or 'unknown outlet'}{more}"


def _cited(said: Row) -> str:
    return f"{said['source_id'][:ID_SHOWN]}:{said['spans'][0][0]}-{said['spans'][-1][1]}"


def _side_by_side(change: Row) -> None:
    """Print two statements as columns with what differs between them under both."""
    from textwrap import wrap

    from backstory.cli.output import plain

    sides = [
        [f"{said['said_on']} [{_cited(said)}]", *wrap(plain(said["text"]), SIDE)]
        for said in (change["earlier"], change["later"])
    ]
    for at in range(max(map(len, sides))):
        left, right = (side[at] if at < len(side) else "" for side in sides)
        typer.echo(f"    {left:{SIDE}} | {right}")
    typer.echo(f"    {plain(change['because'])}")


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command()(positions)
