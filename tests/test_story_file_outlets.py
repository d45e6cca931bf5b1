"""What each outlet of a story has of it: facts told and left out, quotes of one alone, voices heard and not."""

from __future__ import annotations

import re

import pytest

from backstory.desk import Desk
from backstory.desk.showing.timelines import name_timeline, search_timeline
from backstory.desk.story_files.collecting import as_html, as_markdown, story_file
from backstory.desk.story_files.outlets import facts_by_outlet, lone_quotes, voices
from backstory.pipeline import build

PILE = {
    "Fenmoor Echo": """Fenmoor bridge closed after crack found
2031-05-06
Fenmoor bridge was closed to all traffic on Tuesday after engineers found a crack in its northern pier.
"The pier has moved by nine centimetres since the winter floods," said bridge engineer Tamsin Oake.
The ferry between Fenmoor and Aldwick will run every twenty minutes until the bridge opens again.""",
    "Aldwick Herald": """Crack in pier shuts Fenmoor bridge
2031-05-06
Engineers found a crack in the northern pier of Fenmoor bridge and closed it to all traffic on Tuesday.
"The pier has moved by nine centimetres since the winter floods," bridge engineer Tamsin Oake said.
"My shop lives off that road and nobody rang me," said baker Hollis Verney of Aldwick.""",
    "The Dale Record": """Fenmoor bridge shut by cracked pier
2031-05-07
Fenmoor bridge has been closed to traffic since engineers found a crack in its northern pier on Tuesday.
The ferry between Fenmoor and Aldwick will run every twenty minutes until the bridge opens again.""",
}


@pytest.fixture(scope="module")
def bridge(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bridge")
    lines = ["title,outlet,published,text"]
    for outlet, text in PILE.items():
        title, day, *body = text.split("\n")
        cells = (title, outlet, day, "\n".join(body))
        lines.append(",".join('"' + cell.replace('"', '""') + '"' for cell in cells))
    (folder / "bridge.csv").write_text("\n".join(lines), "utf-8")
    with Desk(":memory:", create=True) as desk:
        build(desk, [str(folder)])
        (story,) = desk.rows("stories")
        yield desk, story["story_id"]


def test_a_fact_has_a_cited_cell_for_each_outlet_that_tells_it_and_none_for_the_others(bridge):
    desk, story_id = bridge
    matrix = facts_by_outlet(desk.connection, story_id)
    assert matrix["outlets"] == ["Aldwick Herald", "Fenmoor Echo", "The Dale Record"]
    (ferry,) = [row for row in matrix["facts"] if "ferry" in row["fact"]["text"]]
    assert [cell is None for cell in ferry["cells"]] == [True, False, False]
    for row in matrix["facts"]:
        assert [n for n, c in zip(matrix["outlets"], row["cells"], strict=True) if c] == row["told_by"]
        for cell in filter(None, row["cells"]):
            assert desk.text(cell["source_id"])[cell["start"] : cell["end"]] == cell["text"]


def test_voices_are_counted_by_outlet_and_say_who_does_not_hear_them(bridge):
    desk, story_id = bridge
    heard = {row["name"]: row for row in voices(desk.connection, story_id)}
    assert heard["Tamsin Oake"]["outlets"] == {"Aldwick Herald": 1, "Fenmoor Echo": 1}
    assert heard["Hollis Verney"]["unheard_by"] == ["Fenmoor Echo", "The Dale Record"]


def test_a_quote_of_one_outlet_alone_is_told_and_one_that_two_carry_is_not(bridge):
    desk, story_id = bridge
    (quote,) = lone_quotes(desk.connection, story_id)
    assert (quote["name"], quote["outlet"]) == ("Hollis Verney", "Aldwick Herald")
    assert "nobody rang me" in quote["text"]


def test_a_story_file_as_markdown_and_as_a_page_has_every_part_with_its_citation(bridge):
    desk, story_id = bridge
    held = story_file(desk.connection, story_id)
    told = as_markdown(held)
    for title in ("What happened", "When", "Who said what", "Told by some, not by others", "Who is heard", "Sources"):
        assert f"## {title}" in told
    for line in told.split("\n"):
        counted = re.match(r"- (`|\*\*[^*]+\*\*: (\d+ quotes?|update|rounding|conflict))", line)
        if line.startswith(("- ", "  - ")) and not counted:
            assert re.search(r"\[[^\[\]]+:\d+-\d+\]$", line), line
    assert as_html(held).count("<cite>") > 8


def test_a_timeline_of_a_name_and_of_a_search_cites_sentences_with_who_tells_them(bridge):
    desk, _ = bridge
    for rows in (name_timeline(desk.connection, "Tamsin Oake"), search_timeline(desk.connection, "ferry")):
        assert rows
        for row in rows:
            assert desk.text(row["source_id"])[row["start"] : row["end"]] == row["text"]
            assert row["outlet"] in row["outlets"]
    assert any("Oake" in row["text"] for row in name_timeline(desk.connection, "Tamsin Oake"))
    assert all("ferry" in row["text"] for row in search_timeline(desk.connection, "ferry"))
