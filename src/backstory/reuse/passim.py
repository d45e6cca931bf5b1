"""Readings in, passim's input out; passim's output in, passages out; and ours in its shape: JSON Lines either way.

passim (Smith, Cordell and others) reads a line a document with `id`, `text` and `series`, and compares no documents of
one series. It writes a line a member of each cluster: `cluster`, `size`, `id`, `begin`, `end`, `text`. Offsets here
are into the article's standfirst and body joined by line ends, as `documents` writes them.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate

from backstory.errors import ReadError
from backstory.records import Member, Paragraph, Passage, Reading, content_id
from backstory.reuse.corpus import KINDS
from backstory.reuse.order import earliest
from backstory.reuse.tokens import words_of

__all__ = ["clusters", "documents", "passages_from"]


def documents(readings: Iterable[Reading]) -> Iterator[str]:
    """Yield a line of passim's input for each article, its outlet as the series, its date beside it."""
    for reading in readings:
        article = reading.article
        said = reading.of(KINDS)
        row = {"id": article.article_id, "series": article.outlet or article.source_id, "text": said}
        yield json.dumps(row | ({"date": article.published[:10]} if article.published else {}), ensure_ascii=False)


def clusters(passages: Iterable[Passage], readings: Mapping[str, Reading]) -> Iterator[str]:
    """Yield a line of passim's output for each member of each passage, clusters numbered as they come."""
    for number, passage in enumerate(passages):
        for member in passage.members:
            reading = readings[member.article_id]
            begin, end = _into_document(reading, member.start), _into_document(reading, member.end)
            series = reading.article.outlet or reading.article.source_id
            row = {"cluster": number, "size": len(passage.members), "id": member.article_id, "series": series}
            text = reading.of(KINDS)[begin:end]
            yield json.dumps(row | {"begin": begin, "end": end, "text": text}, ensure_ascii=False)


def passages_from(lines: Iterable[str], readings: Mapping[str, Reading]) -> list[Passage]:
    """Return the passages of passim's output over `documents(readings)`.

    Raises:
        ReadError: a line is not passim's, or names an article that is not among `readings`.
    """
    members: dict[str, list[Member]] = defaultdict(list)
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                row = json.loads(line)
                reading = readings[row["id"]]
                start, end = _into_source(reading, row["begin"]), _into_source(reading, row["end"] - 1) + 1
                members[str(row["cluster"])].append(_member(reading, start, end))
            except (ValueError, KeyError, TypeError, IndexError) as error:
                problem = f"line {number} is not a line of passim's output for these articles ({error!r})"
                raise ReadError(f"{problem}: give the out.json of a run over what `passages --passim` wrote") from error
    return sorted((_passage(rows, readings) for rows in members.values()), key=lambda passage: passage.passage_id)


def _passage(rows: list[Member], readings: Mapping[str, Reading]) -> Passage:
    members = tuple(sorted(rows, key=lambda member: (member.article_id, member.start)))
    articles = [readings[key].article for key in sorted({member.article_id for member in members})]
    return Passage(
        passage_id=content_id("passage", members[0].article_id, members[0].start, members[0].end),
        words=max(len(words_of(member.text).hashes) for member in members),
        members=members,
        first_article_id=earliest(articles),
    )


def _member(reading: Reading, start: int, end: int) -> Member:
    return Member(reading.article.article_id, reading.article.source_id, start, end, reading.text[start:end])


def _pieces(reading: Reading) -> tuple[list[Paragraph], list[int]]:
    """Return the paragraphs of the document and where each begins in it."""
    pieces = [paragraph for paragraph in reading.paragraphs if paragraph.kind in KINDS]
    return pieces, [0, *accumulate(piece.end - piece.start + 1 for piece in pieces)]


def _into_document(reading: Reading, place: int) -> int:
    pieces, begins = _pieces(reading)
    number = max(bisect_right([piece.start for piece in pieces], place) - 1, 0)
    return begins[number] + min(place, pieces[number].end) - pieces[number].start


def _into_source(reading: Reading, place: int) -> int:
    pieces, begins = _pieces(reading)
    number = min(max(bisect_right(begins, place) - 1, 0), len(pieces) - 1)
    return pieces[number].start + min(place - begins[number], pieces[number].end - pieces[number].start)
