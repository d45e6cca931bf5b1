"""Who says what: quotes with their spans, cues and speakers, by rules alone, and the model heard beside them."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backstory.annotate import annotate
from backstory.annotate.links import Attributed
from backstory.annotate.marks import quoted
from backstory.annotate.quotes import drafts
from backstory.annotate.spans import Found, Seen
from backstory.annotate.witnesses import heard
from backstory.records import Kind, Span
from tests.newsroom import reading

LEAD = "Mayor Anna Vey met Sir Colin Tarr, the harbour secretary, at Downing Street on Monday."


def read(*lines, kinds=None, reader=None, published="2031-02-14", language="en"):
    made = reading("a", *lines, kinds=kinds, published=published)
    made = replace(made, article=replace(made.article, language=language))
    return made, next(annotate([made], reader=reader))


def said(*lines, kinds=None):
    """Return (kind, speaker's name or None, text) of each quote."""
    _, annotations = read(*lines, kinds=kinds)
    names = {name.name_id: name.label for name in annotations.names}
    return [(q.kind, names.get(q.speaker_name_id or ""), q.text) for q in annotations.quotes]


@pytest.mark.parametrize(
    ("line", "kind", "speaker", "text"),
    [
        ("“The wall held,” Ms Vey said.", "direct", "Anna Vey", "“The wall held,”"),
        ("“The wall held,” said Vey, a former diver.", "direct", "Anna Vey", "“The wall held,”"),
        ("Mr Tarr added: “The wall held.”", "direct", "Colin Tarr", "“The wall held.”"),
        ("Sir Colin said the wall had “held all night”.", "mixed", "Colin Tarr", "the wall had “held all night”"),
        ("The mayor said the wall had held.", "indirect", "Anna Vey", "the wall had held"),
        ("The wall had held, according to Ms Vey.", "indirect", "Anna Vey", "The wall had held"),
        ("The wall had held, the harbour secretary said.", "indirect", "Colin Tarr", "The wall had held"),
        ("“The wall held,” a Number 10 spokeswoman said.", "direct", "Downing Street", "“The wall held,”"),
        ("Mr Tarr called the plan a “disgrace”.", "direct", "Colin Tarr", "“disgrace”"),
        ("The plan was described as “hopeless” by Ms Vey.", "direct", "Anna Vey", "“hopeless”"),
        ("“The wall held,” said plumber Joe Orme, 40.", "direct", "Joe Orme", "“The wall held,”"),
        ("“The wall held,” a senior official said.", "direct", None, "“The wall held,”"),
        ("In a post on X, the mayor wrote: “It held.”", "direct", "Anna Vey", "“It held.”"),
        ("A statement on Ms Vey’s social media said: “It held.”", "direct", "Anna Vey", "“It held.”"),
    ],
)
def test_a_quote_and_its_speaker(line, kind, speaker, text):
    assert (kind, speaker, text) in said(LEAD, line)


def test_a_cue_that_interrupts_a_quotation_makes_two_spans_of_one_quote():
    made, annotations = read(LEAD, "“The wall held,” Ms Vey said, “and the boats are safe.”")
    (quote,) = annotations.quotes
    assert [made.text[s.start : s.end] for s in quote.spans] == ["“The wall held,”", "“and the boats are safe.”"]
    assert quote.cue == "said"


def test_a_quotation_over_several_paragraphs_is_one_quote_past_captions():
    kinds = [Kind.BODY, Kind.BODY, Kind.CAPTION, Kind.BODY]
    quotes = said(LEAD, "Ms Vey said: “The wall held.", "The wall at noon", "“It held all night.”", kinds=kinds)
    assert quotes[-1] == ("direct", "Anna Vey", "“The wall held. “It held all night.”")


def test_words_that_report_within_an_open_quotation_do_not_change_its_speaker():
    lines = [LEAD, "A Downing Street spokesman said: “He was clear.", "“The wall would hold, he added.", "“It did.”"]
    assert said(*lines)[-1][:2] == ("direct", "Downing Street")


def test_a_participle_goes_on_with_the_speaker_of_the_main_verb():
    quotes = said(
        LEAD, "Ms Vey told Coast News the wall is called “a miracle” by the crews, adding: “It held all night.”"
    )
    assert quotes[-1] == ("direct", "Anna Vey", "“It held all night.”")


def test_a_paragraph_that_is_a_quotation_alone_goes_on_with_the_speaker_before():
    quotes = said(LEAD, "“The wall held,” Ms Vey said.", "“It will hold again tomorrow.”")
    assert quotes[-1] == ("direct", "Anna Vey", "“It will hold again tomorrow.”")


def test_two_speakers_in_one_paragraph():
    quotes = said(LEAD, "“It held,” Ms Vey said, but Mr Tarr warned: “It may not hold again.”")
    assert [(name, text) for _, name, text in quotes if text.startswith("“")] == [
        ("Anna Vey", "“It held,”"),
        ("Colin Tarr", "“It may not hold again.”"),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "The “miracle wall” opened in June.",
        "She starred in “The Long Tide” for a year.",
        "Protesters carried signs that read “Save the pier” in the rain.",
    ],
)
def test_scare_quotes_titles_and_slogans_are_no_quotes(line):
    assert said(line) == []


