"""Profiles and themes in, stories and threads out: candidates, evidence and components by the engine's joins."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from backstory.desk.grouping.stories import COPY, LEAST, LINK
from backstory.desk.grouping.threads import WINDOW as THREAD_WINDOW
from backstory.runners.bulk.components import components
from backstory.runners.bulk.story_desks import stories_of_groups, threads_of_groups
from backstory.stories.blocking import UNDATED, WINDOW
from backstory.stories.evidence import Table, probabilities, reasons
from backstory.stories.group import EDGE
from backstory.stories.profile import Profile
from backstory.stories.threads import EDGE as THREAD_EDGE
from backstory.stories.threads import Theme, evidence

if TYPE_CHECKING:
    from daft import DataFrame

    from backstory.runners.bulk.engine import Engine

__all__ = ["article_pairs", "flat", "stories_of", "threads_of"]

Row = dict[str, Any]

_TEXT, _NUMBER, _BYTES = pa.string(), pa.int64(), pa.binary()
_DAYED = pa.list_(pa.struct([("day", _TEXT), ("row", _BYTES)]))
_SCORED = pa.struct([("probability", pa.float64()), ("reasons", _TEXT)])
_STORIES = pa.struct(
    [
        (
            "stories",
            pa.list_(
                pa.struct([("story_id", _TEXT), ("article_ids", pa.list_(_TEXT)), ("day", _TEXT), ("row", _BYTES)])
            ),
        ),
        ("themes", pa.list_(pa.struct([("story_id", _TEXT), ("held", _TEXT)]))),
        ("theme_keys", pa.list_(pa.struct([("story_id", _TEXT), ("key", _NUMBER), ("day", _NUMBER)]))),
        ("more", pa.list_(pa.struct([("table", _TEXT), ("story_id", _TEXT), ("day", _TEXT), ("row", _BYTES)]))),
    ]
)
_THREADS = pa.struct(
    [
        ("threads", _DAYED),
        ("links", _DAYED),
        ("members", pa.list_(pa.struct([("story_id", _TEXT), ("thread_id", _TEXT)]))),
    ]
)
COMPONENTS_AT_ONCE = 64
"""Components that share one desk in memory: opening it costs under a tenth of what is done in it."""


def _near(engine: Engine, keys: DataFrame, own: str, window: int) -> DataFrame:
    """Return the pairs that share a key and lie at most `window` days apart, or one of which is undated."""
    from daft import col

    one = keys.select("key", col(own).alias("one"), col("day").alias("one_day"))
    other = keys.select("key", col(own).alias("other"), col("day").alias("other_day"))
    met = one.join(other, on="key").where(col("one") < col("other"))
    apart = (col("one_day") - col("other_day")).between(-window, window)
    undated = (col("one_day") == UNDATED) | (col("other_day") == UNDATED)
    return met.where(apart | undated).select("one", "other").distinct()


def article_pairs(engine: Engine, carriers: DataFrame, copies: DataFrame) -> DataFrame:
    """Return the candidates with their probabilities, and the reasons, as JSON, of those that are links."""
    from daft import col
    from daft.functions import when

    keys = engine.part("annotate", "keys").join(carriers.select("reading_key"), on="reading_key", how="semi")
    near = _near(engine, keys.select("article_id", "key", "day"), "article_id", WINDOW)
    a, b = col("article_a"), col("article_b")
    both = copies.select(when(a < b, a).otherwise(b).alias("one"), when(a < b, b).otherwise(a).alias("other"), "kind")
    kinds = both.groupby("one", "other").agg(col("kind").list_agg().alias("kinds"))
    pairs = near.concat(kinds.select("one", "other")).distinct().join(kinds, on=["one", "other"], how="left")
    for side in ("one", "other"):
        held = carriers.select(
            col("article_id").alias(side), col("profile").alias(f"{side}_profile"), col("steps").alias(f"{side}_steps")
        )
        pairs = pairs.join(held, on=side)
    scored = engine.mapped(pairs, scored_pairs, _SCORED)
    fields = (col("out").get(name).alias(name) for name in ("probability", "reasons"))
    return engine.kept(scored.select("one", "other", *fields), "article_pairs")


def scored_pairs(rows: list[Row]) -> list[Row]:
    """Return the probability of each pair, the model's or a copy's, and the reasons of links."""
    held: dict[str, Profile] = {}
    for row in rows:
        for side in ("one", "other"):
            if row[side] not in held:
                packed = row[f"{side}_profile"].decode("utf-8", "surrogatepass")
                held[row[side]] = Profile.from_json(row[side], packed, row[f"{side}_steps"])
    place = {key: at for at, key in enumerate(held)}
    first, second = (np.array([place[row[side]] for row in rows], np.intp) for side in ("one", "other"))
    found = probabilities(Table(list(held.values())).features(first, second)).tolist()
    answers: list[Row] = []
    for row, value in zip(rows, found, strict=True):
        kinds = row["kinds"] or []
        probability = max([value if value >= LEAST else 0.0, *(COPY.get(kind, 0.0) for kind in kinds)])
        answers.append({"probability": probability, "reasons": None})
    links = [at for at, answer in enumerate(answers) if answer["probability"] >= LINK]
    told = reasons([(held[rows[at]["one"]], held[rows[at]["other"]]) for at in links])
    for at, each in zip(links, told, strict=True):
        shown = [{"kind": reason.kind, "detail": reason.detail, "weight": reason.weight} for reason in each]
        answers[at]["reasons"] = json.dumps(shown, ensure_ascii=False)
    return answers


def stories_of(
    engine: Engine, carriers: DataFrame, pairs: DataFrame, ids: DataFrame, passages: DataFrame
) -> tuple[DataFrame, DataFrame]:
    """Return what desks in memory make of each component of articles, and the articles as they were put in."""
    from daft import col

    edges = pairs.where(col("probability") >= EDGE)
    alone = carriers.select(col("article_id").alias("one"), col("article_id").alias("other"))
    tied = components(engine, edges.select("one", "other").concat(alone))
    tied = tied.select(col("node").alias("article_id"), "root")
    own = _articles(engine, carriers, ids, passages)
    links = engine.grouped(_within(pairs, tied), "article_id", "links")
    whole = own.join(tied, on="article_id").join(links, on="article_id", how="left")
    gathered = engine.grouped(whole, "root", "articles")
    made = engine.mapped(gathered, stories_of_groups, _STORIES, at_once=COMPONENTS_AT_ONCE)
    made = made.select(*(col("out").get(field.name).alias(field.name) for field in _STORIES))
    return engine.kept(made, "stories"), own


def _within(pairs: DataFrame, tied: DataFrame) -> DataFrame:
    """Return the pairs within a component by their first article."""
    from daft import col

    for side in ("one", "other"):
        pairs = pairs.join(tied.select(col("article_id").alias(side), col("root").alias(f"{side}_root")), on=side)
    inside = pairs.where(col("one_root") == col("other_root"))
    return inside.select(col("one").alias("article_id"), "one", "other", "probability", "reasons")


def _articles(engine: Engine, carriers: DataFrame, ids: DataFrame, passages: DataFrame) -> DataFrame:
    """Return every article with all that its story's desk holds of it."""
    from daft import col

    current = carriers.select("reading_key", "article_id")
    local = engine.part("annotate", "names", "reading_key", "name_id").join(current, on="reading_key")
    named = local.select(col("name_id").alias("local"), "article_id").join(ids, on="local")
    became = engine.grouped(named.select("article_id", "local", "name_id"), "article_id", "ids")
    carried = passages.select("record", col("article_ids").alias("article_id")).explode("article_id")
    held = carried.groupby("article_id").agg(col("record").list_agg().alias("passages"))
    own = carriers.select("article_id", "reading", "found", "profile", "steps")
    own = own.join(became, on="article_id", how="left").join(held, on="article_id", how="left")
    return engine.kept(own, "story_articles")


