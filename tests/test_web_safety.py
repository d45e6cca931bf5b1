"""News that attacks whoever shows it, through every page; and what may be changed by whom."""

from __future__ import annotations

import re
import shutil
from urllib.parse import quote

import pytest
from newsdesk import HOSTILE, desk_path  # noqa: F401
from webpages import check, client_of, crawl, look

from backstory.desk import Desk
from backstory.guard import Rules, TokenStore


@pytest.fixture(scope="module")
def client(desk_path):  # noqa: F811
    with client_of(desk_path) as client:
        yield client


@pytest.fixture
def own(desk_path, tmp_path):  # noqa: F811
    """Return a client of a copy that may be changed, and the copy's path."""
    path = tmp_path / "own.desk"
    shutil.copy(desk_path, path)
    with client_of(path) as client:
        yield client, path


def test_hostile_news_stays_text_on_every_page(client, desk_path):  # noqa: F811
    with Desk(desk_path, read_only=True) as desk:
        starts = [
            f"/article/{article.article_id}" for article in desk.articles() if "Gazette" in (article.outlet or "")
        ]
    assert len(starts) > 10
    seen = dict(crawl(client, "/", "/sources", "/search?q=council", *starts, each=20))
    shown = "".join(page.text for page in seen.values())
    assert "<script>alert(1)</script>" in shown
    assert "{{7*7}}" in shown
    assert not re.search(r"\b49\$\{", shown)


def test_control_characters_of_a_text_are_shown_as_no_characters(client):
    for address in ("/", "/names", "/outlets", "/stories"):
        page = client.get(address).text
        assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", page)


@pytest.mark.parametrize("attack", HOSTILE)
def test_what_is_typed_comes_back_as_text(client, attack):
    for address in (
        "/search?q=",
        "/names?words=",
        "/stories?words=",
        "/stories?outlet=",
        "/outlets?words=",
        "/sources?words=",
    ):
        answer = client.get(address + quote(attack, errors="replace"))
        assert answer.status_code in (200, 400), address
        check(answer.text, address)


def test_an_address_with_another_scheme_is_never_a_link(client, desk_path):  # noqa: F811
    with Desk(desk_path, read_only=True) as desk:
        bad = [article for article in desk.articles() if (article.url or "").startswith("javascript:")]
        good = next(article for article in desk.articles() if (article.url or "").startswith("https:"))
    for article in bad:
        assert not any("javascript" in link["href"] for link in look(client, f"/article/{article.article_id}").links)
    link = next(a for a in look(client, f"/article/{good.article_id}").links if a["href"] == good.url)
    assert {"noopener", "noreferrer"} <= set(link["rel"].split())


def proof(client, address):
    return re.search(r'name="csrf" value="([^"]+)"', client.get(address).text)[1]


def two_stories(path):
    with Desk(path, read_only=True) as desk:
        return sorted((row for row in desk.rows("stories")), key=lambda row: -len(row["article_ids"]))[:2]


def test_people_merge_stories_and_take_it_back(own):
    client, path = own
    one, two = two_stories(path)
    csrf = proof(client, f"/story/{one['story_id']}/correct")
    sent = {"csrf": csrf, "story": one["story_id"], "action": "merge", "other": two["story_id"]}
    answer = client.post("/corrections/story", data=sent)
    assert answer.status_code == 303
    merged = look(client, answer.headers["location"])
    assert f"{len(one['article_ids']) + len(two['article_ids'])} articles" in merged.text.replace("\u00a0", " ")
    log = look(client, "/corrections")
    assert "story merge" in log.text
    assert "somebody at this machine" in log.text
    assert client.post("/corrections/undo", data={"csrf": csrf, "decision": "1"}).status_code == 303
    assert "undone" in look(client, "/corrections").text
    assert {row["story_id"] for row in two_stories(path)} == {one["story_id"], two["story_id"]}
    assert client.post("/corrections/undo", data={"csrf": csrf, "decision": "1"}).status_code == 400


