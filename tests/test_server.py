"""The server as a whole: where it listens, what it refuses, what a build beside it changes, what an answer may cost."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager

import httpx2
import pytest
from newsdesk import HOSTILE, desk_path  # noqa: F401
from selectolax.lexbor import LexborHTMLParser
from starlette.testclient import TestClient
from typer.testing import CliRunner

from backstory.cli import app as commands
from backstory.desk import Desk
from backstory.desk.connection import transaction
from backstory.desk.readers import Readers
from backstory.errors import NotFoundError, TooCostlyError
from backstory.guard import Rules, TokenStore
from backstory.server import app_of

FOREVER = "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n"


@pytest.fixture
def own(desk_path, tmp_path):  # noqa: F811
    path = tmp_path / "own.desk"
    shutil.copy(desk_path, path)
    return path


@contextmanager
def served(*options):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "backstory.cli", "serve", "--port", str(port), *map(str, options)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        while process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.05)
        yield port, process
    finally:
        process.terminate()
        process.wait(20)


def own_address():
    """Return an address of this machine that is not loopback's, or one of loopback's that nobody listens to."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        try:
            asked.connect(("192.0.2.1", 9))
            return asked.getsockname()[0]
        except OSError:
            return "127.0.0.2"


def run(*words):
    return CliRunner().invoke(commands, [str(word) for word in words])


# where it listens


def test_it_is_reached_on_loopback_and_under_its_own_names_only(desk_path):  # noqa: F811
    with served("--desk", desk_path) as (port, process):
        address = f"http://127.0.0.1:{port}"
        assert httpx2.get(address).status_code == 200
        assert httpx2.get(f"{address}/api/v1/status").json()["articles"] > 5
        assert httpx2.get(address, headers={"host": "evil.example"}).status_code == 421
        with pytest.raises(OSError, match="refused"):
            socket.create_connection((own_address(), port), 2).close()
        process.send_signal(2)
        assert process.wait(20) in (0, 130)


@pytest.mark.parametrize("options", [("--host", "0.0.0.0"), ("--allow-host", "desk.example"), ("--host", "::")])
def test_beyond_loopback_it_does_not_start_without_a_token(desk_path, options):  # noqa: F811
    done = run("serve", "--desk", desk_path, *options)
    assert done.exit_code != 0
    assert "token" in str(done.exception)
    assert "backstory token add" in str(done.exception)


def test_behind_a_name_it_demands_the_token(own):
    token = run("token", "add", "Ada", "--desk", own).stdout.split()[0]
    with served("--desk", own, "--allow-host", "desk.example") as (port, _):
        address, host = f"http://127.0.0.1:{port}/api/v1/status", {"host": "desk.example"}
        assert httpx2.get(address, headers=host).status_code == 401
        assert httpx2.get(address).status_code == 401
        assert httpx2.get(address, headers=host | {"authorization": f"Bearer {token}"}).status_code == 200


def test_tokens_are_made_listed_and_revoked(tmp_path):
    desk = tmp_path / "news.desk"
    made = run("token", "add", "Ada Quill", "--role", "edit", "--desk", desk)
    token = made.stdout.split()[0]
    store = TokenStore.beside(desk)
    assert store.check(token).role == "edit"
    listed = run("token", "list", "--desk", desk, "--json").stdout
    assert "Ada Quill" in listed
    assert token not in listed
    assert run("token", "revoke", "Ada Quill", "--desk", desk).exit_code == 0
    assert store.check(token) is None
    assert run("token", "revoke", "Ada Quill", "--desk", desk).exit_code != 0


def test_a_desk_that_is_not_there_is_said_so(tmp_path):
    assert isinstance(run("serve", "--desk", tmp_path / "none.desk").exception, NotFoundError)
    assert isinstance(run("mcp", "--desk", tmp_path / "none.desk").exception, NotFoundError)


# what a build beside it changes


def test_no_page_is_older_than_the_last_commit(own):
    client = TestClient(app_of(own, rules=Rules(rate=1e6, burst=10**6)), base_url="http://localhost")
    article = client.get("/api/v1/articles").json()["items"][0]["article_id"]
    pages = (f"/api/v1/articles/{article}", f"/article/{article}", "/api/v1/feeds/articles.atom")
    for number in range(4):
        title = f"Headline number {number}"
        with Desk(own) as desk, transaction(desk.connection):
            desk.connection.execute("UPDATE articles SET title = ? WHERE article_id = ?", (title, article))
        for page in pages:
            assert title in client.get(page).text, page
            assert title in client.get(page).text, page


