"""Which sentences of a story say the same, who tells a fact, and who is said not to."""

from __future__ import annotations

from backstory.records import Span
from backstory.timelines.omissions import omissions
from backstory.timelines.said import Sentence, weighed

PRESS = {
    "Echo": [
        "Sirens on the Veldern masts stayed silent while the flood rose, residents said.",
        "Interior minister Petra Halloway visited the school in Veldern.",
        "The insurer Nordmark expects claims of 96 million crowns from the cellars of Veldern.",
    ],
    "Herald": [
        "Residents said the sirens on the masts had stayed silent while the flood was rising.",
        "Interior minister Petra Halloway cancelled her trip to the opera festival.",
    ],
    "Dale": ["Volunteers filled 4,000 sandbags beside the river behind the tannery overnight."],
}


def facts(press=PRESS, languages=None, values=None):
    sentences = []
    for outlet, told in press.items():
        for place, text in enumerate(told):
            span = Span(1000 * place, 1000 * place + len(text))
            sentences.append(Sentence(outlet, "s", outlet, span, text, place, weighed(text)))
    return omissions(sentences, languages or dict.fromkeys(press, "en"), values or {})


def by_words(found, words):
    return [fact for fact in found if words in fact.sentence.text]


def test_a_fact_told_in_other_words_by_two_outlets_is_left_out_by_the_third():
    (siren,) = by_words(facts(), "irens")
    assert (siren.told_by, siren.untold_by) == (("Echo", "Herald"), ("Dale",))


def test_the_same_minister_doing_two_things_is_not_one_fact():
    assert all(len(fact.told_by) == 1 for fact in by_words(facts(), "Halloway"))


def test_what_one_outlet_alone_tells_is_left_out_by_all_others():
    (claims,) = by_words(facts(), "Nordmark")
    assert (claims.told_by, claims.untold_by) == (("Echo",), ("Dale", "Herald"))


def test_a_figure_that_another_outlet_has_too_is_not_told_by_one_alone():
    values = {"Echo": [(2040, 96e6)], "Dale": [(15, 96e6)]}
    assert by_words(facts(values=values), "Nordmark") == []


def test_an_outlet_in_another_language_with_the_names_of_a_fact_is_not_said_to_leave_it_out():
    press = PRESS | {"Courrier": ["Nordmark prévoit de lourdes pertes dans les caves inondées de la vallée."]}
    languages = dict.fromkeys(PRESS, "en") | {"Courrier": "fr"}
    (claims,) = by_words(facts(press, languages), "Nordmark")
    assert "Courrier" not in claims.untold_by
    (siren,) = by_words(facts(press, languages), "irens")
    assert siren.told_by == ("Echo", "Herald")


def test_the_order_of_sentences_changes_nothing():
    backwards = {outlet: told for outlet, told in reversed(list(PRESS.items()))}
    assert {(f.sentence.text, f.told_by) for f in facts(backwards)} == {(f.sentence.text, f.told_by) for f in facts()}


def test_an_outlet_with_a_headline_alone_is_not_said_to_leave_anything_out():
    found = facts(PRESS | {"Stub": ["Veldern valley flooded."]})
    assert found
    assert all("Stub" not in fact.untold_by for fact in found)


def test_a_page_that_was_kept_twice_tells_what_is_its_own_once():
    told = [
        Sentence(key, "s", outlet, Span(1000 * place, 1000 * place + len(text)), text, place, weighed(text))
        for key, outlet in [*((outlet, outlet) for outlet in PRESS), ("Echo again", "Echo")]
        for place, text in enumerate(PRESS[outlet])
    ]
    found = omissions(told, dict.fromkeys([*PRESS, "Echo again"], "en"), {})
    assert len(by_words(found, "Nordmark")) == 1


def test_what_an_article_of_unknown_outlet_tells_too_is_not_told_by_one_alone():
    text = PRESS["Echo"][2]
    beside = Sentence("page", "s", None, Span(0, len(text)), text, 0, weighed(text))
    told = [
        Sentence(outlet, "s", outlet, Span(1000 * place, 1000 * place + len(said)), said, place, weighed(said))
        for outlet in PRESS
        for place, said in enumerate(PRESS[outlet])
    ]
    (claims,) = by_words(omissions([*told, beside], dict.fromkeys([*PRESS, "page"], "en"), {}), "Nordmark")
    assert (claims.told_by, claims.untold_by) == (("Echo",), ("Dale", "Herald"))
    assert {one.article_id for one in (claims.sentence, *claims.also)} == {"Echo", "page"}
