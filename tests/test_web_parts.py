"""The parts of pages by themselves: marks, cuts, alignments, axes, graphs, dates; each over any input."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from newsroom import piles

from backstory.desk.showing.article import Annotation
from backstory.records import Span
from backstory.reuse.compare import compare
from backstory.web.aligning import rows_of
from backstory.web.paint import painted
from backstory.web.pictures.axis import axis_of
from backstory.web.pictures.course import course_of
from backstory.web.pictures.repeats import graph_of
from backstory.web.pictures.strips import strip_of
from backstory.web.rendering import address, day, number, outside, plural, range_of, tidy, when
from backstory.web.visits import local
from backstory.web.wording import cut_of

MARKS = st.lists(
    st.tuples(st.integers(0, 40), st.integers(1, 20), st.sampled_from(["quote", "person", "time"])), max_size=8
)


@given(MARKS, st.integers(0, 20), st.integers(0, 40))
def test_pieces_are_the_text_and_each_character_has_every_mark_over_it(marks, start, length):
    text = "abcdefghijklmnopqrstuvwxyzäöüßéèêñçø0123456789!?"
    end = min(len(text), start + length)
    held = [Annotation(a, a + size, kind, f"{a}") for a, size, kind in marks]
    pieces = list(painted(text, start, end, held))
    assert "".join(piece.text for piece in pieces) == text[start:end]
    at = start
    for piece in pieces:
        kinds = {f"m-{mark.kind}" for mark in held if mark.start <= at and mark.end >= at + len(piece.text)}
        assert set(piece.classes.split()) == kinds
        at += len(piece.text)


def test_a_cited_span_is_marked_once_as_the_place_to_go_to():
    pieces = list(painted("one two three", 0, 13, [Annotation(4, 7, "person", "n1")], Span(2, 9)))
    assert "".join(piece.text for piece in pieces if piece.at) == "e two t"
    assert [piece.first for piece in pieces if piece.at] == [True, False, False]
    assert next(piece.href for piece in pieces if piece.text == "two") == "/name/n1"


WORDS = st.lists(st.sampled_from(["the", "dam", "failed", "not", "yet", "we", "know", "why."]), max_size=20)


@given(WORDS, WORDS)
def test_a_cut_shows_the_fullest_version_whole_whatever_the_other_says(fullest, version):
    full, own = " ".join(fullest), " ".join(version)
    pieces = cut_of(own, full)
    if fullest:
        assert "".join(piece.text for piece in pieces if piece.classes != "own").split() == fullest
    kept = [word for piece in pieces if piece.classes != "cut" for word in piece.text.split()]
    assert [word.strip(".") for word in kept] == [word.strip(".") for word in version]


@given(piles(least=2, most=2))
def test_rows_side_by_side_hold_every_word_of_both_articles_once(pair):
    one, other = pair
    rows = rows_of(one, other, compare(one, other))
    for side, reading in (("one", one), ("other", other)):
        shown = " ".join(piece.text for row in rows for piece in getattr(row, side)).split()
        words = " ".join(reading.text[p.start : p.end] for p in reading.paragraphs).split()
        assert sorted(shown) == sorted(words)


DAYS = st.dates(date(1990, 1, 1), date(2040, 1, 1))


@given(st.dictionaries(DAYS.map(str), st.integers(1, 500), min_size=1, max_size=30), st.integers(0, 60))
def test_whatever_is_drawn_lies_within_its_picture(days, most):
    axis = axis_of(days, most=most)
    assert axis is not None
    strip = strip_of(days, axis)
    for bar in strip.bars:
        assert -1 <= bar.x <= bar.x + bar.width <= 101
        assert 0 <= bar.y < strip.height
        assert bar.y + bar.height == pytest.approx(strip.height)
    for tick in axis.ticks():
        assert 0 <= tick.x <= 100
    assert len(axis.ticks()) <= 14
    assert len(strip.bars) <= 181
    if not most:
        assert sum(bar.count for bar in strip.bars) == sum(days.values())


def test_days_far_from_the_reports_do_not_press_the_picture_together():
    told = [
        {"date": "1985-12-31", "weight": 9.0, "text": "then", "announced": False},
        {"date": "2026-03-03", "weight": 2.0, "text": "now", "announced": False},
        {"date": "2026-03-09", "weight": 1.0, "text": "soon", "announced": True},
    ]
    course = course_of(told, {"2026-03-03": 2, "2026-03-04": 1})
    assert [dot.day for dot in course.dots] == ["2026-03-03", "2026-03-09"]
    assert [dot.announced for dot in course.dots] == [False, True]
    assert course.dots[0].radius > course.dots[1].radius
    assert course_of([], {}) is None


def member(key):
    return {"article_id": key}


def test_the_graph_ties_each_carrier_to_the_first_and_counts_who_stands_apart():
    articles = [
        {"article_id": key, "outlet": outlet, "published": None, "title": None, "words": 100}
        for key, outlet in (("a", "Post"), ("b", "Herald"), ("c", None), ("d", "Post"))
    ]
    passages = [
        {"words": 40, "first_article_id": "a", "origin": "Wire", "members": [member("a"), member("b"), member("c")]},
        {"words": 20, "first_article_id": None, "origin": None, "members": [member("b"), member("a")]},
    ]
    graph = graph_of(articles, passages)
    told = {(edge.one.article_id, edge.other.article_id): (edge.words, edge.directed) for edge in graph.edges}
    assert told == {("a", "b"): (40, True), ("a", "c"): (40, True), ("b", "a"): (20, False)}
    assert graph.apart == 1
    assert [lane.outlet for lane in graph.lanes] == ["Post", "Herald", "outlet unknown"]
    assert all(0 <= node.x <= 100 and 0 < node.y < graph.height for node in graph.nodes)
    assert graph_of(articles, []) is None


@pytest.mark.parametrize(
    ("iso", "told"),
    [
        ("2026-03-03T11:30+02:00", "3 Mar 2026"),
        ("2026-03", "Mar 2026"),
        ("2026", "2026"),
        (None, "undated"),
        ("x", "undated"),
    ],
)
def test_a_date_is_told_as_precisely_as_it_is_known(iso, told):
    assert day(iso) == told


def test_ranges_clocks_numbers_and_lines_read_as_people_write_them():
    assert range_of("2026-03-03", "2026-03-06") == "3 to 6 Mar 2026"
    assert range_of("2026-03-30", "2026-04-02") == "30 Mar to 2 Apr 2026"
    assert range_of("2025-12-30", "2026-01-02") == "30 Dec 2025 to 2 Jan 2026"
    assert range_of("2026-03-03", "2026-03-03T10:00") == "3 Mar 2026"
    assert when("2026-03-03T11:30:00Z") == "3 Mar 2026, 11:30"
    assert number(1234567) == "1\u202f234\u202f567"
    assert number(2.5) == "2.5"
    assert number(None) == "–"
    assert plural(1, "article") == "1\u00a0article"
    assert plural(2, "story", "stories") == "2\u00a0stories"
    assert tidy("a\n b") == "a b"
    assert tidy("one two three", 8) == "one two …"


def test_addresses_keep_what_was_asked_and_lead_nowhere_else():
    assert address("/search", q="a&b", page=None, all="") == "/search?q=a%26b"
    assert address("/compare", article=["a", "b"]) == "/compare?article=a&article=b"
    assert outside("https://news.example/a") == "https://news.example/a"
    for bad in (
        "javascript:alert(1)",
        "data:text/html,x",
        "//x.example",
        "http://",
        "ftp://x.example",
        None,
        "http://[x",
    ):
        assert outside(bad) == ""
    assert local("/names?page=2") == "/names?page=2"


def test_an_axis_names_the_year_where_it_changes():
    first = date(2025, 12, 20)
    ticks = axis_of([str(first + timedelta(days=at)) for at in range(0, 60, 10)]).ticks()
    assert [tick.text for tick in ticks][0].endswith("2025")
    assert sum("2026" in tick.text for tick in ticks) == 1
