"""Commands that show what was found in articles: quotes, names, figures, dates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from backstory.cli.options import AsJson, DeskPath, Limit

if TYPE_CHECKING:
    from backstory.desk.showing.annotations import Which
    from backstory.desk.tables import Row

DEFAULT_DESK = Path("news.desk")
LISTED = 50
"""Rows that a list shows unless --limit says otherwise."""
ID_SHOWN = 10

Words = Annotated[str | None, typer.Argument(metavar="[WORDS]", help="Only those with all these words.")]
InArticle = Annotated[str | None, typer.Option("--article", "-a", metavar="ID", help="Only of this article.")]
OfOutlet = Annotated[str | None, typer.Option("--outlet", help="Only of this outlet.")]
Since = Annotated[str | None, typer.Option(help="Only of articles not published before this date (2025-02-14).")]
Until = Annotated[str | None, typer.Option(help="Only of articles not published after this date.")]


def quotes(
    words: Words = None,
    desk: DeskPath = DEFAULT_DESK,
    speaker: Annotated[str | None, typer.Option(help="Who speaks: a name in any form, or a name's id.")] = None,
    kind: Annotated[str | None, typer.Option(help="direct, indirect or mixed.")] = None,
    article: InArticle = None,
    outlet: OfOutlet = None,
    since: Since = None,
    until: Until = None,
    limit: Limit = None,
    as_json: AsJson = False,
) -> None:
    """List who said what, with cue, speaker and how sure that is."""
    from backstory.desk import Desk
    from backstory.desk.showing.annotations import quotes as asked

    which = _which(article, outlet, since, until, words, limit, as_json=as_json)
    with Desk(desk, read_only=True) as opened:
        found = asked(opened.connection, which, speaker=speaker, kind=kind)
        _shown(
            found,
            lambda row: (_at(row), row["speaker"], row["cue"], f"{row['confidence']:.2f}", row["text"]),
            ("where", "speaker", "cue", "sure", "quote"),
            which,
            as_json=as_json,
        )


def names(
    words: Words = None,
    desk: DeskPath = DEFAULT_DESK,
    kind: Annotated[str | None, typer.Option(help="person, organisation, place, work or other.")] = None,
    limit: Limit = None,
    as_json: AsJson = False,
) -> None:
    """List who and what articles name, those that most articles tell of first."""
    from backstory.desk import Desk
    from backstory.desk.showing.annotations import Which
    from backstory.desk.showing.annotations import names as asked

    most = limit if limit or as_json else LISTED
    with Desk(desk, read_only=True) as opened:
        _shown(
            asked(opened.connection, words=words, kind=kind, limit=most),
            lambda row: (
                row["name_id"][:ID_SHOWN],
                row["kind"],
                str(row["articles"]),
                row["label"],
                " · ".join(form for form in row["forms"] if form != row["label"]),
            ),
            ("id", "kind", "articles", "name", "also written"),
            Which(limit=most),
            as_json=as_json,
        )


def figures(
    words: Words = None,
    desk: DeskPath = DEFAULT_DESK,
    unit: Annotated[str | None, typer.Option(help="Only in this unit: GBP, %, a counted noun.")] = None,
    of: Annotated[str | None, typer.Option("--of", help="Only where what it counts has these words.")] = None,
    article: InArticle = None,
    outlet: OfOutlet = None,
    since: Since = None,
    until: Until = None,
    limit: Limit = None,
    as_json: AsJson = False,
) -> None:
    """List amounts: value or range, unit, qualifier, what it counts and as of when."""
    from backstory.desk import Desk
    from backstory.desk.showing.annotations import figures as asked

    which = _which(article, outlet, since, until, words, limit, as_json=as_json)
    with Desk(desk, read_only=True) as opened:
        _shown(
            asked(opened.connection, which, unit=unit, of=of),
            lambda row: (_at(row), row["qualifier"], _amount(row), row["unit"], row["of"], row["as_of"], row["text"]),
            ("where", "qualifier", "value", "unit", "of", "as of", "written"),
            which,
            as_json=as_json,
        )


def dates(
    words: Words = None,
    desk: DeskPath = DEFAULT_DESK,
    type: Annotated[str | None, typer.Option(help="DATE, TIME, DURATION or SET.")] = None,
    article: InArticle = None,
    outlet: OfOutlet = None,
    since: Since = None,
    until: Until = None,
    limit: Limit = None,
    as_json: AsJson = False,
) -> None:
    """List time expressions: what is written, its TIMEX3 value, the earliest and the latest that it can mean."""
    from backstory.desk import Desk
    from backstory.desk.showing.annotations import times as asked

    which = _which(article, outlet, since, until, words, limit, as_json=as_json)
    with Desk(desk, read_only=True) as opened:
        _shown(
            asked(opened.connection, which, type=type),
            lambda row: (_at(row), row["type"], row["value"], row["earliest"], row["latest"], row["text"]),
            ("where", "type", "value", "earliest", "latest", "written"),
            which,
            as_json=as_json,
        )


def _which(
    article: str | None,
    outlet: str | None,
    since: str | None,
    until: str | None,
    words: str | None,
    limit: int | None,
    *,
    as_json: bool,
) -> Which:
    from backstory.desk.showing.annotations import Which

    return Which(article, outlet, since, until, words, limit if limit or as_json else LISTED)


def _at(row: Row) -> str:
    start, end = (row["spans"][0][0], row["spans"][-1][1]) if "spans" in row else (row["start"], row["end"])
    return f"{row['article_id'][:ID_SHOWN]}:{start}-{end}"


def _amount(row: Row) -> str:
    return f"{row['value']:,g}" + (f" to {row['value_to']:,g}" if row["value_to"] is not None else "")


def _shown(
    found: Iterable[Row],
    cells: Callable[[Row], Sequence[str | None]],
    columns: Sequence[str],
    which: Which,
    *,
    as_json: bool,
) -> None:
    from backstory.cli.output import json_lines, table

    if as_json:
        json_lines(found)
        return
    rows = [cells(row) for row in found]
    table(columns, rows, empty="none found")
    if which.limit == LISTED == len(rows):
        typer.echo(f"the first {LISTED}: --limit shows more, --json all")


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    for command in (quotes, names, figures, dates):
        app.command()(command)
