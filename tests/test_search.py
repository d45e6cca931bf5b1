"""Search: what users type, what they find, and that every hit is cited to the character."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from piles import write_pile

from backstory import UsageError
from backstory.desk import Desk
from backstory.desk.searching.query import parse
from backstory.pipeline import build


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pile")
    write_pile(folder, 24)
    with Desk(":memory:", create=True) as desk:
        build(desk, [str(folder)])
        yield desk


def refs(found):
    return {hit.ref for hit in found.hits}


def test_words_are_found_with_the_characters_that_show_them(desk):
    found = desk.search("mayor Sele", limit=50)
    assert found.total > 0
    for hit in found.hits:
        assert desk.text(hit.article.source_id)[hit.start : hit.end] == hit.text
        shown = {desk.text(hit.article.source_id)[span.start : span.end].lower() for span in hit.highlights}
        assert shown <= {"mayor", "sele"}
    assert found.hits[0].highlights


def test_a_phrase_must_stand_as_it_is(desk):
    assert desk.search('"sea wall after a debate"').total > 0
    assert desk.search('"wall sea after"').total == 0


def test_a_word_with_a_minus_is_not_there(desk):
    some, fewer = desk.search("council -Sele", limit=100), desk.search("council", limit=100)
    assert 0 < some.total < fewer.total
    assert all("sele" not in desk.reading(hit.article).of().lower() for hit in some.hits if hit.kind == "article")


def test_a_star_finds_words_by_their_beginning(desk):
    assert desk.search("councill*").total >= desk.search("councillors").total > 0


def test_the_kind_of_what_is_found_can_be_chosen(desk):
    quotes = desk.search("waited kind:quote", limit=100)
    assert quotes.total > 0
    assert {hit.kind for hit in quotes.hits} == {"quote"}


def test_facets_count_over_everything_and_pages_hold_their_share(desk):
    found = desk.search("council", limit=3, grouped=False)
    assert sum(count for _, count in found.facets["kind"]) == found.total
    second = desk.search("council", limit=3, offset=3, grouped=False)
    assert not refs(found) & refs(second)
    assert len(found.hits) == 3


@pytest.mark.parametrize("text", ["", "   ", "-only -minus", '""', "before:yesterday x", "kind:nonsense x", "w " * 40])
def test_a_search_that_cannot_be_understood_says_why(desk, text):
    with pytest.raises(UsageError):
        desk.search(text)


@given(st.text(max_size=40))
def test_any_text_is_a_search_or_a_clear_error(desk, text):
    with suppress(UsageError):
        desk.search(text)


def test_fts_syntax_in_a_search_is_only_words():
    assert (
        parse("a AND b OR title:c NEAR(d) ^e").match
        == '("a" AND "AND" AND "b" AND "OR" AND "title c" AND "NEAR d" AND "e")'
    )
