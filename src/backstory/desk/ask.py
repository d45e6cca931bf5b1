"""Questions in, records and rows out. Nothing here writes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from typing import Any, cast

import apsw

from backstory.clean import clean
from backstory.desk.grouping.copied import heads_of
from backstory.desk.packing import source_from, unpack
from backstory.desk.tables import TABLES, Row, rows
from backstory.desk.write import relabelled, repeats_of
from backstory.errors import NotFoundError
from backstory.records import (
    Article,
    Block,
    Cleaned,
    Kind,
    Member,
    Origin,
    Paragraph,
    Passage,
    PublishedHow,
    Quote,
    Reading,
    Source,
    Span,
)
from backstory.reuse.independence import independent_origins

__all__ = [
    "Filter",
    "Status",
    "articles",
    "blocks",
    "find_article",
    "find_source",
    "paragraphs_of",
    "readings",
    "sources",
    "status",
    "text",
]

SHOWN_KINDS = (Kind.HEADLINE, Kind.STANDFIRST, Kind.BODY, Kind.CAPTION)
"""The kinds of block that an article's clean text consists of."""


@dataclass(frozen=True, slots=True)
class Status:
    """What a desk holds, in numbers."""

    sources: int
    problems: int
    waiting: int
    characters: int
    articles: int
    words: int
    outlets: int
    dated: int
    earliest: str | None
    latest: str | None
    languages: dict[str, int]
    kinds: dict[str, int]
    expected: int
    found_of_expected: int


@dataclass(frozen=True, slots=True)
class Filter:
    """Which articles: by outlet, by date (ISO 8601, `until` included), by words that the title has."""

    outlet: str | None = None
    since: str | None = None
    until: str | None = None
    title: str | None = None
    source_id: str | None = None
    limit: int | None = None
    heads: bool = False
    """Only the earliest of articles that copy each other."""


def status(connection: apsw.Connection) -> Status:
    """Count what the desk holds."""

    def one(question: str) -> tuple[Any, ...]:
        return tuple(connection.execute(question).fetchone() or ())

    articles, words, outlets, dated, earliest, latest = one(
        "SELECT count(*), coalesce(sum(words), 0), count(DISTINCT outlet), count(published),"
        " min(substr(published, 1, 10)), max(substr(published, 1, 10)) FROM articles"
    )
    expected, found = one(
        "SELECT coalesce(sum(expected), 0), coalesce(sum(found), 0) FROM contents WHERE expected IS NOT NULL"
    )
    return Status(
        sources=one("SELECT count(*) FROM sources")[0],
        problems=one("SELECT count(*) FROM sources WHERE problem IS NOT NULL")[0],
        waiting=one("SELECT count(*) FROM contents WHERE cleaned = 0")[0],
        characters=one("SELECT coalesce(sum(chars), 0) FROM contents")[0],
        articles=articles,
        words=words,
        outlets=outlets,
        dated=dated,
        earliest=earliest,
        latest=latest,
        languages=dict(
            connection.execute(
                "SELECT coalesce(language, 'unknown'), count(*) FROM articles GROUP BY 1 ORDER BY 2 DESC, 1"
            )
        ),
        kinds=dict(connection.execute('SELECT kind, sum("end" - start) FROM blocks GROUP BY 1 ORDER BY 2 DESC, 1')),
        expected=expected,
        found_of_expected=found,
    )


def sources(connection: apsw.Connection, *, problems: bool = False, limit: int | None = None) -> Iterator[Row]:
    """Yield the rows of `sources` by uri; with `problems` only those that have one."""
    where = "WHERE problem IS NOT NULL" if problems else ""
    order = TABLES["sources"].columns[1] + ", source_id" + (f" LIMIT {int(limit)}" if limit is not None else "")
    yield from rows(connection, "sources", where, order=order)


