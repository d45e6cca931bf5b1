"""`verify` and `export`: a desk in, the proof that it holds or its tables as files out."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from backstory.cli.options import AsJson, DeskPath

__all__ = ["register"]

DOES_NOT_HOLD = 1


def verify(desk: DeskPath = Path("news.desk"), as_json: AsJson = False) -> None:
    """Make every source's text anew from its bytes and check every hash, span and text.

    What does not hold is named, and the exit status is 1.
    """
    from backstory.cli.output import json_lines, number
    from backstory.desk import Desk

    count = spans = broken = 0
    with Desk(desk, read_only=True) as opened:
        for checked in opened.verify():
            count += bool(checked.source_id)
            spans += checked.spans
            broken += sum(fault.broken for fault in checked.faults)
            for fault in checked.faults:
                if as_json:
                    json_lines([asdict(fault)])
                else:
                    typer.echo(f"{'broken' if fault.broken else 'note'}: {fault.table} {fault.row}: {fault.what}")
    if as_json:
        json_lines([{"sources": count, "spans": spans, "broken": broken}])
    else:
        holds = "all hold" if not broken else f"{number(broken)} things do not hold"
        typer.echo(f"{number(count)} sources made anew, {number(spans)} spans checked: {holds}")
    if broken:
        raise typer.Exit(DOES_NOT_HOLD)


def export(
    to: Annotated[Path, typer.Option("--to", help="The folder to write into, or the file for formats of one.")],
    desk: DeskPath = Path("news.desk"),
    format: Annotated[
        str,
        typer.Option(
            "--format",
            "-f",
            help="Tables: jsonl, parquet, csv, sqlite. Stories: markdown, html. For other tools: annotations,"
            " timelinejs, ical, ftm, opml.",
        ),
    ] = "jsonl",
    story: Annotated[str | None, typer.Option("--story", help="Only the story of this id, or of an article's.")] = None,
    outlet: Annotated[str | None, typer.Option("--outlet", help="Only articles of this outlet.")] = None,
    since: Annotated[str | None, typer.Option("--since", help="Only articles from this date on.")] = None,
    until: Annotated[str | None, typer.Option("--until", help="Only articles up to this date.")] = None,
    texts: Annotated[bool, typer.Option("--texts", help="With tables: also every source's text.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write the desk, or a selection of it, as files: tables, stories, or what other tools take."""
    from backstory.cli.output import json_lines, number
    from backstory.desk import Desk, Selection

    wanted = Selection(story=story, outlet=outlet, since=since, until=until)
    with Desk(desk, read_only=True) as opened:
        counts = opened.export(to, format=format, texts=texts, selection=wanted)
    if as_json:
        json_lines([counts])
        return
    typer.echo(f"{to}: " + (", ".join(f"{name} {number(count)}" for name, count in counts.items()) or "nothing"))


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    for command in (verify, export):
        app.command()(command)
