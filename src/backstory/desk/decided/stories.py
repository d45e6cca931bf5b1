"""What people decide about stories: merge, split, move, title. It is kept by articles and outlives every run."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import apsw

from backstory.desk.ask import find_article
from backstory.desk.connection import transaction
from backstory.desk.decided.decisions import ANYBODY, Effect, decide
from backstory.desk.grouping.stories import update_stories
from backstory.desk.tables import Row, rows
from backstory.errors import NotFoundError, UsageError

__all__ = ["choose_title", "find_story", "merge_stories", "move_article", "split_story"]


def find_story(connection: apsw.Connection, wanted: str) -> Row:
    """Return the row of the story whose id begins with `wanted`, or of the one that it became, or of an article's.

    Raises:
        NotFoundError: there is none, or more than one.
    """
    if wanted and all(letter in "0123456789abcdef" for letter in wanted):
        where = "WHERE story_id BETWEEN :id AND :id || 'g'"
        found = list(rows(connection, "stories", where, {"id": wanted}, "1 LIMIT 2"))
        if not found:
            redirect = "SELECT became FROM story_redirects WHERE story_id BETWEEN ?1 AND ?1 || 'g' LIMIT 1"
            for (became,) in connection.execute(redirect, (wanted,)):
                found = list(rows(connection, "stories", where, {"id": became}))
        if not found:
            own = "SELECT story_id FROM articles WHERE article_id BETWEEN ?1 AND ?1 || 'g' AND story_id NOTNULL LIMIT 1"
            for (story_id,) in connection.execute(own, (wanted,)):
                found = list(rows(connection, "stories", where, {"id": story_id}))
        if len(found) == 1:
            return found[0]
        if found:
            raise NotFoundError(f"more than one story begins with {wanted!r}: give more of its id")
    raise NotFoundError(f"no story {wanted!r} in this desk: `backstory stories` lists them")


def merge_stories(connection: apsw.Connection, into: str, other: str, *, by: str = ANYBODY) -> Row:
    """Make one story of two, for good; return it."""
    one, two = find_story(connection, into), find_story(connection, other)
    if one["story_id"] == two["story_id"]:
        raise UsageError("these are one story already")
    apart = product(one["article_ids"], two["article_ids"])
    keys: list[str] = one["article_ids"] + two["article_ids"]
    effect = {"must": [(keys[0], key) for key in keys[1:]], "free": list(apart)}
    _decide(connection, "story merge", f"“{two['title']}” joined to “{one['title']}”", effect, by)
    return find_story(connection, one["article_ids"][0])


def split_story(connection: apsw.Connection, wanted: str, articles: Sequence[str], *, by: str = ANYBODY) -> Row:
    """Make a story of its own of some articles of a story, for good; return the new one."""
    story = find_story(connection, wanted)
    out = [_member(connection, story, key) for key in articles]
    rest = [key for key in story["article_ids"] if key not in out]
    if not rest or not out:
        raise UsageError("name some articles of the story, but not all of them")
    told = f"{len(out)} of {len(out) + len(rest)} taken out of “{story['title']}”"
    effect = {"must": [(out[0], key) for key in out[1:]], "cannot": list(product(out, rest))}
    _decide(connection, "story split", told, effect, by)
    return find_story(connection, out[0])


def move_article(connection: apsw.Connection, article: str, to: str, *, by: str = ANYBODY) -> Row:
    """Put an article into another story, for good; return that story."""
    key = find_article(connection, article).article_id
    old, new = find_story(connection, key), find_story(connection, to)
    if old["story_id"] == new["story_id"]:
        raise UsageError(f"article {key[:10]} is in this story already")
    rest = [other for other in old["article_ids"] if other != key]
    effect = {
        "must": [(key, new["article_ids"][0])],
        "cannot": [(key, other) for other in rest],
        "free": [(key, other) for other in new["article_ids"]],
    }
    _decide(connection, "story move", f"article {key[:10]} put into “{new['title']}”", effect, by)
    return find_story(connection, key)


def choose_title(connection: apsw.Connection, wanted: str, article: str, *, by: str = ANYBODY) -> Row:
    """Let a story carry the headline of one of its articles, for good; return the story."""
    story = find_story(connection, wanted)
    key = _member(connection, story, article)
    effect = {"titled": key, "of": story["article_ids"]}
    _decide(connection, "story title", f"“{story['title']}” titled as article {key[:10]}", effect, by)
    return find_story(connection, key)


def _member(connection: apsw.Connection, story: Row, article: str) -> str:
    key = find_article(connection, article).article_id
    if key not in story["article_ids"]:
        raise UsageError(f"article {key[:10]} is not in story {story['story_id'][:10]}")
    return key


def _decide(connection: apsw.Connection, action: str, told: str, effect: Effect, by: str) -> None:
    """Keep a decision, and group anew what it touches."""
    with transaction(connection):
        decide(connection, action, told, effect, by=by)
    update_stories(connection, lambda done: None)
