"""Tables in (JSON Lines, JSON, CSV, TSV, Parquet), a source for every row of them out, streamed.

A row's bytes are its own: the line, the record with its line ends, the object; a row of Parquet is written as JSON in
the order of its columns. `columns` says which columns are what, by known names or as `Options.columns` maps them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from itertools import zip_longest
from urllib.parse import parse_qsl

from backstory.read.columns import (
    Value,
    Wanted,
    chosen,
    composed,
    has_text,
    marks_of,
    parameters_of,
    stated_of,
    wanted,
)
from backstory.read.csv_rows import CsvRow, csv_rows, record_values
from backstory.read.entries import Entry, Options, problem_source
from backstory.read.json_rows import json_rows
from backstory.read.markup import decoded, plain
from backstory.read.parquet_rows import parquet_rows
from backstory.records import Item, Source

__all__ = ["NAME", "RULES", "claims", "read"]

NAME = "table"
RULE = "table/1"

COLUMNS_SHOWN = 12
"""A message lists this many of a table's columns: enough to see which one is the text."""

_JSON_NAMES = (".json", ".jsonl", ".ndjson", ".jl", ".geojson")
_CSV_NAMES = (".csv", ".tsv", ".psv", ".tab")
_JSON_FEED = re.compile(rb'"version"\s*:\s*"https?://(?:www\.)?jsonfeed\.org/version/')
_JSON_OBJECT = re.compile(rb'(?:\xef\xbb\xbf)?\s*(?:\[\s*)?\{\s*"(?:[^"\\]|\\.)+"\s*:')


def claims(head: bytes, name: str) -> bool:
    """Return whether these first bytes are of a table, or the file's name says so."""
    lower = name.lower()
    if head.startswith(b"PAR1") or lower.endswith((*_CSV_NAMES, ".parquet")):
        return True
    if _JSON_FEED.search(head):
        return False
    return lower.endswith(_JSON_NAMES) or _JSON_OBJECT.match(head) is not None


def read(entry: Entry, options: Options) -> Iterator[Source]:
    """Yield a source for every row.

    Raises:
        UsageError: `options.columns` maps a field that is none of ours.
    """
    looked = wanted(options.columns)
    if entry.head.startswith(b"PAR1") or entry.name.lower().endswith(".parquet"):
        rows = _parquet(entry, looked, options)
    elif entry.name.lower().endswith(_CSV_NAMES):
        rows = _csv(entry, looked, options)
    else:
        rows = _json(entry, looked, options)
    empty = True
    for source in rows:
        empty = False
        yield source
    if empty:
        yield problem_source(entry.uri, "text/plain", entry.head, f"{entry.name} is empty: there is no row to read")


def _json(entry: Entry, looked: Wanted, options: Options) -> Iterator[Source]:
    lines = entry.name.lower().endswith((".jsonl", ".ndjson", ".jl"))
    with entry.open() as stream:
        for number, found in enumerate(json_rows(stream, options.max_source_bytes, lines=lines), start=1):
            uri = f"{entry.uri}#row={number}"
            if found.row is None:
                why = f"row {number} of {entry.name} {found.problem}: mend or remove it"
                yield problem_source(uri, "application/json", found.raw, why)
            else:
                yield _source(uri, found.raw, found.row, looked)


def _parquet(entry: Entry, looked: Wanted, options: Options) -> Iterator[Source]:
    for number, found in enumerate(parquet_rows(entry, options), start=1):
        if found.row is None:
            yield problem_source(
                entry.uri, "application/vnd.apache.parquet", found.raw, f"{entry.name} {found.problem}"
            )
        else:
            yield _source(f"{entry.uri}#row={number}", found.raw, found.row, looked)


def _source(uri: str, raw: bytes, row: dict[str, Value], looked: Wanted) -> Source:
    paths = chosen(row, looked)
    if not has_text(row, looked, paths):
        return problem_source(uri, "application/json", raw, _no_text(uri, list(row), looked))
    return _made(uri, raw, row, paths, parameters_of("json", paths), "utf-8")


