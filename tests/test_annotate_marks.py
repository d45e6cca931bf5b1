"""What stands between quotation marks, however they are mixed, nested or missing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backstory.annotate.marks import quoted
from backstory.records import Span


def lines(text):
    spans, at = [], 0
    for line in text.split("\n"):
        if line:
            spans.append(Span(at, at + len(line)))
        at += len(line) + 1
    return spans


def found(text):
    return [" / ".join(text[s.start : s.end] for s in q.spans) for q in quoted(text, lines(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“We open on Monday,” the mayor said.", ["We open on Monday,"]),
        ('"We open on Monday," the mayor said.', ["We open on Monday,"]),
        ("‘We open on Monday,’ the mayor said.", ["We open on Monday,"]),
        ("'We open on Monday,' the mayor said.", ["We open on Monday,"]),
        ("„Wir öffnen am Montag“, sagte sie.", ["Wir öffnen am Montag"]),
        ("« On ouvre lundi », dit-elle.", ["On ouvre lundi"]),
        ("»Wir öffnen am Montag«, sagte sie.", ["Wir öffnen am Montag"]),
        ("”Vi öppnar på måndag”, sade hon.", ["Vi öppnar på måndag"]),
    ],
)
def test_every_kind_of_mark_is_read(text, expected):
    assert found(text) == expected


def test_an_apostrophe_is_not_a_mark():
    assert found("The harbour's crew didn't see the dockers' banner, and '90s ferries weren't missed.") == []


def test_a_single_mark_may_hold_an_apostrophe_and_a_plural():
    assert found("‘The dockers’ strike isn’t over,’ she said.") == ["The dockers’ strike isn’t over,"]


def test_a_quotation_runs_over_paragraphs_that_open_with_a_mark():
    text = "Ms Vey said: “The wall held.\n“It held all night.\n“We are proud of it.”\nThe tide turned."
    assert found(text) == ["The wall held. / It held all night. / We are proud of it."]


def test_a_quotation_that_never_closes_ends_with_its_paragraph():
    assert found("Ms Vey said: “The wall held.\nThe tide turned at noon.") == ["The wall held."]


def test_one_stray_mark_loses_no_other_quotation():
    text = "A plan “without end was made.\n“We agreed,” Mr Tol said.\nIt was “a start”, Ms Vey said."
    assert found(text)[1:] == ["We agreed,", "a start"]


def test_a_second_opening_mark_ends_what_the_first_one_opened():
    assert found("He said “we are late and “we are sorry”.") == ["we are late and", "we are sorry"]


def test_inner_marks_belong_to_the_outer_quotation():
    assert found("“They called it ‘a miracle’ at the time,” he said.") == ["They called it ‘a miracle’ at the time,"]


@given(st.text(alphabet="“”\"'‘’«»„ab. \n,", max_size=80))
def test_spans_are_in_order_inside_the_text_and_hold_no_line_end(text):
    for quote in quoted(text, lines(text)):
        last = -1
        for span in quote.spans:
            assert last <= span.start < span.end <= len(text)
            assert "\n" not in text[span.start : span.end]
            last = span.end
