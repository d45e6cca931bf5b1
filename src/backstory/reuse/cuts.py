"""A version of a statement and the fullest one in, how the version was cut out."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

import numpy as np

from backstory.records import Version
from backstory.reuse.align import Run, aligned, gaps, moved
from backstory.reuse.tokens import normal_form
from backstory.reuse.utterances import Utterance
from backstory.reuse.variants import entries

__all__ = ["version_of"]

WORD_FOR_WORD = 0.95
"""Share of its own words in quotation marks that a version must have from the fullest to be word for word."""
SPLICE_WORDS = 2
"""So many words left out without a sign make a run that is printed as one a splice of two places."""
HALF = 0.5
"""A version with less of its words in the fullest shares them by chance: all of the fullest is left out."""
ODD_WORDS = 2
"""Matches of fewer words far from any other are by chance."""


class _Match(NamedTuple):
    """How the words of a version (`b` of the runs) lie in the fullest (`a`)."""

    runs: list[Run]
    own: float
    all_held: bool
    left_out: list[tuple[int, int]]


def version_of(version: Utterance, fullest: Utterance, host: Utterance | None = None) -> Version:
    """Return `version` with its cut: what of `fullest` it lacks, and whether that turns or limits what it keeps.

    `host` is the longer version that it was found by. Where its words are there and not in the fullest, it is a part of
    the utterance that the fullest lacks.
    """
    match, quote = _match(version, fullest), version.quote
    cut = _cut(version, fullest, match)
    if cut == "reworded" and host is not None and host is not fullest:
        by_host = _match(version, host)
        if by_host.own >= WORD_FOR_WORD:
            cut = "spliced" if _is_spliced(version, by_host) else "trimmed"
            match = match if match.own >= HALF else _Match([], 0.0, False, [(0, len(fullest.hashes))])
    told = [] if cut == "paraphrased" else match.left_out
    return Version(
        quote_id=quote.quote_id,
        article_id=quote.article_id,
        outlet=version.article.outlet if version.article else None,
        cut=cut,
        left_out=tuple(_text(fullest, first, last) for first, last in told),
        loses_negation=any(_limits(fullest, match, piece) for piece in told),
        cue=quote.cue,
    )


def _match(version: Utterance, fullest: Utterance) -> _Match:
    runs = aligned(fullest.hashes, version.hashes)
    runs = sorted([*runs, *moved(fullest.hashes, version.hashes, runs)])
    runs = [run for run in runs if run.length >= ODD_WORDS or _near(run, runs) or len(version.hashes) < 2 * ODD_WORDS]
    runs = _slid(runs, version, fullest)
    held = np.zeros(len(version.hashes), dtype=bool)
    for run in runs:
        held[run.b : run.b + run.length] = True
    said = version.verbatim
    inner = np.flatnonzero(held)
    if len(inner):  # what stands before or after all that is shared is more of the utterance, not other words for it
        said = said & (np.arange(len(said)) >= inner[0]) & (np.arange(len(said)) <= inner[-1])
    own = float(held[said].mean()) if said.any() else float(held.mean()) if len(held) else 0.0
    left = [(first, last) for first, last, _, _ in gaps(runs, len(fullest.hashes), 0) if last > first]
    return _Match(runs, own, bool(held.all()), left)


def _slid(runs: list[Run], version: Utterance, fullest: Utterance) -> list[Run]:
    """Return `runs` with words that fit both ends of a gap on the side that the version's own breaks speak for."""
    slid = runs[:]
    for place in range(len(slid) - 1):
        one, two = slid[place], slid[place + 1]
        if two.b != one.b + one.length or two.b in version.breaks:
            continue
        for words in range(1, one.length):
            if fullest.hashes[two.a - words] != version.hashes[two.b - words]:
                break
            if two.b - words in version.breaks:
                slid[place] = Run(one.a, one.b, one.length - words)
                slid[place + 1] = Run(two.a - words, two.b - words, two.length + words)
    return slid


def _near(run: Run, runs: list[Run]) -> bool:
    return any(
        other != run and 0 <= max(other.a - run.a - run.length, run.a - other.a - other.length) <= 3 for other in runs
    )


def _cut(version: Utterance, fullest: Utterance, match: _Match) -> str:
    same = match.all_held and not match.left_out and version.quote.kind == fullest.quote.kind
    if version is fullest or same:
        return "paraphrased" if version.quote.kind == "indirect" else "whole"
    if version.quote.kind == "indirect" and match.own < WORD_FOR_WORD:
        return "paraphrased"
    if match.own < WORD_FOR_WORD:
        return "reworded"
    if not match.left_out:
        return "whole" if match.all_held or version.verbatim.all() else "reworded"
    return "spliced" if _is_spliced(version, match) else "trimmed"


def _is_spliced(version: Utterance, match: _Match) -> bool:
    """Return whether two places of the fullest are printed as one without a sign, or in the other order."""
    own = (run for run in match.runs if version.verbatim[run.b : run.b + run.length].any())
    by_version = sorted(own, key=lambda run: run.b)
    for one, two in zip(by_version[:-1], by_version[1:], strict=True):
        signed = any(place in version.breaks for place in range(one.b + one.length, two.b + 1))
        skipped = two.a - one.a - one.length
        if not signed and (skipped >= SPLICE_WORDS or skipped < 0):
            return True
    return False


def _limits(fullest: Utterance, match: _Match, piece: tuple[int, int]) -> bool:
    """Return whether `piece`, left out, denies or limits a sentence of which the version keeps a part."""
    kept = [range(run.a, run.a + run.length) for run in match.runs]
    for first, last in _sentences(fullest):
        begin, end = max(first, piece[0]), min(last, piece[1])
        if begin >= end or not any(first <= place < last for places in kept for place in places):
            continue
        if _denials(_text(fullest, begin, end)):
            return True
    return False


def _sentences(fullest: Utterance) -> list[tuple[int, int]]:
    """Return the sentences of `fullest` as (first word, last word), last exclusive.

    Where a cue interrupts ("..., " she said. "...") a comma hides the end: a capital after it is taken for a beginning.
    """
    words, text = fullest.words, fullest.quote.text
    stops = []
    for place in range(1, len(words.hashes)):
        start = int(words.starts[place])
        full = re.search(r"[.!?]", text[int(words.ends[place - 1]) : start])
        if full or (place in fullest.breaks and text[start].isupper()):
            stops.append(place)
    edges = [0, *stops, len(words.hashes)]
    return list(zip(edges[:-1], edges[1:], strict=True))


def _denials(text: str) -> bool:
    said = " ".join(normal_form(word) for word in re.findall(r"[\w’']+", text))
    return any(f" {phrase} " in f" {said} " for phrase in _negations())


@cache
def _negations() -> tuple[str, ...]:
    return tuple(" ".join(normal_form(word) for word in entry.split()) for entry in entries("negations"))


def _text(said: Utterance, first: int, last: int) -> str:
    return said.quote.text[int(said.words.starts[first]) : int(said.words.ends[last - 1])]
