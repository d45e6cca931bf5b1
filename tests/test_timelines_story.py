"""What the articles of a story tell by day, tell differently and leave out, each with its characters."""

from __future__ import annotations

import pytest

from backstory.desk import Desk
from backstory.pipeline import build

PILE = {
    "Sele Courier": """Tarn Hill landslide kills four
3 March 2031
Four people were killed when a hillside above Tarn Hill slid onto the coast road on Monday, 3 March 2031.
The slope had been fenced off in January after geologist Ilse Korb reported cracks above the quarry.
Repairing the coast road at Tarn Hill will cost 1.9 million pounds, the district council said.""",
    "Marrow Bay Gazette": """Seven dead in Tarn Hill landslide
4 March 2031
Seven people were killed in the landslide that buried the coast road at Tarn Hill on 3 March 2031, police said.
Geologist Ilse Korb had reported cracks above the quarry and the slope was fenced off in January.""",
    "Kessel Post": """Tarn Hill mourns landslide victims
4 March 2031
Tarn Hill held a minute of silence for the seven people killed by the landslide on the coast road.
Repairing the coast road at Tarn Hill will cost about 2 million pounds, the council said.""",
}


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    folder = tmp_path_factory.mktemp("slide")
    lines = ["title,outlet,published,text"]
    for outlet, text in PILE.items():
        title, day, *body = text.split("\n")
        published = f"2031-03-{int(day.split()[0]):02}"
        lines.append(",".join(f'"{value}"' for value in (title, outlet, published, "\n".join(body))))
    (folder / "slide.csv").write_text("\n".join(lines), "utf-8")
    with Desk(":memory:", create=True) as opened:
        build(opened, [str(folder)])
        yield opened


def test_a_toll_that_grows_is_an_update_and_no_conflict(desk):
    (toll,) = [row for row in desk.rows("disagreements") if row["of"] == "people killed"]
    assert toll["kind"] == "update"
    assert [member["value"] for member in toll["members"]][0] == 4


def test_a_round_sum_beside_the_exact_one_is_a_rounding(desk):
    (cost,) = [row for row in desk.rows("disagreements") if row["of"].startswith("GBP")]
    assert cost["kind"] == "rounding"
    assert {member["value"] for member in cost["members"]} == {1_900_000, 2_000_000}


def test_what_two_outlets_tell_and_a_third_does_not_is_an_omission(desk):
    told = {(tuple(row["told_by"]), tuple(row["untold_by"])) for row in desk.rows("omissions")}
    assert (("Marrow Bay Gazette", "Sele Courier"), ("Kessel Post",)) in told


def test_a_happening_is_dated_by_what_its_sentence_says_and_cites_it(desk):
    days = {row["date"] for row in desk.rows("happenings")}
    assert "2031-03-03" in days
    for row in desk.rows("happenings"):
        assert desk.text(row["source_id"])[row["start"] : row["end"]] == row["text"]
