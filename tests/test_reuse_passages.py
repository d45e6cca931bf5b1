"""Passages: runs of shared words with exact places, across small edits, without boilerplate."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from newsroom import piles, reading, words

from backstory.records import Kind
from backstory.reuse import fingerprints as fingerprints_module
from backstory.reuse import hashing
from backstory.reuse.corpus import corpus_of
from backstory.reuse.fingerprints import SHARED_WORDS, fingerprints, meetings
from backstory.reuse.passages import find_passages
from backstory.reuse.runs import shared_runs
from backstory.reuse.tokens import WORD, hash_of_word, hashes_of_all, words_of
from backstory.reuse.variants import variants

SHARED = words(1, 20)


def filler(seed, count=30):
    return " ".join(f"filler{seed}x{place}" for place in range(count))


def members_of(passages):
    return [[member.text for member in passage.members] for passage in passages]


def test_a_shared_run_is_found_with_its_exact_boundaries():
    said = " ".join(SHARED)
    found = find_passages([reading("a", f"{filler(1)} {said} {filler(2)}"), reading("b", f"{filler(3)} {said}.")])
    assert members_of(found) == [[said, said]]
    assert found[0].words == 20


def test_eleven_shared_words_are_no_passage_and_twelve_are():
    for count, passages in ((SHARED_WORDS - 1, 0), (SHARED_WORDS, 1)):
        said = " ".join(SHARED[:count])
        pair = [reading(name, f"{filler(name)} {said} {filler(name + 'z')}") for name in "ab"]
        assert len(find_passages(pair)) == passages


def test_small_edits_spelling_and_style_do_not_end_a_passage():
    one = "She said the NATO programme would begin on Friday, as agreed by all three allies at the harbour last year."
    two = "She said the Nato program will begin on Friday as agreed by all 3 allies in the harbour last year"
    found = find_passages([reading("a", f"{filler(1)} {one}"), reading("b", f"{filler(2)} {two} {filler(3)}")])
    assert members_of(found) == [[one.removesuffix("."), two]]


def test_a_passage_has_a_member_for_every_article_that_carries_it():
    said = " ".join(SHARED)
    pile = [reading(f"a{n}", filler(n), said, filler(n + 20), outlet=f"outlet {n}") for n in range(4)]
    (found,) = find_passages(pile)
    assert [member.article_id for member in found.members] == ["a0", "a1", "a2", "a3"]


def test_the_first_carrier_is_named_only_where_dates_tell():
    said = " ".join(SHARED)
    dates = {"a": "2031-03-02", "b": "2031-03-01", "c": None}
    pile = {key: reading(key, filler(key), said, published=date) for key, date in dates.items()}
    assert find_passages([pile["a"], pile["b"]])[0].first_article_id == "b"
    assert find_passages(pile.values())[0].first_article_id is None


def test_a_member_gives_its_parts_where_furniture_stands_between_paragraphs():
    first, second = " ".join(SHARED[:10]), " ".join(SHARED[10:])
    glued = reading("b", first, "Accept cookies", second, kinds=[Kind.BODY, Kind.FURNITURE, Kind.BODY])
    (found,) = find_passages([reading("a", first, second), glued])
    plain, parted = found.members
    assert plain.spans == ()
    assert [glued.text[span.start : span.end] for span in parted.spans] == [first, second]
    assert parted.text == glued.text[parted.start : parted.end]


def test_what_an_outlet_prints_under_everything_is_boilerplate_and_shared_news_is_not():
    notice, news = " ".join(words(2, 14)), " ".join(words(3, 40))
    pile = [reading(f"a{n}", filler(n, 200), notice) for n in range(6)]
    pile += [reading(f"b{n}", filler(n + 20, 200), news, outlet=f"outlet {n}") for n in range(6)]
    assert [(passage.words, passage.boilerplate) for passage in find_passages(pile)] == [(14, True), (40, False)]


@given(piles())
def test_every_member_is_the_very_text_of_its_source(readings):
    texts = {one.article.article_id: one.text for one in readings}
    for passage in find_passages(readings):
        assert len(passage.members) >= 2
        for member in passage.members:
            assert texts[member.article_id][member.start : member.end] == member.text
            assert len(words_of(member.text).hashes) <= passage.words


@given(piles())
def test_runs_are_all_the_runs_that_comparing_every_pair_finds(readings):
    corpus = corpus_of(readings)
    runs = shared_runs(corpus, meetings(fingerprints(corpus), corpus), edits=())
    rows = zip(runs.a.tolist(), runs.b.tolist(), runs.words.tolist(), strict=True)
    assert {row for row in rows if row[2] >= SHARED_WORDS} == brute_force(corpus)


def brute_force(corpus):
    said, owner, found = corpus.words.tolist(), corpus.owner.tolist(), set()
    for one in range(len(said)):
        for two in range(one + 1, len(said)):
            if owner[one] == owner[two] or said[one] != said[two] or (one and said[one - 1] == said[two - 1]):
                continue
            size = 0
            while two + size < len(said) and said[one + size] == said[two + size]:
                size += 1
            if size >= SHARED_WORDS:
                found.add((one, two, size))
    return found


@given(st.text(max_size=60))
def test_words_lie_where_they_say_and_never_overlap(text):
    found = words_of(text)
    spans = list(zip(found.starts.tolist(), found.ends.tolist(), strict=True))
    assert all(start < end <= len(text) for start, end in spans)
    assert all(before[1] <= after[0] for before, after in zip(spans, spans[1:], strict=False))
    assert all(any(mark.isalnum() or mark == "%" for mark in text[start:end]) for start, end in spans)


MIXED = "U.S. a.b don’t 1,200 x,y 5.8% e.g.the 3.a\u200bz \u4ed6\u662f ﬁn İ é per cent Web-site O’Neill's 1.2.3 ,'. B.C"


TEXTS = st.one_of(st.text(max_size=60), st.text(alphabet=sorted(set(MIXED)), max_size=40), st.just(MIXED))


@settings(max_examples=300)
@given(TEXTS)
def test_reading_bytes_at_once_gives_the_words_that_a_plain_search_gives(text):
    found = [(hash_of_word(word[0]), *word.span()) for word in WORD.finditer(text)]
    for one, two, joined in variants().apart:
        for at in range(len(found) - 1, 0, -1):
            if [each[0] for each in found[at - 1 : at + 1]] == [hash_of_word(one), hash_of_word(two)]:
                found[at - 1 : at + 1] = [(hash_of_word(joined), found[at - 1][1], found[at][2])]
    words = words_of(text)
    assert list(zip(words.hashes.tolist(), words.starts.tolist(), words.ends.tolist(), strict=True)) == found


@given(st.lists(TEXTS, max_size=5))
def test_texts_read_together_give_the_words_of_each(texts):
    assert [own.tolist() for own in hashes_of_all(texts)] == [words_of(text).hashes.tolist() for text in texts]


@pytest.mark.parametrize("size", [1, 7, 8, 9, 16, 17, 40])
def test_a_word_has_one_hash_whether_it_is_read_alone_or_in_a_text(size):
    word = ("kelbymarsh" * 4)[:size]
    assert words_of(f"the {word}, {word.upper()}").hashes.tolist()[1:] == [hash_of_word(word)] * 2


def test_where_a_block_ends_changes_nothing(monkeypatch):
    corpus = corpus_of([reading(name, " ".join(words(seed, 300))) for seed, name in enumerate("abc")])
    prints = fingerprints(corpus)
    for module in (hashing, fingerprints_module):
        monkeypatch.setattr(module, "BLOCK", 50)
    in_parts = fingerprints(corpus)
    assert in_parts.hashes.tolist() == prints.hashes.tolist()
    assert in_parts.places.tolist() == prints.places.tolist()
