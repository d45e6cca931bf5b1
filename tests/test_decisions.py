"""What people decide of names and lines works at once, outlives later runs, and is undone as if it never had been."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from backstory.cli import app
from backstory.desk import Desk
from backstory.desk.decided.decisions import decisions, undo
from backstory.desk.decided.lines import relabel
from backstory.desk.decided.names import find_name, label_name, merge_two_names, roles_of, split_name
from backstory.desk.decided.stories import merge_stories
from backstory.errors import NotFoundError, UsageError
from backstory.pipeline import build, fold

PILE = {
    "mill": """Mill owner promises to keep looms running
3 March 2031
Orla Brandt, the owner of the Kessel Mill, said the looms would keep running through the spring.
“We will not close a single hall,” Orla Brandt told workers on Monday.""",
    "choir": """Choir of Ulmenau loses its conductor
4 March 2031
Teo Marsh, who conducted the Ulmenau choir for nine years, died on Monday after a short illness.
“He taught us to listen,” said the singer Orla Brandt, who joined the choir as a child.""",
    "court": """Court hears case of stolen bell
5 March 2031
The judge Nils Okkerman heard the case of the stolen bell on Tuesday.
“Nobody lends a bell,” Okkerman said. Orlagh Brandt-Weir, a witness, said that she had seen two men.""",
}


@pytest.fixture
def folder(tmp_path):
    for name, text in PILE.items():
        (tmp_path / f"{name}.txt").write_text(text, "utf-8")
    return tmp_path


@pytest.fixture
def desk(folder):
    with Desk(":memory:", create=True) as opened:
        build(opened, [str(folder)])
        yield opened


def all_of(desk):
    return {
        table: list(desk.rows(table)) for table in ("names", "mentions", "quotes", "statements", "blocks", "articles")
    }


def article_named(desk, word):
    return next(article.article_id for article in desk.articles(title=word))


def brandts(desk):
    return [row for row in desk.rows("names") if "Brandt" in row["label"]]


def test_one_name_is_split_by_article_and_undone(desk):
    before = all_of(desk)
    whole = find_name(desk.connection, "Orla Brandt")
    assert whole["articles"] == 2
    number = split_name(desk.connection, "Orla Brandt", articles=[article_named(desk, "Choir")], by="Ada")
    fold(desk, ())
    assert sorted(row["articles"] for row in brandts(desk) if row["label"] == "Orla Brandt") == [1, 1]
    told = {row["name_id"] for row in desk.rows("mentions") if row["text"] == "Orla Brandt"}
    assert len(told) == 2
    undo(desk.connection, number, by="Ben")
    fold(desk, ())
    assert all_of(desk) == before


def test_two_names_are_merged_for_articles_that_come_later_too(desk, folder):
    merge_two_names(desk.connection, "Orla Brandt", "Orlagh Brandt-Weir", by="Ada")
    fold(desk, ())
    assert len(brandts(desk)) == 1
    (folder / "later.txt").write_text(
        "Witness speaks again\n6 March 2031\nOrlagh Brandt-Weir said on Thursday that the bell was heavy.\n", "utf-8"
    )
    build(desk, [str(folder)])
    (one,) = brandts(desk)
    assert one["articles"] == 4


def test_the_id_of_a_name_that_was_merged_still_finds_it(desk):
    old = find_name(desk.connection, "Orlagh Brandt-Weir")["name_id"]
    other = find_name(desk.connection, "Orla Brandt")["name_id"]
    merge_two_names(desk.connection, "Orla Brandt", "Orlagh Brandt-Weir")
    fold(desk, ())
    assert find_name(desk.connection, old) == find_name(desk.connection, other)


def test_a_split_off_name_can_be_merged_elsewhere(desk):
    split_name(desk.connection, "Orla Brandt", articles=[article_named(desk, "Choir")])
    fold(desk, ())
    apart = next(row["speaker_name_id"] for row in desk.rows("quotes") if "listen" in row["text"])
    merge_two_names(desk.connection, apart, "Orlagh Brandt-Weir")
    fold(desk, ())
    assert sorted((row["label"], row["articles"]) for row in brandts(desk))[0][1] + 2 == 3
    assert len(brandts(desk)) == 2


def test_a_label_stays_when_more_articles_come(desk, folder):
    label_name(desk.connection, "Nils Okkerman", "Judge  Nils Okkerman", by="Ada")
    (folder / "later.txt").write_text("Bell found\n7 March 2031\nNils Okkerman closed the case on Friday.\n", "utf-8")
    build(desk, [str(folder)])
    assert find_name(desk.connection, "Nils Okkerman")["label"] == "Judge Nils Okkerman"


def test_roles_have_the_dates_for_which_articles_tell_them(desk):
    told = roles_of(desk.connection, find_name(desk.connection, "Orla Brandt")["name_id"])
    assert ("owner", "2031-03-03") in {(row["role"], (row["first"] or "")[:10]) for row in told}


def test_a_line_keeps_the_kind_that_a_person_gave_it(desk, folder):
    before = all_of(desk)
    source = next(row["source_id"] for row in desk.rows("sources") if row["uri"].endswith("court.txt"))
    start = PILE["court"].index("“Nobody")
    number = relabel(desk.connection, source, start, "furniture", by="Ada")
    fold(desk, ())
    assert not [row for row in desk.rows("quotes") if "lends" in row["text"]]
    kinds = {block.start: block.kind.value for block in desk.blocks(source)}
    assert kinds[start] == "furniture"
    assert all(not verified.faults for verified in desk.verify())
    undo(desk.connection, number, by="Ada")
    fold(desk, ())
    assert all_of(desk) == before


def test_undoing_one_decision_leaves_the_others(desk):
    one = label_name(desk.connection, "Nils Okkerman", "The judge")
    other = label_name(desk.connection, "Teo Marsh", "The conductor")
    undo(desk.connection, one, by="Ada")
    fold(desk, ())
    labels = {row["label"] for row in desk.rows("names")}
    assert "The conductor" in labels
    assert "The judge" not in labels
    assert [one.decision_id for one in decisions(desk.connection) if not one.undone_at] == [other]


def test_a_merge_of_stories_is_undone(desk):
    before = {tuple(row["article_ids"]) for row in desk.rows("stories")}
    merge_stories(desk.connection, article_named(desk, "Choir"), article_named(desk, "bell"), by="Ada")
    assert {tuple(row["article_ids"]) for row in desk.rows("stories")} != before
    (logged,) = decisions(desk.connection)
    undo(desk.connection, logged.decision_id, by="Ada")
    fold(desk, ())
    assert {tuple(row["article_ids"]) for row in desk.rows("stories")} == before


@pytest.mark.parametrize(
    ("decide", "error"),
    [
        (lambda c: merge_two_names(c, "Orla Brandt", "Nobody Known"), NotFoundError),
        (lambda c: merge_two_names(c, "Orla Brandt", "Orla Brandt"), UsageError),
        (lambda c: split_name(c, "Orla Brandt", forms=["Orla Brandt"]), UsageError),
        (lambda c: label_name(c, "Orla Brandt", "  "), UsageError),
        (lambda c: undo(c, 99, by="Ada"), NotFoundError),
        (lambda c: relabel(c, "nosuch", 0, "body"), NotFoundError),
    ],
)
def test_what_cannot_be_decided_changes_nothing(desk, decide, error):
    before = all_of(desk)
    with pytest.raises(error):
        decide(desk.connection)
    assert all_of(desk) == before
    assert not list(decisions(desk.connection))


def test_the_commands_decide_list_and_undo(folder, monkeypatch):
    monkeypatch.chdir(folder)

    def run(*words):
        result = CliRunner().invoke(app, list(words))
        assert result.exit_code == 0, result.output
        return [json.loads(line) for line in result.stdout.splitlines()] if "--json" in words else result.stdout

    run("build", "mill.txt", "choir.txt", "court.txt", "--jobs", "1")
    (merged,) = run("name", "merge", "Orla Brandt", "Orlagh Brandt-Weir", "--by", "Ada", "--json")
    assert merged["articles"] == 3
    (logged,) = run("log", "--json")
    assert (logged["by"], logged["action"], logged["undone_at"]) == ("Ada", "name merge", None)
    assert "undone" in run("undo", str(logged["decision_id"]), "--by", "Ben")
    assert "undone by Ben" in " ".join(run("log").split())
    assert {row["speaker"] for row in run("quotes", "bell", "--json")} == {"Okkerman"}
    assert run("quotes", "--speaker", "Nils Okkerman", "--since", "2031-03-06", "--json") == []
    assert [row["label"] for row in run("names", "okker", "--kind", "person", "--json")] == ["Nils Okkerman"]
    assert [row["text"] for row in run("figures", "men", "--json")] == ["two men"]
    (article,) = run("articles", "--title", "bell", "--json")
    assert {row["type"] for row in run("dates", "Tuesday", "--article", article["article_id"], "--json")} == {"DATE"}


def test_show_annotate_colours_what_was_found_and_keeps_every_letter(folder, monkeypatch):
    monkeypatch.chdir(folder)
    result = CliRunner().invoke(app, ["build", "mill.txt", "--jobs", "1"])
    assert result.exit_code == 0
    with Desk("news.desk") as opened:
        (article,) = opened.articles()
    wanted = ["show", article.article_id, "--annotate"]
    coloured, bare = CliRunner().invoke(app, wanted, color=True).output, CliRunner().invoke(app, wanted).output
    assert "\x1b[32m“We will not close " in coloured
    assert "“We will not close a single hall,” Orla Brandt told workers on Monday." in bare
    (told,) = map(json.loads, CliRunner().invoke(app, [*wanted, "--json"]).output.splitlines())
    assert {"quote", "cue", "speaker", "person", "time"} <= {mark["kind"] for mark in told["annotations"]}
