"""The API: rows of the contract, pages that lose nothing, ETags that are never stale, problems, hostile text, feeds."""

from __future__ import annotations

import json
import shutil
from urllib.parse import quote

import feedparser
import pytest
from newsdesk import HOSTILE, NEWS, desk_path  # noqa: F401
from starlette.testclient import TestClient

from backstory.api.feed_forms import instant
from backstory.api.paging import KEYS, cursor_of
from backstory.api.schemas import ROWS
from backstory.desk import Desk, writer_lock
from backstory.desk.connection import transaction
from backstory.desk.tables import TABLES
from backstory.guard import Rules
from backstory.server import app_of

RULES = Rules(rate=1e6, burst=10**6)
SQL = (
    "'",
    '"',
    "%",
    "_",
    "*",
    "' OR 1=1 --",
    '" OR "1"="1',
    "NEAR(a b)",
    "a AND",
    "NOT",
    "^a",
    "a:b",
    "{a}",
    "\\",
    "(((((",
    "*" * 50,
    "\x00",
    "a\x00b",
    "\ud83d",
    "💥",
    "ı",
    "$1",
    ":id",
    "?1",
    "'; DROP TABLE articles; --",
)
TRICKS = (
    "../../etc/passwd",
    "..%2f..%2fetc%2fpasswd",
    "%2e%2e/%2e%2e",
    "....//",
    "%00",
    "a%00b",
    "%0d%0aX: y",
    "~",
    ".",
    "..",
    "%ff",
    "*",
    "'",
    "%3f",
    "file:///etc/passwd",
    "a" * 300,
    "0000;",
    "null",
    "-1",
    "ab cd",
    "G000",
)


@pytest.fixture(scope="module")
def client(desk_path):  # noqa: F811
    return TestClient(app_of(desk_path, rules=RULES), base_url="http://localhost:8000")


@pytest.fixture
def own(desk_path, tmp_path):  # noqa: F811
    path = tmp_path / "own.desk"
    shutil.copy(desk_path, path)
    return path


@pytest.fixture
def editor(own):
    client = TestClient(app_of(own, rules=RULES), base_url="http://localhost:8000")
    client.headers["x-csrf-token"] = client.get("/api/v1/session").json()["csrf"]
    return client


