"""Tables of finished parts in, what only all of them together tell out: each relation as joins of the engine.

Every function takes an engine and frames and returns frames. The order in which rows come never shows in them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from backstory.desk.write import REPEATS_CAP
from backstory.reuse.fingerprints import COMMON, SHARED_WORDS
from backstory.reuse.statements import BLOCK_COMMON
from backstory.runners.bulk import groups
from backstory.runners.bulk.components import components

if TYPE_CHECKING:
    from daft import DataFrame

    from backstory.runners.bulk.engine import Engine

__all__ = [
    "carriers_of",
    "copies_and_heads",
    "current_articles",
    "current_sources",
    "name_ids",
    "passages_of",
    "quotes_of",
    "shown",
    "statements_of",
    "text_pairs",
    "with_found",
]

_TEXT, _NUMBER, _BYTES = pa.string(), pa.int64(), pa.binary()
_COPY = pa.schema(
    [
        ("article_a", _TEXT),
        ("article_b", _TEXT),
        ("kind", _TEXT),
        ("similarity", pa.float64()),
        ("containment", pa.float64()),
        ("earlier", _TEXT),
        ("day", _TEXT),
    ]
)
_HEAD = pa.struct([("article_id", _TEXT), ("copy_of", _TEXT)])
_MET = pa.struct([("runs", pa.list_(pa.list_(_NUMBER))), ("similarity", pa.float64()), ("containment", pa.float64())])
_EDGE = pa.schema([("one", _TEXT), ("other", _TEXT)])
_PASSAGE = pa.schema([("passage_id", _TEXT), ("record", _BYTES), ("article_ids", pa.list_(_TEXT)), ("day", _TEXT)])
_LOCAL = pa.struct([("local", _TEXT), ("name_id", _TEXT)])
_KEYS = pa.struct([("keys", pa.list_(_NUMBER)), ("order", _TEXT), ("short", pa.bool_()), ("empty", pa.bool_())])
_STATEMENT = pa.struct([("record", _BYTES), ("day", _TEXT), ("statement_id", _TEXT), ("quote_ids", pa.list_(_TEXT))])


def current_sources(engine: Engine) -> DataFrame:
    """Return each source once: its bytes' greatest rule and saying, its least address, how often its lines stand."""
    from daft import col

    read = engine.part("read", "sources", "chunk", "content", "source_id", "uri", "media_type", "problem", "rank")
    best = read.groupby("source_id").agg(col("uri").min().alias("least"), col("rank").max().alias("greatest"))
    both = read.join(best, on="source_id")
    kept = both.where(col("rank") == col("greatest")).groupby("source_id")
    held = kept.agg(col("content").min().alias("content"), col("chunk").min().alias("chunk"))
    told = both.where(col("uri") == col("least")).groupby("source_id")
    said = told.agg(col("uri").min().alias("uri"), col("media_type").min(), col("problem").min())
    sources = engine.kept(held.join(said, on="source_id"), "sources")
    repeats = _repeats(engine, sources.select("content").distinct())
    joined = sources.join(repeats, on="content", how="left")
    return engine.kept(engine.mapped(joined, groups.clean_keys, _TEXT, name="clean_key"), "current_sources")


def _repeats(engine: Engine, contents: DataFrame) -> DataFrame:
    """Return of each content the lines that stand in other sources too, and in how many."""
    from daft import DataType, col, lit
    from daft.functions import when

    lines = engine.part("read", "lines").distinct().join(contents, on="content", how="semi")
    counts = lines.groupby("line").agg(col("content").count().cast(DataType.int64()).alias("held"))
    others = when(col("held") > REPEATS_CAP, lit(REPEATS_CAP)).otherwise(col("held") - 1)
    shared = counts.where(col("held") > 1).select("line", others.alias("times"))
    each = lines.join(shared, on="line").groupby("content")
    return each.agg(col("line").list_agg().alias("lines"), col("times").list_agg().alias("times"))


