"""Invented articles for the tests of reuse: readings made of lines, and a strategy for piles that repeat each other."""

from __future__ import annotations

from hypothesis import strategies as st

from backstory.records import Article, Kind, Paragraph, Reading

TEXT = (
    "harbour council storm ferry crews night water wall money vote mayor town coast winter power school bridge rail "
    "strike pay talks court judge ruling price bread grain export ship pilot union nurse ward clinic report inquiry "
)
WORDS = TEXT.split()


def reading(article_id, *lines, outlet="Sele Courier", published=None, kinds=None):
    """Return an article of `lines`, body unless `kinds` says otherwise; furniture lies in the source but not in it."""
    kinds = kinds or [Kind.BODY] * len(lines)
    text, paragraphs = "", []
    for line, kind in zip(lines, kinds, strict=True):
        if kind is not Kind.FURNITURE:
            paragraphs.append(Paragraph(len(text), len(text) + len(line), kind))
        text += line + "\n"
    article = Article(article_id, f"source-{article_id}", 0, len(text), outlet=outlet, published=published)
    return Reading(article, text, tuple(paragraphs))


def words(seed, count):
    """Return `count` words in an order that depends on `seed` and repeats nothing for long."""
    state, said = seed * 7919 + 17, []
    for _ in range(count):
        state = (state * 1103515245 + 12345) % 2147483648
        said.append(WORDS[(state >> 12) % len(WORDS)])
    return said


@st.composite
def piles(draw, least=2, most=9):
    """Return articles that carry each other's passages, whole, trimmed and edited, some of them the same."""
    passages = [words(seed, 30) for seed in range(4)]
    readings = []
    for number in range(draw(st.integers(least, most))):
        parts = []
        for _ in range(draw(st.integers(1, 4))):
            passage = list(passages[draw(st.integers(0, 3))])[draw(st.integers(0, 6)) : 30 - draw(st.integers(0, 6))]
            for _ in range(draw(st.integers(0, 2))):
                passage[draw(st.integers(0, len(passage) - 1))] = draw(st.sampled_from(["edited", "indeed", "later"]))
            parts += [" ".join(passage), " ".join(words(draw(st.integers(10, 14)), 8))]
        outlet = draw(st.sampled_from(["Sele Courier", "Tarn Herald", None]))
        published = draw(st.sampled_from([None, "2031-03-01", "2031-03-02T08:00:00Z", "2031-03"]))
        readings.append(reading(f"a{number}", *parts, outlet=outlet, published=published))
    return readings
