"""Every page of the desk: there, well formed, cited, never stale; what is not there says so."""

from __future__ import annotations

import json
import re
import shutil

import apsw
import pytest
from sampledesk import sample_path  # noqa: F401
from webpages import client_of, crawl, look

from backstory.desk import Desk
from backstory.desk.ask import SHOWN_KINDS
from backstory.pipeline import build

OF_A_STORY = ("what", "when", "said", "voices", "repeats", "differ", "left-out", "articles")


@pytest.fixture(scope="module")
def client(sample_path):  # noqa: F811
    with client_of(sample_path) as client:
        yield client


@pytest.fixture(scope="module")
def ids(sample_path):  # noqa: F811
    with Desk(sample_path, read_only=True) as desk:

        def one(question):
            return desk.connection.execute(question).fetchone()[0]

        return {
            "story": one("SELECT story_id FROM stories ORDER BY json_array_length(article_ids) DESC LIMIT 1"),
            "pair": [
                row[0]
                for row in desk.connection.execute(
                    "SELECT article_id FROM passage_members WHERE passage_id = (SELECT passage_id FROM passages"
                    " ORDER BY words DESC LIMIT 1) ORDER BY 1 LIMIT 2"
                )
            ],
            "name": one(
                "SELECT speaker_name_id FROM quotes WHERE speaker_name_id IS NOT NULL GROUP BY 1"
                " ORDER BY count(*) DESC, 1 LIMIT 1"
            ),
            "said_in": one(
                "SELECT story_id FROM quotes q JOIN articles USING (article_id) WHERE story_id IS NOT NULL AND"
                " speaker_name_id IS NOT NULL GROUP BY speaker_name_id, story_id"
                " ORDER BY (SELECT count(*) FROM quotes WHERE speaker_name_id = q.speaker_name_id) DESC,"
                " speaker_name_id, count(*) DESC, story_id LIMIT 1"
            ),
            "source": one("SELECT source_id FROM articles GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"),
            "outlet": one("SELECT outlet FROM articles WHERE outlet IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC"),
        }


def test_every_page_that_links_lead_to_is_there_and_runs_nothing(client):
    seen = dict(crawl(client, "/", "/search?q=dam", "/sources"))
    kinds = {address.split("?")[0].split("/")[1] for address in seen}
    assert kinds >= {
        *("", "stories", "story", "article", "name", "names", "outlets", "outlet", "search", "status"),
        *("sources", "source", "corrections", "threads"),
    }


def test_a_link_to_a_part_of_the_same_page_leads_to_a_part_that_is_there(client, ids):
    for address in ("/", f"/story/{ids['story']}", f"/article/{ids['pair'][0]}?at=10-40"):
        page = look(client, address)
        inside = [link["href"][1:] for link in page.links if link["href"].startswith("#")]
        assert set(inside) <= set(page.ids)


def test_the_story_page_has_all_its_parts(client, ids):
    page = look(client, f"/story/{ids['story']}")
    assert set(OF_A_STORY) <= set(page.ids)
    assert sum(tag == "circle" for tag, _ in page.tags) > 5
    assert any(tag == "del" for tag, _ in page.tags)


def test_every_citation_of_a_story_leads_to_exactly_its_characters(client, ids, sample_path):  # noqa: F811
    page = look(client, f"/story/{ids['story']}")
    cited = sorted({link["href"] for link in page.links if "at=" in link["href"]})
    assert len(cited) > 40
    with Desk(sample_path, read_only=True) as desk:
        for address in cited[::3]:
            key, start, end = re.fullmatch(r"/article/(\w+)\?at=(\d+)-(\d+)#at", address).groups()
            source_id = desk.article(key).source_id
            blocks = [block for block in desk.blocks(source_id) if block.kind in SHOWN_KINDS]
            text = "".join(  # a picture's credit within a line is in the source beside it, not in the clean text
                desk.text(source_id)[max(block.start, int(start)) : min(block.end, int(end))] for block in blocks
            )
            shown = look(client, address)
            assert "at" in shown.ids
            assert "".join(shown.marked.split()) == "".join(text.split())


