"""Annotated articles in, stories out: profiles and evidence are kept, and only what a change touches is grouped anew.

The stories depend on the set of articles and on what people decided, never on the order in which articles came.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import combinations, islice

import apsw
import numpy as np

from backstory.desk.ask import article_from, reading
from backstory.desk.connection import transaction
from backstory.desk.grouping.dating import put_dates
from backstory.desk.grouping.graph import Graph
from backstory.desk.grouping.telling import put_stories
from backstory.desk.grouping.threads import update_threads
from backstory.desk.grouping.timing import put_comparisons
from backstory.desk.tables import rows
from backstory.records import Annotations, Mention, Reading
from backstory.stories.blocking import UNDATED, WINDOW, day_of, keys_of
from backstory.stories.evidence import Table, probabilities, reasons
from backstory.stories.group import EDGE, Wishes, partition
from backstory.stories.profile import Profile, profile
from backstory.stories.within import seen_within

__all__ = ["evidence_between", "profiles_of", "reasons_of", "update_stories", "wishes_about"]

BATCH = 128
"""Articles that are compared in one transaction: what a killed run has to do again at most."""
LEAST = 0.02
"""A pair that is less likely is kept as none: rounding, for the mean over a component's pairs."""
LINK = 0.5
"""Probability from which a pair is a row of `links`, with its reasons."""
LARGEST = 2_000
"""Articles in a component. A larger one is cut at a higher probability before it is partitioned: its matrix would
not fit, and a real event with more articles is held together by surer pairs."""
COPY = {"exact": 1.0, "near": 0.99, "updated": 0.99, "corrected": 0.99}

Pair = tuple[str, str]


def update_stories(connection: apsw.Connection, advance: Callable[[int], None]) -> None:
    """Compare new articles with their candidates and group anew what they touch; tell how many are done."""
    new = _without_profile(connection)
    while batch := list(islice(new, BATCH)):
        with transaction(connection):
            _take(connection, batch)
        advance(len(batch))
    touched = [str(row[0]) for row in connection.execute("SELECT article_id FROM touched ORDER BY 1")]
    with transaction(connection):
        if touched:
            _regroup(connection, touched)
            connection.execute("DELETE FROM touched")
        update_threads(connection)


def _without_profile(connection: apsw.Connection) -> Iterator[str]:
    question = "SELECT article_id FROM annotated WHERE article_id NOT IN (SELECT article_id FROM profiles) ORDER BY 1"
    yield from [str(row[0]) for row in connection.execute(question).fetchall()]


def _take(connection: apsw.Connection, batch: Sequence[str]) -> None:
    """Keep the profiles and keys of new articles and score their candidates, old and new."""
    for article_id in batch:
        made = _profile(connection, article_id)
        connection.execute("INSERT INTO profiles VALUES (?, ?, ?)", (article_id, made.to_json(), made.vector.tobytes()))
        day = day_of(made)
        connection.executemany(
            "INSERT INTO profile_keys VALUES (?, ?, ?)", [(key, day, article_id) for key in keys_of(made)]
        )
        connection.execute("INSERT OR IGNORE INTO touched VALUES (?)", (article_id,))
    wanted = {pair for article_id in batch for pair in _candidates(connection, article_id)}
    _score(connection, wanted)
    connection.executemany("UPDATE pairs SET candidate = 1 WHERE article_a = ? AND article_b = ?", sorted(wanted))
    links = _links_without_reasons(connection)
    connection.executemany(
        "UPDATE pairs SET reasons = ? WHERE article_a = ? AND article_b = ?",
        [(json.dumps(told, ensure_ascii=False), *pair) for pair, told in reasons_of(connection, links).items()],
    )


def _links_without_reasons(connection: apsw.Connection) -> list[Pair]:
    question = "SELECT article_a, article_b FROM pairs WHERE candidate AND probability >= ? AND reasons IS NULL"
    return [(str(one), str(other)) for one, other in connection.execute(question, (LINK,))]


def _profile(connection: apsw.Connection, article_id: str) -> Profile:
    (row,) = rows(connection, "articles", "WHERE article_id = :id", {"id": article_id})
    mentions = [
        Mention(**{name: value for name, value in found.items() if name != "source_id"})
        for found in rows(connection, "mentions", "WHERE article_id = :id", {"id": article_id})
    ]
    held = connection.execute("SELECT vector FROM annotated WHERE article_id = ?", (article_id,)).fetchone()
    vector = held[0] if held else None
    return profile(_reading(connection, row), Annotations(article_id, mentions=tuple(mentions), vector=vector))


def _reading(connection: apsw.Connection, row: dict[str, object]) -> Reading:
    return reading(connection, article_from(row))


_CANDIDATES = f"""
SELECT DISTINCT other.article_id FROM profile_keys mine JOIN profile_keys other USING (key)
WHERE mine.article_id = :id AND other.article_id <> :id AND (
  mine.day = {UNDATED} OR other.day = {UNDATED} OR other.day BETWEEN mine.day - {WINDOW} AND mine.day + {WINDOW})
UNION SELECT article_b FROM copies JOIN profiles ON article_id = article_b WHERE article_a = :id
UNION SELECT article_a FROM copies JOIN profiles ON article_id = article_a WHERE article_b = :id
"""
"""A copy whose turn has not come yet has no profile: it finds this article when it comes."""