def current_articles(engine: Engine, sources: DataFrame) -> DataFrame:
    """Return the articles of what cleaning last made of each source."""
    articles = engine.part("clean", "articles")
    return engine.kept(articles.join(sources.select("clean_key"), on="clean_key", how="semi"), "articles")


def carriers_of(engine: Engine, articles: DataFrame) -> DataFrame:
    """Return every article with what reuse and stories compare of it, and its own part of the source's text."""
    annotated = engine.part("annotate", "annotated").select(
        "reading_key", "text_key", "words", "hashes", "profile", "steps", "day", "found", "problem"
    )
    whole = articles.select("reading_key", "article_id", "source_id", "reading").join(annotated, on="reading_key")
    return engine.kept(whole, "carriers")


def text_pairs(engine: Engine, carriers: DataFrame) -> DataFrame:
    """Return the pairs of distinct texts that share a fingerprint which is not common, and what they share."""
    from daft import DataType, col

    texts = carriers.where(col("words") > 0).groupby("text_key").agg(col("hashes").any_value().alias("hashes"))
    texts = engine.kept(texts, "texts")
    prints = engine.part("annotate", "prints").distinct().join(texts.select("text_key"), on="text_key", how="semi")
    counts = prints.groupby("hash").agg(col("text_key").count().cast(DataType.int64()).alias("held"))
    used = prints.join(counts.where((col("held") > 1) & (col("held") <= COMMON)).select("hash"), on="hash", how="semi")
    one, other = (used.select(col("text_key").alias(side), "hash") for side in ("one", "other"))
    pairs = one.join(other, on="hash").where(col("one") < col("other")).groupby("one", "other")
    shared = pairs.agg(col("hash").list_agg().alias("shared"))
    for side in ("one", "other"):
        words = texts.select(col("text_key").alias(side), col("hashes").alias(f"{side}_hashes"))
        shared = shared.join(words, on=side)
    found = engine.mapped(shared, groups.met, _MET, name="met")
    return engine.kept(
        found.select(
            "one",
            "other",
            *(col("met").get(name).alias(name) for name in ("runs", "similarity", "containment")),
        ),
        "text_pairs",
    )


def copies_and_heads(engine: Engine, carriers: DataFrame, pairs: DataFrame) -> tuple[DataFrame, DataFrame]:
    """Return the rows of `copies`, and of each article whose text is an earlier one's, which article that is."""
    from daft import col

    alike = pairs.where(~col("similarity").is_null()).select("one", "other", "similarity", "containment")
    texts = carriers.where(col("words") > 0).groupby("text_key")
    counted = texts.agg(col("reading").list_agg().alias("readings"), col("reading").count().alias("held"))
    wanted = alike.select(col("one").alias("text_key")).concat(alike.select(col("other").alias("text_key"))).distinct()
    loaded = engine.kept(counted.join(wanted, on="text_key", how="semi").select("text_key", "readings"), "alike_texts")
    for side in ("one", "other"):
        alike = alike.join(
            loaded.select(col("text_key").alias(side), col("readings").alias(f"{side}_readings")), on=side
        )
    near = engine.exploded(alike, groups.copies_of_pairs, _COPY, at_once=32)
    twins = pa.struct([("copies", pa.list_(pa.struct(list(_COPY)))), ("heads", pa.list_(_HEAD))])
    same = engine.mapped(counted.where(col("held") > 1).select("readings"), groups.twins, twins, at_once=32)
    same = engine.kept(same.select(*(col("out").get(name).alias(name) for name in ("copies", "heads"))), "twins")
    exact = same.select("copies").explode("copies")
    exact = exact.select(*(col("copies").get(field.name).alias(field.name) for field in _COPY))
    heads = same.where(col("heads").list_count() > 0).select("heads").explode("heads")
    heads = heads.select(*(col("heads").get(field.name).alias(field.name) for field in _HEAD))
    return engine.kept(near.concat(exact), "copies"), engine.kept(heads, "heads")


