"""A query in, cited snippets with counts by outlet, day and kind out: by words over articles and quotes.

The index answers with numbers and ranks of all that match; filters, counts and grouping by story are done on arrays
that hold one small number a column for every entry, so that a page costs little more than the index's own answer.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import apsw
import numpy as np
from numpy.typing import NDArray

from backstory.desk import ask
from backstory.desk.connection import transaction
from backstory.desk.query import Query, parse
from backstory.errors import UsageError
from backstory.records import Article, Reading, Span

__all__ = ["Found", "Hit", "index_words", "search"]

TITLE_WEIGHT = 4.0
"""A word in the headline counts for four in the text: headlines hold a tenth of the words and say what it is about."""
SNIPPET_CHARS = 280
BATCH = 256
FACET_VALUES = 12

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found, with the characters that show it. `others` counts what else was found in the same story."""

    kind: str
    ref: str
    article: Article
    start: int
    end: int
    text: str
    highlights: tuple[Span, ...]
    score: float
    others: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """A page of what was found; `facets` count over all that was found, not only this page."""

    total: int
    groups: int
    hits: tuple[Hit, ...]
    facets: dict[str, tuple[tuple[str, int], ...]]


@dataclass(frozen=True, slots=True)
class _Entries:
    """What filters and counts need of every entry, at the entry's id: codes into the lists of values."""

    version: tuple[int, int]
    kind: Numbers
    article: Numbers
    outlet: Numbers
    day: Numbers
    story: Numbers
    outlets: list[str]
    days: list[str]
    articles: list[str]


KINDS = ("article", "quote")


def index_words(connection: apsw.Connection) -> None:
    """Take every annotated article that is not in the index yet into it, with its quotes."""
    question = (
        "SELECT article_id FROM annotated WHERE article_id NOT IN (SELECT article_id FROM entries) ORDER BY article_id"
    )
    new = [str(row[0]) for row in connection.execute(question)]
    for at in range(0, len(new), BATCH):
        with transaction(connection):
            for article_id in new[at : at + BATCH]:
                _index(connection, article_id)


def _index(connection: apsw.Connection, article_id: str) -> None:
    article = ask.find_article(connection, article_id)
    text = ask.reading(connection, article).of(ask.SHOWN_KINDS)
    _enter(connection, "article", article_id, article_id, article.title or "", text)
    quotes = connection.execute(
        "SELECT quote_id, text FROM quotes WHERE article_id = ? ORDER BY quote_id", (article_id,)
    )
    for quote_id, words in quotes.fetchall():
        _enter(connection, "quote", article_id, str(quote_id), "", str(words))


def _enter(connection: apsw.Connection, kind: str, article_id: str, ref: str, title: str, text: str) -> None:
    connection.execute("INSERT INTO entries (kind, article_id, ref) VALUES (?, ?, ?)", (kind, article_id, ref))
    number = connection.last_insert_rowid()
    connection.execute("INSERT INTO words (rowid, title, text) VALUES (?, ?, ?)", (number, title, text))


def search(connection: apsw.Connection, text: str, *, limit: int = 20, offset: int = 0, grouped: bool = True) -> Found:
    """Find articles and quotes by words and fields.

    With `grouped`, one story shows once, by its best hit, and says how many others there are.

    Raises:
        UsageError: the query cannot be understood.
    """
    query = parse(text)
    entries = _entries(connection)
    numbers, ranks = _matching(connection, query, entries)
    kept = _allowed(connection, query, entries, numbers)
    numbers, ranks = numbers[kept], ranks[kept]
    shown, others, groups = _page(entries, numbers, ranks, limit, offset, grouped=grouped)
    hits = tuple(
        _hit(connection, query, int(numbers[at]), float(-ranks[at]), count)
        for at, count in zip(shown, others, strict=True)
    )
    return Found(len(numbers), groups, hits, _facets(entries, numbers))


_cache: WeakKeyDictionary[apsw.Connection, _Entries] = WeakKeyDictionary()


