"""Two versions of an utterance in, word by word what one keeps, leaves out and puts otherwise out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from backstory.reuse.align import Run, aligned, gaps
from backstory.reuse.tokens import Words, words_of
from backstory.web.paint import Piece

__all__ = ["as_cuts", "cut_of"]


def as_cuts(statements: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return statements, each version but the fullest, which comes first, with its `pieces`; None for a rendering."""
    for row in statements:
        fullest = row["versions"][0]
        for version in row["versions"][1:]:
            verbatim = version["kind"] != "indirect" or version["cut"] != "paraphrased"
            version["pieces"] = cut_of(version["text"], fullest["text"]) if verbatim else None
    return list(statements)


def cut_of(version: str, fullest: str) -> list[Piece]:
    """Return `fullest` as `version` has it: what it keeps, leaves out (`cut`) and puts otherwise (`own`)."""
    full, own = words_of(fullest), words_of(version)
    runs = aligned(full.hashes, own.hashes)
    return list(_pieces(fullest, full, version, own, runs))


def _pieces(fullest: str, full: Words, version: str, own: Words, runs: list[Run]) -> Iterator[Piece]:
    parts: list[tuple[int, int, int, int, bool]] = [(run.a, run.a + run.length, 0, 0, True) for run in runs]
    parts += [(*gap, False) for gap in gaps(runs, len(full.hashes), len(own.hashes))]
    parts.sort(key=lambda part: (part[0], part[1]))
    for first, last, begin, end, kept in parts:
        if last > first:
            yield Piece(_text(fullest, full, first, last, whole=True), "" if kept else "cut")
        if end > begin:
            yield Piece(_text(version, own, begin, end) + " ", "own")


def _text(text: str, words: Words, first: int, last: int, *, whole: bool = False) -> str:
    """Return the words from `first` to `last`, with `whole` up to where the next begins."""
    start = 0 if whole and first == 0 else int(words.starts[first])
    if not whole:
        return text[start : int(words.ends[last - 1])]
    return text[start : int(words.starts[last]) if last < len(words.starts) else len(text)]