def test_she_is_the_woman_who_spoke_and_he_the_man():
    quotes = said(LEAD, "“It held,” Ms Vey said.", "She added: “It will again.”", "He said: “I doubt it.”")
    assert [name for _, name, _ in quotes] == ["Anna Vey", "Anna Vey", "Colin Tarr"]


def test_whom_words_are_told_to_is_the_addressee():
    _, annotations = read(LEAD, "Ms Vey told Sir Colin Tarr that the wall had held.")
    quote = annotations.quotes[-1]
    names = {name.name_id: name.label for name in annotations.names}
    assert quote.addressee == "Sir Colin Tarr"
    assert names[quote.addressee_name_id] == "Colin Tarr"


def test_an_unsure_speaker_is_none_with_candidates():
    _, annotations = read(LEAD, "Mr Tarr’s spokesman said the wall had held.")
    quote = annotations.quotes[-1]
    assert quote.speaker == "Mr Tarr’s spokesman"
    assert quote.speaker_name_id is None
    assert quote.candidates


class Reads:
    """A model that found what it is given: the contract of `Seen`, not a stand-in for our own parts."""

    def __init__(self, **found):
        self.found = Seen(**found)

    def seen(self, _):
        return self.found


def test_what_the_model_alone_is_sure_of_is_added():
    text = "The council finds the wall sound, records show."
    line = reading("a", text).text
    source, cue, content = (Found(line.index(w), line.index(w) + len(w), k, 0.95) for w, k in
                            (("The council", "source"), ("finds", "cue"), ("the wall sound", "content")))  # fmt: skip
    model = Reads(attributions=(Attributed((content,), cue, source, 0.9),))
    _, annotations = read(text, reader=model)
    assert ("the wall sound", "The council") in [(q.text, q.speaker) for q in annotations.quotes]


def test_a_direct_quote_keeps_its_marks_and_its_source_against_the_model():
    text = "“The wall held,” Ms Vey said near Bram Tol."
    spans = [Span(0, len(text))]
    ruled = drafts(text, spans)
    wrong = Found(text.index("Bram"), text.index("Bram") + 8, "source", 0.9)
    told = [Attributed((Found(0, 10, "content", 0.9),), None, wrong, 0.9)]
    assert heard(text, ruled, told, quoted(text, spans), spans) == ruled


ODD = st.text(alphabet="“”\"'’ abcAB.,:;!?()-–—…\n\t0123456789$£%éñ中\u200d", max_size=120)
PIECES = st.lists(
    st.one_of(
        ODD,
        st.sampled_from(
            ["said", "Ms Vey", "he", "told", "“", "”", "according to", "of", "the mayor", "said:", "on Friday"]
        ),
    ),
    max_size=12,
)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(PIECES, min_size=1, max_size=4),
    st.sampled_from([None, "2031-02-14", "gibberish"]),
    st.sampled_from(["en", "xx", None]),
)
def test_odd_text_never_raises_and_every_span_is_its_text(lines, published, language):
    rows = [" ".join(pieces).replace("\n", " ") or "x" for pieces in lines]
    made, annotations = read(*rows, published=published)
    text = made.text
    for quote in annotations.quotes:
        assert quote.text == " ".join(text[s.start : s.end] for s in quote.spans)
        assert all(s.start < s.end for s in quote.spans)
        if quote.speaker is not None:
            assert text[quote.speaker_start : quote.speaker_end] == quote.speaker
        if quote.cue is not None:
            assert text[quote.cue_start : quote.cue_end] == quote.cue
        assert 0 <= quote.confidence <= 1
    for row in (*annotations.mentions, *annotations.times, *annotations.figures):
        assert text[row.start : row.end] == row.text
    known = {name.name_id for name in annotations.names}
    assert {m.name_id for m in annotations.mentions} <= known
    assert {q.speaker_name_id for q in annotations.quotes} - {None} <= known


def test_an_article_s_annotations_do_not_depend_on_the_others():
    one, two = reading("a", LEAD, "“It held,” she said."), reading("b", "“It fell,” Bram Tol said on Friday.")
    assert list(annotate([one, two])) == [*annotate([one]), *annotate([two])]
    assert list(annotate([two, one])) == [*annotate([two]), *annotate([one])]


