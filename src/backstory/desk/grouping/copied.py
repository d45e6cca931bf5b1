"""Copies of a desk in, which article is the head of each out, and what a copy changed."""

from __future__ import annotations

import apsw

from backstory.desk.tables import rows
from backstory.records import Change, Copy, Reading
from backstory.reuse.compare import changes_between
from backstory.reuse.corpus import text_of
from backstory.reuse.duplicates import heads

__all__ = ["changes_of", "heads_of"]


def heads_of(connection: apsw.Connection) -> dict[str, str]:
    """Return for each article that copies an earlier one, exactly or nearly, the id of the head of its copies."""
    from backstory.desk.ask import article_from

    copies = [Copy(**row) for row in rows(connection, "copies")]
    paired = {article_id for copy in copies for article_id in (copy.article_a, copy.article_b)}
    articles = [
        article_from(row)
        for article_id in sorted(paired)
        for row in rows(connection, "articles", "WHERE article_id = :id", {"id": article_id})
    ]
    return {article_id: head for article_id, head in heads(articles, copies).items() if head != article_id}


def changes_of(one: Reading, other: Reading) -> tuple[Change, ...]:
    """Return what was added, cut and changed from `one` to `other`."""
    return changes_between(text_of(one), text_of(other))
