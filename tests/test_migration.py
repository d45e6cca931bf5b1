"""Desks of an older schema: brought forwards with a backup, all or nothing."""

from __future__ import annotations

import apsw
import piles
import pytest

from backstory.desk import Desk
from backstory.desk.connection import SCHEMA_VERSION
from backstory.desk.migrate import STEPS, migrate
from backstory.errors import DeskError
from backstory.pipeline import build

OLDER = """
ALTER TABLE articles DROP COLUMN place_line;
DROP TABLE story_titles;
PRAGMA user_version = 1;
"""
"""What makes an older desk of today's, as if the column and the table had come with version 2."""
FORWARDS = {
    2: "ALTER TABLE articles ADD COLUMN place_line TEXT",
    3: "CREATE TABLE story_titles (article_id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID",
}


@pytest.fixture
def older(tmp_path):
    path = tmp_path / "old.desk"
    piles.write_pile(tmp_path / "in", 4)
    with Desk(path, create=True) as desk:
        build(desk, [str(tmp_path / "in")], until="clean")
    connection = apsw.Connection(str(path))
    connection.execute(OLDER)
    connection.close()
    return path


def columns(connection, table):
    return {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}


def test_an_older_desk_is_brought_forwards_step_by_step_and_keeps_its_rows(older):
    connection = apsw.Connection(str(older))
    before = connection.execute("SELECT count(*) FROM articles").fetchall()
    backup = migrate(connection, older, 3, FORWARDS)
    assert connection.pragma("user_version") == 3
    assert "place_line" in columns(connection, "articles")
    assert "article_id" in columns(connection, "story_titles")
    assert connection.execute("SELECT count(*) FROM articles").fetchall() == before
    kept = apsw.Connection(str(backup))
    assert kept.pragma("user_version") == 1
    assert "place_line" not in columns(kept, "articles")
    assert kept.execute("SELECT count(*) FROM articles").fetchall() == before


def test_a_step_that_fails_leaves_the_desk_what_it_was(older):
    connection = apsw.Connection(str(older))
    with pytest.raises(DeskError, match="stays of version 1"):
        migrate(connection, older, 3, {**FORWARDS, 3: "CREATE TABLE articles (no INTEGER)"})
    assert connection.pragma("user_version") == 1
    assert "place_line" not in columns(connection, "articles")


def test_a_step_after_which_rows_lose_what_they_refer_to_is_taken_back(older):
    connection = apsw.Connection(str(older))
    with pytest.raises(DeskError, match="lose what they refer to"):
        migrate(connection, older, 2, {2: "DELETE FROM articles"})
    assert connection.execute("SELECT count(*) FROM articles").fetchall() != [(0,)]


def test_a_desk_without_a_way_forwards_says_so_and_is_not_touched(older):
    connection = apsw.Connection(str(older))
    with pytest.raises(DeskError, match="no step leads to 3"):
        migrate(connection, older, 3, {2: FORWARDS[2]})
    assert not list(older.parent.glob("*.version-*"))


def test_opening_brings_an_older_desk_forwards_and_reading_alone_says_what_to_do(older, monkeypatch):
    monkeypatch.setattr("backstory.desk.connection.SCHEMA_VERSION", 3)
    monkeypatch.setattr("backstory.desk.migrate.STEPS", FORWARDS)
    with pytest.raises(DeskError, match="brought forwards with a backup"):
        Desk(older, read_only=True)
    with Desk(older) as desk:
        assert desk.connection.pragma("user_version") == 3
        assert desk.status().articles > 0
    with Desk(older, read_only=True) as desk:
        assert desk.status().articles > 0


def test_there_is_a_step_for_every_version_after_the_first():
    assert sorted(STEPS) == list(range(2, SCHEMA_VERSION + 1))


def test_a_newer_desk_is_refused(tmp_path):
    with Desk(tmp_path / "new.desk", create=True) as desk:
        desk.connection.pragma("user_version", SCHEMA_VERSION + 1)
    with pytest.raises(DeskError, match="newer Backstory"):
        Desk(tmp_path / "new.desk")
