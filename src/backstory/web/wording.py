"""Two versions of an utterance in, word by word what one keeps, leaves out and puts otherwise out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from backstory.reuse.align import Run, aligned, gaps
from backstory.reuse.tokens import Words, words_of
from backstory.web.paint import Piece

__all__ = ["as_cuts", "cut_of"]

ODD_WORDS = 2
"""A word alone that two versions have in common is chance, and would cut the others to pieces."""
SHORT = 6
"""A version of fewer words is compared word by word."""
LONG_WORDS = 24
"""Of a longer run that is left out the beginning and the end are shown."""
COMPARED = 4096
"""Pairs of versions whose comparison is remembered: a quarter of what a story's page takes, and texts do not change."""


def as_cuts(statements: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return statements, each with `told`: its versions but the fullest, those in the same words once.

    Each of them has `pieces` as a cut of the fullest; None where it renders it in words of its own.
    """
    for row in statements:
        fullest = row["versions"][0]
        told: dict[tuple[str, str | None, str], dict[str, Any]] = {}
        for version in row["versions"][1:]:
            key = (version["cut"], version["cue"], " ".join(version["text"].split()))
            told.setdefault(key, version | {"carriers": []})["carriers"].append(version)
        for version in told.values():
            rendered = version["kind"] == "indirect" and version["cut"] == "paraphrased"
            version["pieces"] = None if rendered else cut_of(version["text"], fullest["text"])
        row["told"] = list(told.values())
    return list(statements)


@lru_cache(COMPARED)
def cut_of(version: str, fullest: str) -> tuple[Piece, ...]:
    """Return `fullest` as `version` has it: what it keeps, leaves out (`cut`) and puts otherwise (`own`)."""
    full, own = words_of(fullest), words_of(version)
    runs = [run for run in aligned(full.hashes, own.hashes) if run.length >= ODD_WORDS or len(own.hashes) < SHORT]
    return tuple(_pieces(fullest, full, version, own, runs))


def _pieces(fullest: str, full: Words, version: str, own: Words, runs: list[Run]) -> Iterator[Piece]:
    parts: list[tuple[int, int, int, int, bool]] = [(run.a, run.a + run.length, 0, 0, True) for run in runs]
    parts += [(*gap, False) for gap in gaps(runs, len(full.hashes), len(own.hashes))]
    parts.sort(key=lambda part: (part[0], part[1]))
    for first, last, begin, end, kept in parts:
        if last > first:
            words = _text(fullest, full, first, last, whole=True)
            yield Piece(words) if kept else Piece(words, "cut", told=_short(words, last - first))
        if end > begin:
            blank = "" if last < len(full.hashes) or not full.hashes.size else " "
            yield Piece(f"{blank}{_text(version, own, begin, end)} ", "own")


def _text(text: str, words: Words, first: int, last: int, *, whole: bool = False) -> str:
    """Return the words from `first` to `last`, with `whole` up to where the next begins."""
    start = 0 if whole and first == 0 else int(words.starts[first])
    if not whole:
        return text[start : int(words.ends[last - 1])]
    return text[start : int(words.starts[last]) if last < len(words.starts) else len(text)]


def _short(text: str, words: int) -> str:
    """Return the beginning and end of a long run, with how many words it has; nothing for a short one."""
    if words <= LONG_WORDS:
        return ""
    said = text.split()
    return f"{' '.join(said[:5])} … {' '.join(said[-4:])} ({words} words)"
