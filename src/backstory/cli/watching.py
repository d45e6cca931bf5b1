"""`watch`: feeds in, their new entries folded into a desk as they come."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from backstory.cli.options import AsJson, DeskPath

if TYPE_CHECKING:
    from backstory.records import Source

__all__ = ["register"]


def watch(
    feeds: Annotated[list[str], typer.Argument(help="Addresses of feeds, and OPML files.", show_default=False)],
    desk: DeskPath = Path("news.desk"),
    pages: Annotated[bool, typer.Option("--pages", help="Also fetch the page that an entry points to.")] = False,
    once: Annotated[bool, typer.Option("--once", help="Ask every feed once and end.")] = False,
    allow_private: Annotated[
        list[str] | None, typer.Option("--allow-private", help="A host that may be in a private network; * for all.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Ask feeds for what is new, politely, and fold it into the desk, until Ctrl-C.

    Backstory makes no other network call than this one, and none to private addresses unless told so.
    """
    from backstory.cli.output import json_lines, plain
    from backstory.desk import Desk, writer_lock
    from backstory.pipeline import fold
    from backstory.watch import FileState, Limits, Watching, feeds_named
    from backstory.watch import watch as poll

    desk.parent.mkdir(parents=True, exist_ok=True)
    state = FileState(desk.with_name(f"{desk.name}.feeds.json"))
    watching = Watching(pages=pages, limits=Limits(private=frozenset(allow_private or ())))
    with writer_lock(desk), Desk(desk, create=True) as opened:

        def keep(sources: Sequence[Source]) -> None:
            fold(opened, sources)

        for polled in poll(feeds_named(feeds), keep, state=state, watching=watching, rounds=1 if once else None):
            if as_json:
                found = [source.source_id for source in polled.sources]
                json_lines([{"url": polled.url, "source_ids": found, "problems": list(polled.problems)}])
                continue
            typer.echo(f"{plain(polled.url)}: {len(polled.sources)} entries{', unchanged' * polled.unchanged}")
            for problem in polled.problems:
                typer.echo(f"problem: {plain(problem)}", err=True)


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(watch)
