"""A story in, the parts of its page out: articles, why they belong, statements with their versions, who repeats whom.

Each part is asked with a fixed number of questions and a limit, however many articles the story has.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

import apsw

from backstory.desk.ask import article_from, reading
from backstory.desk.showing.dated import days_by_story
from backstory.desk.tables import Row, rows
from backstory.records import Kind

__all__ = [
    "articles_of",
    "carried",
    "disagreements_of",
    "happenings_of",
    "leads_of",
    "reasons_of",
    "repeats_of",
    "statements_of",
]

LEADS = 3
SHORTEST_LEAD = 40
"""Characters that a lead sentence has at least; a shorter one is a label."""
LEADS_SOUGHT = 8
"""Articles, the earliest first, whose texts are opened for lead sentences."""
HAPPENINGS = 300
PASSAGES = 400
LISTED = (
    *("article_id", "source_id", "start", "end", "title", "outlet", "byline", "published"),
    *("published_earliest", "published_latest", "published_how", "words", "copy_of", "language", "url"),
)
LONGEST_TOLD = 40
"""Passages whose words are shown; the others count in the picture."""


def articles_of(connection: apsw.Connection, story_id: str, *, limit: int = 200) -> list[Row]:
    """Return the articles of a story with what a list shows of each: the earliest first, the undated last.

    `by_story` is what the story shows of when an undated one came out.
    """
    question = (
        'SELECT article_id, source_id, start, "end", title, outlet, byline, published, published_earliest,'
        " published_latest, published_how, words, copy_of, language, url FROM articles WHERE story_id = ?"
        " ORDER BY published IS NULL, published, article_id LIMIT ?"
    )
    found = [dict(zip(LISTED, row, strict=True)) for row in connection.execute(question, (story_id, limit))]
    days = days_by_story(connection, (str(row["article_id"]) for row in found if row["published"] is None))
    return [row | {"by_story": days.get(str(row["article_id"]))} for row in found]


def carried(connection: apsw.Connection, article_ids: Iterable[str]) -> dict[str, Row]:
    """Return outlet, date, title and story of each article: what a citation shows."""
    question = (
        "SELECT article_id, source_id, outlet, published, title, story_id FROM articles"
        " WHERE article_id IN (SELECT value FROM json_each(?))"
    )
    names = ("article_id", "source_id", "outlet", "published", "title", "story_id")
    answer = connection.execute(question, (json.dumps(sorted(set(article_ids))),))
    return {str(row[0]): dict(zip(names, row, strict=True)) for row in answer}


def leads_of(connection: apsw.Connection, articles: Sequence[Row]) -> list[Row]:
    """Return the first sentences of the earliest articles, one an outlet, none that says what another said."""
    told: list[Row] = []
    for row in articles[:LEADS_SOUGHT]:
        lead = _lead(connection, row["article_id"])
        if lead is None or row["outlet"] in [old["outlet"] for old in told if old["outlet"]]:
            continue
        words = set(lead["text"].casefold().split())
        if all(len(words & set(old["text"].casefold().split())) < 0.6 * len(words) for old in told):
            told.append(row | lead)
        if len(told) == LEADS:
            break
    return told


def _lead(connection: apsw.Connection, article_id: str) -> Row | None:
    (row,) = rows(connection, "articles", "WHERE article_id = :id", {"id": article_id})
    found = reading(connection, article_from(row))
    held = connection.execute("SELECT sentences FROM annotated WHERE article_id = ?", (article_id,)).fetchone()
    sentences: list[list[int]] = json.loads(str(held[0])) if held else []
    body = [p for p in found.paragraphs if p.kind == Kind.BODY] or list(found.paragraphs)
    for paragraph in body[:4]:
        for start, end in sentences:
            if paragraph.start <= start and end <= paragraph.end and end - start >= SHORTEST_LEAD:
                return {"start": start, "end": end, "text": found.text[start:end]}
    return None


def happenings_of(connection: apsw.Connection, story_id: str) -> list[Row]:
    """Return the happenings of a story in order of time, the weightiest of each day first."""
    where = "WHERE story_id = :id"
    found = list(rows(connection, "happenings", where, {"id": story_id}, f"weight DESC LIMIT {HAPPENINGS}"))
    told = carried(connection, [row["article_id"] for row in found])
    for row in found:
        article = told.get(row["article_id"], {})
        row["outlet"], row["published"] = article.get("outlet"), article.get("published")
        row["announced"] = row["date"] > (row["published"] or "9999")[:10]
    return sorted(found, key=lambda row: (row["date"], -row["weight"], row["article_id"], row["start"]))


def disagreements_of(connection: apsw.Connection, story_id: str) -> list[Row]:
    """Return where the story's accounts differ, each member with its outlet and what it gives: an amount or a text."""
    found = list(rows(connection, "disagreements", "WHERE story_id = :id", {"id": story_id}))
    told = carried(connection, [member["article_id"] for row in found for member in row["members"]])
    for row in found:
        row["members"] = [
            member
            | {
                "outlet": told.get(member["article_id"], {}).get("outlet"),
                "given": member.get("value_text") or member["value"],
            }
            for member in row["members"]
        ]
    return found


