"""A desk in, how much of what it holds out: asked of indexes and of the latest articles, so that it costs little."""

from __future__ import annotations

import apsw

__all__ = ["LATEST", "held", "kinds_of_lines", "languages"]

LATEST = 2_000
"""Sources and articles, the latest, whose lines and languages are counted: a desk of a day's news is counted whole."""


def held(connection: apsw.Connection) -> dict[str, int]:
    """Return counts of what waits, is dated, and was found."""
    questions = {
        "waiting": "SELECT count(*) FROM contents WHERE cleaned = 0",
        "dated": "SELECT count(*) FROM articles WHERE published_earliest IS NOT NULL",
        "threads": "SELECT count(*) FROM threads",
        "names": "SELECT count(*) FROM names",
        "quotes": "SELECT count(*) FROM quotes",
        "passages": "SELECT count(*) FROM passages",
        "copies": "SELECT count(*) FROM copies",
    }
    found = {name: connection.execute(question).fetchone() for name, question in questions.items()}
    return {name: int(str(row[0])) if row else 0 for name, row in found.items()}


def kinds_of_lines(connection: apsw.Connection) -> dict[str, int]:
    """Return the characters of each kind of line in the latest sources, the most first."""
    question = (
        'SELECT kind, sum("end" - start) FROM blocks WHERE source_id IN'
        " (SELECT source_id FROM contents ORDER BY id DESC LIMIT ?) GROUP BY 1 ORDER BY 2 DESC, 1"
    )
    return {str(kind): int(str(chars)) for kind, chars in connection.execute(question, (LATEST,))}


def languages(connection: apsw.Connection) -> dict[str, int]:
    """Return how many of the latest articles are in each language, the most first."""
    question = (
        "SELECT coalesce(language, 'unknown'), count(*) FROM (SELECT language FROM articles"
        " ORDER BY published_earliest DESC, article_id LIMIT ?) GROUP BY 1 ORDER BY 2 DESC, 1"
    )
    return {str(language): int(str(count)) for language, count in connection.execute(question, (LATEST,))}