def test_a_citation_outside_the_clean_text_is_shown_in_the_source_beside_it(client, sample_path):  # noqa: F811
    with Desk(sample_path, read_only=True) as desk:
        row = desk.connection.execute(
            'SELECT article_id, start, "end" FROM blocks WHERE article_id IS NOT NULL'
            " AND kind IN ('byline', 'date', 'image', 'furniture') ORDER BY 1 LIMIT 1"
        ).fetchone()
    page = look(client, f"/article/{row[0]}?at={row[1]}-{row[2]}#at")
    assert "outside the clean text" in page.text
    assert ("mark", {"class": "at"}) in page.tags


def test_the_article_page_shows_every_line_of_the_article_with_its_kind(client, ids, sample_path):  # noqa: F811
    with Desk(sample_path, read_only=True) as desk:
        article = desk.article(ids["pair"][0])
        lines = desk.text(article.source_id)[article.start : article.end].splitlines()
    page = look(client, f"/article/{article.article_id}")
    for line in lines:
        assert line in page.text
    assert {"l-body"} <= {held.get("class") for tag, held in page.tags if tag == "tr"}


def test_two_articles_stand_side_by_side_with_every_word_of_both(client, ids, sample_path):  # noqa: F811
    page = look(client, f"/compare?article={ids['pair'][0]}&article={ids['pair'][1]}")
    with Desk(sample_path, read_only=True) as desk:
        for key in ids["pair"]:
            found = desk.reading(desk.article(key))
            for paragraph in found.paragraphs:
                if paragraph.kind in ("body", "standfirst"):
                    for word in found.text[paragraph.start : paragraph.end].split():
                        assert word in page.text


def test_three_articles_share_numbered_passages_and_a_fifth_is_left_out(client, ids, sample_path):  # noqa: F811
    with Desk(sample_path, read_only=True) as desk:
        keys = max((row["article_ids"] for row in desk.rows("stories")), key=len)[:5]
    page = look(client, "/compare?" + "&".join(f"article={key}" for key in keys))
    assert sum(held.get("class") == "column" for _, held in page.tags) == 4
    assert "1 more are left out" in page.text


def test_a_name_shows_its_quotes_and_narrows_them_by_words_and_story(client, ids):
    whole = look(client, f"/name/{ids['name']}")
    assert len(re.findall("blockquote", str(whole.tags))) > 3
    none = look(client, f"/name/{ids['name']}?words=zzzz")
    assert "No such quote" in none.text
    some = look(client, f"/name/{ids['name']}?story={ids['said_in']}")
    assert 0 < str(some.tags).count("blockquote") <= str(whole.tags).count("blockquote")


def test_the_same_words_of_a_name_show_once_with_each_article_that_carries_them(client, ids, sample_path):  # noqa: F811
    question = (
        "SELECT speaker_name_id, text FROM quotes WHERE speaker_name_id IS NOT NULL AND length(text) > 40"
        " GROUP BY 1, 2 HAVING count(DISTINCT article_id) > 1 ORDER BY (SELECT count(*) FROM quotes q"
        " WHERE q.speaker_name_id = quotes.speaker_name_id), 1, 2 LIMIT 1"
    )
    with Desk(sample_path, read_only=True) as desk:
        name, text = desk.connection.execute(question).fetchone()
        count = desk.connection.execute(
            "SELECT count(*) FROM quotes WHERE speaker_name_id = ? AND text = ?", (name, text)
        ).fetchone()[0]
    page = look(client, f"/name/{name}")
    assert " ".join(page.text.split()).count(" ".join(text.split())) == 1
    assert sum("#at" in (held.get("href") or "") for _, held in page.tags) >= count


def test_an_outlet_shows_what_it_carried_and_where_its_words_come_from(client, ids):
    page = look(client, f"/outlet?name={ids['outlet']}")
    assert "Where its shared words come from" in page.text
    assert page.text.count("words") > 5


def test_search_highlights_its_words_and_leads_to_the_characters(client):
    page = look(client, "/search?q=dam")
    assert ("b", {"class": "found"}) in page.tags
    assert any(re.match(r"/article/\w+\?at=\d+-\d+#at", link["href"]) for link in page.links)
    assert "Nothing found" in look(client, "/search?q=%22qqqq+zzzz%22").text


