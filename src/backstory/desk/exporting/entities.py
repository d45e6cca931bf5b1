"""Names, articles and what they say in, FollowTheMoney entities out (https://followthemoney.tech), one a line.

An article is an Article, a person a Person, an organisation an Organization; each mention of one in the other is a
Mention, each quote a Note about its speaker, each happening an Event with its article as proof.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import apsw

from backstory.desk.exporting.selecting import Chosen, table_rows
from backstory.desk.exporting.writing import visible, web_address, written
from backstory.records import content_id

__all__ = ["write_entities"]

SCHEMATA = {"person": "Person", "organisation": "Organization"}
"""By kind of name. Places and works have no schema of their own there."""
Properties = dict[str, list[str]]
NAME_CHARS = 200


def write_entities(connection: apsw.Connection, to: Path, wanted: Chosen, *, with_texts: bool) -> dict[str, int]:
    """Write the entities of the selection as JSON Lines."""
    counts: dict[str, int] = {}
    with written(to) as file:
        for key, schema, properties in _entities(connection, wanted):
            kept = {name: [visible(value) for value in values if value] for name, values in properties.items()}
            entity = {"id": key, "schema": schema, "properties": {name: kept[name] for name in kept if kept[name]}}
            file.write(json.dumps(entity, ensure_ascii=False) + "\n")
            counts[schema] = counts.get(schema, 0) + 1
    return counts


def _entities(connection: apsw.Connection, wanted: Chosen) -> Iterator[tuple[str, str, Properties]]:
    for row in table_rows(connection, "articles", wanted):
        yield (
            row["article_id"],
            "Article",
            {
                "title": [row["title"] or ""],
                "author": [row["byline"] or ""],
                "publisher": [row["outlet"] or ""],
                "publishedAt": [_day(row["published"])],
                "sourceUrl": [web_address(row["url"]) or ""],
            },
        )
    for row in table_rows(connection, "names", wanted):
        if row["kind"] in SCHEMATA:
            aliases = [form for form in row["forms"] if form != row["label"]]
            yield row["name_id"], SCHEMATA[row["kind"]], {"name": [row["label"]], "alias": aliases}
    schemata = {
        str(key): SCHEMATA.get(str(kind)) for key, kind in connection.execute("SELECT name_id, kind FROM names")
    }
    yield from _mentions(connection, wanted, schemata)
    for row in table_rows(connection, "quotes", wanted):
        speaker = row["speaker_name_id"] or ""
        yield (
            row["quote_id"],
            "Note",
            {
                "name": [row["speaker"] or ""],
                "description": [row["text"]],
                "entity": [speaker if schemata.get(speaker) else ""],
                "proof": [row["article_id"]],
            },
        )
    for row in table_rows(connection, "happenings", wanted):
        key = content_id("happening", row["story_id"], row["date"], row["article_id"], row["start"])
        yield (
            key,
            "Event",
            {
                "name": [" ".join(row["text"].split())[:NAME_CHARS]],
                "summary": [row["text"]],
                "startDate": [row["date"][:10]],
                "endDate": [(row["date_to"] or "")[:10]],
                "proof": [row["article_id"]],
            },
        )


def _mentions(
    connection: apsw.Connection, wanted: Chosen, schemata: Mapping[str, str | None]
) -> Iterator[tuple[str, str, Properties]]:
    """Yield each name of each article once, as it is written there first."""
    for row in table_rows(connection, "articles", wanted):
        seen = set()
        for name_id, text in connection.execute(_MENTIONED, (row["article_id"],)):
            schema = schemata.get(str(name_id))
            if schema and name_id not in seen:
                seen.add(name_id)
                yield (
                    content_id("mention", row["article_id"], str(name_id)),
                    "Mention",
                    {
                        "document": [row["article_id"]],
                        "resolved": [str(name_id)],
                        "name": [str(text)],
                        "detectedSchema": [schema],
                    },
                )


_MENTIONED = """
SELECT name_id, text FROM mentions WHERE article_id = ? AND name_id IS NOT NULL AND form = 'name' ORDER BY start
"""


def _day(published: str | None) -> str:
    return (published or "")[:10]
