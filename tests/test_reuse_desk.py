"""A desk whose articles come, change and go holds the copies, passages and statements that all at once would give."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
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


PARAGRAPHS = (
    WIRE,
    WIRE.replace("on Sunday night", "late on Sunday"),
    "KELBY (Nordwire) - The council of Kelby voted by nine to four to close the old ferry line before winter.",
    "“We will not close the harbour unless the ice forces us to, and I told the crews so,” Mara Venn told Port Radio.",
    "“We will not close the harbour,” Venn said. “I told the crews so.”",
    "Ms Venn told the Tarn Herald that the harbour would not close unless the ice forced the crews to.",
    "In a statement, the port office said: “We will not close the harbour unless the ice forces us to.”",
    "Buses run every ten minutes by way of the old ford instead, and the school at Tarn opens an hour later.",
    "This report was corrected on Tuesday: the barge struck the fourth pier and not the fifth.",
    "Sign up to our letter and read the best of the coast every morning before anybody else in your town does so.",
)
OUTLETS = ("Port Radio", "Tarn Herald", "Kelby Post", None)


@st.composite
def reports(draw):
    """Return rows of a newspaper's table: reports that carry each other's paragraphs and name each other."""
    rows = []
    for number in range(draw(st.integers(2, 6))):
        said = draw(st.lists(st.sampled_from(PARAGRAPHS), min_size=1, max_size=4, unique=True))
        row = {"title": f"Report {number} from the coast", "text": "\n".join(said), "id": number}
        row["outlet"] = draw(st.sampled_from(OUTLETS))
        row["date"] = f"2031-03-{draw(st.integers(1, 4)):02}"
        rows.append({key: value for key, value in row.items() if value is not None})
    return rows


def of_reuse(desk):
    desk.verify()
    held = {name: rows for name, rows in tables(desk).items() if name in OF_REUSE}
    for table, column in (("quotes", "statement_id"), ("articles", "copy_of")):
        held[table] = [row[column] for row in desk.rows(table)]
    return held


@settings(max_examples=12)
@given(reports(), st.randoms(use_true_random=False))
def test_any_order_and_any_batches_of_builds_give_the_same_tables_of_reuse(rows, random):
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder, f"{row['id']}.jsonl") for row in rows]
        for path, row in zip(paths, rows, strict=True):
            path.write_text(json.dumps(row))
        with Desk(":memory:", create=True) as whole, Desk(":memory:", create=True) as desk:
            build(whole, [folder], until="reuse")
            expected = of_reuse(whole)
            waiting = random.sample(paths, len(paths))
            while waiting:
                build(desk, [str(waiting.pop()) for _ in range(random.randint(1, len(waiting)))], until="reuse")
            assert of_reuse(desk) == expected
            for title in random.sample([row["title"] for row in rows], 2):
                take_out(desk, title)
                build(desk, [], until="reuse")
            desk.connection.execute("UPDATE contents SET cleaned = 0")
            build(desk, [], until="reuse")
            assert of_reuse(desk) == expected
