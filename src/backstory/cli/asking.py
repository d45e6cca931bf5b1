"""`status`, `sources`, `articles`, `show`: questions in, answers for the terminal or the next program out."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from backstory.cli.options import AsJson, DeskPath, Limit

if TYPE_CHECKING:
    from backstory.desk import Desk
    from backstory.desk.tables import Row
    from backstory.records import Article

__all__ = ["register"]

DEFAULT_DESK = Path("news.desk")
ID_SHOWN = 10
LISTED = 50


def status(desk: DeskPath = DEFAULT_DESK, as_json: AsJson = False) -> None:
    """Say what the desk holds."""
    from backstory.cli.output import json_lines, number
    from backstory.desk import Desk

    with Desk(desk, read_only=True) as opened:
        held = opened.status()
    if as_json:
        json_lines([asdict(held)])
        return
    typer.echo(f"{desk}")
    typer.echo(f"  sources    {number(held.sources)}, {number(held.problems)} with problems, {held.waiting} waiting")
    typer.echo(f"  articles   {number(held.articles)} from {held.outlets} outlets, {number(held.words)} words")
    typer.echo(f"  dated      {number(held.dated)}" + (f", {held.earliest} to {held.latest}" if held.dated else ""))
    typer.echo("  languages  " + (", ".join(f"{name} {count}" for name, count in held.languages.items()) or "none"))
    total = sum(held.kinds.values()) or 1
    typer.echo("  text       " + ", ".join(f"{kind} {100 * n / total:.0f}%" for kind, n in held.kinds.items()))
    if held.expected:
        typer.echo(
            f"  expected   {number(held.expected)} articles stated by their files, {held.found_of_expected} found"
        )


def sources(
    desk: DeskPath = DEFAULT_DESK,
    problems: Annotated[bool, typer.Option("--problems", help="Only those with a problem.")] = False,
    limit: Limit = None,
    as_json: AsJson = False,
) -> None:
    """List what was read, and what was wrong with it."""
    from backstory.cli.output import json_lines, number, table
    from backstory.desk import Desk

    with Desk(desk, read_only=True) as opened:
        if as_json:
            json_lines(opened.sources(problems=problems, limit=limit))
            return
        found = opened.sources(problems=problems, limit=limit or LISTED)
        rows = [(row["source_id"][:ID_SHOWN], row["uri"], number(row["chars"]), row["problem"] or "") for row in found]
    table(("id", "source", "characters", "problem"), rows, empty="no sources" + (" with problems" if problems else ""))


def articles(
    desk: DeskPath = DEFAULT_DESK,
    outlet: Annotated[str | None, typer.Option(help="Only this outlet.")] = None,
    since: Annotated[str | None, typer.Option(help="Not published before this date (2025-02-14).")] = None,
    until: Annotated[str | None, typer.Option(help="Not published after this date.")] = None,
    title: Annotated[str | None, typer.Option(help="Words that the title has.")] = None,
    heads: Annotated[bool, typer.Option("--heads", help="Of copies only the earliest.")] = False,
    limit: Limit = None,
    as_json: AsJson = False,
) -> None:
    """List articles, the newest first and the undated last."""
    from backstory.cli.output import json_lines, number, table
    from backstory.desk import Desk
    from backstory.desk.showing.dated import days_by_story

    with Desk(desk, read_only=True) as opened:
        chosen = {"outlet": outlet, "since": since, "until": until, "title": title}
        if as_json:
            json_lines(asdict(article) for article in opened.articles(**chosen, heads=heads, limit=limit))
            return
        found = list(opened.articles(**chosen, heads=heads, limit=limit or LISTED))
        days = days_by_story(opened.connection, (article.article_id for article in found if not article.published))
        rows = [
            (
                article.article_id[:ID_SHOWN],
                _date(article, days.get(article.article_id)),
                article.outlet,
                number(article.words),
                _title(opened, article),
            )
            for article in found
        ]
    table(("id", "published", "outlet", "words", "title"), rows, empty="no articles")
    if limit is None and len(found) == LISTED:
        typer.echo(f"the first {LISTED}: --limit shows more, --json all")


def _date(article: Article, by_story: Row | None) -> str:
    if article.published:
        return article.published
    if by_story:
        return f"{by_story['earliest']} to {by_story['latest']}?"
    if article.published_earliest and article.published_latest:
        return f"{article.published_earliest[:10]} to {article.published_latest[:10]}?"
    return "unknown"


def _title(desk: Desk, article: Article) -> str:
    """Return the title, or the beginning of the text in brackets where there is none."""
    if article.title:
        return article.title
    reading = desk.reading(article)
    first = next((reading.text[p.start : p.end] for p in reading.paragraphs), "")
    return f"[{first[:70]}{'...' if len(first) > 70 else ''}]"


def show(
    wanted: Annotated[
        str, typer.Argument(metavar="ID", help="An article's id or its beginning; with --source also a source's.")
    ],
    desk: DeskPath = DEFAULT_DESK,
    source: Annotated[bool, typer.Option("--source", help="The whole source, each line's kind in the margin.")] = False,
    why: Annotated[bool, typer.Option("--why", help="With --source: the evidence for each line's kind.")] = False,
    annotate: Annotated[
        bool, typer.Option("--annotate", help="Quotes, speakers, names, times and figures in colours.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show an article's clean text, or the whole source that it stands in."""
    from backstory.desk import Desk

    with Desk(desk, read_only=True) as opened:
        if source:
            _show_source(opened, wanted, why=why, as_json=as_json)
        else:
            _show_article(opened, opened.article(wanted), annotate=annotate, as_json=as_json)