def get(client, path, **params):
    answer = client.get(f"/api/v1{path}", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def every(client, path, limit, **params):
    items, cursor = [], None
    while True:
        page = get(client, path, limit=limit, **params, **({"cursor": cursor} if cursor else {}))
        assert len(page["items"]) <= limit
        items += page["items"]
        cursor = page["next"]
        if cursor is None:
            return items


def story_of(client):
    return next(row for row in get(client, "/stories")["items"] if "Bridge" in (row["title"] or ""))


# rows


def test_every_table_of_the_contract_has_its_columns_in_the_description():
    for name, row in ROWS.items():
        assert set(row.model_fields) == set(TABLES[name].columns), name
    assert set(KEYS) <= set(TABLES)


@pytest.mark.parametrize("table", sorted(KEYS))
def test_a_table_read_in_pages_is_what_an_export_writes(client, desk_path, table):  # noqa: F811
    with Desk(desk_path, read_only=True) as desk:
        expected = [json.loads(json.dumps(row)) for row in desk.rows(table)]
    found = every(client, f"/tables/{table}", 7)
    if table in ("omissions", "disagreements"):
        found, expected = sorted(found, key=repr), sorted(expected, key=repr)
    assert found == expected


def test_lists_in_pages_lose_and_repeat_nothing(client):
    for path, name in (("/articles", "article_id"), ("/stories", "story_id"), ("/names", "name_id")):
        whole = [row[name] for row in get(client, path, limit=200)["items"]]
        assert len(whole) == len(set(whole))
        for limit in (1, 3):
            assert [row[name] for row in every(client, path, limit)] == whole


def test_articles_come_newest_first_and_undated_last(client):
    dates = [row["published_earliest"] for row in get(client, "/articles", limit=200)["items"]]
    dated = [date for date in dates if date]
    assert dated == sorted(dated, reverse=True)
    assert dates[: len(dated)] == dated


def test_what_is_written_between_two_pages_hides_nothing(own):
    client = TestClient(app_of(own, rules=RULES), base_url="http://localhost:8000")
    first = get(client, "/articles", limit=5)
    with Desk(own) as desk:
        desk.connection.pragma("foreign_keys", False)
        gone = first["items"][0]["article_id"]
        desk.connection.execute("DELETE FROM articles WHERE article_id = ?", (gone,))
    rest = every(client, "/articles", 5)
    following = get(client, "/articles", limit=200, cursor=first["next"])["items"]
    assert [row["article_id"] for row in first["items"][1:] + following] == [row["article_id"] for row in rest]


def test_filters_narrow_a_list(client):
    assert {row["outlet"] for row in get(client, "/articles", outlet="tarn herald")["items"]} == {"Tarn Herald"}
    assert all(row["published"] >= "2033" for row in get(client, "/articles", since="2033")["items"])
    assert all("orchid" in row["title"].lower() for row in get(client, "/articles", title="orchid")["items"])
    story = story_of(client)
    held = get(client, "/articles", story=story["story_id"])["items"]
    assert sorted(row["article_id"] for row in held) == sorted(story["article_ids"])
    assert all(len(row["article_ids"]) > 1 for row in get(client, "/stories", at_least=2)["items"])
    assert {row["kind"] for row in get(client, "/names", kind="person")["items"]} == {"person"}


def test_every_text_stands_in_its_source(client):
    for article in get(client, "/articles", limit=200)["items"]:
        source = get(client, f"/sources/{article['source_id']}/text")["text"]
        for part in get(client, f"/articles/{article['article_id']}/text")["paragraphs"]:
            assert source[part["start"] : part["end"]] == part["text"]
        for kind in ("mentions", "times", "figures"):
            for row in every(client, f"/articles/{article['article_id']}/{kind}", 50):
                assert source[row["start"] : row["end"]] == row["text"]


def test_a_story_is_told_whole_with_its_citations(client):
    story = story_of(client)
    told = get(client, f"/stories/{story['story_id']}/file")
    assert told["story"] == story
    assert told["leads"]
    for part in ("timeline", "happenings", "disagreements", "omissions"):
        assert isinstance(get(client, f"/stories/{story['story_id']}/{part}")["items"], list)
    links = get(client, f"/stories/{story['story_id']}/links", article=story["article_ids"][0])["items"]
    assert all(0 <= row["probability"] <= 1 for row in links)


def test_the_beginning_of_an_id_is_enough(client):
    key = story_of(client)["story_id"]
    assert get(client, f"/stories/{key[:8]}")["story_id"] == key


def test_what_was_said_is_told_in_all_versions(client):
    name = next(row for row in get(client, "/names", words="Aldery", kind="person")["items"])
    statements = get(client, f"/names/{name['name_id']}/statements")["items"]
    cuts = {version["outlet"]: version["cut"] for row in statements for version in row["versions"]}
    assert cuts["The Harbour Post"] == "whole"
    assert cuts["Tarn Herald"] == "trimmed"
    assert get(client, "/statements", speaker=name["name_id"])["items"] == statements
    quote_id = statements[0]["fullest_quote_id"]
    assert get(client, f"/quotes/{quote_id}")["quote_id"] == quote_id
    assert get(client, f"/statements/{statements[0]['statement_id']}") == statements[0]


def test_articles_are_compared(client):
    one, other, *_ = story_of(client)["article_ids"]
    shared = [row for row in get(client, "/compare", a=one, b=other)["items"] if row["kind"] == "shared"]
    assert any("No lorry will cross this bridge" in row["a"]["text"] for row in shared)


def test_a_quotation_is_found_word_for_word_altered_or_not(client):
    said = "no lorry will cross this bridge before engineers have seen the pier"
    exact = get(client, "/quotation", text=said)
    assert exact["verdict"] == "exact"
    assert {row["near"] for row in exact["found"]} == {1.0}
    for row in exact["found"]:
        for cited in row["citations"]:
            source = get(client, f"/sources/{cited['source_id']}/text")["text"]
            assert source[cited["start"] : cited["end"]] == cited["text"]
    altered = get(client, "/quotation", text=said.replace("no lorry", "every lorry"))
    assert altered["verdict"] == "altered"
    assert {"given": "every", "article": "no"} in altered["found"][0]["differences"]
    assert get(client, "/quotation", text="we deny that the moon is made of stone") == {
        "verdict": "not found",
        "found": [],
    }
    assert client.get("/api/v1/quotation", params={"text": "one!"}).status_code == 400


def test_a_citation_has_the_selectors_of_the_web_annotation_standard(client):
    article = get(client, "/articles", outlet="Tarn Herald")["items"][0]
    part = get(client, f"/articles/{article['article_id']}/text")["paragraphs"][-1]
    cited = get(
        client, f"/sources/{part.get('source_id', article['source_id'])}/citation", start=part["start"], end=part["end"]
    )
    position, words = cited["selectors"]
    assert (position["type"], words["type"]) == ("TextPositionSelector", "TextQuoteSelector")
    assert words["exact"] == part["text"] == cited["text"]
    text = get(client, f"/sources/{article['source_id']}/text")["text"]
    assert words["prefix"] + words["exact"] + words["suffix"] in text
    answer = client.get(f"/api/v1/sources/{article['source_id']}/citation", params={"start": 5, "end": 10**9})
    assert answer.status_code == 404


def test_search_pages_through_everything_once(client):
    whole = get(client, "/search", q="bridge", grouped=False, limit=50)
    refs, cursor = [], None
    while True:
        page = get(client, "/search", q="bridge", grouped=False, limit=2, **({"cursor": cursor} if cursor else {}))
        refs += [hit["ref"] for hit in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert refs == [hit["ref"] for hit in whole["items"]]
    assert len(refs) == whole["total"]
    for hit in whole["items"]:
        for mark in hit["highlights"]:
            assert hit["text"][mark["start"] - hit["start"] : mark["end"] - hit["start"]].lower() == "bridge"


def test_the_next_page_is_linked(client):
    answer = client.get("/api/v1/articles", params={"limit": 2, "outlet": "Tarn Herald & Co"})
    assert "link" not in answer.headers
    answer = client.get("/api/v1/articles", params={"limit": 2})
    address = answer.headers["link"].split(">")[0].lstrip("<")
    assert client.get(address).json()["items"] == get(client, "/articles", limit=4)["items"][2:]


# freshness


def test_an_etag_stays_while_the_desk_stays_and_changes_with_every_commit(own):
    client = TestClient(app_of(own, rules=RULES), base_url="http://localhost:8000")
    first = client.get("/api/v1/articles")
    etag = first.headers["etag"]
    same = client.get("/api/v1/articles", headers={"if-none-match": f'"other", W/{etag}'})
    assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", etag)
    seen = {etag}
    for number in range(5):
        with Desk(own) as desk, transaction(desk.connection):
            desk.connection.execute("UPDATE articles SET outlet = ?", (f"Outlet {number}",))
        answer = client.get("/api/v1/articles", headers={"if-none-match": etag})
        assert answer.status_code == 200
        assert {row["outlet"] for row in answer.json()["items"]} == {f"Outlet {number}"}
        etag = answer.headers["etag"]
        assert etag not in seen
        seen.add(etag)


def test_the_proof_of_a_session_is_never_kept_for_another(own):
    app = app_of(own, rules=RULES)
    proofs = {TestClient(app, base_url="http://localhost").get("/api/v1/session").json()["csrf"] for _ in range(2)}
    assert len(proofs) == 2


# problems


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/none", 404),
        ("/articles/0000", 404),
        ("/articles/zz", 422),
        ("/articles?limit=0", 422),
        ("/articles?limit=x", 422),
        ("/search", 400),
        ("/search?q=%22%22", 400),
        ("/articles?since=yesterday", 422),
        ("/tables/sqlite_master", 422),
        ("/search?q=kind:nothing", 400),
        ("/search?q=before:then", 400),
        ("/stories?cursor=AAAA", 404),
    ],
)
def test_an_error_is_a_problem(client, path, status):
    answer = client.get(f"/api/v1{path}")
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    held = answer.json()
    assert (held["type"], held["status"]) == ("about:blank", status)
    assert not any(word in answer.text for word in ("Traceback", "apsw", "sqlite", ".py", "Error("))


