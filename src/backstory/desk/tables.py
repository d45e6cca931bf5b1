"""The contract in one place: every table that a desk exports, its columns, and the question that answers with them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import apsw

from backstory.errors import UsageError

__all__ = ["TABLES", "Row", "Table", "rows", "select"]

Row = dict[str, Any]
"""One row of a table: its columns by name, as in JSON."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the contract: its columns in order, where they come from, and which of them are kept as JSON."""

    name: str
    columns: tuple[str, ...]
    origin: str
    order: str
    nested: tuple[str, ...] = ()


def _table(name: str, columns: str, origin: str, order: str, nested: str = "") -> tuple[str, Table]:
    return name, Table(name, tuple(columns.split()), origin, order, tuple(nested.split()))


_OF_ARTICLES = "(SELECT t.*, a.source_id FROM {} t JOIN articles a USING (article_id))"
_PASSAGES = """(SELECT p.*, (SELECT json_group_array(json_object(
    'article_id', article_id, 'source_id', source_id, 'start', start, 'end', "end", 'text', text))
  FROM (SELECT * FROM passage_members m WHERE m.passage_id = p.passage_id ORDER BY article_id, start)) AS members
  FROM passages p)"""

_FACTS = """(SELECT *, json_object('article_id', article_id, 'source_id', source_id, 'start', start, 'end', "end",
  'text', text) AS fact FROM omissions)"""
_LINKS = """(SELECT article_a, article_b, probability, reasons, 'model' AS decided_by FROM pairs p
  WHERE candidate AND reasons IS NOT NULL AND NOT EXISTS (SELECT 1 FROM wishes w
    WHERE w.article_a = p.article_a AND w.article_b = p.article_b)
  UNION ALL SELECT article_a, article_b, kind = 'must', '[]', 'person' FROM wishes)"""

_THREAD_LINKS = """(SELECT story_a, story_b, probability, reasons, 'model' AS decided_by FROM thread_pairs
  WHERE candidate AND reasons IS NOT NULL
  UNION ALL SELECT DISTINCT min(one.story_id, other.story_id), max(one.story_id, other.story_id), kind = 'must', '[]',
    'person' FROM thread_wishes JOIN articles one ON one.article_id = article_a
    JOIN articles other ON other.article_id = article_b WHERE one.story_id <> other.story_id)"""

TABLES: dict[str, Table] = dict(
    (
        _table(
            "sources",
            "source_id uri media_type bytes text_sha256 chars encoding read_at problem rule",
            "sources JOIN contents USING (source_id)",
            "source_id, uri",
        ),
        _table("blocks", "source_id article_id start end kind confidence", "blocks", "source_id, start"),
        _table(
            "articles",
            "article_id source_id start end title outlet byline section language published published_how"
            " published_earliest published_latest words copy_of story_id place_line url confidence evidence",
            "articles",
            "article_id",
            "evidence",
        ),
        _table("names", "name_id kind label forms first_seen articles", "names", "name_id", "forms"),
        _table(
            "mentions",
            "article_id source_id start end text kind form name_id confidence",
            _OF_ARTICLES.format("mentions"),
            'article_id, start, "end"',
        ),
        _table(
            "times",
            "article_id source_id start end text type value earliest latest anchor",
            _OF_ARTICLES.format("times"),
            'article_id, start, "end"',
        ),
        _table(
            "figures",
            "article_id source_id start end text value value_to unit qualifier of as_of",
            _OF_ARTICLES.format("figures"),
            'article_id, start, "end"',
        ),
        _table(
            "quotes",
            "quote_id article_id source_id spans text kind cue_start cue_end cue speaker_start speaker_end speaker"
            " speaker_name_id addressee addressee_name_id confidence statement_id",
            _OF_ARTICLES.format("quotes"),
            "quote_id",
            "spans",
        ),
        _table(
            "copies",
            "article_a article_b kind similarity containment earlier",
            "copies",
            "article_a, article_b",
        ),
        _table(
            "passages",
            "passage_id words origin_kind origin because first_article_id members",
            _PASSAGES,
            "passage_id",
            "members",
        ),
        _table(
            "statements",
            "statement_id speaker_name_id speaker said_on fullest_quote_id speakers origin_kind origin because"
            " versions",
            "statements",
            "statement_id",
            "speakers versions",
        ),
        _table(
            "stories",
            "story_id thread_id title title_source_id title_start title_end article_ids outlets origins"
            " first_published last_published keywords places",
            "stories",
            "story_id",
            "article_ids outlets keywords places",
        ),
        _table("dates", "article_id story_id earliest latest because", "dates", "article_id", "because"),
        _table(
            "threads",
            "thread_id story_ids label label_source_id label_start label_end first_published last_published",
            "threads",
            "thread_id",
            "story_ids",
        ),
        _table(
            "thread_links",
            "story_a story_b probability reasons decided_by",
            _THREAD_LINKS,
            "story_a, story_b",
            "reasons",
        ),
        _table(
            "happenings",
            "story_id thread_id date date_to source_id start end text article_id also weight",
            "(SELECT h.*, s.thread_id FROM happenings h JOIN stories s USING (story_id))",
            "story_id, date, article_id, start",
            "also",
        ),
        _table("disagreements", "story_id of members kind", "disagreements", 'story_id, "of", members', "members"),
        _table(
            "omissions",
            "story_id fact told_by untold_by also",
            _FACTS,
            "story_id, article_id, start",
            "fact told_by untold_by also",
        ),
        _table(
            "links", "article_a article_b probability reasons decided_by", _LINKS, "article_a, article_b", "reasons"
        ),
    )
)
"""By name. The texts are not among them: `export --texts` writes those."""


def select(name: str, where: str = "", order: str | None = None) -> str:
    """Return the SQL that answers with the columns of table `name`.

    Raises:
        UsageError: there is no such table.
    """
    if name not in TABLES:
        raise UsageError(f"no table {name!r}: there are {', '.join(TABLES)}")
    table = TABLES[name]
    columns = ", ".join(f'"{column}"' for column in table.columns)
    return f"SELECT {columns} FROM {table.origin} {where} ORDER BY {order or table.order}"


def rows(
    connection: apsw.Connection,
    name: str,
    where: str = "",
    values: dict[str, Any] | None = None,
    order: str | None = None,
) -> Iterator[Row]:
    """Yield the rows of table `name`; `where` is our own SQL, never a user's words: those go into `values`."""
    question = select(name, where, order)
    table = TABLES[name]
    for answer in connection.execute(question, values or {}):
        row = dict(zip(table.columns, answer, strict=True))
        for column in table.nested:
            row[column] = json.loads(row[column]) if row[column] is not None else None
        yield row
