"""`threads`, `thread`: which stories follow one another, what links them, and what people decide about it."""

from __future__ import annotations

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


def threads(
    desk: DeskPath = DEFAULT_DESK,
    since: Annotated[str | None, typer.Option(help="Not ended before this date (2025-02-14).")] = None,
    until: Annotated[str | None, typer.Option(help="Not begun after this date.")] = None,
    words: Annotated[str | None, typer.Option(help="Words among the label and the stories' titles.")] = None,
    limit: Limit = None,
    as_json: AsJson = False,
) -> None:
    """List threads, stories that follow one another: the newest first and the longer before the shorter."""
    from backstory.cli.output import json_lines, number, plain, table
    from backstory.desk import Desk

    with Desk(desk, read_only=True) as opened:
        titles = {row["story_id"]: row["title"] or "" for row in opened.rows("stories")}
        rows = [row for row in opened.rows("threads") if _wanted(row, titles, since, until, words)]
    rows.sort(key=lambda row: (-len(row["story_ids"]), row["thread_id"]))
    rows.sort(key=lambda row: (row["last_published"] or "")[:10], reverse=True)
    shown = rows[: limit or (len(rows) if as_json else LISTED)]
    if as_json:
        json_lines(shown)
        return
    told = [
        (
            row["thread_id"][:ID_SHOWN],
            _dates(row),
            number(len(row["story_ids"])),
            plain(row["label"]),
            plain(titles[row["story_ids"][-1]]),
        )
        for row in shown
    ]
    table(("id", "published", "stories", "label", "last of them"), told, empty="no threads")
    if len(shown) < len(rows):
        typer.echo(f"{len(shown)} of {len(rows)}: --limit shows more, --json all")


def _wanted(row: Row, titles: dict[str, str], since: str | None, until: str | None, words: str | None) -> bool:
    if since is not None and (row["last_published"] or "") < since:
        return False
    if until is not None and (row["first_published"] or "9999")[: len(until)] > until:
        return False
    said = " ".join([row["label"] or "", *(titles[key] for key in row["story_ids"])]).casefold()
    return all(word in said for word in (words or "").casefold().split())


def _dates(row: Row) -> str:
    first, last = (row["first_published"] or "")[:10], (row["last_published"] or "")[:10]
    if not first:
        return "unknown"
    return first if first == last else f"{first} to {last}"


def thread(
    words: Annotated[
        list[str],
        typer.Argument(metavar="ID | why ID STORY | join ID ID | part ID STORY...", show_default=False),
    ],
    desk: DeskPath = DEFAULT_DESK,
    as_json: AsJson = False,
) -> None:
    """Show the stories of a thread in order of time and what links them, say why, or decide what follows what.

    What join and part decide outlives every later run.
    """
    from backstory.cli.output import json_lines
    from backstory.desk import Desk
    from backstory.desk.decided.threads import join_thread, part_thread, thread_file, why_thread
    from backstory.errors import UsageError

    verb, rest = (words[0], words[1:]) if words[0] in _COUNTS else ("show", words)
    least, most = _COUNTS.get(verb, (1, 1))
    if not least <= len(rest) <= most:
        raise UsageError(f"`backstory thread {verb}` does not take {len(rest)} ids: see `backstory thread --help`")
    with Desk(desk, read_only=verb in ("show", "why")) as opened:
        if verb == "show":
            held = thread_file(opened.connection, rest[0])
            json_lines([held]) if as_json else _show(held)
            return
        if verb == "why":
            links = why_thread(opened.connection, rest[0], rest[1])
            json_lines(links) if as_json else _links(opened, links)
            return
        decided = join_thread if verb == "join" else part_thread
        row = decided(opened.connection, rest[0], rest[1] if verb == "join" else rest[1:])  # type: ignore[arg-type]
        if as_json:
            json_lines([row] if row else [])
        elif row is None:
            typer.echo("one story is left: it is no thread any more")
        else:
            typer.echo(f"{row['thread_id'][:ID_SHOWN]}  {len(row['story_ids'])} stories  {row['label']}")


_COUNTS = {"why": (2, 2), "join": (2, 2), "part": (2, 1000)}
"""How many ids each verb takes, at least and at most."""


def _show(held: Row) -> None:
    from backstory.cli.output import plain

    thread, links = held["thread"], held["links"]
    typer.echo(f"{plain(thread['label'])}  ({_dates(thread)}, {len(held['stories'])} stories)")
    seen: dict[str, str] = {}
    for row in held["stories"]:
        key = row["story_id"]
        typer.echo(f"\n{_dates(row)}  {key[:ID_SHOWN]}  {plain(row['title'])}  ({len(row['article_ids'])} articles)")
        for link in links:
            other = link["story_a"] if link["story_b"] == key else link["story_b"]
            if key in (link["story_a"], link["story_b"]) and other in seen:
                _reasons(f"  follows {other[:ID_SHOWN]} {seen[other]}", link)
        seen[key] = plain(row["title"])


def _links(desk: Desk, links: list[Row]) -> None:
    from backstory.cli.output import plain

    titles = {row["story_id"]: row["title"] for row in desk.rows("stories")}
    for link in links:
        _reasons(f"{link['story_b'][:ID_SHOWN]}  {plain(titles.get(link['story_b']))}", link)


def _reasons(head: str, link: Row) -> None:
    from backstory.cli.output import plain

    typer.echo(f"{head}  {link['probability']:.3f}  ({link['decided_by']})")
    for reason in link["reasons"]:
        typer.echo(f"       {'for' if reason['weight'] > 0 else 'against'}: {plain(reason['detail'])}")


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    for command in (threads, thread):
        app.command()(command)