def _candidates(connection: apsw.Connection, article_id: str) -> Iterator[Pair]:
    for (other,) in connection.execute(_CANDIDATES, {"id": article_id}):
        yield (article_id, str(other)) if article_id < str(other) else (str(other), article_id)


def _score(connection: apsw.Connection, wanted: Iterable[Pair]) -> None:
    """Keep the probability of pairs that have none yet, and the reasons of those that are links."""
    known = "SELECT 1 FROM pairs WHERE article_a = ? AND article_b = ?"
    pairs = [pair for pair in sorted(wanted) if connection.execute(known, pair).fetchone() is None]
    if not pairs:
        return
    for pair, probability in evidence_between(connection, pairs).items():
        connection.execute("INSERT INTO pairs VALUES (?, ?, ?, 0, NULL)", (*pair, probability))


def evidence_between(connection: apsw.Connection, pairs: Sequence[Pair]) -> dict[Pair, float]:
    """Return the probability of each pair: the model's, and a copy's where one copies the other."""
    held = profiles_of(connection, {key for pair in pairs for key in pair})
    place = {key: at for at, key in enumerate(held)}
    first, second = (np.array([place[pair[side]] for pair in pairs], np.intp) for side in (0, 1))
    found = probabilities(Table(list(held.values())).features(first, second)).tolist()
    copied = "SELECT kind FROM copies WHERE (article_a, article_b) IN ((?1, ?2), (?2, ?1))"
    scored = {}
    for pair, value in zip(pairs, found, strict=True):
        kinds = [str(row[0]) for row in connection.execute(copied, pair)]
        scored[pair] = max([value if value >= LEAST else 0.0, *(COPY.get(kind, 0.0) for kind in kinds)])
    return scored


def profiles_of(connection: apsw.Connection, keys: Iterable[str]) -> dict[str, Profile]:
    """Return the kept profiles of articles, in the order of their ids."""
    found = {}
    for key in sorted(keys):
        row = connection.execute("SELECT held, vector FROM profiles WHERE article_id = ?", (key,)).fetchone()
        if row is not None:
            found[key] = Profile.from_json(key, str(row[0]), bytes(row[1]))
    return found


def _regroup(connection: apsw.Connection, touched: Sequence[str]) -> None:
    """Partition the components of what was touched, and write their stories."""
    wishes, graph = wishes_about(connection), _graph(connection)
    here = [key for key in touched if _has_profile(connection, key)]
    for component in graph.components(here, wishes):
        groups: list[list[str]] = []
        for part in graph.small_enough(component, wishes):
            _score(connection, combinations(part, 2))
            groups += partition(part, _beside_the_others(connection, part), wishes)
        for story_id, readings in put_stories(connection, groups, profiles_of(connection, component)).items():
            put_comparisons(connection, story_id, readings)
            keys = sorted(found.article.article_id for found in readings)
            put_dates(connection, story_id, readings, graph.known(keys))
    connection.execute(
        "DELETE FROM stories WHERE story_id NOT IN (SELECT story_id FROM articles WHERE story_id IS NOT NULL)"
    )


def _graph(connection: apsw.Connection) -> Graph:
    return Graph(connection, "pairs", "article_a", "article_b", EDGE, LARGEST)


def _has_profile(connection: apsw.Connection, key: str) -> bool:
    return connection.execute("SELECT 1 FROM profiles WHERE article_id = ?", (key,)).fetchone() is not None


def _beside_the_others(connection: apsw.Connection, part: Sequence[str]) -> dict[Pair, float]:
    """Return how likely each two of a part are of one story, seen beside its other articles; a copy stays one."""
    found = seen_within(list(profiles_of(connection, part).values()), _graph(connection).known(part))
    here = set(part)
    for key in part:
        for other, kind in connection.execute("SELECT article_b, kind FROM copies WHERE article_a = ?", (key,)):
            if str(other) in here:
                pair = (min(key, str(other)), max(key, str(other)))
                found[pair] = max(found.get(pair, 0.0), COPY.get(str(kind), 0.0))
    return found


def wishes_about(connection: apsw.Connection) -> Wishes:
    """Return what people decided about articles that are still here."""
    found: dict[str, set[Pair]] = {"must": set(), "cannot": set()}
    question = (
        "SELECT kind, article_a, article_b FROM wishes WHERE article_a IN (SELECT article_id FROM articles)"
        " AND article_b IN (SELECT article_id FROM articles)"
    )
    for kind, one, other in connection.execute(question):
        found[str(kind)].add((str(one), str(other)))
    return Wishes(frozenset(found["must"]), frozenset(found["cannot"]))


def reasons_of(connection: apsw.Connection, pairs: Sequence[Pair]) -> dict[Pair, list[dict[str, object]]]:
    """Return the strongest reasons for and against pairs of articles, as rows of `links` have them."""
    held = profiles_of(connection, {key for pair in pairs for key in pair})
    found = reasons([(held[one], held[other]) for one, other in pairs])
    return {
        pair: [{"kind": reason.kind, "detail": reason.detail, "weight": reason.weight} for reason in told]
        for pair, told in zip(pairs, found, strict=True)
    }
