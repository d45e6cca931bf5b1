"""Which figures of a story are of one thing, and whether they are brought up to date, rounded, or contradict."""

from __future__ import annotations

import re

import pytest

from backstory.records import Figure, Span
from backstory.timelines.figures import disagreements
from backstory.timelines.said import Sentence, weighed
from backstory.timelines.things import Amount


def amount(
    outlet: str,
    text: str,
    unit: str,
    *,
    day: str | None = "2031-02-01",
    qualifier: str = "exact",
    value: float | None = None,
    article: str | None = None,
) -> Amount:
    """The amount that stands between square brackets in a sentence."""
    start, end = text.index("["), text.index("]") - 1
    told = text.replace("[", "").replace("]", "")
    key = article or f"{outlet}-{day}"
    number = value if value is not None else float(re.sub(r"[^\d.]", "", told[start:end]))
    sentence = Sentence(key, "s", outlet, Span(0, len(told)), told, 0, weighed(told), day)
    figure = Figure(key, start, end, told[start:end], number, None, unit, qualifier, None, None)
    return Amount(figure, sentence, day)


def only(*amounts: Amount):
    (found,) = disagreements(list(amounts))
    return found


def test_a_toll_that_grows_from_day_to_day_is_an_update():
    first = amount("Echo", "The avalanche killed [4 people] at Hochfirn.", "people")
    later = amount("Herald", "The avalanche at Hochfirn has now killed [9 people].", "people", day="2031-02-03")
    assert (only(first, later).kind, only(first, later).of) == ("update", "people killed")


def test_two_tolls_of_one_day_are_a_conflict():
    one = amount("Echo", "The avalanche killed [14 people], the mayor said.", "people")
    other = amount("Herald", "The avalanche killed [17 people], the army said.", "people")
    assert only(one, other).kind == "conflict"


def test_at_least_four_does_not_contradict_six_on_the_same_day():
    one = amount("Echo", "The avalanche killed [4 people] at Hochfirn.", "people", qualifier="at least")
    other = amount("Herald", "The avalanche killed [6 people] at Hochfirn.", "people")
    later = amount("Dale", "The avalanche killed [9 people] at Hochfirn.", "people", day="2031-02-03")
    assert [found.kind for found in disagreements([one, other, later])] == ["update"]


def test_dead_and_missing_are_two_things():
    one = amount("Echo", "The avalanche killed [4 people].", "people")
    other = amount("Herald", "Still missing after the avalanche are [9 people].", "people")
    assert disagreements([one, other]) == []


def test_a_round_sum_beside_the_exact_one_is_a_rounding():
    one = amount("Echo", "Repairs to the Hochfirn lift will cost [1,940,000] pounds.", "GBP")
    other = amount("Herald", "The Hochfirn lift needs repairs of [2,000,000] pounds.", "GBP", qualifier="about")
    assert only(one, other).kind == "rounding"


def test_sums_about_other_things_are_not_set_against_each_other():
    one = amount("Echo", "Repairs to the Hochfirn lift will cost [300] pounds.", "GBP")
    other = amount("Herald", "The minister bought his wife a hat for [250] pounds.", "GBP")
    assert disagreements([one, other]) == []


def test_an_article_that_gives_both_values_tells_two_things_apart():
    one = amount("Echo", "The harbour takes [54] of the herring catch under the treaty.", "%", article="e")
    two = amount("Echo", "The valley takes [46] of the herring catch under the treaty.", "%", article="e")
    three = amount("Herald", "The valley takes [46] of the herring catch under the treaty.", "%", article="h")
    four = amount("Herald", "The harbour takes [54] of the herring catch under the treaty.", "%", article="h")
    assert disagreements([one, two, three, four]) == []


def test_counts_of_near_value_are_one_thing_though_their_nouns_differ():
    one = amount("Echo", "The petition against the Hochfirn lift has [6,412] signatures.", "signatures")
    other = amount("Herald", "Some [6,500] people signed the petition against the lift.", "people", qualifier="about")
    assert only(one, other).kind == "rounding"


def test_lengths_of_time_need_the_same_words_around_them():
    one = amount("Echo", "Widow Ida Brandl spent [4 hours] on the roof of the mill.", "hour")
    other = amount("Herald", "Ida Brandl waited [5 hours] on the roof of her mill.", "hour")
    apart = amount("Dale", "The council meeting lasted [3 hours].", "hour")
    assert [len(found.members) for found in disagreements([one, other, apart])] == [2]


def test_an_outlet_that_gives_a_sum_anew_brings_it_up_to_date():
    one = amount("Echo", "Thieves took [212] crowns from the Hochfirn lift office safe.", "NOK")
    again = amount("Echo", "The Hochfirn lift office safe lost [240] crowns to thieves.", "NOK", day="2031-02-04")
    assert only(one, again).kind == "update"


def test_the_order_of_articles_changes_nothing():
    amounts = [
        amount("Echo", "The avalanche killed [4 people].", "people"),
        amount("Herald", "The avalanche killed [9 people].", "people", day="2031-02-03"),
        amount("Dale", "The avalanche killed [7 people].", "people", day="2031-02-03"),
    ]
    assert disagreements(amounts) == disagreements(amounts[::-1])


@pytest.mark.parametrize("same", [5, 1900])
def test_equal_figures_are_no_disagreement(same):
    one = amount("Echo", f"The avalanche killed [{same} people].", "people")
    assert disagreements([one, amount("Herald", f"The avalanche killed [{same} people].", "people")]) == []