def articles(connection: apsw.Connection, wanted: Filter | None = None) -> Iterator[Article]:
    """Yield articles, the newest first and the undated last."""
    wanted = wanted or Filter()
    conditions, values = ["1"], {}
    for name, condition in _CONDITIONS.items():
        value = getattr(wanted, name)
        if value is not None:
            conditions.append(condition)
            values[name] = value
    for number, word in enumerate((wanted.title or "").split()):
        conditions.append(f"instr(lower(title), lower(:word{number}))")
        values[f"word{number}"] = word
    if wanted.heads:
        conditions.append("article_id NOT IN (SELECT value FROM json_each(:copies))")
        values["copies"] = json.dumps(sorted(heads_of(connection)))
    order = "published_earliest IS NULL, published_earliest DESC, article_id"
    order += f" LIMIT {int(wanted.limit)}" if wanted.limit is not None else ""
    for row in rows(connection, "articles", "WHERE " + " AND ".join(conditions), values, order):
        yield article_from(row)


_CONDITIONS = {
    "outlet": "outlet = :outlet COLLATE NOCASE",
    "since": "published_latest >= :since",
    "until": "substr(published_earliest, 1, length(:until)) <= :until",
    "source_id": "source_id = :source_id",
}


def article_from(row: Row) -> Article:
    """Return the record of a row of `articles`."""
    own = {name: value for name, value in row.items() if name not in ("copy_of", "story_id")}
    how = own["published_how"]
    return Article(**own | {"published_how": how and PublishedHow(how), "evidence": tuple(own["evidence"])})


def find_article(connection: apsw.Connection, article_id: str) -> Article:
    """Return the article whose id is or begins with `article_id`.

    Raises:
        NotFoundError: there is none, or more than one.
    """
    found = list(
        rows(
            connection, "articles", "WHERE article_id BETWEEN :id AND :id || 'g'", {"id": _hex(article_id)}, "1 LIMIT 2"
        )
    )
    if len(found) != 1:
        raise NotFoundError(_none_or_many("article", article_id, len(found)))
    return article_from(found[0])


def find_source(connection: apsw.Connection, wanted: str) -> Source:
    """Return the source whose id begins with `wanted`, or whose uri is `wanted`.

    Raises:
        NotFoundError: there is none, or more than one.
    """
    question = (
        "SELECT c.source_id, c.raw, c.text, c.rule, c.encoding, c.said, s.uri, s.media_type, s.problem"
        " FROM sources s JOIN contents c USING (source_id)"
        " WHERE s.uri = :wanted OR s.source_id BETWEEN :id AND :id || 'g' ORDER BY s.source_id, s.uri LIMIT 3"
    )
    columns = ("source_id", "raw", "text", "rule", "encoding", "said", "uri", "media_type", "problem")
    found = connection.execute(question, {"wanted": wanted, "id": _hex(wanted)}).fetchall()
    if len({row[0] for row in found}) != 1:
        raise NotFoundError(_none_or_many("source", wanted, len(found)))
    return source_from(dict(zip(columns, found[0], strict=True)))


def _hex(wanted: str) -> str:
    """Return `wanted` where it may begin an id, else what begins none; ids sort before `g`: an index finds them."""
    return wanted if wanted and all(letter in "0123456789abcdef" for letter in wanted) else "~"


def _none_or_many(what: str, wanted: str, count: int) -> str:
    if count:
        return f"more than one {what} begins with {wanted!r}: give more of its id"
    return f"no {what} {wanted!r} in this desk: `backstory {what}s` lists them"


def explain(connection: apsw.Connection, wanted: str) -> tuple[Cleaned, str]:
    """Return what cleaning makes of a source, line by line with its evidence, and the source's text.

    `wanted` is what `find_source` takes, or an article's id.

    Raises:
        NotFoundError: there is no such source or article, or more than one.
    """
    try:
        source = find_source(connection, wanted)
    except NotFoundError:
        source = find_source(connection, find_article(connection, wanted).source_id)
    (content,) = connection.execute("SELECT id FROM contents WHERE source_id = ?", (source.source_id,)).fetchall()
    repeats = repeats_of(connection, cast(int, content[0]), source.text)
    return clean(source, repeats, relabelled(connection, source.source_id)), source.text