def test_a_query_that_cannot_be_understood_says_why(client):
    assert "is no date" in look(client, "/search?q=dam+before:yesterday").text


def test_sources_with_a_problem_say_what_it_is(tmp_path):
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.4 and nothing else")
    with Desk(tmp_path / "new.desk", create=True) as desk:
        build(desk, [str(tmp_path / "broken.pdf")])
        (problem,) = (row["problem"] for row in desk.sources(problems=True))
    with client_of(tmp_path / "new.desk") as client:
        assert problem in look(client, "/sources?problems=1").text
        assert "1 with a problem" in look(client, "/sources").text


def test_a_source_says_why_each_line_is_what_it_is(client, ids):
    assert "%" in look(client, f"/source/{ids['source']}?why=1").text


def test_an_id_s_beginning_leads_to_the_whole_id(client, ids):
    for kind, key in (("story", ids["story"]), ("article", ids["pair"][0]), ("name", ids["name"])):
        answer = client.get(f"/{kind}/{key[:12]}")
        assert answer.status_code == 303
        assert answer.headers["location"] == f"/{kind}/{key}"


TRICKS = (
    *("ffffffffffff", "0", "x", "..%2f..%2fetc%2fpasswd", "%00", "'; DROP TABLE stories; --", "*", "[a-z]*"),
    *("a" * 3000, "\u202e", "%", "_", "?", "null", "-1", "1e9"),
)


@pytest.mark.parametrize("kind", ["story", "article", "name", "source", "thread", "nothing"])
def test_what_is_not_there_says_so_and_nothing_else(client, kind):
    for trick in TRICKS:
        for rest in ("", "/correct", "/why/x", "/line"):
            answer = client.get(f"/{kind}/{trick}{rest}")
            assert answer.status_code in (400, 404, 414), (kind, trick, answer.status_code)
            for word in ("Traceback", "apsw", "SQL", "Error(", "root:", "backstory stories"):
                assert word not in answer.text


PARAMETERS = (
    "q",
    "words",
    "page",
    "at",
    "order",
    "kind",
    "name",
    "article",
    "outlet",
    "story",
    "all",
    "why",
    "start",
    "line",
)


@pytest.mark.parametrize(
    "trick", ["' OR 1=1 --", '"', "\\", "%", "\u0000", "9" * 30, "-5", "1-0", "5-999999999999", "ä" * 90, "{{7*7}}"]
)
def test_no_parameter_breaks_a_page(client, ids, trick):
    pages = (
        "/",
        "/stories",
        "/names",
        "/outlets",
        "/sources",
        "/search",
        "/compare",
        "/outlet",
        "/threads",
        "/corrections",
    )
    for page in (*pages, f"/name/{ids['name']}", f"/article/{ids['pair'][0]}", f"/source/{ids['source']}"):
        answer = client.get(page, params=dict.fromkeys(PARAMETERS, trick))
        assert answer.status_code in (200, 400, 404), (page, answer.status_code)
        assert "Traceback" not in answer.text
        assert ">49<" not in answer.text


def test_static_files_are_ours_alone_and_kept_by_what_they_hold(client):
    page = client.get("/").text
    for address in re.findall(r'(?:src|href)="(/static/[^"]+)"', page):
        answer = client.get(address)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
    for trick in ("..%2fsite.py", "NOTICE.md", "nothing.css", "%2e%2e/site.py"):
        assert client.get(f"/static/{trick}").status_code == 404


def test_the_vendored_script_is_the_one_that_the_notice_names(client):
    from hashlib import sha256
    from importlib.resources import files

    folder = files("backstory.web").joinpath("static")
    notice = folder.joinpath("NOTICE.md").read_text("utf-8")
    assert sha256(folder.joinpath("htmx.min.js").read_bytes()).hexdigest() in notice


def test_a_theme_is_kept_and_leads_back_to_this_desk_only(client):
    answer = client.get("/theme", params={"to": "dark", "back": "/names?page=2"})
    assert answer.status_code == 303
    assert answer.headers["location"] == "/names?page=2"
    assert 'class="theme-dark"' in client.get("/names").text
    client.cookies.clear()
    client.cookies.set("backstory_theme", "<x>")
    assert 'class="theme-auto"' in client.get("/names").text
    for away in (
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "/\r\nX: y",
        "\t//e",
    ):
        assert client.get("/theme", params={"to": "dark", "back": away}).headers["location"] == "/"
    client.cookies.clear()


