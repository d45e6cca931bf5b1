"""Which days of a timeline matter, which sentences tell them, and how far a timeline is like the right one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backstory.records import Span, TimeExpression
from backstory.timelines.happenings import Rules, announced, dated, day_weights, happenings
from backstory.timelines.said import Sentence, weighed
from evaluation.timeline_scores import scores


def sentence(article: str, text: str, published: str | None, *, place: int = 0, start: int = 0) -> Sentence:
    return Sentence(article, "s", article, Span(start, start + len(text)), text, place, weighed(text), published)


def names(article: str, day: str, *, start: int = 0, anchor: str | None = "published") -> TimeExpression:
    return TimeExpression(article, start, start + 3, "day", "DATE", day, None, None, anchor)


QUAKE = "The earthquake destroyed the harbour hospital of Port Ansel and buried 40 patients."
TALK = "Ministers discussed harbour fees and customs forms with the mayor of Port Ansel."


def told(pairs):
    sentences = [one for one, _ in pairs]
    times: dict[str, list[TimeExpression]] = {}
    for one, day in pairs:
        times.setdefault(one.article_id, []).extend([names(one.article_id, day, start=one.span.start)] if day else [])
    return dated(sentences, times)


def test_a_day_to_which_later_articles_come_back_outweighs_one_on_which_as_many_came_out():
    pairs = [(sentence(f"a{n}", TALK, "2031-05-20"), "2031-05-20") for n in range(3)]
    pairs += [(sentence(f"b{n}", QUAKE, f"2031-05-1{n}"), "2031-05-02") for n in range(3)]
    weights = day_weights(told(pairs))
    assert weights["2031-05-02"] > weights["2031-05-20"]


def test_a_sentence_is_told_by_the_day_that_it_names_and_not_by_the_day_of_printing():
    (found,) = happenings(told([(sentence("a", QUAKE, "2031-05-09"), "2031-05-02")]))
    assert found.date == "2031-05-02"


def test_an_undated_article_dates_a_sentence_only_by_a_day_that_depends_on_no_other():
    one = sentence("a", QUAKE, None)
    assert dated([one], {"a": [names("a", "2031-05-02")]}) == []
    assert [d.day for d in dated([one], {"a": [names("a", "2031-05-02", anchor=None)]})] == ["2031-05-02"]


def test_sentences_that_say_the_same_are_told_once_with_the_others_beside():
    pairs = [(sentence(key, QUAKE, "2031-05-03"), "2031-05-02") for key in ("a", "b", "c")]
    (found,) = happenings(told(pairs))
    assert {other.article_id for other in found.also} == {"b", "c"}


def test_one_rare_name_in_common_does_not_make_two_sentences_say_the_same():
    pairs = [(sentence("a", "Vellamine looked less relaxed than she sounded.", "2031-05-02"), "2031-05-02")]
    pairs += [(sentence("b", "Asked again, Vellamine nodded.", "2031-05-02"), "2031-05-02")]
    assert all(not found.also for found in happenings(told(pairs)))


def test_a_sentence_is_not_told_again_for_a_second_day():
    pairs = [(sentence("a", QUAKE, "2031-05-03"), "2031-05-02"), (sentence("b", QUAKE, "2031-05-05"), "2031-05-04")]
    assert len(happenings(told(pairs))) == 1


def test_no_more_days_than_asked_for_and_in_order_of_time():
    deeds = ("Ferries collided", "Teachers struck", "Orchards froze", "Bakers rioted", "Glaciers melted")
    pairs = [
        (
            sentence(f"a{n}", f"{deed} near the old {deed.split()[0].lower()} yard of Ansel.", "2031-06-01"),
            f"2031-05-0{n + 1}",
        )
        for n, deed in enumerate(deeds)
    ]
    found = [one.date for one in happenings(told(pairs), days=3)]
    assert len(found) == 3
    assert found == sorted(found)


def test_what_an_article_tells_of_a_later_day_is_announced():
    assert announced("2031-05-04", "2031-05-03T12:00")
    assert not announced("2031-05-03", "2031-05-03T12:00")
    assert not announced("2031-05-03", None)


RIGHT = {"2031-05-02": ["Rescuers dug for survivors ."], "2031-05-06": ["Schools opened again ."]}


def test_the_right_timeline_scores_one_and_another_none():
    assert scores(RIGHT, RIGHT) == pytest.approx({"date": 1, "ar1": 1, "ar2": 1})
    wrong = {"2031-07-01": ["Cats slept ."]}
    assert scores(wrong, RIGHT) == pytest.approx({"date": 0, "ar1": 0, "ar2": 0})


def test_the_right_words_a_day_late_score_half():
    late = {"2031-05-03": RIGHT["2031-05-02"], "2031-05-07": RIGHT["2031-05-06"]}
    assert scores(late, RIGHT)["ar1"] == pytest.approx(0.5)


def test_words_are_compared_by_their_stems():
    assert scores({"2031-05-02": ["rescuing survivor"]}, {"2031-05-02": ["rescued survivors"]})["ar2"] == 1


def test_a_day_that_is_come_back_to_long_after_outweighs_one_of_the_next_morning():
    pairs = [(sentence(f"a{n}", TALK, "2031-05-21"), "2031-05-20") for n in range(3)]
    pairs += [(sentence(f"b{n}", QUAKE, f"2031-06-1{n}"), "2031-05-02") for n in range(3)]
    weights = day_weights(told(pairs))
    assert weights["2031-05-02"] > weights["2031-05-20"]
    alike = day_weights(told(pairs), rules=Rules(far=0))
    assert alike["2031-05-02"] == alike["2031-05-20"]


def test_a_sentence_about_another_week_is_not_of_the_day_of_printing():
    one = sentence("a", TALK, "2031-05-20")
    weeks_ago = TimeExpression("a", 0, 3, "weeks ago", "DATE", "2031-W18", "2031-04-28", "2031-05-04", "published")
    assert dated([one], {"a": [weeks_ago]}) == []
    this_week = TimeExpression("a", 0, 3, "this week", "DATE", "2031-W21", "2031-05-19", "2031-05-25", "published")
    assert [found.day for found in dated([one], {"a": [this_week]})] == ["2031-05-20"]


@given(st.permutations(range(6)))
def test_the_order_of_sentences_changes_no_timeline(order):
    days = ("2031-05-02", "2031-05-02", "2031-05-09", "2031-05-09", "2031-05-10", "2031-05-12")
    texts = (QUAKE, QUAKE.replace("buried", "trapped"), TALK, TALK + " Again.", QUAKE + " Now.", TALK)
    pairs = [(sentence(f"a{n}", texts[n], "2031-05-13"), days[n]) for n in range(6)]
    assert happenings(told([pairs[n] for n in order])) == happenings(told(pairs))
