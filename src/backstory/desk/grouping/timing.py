"""A story's articles in, its rows of happenings, disagreements and omissions out."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import apsw

from backstory.desk.tables import rows
from backstory.records import Figure, Mention, Reading, Span, TimeExpression
from backstory.timelines.differing import accounts
from backstory.timelines.figures import Amount, Disagreement, disagreements
from backstory.timelines.happenings import Happening, dated, happenings
from backstory.timelines.omissions import Fact, omissions
from backstory.timelines.said import MOST, Sentence, sentences_of

__all__ = ["Compared", "compared", "put_comparisons", "sentences_held", "times_held"]


@dataclass(frozen=True, slots=True)
class Compared:
    """What the articles of one story tell by day, tell differently, and leave out."""

    happenings: list[Happening]
    disagreements: list[Disagreement]
    facts: list[Fact]


def compared(connection: apsw.Connection, readings: Sequence[Reading]) -> Compared:
    """Compare the articles of one story."""
    held = [sentences_of(found, sentences_held(connection, found.article.article_id)) for found in readings]
    sentences = [sentence for own in held for sentence in own][:MOST]
    times = {found.article.article_id: times_held(connection, found.article.article_id) for found in readings}
    told = happenings(dated(sentences, times))
    if len(readings) < 2:
        return Compared(told, [], [])
    amounts = _amounts(connection, readings, held)
    values: dict[str, list[tuple[int, float]]] = {}
    for amount in amounts:
        values.setdefault(amount.figure.article_id, []).append((amount.figure.start, amount.figure.value))
    languages = {found.article.article_id: (found.article.language or "en")[:2] for found in readings}
    mentions = {key: _mentions(connection, key) for key in times}
    differing = [*disagreements(amounts), *_on_whose_word(connection, accounts(sentences, times, mentions))]
    return Compared(told, differing, omissions(sentences, languages, values))


def put_comparisons(connection: apsw.Connection, story_id: str, readings: Sequence[Reading]) -> None:
    """Write what the articles of one story tell by day, tell differently, and leave out."""
    made = compared(connection, readings)
    connection.executemany(
        "INSERT INTO happenings VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (story_id, told.date, told.date_to, *_columns(told.sentence), _spans(told.also), told.weight)
            for told in made.happenings
        ],
    )
    connection.executemany(
        "INSERT INTO disagreements VALUES (?, ?, ?, ?)",
        [
            (story_id, found.of, found.kind, json.dumps([_member(one) for one in found.members], ensure_ascii=False))
            for found in made.disagreements
        ],
    )
    connection.executemany(
        "INSERT INTO omissions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (story_id, *_columns(fact.sentence), _spans(fact.also), _names(fact.told_by), _names(fact.untold_by))
            for fact in made.facts
        ],
    )


def _names(outlets: Sequence[str]) -> str:
    return json.dumps(outlets, ensure_ascii=False)


def sentences_held(connection: apsw.Connection, key: str) -> list[Span]:
    """Return the sentences of an article as annotating found them."""
    held = connection.execute("SELECT sentences FROM annotated WHERE article_id = ?", (key,))
    return [Span(*pair) for (kept,) in held for pair in json.loads(str(kept))]


def times_held(connection: apsw.Connection, key: str) -> list[TimeExpression]:
    """Return the time expressions of an article."""
    found = rows(connection, "times", "WHERE article_id = :id", {"id": key})
    return [TimeExpression(**{name: value for name, value in row.items() if name != "source_id"}) for row in found]


def _without_source(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "source_id"}


def _columns(sentence: Sentence) -> tuple[str, str, int, int, str]:
    return sentence.article_id, sentence.source_id, sentence.span.start, sentence.span.end, sentence.text


def _spans(sentences: Sequence[Sentence]) -> str:
    names = ("article_id", "source_id", "start", "end", "text")
    return json.dumps([dict(zip(names, _columns(one), strict=True)) for one in sentences], ensure_ascii=False)


def _mentions(connection: apsw.Connection, key: str) -> list[Mention]:
    names = [one.name for one in fields(Mention)]
    return [
        Mention(**{name: row[name] for name in names}) for row in rows(connection, "mentions", _OF_ARTICLE, {"id": key})
    ]


def _on_whose_word(connection: apsw.Connection, found: Sequence[Disagreement]) -> list[Disagreement]:
    """Return disagreements with who is quoted where each member stands; a spelling is the outlet's own."""
    keys = {one.figure.article_id for told in found for one in told.members if one.figure.unit != SPELLING}
    said = {key: _said(connection, key) for key in sorted(keys)}
    return [
        told
        if told.members[0].figure.unit == SPELLING
        else replace(told, members=tuple(_spoken(one, said[one.figure.article_id]) for one in told.members))
        for told in found
    ]


def _spoken(amount: Amount, said: Sequence[tuple[int, int, str, str | None]]) -> Amount:
    around = ((who, key) for start, end, who, key in said if start <= amount.figure.start < end)
    speaker, name_id = next(around, (None, None))
    return replace(amount, speaker=speaker, speaker_name_id=name_id)


def _amounts(
    connection: apsw.Connection, readings: Sequence[Reading], held: Sequence[Sequence[Sentence]]
) -> list[Amount]:
    """Return the figures and lengths of time of a story's articles, each with its sentence, its day and whose word."""
    found = []
    for reading, own in zip(readings, held, strict=True):
        key = reading.article.article_id
        said = _said(connection, key)
        figures = [Figure(**_without_source(row)) for row in rows(connection, "figures", _OF_ARTICLE, {"id": key})]
        for figure in (*figures, *_lengths(times_held(connection, key))):
            around = (s for s in own if s.span.start <= figure.start and figure.end <= s.span.end)
            sentence = next(around, None)
            if sentence is not None:
                found.append(_spoken(Amount(figure, sentence, sentence.published), said))
    return found


_OF_ARTICLE = "WHERE article_id = :id"
SPELLING = "spelling"
LENGTH = re.compile(r"PT?(\d+(?:\.\d+)?)([YMWDHS])")
LENGTHS = {"Y": "year", "M": "month", "W": "week", "D": "day", "H": "hour", "S": "second"}


def _lengths(times: Sequence[TimeExpression]) -> list[Figure]:
    """Return lengths of time as figures: "four hours" is 4 of the unit hour."""
    found = []
    for time in times:
        match = LENGTH.fullmatch(time.value or "") if time.type == "DURATION" else None
        if match:
            unit = "minute" if (time.value or "").startswith("PT") and match[2] == "M" else LENGTHS[match[2]]
            value = float(match[1])
            found.append(
                Figure(time.article_id, time.start, time.end, time.text, value, None, unit, "exact", None, None)
            )
    return found


def _said(connection: apsw.Connection, key: str) -> list[tuple[int, int, str, str | None]]:
    """Return from where to where an article gives whose words, the shortest stretches first."""
    found = []
    for row in rows(connection, "quotes", _OF_ARTICLE, {"id": key}):
        if row["speaker"] is not None:
            found += [(start, end, row["speaker"], row["speaker_name_id"]) for start, end in row["spans"]]
    return sorted(found, key=lambda quote: (quote[1] - quote[0], quote))


def _member(amount: Amount) -> dict[str, Any]:
    figure = amount.figure
    return {
        "article_id": figure.article_id, "source_id": amount.sentence.source_id, "start": figure.start,
        "end": figure.end, "text": figure.text, "value": None if amount.said else figure.value, "unit": figure.unit,
        "as_of": amount.day, "speaker": amount.speaker, "speaker_name_id": amount.speaker_name_id,
        "value_text": amount.said,
    }  # fmt: skip
