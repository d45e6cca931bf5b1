"""Statements: versions of one utterance brought together, each with its cut; alike words of others stay apart."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backstory.records import Article, Quote, Span
from backstory.reuse.statements import find_statements

WHOLE = (
    "We will keep the harbour open through the winter, unless the ice closes it. "
    "I am not going to promise more than the crews can give."
)


def quote(number, text, speaker="Mara Venn", kind="direct", cue="said", pieces=(), **more):
    """Return a quote of article `number`; `pieces` are lengths of its spans where a cue interrupts it."""
    spans, place = [], 0
    for length in pieces or [len(text)]:
        spans.append(Span(place, place + length))
        place += length + 20
    return Quote(f"q{number}", f"a{number}", tuple(spans), text, kind, 1.0, cue=cue, speaker=speaker, **more)


def article(number, day=1, outlet=None):
    text_outlet = outlet or f"outlet {number}"
    return Article(f"a{number}", f"s{number}", 0, 9, outlet=text_outlet, published=f"2031-03-{day:02}")


def statements_of(*quotes, days=None):
    days = days or [1] * len(quotes)
    articles = {f"a{number}": article(number, day) for number, day in enumerate(days)}
    return find_statements(quotes, articles)


def cut_of(text, fullest=WHOLE, **more):
    (statement,) = statements_of(quote(0, fullest), quote(1, text, **more))
    return next(version for version in statement.versions if version.quote_id == "q1")


def test_versions_of_several_outlets_are_one_statement_and_the_fullest_is_named():
    (statement,) = statements_of(
        quote(0, "I am not going to promise more than the crews can give", cue="admitted"),
        quote(1, WHOLE),
        quote(2, "“We will keep the harbour open through the winter”", cue="claimed"),
        days=[3, 2, 4],
    )
    assert statement.fullest_quote_id == "q1"
    assert [version.cue for version in statement.versions] == ["admitted", "said", "claimed"]
    assert [version.outlet for version in statement.versions] == ["outlet 0", "outlet 1", "outlet 2"]
    assert (statement.speaker, statement.said_on, statement.speakers) == ("Mara Venn", "2031-03-02", ())


def test_spelling_and_marks_leave_a_version_whole():
    version = cut_of(WHOLE.replace("harbour", "harbor").replace(",", "").upper())
    assert (version.cut, version.left_out, version.loses_negation) == ("whole", (), False)


def test_a_trimmed_version_tells_what_it_left_out_and_that_it_lost_a_condition():
    version = cut_of("We will keep the harbour open through the winter")
    assert version.cut == "trimmed"
    assert version.left_out == (WHOLE.partition("winter, ")[2].removesuffix("."),)
    assert version.loses_negation


def test_leaving_out_another_sentence_with_a_denial_loses_no_denial():
    version = cut_of("We will keep the harbour open through the winter, unless the ice closes it.")
    assert (version.cut, version.loses_negation) == ("trimmed", False)


def test_two_places_printed_as_one_are_spliced_and_with_a_sign_between_trimmed():
    assert cut_of("We will keep the harbour open more than the crews can give").cut == "spliced"
    assert cut_of("We will keep the harbour open … more than the crews can give").cut == "trimmed"
    first, second = "We will keep the harbour open", "more than the crews can give"
    assert cut_of(f"{first} {second}", pieces=[len(first), len(second)]).cut == "trimmed"


def test_other_words_in_quotation_marks_are_reworded_and_without_marks_paraphrased():
    said = "We shall keep this harbour open all through winter, unless the ice closes it"
    assert cut_of(said).cut == "reworded"
    version = cut_of(said.replace("We shall", "they would"), kind="indirect")
    assert (version.cut, version.left_out) == ("paraphrased", ())


def test_only_what_a_mixed_quote_has_in_quotation_marks_must_be_word_for_word():
    assert cut_of("the crews would “keep the harbour open through the winter”", kind="mixed").cut == "trimmed"


def test_an_insertion_in_square_brackets_is_no_rewording():
    assert cut_of("We will keep the harbour [of Port Kessel] open through the winter").cut == "trimmed"


def test_alike_words_of_different_people_stay_apart():
    said = "We will keep the harbour open"
    assert len(statements_of(quote(0, said), quote(1, said, speaker="Joss Aldery"))) == 2
    assert len(statements_of(quote(0, said, "Owen Marsh"), quote(1, said, "Lydia Marsh"))) == 2


def test_long_words_alike_given_to_different_people_by_two_outlets_are_a_disagreement_about_who_spoke():
    (statement,) = statements_of(quote(0, WHOLE), quote(1, WHOLE, speaker="Joss Aldery"))
    assert statement.speakers == ("Joss Aldery", "Mara Venn")


def test_one_article_that_gives_the_same_words_to_two_people_keeps_them_apart():
    one, two = quote(0, WHOLE), quote(1, WHOLE, speaker="Joss Aldery")
    same = Quote("q1", "a0", two.spans, two.text, two.kind, 1.0, speaker=two.speaker)
    assert len(find_statements([one, same], {"a0": article(0)})) == 2


@pytest.mark.parametrize(("day", "statements"), [(2, 1), (20, 2)])
def test_two_words_belong_to_an_utterance_of_the_same_speaker_and_days_only(day, statements):
    assert len(statements_of(quote(0, WHOLE), quote(1, "“harbour open”"), days=[1, day])) == statements


def test_a_fragment_does_not_tie_two_utterances_together():
    one = quote(0, "We will keep the harbour open, and that is what the council decided last night")
    two = quote(1, "We will keep the harbour open whatever anybody on the coast may write about ferries")
    found = statements_of(one, two, quote(2, "We will keep the harbour open"))
    assert sorted(len(statement.versions) for statement in found) == [1, 2]


def test_roles_and_pronouns_may_be_anybody_and_spokespeople_of_one_house_are_one_voice():
    said = "The minister was clear that no ship would leave"
    assert len(statements_of(quote(0, said, "a Gull House spokesperson"), quote(1, said, "Gull House"))) == 1
    assert len(statements_of(quote(0, said, "she"), quote(1, said, "the spokeswoman"))) == 1
    assert len(statements_of(quote(0, "no ship would leave", "she"), quote(1, said, "the spokeswoman"))) == 2


def test_a_part_that_the_fullest_version_lacks_is_trimmed_and_not_reworded():
    beginning = "The minister began by thanking the harbour crews of Port Kessel for a hard night"
    middle = "She was clear that no ship would leave the harbour without a pilot on board"
    end = "The ministers agreed to stay in close contact as the storm moved on to the north of the island and beyond it"
    (statement,) = statements_of(
        quote(0, f"{middle}. {end}."), quote(1, f"{beginning}. {middle}."), quote(2, beginning, speaker="she")
    )
    cuts = {version.quote_id: version for version in statement.versions}
    assert [cuts[key].cut for key in ("q0", "q1", "q2")] == ["whole", "trimmed", "trimmed"]
    assert cuts["q2"].left_out == (f"{middle}. {end}",)


WORDS = [
    "harbour",
    "open",
    "winter",
    "ice",
    "crews",
    "promise",
    "we",
    "will",
    "not",
    "keep",
    "unless",
    "storm",
    "council",
]


@settings(max_examples=40)
@given(st.lists(st.tuples(st.lists(st.sampled_from(WORDS), min_size=1, max_size=12), st.sampled_from(
    ["Mara Venn", "Venn", "she", None, "Joss Aldery"]), st.sampled_from(["direct", "indirect", "mixed"])),
    min_size=1, max_size=8), st.randoms(use_true_random=False))  # fmt: skip
def test_the_order_of_quotes_changes_nothing_and_each_is_in_one_statement(said, random):
    quotes = [quote(number, " ".join(words), speaker, kind) for number, (words, speaker, kind) in enumerate(said)]
    articles = {f"a{number}": article(number) for number in range(len(quotes))}
    found = find_statements(quotes, articles)
    kept = sorted(version.quote_id for each in found for version in each.versions)
    assert kept == [q.quote_id for q in quotes]
    random.shuffle(quotes)
    assert find_statements(quotes, articles) == found
    texts = {q.quote_id: q.text for q in quotes}
    assert all(left in texts[each.fullest_quote_id] for each in found for v in each.versions for left in v.left_out)


SELL, KEEP = "We will sell the company by the end of the year", "We will not sell the company by the end of the year"


def counted(*quotes, days):
    return sorted(len(statement.versions) for statement in statements_of(*quotes, days=days))


def test_what_is_denied_months_later_is_another_utterance():
    assert counted(quote(0, SELL), quote(1, KEEP), days=[1, 28]) == [1, 1]
    assert counted(quote(0, KEEP.replace("will not", "won’t")), quote(1, SELL), days=[1, 28]) == [1, 1]
    assert counted(quote(0, SELL), quote(1, SELL), quote(2, KEEP), days=[1, 28, 28]) == [1, 2]
    assert counted(quote(0, "I do not think we will sell the company this year"), quote(1, SELL), days=[28, 1]) == [
        1,
        1,
    ]


def test_what_is_denied_in_the_same_article_is_another_utterance():
    both = [quote(0, SELL), Quote("q1", "a0", (Span(90, 140),), KEEP, "direct", 1.0, cue="said", speaker="Mara Venn")]
    assert [len(one.versions) for one in find_statements(both, {"a0": article(0)})] == [1, 1]


def test_a_cut_of_the_same_days_that_loses_a_denial_is_told():
    (statement,) = statements_of(quote(0, KEEP), quote(1, SELL), days=[1, 2])
    assert [(v.cut, v.left_out, v.loses_negation) for v in statement.versions] == [
        ("whole", (), False),
        ("trimmed", ("not",), True),
    ]


def test_no_cut_adds_a_denial_unless_much_is_copied():
    longer = SELL + ", and nobody at the works need fear for a job or for a pension because of it"
    assert counted(quote(0, longer), quote(1, "We will not sell the company"), days=[1, 1]) == [1, 1]
    assert counted(quote(0, longer), quote(1, longer.replace("will sell", "will not sell")), days=[1, 28]) == [2]


def test_a_denial_in_a_part_that_was_left_out_keeps_versions_together():
    assert counted(quote(0, WHOLE), quote(1, "We will keep the harbour open through the winter"), days=[1, 28]) == [2]


INDIRECT = "that the dividend for the year would be paid to the valley rather than to the treasury"


def test_indirect_words_copied_at_length_are_one_statement_whenever_they_were_printed():
    quotes = [quote(n, INDIRECT, speaker="she", kind="indirect") for n in (0, 1)]
    (statement,) = statements_of(*quotes, days=[1, 20])
    assert [version.cut for version in statement.versions] == ["paraphrased", "paraphrased"]


def test_a_few_indirect_words_alike_weeks_apart_are_two_statements():
    quotes = [quote(n, "that the harbour would stay open", speaker="she", kind="indirect") for n in (0, 1)]
    assert len(statements_of(*quotes, days=[1, 20])) == 2
