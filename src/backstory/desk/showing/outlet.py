"""An outlet in, the parts of its page out: what it carried, where it has it from, who is heard in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import apsw

from backstory.desk.tables import Row
from backstory.errors import NotFoundError

__all__ = ["Carried", "articles_by", "heard_in", "outlet_summary", "shared_with", "whence"]

LATEST = 400
"""Articles of an outlet, the latest first, whose passages and quotes are looked at."""
PAGE = 40

_LATEST = (
    "(SELECT article_id FROM articles WHERE outlet = :outlet"
    " ORDER BY published_earliest DESC, article_id LIMIT :latest)"
)


@dataclass(frozen=True, slots=True)
class Carried:
    """What an outlet carried in numbers."""

    outlet: str
    articles: int
    words: int
    first: str | None
    last: str | None
    copies: int
    stories: int


def outlet_summary(connection: apsw.Connection, outlet: str) -> Carried:
    """Return what an outlet carried in numbers.

    Raises:
        NotFoundError: no article is of this outlet.
    """
    question = (
        "SELECT count(*), sum(words), min(published_earliest), max(published_earliest), sum(copy_of IS NOT NULL),"
        " count(DISTINCT story_id) FROM articles WHERE outlet = ?"
    )
    found: list[Any] = list(connection.execute(question, (outlet,)).fetchone() or [0])
    if not found[0]:
        raise NotFoundError(f"no outlet {outlet!r} in this desk")
    return Carried(outlet, *found)


def articles_by(connection: apsw.Connection, outlet: str, *, page: int = 1) -> tuple[list[Row], bool]:
    """Return a page of an outlet's articles, the latest first, and whether there are more."""
    question = (
        "SELECT a.article_id, a.title, a.published, a.published_earliest, a.published_latest, a.published_how,"
        " a.byline, a.words, a.copy_of, a.story_id, s.title, json_array_length(s.article_ids) FROM articles a"
        " LEFT JOIN stories s ON s.story_id = a.story_id"
        " WHERE a.outlet = ? ORDER BY a.published_earliest DESC, a.article_id LIMIT ? OFFSET ?"
    )
    names = (
        *("article_id", "title", "published", "published_earliest", "published_latest", "published_how"),
        *("byline", "words", "copy_of", "story_id", "story", "story_size"),
    )
    answer = connection.execute(question, (outlet, PAGE + 1, (page - 1) * PAGE))
    found = [dict(zip(names, row, strict=True)) for row in answer]
    return found[:PAGE], len(found) > PAGE


def whence(connection: apsw.Connection, outlet: str) -> list[Row]:
    """Return where the passages that an outlet shares with others come from, the most words first."""
    question = (
        "SELECT p.origin_kind, p.origin, count(DISTINCT m.article_id), sum(p.words), max(p.because)"
        f" FROM {_LATEST} JOIN passage_members m USING (article_id) JOIN passages p USING (passage_id)"
        " GROUP BY 1, 2 ORDER BY 4 DESC, 1, 2 LIMIT 12"
    )
    names = ("kind", "origin", "articles", "words", "because")
    answer = connection.execute(question, {"outlet": outlet, "latest": LATEST})
    return [dict(zip(names, row, strict=True)) for row in answer]


def shared_with(connection: apsw.Connection, outlet: str) -> list[Row]:
    """Return with which other outlets an outlet shares words, the most words first, each with a pair of articles."""
    question = (
        "SELECT b.outlet, count(DISTINCT m.article_id), sum(p.words), m.article_id, o.article_id, max(p.words)"
        f" FROM {_LATEST} JOIN passage_members m USING (article_id) JOIN passages p USING (passage_id)"
        " JOIN passage_members o ON o.passage_id = m.passage_id AND o.article_id <> m.article_id"
        " JOIN articles b ON b.article_id = o.article_id"
        " WHERE b.outlet IS NOT NULL AND b.outlet <> :outlet GROUP BY 1 ORDER BY 3 DESC, 1 LIMIT 12"
    )
    names = ("outlet", "articles", "words", "one", "other", "longest")
    answer = connection.execute(question, {"outlet": outlet, "latest": LATEST})
    return [dict(zip(names, row, strict=True)) for row in answer]


def heard_in(connection: apsw.Connection, outlet: str, *, limit: int = 15) -> list[Row]:
    """Return who is quoted in an outlet, those with most quotes first."""
    question = (
        "SELECT n.name_id, n.label, n.kind, h.quotes FROM (SELECT q.speaker_name_id, count(*) quotes"
        f" FROM {_LATEST} JOIN quotes q USING (article_id) WHERE q.speaker_name_id IS NOT NULL"
        " GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT :limit) h"
        " JOIN names n ON n.name_id = h.speaker_name_id ORDER BY 4 DESC, 1"
    )
    names = ("name_id", "label", "kind", "count")
    answer = connection.execute(question, {"outlet": outlet, "latest": LATEST, "limit": limit})
    return [dict(zip(names, row, strict=True)) for row in answer]
