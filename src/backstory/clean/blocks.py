"""Lines and segments in, blocks out: runs of lines of one kind of one article."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from backstory.records import Block, Kind, Line

__all__ = ["blocks_of"]


def blocks_of(source_id: str, lines: Sequence[Line], owners: Sequence[str | None]) -> tuple[Block, ...]:
    """Return the blocks of `lines`; `owners[i]` is the id of the article of line i.

    A block is as sure as its least sure line.
    """
    blocks = []
    for (kind, owner), run in groupby(zip(lines, owners, strict=True), key=_key):
        members = [line for line, _ in run]
        confidence = min(line.confidence for line in members)
        blocks.append(Block(source_id, owner, members[0].start, members[-1].end, kind, confidence))
    return tuple(blocks)


def _key(owned: tuple[Line, str | None]) -> tuple[Kind, str | None]:
    line, owner = owned
    return line.kind, owner