def threads_of(engine: Engine, stories: DataFrame, own: DataFrame) -> DataFrame:
    """Return what desks in memory make of each component of stories that may follow one another."""
    from daft import col

    themes = flat(stories, "themes", "story_id", "held")
    keys = flat(stories, "theme_keys", "story_id", "key", "day")
    pairs = _near(engine, keys, "story_id", THREAD_WINDOW)
    for side in ("one", "other"):
        pairs = pairs.join(themes.select(col("story_id").alias(side), col("held").alias(f"{side}_held")), on=side)
    scored = engine.mapped(pairs, scored_themes, pa.float64(), name="probability")
    edges = engine.kept(scored.where(col("probability") >= THREAD_EDGE).select("one", "other"), "theme_pairs")
    tied = components(engine, edges).select(col("node").alias("story_id"), "root")
    rows = flat(stories, "stories", "story_id", "article_ids", "row").join(tied, on="story_id")
    each = rows.select("story_id", col("article_ids").alias("article_id")).explode("article_id")
    each = each.join(own, on="article_id")
    articles = engine.grouped(each, "story_id", "articles")
    whole = rows.select("root", "story_id", "row").join(articles, on="story_id")
    gathered = engine.grouped(whole, "root", "stories")
    made = engine.mapped(gathered, threads_of_groups, _THREADS, at_once=COMPONENTS_AT_ONCE)
    return engine.kept(made.select(*(col("out").get(f.name).alias(f.name) for f in _THREADS)), "threads")


def flat(frame: DataFrame, column: str, *fields: str) -> DataFrame:
    """Return the fields of the structs in the lists of one column, a row each."""
    from daft import col

    each = frame.where(col(column).list_count() > 0).select(column).explode(column)
    return each.select(*(col(column).get(field).alias(field) for field in fields))


def scored_themes(rows: list[Row]) -> list[float]:
    """Return how likely the two stories of each row follow one another."""
    return [
        evidence(
            Theme.from_json(row["one"], row["one_held"]), Theme.from_json(row["other"], row["other_held"])
        ).probability
        for row in rows
    ]