def test_a_method_that_is_not_there_is_named_so(client):
    answer = client.put("/api/v1/articles")
    assert answer.status_code in (403, 405)
    editor = TestClient(client.app, base_url="http://localhost:8000")
    proof = editor.get("/api/v1/session").json()["csrf"]
    answer = editor.put("/api/v1/articles", headers={"x-csrf-token": proof})
    assert (answer.status_code, answer.headers["content-type"]) == (405, "application/problem+json")


def test_a_cursor_of_another_list_is_refused(client):
    cursor = get(client, "/articles", limit=2)["next"]
    assert client.get("/api/v1/stories", params={"cursor": cursor}).status_code == 404
    for key in ((1 << 70, "a"), ("a",), ([1], "a"), (True, None, None)):
        forged = cursor_of("articles.published_earliest", key)
        assert client.get("/api/v1/articles", params={"cursor": forged}).status_code in (200, 404)


# hostile text, injection, path tricks


def test_hostile_text_leaves_as_text(client):
    seen = set()
    for row in get(client, "/articles", limit=200)["items"]:
        answer = client.get(f"/api/v1/articles/{row['article_id']}/text")
        assert answer.headers["content-type"] == "application/json"
        assert answer.headers["x-content-type-options"] == "nosniff"
        text = "\n".join(part["text"] for part in answer.json()["paragraphs"]) + f"{row['title']}\n{row['outlet']}"
        seen |= {attack for attack in HOSTILE if attack in text}
    assert len(seen) >= len(HOSTILE) - 2