def test_a_page_seen_before_is_not_sent_again_until_the_desk_changes(sample_path, tmp_path):  # noqa: F811
    path = tmp_path / "copy.desk"
    _copy(sample_path, path)
    with client_of(path) as client:
        first = client.get("/stories")
        again = client.get("/stories", headers={"if-none-match": first.headers["etag"]})
        assert again.status_code == 304
        with Desk(path) as desk:
            desk.connection.execute("UPDATE stories SET title = 'Harnby wakes to snow'")
        later = client.get("/stories", headers={"if-none-match": first.headers["etag"]})
        assert later.status_code == 200
        assert "Harnby wakes to snow" in later.text


def _copy(source, target):
    with (
        Desk(source) as desk,
        apsw.Connection(str(target)) as copy,
        copy.backup("main", desk.connection, "main") as done,
    ):
        done.step()


REPORT = (
    "Snow closes Harnby tunnel\n\nSnow closed the Harnby road tunnel on Thursday, 9 April 2026, the county said.\n\n"
    "“Nobody drives here before noon,” said road warden Pell Aster.\n"
)


def test_the_front_page_says_what_came_since_the_last_visit(sample_path, tmp_path):  # noqa: F811
    path = tmp_path / "copy.desk"
    _copy(sample_path, path)
    with client_of(path) as client:
        assert "your last visit" not in client.get("/").text
        assert "Nothing new since your last visit" in client.get("/").text
        (tmp_path / "snow.txt").write_text(REPORT, "utf-8")
        with Desk(path) as desk:
            build(desk, [str(tmp_path / "snow.txt")])
        page = client.get("/").text
        assert "1\u00a0new article" in page
        assert "Snow closes Harnby tunnel" in page
        assert client.get("/seen").headers["location"] == "/"
        assert "Nothing new since your last visit" in client.get("/").text


def test_an_empty_desk_says_what_to_do_next(tmp_path):
    with Desk(tmp_path / "new.desk", create=True):
        pass
    with client_of(tmp_path / "new.desk") as client:
        for address in (
            "/",
            "/stories",
            "/names",
            "/outlets",
            "/sources",
            "/status",
            "/search?q=x",
            "/corrections",
            "/threads",
        ):
            look(client, address)
        assert "backstory build" in client.get("/").text


def test_a_desk_that_is_gone_is_said_so_without_a_word_of_the_failure(sample_path, tmp_path):  # noqa: F811
    path = tmp_path / "copy.desk"
    shutil.copy(sample_path, path)
    with client_of(path) as client:
        path.unlink()
        answer = client.get("/stories")
        assert answer.status_code in (404, 503)
        assert str(tmp_path) not in answer.text


def test_a_large_story_asks_the_desk_no_more_often_than_a_small_one(sample_path, ids):  # noqa: F811
    from backstory.desk.readers import readers_of
    from backstory.web.pages import story

    class Asked:
        path_params: dict = {}

    with Desk(sample_path, read_only=True) as desk:
        small = desk.connection.execute(
            "SELECT story_id FROM stories WHERE json_array_length(article_ids) IN (2, 3) ORDER BY 1 LIMIT 1"
        ).fetchone()[0]
    counts = []
    for key in (small, ids["story"]):
        with readers_of(sample_path).reading() as connection:
            counts.append(0)
            request = Asked()
            request.path_params = {"story": key}

            def count(*_):
                counts[-1] += 1
                return True

            connection.exec_trace = count
            story.story(connection, request)
            connection.exec_trace = None
    assert counts[1] <= counts[0] + 4 * 8, "lead sentences open up to eight articles; all else is asked once"


def test_answers_hold_to_one_policy(client):
    policy = client.get("/").headers["content-security-policy"]
    assert "'unsafe-inline'" not in policy
    assert "script-src 'self'" in policy


def test_json_is_not_a_page(client):
    assert json.loads(client.get("/api/v1/articles?limit=1").text)["items"]
