"""Stories in, the rows of their threads out; only what a change touches is made anew.

The threads depend on the stories and on what people decided, never on the order in which either came.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import combinations

import apsw

from backstory.desk.ask import article_from, reading
from backstory.desk.grouping.graph import Graph
from backstory.desk.grouping.thread_labels import label_of
from backstory.desk.tables import Row, rows
from backstory.records import Kind, Reading, content_id
from backstory.stories.blocking import UNDATED
from backstory.stories.group import Wishes, partition
from backstory.stories.profile import Profile
from backstory.stories.runs import runs_of
from backstory.stories.threads import EDGE, JOIN, Followed, Reference, Theme, evidence, keys_of_theme, theme
from backstory.stories.words import terms

__all__ = ["evidence_of_stories", "themes_of", "thread_wishes", "update_threads"]

WINDOW = 180
"""Days between two stories from which they are compared only by people."""
LARGEST = 400
"""Stories in a component. A larger one is cut at a higher probability before it is partitioned."""
MOST_ARTICLES = 60
"""Articles of a story, the earliest first, whose sentences are searched for references to days before."""
MOST_REFERENCES = 40
SPAN_DAYS = 7
"""Days that a time expression spans at most to point to a story."""

Pair = tuple[str, str]


def update_threads(connection: apsw.Connection) -> None:
    """Compare the stories that changed and make their threads anew; must be called within a transaction."""
    touched = [str(row[0]) for row in connection.execute("SELECT story_id FROM touched_stories ORDER BY 1")]
    if not touched:
        return
    here = [key for key in touched if _is_story(connection, key)]
    for key in here:
        _put_theme(connection, key)
    wanted = {pair for key in here for pair in _candidates(connection, key)}
    _score(connection, sorted(wanted), candidate=1)
    wishes = thread_wishes(connection)
    graph = Graph(connection, "thread_pairs", "story_a", "story_b", EDGE, LARGEST)
    found = list(graph.components(here, wishes))
    before = _threads_before(connection, [*touched, *(key for component in found for key in component)])
    groups: list[list[str]] = []
    for component in found:
        for part in graph.small_enough(component, wishes):
            _score(connection, list(combinations(part, 2)), candidate=0)
            groups += partition(part, graph.known(part), wishes, join=JOIN)
    for group in groups:
        _put_thread(connection, group)
    _retire(connection, before)
    _lead(connection, groups)
    connection.execute("DELETE FROM touched_stories")


def _is_story(connection: apsw.Connection, key: str) -> bool:
    return connection.execute("SELECT 1 FROM stories WHERE story_id = ?", (key,)).fetchone() is not None


def _threads_before(connection: apsw.Connection, touched: Sequence[str]) -> dict[str, list[str]]:
    """Return the threads that stories were in, each with what its stories are now."""
    question = "SELECT thread_id FROM thread_members WHERE story_id = ?"
    threads = sorted({str(row[0]) for key in touched for row in connection.execute(question, (key,))})
    members = """SELECT coalesce(became, m.story_id) FROM thread_members m LEFT JOIN story_redirects USING (story_id)
      WHERE thread_id = ?"""
    return {thread: [str(row[0]) for row in connection.execute(members, (thread,))] for thread in threads}


def _put_theme(connection: apsw.Connection, story_id: str) -> None:
    """Keep what of a story is compared, and the keys under which it is found."""
    (row,) = rows(connection, "stories", "WHERE story_id = :id", {"id": story_id})
    keys: list[str] = row["article_ids"]
    profiles = [_profile(connection, key) for key in sorted(keys)]
    readings = [_reading(connection, key) for key in keys[:MOST_ARTICLES]]
    runs = runs_of(found.of((Kind.STANDFIRST, Kind.BODY)) for found in readings)
    references = [told for found in readings for told in _references(connection, found)][:MOST_REFERENCES]
    made = theme(story_id, profiles, runs=runs, references=references)
    connection.execute("DELETE FROM theme_keys WHERE story_id = ?", (story_id,))
    connection.execute("INSERT OR REPLACE INTO themes VALUES (?, ?)", (story_id, made.to_json()))
    day = UNDATED if made.first is None else made.first
    connection.executemany(
        "INSERT INTO theme_keys VALUES (?, ?, ?)", [(key, day, story_id) for key in keys_of_theme(made)]
    )


def _profile(connection: apsw.Connection, key: str) -> Profile:
    ((held, vector),) = connection.execute("SELECT held, vector FROM profiles WHERE article_id = ?", (key,))
    return Profile.from_json(key, str(held), bytes(vector))


def _reading(connection: apsw.Connection, key: str) -> Reading:
    (row,) = rows(connection, "articles", "WHERE article_id = :id", {"id": key})
    return reading(connection, article_from(row))


def _references(connection: apsw.Connection, found: Reading) -> Iterator[Reference]:
    """Yield the sentences of a dated article that speak of days before it came out."""
    article = found.article
    if not article.published:
        return
    held = connection.execute("SELECT sentences FROM annotated WHERE article_id = ?", (article.article_id,)).fetchone()
    sentences: list[list[int]] = json.loads(str(held[0])) if held else []
    question = (
        'SELECT start, "end", earliest, latest FROM times WHERE article_id = ? AND latest < ? ORDER BY start, "end"'
    )
    for start, end, earliest, latest in connection.execute(question, (article.article_id, article.published[:10])):
        first, last = _day(earliest), _day(latest)
        if first is None or last is None or last - first > SPAN_DAYS:
            continue
        for low, high in sentences:
            if low <= int(str(start)) and int(str(end)) <= high:
                text = found.text[low:high]
                said = frozenset(terms(text))
                yield Reference(first, last, said, article.article_id, article.source_id, low, high, text)
                break


def _day(instant: object) -> int | None:
    try:
        return (date.fromisoformat(str(instant)[:10]) - date(1970, 1, 1)).days
    except ValueError:
        return None


_CANDIDATES = f"""
SELECT DISTINCT other.story_id FROM theme_keys mine JOIN theme_keys other USING (key)
WHERE mine.story_id = :id AND other.story_id <> :id AND (
  mine.day = {UNDATED} OR other.day = {UNDATED} OR other.day BETWEEN mine.day - {WINDOW} AND mine.day + {WINDOW})