@pytest.mark.parametrize("tried", SQL)
def test_no_query_is_taken_for_code(client, tried):
    written = tried.encode("utf-8", "surrogatepass")
    for path in (
        f"/search?q={quote(written)}",
        f"/articles?title={quote(written)}",
        f"/articles?outlet={quote(written)}",
        f"/stories?words={quote(written)}",
        f"/names?words={quote(written)}",
        f"/search?q=speaker:{quote(written)}",
        f"/quotation?text=a+b+{quote(written)}",
        f"/feeds/search.atom?q={quote(written)}",
        f"/search?q=about:{quote(written)}",
        f"/articles?cursor={quote(written)}",
    ):
        answer = client.get(f"/api/v1{path}")
        assert answer.status_code in (200, 400, 404, 422), path
        assert "sqlite" not in answer.text.lower()
    assert len(get(client, "/articles", limit=200)["items"]) > len(NEWS)


@pytest.mark.parametrize("trick", TRICKS)
def test_no_id_leads_out_of_the_desk(client, trick):
    for path in ("articles/{}", "articles/{}/text", "stories/{}", "stories/{}/file", "names/{}", "sources/{}",
                 "sources/{}/text", "statements/{}", "passages/{}", "quotes/{}", "tables/{}", "threads/{}",
                 "feeds/stories/{}.atom", "feeds/names/{}.json", "compare?a={}&b=0000"):  # fmt: skip
        answer = client.get("/api/v1/" + path.format(trick))
        assert answer.status_code in (400, 404, 422) or path.endswith("s/{}"), (path, answer.status_code)
        assert "root:" not in answer.text
        assert "X" not in answer.headers


# decisions


def test_a_decision_works_is_logged_and_is_undone(editor):
    before = get(editor, "/stories")["items"]
    one, other = (row["story_id"] for row in before if len(row["article_ids"]) in (2, 3, 4))
    made = editor.post("/api/v1/decisions/stories", json={"action": "merge", "into": one, "other": other})
    assert made.status_code == 201, made.text
    assert len(made.json()["article_ids"]) >= 4
    (row,) = get(editor, "/decisions")["items"]
    assert row["action"].startswith("story")
    assert row["by"] == "somebody at this machine"
    taken = editor.delete(f"/api/v1/decisions/{row['decision_id']}")
    assert taken.status_code == 200
    assert get(editor, "/decisions")["items"][0]["undone_at"]
    after = get(editor, "/stories")["items"]
    assert sorted(row["article_ids"] for row in after) == sorted(row["article_ids"] for row in before)
    assert editor.delete(f"/api/v1/decisions/{row['decision_id']}").status_code == 400
    assert editor.delete("/api/v1/decisions/999").status_code == 404


