"""Table names in, Arrow schemas out: those of the contract, and those of the parts that the bulk path keeps for itself.

The contract's columns come from `desk.tables.TABLES`, the one list of them; here stands only what type each has.
"""

from __future__ import annotations

from functools import cache

import pyarrow as pa

from backstory.desk.tables import TABLES

__all__ = ["OWN", "contract", "own"]

_SPAN = pa.struct(
    [
        ("article_id", pa.string()),
        ("source_id", pa.string()),
        ("start", pa.int64()),
        ("end", pa.int64()),
        ("text", pa.string()),
    ]
)
_AMOUNT = pa.struct([*_SPAN, ("value", pa.float64()), ("unit", pa.string()), ("as_of", pa.string())])
_REASON = pa.struct([("kind", pa.string()), ("detail", pa.string()), ("weight", pa.float64())])
_VERSION = pa.struct(
    [
        ("quote_id", pa.string()),
        ("article_id", pa.string()),
        ("outlet", pa.string()),
        ("cut", pa.string()),
        ("left_out", pa.list_(pa.string())),
        ("loses_negation", pa.bool_()),
        ("cue", pa.string()),
    ]
)
_TYPES: dict[pa.DataType, str] = {
    pa.int64(): (
        "start end words bytes chars articles cue_start cue_end speaker_start speaker_end title_start title_end"
        " label_start label_end origins"
    ),
    pa.float64(): "confidence value value_to similarity containment probability weight",
    pa.list_(pa.string()): "evidence forms speakers article_ids outlets keywords places told_by untold_by story_ids",
    pa.list_(_SPAN): "also members",
    pa.list_(_VERSION): "versions",
    pa.list_(_REASON): "reasons",
    pa.list_(pa.list_(pa.int64())): "spans",
    _SPAN: "fact",
}
_BY_COLUMN = {column: kind for kind, columns in _TYPES.items() for column in columns.split()}
_BY_TABLE = {("disagreements", "members"): pa.list_(_AMOUNT), ("times", "value"): pa.string()}
"""Columns of one name that differ from table to table. What is nowhere named is text."""


@cache
def contract(table: str) -> pa.Schema:
    """Return the Arrow schema of a table of the contract, its columns in their order."""
    return pa.schema(
        [
            (column, _BY_TABLE.get((table, column), _BY_COLUMN.get(column, pa.string())))
            for column in TABLES[table].columns
        ]
    )


_KINDS = {"s": pa.string(), "i": pa.int64(), "b": pa.binary(), "f": pa.float64()}
_ARTICLE = [pa.field("clean_key", pa.string()), pa.field("reading_key", pa.string()), pa.field("chunk", pa.string())]


def _schema(columns: str) -> pa.Schema:
    return pa.schema([(name, _KINDS[kind]) for name, kind in (column.split(":") for column in columns.split())])


def _of_article(table: str) -> pa.Schema:
    left = [field for field in contract(table) if field.name != "statement_id"]
    return pa.schema([pa.field("reading_key", pa.string()), *left])


@cache
def own(stage: str, table: str) -> pa.Schema:
    """Return the schema of a table of finished parts."""
    return OWN[stage][table]


OWN: dict[str, dict[str, pa.Schema]] = {
    "read": {
        "sources": _schema(
            "chunk:s content:i source_id:s uri:s media_type:s bytes:i read_at:s problem:s rank:s rule:s encoding:s"
            " chars:i text_sha256:s said:s raw:b text:b"
        ),
        "lines": _schema("line:i content:i"),
    },
    "clean": {
        "cleaned": _schema("clean_key:s source_id:s problem:s expected:i day:s"),
        "articles": pa.schema(
            [
                *_ARTICLE,
                *(field for field in contract("articles") if field.name not in ("copy_of", "story_id")),
                ("placed", pa.string()),
                ("meta", pa.binary()),
                ("reading", pa.binary()),
            ]
        ),
        "blocks": pa.schema([pa.field("clean_key", pa.string()), *contract("blocks")]),
    },
    "annotate": {
        "annotated": _schema(
            "reading_key:s article_id:s source_id:s text_key:s words:i hashes:b profile:b steps:b day:i"
            " problem:s found:b"
        ),
        "mentions": _of_article("mentions"),
        "times": _of_article("times"),
        "figures": _of_article("figures"),
        "quotes": pa.schema([*_of_article("quotes"), ("record", pa.binary())]),
        "names": _schema("reading_key:s name_id:s record:b"),
        "forms": _schema("reading_key:s name_id:s key:i"),
        "prints": _schema("text_key:s hash:i"),
        "keys": _schema("reading_key:s article_id:s key:i day:i"),
    },
}
"""What the finished parts of the three stages that know one thing at a time hold. `docs/bulk.md` says what each is."""