"""


def _candidates(connection: apsw.Connection, story_id: str) -> Iterator[Pair]:
    for (other,) in connection.execute(_CANDIDATES, {"id": story_id}):
        yield min(story_id, str(other)), max(story_id, str(other))


def themes_of(connection: apsw.Connection, keys: Sequence[str]) -> dict[str, Theme]:
    """Return the kept themes of stories."""
    found = {}
    for key in keys:
        row = connection.execute("SELECT held FROM themes WHERE story_id = ?", (key,)).fetchone()
        if row is not None:
            found[key] = Theme.from_json(key, str(row[0]))
    return found


def _score(connection: apsw.Connection, pairs: Sequence[Pair], *, candidate: int) -> None:
    """Keep the probability of pairs of stories that have none yet, with the reasons of those that are links."""
    known = "SELECT 1 FROM thread_pairs WHERE story_a = ? AND story_b = ?"
    new = [pair for pair in pairs if connection.execute(known, pair).fetchone() is None]
    held = themes_of(connection, sorted({key for pair in new for key in pair}))
    for one, other in new:
        found = evidence(held[one], held[other])
        told = json.dumps(_told(found), ensure_ascii=False) if found.probability >= EDGE else None
        connection.execute("INSERT INTO thread_pairs VALUES (?, ?, ?, 0, ?)", (one, other, found.probability, told))
    if candidate:
        connection.executemany("UPDATE thread_pairs SET candidate = 1 WHERE story_a = ? AND story_b = ?", pairs)


def evidence_of_stories(connection: apsw.Connection, story_id: str, others: Sequence[str]) -> list[Row]:
    """Return rows in the shape of `thread_links` between a story and others, the likeliest first."""
    held, wishes = themes_of(connection, [story_id, *others]), thread_wishes(connection)
    told = []
    for other in others:
        found, pair = evidence(held[story_id], held[other]), (min(story_id, other), max(story_id, other))
        decided = pair in wishes.must or pair in wishes.cannot
        told.append(
            {
                "story_a": story_id,
                "story_b": other,
                "probability": float(pair in wishes.must) if decided else found.probability,
                "reasons": _told(found),
                "decided_by": "person" if decided else "model",
            }
        )
    return sorted(told, key=lambda row: (-float(str(row["probability"])), str(row["story_b"])))


def _told(found: Followed) -> list[Row]:
    return [{"kind": r.kind, "detail": r.detail, "weight": r.weight} for r in found.reasons if r.detail]


def thread_wishes(connection: apsw.Connection) -> Wishes:
    """Return what people decided, as pairs of the stories in which the articles that they named are now."""
    found: dict[str, set[Pair]] = {"must": set(), "cannot": set()}
    question = """SELECT kind, one.story_id, other.story_id FROM thread_wishes w
      JOIN articles one ON one.article_id = article_a JOIN articles other ON other.article_id = article_b
      WHERE one.story_id IS NOT NULL AND other.story_id IS NOT NULL AND one.story_id <> other.story_id"""
    for kind, one, other in connection.execute(question):
        found[str(kind)].add((min(str(one), str(other)), max(str(one), str(other))))
    return Wishes(frozenset(found["must"]), frozenset(found["cannot"]))


def _put_thread(connection: apsw.Connection, group: Sequence[str]) -> None:
    """Write one thread, its stories in order of time; a story alone is none."""
    found = [next(rows(connection, "stories", "WHERE story_id = :id", {"id": key})) for key in group]
    found.sort(key=lambda row: (row["first_published"] or "9999", row["story_id"]))
    thread_id = content_id("thread", found[0]["story_id"]) if len(found) > 1 else None
    connection.executemany("UPDATE stories SET thread_id = ? WHERE story_id = ?", [(thread_id, key) for key in group])
    connection.executemany("DELETE FROM thread_members WHERE story_id = ?", [(key,) for key in group])
    if thread_id is None:
        return
    connection.execute("DELETE FROM thread_members WHERE thread_id = ?", (thread_id,))
    connection.executemany("INSERT INTO thread_members VALUES (?, ?)", [(key, thread_id) for key in group])
    readings = [[_reading(connection, key) for key in row["article_ids"][:MOST_ARTICLES]] for row in found]
    label = label_of(readings)
    dated = sorted(row[name] for row in found for name in ("first_published", "last_published") if row[name])
    connection.execute("DELETE FROM thread_redirects WHERE thread_id = ?", (thread_id,))
    connection.execute(
        "INSERT OR REPLACE INTO threads VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            thread_id,
            json.dumps([row["story_id"] for row in found]),
            label.text if label else found[0]["title"],
            label.source_id if label else found[0]["title_source_id"],
            label.start if label else found[0]["title_start"],
            label.end if label else found[0]["title_end"],
            dated[0] if dated else None,
            dated[-1] if dated else None,
        ),
    )


def _retire(connection: apsw.Connection, before: Mapping[str, Sequence[str]]) -> None:
    """Delete the threads that no story is in, and let their ids lead to where most of their stories are now."""
    for old in before:
        if connection.execute("SELECT 1 FROM stories WHERE thread_id = ?", (old,)).fetchone() is not None:
            continue
        now = Counter(thread for key in before[old] if (thread := _thread_of(connection, key)) is not None)
        new = min(now, key=lambda key: (-now[key], key), default=None)
        connection.execute("DELETE FROM threads WHERE thread_id = ?", (old,))
        connection.execute("DELETE FROM thread_members WHERE thread_id = ?", (old,))
        connection.execute("INSERT OR REPLACE INTO thread_redirects VALUES (?, ?)", (old, new))
        connection.execute("UPDATE thread_redirects SET became = ? WHERE became = ?", (new, old))


def _lead(connection: apsw.Connection, groups: Sequence[Sequence[str]]) -> None:
    """Let every id that was ever a thread's lead to where the article is after whose story it was named."""
    if connection.execute("SELECT 1 FROM thread_redirects").fetchone() is None:
        return
    question = "SELECT thread_id, article_ids FROM stories WHERE story_id = ?"
    for key in (key for group in groups for key in group):
        for thread_id, held in connection.execute(question, (key,)).fetchall():
            named = (content_id("thread", content_id("story", article)) for article in json.loads(str(held)))
            connection.executemany(
                "UPDATE thread_redirects SET became = ? WHERE thread_id = ?", [(thread_id, old) for old in named]
            )


def _thread_of(connection: apsw.Connection, story_id: str) -> str | None:
    found = connection.execute("SELECT thread_id FROM stories WHERE story_id = ?", (story_id,)).fetchone()
    return None if found is None or found[0] is None else str(found[0])
