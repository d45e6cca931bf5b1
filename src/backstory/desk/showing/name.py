"""A name in, the parts of its page out: roles, quotes, stories, who stands beside it; each a span that can be cited."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import apsw

from backstory.desk.decided.names import find_name
from backstory.desk.packing import unpack
from backstory.desk.showing.listing import having
from backstory.desk.tables import Row
from backstory.errors import NotFoundError

__all__ = ["Quoted", "beside", "days_quoted", "find_name_row", "mentions_of", "quotes_of", "roles_of", "stories_of"]

MENTIONS = 1_000
"""Mentions of a name that are looked at: a country has more in a large desk, and its page need not know them all."""
ROLES = 8
BEGINNING = 200
"""Characters of an article without a headline that are read to say how it begins."""
PAGE = 30


@dataclass(frozen=True, slots=True)
class Quoted:
    """A page of a name's quotes, how many there are in all, and in which stories, the most first."""

    rows: tuple[Row, ...]
    total: int
    stories: tuple[tuple[str, str, int], ...]


def find_name_row(connection: apsw.Connection, wanted: str) -> Row:
    """Return the row of the name whose id begins with `wanted`, or of the one that people joined it to.

    Raises:
        NotFoundError: there is none, or more than one.
    """
    if not wanted or not all(letter in "0123456789abcdef" for letter in wanted):
        raise NotFoundError(f"no name {wanted!r} in this desk")
    return find_name(connection, wanted)


def roles_of(connection: apsw.Connection, name_id: str) -> list[Row]:
    """Return what a name is called in articles other than by its name, the most frequent first, each cited once."""
    question = (
        'SELECT m.text, m.article_id, m.start, m."end", a.outlet FROM (SELECT * FROM mentions WHERE name_id = ?'
        " LIMIT ?) m JOIN articles a USING (article_id) WHERE m.form = 'role' ORDER BY m.article_id, m.start"
    )
    counts = Counter[str]()
    first: dict[str, Row] = {}
    for row in connection.execute(question, (name_id, MENTIONS)):
        key = str(row[0]).casefold()
        counts[key] += 1
        first.setdefault(key, dict(zip(("text", "article_id", "start", "end", "outlet"), row, strict=True)))
    return [first[key] | {"count": count} for key, count in counts.most_common(ROLES)]


def quotes_of(connection: apsw.Connection, name_id: str, *, words: str = "", story: str = "", page: int = 1) -> Quoted:
    """Return what a name said, the latest first: with words in it, in a story."""
    conditions = ["q.speaker_name_id = :name"]
    values: dict[str, str | int] = {"name": name_id, "limit": PAGE, "offset": (page - 1) * PAGE}
    for said, pattern in having("q.text", words):
        conditions.append(said)
        values |= pattern
    by_story = _stories_quoted(connection, " AND ".join(conditions), values)
    if story:
        conditions.append("a.story_id = :story")
        values["story"] = story
    where = " AND ".join(conditions)
    question = (
        "SELECT q.quote_id, q.article_id, q.text, q.kind, q.cue, q.spans ->> '$[0][0]', q.spans ->> '$[#-1][1]',"
        " q.statement_id, a.outlet, a.published, a.story_id, s.title FROM quotes q JOIN articles a USING (article_id)"
        f" LEFT JOIN stories s ON s.story_id = a.story_id WHERE {where}"
        " ORDER BY a.published IS NULL, a.published DESC, q.article_id, 6 LIMIT :limit OFFSET :offset"
    )
    names = (
        *("quote_id", "article_id", "text", "kind", "cue", "start", "end"),
        *("statement_id", "outlet", "published", "story_id", "title"),
    )
    found = tuple(dict(zip(names, row, strict=True)) for row in connection.execute(question, values))
    total = sum(count for key, _, count in by_story if not story or key == story)
    return Quoted(found, total, tuple(by_story))