def test_names_and_lines_are_decided_about(editor):
    name = get(editor, "/names", words="Korb", kind="person")["items"][0]
    made = editor.post("/api/v1/decisions/names", json={"action": "label", "name": name["name_id"], "label": "Dr Korb"})
    assert (made.status_code, made.json()["label"]) == (201, "Dr Korb")
    block = next(row for row in get(editor, "/tables/blocks")["items"] if row["kind"] == "body")
    asked = {"source": block["source_id"], "start": block["start"], "kind": "furniture"}
    made = editor.post("/api/v1/decisions/lines", json=asked)
    assert made.status_code == 201
    kinds = {row["start"]: row["kind"] for row in get(editor, f"/sources/{block['source_id']}/blocks")["items"]}
    assert kinds[block["start"]] == "furniture"


def test_nobody_decides_while_a_build_writes(editor, own):
    one, other = (row["story_id"] for row in get(editor, "/stories")["items"][:2])
    with writer_lock(own):
        answer = editor.post("/api/v1/decisions/stories", json={"action": "merge", "into": one, "other": other})
    assert answer.status_code == 409
    assert int(answer.headers["retry-after"]) > 0


def test_a_decision_without_the_proof_or_out_of_shape_changes_nothing(editor):
    proof = editor.headers.pop("x-csrf-token")
    asked = {"action": "merge", "into": "0000", "other": "1111"}
    assert editor.post("/api/v1/decisions/stories", json=asked).status_code == 403
    for wrong in ({}, {"action": "drop"}, asked | {"more": 1}, asked | {"into": "../x"}):
        answer = editor.post("/api/v1/decisions/stories", json=wrong, headers={"x-csrf-token": proof})
        assert answer.status_code == 422
    assert get(editor, "/decisions")["items"] == []


# feeds


def feeds(client):
    story, name = story_of(client), get(client, "/names", words="Aldery", kind="person")["items"][0]
    return ["/feeds/search.{}?q=bridge", "/feeds/articles.{}", f"/feeds/stories/{story['story_id']}.{{}}",
            f"/feeds/names/{name['name_id']}.{{}}"]  # fmt: skip


def test_every_feed_is_read_by_a_feed_reader_in_both_forms(client):
    for path in feeds(client):
        answer = client.get("/api/v1" + path.format("atom"))
        assert answer.headers["content-type"].startswith("application/atom+xml")
        parsed = feedparser.parse(answer.content)
        assert not parsed.bozo
        assert parsed.entries
        for entry in parsed.entries:
            assert entry.updated_parsed
            assert entry.link.startswith("http://localhost:8000/article/")
        listed = client.get("/api/v1" + path.format("json"))
        assert listed.headers["content-type"] == "application/feed+json"
        held = listed.json()
        assert held["version"] == "https://jsonfeed.org/version/1.1"
        assert [item["id"] for item in held["items"]] == [entry.id for entry in parsed.entries]
        dates = [item["date_published"] for item in held["items"]]
        assert dates == sorted(dates, reverse=True)


def test_what_a_feed_says_stands_in_its_source(client):
    for path in feeds(client):
        for item in client.get("/api/v1" + path.format("json")).json()["items"]:
            cited = item["_backstory"]
            text = get(client, f"/sources/{cited['source_id']}/text")["text"]
            assert text[cited["start"] : cited["end"]].split() == item["content_text"].split()


def test_hostile_text_is_text_in_a_feed(client):
    answer = client.get("/api/v1/feeds/articles.atom")
    assert b"<script" not in answer.content
    assert b"<img" not in answer.content
    parsed = feedparser.parse(answer.content)
    assert not parsed.bozo
    assert all(entry.title_detail.type == "text/plain" for entry in parsed.entries)
    assert all(link.href.startswith("http") for entry in parsed.entries for link in entry.links)


def test_dates_of_all_precisions_are_instants():
    assert instant("2026", "") == "2026-01-01T00:00:00Z"
    assert instant("2026-03-04T08:00:00+02:00", "") == "2026-03-04T06:00:00Z"
    assert instant("2026-03-20T17:45", "") == "2026-03-20T17:45:00Z"
    assert instant(None, "2026-11-22T09:10:01+00:00") == "2026-11-22T09:10:01Z"
    assert instant("spring", "") == "1970-01-01T00:00:00Z"
