"""What every column of the contract holds: whole numbers, numbers, texts, or lists and structures of these."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow

__all__ = ["affinity_of", "schema_of"]

WHOLE = (
    *("start", "end", "bytes", "chars", "words", "origins", "cue_start", "cue_end", "speaker_start", "speaker_end"),
    *("title_start", "title_end", "label_start", "label_end"),
)
NUMBERS = ["confidence", "similarity", "containment", "probability", "weight", "value", "value_to"]
TEXTS = (
    *("evidence", "forms", "article_ids", "outlets", "keywords", "places", "story_ids", "told_by", "untold_by"),
    *("speakers", "left_out"),
)
"""Lists of texts."""
OTHER = {("times", "value"): "TEXT", ("names", "articles"): "INTEGER"}
"""Where a column of one name is not the same in every table."""
CITED = "article_id source_id start end text"
VERSION = "quote_id article_id outlet cut left_out loses_negation cue"
LISTED = {
    ("passages", "members"): CITED,
    ("disagreements", "members"): f"{CITED} value unit as_of speaker speaker_name_id value_text",
    ("statements", "versions"): VERSION,
    ("happenings", "also"): CITED,
    ("omissions", "also"): CITED,
    ("links", "reasons"): "kind detail weight",
    ("thread_links", "reasons"): "kind detail weight",
}
"""Lists of structures, by table and column: the fields of each."""


def affinity_of(table: str, column: str) -> str:
    """Return what SQLite calls the type of a column: INTEGER, REAL or TEXT."""
    usual = "INTEGER" if column in WHOLE else "REAL" if column in NUMBERS else "TEXT"
    return OTHER.get((table, column), usual)


def schema_of(table: str, columns: tuple[str, ...]) -> pyarrow.Schema:
    """Return the Arrow schema of a table: the same whichever rows a desk holds."""
    import pyarrow

    return pyarrow.schema([(column, _type(table, column)) for column in columns])


def _type(table: str, column: str) -> pyarrow.DataType:
    import pyarrow

    if (table, column) in LISTED:
        return pyarrow.list_(_structure(LISTED[table, column]))
    if (table, column) == ("omissions", "fact"):
        return _structure(CITED)
    if column in TEXTS or (table, column) == ("dates", "because"):
        return pyarrow.list_(pyarrow.string())
    if column == "spans":
        return pyarrow.list_(pyarrow.list_(pyarrow.int64()))
    if column == "loses_negation":
        return pyarrow.bool_()
    simple = {"INTEGER": pyarrow.int64(), "REAL": pyarrow.float64(), "TEXT": pyarrow.string()}
    return simple[affinity_of(table, column)]


def _structure(fields: str) -> pyarrow.DataType:
    import pyarrow

    return pyarrow.struct([(name, _type("", name)) for name in fields.split()])