def statements_of(connection: apsw.Connection, story_id: str, *, limit: int = 12, offset: int = 0) -> list[Row]:
    """Return what was said in a story, what most outlets carry first, each version with its words and its place.

    One more than `limit` is looked for, so that the caller sees whether there is more.
    """
    question = (
        "SELECT q.statement_id FROM articles a JOIN quotes q USING (article_id) WHERE a.story_id = ?"
        " AND q.statement_id IS NOT NULL GROUP BY 1"
        " ORDER BY count(DISTINCT q.article_id) DESC, max(q.kind <> 'indirect') DESC, max(length(q.text)) DESC, 1"
        " LIMIT ? OFFSET ?"
    )
    keys = [str(row[0]) for row in connection.execute(question, (story_id, limit + 1, offset))]
    return versions_told(connection, keys)


def versions_told(connection: apsw.Connection, statement_ids: Sequence[str]) -> list[Row]:
    """Return statements in the order asked for, each version with its text, spans, kind, outlet and date."""
    where = "WHERE statement_id IN (SELECT value FROM json_each(:ids))"
    held = {row["statement_id"]: row for row in rows(connection, "statements", where, {"ids": _ids(statement_ids)})}
    quote_ids = [version["quote_id"] for row in held.values() for version in row["versions"]]
    quotes = {row["quote_id"]: row for row in rows(connection, "quotes", _QUOTES, {"ids": _ids(quote_ids)})}
    told = carried(connection, [row["article_id"] for row in quotes.values()])
    labels = labels_of(connection, [row["speaker_name_id"] for row in held.values()])
    for row in held.values():
        row["name"] = labels.get(row["speaker_name_id"])
        row["versions"] = [
            version | _placed(quotes[version["quote_id"]], told)
            for version in row["versions"]
            if version["quote_id"] in quotes
        ]
        row["versions"].sort(key=lambda one: (one["quote_id"] != row["fullest_quote_id"], one["published"] or "9999"))
    return [held[key] for key in statement_ids if key in held and held[key]["versions"]]


_QUOTES = "WHERE quote_id IN (SELECT value FROM json_each(:ids))"


def _placed(quote: Row, told: dict[str, Row]) -> Row:
    article = told.get(quote["article_id"], {})
    return {
        "text": quote["text"],
        "kind": quote["kind"],
        "start": quote["spans"][0][0],
        "end": quote["spans"][-1][1],
        "source_id": quote["source_id"],
        "speaker": quote["speaker"],
        "published": article.get("published"),
    }


def labels_of(connection: apsw.Connection, name_ids: Iterable[str | None]) -> dict[str, str]:
    """Return the labels of names by their ids."""
    wanted = sorted({key for key in name_ids if key})
    question = "SELECT name_id, label FROM names WHERE name_id IN (SELECT value FROM json_each(?))"
    return {str(key): str(label) for key, label in connection.execute(question, (json.dumps(wanted),))}


def repeats_of(connection: apsw.Connection, story_id: str) -> list[Row]:
    """Return the passages that two or more articles of a story share, the longest first."""
    question = (
        "SELECT p.passage_id, p.words, p.origin_kind, p.origin, p.because, p.first_article_id, m.article_id,"
        ' m.source_id, m.start, m."end", m.text, a.outlet, a.published'
        " FROM articles a JOIN passage_members m USING (article_id) JOIN passages p USING (passage_id)"
        " WHERE a.story_id = ? ORDER BY p.words DESC, p.passage_id, a.published IS NULL, a.published, a.article_id"
        " LIMIT ?"
    )
    found: dict[str, Row] = {}
    for row in connection.execute(question, (story_id, PASSAGES)):
        head: tuple[Any, ...] = row[:6]
        names = ("passage_id", "words", "origin_kind", "origin", "because", "first_article_id")
        passage = found.setdefault(str(row[0]), dict(zip(names, head, strict=True)) | {"members": []})
        member = ("article_id", "source_id", "start", "end", "text", "outlet", "published")
        passage["members"].append(dict(zip(member, row[6:], strict=True)))
    return [row for row in found.values() if len({member["article_id"] for member in row["members"]}) > 1]


def reasons_of(connection: apsw.Connection, story_id: str) -> dict[str, Row]:
    """Return for each article of a story the likeliest link to another of it: probability, reasons, which other."""
    question = (
        "SELECT p.article_a, p.article_b, p.probability, p.reasons FROM articles a"
        " JOIN pairs p ON p.article_a = a.article_id JOIN articles b ON b.article_id = p.article_b"
        " WHERE a.story_id = :id AND b.story_id = :id AND p.reasons IS NOT NULL ORDER BY p.probability LIMIT 20000"
    )
    best: dict[str, Row] = {}
    for one, other, probability, reasons in connection.execute(question, {"id": story_id}):
        row: Row = {"probability": probability, "reasons": reasons}
        best[str(one)] = row | {"other": other}
        best[str(other)] = row | {"other": one}
    return {key: row | {"reasons": json.loads(row["reasons"])} for key, row in best.items()}


def _ids(keys: Iterable[str]) -> str:
    return json.dumps(sorted(set(keys)))
