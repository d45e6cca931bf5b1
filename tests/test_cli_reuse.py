"""Who repeats whom on the command line, and feeds folded into a desk."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from piles import report
from typer.testing import CliRunner

from backstory.cli import app

WIRE = (
    "A ferry ran aground in thick fog off Marrow Bay early on Friday with 212 people on board, the coastguard said.\n"
    "“Nobody was hurt and nobody is in danger, but nobody will be off the rocks before the tide turns,” harbour master "
    "Ilse Korb told reporters at the quay.\n"
    "The vessel, the Northern Lark, had left Port Kessel shortly after midnight and was due in Marrow Bay at four.\n"
)
FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>Sele Times</title>
<item><title>Fog closes the strait</title><link>http://sele.example/fog</link>
<description>The strait between Sele and Marrow Bay was closed for six hours on Friday by thick fog.</description>
<pubDate>Fri, 13 Mar 2026 09:00:00 +0000</pubDate></item></channel></rss>"""


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wire")
    (folder / "one.txt").write_text("Ferry aground off Marrow Bay\n" + WIRE, encoding="utf-8")
    shorter = WIRE.replace(", but nobody will be off the rocks before the tide turns", "")
    (folder / "two.txt").write_text("FOG FERRY DRAMA\n" + shorter + "More fog is forecast.\n", encoding="utf-8")
    (folder / "three.txt").write_text("\n".join(report(3)), encoding="utf-8")
    path = folder / "news.desk"
    assert CliRunner().invoke(app, ["build", str(folder), "--desk", str(path), "--jobs", "1"]).exit_code == 0
    return path


def run(desk, *arguments):
    result = CliRunner().invoke(app, [*arguments, "--desk", str(desk)], env={"COLUMNS": "200"})
    assert result.exit_code == 0, result.output
    return result.stdout


def rows(desk, *arguments):
    return [json.loads(line) for line in run(desk, *arguments, "--json").splitlines()]


def test_copies_are_listed_in_pairs(desk):
    (pair,) = rows(desk, "copies")
    assert pair["kind"] == "near"
    assert "near" in run(desk, "copies", "--article", pair["article_a"][:8])
    assert "no copies" in run(desk, "copies", "--kind", "corrected")


def test_the_user_chooses_between_heads_and_all(desk):
    (pair,) = rows(desk, "copies")
    (head,) = rows(desk, "copies", "--heads")
    assert [head["article_id"], *head["copies"]] == [pair["article_a"], pair["article_b"]]
    assert "Ferry" in run(desk, "copies", "--heads") or "FOG" in run(desk, "copies", "--heads")
    everything = {row["article_id"] for row in rows(desk, "articles")}
    assert everything - {row["article_id"] for row in rows(desk, "articles", "--heads")} == set(head["copies"])


def test_a_pair_of_copies_says_what_was_added_and_cut(desk):
    (pair,) = rows(desk, "copies", "--changes")
    told = {(change["kind"], (change["a"] or change["b"])["text"]) for change in pair["changes"]}
    assert {kind for kind, _ in told} <= {"added", "cut", "changed"}
    assert "but nobody will be off the rocks before the tide turns" in {text for _, text in told}
    assert "More fog is forecast" in run(desk, "copies", "--changes")


def test_passages_are_listed_and_go_through_passim_and_back(desk, tmp_path):
    found = rows(desk, "passages")
    assert found
    assert all(len(row["members"]) == 2 for row in found)
    assert "2 times" in run(desk, "passages", "--article", found[0]["members"][0]["article_id"])
    assert all({"id", "text", "series"} <= set(json.loads(line)) for line in _lines(desk, "documents"))
    out = tmp_path / "out.json"
    out.write_text("\n".join(_lines(desk, "clusters")), encoding="utf-8")
    again = rows(desk, "passages", "--from-passim", str(out))
    assert [row["members"][0]["text"] for row in again] == [row["members"][0]["text"] for row in found]


def _lines(desk, what):
    return run(desk, "passages", "--passim", what).splitlines()


def test_a_statement_says_what_each_outlet_left_out(desk):
    (statement,) = rows(desk, "statements", "--speaker", "korb", "--topic", "tide")
    assert sorted(version["cut"] for version in statement["versions"]) == ["trimmed", "whole"]
    shown = run(desk, "statements")
    assert "left out:" in shown
    assert rows(desk, "statements", "--outlet", "nobody") == []
    assert len(rows(desk, "statements", "--all")) > 1


def test_independent_origins_are_counted_with_their_reasons(desk):
    assert "3 articles, 2 independent origins" in run(desk, "origins")
    one = rows(desk, "articles")[0]["article_id"]
    assert len(rows(desk, "origins", one)) == 1


@pytest.mark.parametrize("what", ["statement", "passage"])
def test_the_independent_origins_of_a_single_fact_are_counted(desk, what):
    carriers = {"statement": "versions", "passage": "members"}[what]
    found = rows(desk, f"{what}s")
    carried = [row for row in found if len({each["article_id"] for each in row[carriers]}) == 2]
    assert carried
    for row in carried:
        shown = run(desk, "origins", f"--{what}", row[f"{what}_id"])
        assert "2 articles, 1 independent origin" in shown
        assert "share" in shown


def test_the_independent_origins_of_a_story_are_counted(desk):
    for story in rows(desk, "stories"):
        found = rows(desk, "origins", "--story", story["story_id"][:8])
        assert len(found) == story["origins"]
        assert {each for one in found for each in one["article_ids"]} == set(story["article_ids"])


def test_a_statement_that_is_not_there_is_named(desk):
    result = CliRunner().invoke(app, ["origins", "--statement", "zz", "--desk", str(desk)])
    assert "0 statements begin with zz" in str(result.exception)


def test_two_articles_stand_side_by_side(desk):
    (pair,) = rows(desk, "copies")
    changes = rows(desk, "compare", pair["article_a"], pair["article_b"])
    assert {"shared"} < {row["kind"] for row in changes}
    assert "shared" in run(desk, "compare", pair["article_a"], pair["article_b"])


def test_a_passim_shape_that_is_none_is_refused(desk):
    result = CliRunner().invoke(app, ["passages", "--passim", "nonsense", "--desk", str(desk)])
    assert "there are documents and clusters" in str(result.exception)


class _Feed(BaseHTTPRequestHandler):
    def do_GET(self):
        found = self.path == "/feed.xml"
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", "application/rss+xml")
        self.end_headers()
        self.wfile.write(FEED.encode() if found else b"")

    def log_message(self, *arguments):
        pass


def test_a_watched_feed_is_folded_into_the_desk_and_private_hosts_are_refused(tmp_path):
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Feed)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        url = f"http://127.0.0.1:{server.server_port}/feed.xml"
        path = tmp_path / "feeds.desk"
        allowed = ["watch", url, "--once", "--allow-private", "127.0.0.1", "--desk", str(path)]
        assert "1 entries" in CliRunner().invoke(app, allowed).stdout
        assert [row["title"] for row in rows(path, "articles")] == ["Fog closes the strait"]
        refused = CliRunner().invoke(app, ["watch", url, "--once", "--desk", str(tmp_path / "other.desk")])
        assert "--allow-private" in refused.stderr
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
