"""Filters in, the rows of quotes, names, figures and times that pass out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import apsw

from backstory.desk.ask import find_article
from backstory.desk.decided.names import find_name
from backstory.desk.tables import Row, rows

__all__ = ["Which", "figures", "names", "quotes", "times"]


@dataclass(frozen=True, slots=True)
class Which:
    """Which annotations: of an article, an outlet, articles of some days (ISO 8601, `until` included), with words."""

    article: str | None = None
    outlet: str | None = None
    since: str | None = None
    until: str | None = None
    words: str | None = None
    limit: int | None = None


class _Where:
    """Conditions that all must hold, and the values that they are asked with."""

    def __init__(self, connection: apsw.Connection, which: Which, columns: tuple[str, ...]) -> None:
        self.values: dict[str, str | int] = {"limit": -1 if which.limit is None else which.limit}
        self._said: list[str] = []
        of = "article_id IN (SELECT article_id FROM articles WHERE {})"
        if which.article:
            self.add("article_id = :article", article=find_article(connection, which.article).article_id)
        if which.outlet:
            self.add(of.format("outlet = :outlet COLLATE NOCASE"), outlet=which.outlet)
        if which.since:
            self.add(of.format("published_latest >= :since"), since=which.since)
        if which.until:
            self.add(of.format("substr(published_earliest, 1, length(:until)) <= :until"), until=which.until)
        for number, word in enumerate((which.words or "").split()):
            has = " OR ".join(f'instr(lower("{column}"), lower(:word{number}))' for column in columns)
            self.add(f"({has})", **{f"word{number}": word})

    def add(self, condition: str, **values: str | int) -> None:
        """Let `condition` hold too."""
        self._said.append(condition)
        self.values |= values

    def __str__(self) -> str:
        return "WHERE " + (" AND ".join(self._said) or "1")


def quotes(
    connection: apsw.Connection, which: Which, *, speaker: str | None = None, kind: str | None = None
) -> Iterator[Row]:
    """Yield rows of `quotes` as they stand in their articles: of a speaker (a name's id, label or form), of a kind.

    Raises:
        NotFoundError: the article or the speaker is not there.
    """
    where = _Where(connection, which, ("text",))
    if speaker:
        where.add("speaker_name_id = :speaker", speaker=find_name(connection, speaker)["name_id"])
    if kind:
        where.add("kind = :kind", kind=kind)
    return rows(
        connection, "quotes", str(where), where.values, "article_id, json_extract(spans, '$[0][0]') LIMIT :limit"
    )


def figures(
    connection: apsw.Connection, which: Which, *, unit: str | None = None, of: str | None = None
) -> Iterator[Row]:
    """Yield rows of `figures` as they stand in their articles: in a unit (GBP, %), of something that has these words.

    Raises:
        NotFoundError: the article is not there.
    """
    where = _Where(connection, which, ("text", "of"))
    if unit:
        where.add("unit = :unit COLLATE NOCASE", unit=unit)
    if of:
        where.add('instr(lower("of"), lower(:of))', of=of)
    return rows(connection, "figures", str(where), where.values, "article_id, start LIMIT :limit")


def times(connection: apsw.Connection, which: Which, *, type: str | None = None) -> Iterator[Row]:
    """Yield rows of `times` as they stand in their articles: of one TIMEX3 type (DATE, TIME, DURATION, SET).

    Raises:
        NotFoundError: the article is not there.
    """
    where = _Where(connection, which, ("text", "value"))
    if type:
        where.add("type = :type COLLATE NOCASE", type=type)
    return rows(connection, "times", str(where), where.values, "article_id, start LIMIT :limit")


def names(
    connection: apsw.Connection, *, words: str | None = None, kind: str | None = None, limit: int | None = None
) -> Iterator[Row]:
    """Yield rows of `names`, those that most articles tell of first: with `words` in a form, of a kind."""
    values: dict[str, str | int] = {"limit": -1 if limit is None else limit}
    conditions = []
    for number, word in enumerate((words or "").split()):
        values[f"word{number}"] = word
        conditions.append(f"instr(lower(label || ' ' || forms), lower(:word{number}))")
    if kind:
        values["kind"] = kind
        conditions.append("kind = :kind")
    where = "WHERE " + (" AND ".join(conditions) or "1")
    return rows(connection, "names", where, values, "articles DESC, label, name_id LIMIT :limit")
