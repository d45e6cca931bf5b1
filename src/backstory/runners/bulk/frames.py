"""What was worked out in, one frame for each table of the contract out: its columns, and the day of each row."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from backstory.runners.bulk.codec import unpack_json
from backstory.runners.bulk.joins import with_found
from backstory.runners.bulk.shapes import contract
from backstory.runners.bulk.story_desks import STORY_TABLES
from backstory.runners.bulk.story_joins import flat
from backstory.runners.bulk.work import UNDATED

if TYPE_CHECKING:
    from daft import DataFrame, Expression

    from backstory.runners.bulk.engine import Engine

__all__ = ["Made", "frames_of"]


@dataclass(frozen=True)
class Made:
    """What the flow worked out, each a frame."""

    sources: DataFrame
    articles: DataFrame
    names: DataFrame
    ids: DataFrame
    quotes: DataFrame
    copies: DataFrame
    heads: DataFrame
    passages: DataFrame
    statements: DataFrame
    links: DataFrame
    stories: DataFrame
    threads: DataFrame


def frames_of(engine: Engine, made: Made) -> dict[str, DataFrame]:
    """Return a frame for each table of the contract, by name."""
    from daft import col

    return {
        "sources": _sources(engine, made),
        "blocks": _blocks(engine, made.sources),
        "articles": _articles(made),
        "names": _parsed(engine, "names", made.names.select(col("name").alias("row"), _lit(None).alias("day"))),
        **{table: _of_articles(engine, made, table) for table in ("mentions", "times", "figures")},
        "quotes": _quotes(made),
        "copies": made.copies.with_column("source_id", col("article_a")),
        **{table: _opened(table, getattr(made, table)) for table in ("passages", "statements")},
        "links": _links(engine, made),
        **_stories(engine, made),
    }


def _lit(value: str | None) -> Expression:
    from daft import DataType, lit

    return lit(value).cast(DataType.string())


def _sources(engine: Engine, made: Made) -> DataFrame:
    """Return every address of every source; what could not even be opened, and then could, is no problem any more."""
    from daft import col

    own = ("source_id", "uri", "media_type", "bytes", "problem")
    read = engine.part("read", "sources", *own, "content", "text_sha256", "chars", "encoding", "rule")
    each = read.groupby("source_id", "uri").agg(*(col(name).min() for name in own[2:]))
    opened = each.where(~((col("bytes") == 0) & ~col("problem").is_null())).select("uri").distinct()
    failed = each.where((col("bytes") == 0) & ~col("problem").is_null())
    gone = failed.join(opened, on="uri", how="semi").select("source_id", "uri")
    each = each.join(gone, on=["source_id", "uri"], how="anti")
    texts = read.select("content", "text_sha256", "chars", "encoding", "rule").distinct()
    held = made.sources.select("source_id", "content", "clean_key").join(texts, on="content")
    cleaned = engine.part("clean", "cleaned", "clean_key", "day", "problem").with_column_renamed("problem", "later")
    found = engine.part("annotate", "annotated", "reading_key", "source_id", "problem").where(~col("problem").is_null())
    current = found.join(made.articles.select("reading_key"), on="reading_key", how="semi").groupby("source_id")
    last = current.agg(col("problem").min().alias("last"))
    whole = each.join(held, on="source_id").join(cleaned, on="clean_key").join(last, on="source_id", how="left")
    problem = col("later").fill_null(col("problem")).fill_null(col("last"))
    return whole.with_columns({"problem": problem, "read_at": _lit(None)})


def _blocks(engine: Engine, current: DataFrame) -> DataFrame:
    days = engine.part("clean", "cleaned", "clean_key", "day").join(
        current.select("clean_key"), on="clean_key", how="semi"
    )
    return engine.part("clean", "blocks").join(days, on="clean_key")


def _day() -> Expression:
    """Return the day of an article."""
    from daft import col

    return col("published_earliest").left(10).fill_null(UNDATED).alias("day")


def _articles(made: Made) -> DataFrame:
    from daft import col

    stories = flat(made.stories, "stories", "story_id", "article_ids")
    of = stories.select("story_id", col("article_ids").alias("article_id")).explode("article_id")
    whole = made.articles.join(made.heads, on="article_id", how="left").join(of, on="article_id", how="left")
    return whole.with_column("day", _day())


def _of_articles(engine: Engine, made: Made, table: str) -> DataFrame:
    from daft import col

    days = made.articles.select("reading_key", _day())
    rows = engine.part("annotate", table).join(days, on="reading_key")
    return with_found(rows, made.ids, "name_id") if table == "mentions" else rows.with_column("day", col("day"))


def _quotes(made: Made) -> DataFrame:
    from daft import col

    of = made.statements.select("statement_id", col("quote_ids").alias("quote_id")).explode("quote_id")
    days = made.articles.select("reading_key", _day())
    return made.quotes.join(of, on="quote_id", how="left").join(days, on="reading_key")


def _links(engine: Engine, made: Made) -> DataFrame:
    from daft import col
    from daft.functions import when

    likely = made.links.where(~col("reasons").is_null())
    rows = likely.select(col("one").alias("article_a"), col("other").alias("article_b"), "probability", "reasons")
    for side in ("a", "b"):
        days = made.articles.select(col("article_id").alias(f"article_{side}"), _day().alias(f"day_{side}"))
        rows = rows.join(days, on=f"article_{side}")
    later = when(col("day_a") > col("day_b"), col("day_a")).otherwise(col("day_b"))
    told = engine.mapped(rows.with_column("day", later), _reasons, contract("links").field("reasons").type)
    return told.exclude("reasons").with_columns({"reasons": col("out"), "decided_by": _lit("model")})


def _reasons(rows: list[dict[str, Any]]) -> list[Any]:
    return [json.loads(row["reasons"]) for row in rows]


def _opened(table: str, frame: DataFrame) -> DataFrame:
    """Return the columns of the structs in `row`."""
    from daft import col

    return frame.select("day", *(col("row").get(name).alias(name) for name in contract(table).names))


def _parsed(engine: Engine, table: str, frame: DataFrame) -> DataFrame:
    """Return the columns of the JSON in `row`; a thread that is known by now takes the place of none."""
    made = engine.mapped(frame, partial(_rows, table), pa.struct([*contract(table), ("day", pa.string())]))
    from daft import col

    return made.select(
        *(col("out").get(name).alias(name) for name in contract(table).names), col("out").get("day").alias("day")
    )


def _rows(table: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    answers = []
    for row in rows:
        held = unpack_json(row["row"])
        if "thread_id" in row and "thread_id" in held:
            held["thread_id"] = held["thread_id"] if table == "threads" else row["thread_id"]
        answers.append({**held, "day": row["day"] or (held.get("first_seen") or UNDATED)[:10]})
    return answers


def _stories(engine: Engine, made: Made) -> dict[str, DataFrame]:
    """Return the stories, all that is kept of each, and the threads."""
    from daft import col

    members = engine.kept(flat(made.threads, "members", "story_id", "thread_id"), "thread_members")
    stories = flat(made.stories, "stories", "story_id", "day", "row").join(members, on="story_id", how="left")
    more = flat(made.stories, "more", "table", "story_id", "day", "row").join(members, on="story_id", how="left")
    more = engine.kept(more, "story_tables")
    found = {name: _parsed(engine, name, more.where(col("table") == name)) for name in STORY_TABLES}
    found["stories"] = _parsed(engine, "stories", stories)
    found["threads"] = _parsed(engine, "threads", flat(made.threads, "threads", "day", "row"))
    found["thread_links"] = _parsed(engine, "thread_links", flat(made.threads, "links", "day", "row"))
    return found
