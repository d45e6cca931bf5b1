"""A speaker and words of a topic in, what was said about each topic in order of time out: cited quotes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

import apsw

from backstory.desk.decided.names import find_name
from backstory.desk.tables import Row
from backstory.stories.words import terms
from backstory.timelines.positions import Said, Topic, topics

__all__ = ["positions"]

MOST = 600
"""Statements of one speaker that are looked at, the latest: all pairs of them are compared."""


def positions(connection: apsw.Connection, speaker: str, topic: str = "") -> Row:
    """Return {speaker, topics}; a topic has words, statements in order of time and changes, each quote with its spans.

    Args:
        connection: of a desk.
        speaker: a name's id, its label or one of its forms.
        topic: words that a quote or its article's headline must have; all topics where empty.

    Raises:
        NotFoundError: there is no such name.
    """
    name = find_name(connection, speaker)
    wanted = set(terms(topic))
    quotes = {row["quote_id"]: row for row in _fullest(connection, name["name_id"])}
    about = _about(connection, (row["article_id"] for row in quotes.values()))
    said = [
        Said(row["quote_id"], row["text"], row["said_on"], top)
        for row in quotes.values()
        if wanted <= (top := about.get(row["article_id"], {})).keys() | _words(row)
    ]
    return {"speaker": name, "topics": [_topic(found, quotes) for found in topics(said)]}


def _words(row: Row) -> set[str]:
    return set(terms(row["text"]))


_QUOTES = """
SELECT q.quote_id, q.article_id, a.source_id, q.spans, q.text, q.kind, q.cue, q.speaker, a.outlet, a.published,
  q.statement_id, a.story_id, coalesce(s.said_on, a.published_earliest, a.published) AS said,
  coalesce(json_array_length(s.versions), 1) AS versions
FROM quotes q JOIN articles a USING (article_id) LEFT JOIN statements s USING (statement_id)
WHERE q.speaker_name_id = ? AND (s.statement_id IS NULL OR s.fullest_quote_id = q.quote_id)
ORDER BY a.published_earliest IS NULL, a.published_earliest DESC, q.quote_id LIMIT ?
"""
_COLUMNS = (
    *("quote_id", "article_id", "source_id", "spans", "text", "kind", "cue", "speaker", "outlet", "published"),
    *("statement_id", "story_id", "said_on", "versions"),
)


def _fullest(connection: apsw.Connection, name_id: str) -> list[Row]:
    """Return a speaker's quotes, of the versions of a statement the fullest alone."""
    found = []
    for values in connection.execute(_QUOTES, (name_id, MOST)):
        row = dict(zip(_COLUMNS, values, strict=True))
        row["spans"] = json.loads(row["spans"])
        row["said_on"] = row["said_on"][:10] if row["said_on"] and row["published"] else None
        found.append(row)
    return found


def _about(connection: apsw.Connection, article_ids: Iterable[str]) -> dict[str, dict[str, float]]:
    """Return the words of the tops of articles with their weights, asked for in one question."""
    question = (
        "SELECT article_id, json_extract(held, '$[0].lead') FROM profiles"
        " WHERE article_id IN (SELECT value FROM json_each(?))"
    )
    found = connection.execute(question, (json.dumps(sorted(set(article_ids))),))
    return {str(key): json.loads(str(lead)) for key, lead in found if lead is not None}


def _topic(found: Topic, quotes: Mapping[str, Row]) -> Row:
    return {
        "words": list(found.words),
        "first": found.said[0].day,
        "last": next((one.day for one in reversed(found.said) if one.day), None),
        "statements": [quotes[one.quote_id] for one in found.said],
        "changes": [
            {
                "earlier": quotes[change.earlier.quote_id],
                "later": quotes[change.later.quote_id],
                "because": change.because,
            }
            for change in found.changes
        ],
    }
