"""An article in, what is marked in it out: annotations by kind, shared passages, copies, the lines of its source."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import apsw

from backstory.desk.showing.story import carried, labels_of
from backstory.desk.tables import Row, rows

__all__ = ["Annotation", "SourceLine", "annotations_of", "copies_of", "lines_of", "passages_of"]

MOST_LINES = 1500
"""Lines of a source on one page: what a browser lays out at once without a pause."""


@dataclass(frozen=True, slots=True)
class Annotation:
    """A span of an article: `kind` says what it is, `ref` which name or passage, `told` the same in words."""

    start: int
    end: int
    kind: str
    ref: str | None = None
    told: str = ""


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A line of a source, from `start` to `end`, with the kind of the block that holds it; None for a blank line."""

    number: int
    start: int
    end: int
    kind: str | None
    article_id: str | None


def annotations_of(connection: apsw.Connection, article_id: str) -> list[Annotation]:
    """Return all annotations of an article: quotes, speakers, cues, names by kind, times, figures, shared passages."""
    where, values = "WHERE article_id = :id", {"id": article_id}
    return [
        *_quotes(rows(connection, "quotes", where, values)),
        *_mentions(connection, article_id),
        *(
            Annotation(row["start"], row["end"], "time", None, row["value"] or "")
            for row in rows(connection, "times", where, values)
        ),
        *(
            Annotation(row["start"], row["end"], "figure", None, _figure(row))
            for row in rows(connection, "figures", where, values)
        ),
        *(
            Annotation(start, end, "shared", passage_id, f"{words} words shared with {others} more")
            for passage_id, start, end, words, others in connection.execute(_SHARED, (article_id,))
        ),
    ]


_SHARED = (
    'SELECT passage_id, start, "end", words, (SELECT count(DISTINCT o.article_id) - 1 FROM passage_members o'
    " WHERE o.passage_id = m.passage_id) FROM passage_members m JOIN passages USING (passage_id) WHERE m.article_id = ?"
)


def _quotes(found: Iterator[Row]) -> Iterator[Annotation]:
    for row in found:
        who = row["speaker"] or "nobody named"
        for start, end in row["spans"]:
            kind = "indirect" if row["kind"] == "indirect" else "quote"
            yield Annotation(start, end, kind, row["statement_id"], f"{row['kind']}, by {who}")
        if row["cue_start"] is not None:
            yield Annotation(row["cue_start"], row["cue_end"], "cue", None, "cue")
        if row["speaker_start"] is not None:
            yield Annotation(row["speaker_start"], row["speaker_end"], "speaker", row["speaker_name_id"], "speaker")


def _mentions(connection: apsw.Connection, article_id: str) -> Iterator[Annotation]:
    found = list(rows(connection, "mentions", "WHERE article_id = :id", {"id": article_id}))
    labels = labels_of(connection, [row["name_id"] for row in found])
    for row in found:
        label = labels.get(row["name_id"] or "", "")
        told = f"{row['kind']}: {label}" if label else row["kind"]
        yield Annotation(row["start"], row["end"], row["kind"], row["name_id"], told)


def _figure(row: Row) -> str:
    value = f"{row['value']:g}" + (f" to {row['value_to']:g}" if row["value_to"] is not None else "")
    said = [row["qualifier"] if row["qualifier"] != "exact" else "", value, row["unit"] or ""]
    return " ".join(part for part in said if part) + (f", of {row['of']}" if row["of"] else "")


def passages_of(connection: apsw.Connection, article_id: str) -> list[Row]:
    """Return the passages that an article shares, the longest first, each with its members and their outlets."""
    where = "WHERE passage_id IN (SELECT passage_id FROM passage_members WHERE article_id = :id)"
    order = "words DESC, passage_id LIMIT 40"
    found = list(rows(connection, "passages", where, {"id": article_id}, order))
    told = carried(connection, [member["article_id"] for row in found for member in row["members"]])
    for row in found:
        row["members"] = [told.get(member["article_id"], {}) | member for member in row["members"]]
    return found


def copies_of(connection: apsw.Connection, article_id: str) -> list[Row]:
    """Return the articles that have the same or nearly the same text, each with outlet, date and title."""
    question = (
        "SELECT kind, similarity, earlier, article_b FROM copies WHERE article_a = :id"
        " UNION ALL SELECT kind, similarity, earlier, article_a FROM copies WHERE article_b = :id ORDER BY 2 DESC, 4"
    )
    names = ("kind", "similarity", "earlier", "article_id")
    found = [dict(zip(names, row, strict=True)) for row in connection.execute(question, {"id": article_id})]
    told = carried(connection, [row["article_id"] for row in found])
    return [told[row["article_id"]] | row for row in found if row["article_id"] in told]


def lines_of(
    connection: apsw.Connection, source_id: str, text: str, *, start: int = 0, end: int | None = None
) -> list[SourceLine]:
    """Return the lines of a source from `start` to `end`, at most `MOST_LINES`, each cut where its kind changes."""
    stop = len(text) if end is None else min(end, len(text))
    at = text.rfind("\n", 0, start) + 1
    number = text.count("\n", 0, at) + 1
    blocks = list(
        connection.execute(
            'SELECT start, "end", kind, article_id FROM blocks WHERE source_id = ? AND "end" > ? ORDER BY start',
            (source_id, at),
        )
    )
    told: list[SourceLine] = []
    place = 0
    while at <= stop and len(told) < MOST_LINES:
        close = text.find("\n", at)
        close = len(text) if close < 0 else close
        while place < len(blocks) and blocks[place][1] <= at:
            place += 1
        told.extend(_cut(number, at, close, blocks[place : place + 12]))
        at, number = close + 1, number + 1
    return told


def _cut(number: int, start: int, end: int, blocks: list[tuple[int, int, str, str | None]]) -> Iterator[SourceLine]:
    """Yield a line as one piece for each block that holds some of it."""
    held = [block for block in blocks if block[0] < end and block[1] > start]
    if not held:
        yield SourceLine(number, start, end, None, None)
        return
    edges = [start, *(block[0] for block in held[1:]), end]
    for block, first, last in zip(held, edges[:-1], edges[1:], strict=True):
        yield SourceLine(number, first, last, block[2], block[3])