def _entries(connection: apsw.Connection) -> _Entries:
    """Return the arrays, made anew where the desk changed since."""
    version = (connection.data_version("main"), connection.total_changes())
    held = _cache.get(connection)
    if held is None or held.version != version:
        held = _cache[connection] = _load(connection, version)
    return held


def _load(connection: apsw.Connection, version: tuple[int, int]) -> _Entries:
    question = (
        "SELECT e.id, e.kind, e.article_id, a.outlet, substr(a.published_earliest, 1, 10), coalesce(a.story_id, '')"
        " FROM entries e JOIN articles a USING (article_id) ORDER BY e.id"
    )
    rows = connection.execute(question).fetchall()
    size = int(str(rows[-1][0])) + 1 if rows else 1
    articles: dict[str, int] = {}
    outlets: dict[str, int] = {"": 0}
    days: dict[str, int] = {"": 0}
    stories: dict[str, int] = {}
    table = np.full((5, size), -1, dtype=np.int64)
    for number, kind, article_id, outlet, day, story in rows:
        table[:, int(str(number))] = (
            KINDS.index(str(kind)),
            articles.setdefault(str(article_id), len(articles)),
            outlets.setdefault(str(outlet or ""), len(outlets)),
            days.setdefault(str(day or ""), len(days)),
            stories.setdefault(str(story or article_id), len(stories)),
        )
    kinds, of_article, of_outlet, of_day, of_story = table
    return _Entries(version, kinds, of_article, of_outlet, of_day, of_story, list(outlets), list(days), list(articles))


def _matching(connection: apsw.Connection, query: Query, entries: _Entries) -> tuple[Numbers, NDArray[np.float64]]:
    if query.match is None:
        numbers = np.flatnonzero(entries.kind >= 0)
        return numbers, np.zeros(len(numbers))
    question = f"SELECT rowid, bm25(words, {TITLE_WEIGHT}, 1.0) FROM words WHERE words MATCH ?"
    answer = connection.execute(question, (query.match,)).fetchall()
    table = np.array(answer, dtype=np.float64).reshape(-1, 2)
    return table[:, 0].astype(np.int64), table[:, 1]


def _allowed(connection: apsw.Connection, query: Query, entries: _Entries, numbers: Numbers) -> NDArray[np.bool_]:
    """Return which of the entries the query's fields allow."""
    kept = np.ones(len(numbers), dtype=bool)
    for name, value in query.fields.items():
        if name == "kind":
            if value not in KINDS:
                raise UsageError(f"no kind {value!r}: there are {', '.join(KINDS)}")
            kept &= entries.kind[numbers] == KINDS.index(value)
        elif name == "outlet":
            codes = [code for code, outlet in enumerate(entries.outlets) if value.casefold() in outlet.casefold()]
            kept &= np.isin(entries.outlet[numbers], codes)
        elif name in ("before", "after"):
            kept &= np.isin(entries.day[numbers], _days(entries.days, name, value))
        else:
            kept &= np.isin(numbers, _named(connection, name, value))
    return kept


def _days(days: Sequence[str], name: str, value: str) -> list[int]:
    if not re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", value):
        raise UsageError(f"{name}:{value} is no date: write it as {name}:2026-03-14")
    return [
        code
        for code, day in enumerate(days)
        if day and (day[: len(value)] < value if name == "before" else day[: len(value)] >= value)
    ]


def _named(connection: apsw.Connection, name: str, value: str) -> list[int]:
    """Return the entries of quotes by a speaker, or of articles that mention a name, that has `value` in a form."""
    names = "SELECT name_id FROM names, json_each(forms) WHERE json_each.value LIKE '%' || :value || '%' ESCAPE '\\'"
    if name == "speaker":
        question = f"SELECT id FROM entries JOIN quotes ON quote_id = ref WHERE speaker_name_id IN ({names})"
    else:
        question = (
            "SELECT id FROM entries WHERE article_id IN"
            f" (SELECT article_id FROM mentions WHERE name_id IN ({names})) AND kind = 'article'"
        )
    escaped = re.sub(r"([%_\\])", r"\\\1", value)
    return [int(str(row[0])) for row in connection.execute(question, {"value": escaped})]