def _no_text(uri: str, columns: list[str], looked: Wanted) -> str:
    shown = plain(", ".join(columns[:COLUMNS_SHOWN])) + (", ..." if len(columns) > COLUMNS_SHOWN else "")
    if "text" in looked.said:
        return f"{uri} has no text in the column that was mapped to text; its columns are {shown}"
    return f"{uri} has no text: its columns are {shown}; if one of them holds it, say --map text=COLUMN"


def _made(
    uri: str, raw: bytes, row: Mapping[str, Value], paths: Mapping[str, str], parameters: str, encoding: str
) -> Source:
    """Return the source of one row; it is one article where the row states something of one."""
    media_type = "text/csv" if "form=csv" in parameters else "application/json"
    parts = composed(row, parameters)
    if ("text" if "text" in paths else "title") not in dict(parts):
        return problem_source(uri, media_type, raw, f"{uri} has no text that could be seen: leave it out or mend it")
    text = "\n".join(part for _, part in parts)
    stated = stated_of(row, paths)
    delimits = bool(stated.title or stated.published or stated.url or stated.byline)
    return Source(
        source_id=sha256(raw).hexdigest(),
        uri=uri,
        media_type=media_type,
        raw=raw,
        text=text,
        rule=f"{RULE}?{parameters}",
        encoding=encoding,
        stated=stated,
        marks=tuple(marks_of(parts)),
        items=(Item(0, len(text), stated),) if delimits else (),
    )


def _csv(entry: Entry, looked: Wanted, options: Options) -> Iterator[Source]:
    delimiter = "\t" if entry.name.lower().endswith((".tsv", ".tab")) else None
    header: list[str] | None = None
    number = 0
    with entry.open() as stream:
        for found in csv_rows(stream, delimiter, options.max_source_bytes):
            uri = f"{entry.uri}#row={number + 1}"
            if found.problem:
                why = f"record {number + 1} of {entry.name} {found.problem}: mend or remove it"
                yield problem_source(uri, "text/csv", found.raw, why)
            elif header is None:
                header = found.values
                named: dict[str, Value] = dict.fromkeys(header, "x")
                if not has_text(named, looked, chosen(named, looked)):
                    yield problem_source(entry.uri, "text/csv", found.raw, _no_text(entry.name, header, looked))
                    return
                continue
            else:
                yield _record(uri, found, header, looked)
            number += 1


def _record(uri: str, found: CsvRow, header: list[str], looked: Wanted) -> Source:
    row: dict[str, Value] = {}
    for name, value in zip_longest(header, found.values[: len(header)], fillvalue=""):
        row.setdefault(name, value)
    paths = chosen(row, looked)
    if not has_text(row, looked, paths):
        return problem_source(uri, "text/csv", found.raw, _no_text(uri, header, looked))
    places = {field: str(header.index(path)) for field, path in paths.items()}
    parameters = parameters_of("csv", places, {"delimiter": found.delimiter})
    return _made(uri, found.raw, _numbered(found.values), places, parameters, found.encoding)


def _numbered(values: list[str]) -> dict[str, Value]:
    return {str(place): value for place, value in enumerate(values)}


def text_of_row(raw: bytes, encoding: str | None, parameters: str = "") -> str:
    """Return a row's text from its bytes: the rule `table/1`, whose parameters say which columns make it."""
    said = dict(parse_qsl(parameters))
    row: Mapping[str, Value]
    if said.get("form") == "csv":
        row = _numbered(record_values(raw, encoding or "utf-8", said.get("delimiter", ",")))
    else:
        row = json.loads(decoded(raw, encoding))
    return "\n".join(part for _, part in composed(row, parameters))


RULES: dict[str, Callable[..., str]] = {RULE: text_of_row}