def passages_of(engine: Engine, carriers: DataFrame, pairs: DataFrame) -> DataFrame:
    """Return the passages that are reuse of news, without their origins."""
    from daft import DataType, col, lit
    from daft.functions import concat_ws

    runs = pairs.where(col("runs").list_count() > 0).select("one", "other", "runs").explode("runs")
    at = [col("runs").get(place).cast(DataType.string()) for place in range(4)]
    edges = runs.select(
        concat_ws(":", col("one"), at[0], at[1]).alias("one"), concat_ws(":", col("other"), at[2], at[3]).alias("other")
    )
    edges = engine.kept(edges, "runs")
    texts = carriers.where(col("words") > 0).groupby("text_key")
    whole = texts.agg(col("words").any_value(), col("words").count().alias("held"))
    whole = whole.where((col("held") > 1) & (col("words") >= SHARED_WORDS))
    whole_nodes = whole.select(
        concat_ws(":", col("text_key"), lit("0"), col("words").cast(DataType.string())).alias("node")
    )
    nodes = edges.select(col("one").alias("node")).concat(edges.select(col("other").alias("node"))).concat(whole_nodes)
    by_text = nodes.distinct().select("node", col("node").split(":").get(0).alias("text_key"))
    gathered = by_text.groupby("text_key").agg(col("node").list_agg().alias("nodes"))
    beside = engine.exploded(gathered, groups.overlaps, _EDGE)
    tied = engine.kept(components(engine, engine.kept(edges.concat(beside), "stretches")), "stretch_groups")
    held = tied.select("node", "root", col("node").split(":").get(0).alias("text_key"))
    loaded = carriers.join(held.select("text_key").distinct(), on="text_key", how="semi").groupby("text_key")
    readings = loaded.agg(col("reading").list_agg().alias("readings"))
    stretches = engine.grouped(
        held.join(readings, on="text_key").select("root", "node", "readings"), "root", "stretches"
    )
    return engine.kept(engine.exploded(stretches, groups.passages_of_groups, _PASSAGE, at_once=64), "passages")


def name_ids(engine: Engine, articles: DataFrame) -> tuple[DataFrame, DataFrame]:
    """Return the names across articles, as JSON, and what each article's own name became."""
    from daft import DataType, col

    current = articles.select("reading_key").distinct()
    own = engine.part("annotate", "names").join(current, on="reading_key", how="semi")
    forms = engine.part("annotate", "forms").join(current, on="reading_key", how="semi")
    ties = forms.where(col("looks") == 1).select("key").distinct()  # a key that no name looks at ties nothing
    forms = forms.join(ties, on="key", how="semi")
    edges = forms.select(col("name_id").alias("one"), ("key:" + col("key").cast(DataType.string())).alias("other"))
    tied = components(engine, engine.kept(edges, "forms")).select(col("node").alias("name_id"), "root")
    grouped = own.join(tied, on="name_id").groupby("root").agg(col("record").list_agg().alias("records"))
    returns = pa.struct([("names", pa.list_(_BYTES)), ("ids", pa.list_(_LOCAL))])
    merged = engine.mapped(grouped, groups.merged_names, returns, at_once=64)
    merged = engine.kept(merged.select(*(col("out").get(name).alias(name) for name in ("names", "ids"))), "merged")
    ids = merged.select("ids").explode("ids")
    ids = ids.select(*(col("ids").get(field.name).alias(field.name) for field in _LOCAL))
    return merged.select(col("names").alias("name")).explode("name"), engine.kept(ids, "name_ids")


def with_found(frame: DataFrame, ids: DataFrame, *columns: str) -> DataFrame:
    """Return `frame` with the names that its columns' local ids became."""
    from daft import col

    for column in columns:
        became = ids.select(col("local").alias(column), col("name_id").alias("became"))
        frame = frame.join(became, on=column, how="left").exclude(column).with_column_renamed("became", column)
    return frame


def quotes_of(engine: Engine, articles: DataFrame, ids: DataFrame) -> DataFrame:
    """Return the quotes of current articles, with what their speakers became across articles."""
    current = articles.select("reading_key", "meta")
    quotes = engine.part("annotate", "quotes").join(current, on="reading_key")
    return engine.kept(with_found(quotes, ids, "speaker_name_id", "addressee_name_id"), "quotes")


