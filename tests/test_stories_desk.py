"""Stories on a desk: one event is one story, order does not matter, decisions outlive runs, and why can be asked."""

from __future__ import annotations

import pytest

from backstory.desk import Desk
from backstory.desk.decided.stories import choose_title, find_story, merge_stories, move_article, split_story
from backstory.desk.showing.why import why
from backstory.desk.story_files.collecting import as_html, as_markdown, story_file
from backstory.errors import NotFoundError, UsageError
from backstory.pipeline import build

PILE = {
    "bridge-1": """Marrow Bay bridge closed after crack found in pier
3 March 2031
The Aldery Bridge at Marrow Bay was closed on Monday after divers found a crack in its eastern pier.
Joss Aldery, the harbour master, said that no lorry would cross before engineers had seen the pier.
About 12,000 drivers use the Aldery Bridge each day, and ferries will run from Tarn Hill until it opens.""",
    "bridge-2": """Divers find crack: Aldery Bridge shut
3 March 2031
A crack in the eastern pier has shut the Aldery Bridge at Marrow Bay, the harbour office said on Monday.
Engineers will look at the pier this week. Ferries from Tarn Hill carry the 12,000 drivers who cross each day.""",
    "bridge-3": """Ferries replace Aldery Bridge while engineers inspect pier
4 March 2031
Ferries ran from Tarn Hill to Marrow Bay on Tuesday in place of the Aldery Bridge, closed over a crack in its pier.
Harbour master Joss Aldery said engineers needed a week to inspect the eastern pier.""",
    "orchid-1": """Ulmenau botanist names orchid after her teacher
12 June 2033
Ilse Korb, a botanist in Ulmenau, has described a new orchid from the Kessel marshes.
She named the flower, Korbia reykii, after Tomas Reyk, who taught her at the Ulmenau Institute.""",
    "orchid-2": """New orchid found in Kessel marshes
13 June 2033
A new species of orchid, Korbia reykii, grows in the Kessel marshes, the Ulmenau Institute said.
The botanist Ilse Korb found the orchid two summers ago and named it after Tomas Reyk.""",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("pile")
    for name, text in PILE.items():
        (made / f"{name}.txt").write_text(text, "utf-8")
    return made


@pytest.fixture
def desk(folder):
    with Desk(":memory:", create=True) as opened:
        build(opened, [str(folder)])
        yield opened


def stories_of(desk):
    """Return the names of the files of each story, and the stories' ids."""
    uris = {row["source_id"]: row["uri"].rsplit("/", 1)[-1].removesuffix(".txt") for row in desk.rows("sources")}
    names = {article.article_id: uris[article.source_id] for article in desk.articles()}
    return {row["story_id"]: sorted(names[key] for key in row["article_ids"]) for row in desk.rows("stories")}


def article_of(desk, name):
    uris = {row["source_id"]: row["uri"] for row in desk.rows("sources")}
    return next(a.article_id for a in desk.articles() if uris[a.source_id].endswith(f"{name}.txt"))


def test_the_same_event_in_several_files_is_one_story(desk):
    assert sorted(stories_of(desk).values()) == [["bridge-1", "bridge-2", "bridge-3"], ["orchid-1", "orchid-2"]]


def test_one_file_at_a_time_in_any_order_gives_the_same_stories_links_and_ids(desk, folder):
    expected = [list(desk.rows(table)) for table in ("stories", "links")]
    for order in (sorted(PILE), sorted(PILE, reverse=True)):
        with Desk(":memory:", create=True) as other:
            for name in order:
                build(other, [str(folder / f"{name}.txt")])
            assert [list(other.rows(table)) for table in ("stories", "links")] == expected


def test_links_give_probabilities_and_reasons_in_words(desk):
    for link in desk.rows("links"):
        assert 0.5 <= link["probability"] <= 1
        assert link["decided_by"] == "model"
        assert all(reason["detail"] for reason in link["reasons"])


def test_a_title_is_what_stands_at_its_span(desk):
    for row in desk.rows("stories"):
        assert desk.text(row["title_source_id"])[row["title_start"] : row["title_end"]] == row["title"]
    assert not [
        fault for checked in desk.verify() for fault in checked.faults if fault.broken and fault.table == "stories"
    ]


def test_what_is_merged_and_split_by_hand_outlives_the_next_run(desk, folder, tmp_path):
    bridge, orchid = (
        find_story(desk.connection, article_of(desk, name))["story_id"] for name in ("bridge-1", "orchid-1")
    )
    merge_stories(desk.connection, bridge, orchid)
    split_story(desk.connection, bridge, [article_of(desk, "bridge-3")])
    expected = [["bridge-1", "bridge-2", "orchid-1", "orchid-2"], ["bridge-3"]]
    assert sorted(stories_of(desk).values()) == expected
    (tmp_path / "more.txt").write_text(PILE["bridge-2"].replace("3 March", "5 March"), "utf-8")
    build(desk, [str(folder), str(tmp_path)])
    assert not any({"bridge-3", "bridge-1"} <= set(names) for names in stories_of(desk).values())
    assert any({"bridge-1", "orchid-1"} <= set(names) for names in stories_of(desk).values())


def test_an_article_moves_and_its_old_story_redirects(desk):
    key, orchid = article_of(desk, "bridge-3"), article_of(desk, "orchid-1")
    moved = move_article(desk.connection, key, find_story(desk.connection, orchid)["story_id"])
    assert key in moved["article_ids"]
    assert ["bridge-1", "bridge-2"] in stories_of(desk).values()


def test_the_id_of_a_story_that_merged_leads_to_the_one_it_became(desk):
    one, two = sorted(stories_of(desk))
    merged = merge_stories(desk.connection, one, two)
    assert {find_story(desk.connection, key)["story_id"] for key in (one, two)} == {merged["story_id"]}
    with pytest.raises(UsageError, match="one story already"):
        merge_stories(desk.connection, one, two)
    with pytest.raises(NotFoundError, match="backstory stories"):
        find_story(desk.connection, "00000")


def test_every_id_that_a_story_ever_had_leads_to_it_after_it_was_merged_and_parted_again(folder):
    with Desk(":memory:", create=True) as desk:
        ids = []
        for name in ("bridge-1", "orchid-2", "orchid-1"):
            build(desk, [str(folder / f"{name}.txt")])
            ids.append(find_story(desk.connection, article_of(desk, name))["story_id"])
        bridge, old, orchid = ids
        assert find_story(desk.connection, old)["story_id"] == orchid != old
        merge_stories(desk.connection, bridge, orchid)
        assert {find_story(desk.connection, key)["story_id"] for key in ids} == {bridge}
        split_story(desk.connection, bridge, [article_of(desk, name) for name in ("orchid-1", "orchid-2")])
        assert [find_story(desk.connection, key)["story_id"] for key in ids] == [bridge, orchid, orchid]


def test_people_choose_whose_headline_a_story_carries(desk):
    key = article_of(desk, "bridge-3")
    row = choose_title(desk.connection, key, key)
    assert row["title"] == "Ferries replace Aldery Bridge while engineers inspect pier"


def test_why_an_article_is_not_in_a_story_can_be_asked(desk):
    near = why(desk.connection, article_of(desk, "bridge-1"), article_of(desk, "bridge-2"))
    far = why(desk.connection, article_of(desk, "bridge-1"), article_of(desk, "orchid-1"))
    assert max(row["probability"] for row in far) < 0.5 < near[0]["probability"]
    assert any(reason["weight"] < 0 for row in far for reason in row["reasons"])


def test_a_story_file_cites_every_line_and_escapes_what_sources_say(desk):
    held = story_file(desk.connection, article_of(desk, "bridge-1"))
    for row in held["leads"]:
        assert desk.text(row["source_id"])[row["start"] : row["end"]] == row["text"]
    assert "## Sources" in as_markdown(held)
    held["story"]["title"] = "<script>alert(1)</script>"
    assert "<script>" not in as_html(held)


def test_an_article_that_goes_takes_its_links_with_it_and_the_rest_is_grouped_anew(desk):
    key = article_of(desk, "orchid-2")
    for table in ("blocks", "articles"):
        desk.connection.execute(f"DELETE FROM {table} WHERE article_id = ?", (key,))
    build(desk, [])
    assert all(key not in row["article_ids"] for row in desk.rows("stories"))
    assert ["orchid-1"] in stories_of(desk).values()
