"""`search`: words and fields in, cited snippets with counts out."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from backstory.cli.options import AsJson, DeskPath

if TYPE_CHECKING:
    from backstory.desk import Found, Hit

__all__ = ["register"]

ID_SHOWN = 10


def search(
    words: Annotated[
        list[str],
        typer.Argument(
            help='Words, "a phrase", -without, prefix*; speaker:, outlet:, about:, before:, after:, kind:.',
            show_default=False,
        ),
    ],
    desk: DeskPath = Path("news.desk"),
    every: Annotated[bool, typer.Option("--all", help="Every hit; else one story shows once.")] = False,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="At most so many hits.")] = 20,
    as_json: AsJson = False,
) -> None:
    """Find articles and quotes, with the characters that show it.

    Before a search that begins with -, write -- so that it is not taken for an option.
    """
    from backstory.cli.output import json_lines
    from backstory.desk import Desk

    with Desk(desk, read_only=True) as opened:
        found = opened.search(" ".join(_quoted(word) for word in words), limit=limit, grouped=not every)
    if as_json:
        json_lines(_row(hit) for hit in found.hits)
    else:
        _tell(found)


def _quoted(word: str) -> str:
    """Put back the quotation marks that the shell took away."""
    field, colon, value = word.partition(":")
    if " " not in word:
        return word
    return f'{field}:"{value}"' if colon and " " not in field else f'"{word}"'


def _row(hit: Hit) -> dict[str, Any]:
    return {
        "kind": hit.kind,
        "ref": hit.ref,
        "article_id": hit.article.article_id,
        "source_id": hit.article.source_id,
        "start": hit.start,
        "end": hit.end,
        "text": hit.text,
        "highlights": [asdict(span) for span in hit.highlights],
        "title": hit.article.title,
        "outlet": hit.article.outlet,
        "published": hit.article.published,
        "score": round(hit.score, 6),
        "others": hit.others,
    }


def _tell(found: Found) -> None:
    from backstory.cli.output import number, plain

    for hit in found.hits:
        about = (hit.article.article_id[:ID_SHOWN], hit.article.published, hit.article.outlet, hit.article.title)
        more = f"  (+{hit.others} in the same story)" if hit.others else ""
        typer.echo(typer.style(plain("  ".join(part for part in about if part)), bold=True) + more)
        typer.echo(f"  {_marked(hit)}  [{hit.start}-{hit.end}]")
    counts = "; ".join(
        f"{name}: " + ", ".join(f"{plain(value)} {count}" for value, count in values[:5])
        for name, values in found.facets.items()
        if values and name != "day"
    )
    typer.echo(f"{number(found.total)} found" + (f" ({counts})" if counts else ""))


def _marked(hit: Hit) -> str:
    from backstory.cli.output import plain

    parts, at = [], hit.start
    for span in hit.highlights:
        parts.append(plain(hit.text[at - hit.start : span.start - hit.start]))
        parts.append(typer.style(plain(hit.text[span.start - hit.start : span.end - hit.start]), bold=True))
        at = span.end
    return "".join(parts) + plain(hit.text[at - hit.start :])


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(search)
