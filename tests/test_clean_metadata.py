"""Outlet, byline, place line, section, language and dates: as stated, as the text gives them away, or not at all."""

from hashlib import sha256

import pytest

from backstory.clean import clean
from backstory.clean.bylines import byline_of, place_line_of
from backstory.clean.dates import bounds, inferred
from backstory.clean.stamps import is_date_line, stated
from backstory.records import Article, Item, PublishedHow, Source, Stated

LEAD = "The ferry between Oldport and Karsk will stop running in the autumn after ninety years, its owner has said."
REST = "About four hundred people use it on a weekday, most of them on their way to work in the shipyards of the town."


def article(text: str, **given: object) -> Article:
    raw = text.encode("utf-8")
    fields: dict[str, object] = {"uri": "file.txt", **given}
    source = Source(sha256(raw).hexdigest(), media_type="text/plain", raw=raw, text=text, rule="text/1", **fields)
    return clean(source).articles[0]


@pytest.mark.parametrize(
    ("line", "writers"),
    [
        ("By Ann Lee", "Ann Lee"),
        ("By Ann Lee, BBC News", "Ann Lee"),
        ("BY ANN LEE AND TOM FOX", "Ann Lee and Tom Fox"),
        ("By Ann Lee, Tom Fox and Eva Oz", "Ann Lee, Tom Fox and Eva Oz"),
        ("by Brett Moe - 12/22/23 11:35 AM ET", "Brett Moe"),
        ("Von Lena Fischer", "Lena Fischer"),
        ("Par Marta Moreau", "Marta Moreau"),
        ("Political correspondent", None),
        ("By Staff Reporter", None),
        ("By our own correspondents", None),
    ],
)
def test_a_byline_gives_the_names_of_people_and_nothing_else(line, writers):
    assert byline_of([line]) == writers


@pytest.mark.parametrize(
    ("lead", "place"),
    [
        ("LONDON (Reuters) - The bank", "LONDON (Reuters)"),
        ("LONDON, Feb 3 (Reuters) - The bank", "LONDON, Feb 3 (Reuters)"),
        ("Kyiv, Ukraine (AP) — Talks", "Kyiv, Ukraine (AP)"),
        ("ATLANTA -- Federal officials", "ATLANTA"),
        ("BREAKING: Mayor resigns", None),
        ("NATO - The alliance", None),
        ("Karsk is a town", None),
    ],
)
def test_a_place_line_is_told_from_other_openings(lead, place):
    assert place_line_of(lead) == place


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("Published: 22 February 2025", "2025-02-22"),
        ("date 2025-02-22", "2025-02-22"),
        ("Saturday 22 February 2025 10:14 GMT", "2025-02-22T10:14+00:00"),
        ("Stand: 03.03.2025 14:12 Uhr", "2025-03-03"),
        ("Posted on 22/02/2025", "2025-02-22"),
        ("Posted on 02/22/2025", "2025-02-22"),
        ("Posted on 03/02/2025", None),
        ("Published 2 days ago", None),
    ],
)
def test_a_date_line_gives_its_date_only_where_day_and_month_can_be_told_apart(line, day):
    assert stated(line) == day


def test_a_sentence_with_a_date_is_no_date_line():
    assert is_date_line("Last updated 3 March 2025")
    assert not is_date_line("The ferry sank on 3 March 2025 with all of its crew on board")


def test_a_date_line_is_stated_and_a_container_s_date_is_metadata():
    told = article(f"Ferry to stop after ninety years\n3 March 2025\n{LEAD}\n{REST}")
    assert (told.published, told.published_how) == ("2025-03-03", PublishedHow.STATED)
    known = article(f"{LEAD}\n{REST}", stated=Stated(published="2025-03"))
    assert (known.published, known.published_how) == ("2025-03", PublishedHow.METADATA)
    assert (known.published_earliest, known.published_latest) == ("2025-03-01", "2025-03-31")


