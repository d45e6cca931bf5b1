"""Threads: stories that follow one another are linked with reasons, in any order of arrival, and people decide."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from backstory.cli import app
from backstory.desk import Desk
from backstory.desk.decided.decisions import decisions, undo
from backstory.desk.decided.stories import find_story
from backstory.desk.decided.threads import find_thread, join_thread, part_thread, thread_file, why_thread
from backstory.desk.grouping.stories import update_stories
from backstory.errors import NotFoundError, UsageError
from backstory.pipeline import build
from backstory.stories.runs import runs_of
from backstory.stories.threads import Reference, Theme, evidence, keys_of_theme

PILE = {
    "crack": """Marrow Bay bridge closed after crack found in pier
3 March 2031
The Aldery Bridge at Marrow Bay was closed on Monday after divers found a crack in its eastern pier.
Joss Aldery, the harbour master, said that no lorry would cross before engineers had seen the pier.
About 12,000 drivers use the Aldery Bridge each day, and ferries will run from Tarn Hill until it opens.""",
    "inquiry": """Inspectors knew of Aldery Bridge pier for years, inquiry told
24 May 2031
Inspectors had warned of the eastern pier of the Aldery Bridge in six reports, an inquiry in Tarn Hill heard.
The bridge was closed on 3 March after divers found a crack in the pier.
Joss Aldery, the harbour master of Marrow Bay, told the inquiry that he had read none of the six reports.""",
    "opening": """Aldery Bridge opens again with new pier
8 August 2031
Lorries crossed the Aldery Bridge at Marrow Bay on Friday for the first time since its eastern pier cracked.
An inquiry in Tarn Hill found in June that inspectors had warned of the pier. Ferries from Tarn Hill end on Sunday.
Joss Aldery, the harbour master, drove the first lorry. About 12,000 drivers are expected each day.""",
    "orchid": """Ulmenau botanist names orchid after her teacher
