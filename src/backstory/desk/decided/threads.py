"""What people ask and decide about threads: find one, join stories, part them. Decisions outlive every run."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import apsw

from backstory.desk.connection import transaction
from backstory.desk.decided.decisions import ANYBODY, Effect, decide
from backstory.desk.decided.stories import find_story
from backstory.desk.grouping.stories import update_stories
from backstory.desk.grouping.threads import evidence_of_stories
from backstory.desk.tables import Row, rows
from backstory.errors import NotFoundError, UsageError

__all__ = ["find_thread", "join_thread", "part_thread", "thread_file", "why_thread"]


def find_thread(connection: apsw.Connection, wanted: str) -> Row:
    """Return the row of the thread whose id begins with `wanted`, or of what it became, or of a story's or article's.

    Raises:
        NotFoundError: there is none, or more than one.
    """
    if wanted and all(letter in "0123456789abcdef" for letter in wanted):
        where = "WHERE thread_id BETWEEN :id AND :id || 'g'"
        found = list(rows(connection, "threads", where, {"id": wanted}, "1 LIMIT 2"))
        if not found:
            begins = "thread_id BETWEEN ?1 AND ?1 || 'g'"
            redirect = f"SELECT became FROM thread_redirects WHERE {begins} AND became NOTNULL LIMIT 1"
            for (became,) in connection.execute(redirect, (wanted,)).fetchall():
                found = list(rows(connection, "threads", where, {"id": became}))
        if len(found) == 1:
            return found[0]
        if found:
            raise NotFoundError(f"more than one thread begins with {wanted!r}: give more of its id")
        return _thread_of_story(connection, wanted)
    raise NotFoundError(f"no thread {wanted!r} in this desk: `backstory threads` lists them")


def _thread_of_story(connection: apsw.Connection, wanted: str) -> Row:
    try:
        thread_id = find_story(connection, wanted)["thread_id"]
    except NotFoundError:
        raise NotFoundError(f"no thread {wanted!r} in this desk: `backstory threads` lists them") from None
    if thread_id is None:
        raise NotFoundError(f"story {wanted!r} is in no thread: it stands alone")
    return next(rows(connection, "threads", "WHERE thread_id = :id", {"id": thread_id}))


def thread_file(connection: apsw.Connection, wanted: str) -> Row:
    """Return a thread with the rows of its stories in order of time and of the links between them.

    Raises:
        NotFoundError: there is no such thread, or more than one.
    """
    thread = find_thread(connection, wanted)
    keys: list[str] = thread["story_ids"]
    stories = [next(rows(connection, "stories", "WHERE story_id = :id", {"id": key})) for key in keys]
    here = {key: place for place, key in enumerate(keys)}
    found = [link for key in keys for link in rows(connection, "thread_links", "WHERE story_a = :id", {"id": key})]
    links = [link for link in found if link["story_b"] in here]
    links.sort(key=lambda link: sorted((here[link["story_a"]], here[link["story_b"]])))
    return {"thread": thread, "stories": stories, "links": links}


def why_thread(connection: apsw.Connection, wanted: str, story: str) -> list[Row]:
    """Return rows in the shape of `thread_links` between a story and each of a thread's, the likeliest first.

    Raises:
        NotFoundError: there is no such thread or story.
    """
    key = find_story(connection, story)["story_id"]
    others = [other for other in find_thread(connection, wanted)["story_ids"] if other != key]
    return evidence_of_stories(connection, key, others)


def join_thread(connection: apsw.Connection, into: str, other: str, *, by: str = ANYBODY) -> Row:
    """Put a story, or the stories of a thread, into the thread of another story, for good; return that thread.

    Raises:
        NotFoundError: there is no such thread or story.
        UsageError: they are of one thread already.
    """
    one, two = _stories_of(connection, into), _stories_of(connection, other)
    if {row["story_id"] for row in one} & {row["story_id"] for row in two}:
        raise UsageError("these are of one thread already")
    both = [*one, *two]
    effect: Effect = {
        "must": [(both[0]["article_ids"][0], row["article_ids"][0]) for row in both[1:]],
        "free": list(product(_articles(one), _articles(two))),
    }
    _decide(connection, "thread join", f"“{two[0]['title']}” follows “{one[0]['title']}”", effect, by)
    return find_thread(connection, one[0]["article_ids"][0])


def part_thread(connection: apsw.Connection, wanted: str, stories: Sequence[str], *, by: str = ANYBODY) -> Row | None:
    """Take stories out of a thread, for good; return what is left of it, None where that is no thread any more.

    Raises:
        NotFoundError: there is no such thread or story.
        UsageError: a story is not in the thread, or none would be left.
    """
    thread = find_thread(connection, wanted)
    out = [find_story(connection, story)["story_id"] for story in stories]
    strange = [key for key in out if key not in thread["story_ids"]]
    if strange:
        raise UsageError(f"story {strange[0][:10]} is not in thread {thread['thread_id'][:10]}")
    members = [find_story(connection, key) for key in thread["story_ids"]]
    gone = [row for row in members if row["story_id"] in out]
    rest = [row for row in members if row["story_id"] not in out]
    if not rest or not gone:
        raise UsageError("name some stories of the thread, but not all of them")
    pairs = product((row["article_ids"][0] for row in gone), (row["article_ids"][0] for row in rest))
    effect: Effect = {"cannot": list(pairs), "free": list(product(_articles(gone), _articles(rest)))}
    _decide(connection, "thread part", f"{len(gone)} of {len(members)} taken out of “{thread['label']}”", effect, by)
    left = find_story(connection, rest[0]["article_ids"][0])["thread_id"]
    return find_thread(connection, left) if left is not None else None


def _stories_of(connection: apsw.Connection, wanted: str) -> list[Row]:
    """Return the stories of a thread, or the one story, that `wanted` names."""
    try:
        keys: list[str] = find_thread(connection, wanted)["story_ids"]
    except NotFoundError:
        return [find_story(connection, wanted)]
    return [find_story(connection, key) for key in keys]


def _articles(stories: Sequence[Row]) -> list[str]:
    return [key for row in stories for key in row["article_ids"]]


def _decide(connection: apsw.Connection, action: str, told: str, effect: Effect, by: str) -> None:
    """Keep a decision, and make anew the threads that it touches."""
    with transaction(connection):
        decide(connection, action, told, effect, by=by)
    update_stories(connection, lambda done: None)
