"""One article at a time gives what all at once gives, whatever the order and however they are batched."""

from __future__ import annotations

import sqlite3

from hypothesis import given, settings
from hypothesis import strategies as st
from newsroom import piles, reading, words

from backstory.reuse.duplicates import find_copies
from backstory.reuse.index import ReuseIndex
from backstory.reuse.passages import find_passages


def index_of(readings, common):
    known = {reading.article.article_id: reading for reading in readings}
    return ReuseIndex(sqlite3.connect(":memory:"), known.__getitem__, common=common)


@settings(max_examples=25)
@given(piles(), st.randoms(use_true_random=False), st.integers(1, 4))
def test_any_order_and_any_batches_give_what_all_articles_at_once_give(readings, random, common):
    index = index_of(readings, common)
    shuffled = readings[:]
    random.shuffle(shuffled)
    split = random.randint(0, len(shuffled))
    index.add(shuffled[:split])
    index.passages()
    index.add(shuffled[split:])
    assert index.copies() == find_copies(readings, common=common)
    assert index.passages() == find_passages(readings, common=common)


@given(piles(), st.randoms(use_true_random=False))
def test_the_order_of_articles_changes_nothing(readings, random):
    shuffled = readings[:]
    random.shuffle(shuffled)
    assert find_copies(shuffled) == find_copies(readings)
    assert find_passages(shuffled) == find_passages(readings)


@settings(max_examples=40)
@given(piles(), st.randoms(use_true_random=False), st.integers(1, 4), st.data())
def test_what_is_taken_out_leaves_what_the_rest_alone_give(readings, random, common, data):
    index = index_of(readings, common)
    index.add(readings)
    gone = data.draw(st.sets(st.sampled_from(sorted(reading.article.article_id for reading in readings))))
    for part in random.sample(sorted(gone), len(gone)):
        index.remove([part])
    rest = [reading for reading in readings if reading.article.article_id not in gone]
    assert index.copies() == find_copies(rest, common=common)
    assert index.passages() == find_passages(rest, common=common)
    index.add(readings)
    assert index.copies() == find_copies(readings, common=common)
    assert index.passages() == find_passages(readings, common=common)


@settings(max_examples=25)
@given(piles(), piles(), st.integers(1, 4))
def test_an_article_whose_text_changed_goes_and_comes(readings, others, common):
    known = {each.article.article_id: each for each in readings}
    index = ReuseIndex(sqlite3.connect(":memory:"), known.__getitem__, common=common)
    index.add(readings)
    known |= {each.article.article_id: each for each in others}
    index.remove([each.article.article_id for each in others])
    index.add([known[each.article.article_id] for each in others])
    assert index.copies() == find_copies(known.values(), common=common)
    assert index.passages() == find_passages(known.values(), common=common)


def test_nothing_is_left_of_an_index_whose_articles_all_went():
    readings = [reading(name, " ".join(words(1, 60)), name) for name in "abc"]
    index = index_of(readings, 2)
    index.add(readings)
    index.remove("abc")
    tables = ("reuse_texts", "reuse_carriers", "reuse_prints", "reuse_common", "reuse_runs", "reuse_pairs")
    assert [index.connection.execute(f"SELECT * FROM {table}").fetchall() for table in tables] == [[]] * 6


def test_an_index_of_another_version_begins_anew():
    readings = [reading("a", " ".join(words(1, 60))), reading("b", " ".join(words(1, 50)))]
    index = index_of(readings, 256)
    index.add(readings)
    again = ReuseIndex(index.connection, index.reading_of)
    assert len(again.copies()) == 1
    index.connection.execute("UPDATE reuse_version SET version = 1")
    anew = ReuseIndex(index.connection, index.reading_of)
    assert anew.copies() == []
    anew.add(readings)
    assert len(anew.copies()) == 1


def test_adding_an_article_again_changes_nothing():
    readings = [reading("a", " ".join(words(1, 60))), reading("b", " ".join(words(1, 50)))]
    index = index_of(readings, 256)
    index.add(readings)
    before = index.copies(), index.passages()
    index.add(readings)
    assert before == (index.copies(), index.passages())
    assert before[0]


def test_a_phrase_in_more_texts_than_the_limit_leads_nowhere():
    formula = " ".join(words(2, 14))
    fresh = [" ".join(f"word{n}x{place}" for place in range(30)) for n in range(4)]
    readings = [reading(f"a{n}", fresh[n], formula, fresh[n + 2]) for n in range(2)]
    assert find_passages(readings, common=2)
    assert find_passages(readings, common=1) == []
    index = index_of(readings, 1)
    index.add(readings)
    assert index.passages() == []


def test_an_empty_index_has_neither_copies_nor_passages():
    index = index_of([], 256)
    index.add([reading("a", "")])
    assert (index.copies(), index.passages()) == ([], [])
