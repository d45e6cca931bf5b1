"""`copies`, `passages`, `statements`, `origins`, `compare`: who repeats whom, and where it comes from."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from backstory.cli.options import AsJson, DeskPath, Limit

if TYPE_CHECKING:
    from backstory.desk import Desk
    from backstory.desk.tables import Row
    from backstory.records import Change, Reading

__all__ = ["register"]

DEFAULT_DESK = Path("news.desk")
ID_SHOWN = 10
LISTED = 50
SHOWN_CHARS = 160
OfArticle = Annotated[str | None, typer.Option("--article", help="Only those of this article.")]


def copies(
    desk: DeskPath = DEFAULT_DESK,
    article: OfArticle = None,
    kind: Annotated[str | None, typer.Option(help="exact, near, updated or corrected.")] = None,
    heads: Annotated[bool, typer.Option("--heads", help="The earliest of each, and how many copies it has.")] = False,
    changes: Annotated[bool, typer.Option("--changes", help="Also what was added, cut and changed.")] = False,
    limit: Limit = None,
    as_json: AsJson = False,
) -> None:
    """List articles with the same or nearly the same text, in pairs, the most alike first."""
    from backstory.cli.output import json_lines, table
    from backstory.desk import Desk

    with Desk(desk, read_only=True) as opened:
        if heads:
            _heads(opened, as_json=as_json)
            return
        wanted = opened.article(article).article_id if article else None
        rows = [
            row
            for row in opened.rows("copies")
            if (not kind or row["kind"] == kind) and (not wanted or wanted in (row["article_a"], row["article_b"]))
        ]
        rows.sort(key=lambda row: (-row["similarity"], -row["containment"], row["article_a"], row["article_b"]))
        rows = rows[: limit or (None if as_json else LISTED)]
        told = [_told(opened, row) for row in rows] if changes else []
        if as_json:
            json_lines(row | {"changes": told[number]} if changes else row for number, row in enumerate(rows))
            return
        shown = [
            (row["kind"], f"{row['similarity']:.2f}", f"{row['containment']:.2f}", *_pair(opened, row)) for row in rows
        ]
    if changes:
        for row, differences in zip(shown, told, strict=True):
            table(("kind", "alike", "contained", "one (* came first)", "other"), [row], empty="")
            lines = [(each["kind"], *(_words(each, side) for side in "ab")) for each in differences]
            table(("", "one", "other"), lines, empty="no word differs", wrap=True)
    else:
        table(("kind", "alike", "contained", "one (* came first)", "other"), shown, empty="no copies")


def _heads(desk: Desk, *, as_json: bool) -> None:
    """List the earliest of articles that copy each other with the number of its copies, the most copied first."""
    from backstory.cli.output import json_lines, table
    from backstory.desk.grouping.copied import heads_of

    copies: dict[str, list[str]] = {}
    for article_id, head in sorted(heads_of(desk.connection).items()):
        copies.setdefault(head, []).append(article_id)
    ordered = sorted(copies.items(), key=lambda item: (-len(item[1]), item[0]))
    if as_json:
        json_lines({"article_id": head, "copies": ids} for head, ids in ordered)
        return
    rows = [(str(len(ids)), head[:ID_SHOWN], _outlet(desk, head), desk.article(head).title) for head, ids in ordered]
    table(("copies", "earliest", "outlet", "title"), rows, empty="no copies")


def _told(desk: Desk, row: Row) -> list[dict[str, Any]]:
    from backstory.desk.grouping.copied import changes_of

    one, other = (desk.reading(desk.article(row[side])) for side in ("article_a", "article_b"))
    return _cited(changes_of(one, other), one, other)


def _cited(changes: Iterable[Change], one: Reading, other: Reading) -> list[dict[str, Any]]:
    """Return the rows of changes, each side with its characters and its words."""
    rows: list[dict[str, Any]] = []
    for change in changes:
        row: dict[str, Any] = {"kind": change.kind}
        for side, span, reading in (("a", change.a, one), ("b", change.b, other)):
            text = span and reading.text[span.start : span.end]
            row[side] = span and {"start": span.start, "end": span.end, "text": text}
        rows.append(row)
    return rows


def _words(row: dict[str, Any], side: str) -> str:
    return row[side]["text"] if row[side] else ""


def _pair(desk: Desk, row: Row) -> tuple[str, str]:
    one, other = (
        f"{article_id[:ID_SHOWN]}{'*' * (row['earlier'] == article_id)} {_outlet(desk, article_id)}"
        for article_id in (row["article_a"], row["article_b"])
    )
    return one, other


def _outlet(desk: Desk, article_id: str) -> str:
    return desk.article(article_id).outlet or "unknown outlet"


def passages(
    desk: DeskPath = DEFAULT_DESK,
    article: OfArticle = None,
    origin: Annotated[str | None, typer.Option(help="wire, statement, post, outlet or unknown.")] = None,
    passim: Annotated[
        str | None, typer.Option(help="In passim's JSON Lines: `documents` is its input, `clusters` its output.")
    ] = None,
    from_passim: Annotated[Path | None, typer.Option(help="List the passages of passim's output instead.")] = None,
    limit: Limit = None,
    as_json: AsJson = False,
) -> None:
    """List the runs of words that articles share, the longest first, with where they come from."""
    from backstory.cli.output import json_lines, plain
    from backstory.desk import Desk

    with Desk(desk, read_only=True) as opened:
        if passim:
            _to_passim(opened, passim)
            return
        rows = _passim_rows(opened, from_passim) if from_passim else opened.rows("passages")
        wanted = opened.article(article).article_id if article else None
        found = [
            row
            for row in rows
            if (not origin or row["origin_kind"] == origin)
            and (not wanted or any(member["article_id"] == wanted for member in row["members"]))
        ]
        found.sort(key=lambda row: (-len(row["members"]), -row["words"], row["passage_id"]))
        found = found[: limit or (None if as_json else LISTED)]
        if as_json:
            json_lines(found)
            return
        for row in found:
            outlets = sorted({_outlet(opened, member["article_id"]) for member in row["members"]})
            whence = row["origin"] or row["origin_kind"]
            typer.echo(
                f"{row['words']} words, {len(row['members'])} times, origin {plain(whence)}: {', '.join(outlets)}"
            )
            typer.echo(f"  {plain(row['members'][0]['text'])[:SHOWN_CHARS]}")
    typer.echo(f"{len(found)} passages")


def _to_passim(desk: Desk, what: str) -> None:
    from backstory.errors import UsageError
    from backstory.reuse.passim import clusters, documents

    if what == "documents":
        lines: Iterable[str] = documents(desk.readings())
    elif what == "clusters":
        readings = {reading.article.article_id: reading for reading in desk.readings()}
        lines = clusters(desk.passages(), readings)
    else:
        raise UsageError(f"--passim {what!r}: there are documents and clusters")
    for line in lines:
        typer.echo(line)


def _passim_rows(desk: Desk, path: Path) -> list[Row]:
    from dataclasses import asdict

    from backstory.reuse.passim import passages_from

    readings = {reading.article.article_id: reading for reading in desk.readings()}
    with path.open(encoding="utf-8") as lines:
        return [asdict(passage) for passage in passages_from(lines, readings)]


def statements(
    desk: DeskPath = DEFAULT_DESK,
    speaker: Annotated[str | None, typer.Option(help="Part of the speaker's name.")] = None,
    topic: Annotated[str | None, typer.Option(help="Words of the statement.")] = None,
    outlet: Annotated[str | None, typer.Option(help="An outlet that carries it.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Also what one article alone carries.")] = False,
    limit: Limit = None,
    as_json: AsJson = False,
) -> None:
    """List what was said, each utterance once, with how each outlet cut it."""
    from backstory.cli.output import json_lines, plain
    from backstory.desk import Desk

    with Desk(desk, read_only=True) as opened:
        found = opened.statements(speaker=speaker, topic=topic, outlet=outlet, at_least=1 if every else 2)
        rows = list(found)[: limit or (None if as_json else LISTED)]
        if as_json:
            json_lines(rows)
            return
        texts = {quote.quote_id: quote.text for quote in opened.quotes()}
    for row in rows:
        whence = f", from {row['origin']}" if row["origin"] else ""
        typer.echo(typer.style(f"{plain(row['speaker']) or 'unknown speaker'}{whence}", bold=True))
        for version in row["versions"]:
            cut = version["cut"] + (", loses a negation or condition" if version["loses_negation"] else "")
            typer.echo(f"  {plain(version['outlet']) or 'unknown outlet'} ({plain(version['cue']) or 'no cue'}; {cut})")
            typer.echo(f"    {plain(texts[version['quote_id']])}")
            for left_out in version["left_out"]:
                typer.echo(typer.style(f"    left out: {plain(left_out)}", dim=True))
    typer.echo(f"{len(rows)} statements")


def origins(
    ids: Annotated[list[str] | None, typer.Argument(metavar="ARTICLE...", help="Articles; all unless given.")] = None,
    desk: DeskPath = DEFAULT_DESK,
    story: Annotated[str | None, typer.Option(help="Those of the articles of this story.")] = None,
    statement: Annotated[str | None, typer.Option(help="Those of the articles that carry this statement.")] = None,
    passage: Annotated[str | None, typer.Option(help="Those of the articles that carry this passage.")] = None,
    as_json: AsJson = False,
) -> None:
    """Count the independent origins of articles, with what shows that some of them have one."""
    from dataclasses import asdict

    from backstory.cli.output import json_lines, plain
    from backstory.desk import Desk

    with Desk(desk, read_only=True) as opened:
        wanted = list(ids or [])
        for table, key in (("stories", story), ("statements", statement), ("passages", passage)):
            wanted += _carrying(opened, table, key) if key else []
        found = opened.origins(wanted or None)
    if as_json:
        json_lines(asdict(origin) for origin in found)
        return
    for origin in found:
        count = _counted(len(origin.article_ids), "article")
        typer.echo(f"{plain(origin.name) or origin.kind}: {count}; {plain(origin.because)}")
    typer.echo(f"{_counted(sum(len(one.article_ids) for one in found), 'article')}, {_counted(len(found), 'origin')}")


def _counted(count: int, what: str) -> str:
    independent = "independent " if what == "origin" else ""
    return f"{count} {independent}{what}{'s' * (count != 1)}"


def _carrying(desk: Desk, table: str, wanted: str) -> list[str]:
    """Return the articles of a story, or those that carry a statement or a passage, by the beginning of its id."""
    from backstory.errors import NotFoundError

    key = {"stories": "story_id", "statements": "statement_id", "passages": "passage_id"}[table]
    rows = [row for row in desk.rows(table) if row[key].startswith(wanted)]
    if len(rows) != 1:
        raise NotFoundError(f"{len(rows)} {table} begin with {wanted}: `backstory {table} --json` lists their ids")
    (row,) = rows
    if table == "stories":
        return list(row["article_ids"])
    return sorted({each["article_id"] for each in row["versions" if table == "statements" else "members"]})


def compare(
    one: Annotated[str, typer.Argument(metavar="A", help="An article's id or its beginning.")],
    other: Annotated[str, typer.Argument(metavar="B", help="Another's.")],
    desk: DeskPath = DEFAULT_DESK,
    as_json: AsJson = False,
) -> None:
    """Put two articles side by side: what they share, what each changed, what each has alone."""
    from backstory.cli.output import json_lines
    from backstory.desk import Desk
    from backstory.reuse.compare import compare as align

    with Desk(desk, read_only=True) as opened:
        a, b = (opened.reading(opened.article(wanted)) for wanted in (one, other))
    rows = _cited(align(a, b), a, b)
    if as_json:
        json_lines(rows)
    else:
        _side_by_side(rows, a, b)


def _side_by_side(rows: list[dict[str, Any]], a: Reading, b: Reading) -> None:
    from backstory.cli.output import table

    heads = [reading.article.outlet or reading.article.article_id[:ID_SHOWN] for reading in (a, b)]
    shown = [(row["kind"], _words(row, "a"), _words(row, "b")) for row in rows]
    table(("", *heads), shown, empty="neither article has words", wrap=True)


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    for command in (copies, passages, statements, origins, compare):
        app.command()(command)