def test_the_date_of_publication_is_taken_before_that_of_a_change():
    told = article(f"Ferry to stop\nUpdated 9 March 2025\nPublished 3 March 2025\n{LEAD}\n{REST}")
    assert told.published == "2025-03-03"


def test_a_date_inferred_from_inside_is_an_interval_and_never_a_date():
    told = article(f"{LEAD}\nIts sister ship was sold in June 2021, when fuel prices rose.\n{REST}")
    assert told.published is None
    assert told.published_how is PublishedHow.INFERRED
    assert told.published_earliest == "2021-06-01"
    assert told.published_latest is None


def test_an_article_without_any_year_has_no_date():
    told = article(f"{LEAD}\n{REST}\nOn Thursday the owner met the union.")
    assert (told.published, told.published_how, told.published_earliest) == (None, None, None)


def test_what_is_to_come_does_not_make_an_article_later():
    found = inferred("The line was opened in March 2019. It will be closed by May 2031, and a bridge built in 2035.")
    assert found is not None
    assert found.earliest.isoformat() == "2019-03-01"


def test_an_anniversary_to_come_ends_before_it_falls():
    found = inferred("They spoke of the upcoming third anniversary of the full-scale invasion.")
    assert found is not None
    assert found.latest is not None
    assert found.earliest.isoformat() < "2025-02-24" == found.latest.isoformat()


@pytest.mark.parametrize(
    ("date", "days"),
    [
        ("2024-02", ("2024-02-01", "2024-02-29")),
        ("2023", ("2023-01-01", "2023-12-31")),
        ("2024-12-31T23:59Z", ("2024-12-31", "2024-12-31")),
        ("2024-13-01", None),
        ("soon", None),
    ],
)
def test_a_date_has_a_first_and_a_last_day(date, days):
    assert bounds(date) == days


def test_being_told_something_does_not_make_an_outlet():
    assert article(f"{LEAD}\n{REST}\nHe told Sky News and BBC News that nobody had asked him.").outlet is None


@pytest.mark.parametrize(
    ("text", "given", "outlet"),
    [
        (f"{LEAD}\n{REST}", {"uri": "https://www.theguardian.com/world/ferry"}, "The Guardian"),
        (f"{LEAD}\n{REST}", {"uri": "https://www.oldport.example/ferry"}, "oldport.example"),
        (f"![Ferry](https://ichef.bbci.co.uk/ace/ferry.jpg)\n{LEAD}\n{REST}", {}, "BBC News"),
        (f"{LEAD}\n{REST}\n© 2025 The Harbour Post. All rights reserved.", {}, "The Harbour Post"),
        (f"{LEAD}\n{REST}\nFollow Northline News on WhatsApp", {}, "Northline News"),
        (f"{LEAD}\n{REST}\nFollow us on WhatsApp", {}, None),
        (f"{LEAD}\n{REST}", {"stated": Stated(outlet="Northline News")}, "Northline News"),
    ],
)
def test_an_outlet_is_known_by_address_picture_copyright_or_container(text, given, outlet):
    assert article(text, **given).outlet == outlet


def test_an_item_s_own_header_goes_before_the_container_s():
    text = f"{LEAD}\n{REST}"
    item = Item(0, len(text), Stated(title="Ferry to stop", language="EN-gb"))
    told = article(text, items=(item,), stated=Stated(title="Week 9", outlet="The Harbour Post"))
    assert (told.title, told.outlet, told.language) == ("Ferry to stop", "The Harbour Post", "en")


def test_a_section_above_the_headline_is_no_headline():
    told = article(f"UK\n\nFerry between Oldport and Karsk to stop after ninety years\n\n{LEAD}\n\n{REST}")
    assert (told.section, told.title) == ("UK", "Ferry between Oldport and Karsk to stop after ninety years")


def test_a_text_too_short_has_no_language():
    assert article("Ferry to stop. Owner says.").language is None
    assert article(f"{LEAD} {REST}").language == "en"
