"""Partition: the same stories whatever the order, what people decide holds, look-alikes stay apart."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from backstory.stories.group import Wishes, components, partition

KEYS = [f"a{number}" for number in range(7)]
likenesses = st.fixed_dictionaries({pair: st.integers(0, 10).map(lambda n: n / 10) for pair in combinations(KEYS, 2)})


@given(likenesses, st.permutations(KEYS))
def test_any_order_of_articles_gives_the_same_stories(probability, order):
    shuffled = dict(sorted(probability.items(), key=lambda item: order.index(item[0][0])))
    assert partition(order, shuffled) == partition(KEYS, probability)


@given(likenesses, st.sampled_from(list(combinations(KEYS, 2))), st.sampled_from(list(combinations(KEYS, 2))))
def test_what_people_decide_holds_whatever_the_evidence(probability, must, cannot):
    wishes = Wishes(frozenset({must}), frozenset({cannot}))
    story = {key: at for at, group in enumerate(partition(KEYS, probability, wishes)) for key in group}
    assert story[must[0]] == story[must[1]]
    if must != cannot:
        assert story[cannot[0]] != story[cannot[1]]


@given(likenesses)
def test_every_article_is_in_exactly_one_story(probability):
    assert sorted(key for group in partition(KEYS, probability) for key in group) == KEYS


def test_two_events_that_one_article_bridges_stay_two_stories():
    sure = {("a", "b"): 0.95, ("c", "d"): 0.95, ("b", "c"): 0.6}
    assert components("abcd", sure) == [["a", "b", "c", "d"]]
    assert partition("abcd", sure) == [["a", "b"], ["c", "d"]]


@given(st.sets(st.sampled_from(list(combinations(KEYS, 2)))), st.permutations(KEYS))
def test_components_do_not_depend_on_the_order_of_edges(edges, order):
    assert components(KEYS, sorted(edges)) == components(order, sorted(edges, reverse=True))