def _show_article(desk: Desk, article: Article, *, annotate: bool, as_json: bool) -> None:
    from backstory.cli.colours import coloured, legend
    from backstory.cli.output import json_lines, plain
    from backstory.desk.showing.article import annotations_of
    from backstory.desk.showing.dated import days_by_story

    reading = desk.reading(article)
    paragraphs = [(p.kind.value, p.start, p.end, reading.text[p.start : p.end]) for p in reading.paragraphs]
    marks = annotations_of(desk.connection, article.article_id) if annotate else []
    if as_json:
        names = ("kind", "start", "end", "text")
        told: dict[str, object] = {"paragraphs": [dict(zip(names, paragraph, strict=True)) for paragraph in paragraphs]}
        if annotate:
            told["annotations"] = [asdict(mark) for mark in marks]
        json_lines([asdict(article) | told])
        return
    days = days_by_story(desk.connection, [] if article.published else [article.article_id]).get(article.article_id)
    known = article.published_how.value if article.published_how else ""
    if days:
        known = f"by {len(days['because'])} of its story"
    how = f" ({known})" if known else ""
    facts = [article.outlet, article.byline, _date(article, days) + how, article.section, article.language]
    typer.echo(typer.style(plain(article.title) or "[no headline]", bold=True))
    typer.echo(plain(" · ".join(fact for fact in facts if fact)))
    for kind, start, end, text in paragraphs:
        if kind != "headline":
            shown = coloured(reading.text, start, end, marks)
            typer.echo("")
            typer.echo(typer.style(plain(text), dim=True) if kind == "caption" and not annotate else shown)
    typer.echo("")
    if annotate:
        typer.echo(legend())
    typer.echo(f"{article.article_id}, characters {article.start} to {article.end} of source {article.source_id}")


def _show_source(desk: Desk, wanted: str, *, why: bool, as_json: bool) -> None:
    from backstory.cli.output import json_lines, plain

    cleaned, text = desk.explain(wanted)
    owner = {block.start: block.article_id for block in cleaned.blocks}
    article_id: str | None = None
    for line in cleaned.lines:
        article_id = owner.get(line.start, article_id)
        row: dict[str, Any] = {
            "start": line.start,
            "end": line.end,
            "kind": line.kind.value,
            "confidence": round(line.confidence, 4),
            "evidence": list(line.evidence),
            "article_id": article_id,
            "text": text[line.start : line.end],
        }
        if as_json:
            json_lines([row])
            continue
        typer.echo(f"{(article_id or '')[:6]:6} {line.kind.value:10} {line.confidence:.2f} | {plain(row['text'])}")
        if why and line.evidence:
            typer.echo(f"{'':24}  {'; '.join(plain(reason) for reason in line.evidence)}")


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    for command in (status, sources, articles, show):
        app.command()(command)