@pytest.mark.parametrize(
    ("line", "speaker", "said"),
    [
        (
            "Orme — no relation to Ada Orme, the judge — bleated that he had “no recollection” of it.",
            "Orme",
            "that he had",
        ),
        (
            "Mum Ida Vey, 29, whose tots were saved, fumed: she wanted Orme to “come and shovel”.",
            "Mum Ida Vey",
            "she wanted",
        ),
    ],
)
def test_an_aside_or_an_age_between_subject_and_verb_is_passed_over(line, speaker, said):
    (quote,) = read(line)[1].quotes
    assert quote.speaker == speaker
    assert quote.text.startswith(said)


def named_speakers(*lines, language="en"):
    _, annotations = read(*lines, language=language)
    labels = {name.name_id: name.label for name in annotations.names}
    return [(quote.text, labels.get(quote.speaker_name_id)) for quote in annotations.quotes]


def test_a_description_means_the_one_person_whom_the_sentences_before_spoke_of():
    assert named_speakers(
        "Ruth Ansley, 71, clung to a roof for five hours.", "“We sang all night long,” said the retired dinner lady."
    ) == [("“We sang all night long,”", "Ruth Ansley")]


def test_an_opening_description_is_named_by_the_next_sentence():
    assert (
        'that he paid Gregor Tallis because "everybody did"', "Bram Halvard"
    ) in named_speakers(
        'The former head of a building company has told a court that he paid Gregor Tallis because "everybody did".',
        "Bram Halvard, 66, arrived at noon.",
    )  # fmt: skip


def test_a_name_behind_the_description_is_the_speaker():
    assert named_speakers(
        "The lines were long.",
        'They were crossed out, one of them, retired teacher Ottoline Brack, said, "because ink tempts fate".',
    ) == [('"because ink tempts fate"', "Ottoline Brack")]


def test_a_pronoun_means_who_came_into_the_text_since_the_last_speaker():
    found = named_speakers(
        '"We must go," Sanna Pryce said on Tuesday.',
        "Ruth Ansley, 71, spent four hours on the roof of the post office. “I kept them singing,” she said.",
    )
    assert found[-1] == ("“I kept them singing,”", "Ruth Ansley")


def test_a_relative_clause_behind_a_mixed_quote_is_the_narrators():
    assert [
        text
        for text, _ in named_speakers("The minister insists he has “no recollection” of it, which was sent to him.")
    ] == ["he has “no recollection” of it"]


def test_what_a_speaker_says_of_himself_is_one_quote():
    assert len(named_speakers("Ann Vey said she doubted the harbour’s readiness for the winter storms.")) == 1


def test_a_base_form_with_a_capital_is_part_of_a_name():
    assert named_speakers("Karen Shore – Labour John Stevens – Rejoin EU Michael Williams – Independent") == []


def test_a_clause_behind_a_noun_has_its_own_subject():
    _, annotations = read("He came with the knowledge President Vey said the harbour will reward the north for it.")
    assert [quote.speaker for quote in annotations.quotes] == ["President Vey"]


def test_the_medium_before_a_quotation_is_no_part_of_it():
    assert named_speakers("Ann Vey said in a post on X “the harbour is ready” and that work goes on.")[0][0].startswith(
        "“the"
    )


@pytest.mark.parametrize(
    ("language", "lines", "expected"),
    [
        (
            "fr",
            ["« Nous avons rayé ces noms pour la bonne raison », a déclaré la ministre, Pauline Grieve."],
            [("« Nous avons rayé ces noms pour la bonne raison »", "Pauline Grieve")],
        ),
        (
            "fr",
            ["Le directeur, Henri Aldous, est venu. « Je ne sais pas ce que nous avons mal fait », a-t-il dit."],
            [("« Je ne sais pas ce que nous avons mal fait »", "Henri Aldous")],
        ),
        ("fr", ["Claire Vauquelin a salué « un accord solide »."], [("« un accord solide »", "Claire Vauquelin")]),
        (
            "de",
            ["„Wir haben eine Belehrung erhalten“, sagte Verhandlungsführerin Karin Osei."],
            [("„Wir haben eine Belehrung erhalten“", "Karin Osei")],
        ),
        (
            "de",
            ["„Keiner kann hier nachgeben“, sagte ein Diplomat in Hohenau."],
            [("„Keiner kann hier nachgeben“", None)],
        ),
    ],
)
def test_cues_of_other_languages(language, lines, expected):
    assert named_speakers(*lines, language=language) == expected
