"""Table names in, Arrow schemas out: those of the contract, and those of the parts that the bulk path keeps for itself.

The contract's columns come from the desk's one list of them, and their types from where its exports have them.
"""

from __future__ import annotations

from functools import cache

import pyarrow as pa

from backstory.desk.exporting.shapes import schema_of
from backstory.desk.tables import TABLES

__all__ = ["OWN", "contract", "own"]


@cache
def contract(table: str) -> pa.Schema:
    """Return the Arrow schema of a table of the contract, its columns in their order."""
    return schema_of(table, TABLES[table].columns)


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
                ("seen_key", pa.string()),
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
        "seen": _schema("seen_key:s part:s seen:b vector:b"),
        "names": _schema("reading_key:s name_id:s record:b"),
        "forms": _schema("reading_key:s name_id:s key:i looks:i"),
        "prints": _schema("text_key:s hash:i"),
        "keys": _schema("reading_key:s article_id:s key:i day:i"),
    },
}
"""What the finished parts of the three stages that know one thing at a time hold. `docs/bulk.md` says what each is."""
