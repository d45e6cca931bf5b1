"""Origins: shown by a credit, a named outlet, an office or aligned words, and unknown where nothing shows them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from newsroom import reading, words

from backstory.records import Quote, Span
from backstory.reuse.independence import independent_origins
from backstory.reuse.origins import passages_with_origins, statements_with_origins
from backstory.reuse.passages import find_passages
from backstory.reuse.statements import find_statements

NEWS = " ".join(words(5, 60))
SAID = "the wall will hold through the winter and nobody in the valley needs to leave tonight"


def own(number):
    return " ".join(f"own{number}x{place}" for place in range(40))


def origin_of(*readings, quotes=()):
    known = {one.article.article_id: one for one in readings}
    (passage,) = passages_with_origins(find_passages(readings), known, quotes)
    return passage


def with_byline(one, byline):
    return replace(one, article=replace(one.article, byline=byline))


def test_a_place_line_makes_the_wire_the_origin_of_what_others_carry_without_credit():
    wire = reading("a", f"KELBY, March 3 (Kestrel) - {NEWS}", outlet=None)
    passage = origin_of(wire, reading("b", own(1), NEWS, outlet="Sele Courier"))
    assert (passage.origin_kind, passage.origin) == ("wire", "Kestrel")
    assert "in its place line" in passage.because


def test_the_short_name_in_a_place_line_is_the_outlet_with_those_initials():
    wire = reading("a", f"KELBY (ACV) - {NEWS}", outlet="Agence Centrale de Vall")
    assert origin_of(wire, reading("b", own(1), NEWS)).origin == "Agence Centrale de Vall"


@pytest.mark.parametrize(
    "line", ["Source: Reuters", "By Ada Nyquist and Reuters", "(Reuters)", "Additional reporting by AFP"]
)
def test_credit_lines_and_bylines_are_read(line):
    passage = origin_of(reading("a", NEWS, line), reading("b", own(1), NEWS, outlet="Tarn Herald"))
    assert passage.origin in ("Reuters", "Agence France-Presse")


def test_words_that_are_only_quoted_come_from_whom_they_were_told_to_or_are_unknown():
    heard = reading("a", own(1), f"“{SAID},” Venn said.", outlet="Sele Courier", published="2031-03-01")
    other = reading("b", own(2), f"“{SAID},” she said.", outlet="Tarn Herald", published="2031-03-03")
    told = reading("c", own(3), f"“{SAID},” Venn told the Sele Courier.", outlet="Dalby Post")
    assert origin_of(heard, other).origin_kind == "unknown"
    assert origin_of(heard, other, told).origin == "Sele Courier"


def test_narration_that_nobody_credits_comes_from_the_earliest_carrier_if_dates_tell():
    first = reading("a", own(1), NEWS, outlet="Sele Courier", published="2031-03-01")
    later = reading("b", own(2), NEWS, outlet="Tarn Herald", published="2031-03-03")
    undated = reading("c", own(3), NEWS, outlet="Dalby Post")
    assert (origin_of(first, later).origin_kind, origin_of(first, later).origin) == ("outlet", "Sele Courier")
    assert origin_of(first, later, undated).origin_kind == "unknown"


def quoted(one, speaker, name):
    start = one.text.index(SAID)
    span = Span(start, start + len(SAID))
    return Quote(name, one.article.article_id, (span,), SAID, "direct", 1.0, speaker=speaker)


def test_a_spokesperson_makes_a_statement_and_a_post_a_post():
    one = reading("a", own(1), f"A Gull House spokesperson said: “{SAID}.”")
    two = reading("b", own(2), f"“{SAID},” the spokesperson said.", outlet="Tarn Herald")
    quotes = [quoted(one, "A Gull House spokesperson", "q1"), quoted(two, "the spokesperson", "q2")]
    passage = origin_of(one, two, quotes=quotes)
    assert (passage.origin_kind, passage.origin) == ("statement", "Gull House")
    post = reading("c", f"“{SAID},” Mara Venn said in a post on X.", outlet="Dalby Post")
    quotes = [quoted(post, "Mara Venn", "q3")]
    (statement,) = statements_with_origins(find_statements(quotes, {"c": post.article}), {"c": post}, quotes)
    assert (statement.origin_kind, statement.origin) == ("post", "Mara Venn")


def test_three_outlets_with_one_wire_report_and_one_of_its_own_are_two_origins():
    wire = reading("a", f"KELBY (Kestrel) - {NEWS}", outlet="Kestrel")
    carried = reading("b", NEWS, own(1), outlet="Sele Courier")
    credited = with_byline(reading("c", " ".join(words(9, 50)), outlet="Tarn Herald"), "Kestrel")
    alone = reading("d", own(4), outlet="Dalby Post")
    readings = [wire, carried, credited, alone]
    origins = independent_origins(readings, find_passages(readings))
    assert [(one.kind, one.name, one.article_ids) for one in origins] == [
        ("wire", "Kestrel", ("a", "b", "c")),
        ("outlet", "Dalby Post", ("d",)),
    ]
    assert "share 60 words" in origins[0].because


def test_sharing_a_quotation_does_not_make_two_reports_one_origin():
    readings = [reading(key, own(key), f"“{SAID},” said Venn.", outlet=f"outlet {key}") for key in "ab"]
    assert len(independent_origins(readings, find_passages(readings))) == 2
