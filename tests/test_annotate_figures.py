"""Figures: value, range, unit, how exact, what they count, as of when."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backstory.annotate.figures import figures
from backstory.annotate.times import times
from backstory.records import Article, Span


def read(text, published="2031-02-14", names=()):
    article = Article("a", "s", 0, len(text), published=published)
    ends = [Span(0, len(text))]
    return figures(article, text, ends, times(article, text, ends), names)


@pytest.mark.parametrize(
    ("text", "value", "unit", "qualifier"),
    [
        ("It cost £2.9bn.", 2.9e9, "GBP", "exact"),
        ("about $5.8 million", 5.8e6, "USD", "about"),
        ("1.2 lakh crore rupees", 1.2e12, "INR", "exact"),
        ("400 Swiss francs", 400, "CHF", "exact"),
        ("two hundred and fifty thousand dollars", 250_000, "USD", "exact"),
        ("30 cents a share", 0.3, "USD", "exact"),
        ("more than 90% of it", 90, "%", "more than"),
        ("rose 3.5 percentage points", 3.5, "percentage point", "exact"),
        ("fell by -3.5 per cent", -3.5, "%", "exact"),
        ("upwards of 7,000 lenders", 7000, "lenders", "more than"),
        ("at least 17 dead", 17, "dead", "at least"),
        ("2.5m people", 2.5e6, "people", "exact"),
        ("1,000 or more people", 1000, "people", "at least"),
        ("a dozen officers", 12, "officers", "exact"),
        ("dozens of homes", 24, "homes", "at least"),
        ("a third of voters", 33.33, "%", "about"),
        ("two in five adults", 40, "%", "about"),
        ("half its wealth", 50, "%", "about"),
        ("a 34-year-old man", 34, "year", "exact"),
        ("5.7 million USDC", 5.7e6, "USDC", "exact"),
        ("1200 Solana (SOL)", 1200, "SOL", "exact"),
        ("some 40 tonnes", 40, "t", "about"),
    ],
)
def test_amounts(text, value, unit, qualifier):
    (figure,) = read(text)
    assert figure.value == pytest.approx(value)
    assert (figure.unit, figure.qualifier) == (unit, qualifier)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [("40-50 tonnes", 40, 50), ("between 40 and 60 people", 40, 60), ("€3-5 million", 3e6, 5e6), ("5% to 10%", 5, 10)],
)
def test_ranges(text, low, high):
    (figure,) = read(text)
    assert (figure.value, figure.value_to) == (low, high)


@pytest.mark.parametrize(
    "text",
    [
        "on 14 February 2031",
        "for 15 minutes",
        "They lost 2-1.",
        "Call 020 7946 0018.",
        "under Article 5",
        "the 26th summit",
        "No 10 agreed",
        "the two leaders met",
        "version 1.2.3",
    ],
)
def test_what_is_no_figure(text):
    assert read(text) == ()


def test_a_number_within_a_name_is_no_figure():
    text = "Studio 54 dancers came."
    assert read(text, names=[Span(0, 9)]) == ()


def test_what_a_figure_counts_and_as_of_when():
    (figure,) = read("On 3 May 2030 it lost around 12% of the fund’s total value.")
    assert figure.of == "the fund’s total value"
    assert figure.as_of == "2030-05-03"


@given(st.text(alphabet="0123456789.,-% $£kmbn %milonetwdzf'/", max_size=60))
def test_any_digits_are_read_and_the_text_is_the_span(text):
    for figure in read(text):
        assert text[figure.start : figure.end] == figure.text
        assert figure.start < figure.end
