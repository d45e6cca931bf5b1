"""`stories`, `story`: which stories there are, what one of them holds and why, and what people decide about them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from backstory.cli.options import AsJson, DeskPath, Limit

if TYPE_CHECKING:
    from backstory.desk import Desk
    from backstory.desk.tables import Row

__all__ = ["register"]

DEFAULT_DESK = Path("news.desk")
ID_SHOWN = 10
LISTED = 50
FORMATS = (".md", ".html", ".json")


def stories(
    desk: DeskPath = DEFAULT_DESK,
    outlet: Annotated[str | None, typer.Option(help="Only stories that this outlet has.")] = None,
    since: Annotated[str | None, typer.Option(help="Not ended before this date (2025-02-14).")] = None,
    until: Annotated[str | None, typer.Option(help="Not begun after this date.")] = None,
    words: Annotated[str | None, typer.Option(help="Words among the title, keywords and places.")] = None,
    thread: Annotated[str | None, typer.Option(help="Only the stories of this thread.")] = None,
    least: Annotated[int, typer.Option("--least", min=1, help="At least so many articles.")] = 1,
    limit: Limit = None,
    as_json: AsJson = False,
) -> None:
    """List stories, the newest first and the larger before the smaller, the undated last."""
    from backstory.cli.output import json_lines, number, table
    from backstory.desk import Desk
    from backstory.desk.decided.threads import find_thread

    with Desk(desk, read_only=True) as opened:
        held = find_thread(opened.connection, thread)["story_ids"] if thread is not None else None
        rows = [
            row
            for row in opened.rows("stories")
            if len(row["article_ids"]) >= least
            and (held is None or row["story_id"] in held)
            and (outlet is None or outlet.casefold() in [name.casefold() for name in row["outlets"]])
            and _in_time(row, since, until)
            and _has(row, words)
        ]
    rows.sort(key=lambda row: (-len(row["article_ids"]), row["story_id"]))
    rows.sort(key=lambda row: (row["last_published"] or "")[:10], reverse=True)
    shown = rows[: limit or (len(rows) if as_json else LISTED)]
    if as_json:
        json_lines(shown)
        return
    told = [
        (
            row["story_id"][:ID_SHOWN],
            _dates(row),
            number(len(row["article_ids"])),
            number(row["origins"]),
            row["title"] or "[no title]",
        )
        for row in shown
    ]
    table(("id", "published", "articles", "origins", "title"), told, empty="no stories")
    if len(shown) < len(rows):
        typer.echo(f"{len(shown)} of {len(rows)}: --limit shows more, --json all")


def _in_time(row: Row, since: str | None, until: str | None) -> bool:
    if since is not None and (row["last_published"] or "") < since:
        return False
    return until is None or (row["first_published"] or "9999")[: len(until)] <= until


def _has(row: Row, words: str | None) -> bool:
    said = " ".join([row["title"] or "", *row["keywords"], *row["places"]]).casefold()
    return all(word in said for word in (words or "").casefold().split())


def _dates(row: Row) -> str:
    first, last = (row["first_published"] or "")[:10], (row["last_published"] or "")[:10]
    if not first:
        return "unknown"
    return first if first == last else f"{first} to {last}"


def story(
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="ID | why ID ARTICLE | merge ID ID | split ID ARTICLE... | move ARTICLE ID | title ID ARTICLE",
            show_default=False,
        ),
    ],
    desk: DeskPath = DEFAULT_DESK,
    to: Annotated[Path | None, typer.Option("--to", help="Write the story as .md, .html or .json.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show a story with its citations, say why an article is in it or not, or decide what belongs together.

    What merge, split, move and title decide outlives every later run.
    """
    from backstory.cli.output import json_lines
    from backstory.desk import Desk
    from backstory.errors import UsageError

    verb, rest = (words[0], words[1:]) if words[0] in _COUNTS else ("show", words)
    least, most = _COUNTS.get(verb, (1, 1))
    if not least <= len(rest) <= most:
        raise UsageError(f"`backstory story {verb}` does not take {len(rest)} ids: see `backstory story --help`")
    with Desk(desk, read_only=verb in ("show", "why")) as opened:
        if verb == "show":
            _show(opened, rest[0], to, as_json=as_json)
        elif verb == "why":
            _why(opened, rest[0], rest[1], as_json=as_json)
        else:
            row = _decided(opened, verb, rest)
            if as_json:
                json_lines([row])
            else:
                typer.echo(f"{row['story_id'][:ID_SHOWN]}  {len(row['article_ids'])} articles  {row['title']}")


_COUNTS = {"why": (2, 2), "merge": (2, 2), "split": (2, 1000), "move": (2, 2), "title": (2, 2)}
"""How many ids each verb takes, at least and at most."""


def _decided(desk: Desk, verb: str, rest: list[str]) -> Row:
    from backstory.desk.decided import stories as deciding

    if verb == "merge":
        return deciding.merge_stories(desk.connection, rest[0], rest[1])
    if verb == "split":
        return deciding.split_story(desk.connection, rest[0], rest[1:])
    if verb == "move":
        return deciding.move_article(desk.connection, rest[0], rest[1])
    return deciding.choose_title(desk.connection, rest[0], rest[1])


def _why(desk: Desk, wanted: str, article: str, *, as_json: bool) -> None:
    """Say how near an article is to each article of a story, and what speaks for and against."""
    from backstory.cli.output import json_lines, plain
    from backstory.desk.showing.why import why

    rows = why(desk.connection, wanted, article)
    if as_json:
        json_lines(rows)
        return
    for row in rows:
        title = desk.article(row["article_b"]).title
        typer.echo(f"{row['probability']:.3f}  {row['article_b'][:ID_SHOWN]}  {plain(title)}  ({row['decided_by']})")
        for reason in row["reasons"]:
            typer.echo(f"       {'for' if reason['weight'] > 0 else 'against'}: {plain(reason['detail'])}")


def _show(desk: Desk, wanted: str, to: Path | None, *, as_json: bool) -> None:
    from backstory.cli.output import json_lines, plain
    from backstory.desk.story_files.collecting import as_html, as_markdown, story_file
    from backstory.errors import UsageError

    held = story_file(desk.connection, wanted)
    if to is not None:
        if to.suffix not in FORMATS:
            raise UsageError(f"{to} is none of {', '.join(FORMATS)}: the ending says how the story is written")
        import json

        made = {".md": as_markdown, ".html": as_html}.get(to.suffix)
        to.write_text(made(held) if made else json.dumps(held, ensure_ascii=False, indent=1) + "\n", "utf-8")
        typer.echo(f"{to}")
    elif as_json:
        json_lines([held])
    else:
        for line in _lines(as_markdown(held)):
            typer.echo(plain(line))


def _lines(text: str) -> Iterator[str]:
    yield from text.split("\n")


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    for command in (stories, story):
        app.command()(command)
