"""The passages of a story in, who repeats whom out: outlets as rows, time from left to right, shared words as lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log2
from typing import Any

__all__ = ["Edge", "Graph", "Lane", "Node", "graph_of"]

NODES = 28
EDGES = 60
ROW = 44
LEFT, RIGHT = 6.0, 97.0
OFF_LINE = (0.0, -7.0, 7.0)
"""Neighbours in a row stand a little above and below it, so that a line between two does not run through a third."""
LEAST_RADIUS, WORDS_OF_LARGEST = 5.0, 1200


@dataclass(frozen=True, slots=True)
class Node:
    """An article: its place in percent and pixels, its radius, and what is said of it."""

    article_id: str
    x: float
    y: float
    radius: float
    outlet: str
    published: str | None
    title: str


@dataclass(frozen=True, slots=True)
class Edge:
    """Words that two articles share; `directed` where it is known which of them came first."""

    one: Node
    other: Node
    words: int
    width: float
    directed: bool
    origin: str


@dataclass(frozen=True, slots=True)
class Lane:
    """An outlet's row."""

    outlet: str
    y: float


@dataclass(frozen=True, slots=True)
class Graph:
    """Who repeats whom, with how many articles of the story share no words with another."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    lanes: tuple[Lane, ...]
    height: int
    apart: int


Pair = tuple[str, str]


def graph_of(articles: Sequence[dict[str, Any]], passages: Sequence[dict[str, Any]]) -> Graph | None:
    """Return the graph of the articles that share words; None where none do."""
    pairs = _pairs(passages)
    kept = sorted(pairs, key=lambda pair: (-pairs[pair][0], pair))[:EDGES]
    held = {key for pair in kept for key in pair}
    drawn = [row for row in articles if row["article_id"] in held][:NODES]
    if len(drawn) < 2:
        return None
    outlets = list(dict.fromkeys(row["outlet"] or "outlet unknown" for row in drawn))
    lanes = {outlet: ROW * number + 30.0 for number, outlet in enumerate(outlets)}
    step = (RIGHT - LEFT) / (len(drawn) - 1)
    nodes = {
        row["article_id"]: _node(
            row, LEFT + step * number, lanes[row["outlet"] or "outlet unknown"] + OFF_LINE[number % 3]
        )
        for number, row in enumerate(drawn)
    }
    edges = [_edge(nodes, pair, *pairs[pair]) for pair in kept if pair[0] in nodes and pair[1] in nodes]
    apart = sum(row["article_id"] not in held for row in articles)
    return Graph(
        tuple(nodes.values()),
        tuple(edges),
        tuple(Lane(outlet, y) for outlet, y in lanes.items()),
        ROW * len(lanes) + 10,
        apart,
    )


def _pairs(passages: Sequence[dict[str, Any]]) -> dict[Pair, tuple[int, bool, str]]:
    """Return how many words each pair shares: every carrier is tied to the first, the source where dates tell."""
    found: dict[Pair, tuple[int, bool, str]] = {}
    for passage in passages:
        keys = list(dict.fromkeys(member["article_id"] for member in passage["members"]))
        first = passage["first_article_id"] if passage["first_article_id"] in keys else None
        hub = first or keys[0]
        for key in keys:
            if key == hub:
                continue
            words, _, origin = found.get((hub, key), (0, False, ""))
            said = passage["origin"] or origin
            found[hub, key] = (words + passage["words"], first is not None, said)
    return found


def _node(row: dict[str, Any], x: float, y: float) -> Node:
    radius = LEAST_RADIUS + 6 * min(row["words"], WORDS_OF_LARGEST) / WORDS_OF_LARGEST
    outlet = row["outlet"] or "outlet unknown"
    return Node(row["article_id"], round(x, 2), y, round(radius, 1), outlet, row["published"], row["title"] or "")


def _edge(nodes: dict[str, Node], pair: Pair, words: int, directed: bool, origin: str) -> Edge:
    return Edge(nodes[pair[0]], nodes[pair[1]], words, round(min(1 + log2(1 + words / 12), 7), 1), directed, origin)