def _stories_quoted(
    connection: apsw.Connection, where: str, values: dict[str, str | int]
) -> list[tuple[str, str, int]]:
    question = (
        "SELECT coalesce(a.story_id, ''), max(s.title), count(*) FROM quotes q JOIN articles a USING (article_id)"
        f" LEFT JOIN stories s ON s.story_id = a.story_id WHERE {where} GROUP BY 1 ORDER BY 3 DESC, 1"
    )
    return [(str(key), str(title or ""), int(str(count))) for key, title, count in connection.execute(question, values)]


def days_quoted(connection: apsw.Connection, name_id: str) -> dict[str, int]:
    """Return how many quotes of a name came out on each day that is known."""
    question = (
        "SELECT substr(a.published, 1, 10), count(*) FROM quotes q JOIN articles a USING (article_id)"
        " WHERE q.speaker_name_id = ? AND length(a.published) >= 10 GROUP BY 1 ORDER BY 1"
    )
    return {str(day): int(str(count)) for day, count in connection.execute(question, (name_id,))}


def stories_of(connection: apsw.Connection, name_id: str, *, limit: int = 20) -> list[Row]:
    """Return the stories whose articles mention a name, those that mention it most first, with the count."""
    question = (
        "SELECT a.story_id, count(DISTINCT a.article_id), s.title, s.first_published, s.last_published,"
        " json_array_length(s.article_ids)"
        " FROM (SELECT DISTINCT article_id FROM mentions WHERE name_id = ? LIMIT ?) JOIN articles a USING (article_id)"
        " JOIN stories s ON s.story_id = a.story_id GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ?"
    )
    names = ("story_id", "count", "title", "first_published", "last_published", "articles")
    return [dict(zip(names, row, strict=True)) for row in connection.execute(question, (name_id, MENTIONS, limit))]


def beside(connection: apsw.Connection, name_id: str, *, limit: int = 12) -> list[Row]:
    """Return the persons and organisations that the same articles mention, those in most of them first."""
    question = (
        "SELECT n.name_id, n.label, n.kind, count(DISTINCT o.article_id)"
        " FROM (SELECT DISTINCT article_id FROM mentions WHERE name_id = :name LIMIT 200) m"
        " JOIN mentions o USING (article_id) JOIN names n ON n.name_id = o.name_id"
        " WHERE o.name_id <> :name AND n.kind IN ('person', 'organisation')"
        " GROUP BY 1 HAVING count(DISTINCT o.article_id) > 1 ORDER BY 4 DESC, 1 LIMIT :limit"
    )
    names = ("name_id", "label", "kind", "count")
    answer = connection.execute(question, {"name": name_id, "limit": limit})
    return [dict(zip(names, row, strict=True)) for row in answer]


def mentions_of(connection: apsw.Connection, name_id: str, *, limit: int = 30) -> list[Row]:
    """Return where a name is first mentioned by name in each article, the latest articles first."""
    question = (
        'SELECT m.text, m.article_id, min(m.start), m."end", a.outlet, a.published, a.title FROM articles a JOIN'
        " (SELECT * FROM mentions WHERE name_id = ? AND form = 'name' LIMIT ?) m USING (article_id)"
        " GROUP BY m.article_id ORDER BY a.published IS NULL, a.published DESC, m.article_id LIMIT ?"
    )
    names = ("text", "article_id", "start", "end", "outlet", "published", "title")
    found = connection.execute(question, (name_id, MENTIONS, limit))
    told = [dict(zip(names, row, strict=True)) for row in found]
    return [row | {"begins": None if row["title"] else _beginning(connection, str(row["article_id"]))} for row in told]


def _beginning(connection: apsw.Connection, article_id: str) -> str | None:
    """Return how an article begins: by that people know one without a headline."""
    question = (
        'SELECT b.start, b."end", c.raw, c.text FROM blocks b JOIN contents c USING (source_id)'
        " WHERE b.source_id = (SELECT source_id FROM articles WHERE article_id = :id) AND b.article_id = :id"
        " AND b.kind IN ('standfirst', 'body') ORDER BY b.start LIMIT 1"
    )
    found: Any = connection.execute(question, {"id": article_id}).fetchone()
    if found is None:
        return None
    start, end, raw, text = found
    whole = unpack(raw if text is None else text).decode("utf-8", "surrogatepass")
    return whole[start : min(end, start + BEGINNING)]
