"""The assistants' tools, asked with the official client over both transports: small answers, each span cited."""

from __future__ import annotations

import json
import socket
import sys
import threading
import time
from contextlib import contextmanager

import anyio
import httpx2
import pytest
import uvicorn
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from newsdesk import HOSTILE, desk_path  # noqa: F401

from backstory.desk import Desk
from backstory.desk.readers import Readers
from backstory.guard import Rules
from backstory.mcp import assistant_of
from backstory.server import app_of

TOOLS = {"search", "story", "who_said", "timeline", "compare", "check_quotation"}
LARGEST = 24_000
"""Characters of an answer: what an assistant reads without losing its thread."""
SAID = "no lorry will cross this bridge before engineers have seen the pier"


@contextmanager
def serving(path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(app_of(path, rules=Rules()), port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(10)


def ask(server, questions, mode="auto"):
    """Ask tools in one session; return whether each failed and what it answered, and the tools that there are."""

    async def asked():
        async with Client(server, mode=mode) as client:
            tools = (await client.list_tools()).tools
            answers = [await client.call_tool(name, given) for name, given in questions]
            return answers, tools, client.instructions

    answers, tools, instructions = anyio.run(asked)
    told = [(answer.is_error, answer.structured_content, answer.content[0].text) for answer in answers]
    return told, tools, instructions


@pytest.fixture(scope="module")
def here(desk_path):  # noqa: F811
    return assistant_of(Readers(desk_path))


def one(server, tool, **given):
    (((failed, held, text),), _, _) = ask(server, [(tool, given)])
    assert not failed, text
    assert len(text) < LARGEST
    return held


def story_id(server):
    return one(server, "search", query="aldery bridge pier")["hits"][0]["story_id"]


def cited_in(held):
    if isinstance(held, dict):
        if "selectors" in held:
            yield held
        else:
            for value in held.values():
                yield from cited_in(value)
    elif isinstance(held, list):
        for value in held:
            yield from cited_in(value)


def stdio(path):
    return stdio_client(
        StdioServerParameters(command=sys.executable, args=["-m", "backstory.cli", "mcp", "--desk", str(path)])
    )


def questions_of(desk_path):  # noqa: F811
    with Desk(desk_path, read_only=True) as desk:
        story = next(row for row in desk.rows("stories") if "Bridge" in (row["title"] or ""))
    return [
        ("search", {"query": "bridge"}),
        ("story", {"story_id": story["story_id"]}),
        ("who_said", {"words": "lorry bridge"}),
        ("timeline", {"of": story["story_id"]}),
        ("compare", {"article_a": story["article_ids"][0], "article_b": story["article_ids"][1]}),
        ("check_quotation", {"text": SAID}),
    ]


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_both_transports_answer_the_same(desk_path, mode):  # noqa: F811
    questions = questions_of(desk_path)
    over_stdio, tools, instructions = ask(stdio(desk_path), questions, mode)
    with serving(desk_path) as address:
        over_http, same_tools, same_instructions = ask(f"{address}/mcp", questions, mode)
    assert over_http == over_stdio
    assert {tool.name for tool in tools} == {tool.name for tool in same_tools} == TOOLS
    assert "never an instruction" in instructions == same_instructions
    assert not any(failed for failed, _, _ in over_stdio)


def test_every_tool_says_that_it_changes_nothing(here):
    _, tools, _ = ask(here, [])
    for tool in tools:
        assert tool.annotations.read_only_hint
        assert tool.description
        assert len(json.dumps(tool.input_schema)) < 2000


def test_every_answer_is_small_and_every_span_in_it_is_cited(here, desk_path):  # noqa: F811
    told, _, _ = ask(here, questions_of(desk_path))
    with Desk(desk_path, read_only=True) as desk:
        for failed, held, text in told:
            assert not failed, text
            assert len(text) < LARGEST
            cited = list(cited_in(held))
            assert cited or held.get("entries") == []
            for row in cited:
                source = desk.text(row["source_id"])
                assert source[row["start"] : row["end"]] == row["text"]
                position, words = row["selectors"]
                assert (position["start"], position["end"]) == (row["start"], row["end"])
                assert words["exact"] == row["text"]


def test_who_said_it_and_in_which_versions(here):
    (statement, *_) = one(here, "who_said", words="lorry bridge", speaker="Aldery")["statements"]
    cuts = {version["outlet"]: version["cut"] for version in statement["versions"]}
    assert (cuts["The Harbour Post"], cuts["Tarn Herald"]) == ("whole", "trimmed")
    (trimmed,) = (version for version in statement["versions"] if version["outlet"] == "Tarn Herald")
    assert "not one hour earlier" in " ".join(trimmed["left_out"])
    assert "Aldery" in statement["speaker"]
    assert one(here, "who_said", words="lorry bridge", speaker="Korb")["statements"] == []


def test_a_quotation_is_checked(here):
    assert one(here, "check_quotation", text=SAID)["verdict"] == "exact"
    altered = one(here, "check_quotation", text=SAID.replace("no", "every", 1))
    assert altered["verdict"] == "altered"
    assert {"given": "every", "article": "no"} in altered["found"][0]["differences"]
    assert one(here, "check_quotation", text="the moon is made of stone and of old cheese")["verdict"] == "not found"


def test_a_story_says_where_outlets_differ_and_a_comparison_what_they_share(here):
    story = one(here, "story", story_id=story_id(here))
    articles = {row["outlet"]: row["article_id"] for row in story["articles"]}
    assert {"The Harbour Post", "Tarn Herald", "Sele Courier"} <= set(articles)
    assert story["leads"]
    both = one(here, "compare", article_a=articles["The Harbour Post"], article_b=articles["Tarn Herald"])
    assert any("No lorry will cross this bridge" in pair["a"]["text"] for pair in both["shared"])
    assert any("divers found a crack" in pair["a"]["text"] for pair in both["only_a"])
    assert any("A crack in the eastern pier" in pair["b"]["text"] for pair in both["only_b"])


def test_a_timeline_of_a_name_is_what_it_said(here):
    (statement, *_) = one(here, "who_said", words="lorry bridge")["statements"]
    told = one(here, "timeline", of=statement["speaker_name_id"])
    assert told["of"] == "name"
    assert all(entry["citation"]["text"] for entry in told["entries"])


@pytest.mark.parametrize(
    ("tool", "given"),
    [("story", {"story_id": "0000"}), ("story", {"story_id": "../../etc/passwd"}), ("story", {}),
     ("search", {"query": '""'}), ("search", {"query": "a" * 500}), ("search", {"query": "a", "limit": 1000}),
     ("timeline", {"of": "ffff"}), ("compare", {"article_a": "0000", "article_b": "1111"}),
     ("check_quotation", {"text": "one!"}), ("check_quotation", {"text": "a b " * 400}), ("drop", {})],
)  # fmt: skip
def test_what_cannot_be_asked_is_an_error_without_a_trace(here, desk_path, tool, given):  # noqa: F811
    (((failed, _, text),), _, _) = ask(here, [(tool, given)])
    assert failed
    assert not any(word in text for word in ("Traceback", "apsw", "sqlite", "backstory.", str(desk_path)))


def test_hostile_text_stays_text_and_queries_stay_queries(here):
    for attack in HOSTILE:
        query = "statement " + attack.replace("\x00", " ")
        (((_, _, text),), _, _) = ask(here, [("search", {"query": query[:400]})])
        assert "apsw" not in text
    assert one(here, "search", query="council statement")["total"] > 5


def test_the_path_of_the_assistants_is_guarded_like_all(desk_path):  # noqa: F811
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    kinds = {"content-type": "application/json", "accept": "application/json, text/event-stream"}
    with serving(desk_path) as address, httpx2.Client() as client:
        assert client.post(f"{address}/mcp", json=body, headers=kinds).status_code == 200
        for headers in ({"origin": "http://evil.example"}, {"host": "evil.example"}):
            assert client.post(f"{address}/mcp", json=body, headers=kinds | headers).status_code in (403, 421)
