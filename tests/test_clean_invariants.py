"""Whatever the text, its blocks hold every non-blank character exactly once."""

from hashlib import sha256

from hypothesis import given, settings
from hypothesis import strategies as st

from backstory.clean import clean, line_hashes
from backstory.records import Cleaned, Kind, Source

WORDS = st.sampled_from(
    [
        "Read more",
        "Your support helps us.",
        "date 2025-02-22",
        "Image: A boat",
        "(Ann Lee/AP)",
        "By Ann Lee",
        "Published2 days ago",
        "![a](http://b.example/c.jpg)",
        "The mayor said on Tuesday that the bridge would open in May.",
        "0:38",
        "\x0b",
        "\u2028",
        "\ud800",
        "   ",
        "“",
        "subscribe now",
        "LONDON (Reuters) - ",
    ]
)
HOSTILE = st.one_of(st.text(max_size=400), st.lists(st.one_of(WORDS, st.text(max_size=30)), max_size=30).map(" ".join))
TEXTS = st.lists(st.one_of(HOSTILE, WORDS), max_size=20).map("\n".join)


def source_of(text: str) -> Source:
    raw = text.encode("utf-8", "surrogatepass")
    return Source(sha256(raw).hexdigest(), "file.txt", "text/plain", raw, text, "text/1")


def assert_accounted_for(text: str, cleaned: Cleaned) -> None:
    held = [False] * len(text)
    last = 0
    for block in cleaned.blocks:
        assert last <= block.start < block.end <= len(text)
        held[block.start : block.end] = [True] * (block.end - block.start)
        last = block.end
    assert all(there or char.isspace() for there, char in zip(held, text, strict=True))


@settings(max_examples=150, deadline=None)
@given(TEXTS, st.lists(st.integers(0, 3), max_size=30))
def test_every_character_that_is_not_blank_lies_in_exactly_one_block(text, repeats):
    assert_accounted_for(text, clean(source_of(text), repeats))


@settings(max_examples=100, deadline=None)
@given(TEXTS)
def test_every_block_of_an_article_lies_within_it_and_furniture_belongs_to_none(text):
    cleaned = clean(source_of(text))
    articles = {article.article_id: article for article in cleaned.articles}
    assert len(articles) == len(cleaned.articles)
    for block in cleaned.blocks:
        assert 0 <= block.confidence <= 1
        if block.article_id is not None:
            article = articles[block.article_id]
            assert article.start <= block.start
            assert block.end <= article.end
            assert block.kind is not Kind.FURNITURE
    assert {block.article_id for block in cleaned.blocks} - {None} == articles.keys()


@settings(max_examples=100, deadline=None)
@given(TEXTS)
def test_there_is_one_hash_for_every_line_that_is_not_blank(text):
    assert len(line_hashes(text)) == sum(bool(line.strip()) for line in text.split("\n"))


def test_lines_that_differ_in_case_blanks_and_digits_alone_have_one_hash():
    first, second, third = line_hashes("Published 2 days ago\nPUBLISHED  13 days  ago\nPublished two days ago")
    assert first == second != third
    assert -(2**63) <= first < 2**63