def test_people_split_title_and_move(own):
    client, path = own
    one, two = two_stories(path)
    csrf = proof(client, f"/story/{one['story_id']}/correct")
    last = one["article_ids"][-1]
    titled = client.post(
        "/corrections/story", data={"csrf": csrf, "story": one["story_id"], "action": "title", "article": last}
    )
    assert titled.headers["location"] == f"/story/{one['story_id']}"
    split = client.post(
        "/corrections/story", data={"csrf": csrf, "story": one["story_id"], "action": "split", "article": last}
    )
    assert split.headers["location"] != f"/story/{one['story_id']}"
    moved = {"csrf": csrf, "story": one["story_id"], "action": "move", "article": last, "near": two["story_id"]}
    assert client.post("/corrections/story", data=moved).headers["location"] == f"/story/{two['story_id']}"
    assert len(re.findall("story (?:title|split|move)", look(client, "/corrections").text)) == 3


def test_people_rename_and_relabel(own):
    client, path = own
    with Desk(path, read_only=True) as desk:
        name = next(row for row in desk.rows("names") if row["label"] == "Ilse Korb")
        article = next(article for article in desk.articles() if "orchid" in (article.title or ""))
    csrf = proof(client, f"/name/{name['name_id']}/correct")
    sent = {"csrf": csrf, "name": name["name_id"], "action": "label", "label": "Dr <b>Ilse</b> Korb"}
    answer = client.post("/corrections/name", data=sent)
    assert "Dr <b>Ilse</b> Korb" in look(client, answer.headers["location"]).text
    line = f"/source/{article.source_id}/line?start={article.start}"
    assert look(client, line)
    sent = {"csrf": csrf, "source": article.source_id, "start": str(article.start), "kind": "furniture"}
    start = re.search(r'name="start" value="(\d+)"', client.get(line).text)[1]
    answer = client.post("/corrections/line", data=sent | {"start": start})
    assert answer.status_code == 303
    assert "line kind" in look(client, "/corrections").text


@pytest.mark.parametrize("about", ["story", "name", "line", "undo", "thread"])
def test_a_form_without_its_proof_or_sense_changes_nothing(own, about):
    client, path = own
    csrf = proof(client, f"/story/{two_stories(path)[0]['story_id']}/correct")
    for forged in ({}, {"csrf": "x" * 64}):
        assert client.post(f"/corrections/{about}", data=forged).status_code == 403
    for fields in ({}, {"action": "burn"}, {"decision": "x", "start": "x"}, {"story": "*", "name": "%", "source": "'"}):
        answer = client.post(f"/corrections/{about}", data={"csrf": csrf} | fields)
        assert answer.status_code in (400, 404)
        assert "Traceback" not in answer.text
    assert "Nothing has been corrected" in look(client, "/corrections").text


def test_who_may_only_read_sees_no_forms_and_changes_nothing(desk_path, tmp_path):  # noqa: F811
    tokens = TokenStore(tmp_path / "tokens")
    token = tokens.add("reader", "read")
    secret = token if isinstance(token, str) else token[-1]
    path = tmp_path / "own.desk"
    shutil.copy(desk_path, path)
    with client_of(path, tokens=tokens, rules=Rules(demand_token=True)) as client:
        client.headers["authorization"] = f"Bearer {secret}"
        story = two_stories(path)[0]["story_id"]
        page = look(client, f"/story/{story}")
        assert "Correct this story" not in page.text
        assert all(form.get("method", "get") == "get" for form in look(client, f"/story/{story}/correct").forms)
        assert client.post("/corrections/story", data={"story": story, "action": "merge"}).status_code == 403


def test_a_build_that_is_running_is_waited_for(own):
    from backstory.desk import writer_lock

    client, path = own
    csrf = proof(client, f"/story/{two_stories(path)[0]['story_id']}/correct")
    with writer_lock(path):
        answer = client.post("/corrections/undo", data={"csrf": csrf, "decision": "1"})
    assert answer.status_code == 409
    assert "being built" in answer.text
