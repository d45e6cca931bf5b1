"""The groups of a component in, the rows of its stories out: title with its span, outlets, dates, words, places."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

import apsw

from backstory.annotate.lexicon import pairs
from backstory.desk.ask import article_from, reading
from backstory.desk.tables import rows
from backstory.records import Article, Kind, Member, Passage, Reading, Span, content_id
from backstory.reuse.independence import independent_origins
from backstory.reuse.variants import entries
from backstory.stories.profile import Profile

__all__ = ["put_stories"]

KEYWORDS = 8
PLACES = 5
UNDATED_LAST = "9999"
ABBREVIATED = 4
"""Letters of an adjective at most that is a place's short name as well: "US", "U.K."."""
MANY = 200
"""Articles of a story from which its origins are no longer counted pair by pair."""


def put_stories(
    connection: apsw.Connection, groups: Sequence[Sequence[str]], profiles: Mapping[str, Profile]
) -> dict[str, list[Reading]]:
    """Write the stories of one component in place of those its articles were in; return each one's articles."""
    before = {key: _story_of(connection, key) for group in groups for key in group}
    told = {}
    for group in groups:
        readings = _readings(connection, group)
        story_id = content_id("story", readings[0].article.article_id)
        told[story_id] = readings
        connection.executemany(
            "UPDATE articles SET story_id = ? WHERE article_id = ? AND story_id IS NOT ?",
            [(story_id, key, story_id) for key in group],
        )
    named = {content_id("story", found.article.article_id): key for key, own in told.items() for found in own}
    old = {old for old in before.values() if old is not None} | _held(connection, named)
    gone = sorted(key for key in old - set(told) if not _has_articles(connection, key))
    connection.executemany("DELETE FROM stories WHERE story_id = ?", [(key,) for key in (*gone, *told)])
    for story_id, readings in told.items():
        _put(connection, story_id, readings, profiles)
    _redirect(connection, before, gone, named)
    return told


def _story_of(connection: apsw.Connection, key: str) -> str | None:
    found = connection.execute("SELECT story_id FROM articles WHERE article_id = ?", (key,)).fetchone()
    return None if found is None or found[0] is None else str(found[0])


def _readings(connection: apsw.Connection, group: Sequence[str]) -> list[Reading]:
    """Return the articles of a story: the earliest first, which names it, the undated last, ties by id."""
    found = []
    for key in group:
        (row,) = rows(connection, "articles", "WHERE article_id = :id", {"id": key})
        found.append(reading(connection, article_from(row)))
    return sorted(found, key=lambda r: (r.article.published or UNDATED_LAST, r.article.article_id))


def _held(connection: apsw.Connection, named: Iterable[str]) -> set[str]:
    """Return which of the ids are stories of the desk, whose articles may have been cleaned anew since."""
    question = "SELECT story_id FROM stories WHERE story_id = ?"
    return {str(row[0]) for key in named for row in connection.execute(question, (key,))}


def _has_articles(connection: apsw.Connection, story_id: str) -> bool:
    """Whether articles of another component, parted from this one, are the story now."""
    return connection.execute("SELECT 1 FROM articles WHERE story_id = ?", (story_id,)).fetchone() is not None


def _redirect(
    connection: apsw.Connection, before: Mapping[str, str | None], gone: Sequence[str], named: Mapping[str, str]
) -> None:
    """Let every id that was ever a story's lead to where the article that it was named after is now.

    So an id leads to the same story whatever was merged and parted in between. Where that article is gone, an id leads
    to where most of its articles are. `named` is the story by what the id of each of its articles would name.
    """
    for old in gone:
        now = Counter(_story_of(connection, key) for key, was in before.items() if was == old)
        new = named.get(old) or min(now, key=lambda key: (-now[key], key or ""))
        connection.execute("INSERT OR REPLACE INTO story_redirects VALUES (?, ?)", (old, new))
        connection.execute("UPDATE story_redirects SET became = ? WHERE became = ?", (new, old))
    connection.executemany(
        "UPDATE story_redirects SET became = ? WHERE story_id = ?", [(key, old) for old, key in named.items()]
    )


def _put(
    connection: apsw.Connection, story_id: str, readings: Sequence[Reading], profiles: Mapping[str, Profile]
) -> None:
    articles = [found.article for found in readings]
    keys = [article.article_id for article in articles]
    connection.execute("DELETE FROM story_redirects WHERE story_id = ?", (story_id,))
    titled, span = _title(connection, readings, profiles)
    dated = sorted(article.published for article in articles if article.published)
    connection.execute(
        "INSERT INTO stories VALUES (?, NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            story_id,
            titled.text[span.start : span.end] if span else None,
            titled.article.source_id if span else None,
            span.start if span else None,
            span.end if span else None,
            json.dumps(keys),
            json.dumps(sorted({article.outlet for article in articles if article.outlet}), ensure_ascii=False),
            _origins(connection, readings),
            dated[0] if dated else None,
            dated[-1] if dated else None,
            json.dumps(_keywords([profiles[key] for key in keys]), ensure_ascii=False),
            json.dumps(_places(connection, keys), ensure_ascii=False),
        ),
    )


