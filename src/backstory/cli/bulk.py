"""`build --to` and `desk from`, `desk to`: a crawl in, tables out; tables in, a desk out; and a desk as such tables."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from backstory.cli.options import AsJson, DeskPath
from backstory.errors import UsageError

if TYPE_CHECKING:
    from backstory.read import Options

__all__ = ["build_tables", "register"]

RUNNERS = ("daft", "ray")

desks = typer.Typer(
    name="desk", help="A desk from tables of `build --to`, and tables from a desk.", no_args_is_help=True
)


def build_tables(
    paths: Sequence[str], to: str, *, runner: str, jobs: int | None, options: Options, as_json: bool
) -> None:
    """Bring the tables at `to` up to date and say what was done."""
    from backstory.cli.output import number
    from backstory.runners.bulk.flow import build_tables as run
    from backstory.runners.local import processors

    if runner not in RUNNERS:
        raise UsageError(f"no runner {runner!r}: there are {', '.join(RUNNERS)}")
    began = time.monotonic()
    done = run(paths, to, runner=runner, jobs=jobs or processors(), options=options)
    seconds = time.monotonic() - began
    if as_json:
        told = {"to": to, "files": done.files, "unchanged": done.unchanged, "rows": done.rows}
        told |= {"written": done.written, "kept": done.kept, "problems": done.problems, "seconds": round(seconds, 3)}
        typer.echo(json.dumps(told, ensure_ascii=False))
        return
    typer.echo(
        f"{to}: {number(done.rows['articles'])} articles of {number(done.rows['sources'])} sources,"
        f" {number(done.problems)} with problems; {number(done.files - done.unchanged)} of {number(done.files)} files"
        f" read; {number(done.written)} files of tables written, {number(done.kept)} unchanged, {seconds:.1f} s"
    )


@desks.command("from")
def from_tables(
    of: Annotated[str, typer.Argument(help="Where `build --to` wrote: a folder or an address.", show_default=False)],
    desk: DeskPath = Path("news.desk"),
    where: Annotated[
        str | None,
        typer.Option(help="Which articles, in SQL: day >= '2026-03-01' and outlet = 'Nordwire'; all unless given."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Open a slice of tables as a desk: the chosen articles with their whole sources."""
    from backstory.cli.output import number
    from backstory.runners.bulk.slices import open_slice

    count = open_slice(of, desk, where)
    typer.echo(json.dumps({"desk": str(desk), "articles": count}) if as_json else f"{desk}: {number(count)} articles")


@desks.command("to")
def to_tables(
    to: Annotated[str, typer.Argument(help="A folder or an address to write to.", show_default=False)],
    desk: DeskPath = Path("news.desk"),
    as_json: AsJson = False,
) -> None:
    """Write a desk's tables as Parquet by day with a manifest, as `build --to` does."""
    from backstory.cli.output import number
    from backstory.desk import Desk
    from backstory.runners.bulk.from_desk import tables_of_desk

    with Desk(desk, read_only=True) as opened:
        counts = tables_of_desk(opened, to)
    if as_json:
        typer.echo(json.dumps(counts))
        return
    typer.echo(f"{to}: " + ", ".join(f"{name} {number(count)}" for name, count in counts.items()))


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.add_typer(desks)
