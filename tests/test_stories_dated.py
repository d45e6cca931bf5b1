"""An undated article whose story tells its days shows them, as inferred and by whom, in the terminal, page and API."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

from backstory.cli import app
from backstory.desk import Desk
from backstory.pipeline import build
from backstory.server import app_of

DATED = """Marrow Bay bridge closed after crack found in pier
3 March 2031
The Aldery Bridge at Marrow Bay was closed on Monday after divers found a crack in its eastern pier.
Joss Aldery, the harbour master, said that no lorry would cross before engineers had seen the pier.
About 12,000 drivers use the Aldery Bridge each day, and ferries will run from Tarn Hill until it opens."""
UNDATED = """Divers find crack: Aldery Bridge shut
A crack in the eastern pier has shut the Aldery Bridge at Marrow Bay, the harbour master Joss Aldery said on Monday.
Engineers will look at the pier this week. Ferries from Tarn Hill carry the 12,000 drivers who cross each day."""


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dated")
    (folder / "dated.txt").write_text(DATED, "utf-8")
    (folder / "undated.txt").write_text(UNDATED, "utf-8")
    with Desk(folder / "news.desk", create=True) as desk:
        build(desk, [str(folder / "dated.txt"), str(folder / "undated.txt")])
    return folder / "news.desk"


@pytest.fixture(scope="module")
def key(path):
    with Desk(path, read_only=True) as desk:
        (undated,) = [article for article in desk.articles() if not article.published]
        return undated.article_id


def test_the_terminal_shows_the_days_and_who_says_so(path, key):
    def told(*words):
        return CliRunner().invoke(app, [*words, "--desk", str(path)]).output

    assert "2031-03-02 to 2031-03-05?" in told("articles")
    assert "2031-03-02 to 2031-03-05? (by 1 of its story)" in told("show", key)


def test_the_pages_and_the_api_show_the_days_as_a_guess_with_how_sure_they_are(path, key):
    with TestClient(app_of(path), base_url="http://localhost:8000") as client:
        (row,) = client.get(f"/api/v1/articles/{key}/dates").json()["items"]
        assert (row["earliest"], row["latest"], len(row["because"])) == ("2031-03-02", "2031-03-05", 1)
        page = client.get(f"/article/{key}").text
        assert "2 to 5 Mar 2031?" in page
        assert "% sure to be of the same event" in page
        assert "2 to 5 Mar 2031?" in client.get(f"/story/{row['story_id']}").text
