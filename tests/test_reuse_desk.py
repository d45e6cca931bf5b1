"""A desk whose articles come, change and go holds the copies, passages and statements that all at once would give."""

from __future__ import annotations

import pytest
from piles import tables

from backstory.desk import Desk
from backstory.pipeline import build

WIRE = (
    "The harbour bridge at Kelby will stay shut until the divers have looked at each of its nine piers, the port said. "
    "A barge struck the fourth pier on Sunday night and sank within an hour, and two men were taken to hospital. "
)
OWN = {
    "a": "Kelby bridge shut\n\n" + WIRE,
    "b": "Bridge to stay shut\n\n" + WIRE + "Buses run every ten minutes by way of the old ford instead.\n",
    "c": "Market day in Tarn\n\nTraders in Tarn sold out of plums by noon, and of honey and late apples by one.\n",
}
OF_REUSE = ("copies", "passages", "statements")


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "in").mkdir()
    for name, text in OWN.items():
        (tmp_path / "in" / f"{name}.txt").write_text(text)
    return tmp_path / "in"


def built(path, folder):
    with Desk(path, create=True) as desk:
        build(desk, [str(folder)])
        return {name: rows for name, rows in tables(desk).items() if name in OF_REUSE}


def take_out(desk, title):
    (source_id,) = desk.connection.execute("SELECT source_id FROM articles WHERE title = ?", (title,)).fetchone()
    for table in ("blocks", "articles"):
        desk.connection.execute(f"DELETE FROM {table} WHERE source_id = ?", (source_id,))


def test_an_article_that_is_taken_out_leaves_what_the_others_share(folder, tmp_path):
    first = built(tmp_path / "first.desk", folder)
    assert first["passages"]
    with Desk(tmp_path / "first.desk") as desk:
        take_out(desk, "Bridge to stay shut")
        build(desk, [], until="reuse")
        left = {name: rows for name, rows in tables(desk).items() if name in OF_REUSE}
        held = desk.connection.execute("SELECT count(*) FROM reuse_carriers").fetchone()
    assert (left["copies"], left["passages"]) == ([], [])
    assert [len(one["versions"]) for one in left["statements"]] == [1]
    assert held == (2,)


def test_only_what_changed_is_compared_again(folder, tmp_path):
    built(tmp_path / "news.desk", folder)
    compared = []
    with Desk(tmp_path / "news.desk") as desk:
        take_out(desk, "Market day in Tarn")
        desk.connection.execute("UPDATE contents SET cleaned = 0")
        build(desk, [], progress=lambda stage, done, total: compared.append(done) if stage == "comparing" else None)
        again = {name: rows for name, rows in tables(desk).items() if name in OF_REUSE}
    assert compared == [1]
    assert again == built(tmp_path / "fresh.desk", folder)
