"""Which days, clock times, places, persons, ages and spellings differ between outlets, and which only look as if."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backstory.records import Mention, Span, TimeExpression
from backstory.timelines.differing import accounts
from backstory.timelines.said import Sentence, weighed

DAY = "2031-03-05"


class Press:
    """Articles of one sentence each, with the times and names in square brackets."""

    def __init__(self) -> None:
        self.sentences: list[Sentence] = []
        self.times: dict[str, list[TimeExpression]] = {}
        self.mentions: dict[str, list[Mention]] = {}

    def tells(self, outlet: str, marked: str, value: str = "", kind: str = "DATE", day: str | None = DAY) -> Press:
        """Add a sentence; what stands in brackets is a time with its value, or a name where kind says of what."""
        start, end = marked.index("["), marked.index("]") - 1
        text = marked.replace("[", "").replace("]", "")
        place = sum(one.article_id == outlet for one in self.sentences)
        at = 1000 * place
        self.sentences.append(Sentence(outlet, "s", outlet, Span(at, at + len(text)), text, place, weighed(text), day))
        if kind in ("DATE", "TIME"):
            time = TimeExpression(outlet, at + start, at + end, text[start:end], kind, value, None, None, "published")
            self.times.setdefault(outlet, []).append(time)
        else:
            name = value or text[start:end]
            mention = Mention(outlet, at + start, at + end, text[start:end], kind, "name", name, 1.0)
            self.mentions.setdefault(outlet, []).append(mention)
        return self

    def differ(self) -> list[tuple[str, str, list[str]]]:
        return [
            (found.members[0].figure.unit or "", found.kind, [one.said or one.figure.text for one in found.members])
            for found in accounts(self.sentences, self.times, self.mentions)
        ]


def test_two_days_for_one_funeral_are_a_conflict():
    press = Press().tells("Echo", "The funeral of the ferryman will be held at Olm chapel on [Saturday].", "2031-03-08")
    press.tells("Herald", "The ferryman's funeral is to be held at the chapel in Olm on [Sunday].", "2031-03-09")
    assert press.differ() == [("date", "conflict", ["2031-03-08", "2031-03-09"])]


def test_a_day_to_come_that_a_later_article_moves_is_an_update():
    press = Press().tells("Echo", "The funeral of the ferryman will be held at Olm chapel on [Saturday].", "2031-03-08")
    later = "The ferryman's funeral is now to be held at the chapel in Olm on [Monday]."
    press.tells("Herald", later, "2031-03-10", day="2031-03-07")
    assert [kind for _, kind, _ in press.differ()] == ["update"]


def test_next_friday_and_the_tenth_are_one_day_where_the_tenth_is_a_friday():
    press = Press().tells("Echo", "Judge Ilse Korb will pass sentence on the smuggler on [next Friday].", "2031-03-07")
    press.tells("Herald", "Judge Ilse Korb is to pass sentence on the smuggler on [14 March].", "2031-03-14")
    assert press.differ() == []


def test_what_each_article_tells_of_its_own_day_are_two_happenings():
    press = Press().tells("Echo", "Shares in the ferry line fell by a tenth in Olm on [Wednesday].", DAY)
    press.tells(
        "Herald", "Shares in the ferry line fell by a tenth in Olm on [Thursday].", "2031-03-06", day="2031-03-06"
    )
    assert press.differ() == []


def test_the_day_on_which_somebody_said_it_is_not_the_day_of_what_they_said():
    press = Press().tells(
        "Echo", "The harbour crane at Olm will be pulled down, the mayor said on [Monday].", "2031-03-03"
    )
    press.tells("Herald", "The harbour crane at Olm will be pulled down, the mayor said on [Tuesday].", "2031-03-04")
    assert press.differ() == []


def test_an_article_that_gives_both_days_tells_of_two_things():
    press = Press().tells("Echo", "The funeral of the ferryman will be held at Olm chapel on [Saturday].", "2031-03-08")
    press.tells("Herald", "The funeral of the ferryman will be held at Olm chapel on [Sunday].", "2031-03-09")
    press.tells("Herald", "The funeral of the pilot will be held at Olm chapel on [Saturday].", "2031-03-08")
    assert press.differ() == []


def test_shortly_after_two_and_ten_past_two_is_a_rounding_and_an_hour_later_is_a_conflict():
    press = Press().tells(
        "Echo", "The quarry wall above Olm failed shortly after [2 am] after days of rain.", f"{DAY}T02:00", "TIME"
    )
    press.tells("Herald", "The quarry wall above Olm failed at [2.10am] after days of rain.", f"{DAY}T02:10", "TIME")
    assert press.differ() == [("time", "rounding", ["02:00", "02:10"])]
    press.tells("Dale", "The quarry wall above Olm failed at [3.40am] after days of rain.", f"{DAY}T03:40", "TIME")
    assert press.differ()[0][1] == "conflict"


def test_another_clock_time_for_something_else_is_no_disagreement():
    press = Press().tells(
        "Echo", "The exchange froze all withdrawals of its customers at [2:05 a.m.]", f"{DAY}T02:05", "TIME"
    )
    text = "“Not a drill,” he wrote at [01:31], half an hour before the exchange froze withdrawals of customers."
    assert press.tells("Herald", text, f"{DAY}T01:31", "TIME").differ() == []


def test_two_towns_for_one_arrest_are_a_conflict_and_near_one_of_them_is_a_rounding():
    press = Press().tells(
        "Echo", "Detectives arrested the smuggler in a boathouse in [Tarn Hill] before dawn.", kind="place"
    )
    press.tells("Herald", "The smuggler was arrested by detectives in a boathouse in [Marrow Bay].", kind="place")
    assert press.differ() == [("place", "conflict", ["Tarn Hill", "Marrow Bay"])]
    near = Press().tells("Echo", "Detectives arrested the smuggler in a boathouse near [Tarn Hill].", kind="place")
    near.tells("Herald", "The smuggler was arrested by detectives in a boathouse in [Olm].", kind="place")
    assert [kind for _, kind, _ in near.differ()] == ["rounding"]


def test_a_town_and_the_county_that_an_article_names_with_it_are_no_disagreement():
    press = Press().tells(
        "Echo", "Detectives arrested the smuggler in a boathouse in [Tarn Hill] before dawn.", kind="place"
    )
    press.tells("Herald", "The smuggler was arrested by detectives in a boathouse in [Selemark].", kind="place")
    press.tells("Dale", "Tarn Hill lies on the eastern coast road of [Selemark].", kind="place")
    press.tells("Dale", "Nothing much ever happens among the cottages at [Tarn Hill].", kind="place")
    assert press.differ() == []


def test_two_persons_for_one_deed_are_a_conflict():
    press = Press().tells(
        "Echo", "The lifeboat that reached the burning trawler first was steered by [Hollis Verney].", kind="person"
    )
    press.tells(
        "Herald", "The lifeboat that first reached the burning trawler was steered by [Tamsin Oake].", kind="person"
    )
    assert press.differ() == [("name", "conflict", ["Hollis Verney", "Tamsin Oake"])]


def test_one_name_in_two_spellings_is_a_rounding_and_two_of_a_family_are_two():
    press = Press().tells("Echo", "The talks were led by [Arseni Belichko] of the river council.", kind="person")
    press.tells("Herald", "[Arseny Belitchko] opened the meeting.", kind="person")
    assert press.differ() == [("spelling", "rounding", ["Arseni Belichko", "Arseny Belitchko"])]
    family = Press().tells("Echo", "The bakery was founded by [Ida Brandl] and her aunt.", kind="person")
    family.tells("Herald", "[Otto Brandl] swept the ovens.", kind="person")
    assert family.differ() == []


def test_two_ages_of_one_person_are_a_conflict_unless_a_birthday_lies_between():
    press = Press().tells("Echo", "[Ida Brandl], 71, spent the night on the roof of the mill.", kind="person")
    press.tells("Herald", "On the roof sat [Ida Brandl], 73, with two children.", kind="person")
    for mentions in press.mentions.values():
        mentions[:] = [Mention(m.article_id, m.start, m.end, m.text, m.kind, m.form, "ida", 1.0) for m in mentions]
    assert press.differ() == [("age", "conflict", ["71", "73"])]


PAIRS = (
    ("Echo", "The funeral of the ferryman will be held at Olm chapel on [Saturday].", "2031-03-08"),
    ("Herald", "The ferryman's funeral is to be held at the chapel in Olm on [Sunday].", "2031-03-09"),
    ("Dale", "On [Saturday] the funeral of the ferryman is held at Olm chapel.", "2031-03-08"),
    ("Post", "The ferryman's funeral will be held on [Sunday] at the Olm chapel.", "2031-03-09"),
)


@given(st.permutations(PAIRS))
def test_the_order_of_articles_changes_nothing(order):
    press, again = Press(), Press()
    for row in PAIRS:
        press.tells(*row)
    for row in order:
        again.tells(*row)
    assert accounts(press.sentences, press.times, press.mentions) == accounts(
        again.sentences, again.times, again.mentions
    )


@pytest.mark.parametrize("day", [None, "2031-03-05"])
def test_an_article_of_unknown_date_gives_no_day(day):
    press = Press().tells("Echo", "The funeral of the ferryman will be held at Olm chapel on [Saturday].", "2031-03-08")
    press.tells(
        "Herald", "The ferryman's funeral is to be held at the chapel in Olm on [Sunday].", "2031-03-09", day=day
    )
    assert bool(press.differ()) is (day is not None)
