"""Commands by which people decide: who a name is, of which kind a line is; the log of all decisions, and undo."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from backstory.cli.options import AsJson, DeskPath, Limit

if TYPE_CHECKING:
    from backstory.desk import Desk

Made = TypeVar("Made")

DEFAULT_DESK = Path("news.desk")
ID_SHOWN = 10
LISTED = 50

By = Annotated[
    str | None, typer.Option("--by", envvar="BACKSTORY_BY", help="Who decides, for the log.", show_default="your login")
]
Names = Annotated[
    list[str],
    typer.Argument(
        metavar="NAME | merge NAME NAME | split NAME FORM... | label NAME LABEL",
        help="A name is given by its id, its label or one of its forms.",
        show_default=False,
    ),
]


def name(
    words: Names,
    desk: DeskPath = DEFAULT_DESK,
    articles: Annotated[
        list[str] | None, typer.Option("--article", "-a", help="With split: the name in this article is another's.")
    ] = None,
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Show a name with its forms and roles, or decide: two names are one, one is two, one is called otherwise.

    What merge, split and label decide outlives every later run; `backstory undo` takes it back.
    """
    from backstory.desk import Desk
    from backstory.errors import UsageError

    verb, rest = (words[0], words[1:]) if words[0] in _COUNTS else ("show", words)
    least, most = _COUNTS.get(verb, (1, 1))
    if not least <= len(rest) <= most:
        raise UsageError(f"`backstory name {verb}` does not take {len(rest)} words: see `backstory name --help`")
    if verb == "show":
        with Desk(desk, read_only=True) as opened:
            _show(opened, rest[0], as_json=as_json)
        return
    _carry_out(desk, lambda opened: _decided(opened, verb, rest, articles or [], _who(by)))
    with Desk(desk, read_only=True) as opened:
        _show(opened, rest[0], as_json=as_json)


_COUNTS = {"merge": (2, 2), "split": (1, 1000), "label": (2, 2)}
"""How many words each verb takes, at least and at most."""


def _decided(desk: Desk, verb: str, rest: list[str], articles: list[str], by: str) -> int:
    from backstory.desk.decided import names as naming

    if verb == "merge":
        return naming.merge_two_names(desk.connection, rest[0], rest[1], by=by)
    if verb == "split":
        return naming.split_name(desk.connection, rest[0], forms=rest[1:], articles=articles, by=by)
    return naming.label_name(desk.connection, rest[0], rest[1], by=by)


def _show(desk: Desk, wanted: str, *, as_json: bool) -> None:
    from backstory.cli.output import json_lines, plain
    from backstory.desk.decided.names import find_name, roles_of

    row = find_name(desk.connection, wanted)
    roles = roles_of(desk.connection, row["name_id"])
    if as_json:
        json_lines([row | {"roles": roles}])
        return
    typer.echo(typer.style(plain(row["label"]), bold=True) + f"  {row['kind']}, in {row['articles']} articles")
    others = [form for form in row["forms"] if form != row["label"]]
    if others:
        typer.echo("also written " + plain(", ".join(others)))
    for role in roles:
        of = f" of {role['of']}" if role["of"] else ""
        held = f"{role['first'][:10]} to {role['last'][:10]}" if role["first"] else "undated"
        typer.echo(plain(f"{role['role']}{of}: {held}, {role['articles']} articles"))
    typer.echo(row["name_id"])


def line(
    wanted: Annotated[str, typer.Argument(metavar="ID", help="A source's id, or an article's.")],
    start: Annotated[int, typer.Argument(help="Where the line begins, as `show ID --source --json` says.")],
    kind: Annotated[str, typer.Argument(help="headline, standfirst, byline, date, body, caption, image, furniture.")],
    desk: DeskPath = DEFAULT_DESK,
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Say of which kind a line is, for good; the articles of its source are made anew."""
    from backstory.desk.decided.lines import relabel

    _carry_out(desk, lambda opened: relabel(opened.connection, wanted, start, kind, by=_who(by)))
    log(desk=desk, limit=1, as_json=as_json)


def log(desk: DeskPath = DEFAULT_DESK, limit: Limit = None, as_json: AsJson = False) -> None:
    """List what people decided, the latest first: what, who and when, and what was undone."""
    from backstory.cli.output import json_lines, table
    from backstory.desk import Desk
    from backstory.desk.decided.decisions import decisions

    with Desk(desk, read_only=True) as opened:
        found = list(decisions(opened.connection, limit=limit if limit or as_json else LISTED))
    if as_json:
        json_lines(asdict(one) for one in found)
        return
    undone = {one.decision_id: f"undone by {one.undone_by}, {one.undone_at}" for one in found if one.undone_at}
    rows = [
        (str(one.decision_id), one.at, one.by, one.action, one.told, undone.get(one.decision_id, "")) for one in found
    ]
    table(("number", "when", "who", "what", "decided", "undone"), rows, empty="nobody decided anything", wrap=True)


def undo(
    number: Annotated[int, typer.Argument(help="The decision's number, as `backstory log` lists it.")],
    desk: DeskPath = DEFAULT_DESK,
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Take a decision back, as if it had never been; the others stand."""
    from backstory.cli.output import json_lines, plain
    from backstory.desk.decided.decisions import undo as take_back

    taken = _carry_out(desk, lambda opened: take_back(opened.connection, number, by=_who(by)))
    if as_json:
        json_lines([asdict(taken)])
    else:
        typer.echo(f"undone: {plain(taken.told)}")


def _carry_out(path: Path, decide: Callable[[Desk], Made]) -> Made:
    """Let a decision be made, and bring up to date what follows from it."""
    from backstory.desk import Desk, writer_lock
    from backstory.pipeline import fold

    with writer_lock(path), Desk(path) as opened:
        made = decide(opened)
        fold(opened, ())
    return made


def _who(by: str | None) -> str:
    from getpass import getuser

    if by:
        return by
    try:
        return getuser()
    except (KeyError, OSError):
        return "somebody"


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    for command in (name, line, log, undo):
        app.command()(command)
