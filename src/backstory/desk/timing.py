"""A story's articles in, its rows of happenings, disagreements and omissions out."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import apsw

from backstory.desk.tables import rows
from backstory.records import Figure, Reading, Span, TimeExpression
from backstory.timelines.figures import Amount, disagreements
from backstory.timelines.happenings import dated, happenings
from backstory.timelines.omissions import omissions
from backstory.timelines.said import MOST, Sentence, sentences_of

__all__ = ["put_comparisons", "sentences_held", "times_held"]


def put_comparisons(connection: apsw.Connection, story_id: str, readings: Sequence[Reading]) -> None:
    """Write what the articles of one story tell by day, tell differently, and leave out."""
    held = [sentences_of(found, sentences_held(connection, found.article.article_id)) for found in readings]
    sentences = [sentence for own in held for sentence in own][:MOST]
    times = {found.article.article_id: times_held(connection, found.article.article_id) for found in readings}
    connection.executemany(
        "INSERT INTO happenings VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (story_id, told.date, told.date_to, *_columns(told.sentence), _spans(told.also), told.weight)
            for told in happenings(dated(sentences, times))
        ],
    )
    if len(readings) < 2:
        return
    connection.executemany(
        "INSERT INTO disagreements VALUES (?, ?, ?, ?)",
        [
            (story_id, found.of, found.kind, json.dumps([_member(one) for one in found.members], ensure_ascii=False))
            for found in disagreements(_amounts(connection, readings, held))
        ],
    )
    outlets = sorted({found.article.outlet for found in readings if found.article.outlet})
    connection.executemany(
        "INSERT INTO omissions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                story_id,
                *_columns(fact.sentence),
                _spans(fact.also),
                json.dumps(fact.told_by),
                json.dumps(fact.untold_by),
            )
            for fact in omissions(sentences, outlets)
        ],
    )


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


def _names(outlets: Sequence[str]) -> str:
    return json.dumps(outlets, ensure_ascii=False)


def _amounts(
    connection: apsw.Connection, readings: Sequence[Reading], held: Sequence[Sequence[Sentence]]
) -> list[Amount]:
    found = []
    for reading, own in zip(readings, held, strict=True):
        for row in rows(connection, "figures", "WHERE article_id = :id", {"id": reading.article.article_id}):
            figure = Figure(**_without_source(row))
            around = (s for s in own if s.span.start <= figure.start and figure.end <= s.span.end)
            sentence = next(around, None)
            if sentence is not None:
                found.append(Amount(figure, sentence, _day(figure, reading)))
    return found


def _day(figure: Figure, reading: Reading) -> str | None:
    """Return the day from which a figure holds: its article's, for a report tells how things are when it comes out."""
    published = reading.article.published
    return published[:10] if published else None


def _member(amount: Amount) -> dict[str, Any]:
    figure = amount.figure
    return {
        "article_id": figure.article_id, "source_id": amount.sentence.source_id, "start": figure.start,
        "end": figure.end, "text": figure.text, "value": figure.value, "unit": figure.unit, "as_of": amount.day,
    }  # fmt: skip
