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
