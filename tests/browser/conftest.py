"""A browser and a served desk of the sample; without a browser these tests are left out, and say so."""

from __future__ import annotations

import os
import shutil
import threading
import time

import pytest
import uvicorn
from sampledesk import sample_path  # noqa: F401

from backstory.server import app_of

BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
WHERE = "BACKSTORY_CHROMIUM"


def _browser():
    return os.environ.get(WHERE) or next((found for name in BROWSERS if (found := shutil.which(name))), None)


@pytest.fixture(scope="module")
def browser():
    """Return a headless browser, the system's own: nothing is fetched.

    It ends with the module, for while it runs no other test of the process can run an event loop of its own.
    """
    path = _browser()
    if path is None:
        pytest.skip(f"no browser: install Debian's chromium, or name one in {WHERE}")
    sync = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with sync.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def served(sample_path):  # noqa: F811
    """Serve the desk on a free port of this machine; return the address."""
    server = uvicorn.Server(
        uvicorn.Config(app_of(sample_path), host="127.0.0.1", port=0, log_level="error", lifespan="off")
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + 60
    while not server.started and time.monotonic() < until:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(timeout=30)


@pytest.fixture(scope="session")
def places(sample_path):  # noqa: F811
    """Return an address of every kind of page."""
    from backstory.desk import Desk

    with Desk(sample_path, read_only=True) as desk:
        connection = desk.connection

        def one(question):
            return connection.execute(question).fetchone()[0]

        story = one("SELECT story_id FROM stories ORDER BY json_array_length(article_ids) DESC LIMIT 1")
        pair = connection.execute(
            "SELECT DISTINCT article_id FROM passage_members WHERE passage_id = (SELECT passage_id FROM passages"
            " ORDER BY words DESC LIMIT 1) ORDER BY 1 LIMIT 2"
        ).fetchall()
        quote = connection.execute(
            "SELECT article_id, spans ->> '$[0][0]', spans ->> '$[#-1][1]' FROM quotes WHERE article_id = ? LIMIT 1",
            (pair[0][0],),
        ).fetchone()
        name = one(
            "SELECT speaker_name_id FROM quotes WHERE speaker_name_id IS NOT NULL GROUP BY 1"
            " ORDER BY count(*) DESC, 1 LIMIT 1"
        )
        source = one("SELECT source_id FROM articles GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1")
        statement = one("SELECT statement_id FROM statements ORDER BY json_array_length(versions) DESC LIMIT 1")
        thread = one("SELECT thread_id FROM threads ORDER BY json_array_length(story_ids) DESC LIMIT 1")
    return {
        "front": "/",
        "stories": "/stories",
        "story": f"/story/{story}",
        "why": f"/story/{story}/why/{pair[0][0]}",
        "article": f"/article/{quote[0]}?at={quote[1]}-{quote[2]}#at",
        "compare": f"/compare?article={pair[0][0]}&article={pair[1][0]}",
        "name": f"/name/{name}",
        "positions": f"/name/{name}/positions",
        "names": "/names",
        "outlet": "/outlet?name=The%20Harnby%20Courier",
        "outlets": "/outlets",
        "thread": f"/thread/{thread}",
        "threads": "/threads",
        "statement": f"/statement/{statement}",
        "search": "/search?q=dam",
        "no hits": "/search?q=zzzz",
        "quotation": "/quotation?words=never+about+a+road",
        "sources": "/sources",
        "problems": "/sources?problems=1",
        "source": f"/source/{source}?why=1",
        "status": "/status",
        "corrections": "/corrections",
        "correct a story": f"/story/{story}/correct",
        "correct a name": f"/name/{name}/correct",
        "correct a line": f"/source/{source}/line?start=1",
        "missing": "/article/ffffffffffff",
    }
