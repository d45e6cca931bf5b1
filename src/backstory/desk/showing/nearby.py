"""A story in, the stories nearest to it out: what a person may want to join to it or move an article into."""

from __future__ import annotations

import json

import apsw

from backstory.desk.tables import Row

__all__ = ["nearby_stories"]

PAIRS = 2_000
"""Pairs of articles that are looked at, for a story of hundreds."""


def nearby_stories(connection: apsw.Connection, story_id: str, *, limit: int = 10) -> list[Row]:
    """Return other stories with an article near one of this story's: how near at most, title, dates, size."""
    question = (
        "SELECT b.story_id, max(p.probability) FROM articles a JOIN pairs p ON p.{one} = a.article_id"
        " JOIN articles b ON b.article_id = p.{other} WHERE a.story_id = :id AND b.story_id <> :id"
        " GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT :limit"
    )
    near: dict[str, float] = {}
    for one, other in (("article_a", "article_b"), ("article_b", "article_a")):
        sides = question.format(one=one, other=other)
        for key, probability in connection.execute(sides, {"id": story_id, "limit": PAIRS}):
            near[str(key)] = max(near.get(str(key), 0.0), float(str(probability)))
    keys = sorted(near, key=lambda key: (-near[key], key))[:limit]
    told = (
        "SELECT story_id, title, first_published, last_published, json_array_length(article_ids) FROM stories"
        " WHERE story_id IN (SELECT value FROM json_each(?))"
    )
    names = ("story_id", "title", "first_published", "last_published", "articles")
    rows = {str(row[0]): dict(zip(names, row, strict=True)) for row in connection.execute(told, (json.dumps(keys),))}
    return [rows[key] | {"probability": near[key]} for key in keys if key in rows]
