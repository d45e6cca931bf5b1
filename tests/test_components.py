"""Connected components on the engine's joins against NetworkX, on graphs made to be hard."""

from __future__ import annotations

import random

import networkx
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backstory.runners.bulk.components import components
from backstory.runners.bulk.engine import engine_for
from backstory.runners.bulk.store import Store

EDGES = pa.schema([("one", pa.string()), ("other", pa.string())])


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    return engine_for(Store(str(tmp_path_factory.mktemp("components"))), "daft", 1)


def found(engine, edges, at_once):
    frame = engine.rows([{"one": one, "other": other} for one, other in edges], EDGES)
    held = components(engine, frame, at_once=at_once).to_pydict()
    assert len(set(held["node"])) == len(held["node"]), "a node is told twice"
    return dict(zip(held["node"], held["root"], strict=True))


def expected(edges):
    graph = networkx.Graph(edges)
    return {node: min(part) for part in networkx.connected_components(graph) for node in part}


def shuffled(edges, seed=7):
    nodes = sorted({node for edge in edges for node in edge})
    names = [f"n{number:05}" for number in range(len(nodes))]
    random.Random(seed).shuffle(names)
    name = dict(zip(nodes, names, strict=True))
    turned = [(name[a], name[b]) if (a + b) % 2 else (name[b], name[a]) for a, b in edges]
    random.Random(seed + 1).shuffle(turned)
    return turned


PATH = [(number, number + 1) for number in range(1500)]
STAR = [(0, number) for number in range(1, 600)]
GIANT = [(a, b) for a, b in networkx.gnm_random_graph(800, 1400, seed=3).edges] + [(9000, 9001), (9500, 9500)]
COMB = PATH[:400] + [(number, 3000 + number) for number in range(400)]
CLIQUES = [(20 * c + a, 20 * c + b) for c in range(12) for a in range(8) for b in range(a)] + [(7, 20), (27, 47)]


@pytest.mark.parametrize(
    "edges", [PATH, STAR, GIANT, COMB, CLIQUES], ids=["long path", "star", "giant", "comb", "cliques"]
)
def test_components_are_networkx_own_where_little_is_contracted_beforehand(engine, edges):
    named = shuffled(edges)
    assert found(engine, named, at_once=16) == expected(named)


def test_how_much_a_worker_contracts_changes_nothing(engine):
    named = shuffled(COMB + CLIQUES)
    assert found(engine, named, at_once=3) == found(engine, named, at_once=1 << 18)


def test_a_node_tied_to_itself_alone_is_its_own_root_and_no_edges_give_nothing(engine):
    assert found(engine, [("b", "b"), ("a", "c")], at_once=4) == {"a": "a", "b": "b", "c": "a"}
    assert found(engine, [], at_once=4) == {}


@settings(max_examples=8)
@given(st.lists(st.tuples(st.integers(0, 25), st.integers(0, 25)), min_size=1, max_size=40))
def test_any_graph_comes_out_as_networkx_has_it(engine, edges):
    named = [(f"{a:02}", f"{b:02}") for a, b in edges]
    assert found(engine, named, at_once=2) == expected(named)
