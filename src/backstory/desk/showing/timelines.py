"""A story, a thread, a name or a search in, its timeline out: cited sentences by the day that they are about.

The timeline of a story is kept with it. Those of a thread, a name and a search are made when they are asked for, from
the articles concerned, by the same rules.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import apsw

from backstory.desk.ask import article_from, reading
from backstory.desk.decided.names import find_name
from backstory.desk.decided.threads import find_thread
from backstory.desk.grouping.timing import sentences_held, times_held
from backstory.desk.search import search
from backstory.desk.tables import Row, rows
from backstory.records import TimeExpression
from backstory.stories.words import terms
from backstory.timelines.happenings import Happening, announced, dated, happenings
from backstory.timelines.said import Sentence, sentences_of

__all__ = ["name_timeline", "search_timeline", "story_timeline", "thread_timeline"]

ARTICLES = 300
"""Articles that a timeline is made of at most: those that mention a name most, that a search finds first."""


def story_timeline(connection: apsw.Connection, story_id: str, *, top: int = 10, daily: int = 2) -> list[Row]:
    """Return the happenings of a story in order of time: at most `top` days, those that matter most, `daily` of each.

    Rows are those of the table `happenings` with `outlets`, who tell it, and `announced`: the sentence was written
    before its day. Days after the story's last article are apart from the `top`, at most as many again.
    """
    found = list(rows(connection, "happenings", "WHERE story_id = :id", {"id": story_id}))
    about = connection.execute("SELECT article_id, outlet, published FROM articles WHERE story_id = ?", (story_id,))
    return _chosen(found, _known(about), top=top, daily=daily)


def thread_timeline(connection: apsw.Connection, wanted: str, *, top: int = 10, daily: int = 2) -> list[Row]:
    """Return the timeline of all articles of a thread's stories; NotFoundError."""
    thread = find_thread(connection, wanted)
    question = "SELECT article_id FROM articles WHERE story_id IN (SELECT value FROM json_each(?)) ORDER BY 1"
    keys = [str(row[0]) for row in connection.execute(question, (json.dumps(thread["story_ids"]),))]
    return _made(connection, keys[:ARTICLES], None, top, daily)


def name_timeline(connection: apsw.Connection, wanted: str, *, top: int = 10, daily: int = 2) -> list[Row]:
    """Return the timeline of the sentences that mention a name, whichever stories they belong to; NotFoundError."""
    name_id = find_name(connection, wanted)["name_id"]
    places: dict[str, list[int]] = {}
    question = "SELECT article_id, start FROM mentions WHERE name_id = ? ORDER BY article_id, start"
    for article_id, start in connection.execute(question, (name_id,)):
        places.setdefault(str(article_id), []).append(int(str(start)))
    keys = sorted(places, key=lambda key: (-len(places[key]), key))[:ARTICLES]

    def mentions(sentence: Sentence) -> bool:
        return any(sentence.span.start <= at < sentence.span.end for at in places[sentence.article_id])

    return _made(connection, keys, mentions, top, daily)


def search_timeline(connection: apsw.Connection, text: str, *, top: int = 10, daily: int = 2) -> list[Row]:
    """Return the timeline of the sentences with a word of a search, in the articles that it finds; UsageError."""
    found = search(connection, text, limit=ARTICLES, grouped=False, by="words")
    keys = list(dict.fromkeys(hit.article.article_id for hit in found.hits))
    wanted = set(terms(text))

    def speaks(sentence: Sentence) -> bool:
        return not wanted or not wanted.isdisjoint(sentence.words)

    return _made(connection, keys, speaks, top, daily)


def _made(
    connection: apsw.Connection, keys: Sequence[str], wanted: Callable[[Sentence], bool] | None, top: int, daily: int
) -> list[Row]:
    """Make the timeline of some articles, of the sentences that `wanted` takes."""
    sentences: list[Sentence] = []
    times: dict[str, list[TimeExpression]] = {}
    known: dict[str, tuple[str | None, str | None]] = {}
    question = "WHERE article_id IN (SELECT value FROM json_each(:keys))"
    for row in rows(connection, "articles", question, {"keys": json.dumps(sorted(keys))}):
        key = row["article_id"]
        known[key] = row["outlet"], row["published"]
        held = sentences_of(reading(connection, article_from(row)), sentences_held(connection, key))
        sentences += [one for one in held if wanted is None or wanted(one)]
        times[key] = times_held(connection, key)
    found = [_row(told) for told in happenings(dated(sentences, times), daily=daily)]
    return _chosen(found, known, top=top, daily=daily)


def _row(told: Happening) -> Row:
    return {
        "story_id": None, "thread_id": None, "date": told.date, "date_to": told.date_to, **_cited(told.sentence),
        "also": [_cited(one) for one in told.also], "weight": told.weight,
    }  # fmt: skip


def _cited(one: Sentence) -> Row:
    return {
        "article_id": one.article_id, "source_id": one.source_id, "start": one.span.start, "end": one.span.end,
        "text": one.text,
    }  # fmt: skip


Known = Mapping[str, tuple[str | None, str | None]]
"""By article: its outlet and its date."""


def _known(about: Iterable[tuple[Any, ...]]) -> dict[str, tuple[str | None, str | None]]:
    return {key: (outlet, published) for key, outlet, published in about}


def _chosen(found: Iterable[Row], known: Known, *, top: int, daily: int) -> list[Row]:
    """Return the heaviest days in order of time, with who tells each happening and whether it was still to come."""
    days: dict[str, list[Row]] = {}
    for row in sorted(found, key=lambda row: (-row["weight"], row["article_id"], row["start"])):
        days.setdefault(row["date"], []).append(row)
    last = max((published[:10] for _, published in known.values() if published), default="9999")
    heaviest = sorted(days, key=lambda day: (-days[day][0]["weight"], day))
    kept = [day for day in heaviest if day <= last][:top] + [day for day in heaviest if day > last][:top]
    return [_told(row, known) for day in sorted(kept) for row in days[day][:daily]]


def _told(row: Row, known: Known) -> Row:
    keys = [row["article_id"], *(one["article_id"] for one in row["also"])]
    tellers = [known.get(key, (None, None))[0] for key in keys]
    outlet, published = known.get(row["article_id"], (None, None))
    return row | {
        "announced": announced(row["date"], published),
        "outlet": outlet,
        "outlets": sorted({teller for teller in tellers if teller}),
    }
