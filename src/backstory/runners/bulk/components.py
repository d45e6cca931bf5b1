"""Edges in, the connected components of their graph out, by joins and groups of the engine alone.

Large-star and small-star in turns (Kiveris and others, SoCC 2014): every node is tied to the least node that it knows
of, until each component is one star around its least node. The number of turns grows with the logarithm of the
longest path. What lies together in a partition is contracted before, which saves most of what would be shuffled.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from backstory.errors import BackstoryError

if TYPE_CHECKING:
    from daft import DataFrame

    from backstory.runners.bulk.engine import Engine

__all__ = ["components", "contracted"]

EDGES_AT_ONCE = 1 << 18
"""Edges that one worker contracts at once: some tens of megabytes."""
MOST_TURNS = 60
"""A path of 2^30 nodes takes 30 turns at most; more says that something else is wrong."""

_EDGE = pa.list_(pa.struct([("node", pa.string()), ("least", pa.string())]))


def components(engine: Engine, edges: DataFrame, *, at_once: int = EDGES_AT_ONCE) -> DataFrame:
    """Return each node of `edges` (columns `one`, `other`, text) once, with the `root` that its component shares.

    The root is the component's least node. An edge from a node to itself gives a node without neighbours.

    Raises:
        BackstoryError: it did not come to an end.
    """
    from daft import col

    nodes = edges.select(col("one").alias("node")).concat(edges.select(col("other").alias("node"))).distinct()
    stars = _contract(engine, edges, at_once).collect()
    for _ in range(MOST_TURNS):
        if _is_done(stars):
            tied = nodes.join(stars, on="node", how="left")
            return tied.select("node", col("least").fill_null(col("node")).alias("root"))
        stars = _small_star(_large_star(stars)).collect()
    raise BackstoryError(f"a graph was not in components after {MOST_TURNS} turns: please report it")


def _contract(engine: Engine, edges: DataFrame, at_once: int) -> DataFrame:
    """Replace the edges that one worker sees at once by stars, and drop edges to oneself."""
    from daft import col

    apart = (col("one") < col("other")) | (col("one") > col("other"))  # Daft 0.7.26 prunes by `!=` where it may not
    pairs = edges.where(apart).select("one", "other")
    gathered = engine.mapped(pairs, contracted, _EDGE, at_once=at_once)
    ties = gathered.where(col("out").list_count() > 0).explode("out")
    return ties.select(col("out").get("node").alias("node"), col("out").get("least").alias("least")).distinct()


def contracted(rows: Sequence[dict[str, Any]]) -> list[list[dict[str, str]]]:
    """Return the edges of a batch as ties of nodes to the least of their component in it, all with the first row."""
    root: dict[str, str] = {}

    def find(node: str) -> str:
        root.setdefault(node, node)
        while root[node] != node:
            root[node] = root[root[node]]
            node = root[node]
        return node

    for row in rows:
        low, high = sorted((find(row["one"]), find(row["other"])))
        root[high] = low
    ties = [{"node": node, "least": find(node)} for node in sorted(root)]
    held = [tie for tie in ties if tie["node"] != tie["least"]]
    return [held, *([] for _ in rows[1:])]


def _is_done(stars: DataFrame) -> bool:
    """Whether every node is tied to one node alone, which is tied to none."""
    from daft import col

    tied = stars.select("node")
    if tied.distinct().count_rows() != stars.count_rows():
        return False
    both = stars.select(col("least").alias("node")).distinct().join(tied, on="node", how="semi")
    return int(both.count_rows()) == 0


def _large_star(stars: DataFrame) -> DataFrame:
    """Tie every node's greater neighbours to the least node among itself and all its neighbours."""
    from daft import col
    from daft.functions import when

    both = stars.select(col("node").alias("at"), col("least").alias("near")).concat(
        stars.select(col("least").alias("at"), col("node").alias("near"))
    )
    least = both.groupby("at").agg(col("near").min().alias("nearest"))
    tied = both.join(least, on="at").where(col("near") > col("at"))
    lowest = when(col("at") < col("nearest"), col("at")).otherwise(col("nearest"))
    return tied.select(col("near").alias("node"), lowest.alias("least")).distinct()


def _small_star(stars: DataFrame) -> DataFrame:
    """Tie every node and its lesser neighbours to the least of these; a tie's `least` is always the lesser."""
    from daft import col

    least = stars.groupby("node").agg(col("least").min().alias("lowest"))
    joined = stars.join(least, on="node")
    near = joined.where(col("least") > col("lowest")).select(col("least").alias("node"), col("lowest").alias("least"))
    return near.concat(least.select("node", col("lowest").alias("least"))).distinct()
