"""Positions: topics come from the quotes, in order of time; what differs stands side by side; all is cited."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from backstory.cli import app
from backstory.desk import Desk
from backstory.desk.showing.positions import positions
from backstory.errors import NotFoundError
from backstory.pipeline import build
from backstory.timelines.positions import Said, topics

PILE = {
    "march": """Minister rules out ferry sale
3 March 2031
Joss Aldery, the harbour minister of Marrow Bay, spoke in Tarn Hill on Monday.
"Nobody in this house wants the Marrow ferries to be sold, and I will not do it," Joss Aldery said.""",
    "april": """Lighthouse at Cape Olm opens
9 April 2031
Joss Aldery opened the lighthouse at Cape Olm on Wednesday.
"A lighthouse keeper is worth more than any lamp," Joss Aldery said.""",
    "june": """Harbour minister speaks in Tarn Hill
12 June 2031
Joss Aldery, the harbour minister of Marrow Bay, spoke in Tarn Hill on Thursday.
"The Marrow ferries are to be sold this summer, for a fleet that old costs us too much," Joss Aldery said.""",
}

SAID = [
    Said("a", "We will not sell the Marrow ferries", "2031-03-03", {}),
    Said("b", "We will sell the Marrow ferries this year", "2031-06-12", {}),
    Said("c", "The lighthouse at Cape Olm needs a keeper", "2031-04-01", {}),
    Said("d", "The lighthouse keeper of Cape Olm is paid well", None, {}),
]


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    folder = tmp_path_factory.mktemp("said")
    for name, text in PILE.items():
        (folder / f"{name}.txt").write_text(text, "utf-8")
    made = tmp_path_factory.mktemp("desk") / "news.desk"
    with Desk(made, create=True) as opened:
        build(opened, [str(folder)])
    return made


def test_topics_are_made_of_what_the_quotes_say_in_order_of_time_the_undated_last():
    assert [[one.quote_id for one in topic.said] for topic in topics(SAID)] == [["a", "b"], ["c", "d"]]
    assert "ferry" in topics(SAID)[0].words
    assert "lighthouse" in topics(SAID)[1].words


def test_a_change_is_two_statements_with_what_differs_in_words():
    (change,) = topics(SAID)[0].changes
    assert (change.earlier.quote_id, change.later.quote_id) == ("a", "b")
    assert change.because == "only the earlier says “not”"
    assert topics(SAID)[1].changes == ()


def test_numbers_that_differ_are_told_and_statements_of_one_day_are_no_change():
    early = Said("a", "The new lighthouse costs 40 million crowns", "2031-03-03", {})
    late = Said("b", "The new lighthouse costs 65 million crowns", "2031-06-12", {})
    ((change,),) = [topic.changes for topic in topics([early, late])]
    assert change.because == "40 in the earlier, 65 in the later"
    same_day = Said("b", late.text, early.day, {})
    assert not any(topic.changes for topic in topics([early, same_day]))


@given(st.permutations(SAID))
def test_the_order_of_statements_does_not_matter(order):
    assert topics(order) == topics(SAID)


def test_a_desk_answers_with_cited_quotes_and_a_change_side_by_side(path):
    with Desk(path, read_only=True) as desk:
        held = positions(desk.connection, "Joss Aldery", "ferries")
        (topic,) = held["topics"]
        assert [row["said_on"] for row in topic["statements"]] == ["2031-03-03", "2031-06-12"]
        for row in topic["statements"]:
            text = desk.text(row["source_id"])
            assert " ".join(text[start:end] for start, end in row["spans"]) == row["text"]
        (change,) = topic["changes"]
        assert "I will not do it" in change["earlier"]["text"]
        assert "to be sold this summer" in change["later"]["text"]
        with pytest.raises(NotFoundError, match="backstory names"):
            positions(desk.connection, "Nobody Known")


def test_the_command_shows_topics_and_sets_what_differs_side_by_side(path):
    answer = CliRunner().invoke(app, ["positions", "Joss Aldery", "--desk", str(path)])
    assert answer.exit_code == 0, answer.output
    assert " | " in answer.output
    assert "only the earlier says “nobody, not”" in answer.output
    answer = CliRunner().invoke(app, ["positions", "Joss Aldery", "volcano", "--desk", str(path)])
    assert "has these words" in answer.output
