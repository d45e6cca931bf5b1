"""`watch`: feeds in, their new entries folded into a desk as they come."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from backstory.cli.options import AsJson, DeskPath
from backstory.errors import BusyError

if TYPE_CHECKING:
    from backstory.records import Source

__all__ = ["register"]

PATIENCE = 24 * 3600.0
"""Seconds that new entries wait for another process to finish with the desk: as long as the longest build."""


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

    The desk is free for others between two folds; while another process builds it, the next fold waits.

    Backstory makes no other network call than this one, and none to private addresses unless told so.
    """
    from backstory.cli.output import json_lines, plain
    from backstory.desk import Desk
    from backstory.pipeline import fold
    from backstory.watch import FileState, Limits, Watching, feeds_named
    from backstory.watch import watch as poll

    desk.parent.mkdir(parents=True, exist_ok=True)
    state = FileState(desk.with_name(f"{desk.name}.feeds.json"))
    watching = Watching(pages=pages, limits=Limits(private=frozenset(allow_private or ())))
    with _turn(desk), Desk(desk, create=True):
        pass  # now it is there, and of today's schema
    with Desk(desk) as opened:

        def keep(sources: Sequence[Source]) -> None:
            with _turn(desk):
                fold(opened, sources)

        for polled in poll(feeds_named(feeds), keep, state=state, watching=watching, rounds=1 if once else None):
            if as_json:
                found = [source.source_id for source in polled.sources]
                json_lines([{"url": polled.url, "source_ids": found, "problems": list(polled.problems)}])
                continue
            typer.echo(f"{plain(polled.url)}: {len(polled.sources)} entries{', unchanged' * polled.unchanged}")
            for problem in polled.problems:
                typer.echo(f"problem: {plain(problem)}", err=True)


@contextmanager
def _turn(desk: Path) -> Iterator[None]:
    """Hold the right to build `desk`; where another process holds it, say so and wait."""
    from backstory.desk import writer_lock

    with ExitStack() as held:
        try:
            held.enter_context(writer_lock(desk))
        except BusyError:
            typer.echo(f"another process is building {desk}: waiting for it", err=True)
            held.enter_context(writer_lock(desk, PATIENCE))
        yield


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(watch)