def text(connection: apsw.Connection, source_id: str) -> str:
    """Return the text of a source.

    Raises:
        NotFoundError: the desk does not hold it.
    """
    found = connection.execute("SELECT raw, text FROM contents WHERE source_id = ?", (source_id,)).fetchone()
    if found is None:
        raise NotFoundError(_none_or_many("source", source_id, 0))
    raw, kept = found
    return unpack(raw if kept is None else kept).decode("utf-8", "surrogatepass")


def blocks(connection: apsw.Connection, source_id: str) -> Iterator[Block]:
    """Yield the blocks of a source in order."""
    for row in rows(connection, "blocks", "WHERE source_id = :id", {"id": source_id}):
        yield Block(**row | {"kind": Kind(row["kind"])})


def readings(connection: apsw.Connection, wanted: Filter | None = None) -> Iterator[Reading]:
    """Yield articles, the newest first, with their source's text and their own paragraphs."""
    for article in articles(connection, wanted):
        yield reading(connection, article)


def reading(connection: apsw.Connection, article: Article) -> Reading:
    """Return an article with its source's text and its own paragraphs."""
    whole = text(connection, article.source_id)
    own = (block for block in blocks(connection, article.source_id) if block.article_id == article.article_id)
    paragraphs = tuple(
        paragraph for block in own if block.kind in SHOWN_KINDS for paragraph in paragraphs_of(block, whole)
    )
    return Reading(article=article, text=whole, paragraphs=paragraphs)


def quotes(connection: apsw.Connection, article_id: str | None = None) -> Iterator[Quote]:
    """Yield the quotes of one article, or of all, by id."""
    where = "WHERE article_id = :id" if article_id else ""
    names = {field.name for field in fields(Quote)}
    for row in rows(connection, "quotes", where, {"id": article_id} if article_id else {}):
        own = {name: value for name, value in row.items() if name in names}
        yield Quote(**own | {"spans": tuple(Span(start, end) for start, end in row["spans"])})


def passages(connection: apsw.Connection) -> list[Passage]:
    """Return the passages that articles share, by id."""
    return [
        Passage(
            row["passage_id"],
            row["words"],
            tuple(Member(**member) for member in row["members"]),
            row["origin_kind"],
            row["origin"],
            row["first_article_id"],
            because=row["because"],
        )
        for row in rows(connection, "passages")
    ]


def statements(
    connection: apsw.Connection,
    *,
    speaker: str | None = None,
    topic: str | None = None,
    outlet: str | None = None,
    at_least: int = 1,
) -> Iterator[Row]:
    """Yield the rows of `statements`, most versions first: by part of a speaker's name, words, outlet, versions."""
    said = {quote_id: text for quote_id, text in connection.execute("SELECT quote_id, text FROM quotes")}
    labels = {name_id: forms for name_id, forms in connection.execute("SELECT name_id, forms FROM names")}
    words = [word.casefold() for word in (topic or "").split()]
    found = sorted(rows(connection, "statements"), key=lambda row: (-len(row["versions"]), row["statement_id"]))
    for row in found:
        who = f"{row['speaker'] or ''} {labels.get(row['speaker_name_id']) or ''}".casefold()
        text = str(said.get(row["fullest_quote_id"], "")).casefold()
        outlets = {(version["outlet"] or "").casefold() for version in row["versions"]}
        if (
            len(row["versions"]) >= at_least
            and (speaker or "").casefold() in who
            and all(word in text for word in words)
            and (outlet is None or outlet.casefold() in outlets)
        ):
            yield row


def origins(connection: apsw.Connection, article_ids: Iterable[str] | None = None) -> list[Origin]:
    """Return the independent origins of articles, all unless given.

    Raises:
        NotFoundError: an id is not there.
    """
    chosen = [find_article(connection, each) for each in article_ids] if article_ids else articles(connection)
    return independent_origins([reading(connection, article) for article in chosen], passages(connection))


def paragraphs_of(block: Block, whole: str) -> Iterator[Paragraph]:
    """Yield the non-blank lines of a block as paragraphs of the source's text."""
    at = block.start
    for line in whole[block.start : block.end].split("\n"):
        kept = line.strip()
        if kept:
            start = at + line.index(kept[0])
            yield Paragraph(start, start + len(kept), block.kind)
        at += len(line) + 1