def _page(
    entries: _Entries, numbers: Numbers, ranks: NDArray[np.float64], limit: int, offset: int, *, grouped: bool
) -> tuple[list[int], list[int], int]:
    """Return the places of the hits of a page, how many others each stands for, and how many groups there are."""
    order = np.lexsort((entries.article[numbers], np.round(ranks, 9)))
    keys = entries.story[numbers[order]] if grouped else order
    _, first, sizes = np.unique(keys, return_index=True, return_counts=True)
    by_rank = np.argsort(first)[offset : offset + limit]
    return order[first[by_rank]].tolist(), (sizes[by_rank] - 1).tolist(), len(first)


def _facets(entries: _Entries, numbers: Numbers) -> dict[str, tuple[tuple[str, int], ...]]:
    facets = {}
    for name, codes, values in (
        ("outlet", entries.outlet, entries.outlets),
        ("day", entries.day, entries.days),
        ("kind", entries.kind, list(KINDS)),
    ):
        counts = np.bincount(codes[numbers], minlength=len(values))
        pairs = Counter({value: int(count) for value, count in zip(values, counts, strict=True) if count and value})
        most = pairs.most_common(FACET_VALUES) if name == "outlet" else sorted(pairs.items())
        facets[name] = tuple(most)
    return facets


def _hit(connection: apsw.Connection, query: Query, number: int, score: float, others: int) -> Hit:
    ((kind, article_id, ref),) = connection.execute(
        "SELECT kind, article_id, ref FROM entries WHERE id = ?", (number,)
    ).fetchall()
    article = ask.find_article(connection, str(article_id))
    reading = ask.reading(connection, article)
    if kind == "quote":
        start, end = _quote_span(connection, str(ref))
    else:
        start, end = _snippet(reading, query)
    marks = tuple(highlights(reading.text, start, end, query))
    return Hit(str(kind), str(ref), article, start, end, reading.text[start:end], marks, score, others)


def _quote_span(connection: apsw.Connection, quote_id: str) -> tuple[int, int]:
    question = "SELECT spans ->> '$[0][0]', spans ->> '$[#-1][1]' FROM quotes WHERE quote_id = ?"
    ((start, end),) = connection.execute(question, (quote_id,)).fetchall()
    return int(str(start)), int(str(end))


def _snippet(reading: Reading, query: Query) -> tuple[int, int]:
    """Return the span of the paragraph that has most of the query's words, cut to a snippet around the first."""
    best, most = (reading.article.start, reading.article.start), -1
    for paragraph in reading.paragraphs:
        found = list(highlights(reading.text, paragraph.start, paragraph.end, query))
        distinct = len({_plain(reading.text[span.start : span.end]) for span in found})
        if distinct > most:
            first = found[0].start if found else paragraph.start
            best, most = _around(paragraph.start, paragraph.end, first, reading.text), distinct
    return best


def _around(start: int, end: int, first: int, text: str) -> tuple[int, int]:
    if end - start <= SNIPPET_CHARS:
        return start, end
    begin = max(start, min(first - SNIPPET_CHARS // 3, end - SNIPPET_CHARS))
    if begin > start:
        begin = text.find(" ", begin, first) + 1 or begin
    stop = min(end, begin + SNIPPET_CHARS)
    if stop < end:
        stop = max(text.rfind(" ", begin, stop), begin + 1)
    return begin, stop


_WORD = re.compile(r"\w+")


def highlights(text: str, start: int, end: int, query: Query) -> Iterator[Span]:
    """Yield the words of `text[start:end]` that the query asks for."""
    whole = {_plain(word) for term in query.terms for word in term}
    begins = tuple(_plain(query.terms[number][-1]) for number in query.prefixes)
    for word in _WORD.finditer(text, start, end):
        plain = _plain(word.group())
        if plain in whole or (begins and plain.startswith(begins)):
            yield Span(word.start(), word.end())


def _plain(word: str) -> str:
    """Return a word as the index holds it: without case and diacritics."""
    return "".join(c for c in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(c))
