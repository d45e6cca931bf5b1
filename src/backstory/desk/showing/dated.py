"""Ids of articles in, the days on which their stories show them to have come out, with how sure that is, out."""

from __future__ import annotations

import json
from collections.abc import Iterable

import apsw

from backstory.desk.tables import Row

__all__ = ["days_by_story"]

_DAYS = """
SELECT d.article_id, d.story_id, d.earliest, d.latest, d.because, (
  SELECT max(p.probability) FROM json_each(d.because) j JOIN pairs p
  ON p.article_a = min(d.article_id, j.value) AND p.article_b = max(d.article_id, j.value))
FROM dates d WHERE d.article_id IN (SELECT value FROM json_each(?))
"""


def days_by_story(connection: apsw.Connection, article_ids: Iterable[str]) -> dict[str, Row]:
    """Return by undated article the first and last day that its story leaves, the dated articles that say so, how sure.

    `confidence` is how likely the article and the likeliest of those are of one event; None where nobody asked it.
    """
    names = ("story_id", "earliest", "latest", "because", "confidence")
    found = connection.execute(_DAYS, (json.dumps(sorted(set(article_ids))),))
    told = {str(row[0]): dict(zip(names, row[1:], strict=True)) for row in found}
    return {key: row | {"because": json.loads(str(row["because"]))} for key, row in told.items()}
