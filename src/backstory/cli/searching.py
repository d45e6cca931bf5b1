"""`search`: words and fields in, cited snippets with counts out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from backstory.cli.options import AsJson, DeskPath
from backstory.errors import UsageError

if TYPE_CHECKING:
    from backstory.desk import Found, Hit

__all__ = ["register"]

ID_SHOWN = 10
FACET_VALUES = 5


def search(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            help="Words, '\"a phrase\"', -without, prefix*; speaker:, outlet:, about:, before:, after:, kind:.",
            show_default=False,
        ),
    ] = None,
    desk: DeskPath = Path("news.desk"),
    like: Annotated[str | None, typer.Option("--like", help="Articles like the article or story of this id.")] = None,
    words_only: Annotated[bool, typer.Option("--words-only", help="Only what has all the words.")] = False,
    meaning_only: Annotated[bool, typer.Option("--meaning-only", help="Only by meaning, whatever the words.")] = False,
    every: Annotated[bool, typer.Option("--all", help="Every hit; else one story shows once.")] = False,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="At most so many hits.")] = 20,
    page: Annotated[int, typer.Option("--page", min=1, help="Which page of so many hits.")] = 1,
    as_json: AsJson = False,
) -> None:
    """Find articles, quotes and passages by words and by meaning, with the characters that show it.

    Several words must all stand there, whatever their order. Before a search that begins with -, write -- so that it is
    not taken for an option.
    """
    from backstory.cli.output import json_lines
    from backstory.desk import Desk

    if words_only and meaning_only:
        raise UsageError("--words-only and --meaning-only exclude each other: give one of them, or neither for both")
    by = "words" if words_only else "meaning" if meaning_only else "both"
    if not words and like is None:
        raise UsageError('nothing to search for: give words, a "phrase", a field such as outlet:, or --like ID')
    with Desk(desk, read_only=True) as opened:
        found = opened.search(
            _typed(words or []), limit=limit, offset=(page - 1) * limit, grouped=not every, by=by, like=like
        )
    if as_json:
        json_lines(_row(hit) for hit in found.hits)
    else:
        _tell(found)


def _typed(words: Sequence[str]) -> str:
    """Return what was typed: a single argument as it is, several with the quotation marks that the shell took away."""
    return words[0] if len(words) == 1 else " ".join(_quoted(word) for word in words)


def _quoted(word: str) -> str:
    minus = "-" if word.startswith("-") else ""
    field, colon, value = word.removeprefix("-").partition(":")
    if " " not in word:
        return word
    return f'{minus}{field}:"{value}"' if colon and " " not in field else f'{minus}"{word.removeprefix("-")}"'


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
        "why": hit.why,
        "story_id": hit.story_id,
    }


def _tell(found: Found) -> None:
    from backstory.cli.output import number, plain

    for hit in found.hits:
        about = (hit.article.article_id[:ID_SHOWN], hit.article.published, hit.article.outlet, hit.article.title)
        more = f"  (+{hit.others} in the same story)" if hit.others else ""
        more += "  (by meaning)" if hit.why == "meaning" else ""
        typer.echo(typer.style(plain("  ".join(part for part in about if part)), bold=True) + more)
        typer.echo(f"  {_marked(hit)}  [{hit.start}-{hit.end}]")
    stories = "1 story" if found.groups == 1 else f"{number(found.groups)} stories"
    typer.echo(f"{number(found.total)} found in {stories}" if found.total else "nothing: try fewer or other words")
    for name, values in found.facets.items():
        if values:
            said = ", ".join(f"{plain(value)} {number(count)}" for value, count in _telling(name, values))
            typer.echo(f"  {name}: {said}" + (", ..." if len(values) > FACET_VALUES else ""))


def _telling(name: str, values: Sequence[tuple[str, int]]) -> Sequence[tuple[str, int]]:
    """Return the values of a facet that fit a line: of months the latest."""
    return values[-FACET_VALUES:] if name == "month" else values[:FACET_VALUES]


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