12 March 2031
Ilse Korb, a botanist in Ulmenau, has described a new orchid from the Kessel marshes.
She named the flower, Korbia reykii, after Tomas Reyk, who taught her at the Ulmenau Institute.""",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("threads")
    for name, text in PILE.items():
        (made / f"{name}.txt").write_text(text, "utf-8")
    return made


@pytest.fixture(scope="module")
def path(folder, tmp_path_factory):
    made = tmp_path_factory.mktemp("desk") / "news.desk"
    with Desk(made, create=True) as opened:
        build(opened, [str(folder)])
    return made


@pytest.fixture
def desk(path):
    """A desk of its own for each test, a copy of the one that was built."""
    with Desk(":memory:", create=True) as opened, Desk(path, read_only=True) as built:
        with opened.connection.backup("main", built.connection, "main") as copying:
            copying.step()
        yield opened


def names_of(desk):
    uris = {row["source_id"]: row["uri"].rsplit("/", 1)[-1].removesuffix(".txt") for row in desk.rows("sources")}
    return {article.article_id: uris[article.source_id] for article in desk.articles()}


def threads_of(desk):
    """Return the names of the files of each thread's stories, in the thread's order."""
    names, stories = names_of(desk), {row["story_id"]: row["article_ids"] for row in desk.rows("stories")}
    return [[names[key] for story in row["story_ids"] for key in stories[story]] for row in desk.rows("threads")]


def article_of(desk, name):
    return next(key for key, own in names_of(desk).items() if own == name)


def test_stories_that_follow_one_another_are_one_thread_in_order_of_time_and_stay_stories(desk):
    assert threads_of(desk) == [["crack", "inquiry", "opening"]]
    assert len(list(desk.rows("stories"))) == len(PILE)
    (thread,) = desk.rows("threads")
    held = {row["story_id"]: row["thread_id"] for row in desk.rows("stories")}
    assert [key for key, own in held.items() if own is None] == [
        find_story(desk.connection, article_of(desk, "orchid"))["story_id"]
    ]
    assert set(thread["story_ids"]) == {key for key, own in held.items() if own == thread["thread_id"]}


def test_a_label_is_words_that_stand_at_its_span(desk):
    (thread,) = desk.rows("threads")
    text = desk.text(thread["label_source_id"])
    assert text[thread["label_start"] : thread["label_end"]] == thread["label"] == "Aldery Bridge"


def test_links_have_reasons_and_one_is_what_the_later_story_says_of_the_earlier_day(desk):
    links = list(desk.rows("thread_links"))
    assert links
    for link in links:
        assert 0.5 <= link["probability"] <= 1
        assert all(reason["detail"] for reason in link["reasons"])
    said = [reason["detail"] for link in links for reason in link["reasons"] if reason["kind"] == "reference"]
    assert any("closed on 3 March after divers found a crack" in detail for detail in said)


def test_one_file_at_a_time_in_any_order_gives_the_same_threads_links_and_ids(desk, folder):
    expected = [list(desk.rows(table)) for table in ("threads", "thread_links", "stories")]
    for order in (sorted(PILE), sorted(PILE, reverse=True), ["inquiry", "orchid", "opening", "crack"]):
        with Desk(":memory:", create=True) as other:
            for name in order:
                build(other, [str(folder / f"{name}.txt")])
            assert [list(other.rows(table)) for table in ("threads", "thread_links", "stories")] == expected


def test_the_old_id_of_a_thread_that_an_earlier_story_renames_leads_to_it(folder):
    with Desk(":memory:", create=True) as desk:
        build(desk, [str(folder / "inquiry.txt"), str(folder / "opening.txt")])
        (before,) = desk.rows("threads")
        build(desk, [str(folder / "crack.txt")])
        (after,) = desk.rows("threads")
        assert before["thread_id"] != after["thread_id"]
        assert find_thread(desk.connection, before["thread_id"]) == after


def test_every_id_that_a_thread_ever_had_leads_to_it_after_it_was_parted_and_joined_again(folder):
    with Desk(":memory:", create=True) as desk:
        build(desk, [str(folder / "inquiry.txt"), str(folder / "opening.txt")])
        (old,) = desk.rows("threads")
        build(desk, [str(folder / "crack.txt")])
        (thread,) = desk.rows("threads")
        inquiry, opening = (find_story(desk.connection, article_of(desk, key)) for key in ("inquiry", "opening"))
        for story in (inquiry, opening):
            part_thread(desk.connection, article_of(desk, "crack"), [story["story_id"]])
        for story in (inquiry, opening):
            join_thread(desk.connection, article_of(desk, "crack"), story["story_id"])
        assert [find_thread(desk.connection, row["thread_id"]) for row in (old, thread)] == [thread, thread]


def test_what_people_part_and_join_outlives_the_next_run_and_is_undone_by_itself(desk, folder, tmp_path):
    opening, orchid = (find_story(desk.connection, article_of(desk, key))["story_id"] for key in ("opening", "orchid"))
    part_thread(desk.connection, article_of(desk, "crack"), [opening])
    assert threads_of(desk) == [["crack", "inquiry"]]
    joined = join_thread(desk.connection, article_of(desk, "crack"), orchid, by="ines")
    assert threads_of(desk) == [["crack", "orchid", "inquiry"]]
    assert find_thread(desk.connection, orchid) == joined
    (tmp_path / "more.txt").write_text(PILE["crack"].replace("3 March", "4 March"), "utf-8")
    build(desk, [str(folder), str(tmp_path)])
    assert threads_of(desk) == [["crack", "more", "orchid", "inquiry"]]
    last = next(iter(decisions(desk.connection)))
    assert (last.action, last.by) == ("thread join", "ines")
    undo(desk.connection, last.decision_id, by="ines")
    update_stories(desk.connection, lambda done: None)
    assert threads_of(desk) == [["crack", "more", "inquiry"]]


def test_a_thread_of_two_that_is_parted_is_none(desk):
    crack, inquiry, opening = (article_of(desk, name) for name in ("crack", "inquiry", "opening"))
    assert part_thread(desk.connection, crack, [inquiry]) is not None
    assert part_thread(desk.connection, crack, [opening]) is None
    assert threads_of(desk) == []
    with pytest.raises(NotFoundError, match="stands alone"):
        find_thread(desk.connection, crack)


def test_what_cannot_be_decided_about_threads_is_refused(desk):
    crack, opening, orchid = (article_of(desk, name) for name in ("crack", "opening", "orchid"))
    with pytest.raises(UsageError, match="one thread already"):
        join_thread(desk.connection, crack, opening)
    with pytest.raises(UsageError, match="is not in thread"):
        part_thread(desk.connection, crack, [orchid])
    with pytest.raises(UsageError, match="not all of them"):
        part_thread(desk.connection, crack, thread_file(desk.connection, crack)["thread"]["story_ids"])
    with pytest.raises(NotFoundError, match="backstory threads"):
        find_thread(desk.connection, "nothing")


def test_why_a_story_is_not_in_a_thread_can_be_asked(desk):
    near = why_thread(desk.connection, article_of(desk, "crack"), article_of(desk, "opening"))
    far = why_thread(desk.connection, article_of(desk, "crack"), article_of(desk, "orchid"))
    assert max(row["probability"] for row in far) < 0.1 < 0.5 < near[0]["probability"]


def test_the_commands_list_show_and_explain_threads(path):
    def told(*words):
        answer = CliRunner().invoke(app, [*words, "--desk", str(path)])
        assert answer.exit_code == 0, answer.output
        return answer.output

    assert "Aldery Bridge" in told("threads")
    assert "no threads" in told("threads", "--words", "orchid")
    key = told("threads", "--json").split('"thread_id": "', 1)[1][:20]
    assert "follows" in told("thread", key)
    assert told("stories", "--thread", key, "--json").count("\n") == 3
    assert '"links"' in told("thread", key, "--json")


def themed(story_id, words, day, references=()):
    fields = {"names": {}, "lead": dict.fromkeys(words, 40), "numbers": {}}
    return Theme(story_id, fields, day, day, frozenset(), tuple(references))


def test_evidence_is_the_same_both_ways_and_weaker_after_months():
    one, near, far = (themed(key, ("pier", "crack"), day) for key, day in (("a", 0), ("b", 20), ("c", 150)))
    assert evidence(one, near) == evidence(near, one)
    assert evidence(one, far).probability < evidence(one, near).probability
    assert set(keys_of_theme(one)) == set(keys_of_theme(near))


def test_a_sentence_about_the_days_of_an_earlier_story_links_only_to_it():
    said = Reference(9, 10, frozenset({"pier", "crack", "bay"}), "x", "s", 0, 5, "words")
    later = themed("b", ("inquiry", "report"), 30, [said])
    for day, linked in ((10, True), (25, False)):
        assert (evidence(themed("a", ("pier", "crack", "bay"), day), later).reference is not None) is linked


def test_runs_of_words_are_the_same_whatever_stands_around_them():
    shared = " ".join(f"word{number}" for number in range(200))
    one, other = runs_of([f"Before it {shared}"]), runs_of([shared.upper() + " and after"])
    assert len(one & other) > 10
