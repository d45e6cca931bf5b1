"""Copies: which articles count as one, how alike, what changed, which came first."""

from __future__ import annotations

import pytest
from hypothesis import given
from newsroom import piles, reading, words

from backstory.records import Kind
from backstory.reuse.compare import compare
from backstory.reuse.corpus import text_key
from backstory.reuse.duplicates import find_copies, heads

LONG = words(3, 90)


def only(copies):
    (copy,) = copies
    return copy


def texts_of(copy, one, two):
    spans = ((change.kind, change.a, change.b) for change in copy.changes)
    return [(kind, a and one.text[a.start : a.end], b and two.text[b.start : b.end]) for kind, a, b in spans]


def test_marks_spelling_and_house_style_make_no_difference():
    said = "The U.S. defence minister didn’t organise three NATO talks on 1,200 per cent of the programme, he said."
    other = "the US defense minister didn't organize 3 Nato talks on 1200 percent of the program he said"
    copy = only(find_copies([reading("a", said), reading("b", other, outlet="Tarn Herald")]))
    assert (copy.kind, copy.similarity, copy.changes) == ("exact", 1.0, ())


def test_similarity_and_containment_are_exact():
    whole, cut = LONG, LONG[:50]
    copy = only(find_copies([reading("a", " ".join(whole)), reading("b", " ".join(cut), outlet="Tarn Herald")]))
    one = {tuple(whole[place : place + 5]) for place in range(86)}
    two = {tuple(cut[place : place + 5]) for place in range(46)}
    assert copy.similarity == len(one & two) / len(one | two)
    assert copy.containment == len(one & two) / len(two) == 1.0


def test_what_was_added_cut_and_changed_is_told_to_the_word():
    first = reading("a", " ".join(LONG), published="2031-03-01")
    edited = [*LONG[:20], "quite", "otherwise", *LONG[21:50], *LONG[55:], "Updated", "below"]
    second = reading("b", " ".join(edited), published="2031-03-02", outlet="Tarn Herald")
    copy = only(find_copies([second, first]))
    assert (copy.article_a, copy.article_b, copy.kind, copy.earlier) == ("a", "b", "near", "a")
    assert texts_of(copy, first, second) == [
        ("changed", LONG[20], "quite otherwise"),
        ("cut", " ".join(LONG[50:55]), None),
        ("added", None, "Updated below"),
    ]


def test_a_later_changed_version_of_one_outlet_is_an_update_and_one_that_says_so_a_correction():
    first = reading("a", " ".join(LONG), published="2031-03-01T08:00:00Z")
    later = reading("b", " ".join([*LONG, "more", "follows"]), published="2031-03-01T10:00:00Z")
    amended = reading("c", " ".join(LONG), "This article was amended to give the right name of the mayor.")
    assert only(find_copies([first, later])).kind == "updated"
    assert only(find_copies([first, amended])).kind == "corrected"


def test_headlines_captions_and_furniture_do_not_count():
    body = " ".join(LONG)
    first = reading("a", "Ferry strike ends", body, kinds=[Kind.HEADLINE, Kind.BODY])
    second = reading(
        "b", "Crews go back to work", "Sign up now", body, "Image: a pier", "More on ferries", outlet="Tarn Herald",
        kinds=[Kind.HEADLINE, Kind.FURNITURE, Kind.BODY, Kind.CAPTION, Kind.FURNITURE],
    )  # fmt: skip
    assert only(find_copies([first, second])).kind == "exact"


def test_articles_that_share_only_a_paragraph_are_no_copies():
    shared = " ".join(words(4, 30))
    first = reading("a", shared, " ".join(words(5, 80)))
    second = reading("b", shared, " ".join(words(6, 80)))
    assert find_copies([first, second]) == []


def test_dates_that_overlap_do_not_tell_which_came_first():
    first = reading("a", " ".join(LONG), published="2031-03")
    second = reading("b", " ".join(LONG), published="2031-03-02")
    assert only(find_copies([first, second])).earlier is None


@pytest.mark.parametrize("published", ["2031-03-02T08:00", "2031-03-02T12:00+14:00"])
def test_a_time_without_a_zone_tells_little_across_outlets(published):
    first = reading("a", " ".join(LONG), published="2031-03-02T07:00")
    second = reading("b", " ".join(LONG), published=published, outlet="Tarn Herald")
    assert only(find_copies([first, second])).earlier is None


def test_the_head_is_the_earliest_and_ties_go_by_id():
    body = " ".join(LONG)
    late, early, twin = (
        reading("a", body, published="2031-03-03"),
        reading("c", body, published="2031-03-01"),
        reading("b", body + " and more", published="2031-03-01", outlet="Tarn Herald"),
    )
    readings = [late, early, twin]
    assert heads([one.article for one in readings], find_copies(readings)) == {"a": "b", "c": "b"}


def test_copies_of_copies_that_are_not_alike_do_not_share_a_head():
    steps = [words(7, 400)[start : start + 100] for start in (0, 35, 70)]
    readings = [reading(f"a{n}", " ".join(step), published=f"2031-03-0{n + 1}") for n, step in enumerate(steps)]
    assert heads([one.article for one in readings], find_copies(readings)) == {"a1": "a0"}


def test_the_text_key_is_the_same_for_the_same_paragraphs_wherever_they_stand():
    first = reading("a", "Headline", "Body.", kinds=[Kind.HEADLINE, Kind.BODY])
    moved = reading("b", "Menu", "Headline", "Body.", kinds=[Kind.FURNITURE, Kind.HEADLINE, Kind.BODY])
    other = reading("c", "Headline", "Body!", kinds=[Kind.HEADLINE, Kind.BODY])
    assert text_key(first) == text_key(moved) != text_key(other)


@given(piles(least=2, most=2))
def test_side_by_side_holds_every_word_of_both_once(readings):
    one, two = readings
    sides = compare(one, two)
    for reading_, spans in ((one, [change.a for change in sides]), (two, [change.b for change in sides])):
        spans = sorted(span for span in spans if span)
        assert all(before.end <= after.start for before, after in zip(spans, spans[1:], strict=False))
        said = " ".join(reading_.text[span.start : span.end] for span in spans).split()
        assert said == reading_.text.split()
    assert all(one.text[c.a.start : c.a.end].split() == two.text[c.b.start : c.b.end].split()
               for c in sides if c.kind == "shared")  # fmt: skip


def test_a_paragraph_that_moved_is_shared_and_not_cut_and_added():
    first, second = " ".join(words(8, 40)), " ".join(words(9, 25))
    sides = compare(reading("a", first, second), reading("b", second, first))
    assert {change.kind for change in sides} == {"shared"}