def test_many_ask_while_one_writes_and_nobody_sees_half_a_commit(own):
    client = TestClient(app_of(own, rules=Rules(rate=1e6, burst=10**6)), base_url="http://localhost")
    stop, wrong = threading.Event(), []

    def write():
        number = 0
        with Desk(own) as desk:
            while not stop.is_set():
                number += 1
                with transaction(desk.connection):
                    desk.connection.execute("UPDATE articles SET outlet = ?", (f"Outlet {number}",))

    def ask():
        for _ in range(25):
            answer = client.get("/api/v1/articles?limit=200")
            outlets = {row["outlet"] for row in answer.json()["items"]}
            if answer.status_code != 200 or len(outlets) > 1 and not any(o and "Gazette" in o for o in outlets):
                wrong.append(outlets)

    writer, readers = threading.Thread(target=write), [threading.Thread(target=ask) for _ in range(6)]
    for thread in (writer, *readers):
        thread.start()
    for thread in readers:
        thread.join()
    stop.set()
    writer.join()
    assert wrong == []


# what an answer may cost


def test_a_question_that_takes_too_long_is_stopped_and_the_connection_goes_on(own):
    readers = Readers(own)
    with pytest.raises(TooCostlyError), readers.reading(seconds=0.05) as connection:
        connection.execute(FOREVER).fetchall()
    with readers.reading(seconds=5) as connection:
        assert connection.execute("SELECT count(*) FROM articles").fetchall()[0][0] > 5
    readers.close()


def test_more_askers_than_connections_wait_for_one_another(own):
    readers = Readers(own, most=2)
    counts = []

    def ask():
        with readers.reading() as connection:
            counts.append(connection.execute("SELECT count(*) FROM articles").fetchall()[0][0])

    threads = [threading.Thread(target=ask) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(counts) == 12
    assert len(set(counts)) == 1


def test_a_reader_writes_nothing(own):
    with Readers(own).reading() as connection, pytest.raises(Exception, match="readonly|read-only|query_only"):
        connection.execute("DELETE FROM stale")


# hostile text on pages that come from here


def test_hostile_text_is_text_on_every_page_of_the_server(desk_path):  # noqa: F811
    client = TestClient(app_of(desk_path, rules=Rules(rate=1e6, burst=10**6)), base_url="http://localhost")
    pages = ["/", "/stories", "/names", "/outlets", "/sources", "/search?q=council"]
    pages += [f"/article/{row['article_id']}" for row in client.get("/api/v1/articles?limit=200").json()["items"]]
    pages += [f"/story/{row['story_id']}" for row in client.get("/api/v1/stories?limit=200").json()["items"]]
    pages += [f"/search?q={attack}" for attack in ("<script>alert(1)</script>", "'\"><img src=x onerror=alert(1)>")]
    for page in pages:
        answer = client.get(page, headers={"accept": "text/html"})
        assert answer.status_code in (200, 400), page
        assert "script-src 'self'" in answer.headers["content-security-policy"]
        for attack in HOSTILE:
            if re.search(r"<[a-z!]", attack):
                assert attack not in answer.text, (page, attack)
        for node in LexborHTMLParser(answer.text).css("*"):
            named = dict(node.attributes)
            assert not any(name.startswith("on") or name == "style" for name in named), (page, named)
            assert not (named.get("href") or "").strip().lower().startswith(("javascript:", "data:")), (page, named)
            assert node.tag not in ("iframe", "object", "embed", "base", "math", "textarea", "style"), (page, node.tag)
            assert node.tag != "img" or (named.get("src") or "").startswith(("/static/", "data:")), (page, named)
            assert node.tag != "script" or (named.get("src") or "").startswith("/static/"), page


def test_several_processes_answer_at_one_address_and_know_each_others_sessions(own):
    with served("--desk", own, "--processes", "2") as (port, process):
        cookies, proofs = {}, set()
        for _ in range(20):
            with httpx2.Client(cookies=cookies, timeout=60) as client:
                answer = client.get(f"http://127.0.0.1:{port}/api/v1/session")
            cookies = cookies or dict(answer.cookies)
            proofs.add(answer.json()["csrf"])
            assert client.cookies
        assert len(proofs) == 1
    assert process.returncode == 0