def shown(
    articles: DataFrame, quotes: DataFrame, passages: DataFrame, statements: DataFrame
) -> tuple[tuple[str | None, str | None], ...]:
    """Return the outlets, and the names in place lines, of all articles that speak or carry a passage."""
    from daft import col

    carry = passages.select(col("article_ids").alias("article_id")).explode("article_id")
    said = statements.select(col("quote_ids").alias("quote_id")).explode("quote_id")
    speak = quotes.select("quote_id", "article_id").join(said, on="quote_id", how="semi").select("article_id")
    told = articles.select("article_id", "outlet", "placed").join(
        carry.concat(speak).distinct(), on="article_id", how="semi"
    )
    rows = told.select("outlet", "placed").distinct().to_pylist()
    return tuple(sorted(((row["outlet"], row["placed"]) for row in rows), key=repr))


def statements_of(engine: Engine, quotes: DataFrame) -> DataFrame:
    """Return the statements of `quotes` (`quote_id`, `record`, `meta`, `speaker_name_id`), without their origins."""
    from daft import DataType, col
    from daft.functions import to_struct

    keyed = engine.mapped(quotes, groups.said_keys, _KEYS)
    names = ("keys", "order", "short", "empty")
    keyed = keyed.select("quote_id", "record", "meta", "speaker_name_id", *(col("out").get(n).alias(n) for n in names))
    keyed = engine.kept(keyed.where(~col("empty")), "said")
    keys = keyed.select("quote_id", "order", "short", "keys").where(col("keys").list_count() > 0).explode("keys")
    counts = keys.groupby("keys").agg(col("quote_id").count().cast(DataType.int64()).alias("held"))
    used = keys.join(counts.where((col("held") > 1) & (col("held") <= BLOCK_COMMON)), on="keys", how="semi")
    host = used.select("keys", col("quote_id").alias("host"), col("order").alias("host_order"))
    other = used.select("keys", col("quote_id").alias("other"), col("order").alias("other_order"), "short")
    met = host.join(other, on="keys").where(col("host_order") < col("other_order")).groupby("host", "other", "short")
    pairs = met.agg(col("keys").count().alias("shared")).where((col("shared") > 1) | col("short"))
    said = keyed.select(
        "quote_id",
        to_struct(record=col("record"), meta=col("meta"), speaker_name_id=col("speaker_name_id")).alias("said"),
        "order",
    )
    pairs = pairs.select(col("host").alias("host_id"), col("other").alias("other_id"))
    pairs = pairs.join(said.select(col("quote_id").alias("host_id"), col("said").alias("host"), "order"), on="host_id")
    pairs = pairs.join(said.select(col("quote_id").alias("other_id"), col("said").alias("other")), on="other_id")
    scored = engine.mapped(pairs, groups.strengths, pa.list_(pa.float64()), name="strength")
    scored = engine.kept(
        scored.where(~col("strength").is_null()).select(
            "other_id", "order", "strength", col("host_id").alias("quote_id")
        ),
        "said_pairs",
    )
    best = engine.mapped(engine.grouped(scored, "other_id", "hosts"), groups.best_host, _TEXT, name="host")
    best = best.select(col("other_id").alias("quote_id"), "host")
    edges = best.select(col("quote_id").alias("one"), col("host").alias("other"))
    alone = keyed.select(col("quote_id").alias("one"), col("quote_id").alias("other"))
    tied = components(engine, engine.kept(edges.concat(alone), "said_edges"))
    held = keyed.select("quote_id", "record", "meta", "speaker_name_id").join(best, on="quote_id", how="left")
    held = held.join(tied.select(col("node").alias("quote_id"), "root"), on="quote_id")
    made = engine.mapped(engine.grouped(held, "root", "quotes"), groups.statements_of_groups, _STATEMENT, at_once=64)
    return engine.kept(made.select(*(col("out").get(f.name).alias(f.name) for f in _STATEMENT)), "statements")
