"""A source in, its clean articles out: every line labelled, cut where one article ends, title, outlet and dates found.

Nothing is left out: the blocks of a source hold its every non-blank character. Furniture belongs to no article, also
where it stands between an article's lines; whatever else stands in an article's extent is the article's.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from backstory.clean.blocks import blocks_of
from backstory.clean.hashes import line_hashes
from backstory.clean.heads import headed, within
from backstory.clean.lines import lines_of
from backstory.clean.metadata import article_of
from backstory.clean.pieces import rows_of
from backstory.clean.split import cut
from backstory.records import Article, Cleaned, Kind, Line, Source, Stated

__all__ = ["clean", "line_hashes"]

NOTHING: Mapping[int, Kind] = MappingProxyType({})

_OF_NONE = frozenset({Kind.FURNITURE})
_TELLS = frozenset({Kind.HEADLINE, Kind.STANDFIRST, Kind.BODY})


def clean(source: Source, repeats: Sequence[int] = (), told: Mapping[int, Kind] = NOTHING) -> Cleaned:
    """Return the lines, blocks and articles of `source`.

    `repeats[i]` says in how many other sources of the desk the i-th non-blank line stands, in the order of
    `line_hashes`; without it no line is taken to stand elsewhere. `told` gives lines, by their start, the kind that a
    person said they are of.
    """
    lines = _as_told(headed(source.text, lines_of(source, repeats), source.stated.title), told)
    owners: list[str | None] = [None] * len(lines)
    articles: list[Article] = []
    expected = source.expected
    shared = _shared(source.text, lines, repeats)
    for number, segment in enumerate(cut(source.text, lines, items=source.items, shared=shared)):
        expected = expected or segment.expected
        for at, line in within(source.text, lines, segment.lines).items():
            lines[at] = line if line.start not in told else lines[at]
        kept = [at for at in segment.lines if lines[at].kind not in _OF_NONE]
        if not any(lines[at].kind in _TELLS for at in kept):
            continue
        own = [lines[at] for at in kept]
        stated = _stated(source, own[0].start, first=number == 0)
        around = [lines[at] for at in segment.lines]
        article = article_of(source, own, around, stated, segment.confidence, segment.evidence)
        articles.append(article)
        for at in kept:
            owners[at] = article.article_id
    blocks = blocks_of(source.source_id, lines, owners)
    return Cleaned(source.source_id, tuple(lines), blocks, tuple(articles), expected)


def _as_told(lines: Iterable[Line], told: Mapping[int, Kind]) -> list[Line]:
    return [
        replace(line, kind=told[line.start], confidence=1.0, evidence=("a person said so",))
        if line.start in told
        else line
        for line in lines
    ]


def _shared(text: str, lines: Sequence[Line], repeats: Sequence[int]) -> list[bool]:
    """Return which of `lines` stand in other sources; where none does, nothing."""
    if not any(repeats):
        return []
    rows = [start for start, _ in rows_of(text)]
    standing = {start for start, times in zip(rows, repeats, strict=False) if times}
    return [rows[bisect_right(rows, line.start) - 1] in standing for line in lines]


def _stated(source: Source, start: int, *, first: bool) -> Stated:
    """Return what the container says of the article that begins at `start`: its item's header, or the source's.

    What a page says of its title, writer and address is said of its first article; outlet and language hold for all.
    """
    whole = source.stated
    for item in source.items:
        if item.start <= start < item.end:
            own = item.stated
            return replace(own, outlet=own.outlet or whole.outlet, language=own.language or whole.language)
    if first:
        return whole
    return Stated(outlet=whole.outlet, section=whole.section, language=whole.language, published=whole.published)
