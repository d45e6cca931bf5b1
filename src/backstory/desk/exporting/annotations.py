"""Quotes, happenings and passages in, W3C Web Annotations out (https://www.w3.org/TR/annotation-model/).

A target is the kept text of a source, named by its SHA-256, with a TextPositionSelector (code points, as the standard
counts) and a TextQuoteSelector; for an article that is on the web, a second target is its page, with a text fragment.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import apsw

from backstory.desk.ask import text as text_of
from backstory.desk.exporting.selecting import Chosen, table_rows
from backstory.desk.exporting.writing import visible, web_address, written

__all__ = ["annotation", "fragment", "write_annotations"]

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
FRAGMENTS = "https://wicg.github.io/scroll-to-text-fragment/"
AROUND = 32
"""Characters of prefix and suffix: what the standard's authors' own tools keep."""
LONG = 100
"""A fragment of more characters is written as its first and last words."""
EDGE_WORDS = 4
SOURCES = 64
"""Texts that are held at once: the rows of an article's quotes and passages do not stand together."""


def write_annotations(connection: apsw.Connection, to: Path, wanted: Chosen, *, with_texts: bool) -> dict[str, int]:
    """Write one annotation page with all annotations of the selection."""
    made = _Maker(connection)
    counts: dict[str, int] = {}
    with written(to) as file:
        file.write(f'{{"@context":"{CONTEXT}","id":"urn:backstory:annotations","type":"AnnotationPage","items":[')
        for kind, one in made.all(wanted):
            file.write((",\n" if counts else "\n") + json.dumps(one, ensure_ascii=False))
            counts[kind] = counts.get(kind, 0) + 1
        file.write("\n]}\n")
    return counts


class _Maker:
    """Makes annotations of rows; it holds the texts of the last few sources."""

    def __init__(self, connection: apsw.Connection) -> None:
        self.connection = connection
        self.text = lru_cache(maxsize=SOURCES)(lambda source_id: text_of(connection, source_id))

    def all(self, wanted: Chosen) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield the annotations of the selection with the table each comes from."""
        for row in table_rows(self.connection, "quotes", wanted):
            target = [found for start, end in row["spans"] for found in self._targets(row, start, end)]
            body = _body(row["speaker"], "identifying")
            yield "quotes", annotation(f"urn:backstory:quote:{row['quote_id']}", "identifying", body, target)
        for row in table_rows(self.connection, "happenings", wanted):
            key = f"urn:backstory:happening:{row['story_id']}:{row['date']}:{row['article_id']}:{row['start']}"
            target = self._targets(row, row["start"], row["end"])
            yield "happenings", annotation(key, "tagging", _body(row["date"], "tagging"), target)
        for row in table_rows(self.connection, "passages", wanted):
            target = [found for one in row["members"] for found in self._targets(one, one["start"], one["end"])]
            key = f"urn:backstory:passage:{row['passage_id']}"
            yield "passages", annotation(key, "linking", _body(row["origin"], "identifying"), target)

    def _targets(self, row: dict[str, Any], start: int, end: int) -> list[dict[str, Any]]:
        text = self.text(row["source_id"])
        targets = [_kept(row["source_id"], text, start, end)]
        for (url,) in self.connection.execute("SELECT url FROM articles WHERE article_id = ?", (row["article_id"],)):
            address = web_address(url and str(url))
            if address:
                targets.append(_page(address, text[start:end]))
        return targets


def annotation(
    key: str, motivation: str, body: dict[str, Any] | None, target: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    """Return one annotation; a single target stands alone, as the standard has it."""
    made: dict[str, Any] = {"@context": CONTEXT, "id": key, "type": "Annotation", "motivation": motivation}
    return made | ({"body": body} if body else {}) | {"target": target[0] if len(target) == 1 else list(target)}


def _body(value: str | None, purpose: str) -> dict[str, Any] | None:
    if not value:
        return None
    return {"type": "TextualBody", "value": value, "format": "text/plain", "purpose": purpose}


def _kept(source_id: str, text: str, start: int, end: int) -> dict[str, Any]:
    quoted = {
        "type": "TextQuoteSelector",
        "exact": text[start:end],
        "prefix": text[max(0, start - AROUND) : start],
        "suffix": text[end : end + AROUND],
    }
    source = {
        "id": f"urn:sha256:{source_id}",
        "type": "Text",
        "format": "text/plain",
        "dcterms:identifier": f"sha256:{source_id}",
    }
    position = {"type": "TextPositionSelector", "start": start, "end": end}
    return {"type": "SpecificResource", "source": source, "selector": [position, quoted]}


def _page(url: str, said: str) -> dict[str, Any]:
    found = {"type": "FragmentSelector", "conformsTo": FRAGMENTS, "value": fragment(said)}
    source = url.partition("#")[0]
    return {"id": f"{source}#{found['value']}", "type": "SpecificResource", "source": source, "selector": found}


def fragment(said: str) -> str:
    """Return `:~:text=` for a run of words, percent-encoded; a browser scrolls to it and marks it."""
    words = visible(said).split()
    whole = " ".join(words)
    if len(whole) <= LONG or len(words) < 2 * EDGE_WORDS:
        return f":~:text={_encoded(whole)}"
    return f":~:text={_encoded(' '.join(words[:EDGE_WORDS]))},{_encoded(' '.join(words[-EDGE_WORDS:]))}"


def _encoded(text: str) -> str:
    return quote(text, safe="").replace("-", "%2D")
