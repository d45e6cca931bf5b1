"""`backstory build`: paths in, a desk brought up to date."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from backstory.cli import bulk
from backstory.cli.options import AsJson, DeskPath
from backstory.errors import UsageError

if TYPE_CHECKING:
    from backstory.pipeline import Report

__all__ = ["register"]

NOTHING_DONE = 1
LISTED_PROBLEMS = 5


def build(
    paths: Annotated[list[str], typer.Argument(help="Files and folders; - is standard input.", show_default=False)],
    desk: DeskPath = Path("news.desk"),
    jobs: Annotated[
        int | None, typer.Option("--jobs", "-j", min=1, help="Processes; all processors unless given.")
    ] = None,
    columns: Annotated[
        str | None, typer.Option("--map", help="Which column of a table is what: text=content,date=published.")
    ] = None,
    until: Annotated[
        str,
        typer.Option(help="The last stage: read, clean, annotate, names, reuse, index; a later run does the others."),
    ] = "index",
    to: Annotated[
        str | None, typer.Option(help="Write Parquet tables by day here instead of a desk: a folder, s3://...")
    ] = None,
    runner: Annotated[str, typer.Option(help="What works on --to: daft on this machine, or ray.")] = "daft",
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress bar.")] = False,
    as_json: AsJson = False,
) -> None:
    """Read files and folders into a desk and bring all in it up to date.

    A second run over the same paths does no work twice, and a run that was stopped anywhere goes on where it was.
    Sources with problems are listed and stop nothing; the exit status is 1 where nothing at all could be read.
    """
    from backstory.cli.output import progress_bar
    from backstory.desk import Desk, writer_lock
    from backstory.pipeline import build as run
    from backstory.read import Options
    from backstory.runners.local import Pool

    options = Options(columns=_pairs(columns))
    if to is not None:
        bulk.build_tables(paths, to, runner=runner, jobs=jobs, options=options, as_json=as_json)
        return
    began = time.monotonic()
    desk.parent.mkdir(parents=True, exist_ok=True)
    with (
        writer_lock(desk),
        Desk(desk, create=True) as opened,
        Pool(jobs) as pool,
        progress_bar(quiet=quiet) as progress,
    ):
        report = run(opened, paths, options=options, until=until, runner=pool, progress=progress)
        held = opened.status()
    _tell(report, time.monotonic() - began, desk, held.articles, as_json=as_json)
    if report.sources and len(report.problems) == report.sources:
        raise typer.Exit(NOTHING_DONE)


def _pairs(columns: str | None) -> tuple[tuple[str, str], ...]:
    """Return the pairs of `--map`: our field and the table's column."""
    pairs = []
    for pair in (columns or "").split(","):
        field, _, column = pair.partition("=")
        if column:
            pairs.append((field.strip(), column.strip()))
        elif pair:
            raise UsageError(f"--map {pair!r}: write FIELD=COLUMN, as in text=content,date=published")
    return tuple(pairs)


def _tell(report: Report, seconds: float, desk: Path, articles: int, *, as_json: bool) -> None:
    if as_json:
        told = {
            "desk": str(desk),
            "files": report.files,
            "unchanged": report.unchanged,
            "sources": report.sources,
            "new": report.new,
            "cleaned": report.cleaned,
            "articles": articles,
            "problems": [{"uri": uri, "problem": problem} for uri, problem in report.problems],
            "seconds": round(seconds, 3),
        }
        typer.echo(json.dumps(told, ensure_ascii=False))
        return
    from backstory.cli.output import number, plain

    for uri, problem in report.problems[:LISTED_PROBLEMS]:
        typer.echo(f"problem: {plain(uri)}: {plain(problem)}", err=True)
    if len(report.problems) > LISTED_PROBLEMS:
        typer.echo(f"... and more: `backstory sources --problems --desk {desk}` lists them all", err=True)
    unchanged = f", {number(report.unchanged)} files unchanged" if report.unchanged else ""
    typer.echo(
        f"{desk}: {number(articles)} articles; {number(report.new)} new of {number(report.sources)} sources read"
        f"{unchanged}, {number(len(report.problems))} with problems, {seconds:.1f} s"
    )


def register(app: typer.Typer) -> None:
    """Add the commands of this module and of the bulk path."""
    app.command()(build)
    bulk.register(app)
