"""Two articles in, what they share and where they differ out, as spans of their sources."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from backstory.records import Change, Reading
from backstory.reuse.align import Run, aligned, gaps, moved
from backstory.reuse.corpus import Text, text_of

__all__ = ["changes_between", "compare"]


class _Piece(NamedTuple):
    """Words of the one and of the other that belong side by side, ends exclusive; no words is an empty range."""

    from_a: int
    to_a: int
    from_b: int
    to_b: int
    shared: bool = False
    after: bool = False


def changes_between(one: Text, two: Text) -> tuple[Change, ...]:
    """Return what was added, cut and changed from `one` to `two`, in the order of `one`; marks and style aside."""
    runs = aligned(one.hashes, two.hashes)
    pieces = [_Piece(*gap) for gap in gaps(runs, len(one), len(two))]
    return tuple(_change(one, two, part) for piece in pieces for part in _whole(one, two, piece))


def compare(one: Reading, two: Reading) -> tuple[Change, ...]:
    """Return two readings side by side, every word of both once: shared, changed, cut (own to `one`), added (to `two`).

    What stands in both but in another place is shared too. The order is that of `one`, and what only `two` has follows
    what it follows there.
    """
    first, second = text_of(one), text_of(two)
    runs = aligned(first.hashes, second.hashes)
    elsewhere = moved(first.hashes, second.hashes, runs)
    pieces = [_Piece(run.a, run.a + run.length, run.b, run.b + run.length, shared=True) for run in runs + elsewhere]
    for gap in gaps(runs, len(first), len(second)):
        pieces.extend(_own(_Piece(*gap), elsewhere))
    ordered = sorted(pieces, key=lambda piece: (piece.from_a, piece.after, piece.from_b))
    return tuple(_change(first, second, part) for piece in ordered for part in _whole(first, second, piece))


def _own(gap: _Piece, elsewhere: list[Run]) -> Iterator[_Piece]:
    """Yield what of a gap between shared runs is not found elsewhere in the other text."""
    left = list(_without(gap.from_a, gap.to_a, [(run.a, run.a + run.length) for run in elsewhere]))
    right = list(_without(gap.from_b, gap.to_b, [(run.b, run.b + run.length) for run in elsewhere]))
    if left == [(gap.from_a, gap.to_a)] and right == [(gap.from_b, gap.to_b)]:
        yield gap
        return
    for first, last in left:
        yield _Piece(first, last, gap.from_b, gap.from_b)
    for first, last in right:
        yield _Piece(gap.to_a, gap.to_a, first, last, after=gap.to_a > gap.from_a)


def _without(first: int, last: int, taken: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield what is left of the words from `first` to `last`."""
    for start, end in sorted(taken):
        if end <= first or start >= last:
            continue
        if start > first:
            yield first, start
        first = max(first, end)
    if first < last:
        yield first, last


def _whole(one: Text, two: Text, piece: _Piece) -> Iterator[_Piece]:
    """Yield `piece` cut where a source has something else between two paragraphs, so that no span runs over it."""
    cuts_a = [place for place in range(piece.from_a + 1, piece.to_a) if one.broken[place]]
    cuts_b = [place for place in range(piece.from_b + 1, piece.to_b) if two.broken[place]]
    if piece.shared:
        steps = sorted({place - piece.from_a for place in cuts_a} | {place - piece.from_b for place in cuts_b})
        edges = [0, *steps, piece.to_a - piece.from_a]
        for start, end in zip(edges[:-1], edges[1:], strict=True):
            yield _Piece(
                piece.from_a + start, piece.from_a + end, piece.from_b + start, piece.from_b + end, shared=True
            )
    elif not cuts_a and not cuts_b:
        yield piece
    else:
        edges_a, edges_b = [piece.from_a, *cuts_a, piece.to_a], [piece.from_b, *cuts_b, piece.to_b]
        for start, end in zip(edges_a[:-1], edges_a[1:], strict=True):
            if start < end:
                yield _Piece(start, end, piece.from_b, piece.from_b)
        for start, end in zip(edges_b[:-1], edges_b[1:], strict=True):
            if start < end:
                yield _Piece(piece.to_a, piece.to_a, start, end)


def _change(one: Text, two: Text, piece: _Piece) -> Change:
    a = one.span(piece.from_a, piece.to_a) if piece.to_a > piece.from_a else None
    b = two.span(piece.from_b, piece.to_b) if piece.to_b > piece.from_b else None
    kind = "shared" if piece.shared else "changed" if a and b else "cut" if a else "added"
    return Change(kind, a, b)
