"""Beside the others of its component a pair is told apart by what not all share; dates come from the nearest dated."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from backstory.records import Article
from backstory.stories.dating import dated_by
from backstory.stories.group import partition
from backstory.stories.profile import FIELDS, Profile
from backstory.stories.within import FEWEST, seen_within
from backstory.stories.words import weekdays

AFFAIR = ("tallis", "minister", "court", "bribe")
"""What every report on the affair has."""
TRIAL, SENTENCE = ("opened", "witness", "paving"), ("jailed", "years", "appeal")


def profiled(key, words, *, day=None):
    fields = {name: {} for name in FIELDS}
    for name in ("lead", "body"):
        fields[name] = dict.fromkeys((*AFFAIR, *words), 24)
    hours = None if day is None else day * 24.0
    return Profile(key, fields, np.zeros(384, np.int8), False, hours, hours)


def affair(*, days=(None, None)):
    return [
        profiled(f"{at}{number}", words, day=day)
        for at, words, day in (("a", TRIAL, days[0]), ("b", SENTENCE, days[1]))
        for number in range(4)
    ]


def even(profiles, value=0.7):
    return {pair: value for pair in combinations(sorted(p.article_id for p in profiles), 2)}


def test_two_events_of_one_affair_whose_reports_are_all_alike_are_told_apart_by_what_not_all_share():
    profiles = affair()
    found = seen_within(profiles, even(profiles))
    assert found["a0", "a1"] > 0.7 > found["a0", "b0"]
    keys = [p.article_id for p in profiles]
    assert partition(keys, found) == [["a0", "a1", "a2", "a3"], ["b0", "b1", "b2", "b3"]]


@given(st.permutations(affair()))
def test_the_order_of_articles_does_not_matter(order):
    assert seen_within(order, even(order)) == seen_within(affair(), even(affair()))


def test_a_few_articles_say_nothing_about_each_other():
    profiles = affair()[: FEWEST - 1]
    assert seen_within(profiles, even(profiles)) == even(profiles)


def test_days_between_two_reports_speak_against_one_event_and_the_undated_takes_those_of_the_likest():
    near, far = (seen_within(affair(days=days), even(affair(days=days), 0.3)) for days in ((1, 1), (1, 5)))
    assert near["a0", "a1"] == far["a0", "a1"]
    assert far["a0", "b0"] < near["a0", "b0"]
    undated = [profiled("a0", TRIAL), *affair(days=(1, 5))[1:]]
    assert seen_within(undated, even(undated, 0.3))["a0", "b0"] < near["a0", "b0"]


def test_reports_that_name_other_days_of_the_week_are_less_likely_of_one_event_and_those_with_the_same_runs_more():
    def seen(**of_both):
        profiles = affair()
        for at, place in enumerate((0, 4)):
            own = {name: frozenset(values[at]) for name, values in of_both.items()}
            profiles[place] = replace(profiles[place], **own)
        return seen_within(profiles, even(profiles, 0.3))["a0", "b0"]

    plain = seen()
    assert seen(weekdays=({4}, {5})) < plain < seen(weekdays=({4}, {3, 4}))
    assert plain < seen(runs=({1, 2, 3}, {2, 3, 9}))
    assert seen(weekdays=({4}, ())) == plain


def test_a_profile_is_read_as_it_was_kept_and_one_of_before_has_no_days_and_no_runs():
    kept = replace(profiled("a", TRIAL, day=3), weekdays=frozenset({1, 4}), runs=frozenset({7, 12}))
    again = Profile.from_json("a", kept.to_json(), kept.vector.tobytes())
    assert (again.weekdays, again.runs, again.fields) == (kept.weekdays, kept.runs, kept.fields)
    older = Profile.from_json("a", json.dumps(json.loads(kept.to_json())[:4]), kept.vector.tobytes())
    assert (older.weekdays, older.runs, older.earliest) == (frozenset(), frozenset(), kept.earliest)


def test_days_of_the_week_are_known_in_each_language_by_their_whole_names():
    assert weekdays("Er kam am Freitag; on Fridays they sat in the sun until Monday, lundi.") == {0, 4}


def article(key, published=None, earliest=None, latest=None):
    return Article(key, "s", 0, 1, published=published, published_earliest=earliest, published_latest=latest)


def test_an_undated_article_takes_the_days_of_the_dated_ones_nearest_to_it():
    articles = [article("a", "2031-03-03"), article("b", "2031-03-04T09:00"), article("c", "2031-05-01"), article("u")]
    (told,) = dated_by(articles, {("a", "u"): 0.95, ("b", "u"): 0.9, ("c", "u"): 0.4})
    assert (told.earliest, told.latest, told.because) == ("2031-03-02", "2031-03-06", ("a", "b"))


def test_what_cleaning_knew_of_a_date_is_never_widened_and_a_contradiction_says_nothing():
    near = {("a", "u"): 0.95}
    (told,) = dated_by([article("a", "2031-03-03"), article("u", earliest="2031-03-03", latest="2031-03-09")], near)
    assert (told.earliest, told.latest) == ("2031-03-03", "2031-03-05")
    assert dated_by([article("a", "2031-03-03"), article("u", earliest="2031-04-01")], near) == []
    assert dated_by([article("a", "2031-03-03"), article("u")], {("a", "u"): 0.5}) == []
