"""Time expressions: spans, TIMEX3 values, and the instants that they can mean."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backstory.annotate.calendar import bounds, easter
from backstory.annotate.times import times
from backstory.records import Article, Span

FRIDAY = "2031-02-14"


def read(text, published=FRIDAY, **known):
    article = Article("a", "s", 0, len(text), published=published, **known)
    return times(article, text, [Span(0, len(text))])


def values(text, published=FRIDAY):
    return [(time.text, time.type, time.value) for time in read(text, published)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It met on Thursday.", [("Thursday", "DATE", "2031-02-13")]),
        ("It meets today, Friday.", [("today", "DATE", "2031-02-14"), ("Friday", "DATE", "2031-02-14")]),
        ("It will meet on Monday.", [("Monday", "DATE", "2031-02-17")]),
        ("It met last Friday.", [("last Friday", "DATE", "2031-02-07")]),
        ("They spoke late on Thursday night.", [("late on Thursday night", "TIME", "2031-02-13TNI")]),
        ("It fell last month.", [("last month", "DATE", "2031-01")]),
        ("It fell this week.", [("this week", "DATE", "2031-W07")]),
        ("It began three years ago.", [("three years ago", "DATE", "2028")]),
        ("in the first quarter of 2030", [("the first quarter of 2030", "DATE", "2030-Q1")]),
        ("sales in Q3 2029", [("Q3 2029", "DATE", "2029-Q3")]),
        ("less than 24 hours after it", [("less than 24 hours", "DURATION", "PT24H")]),
        ("for two and a half years", [("two and a half years", "DURATION", "P2Y6M")]),
        ("a 90-minute call", [("90-minute", "DURATION", "PT90M")]),
        ("every Tuesday", [("every Tuesday", "SET", "XXXX-WXX-2")]),
        ("It is published daily.", [("daily", "SET", "P1D")]),
        ("since the early 1980s", [("the early 1980s", "DATE", "198")]),
        ("in the 19th century", [("the 19th century", "DATE", "18")]),
        ("in autumn 2029", [("autumn 2029", "DATE", "2029-FA")]),
        (
            "on 3 May 2030 at 9.30am GMT",
            [("3 May 2030", "DATE", "2030-05-03"), ("9.30am GMT", "TIME", "2031-02-14T09:30")],
        ),
        ("from May 3 to 5, 2030", [("May 3 to 5, 2030", "DATE", "2030-05-03/2030-05-05")]),
        ("on Christmas Day", [("Christmas Day", "DATE", "2030-12-25")]),
        ("on 2030-11-09", [("2030-11-09", "DATE", "2030-11-09")]),
        ("its 2014 borders", [("2014", "DATE", "2014")]),
        ("The plan is ready now.", [("now", "DATE", "PRESENT_REF")]),
        (
            "It opened in 2019 and closed later that year.",
            [("2019", "DATE", "2019"), ("later that year", "DATE", "2019")],
        ),
        (
            "It opened in 2019 and closed the following year.",
            [("2019", "DATE", "2019"), ("the following year", "DATE", "2020")],
        ),
        (
            "He left on 3 May 2030 and wrote that day.",
            [("3 May 2030", "DATE", "2030-05-03"), ("that day", "DATE", "2030-05-03")],
        ),
        ("He left in 2019 and wrote that day.", [("2019", "DATE", "2019"), ("that day", "DATE", "2019-XX-XX")]),
        ("It said that last week it rained.", [("last week", "DATE", "2031-W06")]),
        ("the week of March 3", [("the week of March 3", "DATE", "2031-W10")]),
        ("the year 2000", [("the year 2000", "DATE", "2000")]),
        ("They waited for weeks.", [("weeks", "DURATION", "PXW")]),
        ("They walk there each July.", [("each July", "SET", "XXXX-07")]),
        (
            "It rose in the third quarter. In the 2029 quarter it fell.",
            [("the third quarter", "DATE", "2030-Q3"), ("the 2029 quarter", "DATE", "2029-Q3")],
        ),
        ("The vote will be held on Feb. 20.", [("Feb. 20", "DATE", "2031-02-20")]),
        ("They hoped it would end where the Feb. 3 flood began.", [("Feb. 3", "DATE", "2031-02-03")]),
        ("The United crew will go on Monday.", [("Monday", "DATE", "2031-02-17")]),
    ],
)
def test_expressions_and_their_values(text, expected):
    assert values(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "2,000 troops",
        "a 34-year-old man",
        "$2030 each",
        "We may march on.",
        "the second man",
        "She is in her 30s.",
        "three-quarters of its food",
        "the Winter Olympics",
        "the last of them",
    ],
)
def test_what_is_no_time(text):
    assert values(text) == []


def test_early_and_late_narrow_the_instants():
    (early,) = read("early this month")
    (whole,) = read("this month")
    assert whole.earliest == "2031-02-01T00:00:00"
    assert whole.latest == "2031-02-28T23:59:59"
    assert early.earliest == whole.earliest
    assert early.latest < whole.latest


def test_an_article_with_an_interval_for_its_date_widens_the_instants_and_leaves_the_value_open():
    (time,) = read("It met on Tuesday.", None, published_earliest="2031-02-13", published_latest="2031-02-20")
    assert time.value is None
    assert time.earliest == "2031-02-11T00:00:00"
    assert time.latest == "2031-02-18T23:59:59"


def test_an_undated_article_leaves_relative_times_open_and_keeps_absolute_ones():
    relative, absolute = read("It met on Tuesday after 3 May 2030.", None)
    assert (relative.value, relative.earliest, relative.anchor) == ("XXXX-WXX-2", None, "published")
    assert (absolute.value, absolute.earliest, absolute.anchor) == ("2030-05-03", "2030-05-03T00:00:00", None)


def test_a_time_counted_from_another_names_it_as_its_anchor():
    text = "It opened on 3 May 2030 and closed two days later."
    opened, closed = read(text)
    assert closed.value == "2030-05-05"
    assert closed.anchor == opened.start


def test_instants_carry_the_zone_of_the_article():
    (time,) = read("It met today.", "2031-02-14T08:00:00+01:00")
    assert time.earliest == "2031-02-14T00:00:00+01:00"


def test_easter_falls_where_the_calendar_says():
    assert [easter(year).isoformat() for year in (2000, 2024, 2025)] == ["2000-04-23", "2024-03-31", "2025-04-20"]


@given(st.dates())
def test_the_bounds_of_a_day_are_the_day(day):
    assert bounds(day.isoformat()) == (day.isoformat(), day.isoformat())


ROW = "last next this early Friday 31 30 February 2031 week months two a half ago the third quarter of on 9 p.m. May"
WORDS = st.sampled_from(ROW.split(" "))


@given(st.lists(WORDS, max_size=14), st.sampled_from([None, "2031", "2031-02", FRIDAY, "soon", "9999-12-31"]))
def test_any_row_of_time_words_is_read_and_instants_are_in_order(row, published):
    text = " ".join(row)
    for time in read(text, published):
        assert text[time.start : time.end] == time.text
        if time.earliest and time.latest:
            assert time.earliest <= time.latest
