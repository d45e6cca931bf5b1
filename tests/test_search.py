"""Search: what users type, what they find, and that every hit is cited to the character."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from piles import write_pile

from backstory import NotFoundError, UsageError
from backstory.desk import Desk
from backstory.desk.searching import keeping
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


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("speakr:Venn", "did you mean speaker:"),
        ("outlt:Post wall", "did you mean outlet:"),
        ("outlet: wall", "says nothing"),
        ("before:2031-13", "is no date"),
        ("after:2031-02-30", "is no date"),
        ("kind:photo", "no kind 'photo'"),
        ("-outlet:Post", "nothing to search for"),
    ],
)
def test_a_field_that_cannot_be_understood_is_told_with_what_to_write(desk, text, told):
    with pytest.raises(UsageError, match=told):
        desk.search(text)


def test_times_and_addresses_are_words_and_no_fields():
    assert parse("10:30 https://sele.example note:this").fields == ()


def test_a_shared_passage_is_found_by_itself_and_cited(desk):
    found = desk.search("wall debate kind:passage", limit=50, grouped=False, by="words")
    assert found.total > 0
    members = {
        (row["passage_id"], one["article_id"], one["start"], one["end"])
        for row in desk.rows("passages")
        for one in row["members"]
    }
    for hit in found.hits:
        assert (hit.ref, hit.article.article_id, hit.start, hit.end) in members
        assert {"wall", "debate"} <= {desk.text(hit.article.source_id)[s.start : s.end].lower() for s in hit.highlights}


def test_every_article_quote_and_passage_is_in_the_index_once(desk):
    every = desk.search("kind:article kind:quote kind:passage", limit=5000, grouped=False)
    rows = desk.connection.execute("SELECT count(*), count(DISTINCT rowid) FROM words").fetchall()[0]
    wanted = sum(len(list(desk.rows(table))) for table in ("articles", "quotes", "passages"))
    assert rows == (wanted, wanted)
    assert every.total == len(refs(every)) == wanted


def test_a_speaker_is_found_by_the_words_of_any_form_and_no_parts_of_words(desk):
    said = desk.search("speaker:Venn", limit=100, grouped=False)
    labels = {row["name_id"]: row["label"] for row in desk.rows("names")}
    speakers = {row["quote_id"]: labels.get(row["speaker_name_id"], "") for row in desk.rows("quotes")}
    assert said.total > 0
    assert {hit.kind for hit in said.hits} == {"quote"}
    assert all("Venn" in speakers[hit.ref] for hit in said.hits)
    assert desk.search("speaker:Ven", grouped=False).total == 0
    assert desk.search("speaker:ven*", grouped=False).total == said.total


def test_fields_of_one_name_widen_and_negated_fields_exclude(desk):
    venn = desk.search("speaker:Venn", grouped=False).total
    korb = desk.search("speaker:Korb", grouped=False).total
    assert desk.search("speaker:Venn speaker:Korb", grouped=False).total == venn + korb
    quotes = desk.search("kind:quote", grouped=False).total
    assert desk.search("kind:quote -speaker:Venn", grouped=False).total == quotes - venn


def test_about_finds_articles_that_mention_a_name_and_quotes_that_say_it(desk):
    about = desk.search('about:"Marrow Bay"', limit=200, grouped=False)
    ids = {row["name_id"] for row in desk.rows("names") if "Marrow Bay" in row["forms"]}
    mentioning = {row["article_id"] for row in desk.rows("mentions") if row["name_id"] in ids}
    assert refs(about) == mentioning
    for hit in desk.search('about:"Marrow Bay" kind:quote', limit=50, grouped=False).hits:
        assert "Marrow Bay" in hit.text


def test_a_count_is_what_narrowing_by_it_finds(desk):
    found = desk.search("wall", by="words", grouped=False)
    for kind, count in found.facets["kind"]:
        assert desk.search(f"wall kind:{kind}", by="words", grouped=False).total == count
    for speaker, count in found.facets["speaker"]:
        assert desk.search(f'wall speaker:"{speaker}"', by="words", grouped=False).total >= count
    for name, count in found.facets["name"][:3]:
        assert desk.search(f'wall kind:article about:"{name}"', by="words", grouped=False).total >= count


def test_meaning_finds_what_no_word_says_and_says_so(desk):
    found = desk.search("flood defences", limit=10)
    assert desk.search("flood defences", by="words").total == 0
    assert found.hits
    assert {hit.why for hit in found.hits} == {"meaning"}
    for hit in found.hits:
        assert desk.text(hit.article.source_id)[hit.start : hit.end] == hit.text


def test_meaning_adds_nothing_to_a_phrase_and_nothing_that_must_not_be_there(desk):
    phrase = desk.search('"sea wall after a debate"', limit=200, grouped=False)
    assert phrase.total == desk.search('"sea wall after a debate"', by="words", grouped=False).total
    for hit in desk.search("sea wall -council kind:article", limit=100, grouped=False).hits:
        assert "council" not in desk.reading(hit.article).of().lower().split()


def test_like_an_article_is_what_its_neighbours_are_and_never_itself(desk):
    article = next(desk.articles(title="Marrow Bay"))
    found = desk.search(like=article.article_id, limit=50, grouped=False)
    assert found.hits
    assert article.article_id not in refs(found)
    scores = [hit.score for hit in found.hits]
    assert scores == sorted(scores, reverse=True)
    assert all(hit.ref != article.article_id for hit in desk.search("Sele", like=article.article_id).hits)


def test_like_a_story_leaves_its_own_articles_out(desk):
    story = max(desk.rows("stories"), key=lambda row: (len(row["article_ids"]), row["story_id"]))
    found = desk.search(like=story["story_id"], limit=100, grouped=False)
    assert not refs(found) & set(story["article_ids"])
    with pytest.raises(NotFoundError, match="no article or story"):
        desk.search(like="ffff")


def test_pages_together_hold_every_group_once(desk):
    whole = desk.search("council", limit=500)
    paged = [hit for at in range(0, whole.groups, 7) for hit in desk.search("council", limit=7, offset=at).hits]
    assert paged == list(whole.hits)
    assert len(whole.hits) == whole.groups
    assert sum(hit.others + 1 for hit in whole.hits) == whole.total


def test_the_order_does_not_depend_on_the_order_of_arrival(tmp_path):
    paths = write_pile(tmp_path / "pile", 8)
    found = []
    for number, order in enumerate((paths, paths[::-1])):
        with Desk(tmp_path / f"{number}.desk", create=True) as desk:
            for path in order:
                build(desk, [str(path)])
            found.append([desk.search(text, limit=30) for text in ("sea wall", "town council plan", "flood defences")])
    assert found[0] == found[1]


def test_a_reader_sees_what_another_connection_commits_and_forgets_what_is_gone(tmp_path):
    (one,) = write_pile(tmp_path / "one", 1)
    with Desk(tmp_path / "a.desk", create=True) as writer, Desk(tmp_path / "a.desk", read_only=True) as reader:
        build(writer, [str(one)])
        before = reader.search("council", limit=50, grouped=False)
        build(writer, [str(path) for path in write_pile(tmp_path / "more", 6)])
        after = reader.search("council", limit=50, grouped=False)
        assert before.total < after.total == writer.search("council", limit=50, grouped=False).total
        gone = after.hits[0].article.article_id
        writer.connection.execute("DELETE FROM blocks WHERE article_id = ?", (gone,))
        writer.connection.execute("DELETE FROM articles WHERE article_id = ?", (gone,))
        left = reader.search("council", limit=50, grouped=False)
        assert gone not in {hit.article.article_id for hit in left.hits}
        assert left.total < after.total
        writer.connection.execute("UPDATE articles SET outlet = 'The Tarn Herald'")
        assert {outlet for outlet, _ in reader.search("council").facets["outlet"]} == {"The Tarn Herald"}


def test_columns_brought_up_to_date_are_those_read_anew(tmp_path):
    with Desk(tmp_path / "a.desk", create=True) as desk:
        for path in write_pile(tmp_path / "pile", 5):
            build(desk, [str(path)])
            followed = [
                desk.search(text, limit=50, grouped=False) for text in ("council wall", "speaker:Venn", "flood")
            ]
        keeping._held.clear()
        assert followed == [
            desk.search(text, limit=50, grouped=False) for text in ("council wall", "speaker:Venn", "flood")
        ]


def test_columns_that_a_build_kept_are_those_of_the_shelves_whatever_changed_since(tmp_path, monkeypatch):
    monkeypatch.setattr(keeping, "FEWEST", 1)
    asked = ("council wall", "speaker:Venn", "flood", "kind:passage")
    with Desk(tmp_path / "a.desk", create=True) as desk:
        for path in write_pile(tmp_path / "pile", 4):
            build(desk, [str(path)])
        gone = desk.search("council").hits[0].article.article_id
        went = "; ".join(f"DELETE FROM {table} WHERE article_id = '{gone}'" for table in ("blocks", "articles"))
        for change in (went, "UPDATE articles SET outlet = 'The Herald'"):
            desk.connection.execute(change)
            keeping._held.clear()
            assert keeping._kept(desk.connection) is not None
            kept = [desk.search(text, limit=50, grouped=False) for text in asked]
            desk.connection.execute("ALTER TABLE shelf_columns RENAME TO hidden")
            keeping._held.clear()
            assert kept == [desk.search(text, limit=50, grouped=False) for text in asked]
            desk.connection.execute("ALTER TABLE hidden RENAME TO shelf_columns")


@given(st.text(max_size=40))
def test_any_text_is_a_search_or_a_clear_error(desk, text):
    with suppress(UsageError):
        desk.search(text)


def test_fts_syntax_in_a_search_is_only_words():
    assert (
        parse("a AND b OR title:c NEAR(d) ^e").match
        == '("a" AND "AND" AND "b" AND "OR" AND "title c" AND "NEAR d" AND "e")'
    )