def _title(
    connection: apsw.Connection, readings: Sequence[Reading], profiles: Mapping[str, Profile]
) -> tuple[Reading, Span | None]:
    """Return the headline that shares most with the whole story, or the one that people chose, with its article."""
    chosen = {str(row[0]) for row in connection.execute("SELECT article_id FROM story_titles")}
    common = Counter[str]()
    for found in readings:
        common.update(profiles[found.article.article_id].fields["lead"].keys())

    def said(found: Reading) -> float:
        words = profiles[found.article.article_id].fields["title"]
        return sum(common[word] - 1 for word in words) / (len(words) + 4)

    for found in sorted(
        readings, key=lambda r: (r.article.article_id not in chosen, not _headline(r), -said(r), r.article.article_id)
    ):
        span = _headline(found) or _first(found)
        if span is not None:
            return found, span
    return readings[0], None


def _headline(found: Reading) -> Span | None:
    return next((Span(p.start, p.end) for p in found.paragraphs if p.kind == Kind.HEADLINE), None)


def _first(found: Reading) -> Span | None:
    return next((Span(p.start, p.end) for p in found.paragraphs if p.kind != Kind.CAPTION), None)


def _keywords(profiles: Sequence[Profile]) -> list[str]:
    """Return the words that weigh most in the tops of the articles and stand in more than one where they can."""
    weights, held = Counter[str](), Counter[str]()
    for one in profiles:
        weights.update(one.fields["lead"])
        held.update(one.fields["lead"].keys())
    least = 2 if len(profiles) > 1 else 1
    words = [word for word in weights if held[word] >= least and not word[0].isdigit()]
    return sorted(words, key=lambda word: (-weights[word], word))[:KEYWORDS]


def _places(connection: apsw.Connection, keys: Sequence[str]) -> list[str]:
    """Return the places that most articles name, each once, as it is mostly written but for capitals throughout.

    What the articles take for something else as often is no place, nor is an agency or a people ("French").
    """
    spelt: dict[str, Counter[str]] = {}
    kinds: dict[str, Counter[bool]] = {}
    question = "SELECT DISTINCT text, kind = 'place' FROM mentions WHERE article_id = ? AND form = 'name'"
    for key in keys:
        for text, is_place in connection.execute(question, (key,)):
            folded = " ".join(str(text).split()).casefold()
            kinds.setdefault(folded, Counter()).update([bool(is_place)])
            if is_place:
                spelt.setdefault(folded, Counter()).update([str(text)])
    counts = {
        folded: spellings.total()
        for folded, spellings in spelt.items()
        if kinds[folded][True] > kinds[folded][False] and folded not in _no_places()
    }
    kept = sorted(counts, key=lambda folded: (-counts[folded], folded))[:PLACES]
    return [min(spelt[folded], key=lambda text: (text.isupper(), -spelt[folded][text], text)) for folded in kept]


@cache
def _no_places() -> frozenset[str]:
    """Return names of agencies and of peoples, which stand where places do."""
    agencies = {form.strip().casefold() for line in entries("agencies", "en") for form in line.split(";")}
    return frozenset(agencies | {word for word in pairs("demonyms", "en") if len(word) > ABBREVIATED})


def _origins(connection: apsw.Connection, readings: Sequence[Reading]) -> int:
    if len(readings) == 1 or len(readings) > MANY:
        return len(readings) if len(readings) == 1 else len({_outlet(found.article) for found in readings})
    held = {found.article.article_id for found in readings}
    passages: dict[str, list[Member]] = {}
    question = (
        'SELECT passage_id, source_id, start, "end", text FROM passage_members WHERE article_id = ? ORDER BY 1, 3'
    )
    for key in sorted(held):
        for passage_id, source_id, start, end, text in connection.execute(question, (key,)):
            member = Member(key, str(source_id), int(str(start)), int(str(end)), str(text))
            passages.setdefault(str(passage_id), []).append(member)
    shared = [
        Passage(key, len(members[0].text.split()), tuple(members))
        for key, members in sorted(passages.items())
        if len(members) > 1
    ]
    return len(independent_origins(readings, shared))


def _outlet(article: Article) -> str:
    return article.outlet or article.article_id
