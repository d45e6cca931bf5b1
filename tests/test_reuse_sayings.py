"""One quote at a time gives the statements that all at once give, whatever the order and however they are batched."""

from __future__ import annotations

import sqlite3

from hypothesis import given, settings
from hypothesis import strategies as st

from backstory.records import Article, Quote, Span
from backstory.reuse.sayings import StatementIndex
from backstory.reuse.statements import find_statements
from backstory.reuse.utterances import utterance_of

TEXT = (
    "We will keep the harbour open through the winter unless the ice closes it and I am not going to promise more than "
    "the crews can give this year or the next"
)
SAID = TEXT.split()
SPEAKERS = ("Mara Venn", "Ms Venn", "Joss Aldery", "she", None)


@st.composite
def quoted(draw, least=1, most=10):
    """Return quotes that cut, splice and render one long utterance, of several speakers and days, with articles."""
    quotes, articles = {}, {}
    for number in range(draw(st.integers(least, most))):
        parts = []
        for _ in range(draw(st.integers(1, 2))):
            first = draw(st.integers(0, len(SAID) - 2))
            parts += SAID[first : first + draw(st.integers(2, 24))]
        if draw(st.booleans()):
            parts[draw(st.integers(0, len(parts) - 1))] = draw(st.sampled_from(["never", "indeed", "ships"]))
        kind = draw(st.sampled_from(["direct", "direct", "indirect", "mixed"]))
        text = " ".join(parts) if kind != "mixed" else f"“{' '.join(parts[:4])}” {' '.join(parts[4:])}"
        quote_id, key = f"q{draw(st.integers(0, 99)):02}-{number}", f"a{draw(st.integers(0, 4))}"
        speaker = draw(st.sampled_from(SPEAKERS))
        name = draw(st.sampled_from([None, "venn"])) if speaker and "Venn" in speaker else None
        quotes[quote_id] = Quote(
            quote_id,
            key,
            (Span(number, number + 9),),
            text,
            kind,
            1.0,
            cue="said",
            speaker=speaker,
            speaker_name_id=name,
        )
        day = draw(st.integers(1, 9))
        articles.setdefault(key, Article(key, key, 0, 9, outlet=key, published=f"2031-03-{day:02}"))
    return quotes, articles


class Pile:
    """The quotes that there are, and the statements that an index has told of so far."""

    def __init__(self, quotes, articles, common):
        self.quotes, self.articles, self.told = dict(quotes), articles, {}
        self.index = StatementIndex(sqlite3.connect(":memory:"), self._said, common=common)

    def _said(self, ids):
        return [
            utterance_of(self.quotes[key], self.articles.get(self.quotes[key].article_id))
            for key in ids
            if key in self.quotes
        ]

    def update(self, ids):
        self.index.update(ids)
        gone, statements = self.index.changed()
        for key in gone:
            self.told.pop(key, None)
        self.told |= {one.fullest_quote_id: one for one in statements}

    def statements(self):
        return sorted(self.told.values(), key=lambda one: one.statement_id)


@settings(max_examples=80)
@given(quoted(), st.randoms(use_true_random=False), st.integers(2, 6))
def test_any_order_and_any_batches_give_what_all_quotes_at_once_give(pile, random, common):
    quotes, articles = pile
    held = Pile(quotes, articles, common)
    waiting = random.sample(sorted(quotes), len(quotes))
    while waiting:
        held.update([waiting.pop() for _ in range(random.randint(1, len(waiting)))])
    assert held.statements() == find_statements(quotes.values(), articles, common=common)


@settings(max_examples=80)
@given(quoted(2, 10), quoted(1, 10), st.data(), st.integers(1, 5))
def test_quotes_that_go_change_and_come_leave_what_the_rest_alone_give(pile, other, data, common):
    quotes, articles = pile
    held = Pile(quotes, articles, common)
    held.update(quotes)
    gone = data.draw(st.sets(st.sampled_from(sorted(quotes))))
    changed = {key: quote for key, quote in other[0].items() if key not in gone}
    held.articles = other[1] | articles
    held.quotes = {key: quote for key, quote in quotes.items() if key not in gone} | changed
    held.update([*gone, *changed])
    assert held.statements() == find_statements(held.quotes.values(), held.articles, common=common)
    held.quotes, held.articles = dict(quotes), articles
    moved = [key for key in changed if key not in quotes or changed[key] != quotes[key]]
    held.update([*gone, *moved])
    assert held.statements() == find_statements(quotes.values(), articles, common=common)


def test_a_quote_taken_in_again_changes_nothing():
    quote = Quote("q", "a", (Span(0, 9),), "We will keep the harbour open", "direct", 1.0, speaker="Mara Venn")
    held = Pile({"q": quote}, {}, 200)
    held.update(["q"])
    before = held.statements()
    held.update(["q"])
    assert held.statements() == before
    held.quotes = {}
    held.update(["q"])
    assert held.statements() == []
