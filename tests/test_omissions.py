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
