"""A source in, its clean articles out: every line labelled, cut where one article ends, title, outlet and dates found.

Nothing is left out: the blocks of a source hold its every non-blank character. Furniture belongs to no article, also
where it stands between an article's lines; whatever else stands in an article's extent is the article's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.resources import files

from backstory.clean.blocks import blocks_of
from backstory.clean.hashes import line_hashes
from backstory.clean.lines import lines_of
from backstory.clean.metadata import article_of
from backstory.records import Article, Cleaned, Kind, Line, Source, Stated

__all__ = ["clean", "line_hashes"]

_OF_NONE = frozenset({Kind.FURNITURE})
_TELLS = frozenset({Kind.HEADLINE, Kind.STANDFIRST, Kind.BODY})


@dataclass(frozen=True, slots=True)
class _Whole:
    """The whole source as one article."""

    lines: tuple[int, ...]
    confidence: float = 0.5
    evidence: tuple[str, ...] = ()
    expected: int | None = None


def clean(source: Source, repeats: Sequence[int] = ()) -> Cleaned:
    """Return the lines, blocks and articles of `source`.

    `repeats[i]` says in how many other sources of the desk the i-th non-blank line stands, in the order of
    `line_hashes`; without it no line is taken to stand elsewhere.
    """
    lines = lines_of(source, repeats)
    owners: list[str | None] = [None] * len(lines)
    articles: list[Article] = []
    for number, segment in enumerate(_segments(source, lines)):
        kept = [at for at in segment.lines if lines[at].kind not in _OF_NONE]
        if not any(lines[at].kind in _TELLS for at in kept):
            continue
        own = [lines[at] for at in kept]
        stated = _stated(source, own[0].start, first=number == 0)
        article = article_of(source, own, stated, segment.confidence, segment.evidence)
        articles.append(article)
        for at in kept:
            owners[at] = article.article_id
    blocks = blocks_of(source.source_id, lines, owners)
    return Cleaned(source.source_id, lines, blocks, tuple(articles), source.expected)


def _segments(source: Source, lines: Sequence[Line]) -> Sequence[_Whole]:
    if not (files("backstory.models") / "split.npz").is_file():
        return (_Whole(tuple(range(len(lines)))),)
    found: Sequence[_Whole] = import_module("backstory.clean.split").cut(source.text, lines, items=source.items)
    return found


def _stated(source: Source, start: int, *, first: bool) -> Stated:
    """Return what the container says of the article that begins at `start`: its item's header, or the source's."""
    for item in source.items:
        if item.start <= start < item.end:
            return item.stated
    if first:
        return source.stated
    whole = source.stated
    return Stated(outlet=whole.outlet, section=whole.section, language=whole.language, published=whole.published)
