"""A story's articles in, the rows of `dates` out: when the undated came out, by the dated nearest to them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import apsw

from backstory.records import Reading
from backstory.stories.dating import dated_by

__all__ = ["put_dates"]

Pair = tuple[str, str]


def put_dates(
    connection: apsw.Connection,
    story_id: str,
    readings: Sequence[Reading],
    probability: Mapping[tuple[str, str], float],
) -> None:
    """Write the days of a story's undated articles in place of those that were known before."""
    articles = [found.article for found in readings]
    connection.executemany("DELETE FROM dates WHERE article_id = ?", [(article.article_id,) for article in articles])
    connection.executemany(
        "INSERT INTO dates VALUES (?, ?, ?, ?, ?)",
        [
            (told.article_id, story_id, told.earliest, told.latest, json.dumps(told.because))
            for told in dated_by(articles, probability)
        ],
    )
