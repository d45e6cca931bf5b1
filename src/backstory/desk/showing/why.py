"""Why an article is in a story, or is not: its nearness to each of the story's articles, with reasons."""

from __future__ import annotations

import apsw

from backstory.desk.ask import find_article
from backstory.desk.decided.stories import find_story
from backstory.desk.grouping.stories import evidence_between, reasons_of, wishes_about
from backstory.desk.tables import Row

__all__ = ["why"]

MOST = 50
"""Articles of the story that are told, the nearest first."""


def why(connection: apsw.Connection, story: str, article: str) -> list[Row]:
    """Return rows in the shape of `links` between an article and each of a story's, the likeliest first.

    Raises:
        NotFoundError: there is no such story or article.
    """
    key = find_article(connection, article).article_id
    others = [other for other in find_story(connection, story)["article_ids"] if other != key]
    pairs = [(min(key, other), max(key, other)) for other in others]
    found = evidence_between(connection, pairs) if pairs else {}
    reasons, wishes = reasons_of(connection, pairs), wishes_about(connection)
    told: list[Row] = []
    for pair in sorted(found, key=lambda pair: (-found[pair], pair))[:MOST]:
        decided = pair in wishes.must or pair in wishes.cannot
        told.append(
            {
                "article_a": key,
                "article_b": pair[1] if pair[0] == key else pair[0],
                "probability": float(pair in wishes.must) if decided else found[pair],
                "reasons": reasons[pair],
                "decided_by": "person" if decided else "model",
            }
        )
    return told
