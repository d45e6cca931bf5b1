"""Passages and statements in, their rows with where they come from out, by joins with all who carry them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa

from backstory.runners.bulk.codec import passage_from
from backstory.runners.bulk.groups import Origins, StatementOrigins, carried_origins
from backstory.runners.bulk.shapes import contract

if TYPE_CHECKING:
    from daft import DataFrame

    from backstory.runners.bulk.engine import Engine

__all__ = ["passage_rows", "statement_rows"]

Shown = tuple[tuple[str | None, str | None], ...]

_ORIGIN = [("kind", pa.string()), ("name", pa.string()), ("because", pa.string())]
_WIRES = pa.list_(pa.struct([("article_id", pa.string()), ("wires", pa.list_(pa.string()))]))
_FOUND = pa.struct([*_ORIGIN, ("wires", _WIRES)])


def passage_rows(
    engine: Engine, passages: DataFrame, carriers: DataFrame, quotes: DataFrame, shown: Shown
) -> DataFrame:
    """Return the rows of `passages`, as `row`, with their days."""
    from daft import col
    from daft.functions import to_struct

    said = quotes.groupby("article_id").agg(col("record").list_agg().alias("quotes"))
    carried = passages.select("passage_id", col("article_ids").alias("article_id")).explode("article_id")
    loaded = carried.join(carriers.select("article_id", "reading"), on="article_id").join(
        said, on="article_id", how="left"
    )
    own = engine.grouped(loaded.select("passage_id", "reading", "quotes"), "passage_id", "carriers")
    whole = passages.select("passage_id", "record", "day").join(own, on="passage_id")
    found = engine.mapped(whole, Origins(shown), _FOUND, at_once=64)
    fields = [col("out").get(field.name).alias(field.name) for field in _FOUND]
    found = engine.kept(found.select("passage_id", "record", "day", *fields), "passage_origins")
    quiet = found.where(col("kind") == "unknown").select("passage_id", "record")
    each = found.where(col("wires").list_count() > 0).select("wires").explode("wires")
    told = each.select(col("wires").get("article_id").alias("article_id"), col("wires").get("wires").alias("wire"))
    wires = told.explode("wire").where(~col("wire").is_null()).groupby("article_id")
    wires = wires.agg(col("wire").list_agg_distinct().alias("wires"))
    all_wires = carried.join(quiet.select("passage_id"), on="passage_id", how="semi").join(
        wires, on="article_id", how="left"
    )
    gathered = engine.grouped(all_wires.select("passage_id", "article_id", "wires"), "passage_id", "carriers")
    second = engine.mapped(quiet.join(gathered, on="passage_id"), carried_origins, pa.struct(_ORIGIN), name="later")
    whole = found.join(second.select("passage_id", "later"), on="passage_id", how="left")
    whole = whole.with_column("first", to_struct(kind=col("kind"), name=col("name"), because=col("because")))
    made = engine.mapped(
        whole.select("record", "day", "first", "later"), _passages, pa.struct(list(contract("passages")))
    )
    return engine.kept(made.select("day", col("out").alias("row")), "passage_rows")


def _passages(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    answers = []
    for row in rows:
        passage, origin = passage_from(row["record"]), row["later"] or row["first"]
        answers.append(
            {
                "passage_id": passage.passage_id,
                "words": passage.words,
                "origin_kind": origin["kind"],
                "origin": origin["name"],
                "because": origin["because"],
                "first_article_id": passage.first_article_id,
                "members": [
                    {
                        "article_id": m.article_id,
                        "source_id": m.source_id,
                        "start": m.start,
                        "end": m.end,
                        "text": m.text,
                    }
                    for m in passage.members
                ],
            }
        )
    return answers


def statement_rows(
    engine: Engine, statements: DataFrame, carriers: DataFrame, quotes: DataFrame, shown: Shown
) -> DataFrame:
    """Return the rows of `statements`, as `row`, with their days and the quotes that they hold."""
    from daft import col

    said = statements.select("statement_id", col("quote_ids").alias("quote_id")).explode("quote_id")
    loaded = said.join(quotes.select("quote_id", "article_id", "record"), on="quote_id").join(
        carriers.select("article_id", "reading"), on="article_id"
    )
    own = engine.grouped(loaded.select("statement_id", "record", "reading"), "statement_id", "quotes")
    whole = statements.join(own, on="statement_id")
    made = engine.mapped(whole, StatementOrigins(shown), pa.struct(list(contract("statements"))), at_once=64)
    return engine.kept(made.select("day", "statement_id", "quote_ids", col("out").alias("row")), "statement_rows")
