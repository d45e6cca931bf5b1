"""Units in, log odds out: datelines, credits and a change of language, of which the network saw too few."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from backstory.clean.introductions import words
from backstory.clean.language import language_of
from backstory.clean.units import Unit

__all__ = ["cue_odds", "has_dateline"]

Floats = npt.NDArray[np.float32]

DATELINE_ODDS = 5.0
"""A dateline opens 55 of 601 articles of eight exports and 8 of their 11,000 other paragraphs: 125 times as often."""

CREDIT_ODDS = 3.0
"""After "(Reporting by ...)" an article begins unless the file ends, or an editor's note follows. By judgement."""

LANGUAGE_ODDS = 5.0
"""Where three paragraphs are in one language and the next three in another, an article ends. By judgement: but for one
export, all that training has is in one language."""

NOT_EXCLUDED = -5.0
"""Log odds below which a change of language is not looked for: asking takes as long as weighing."""

NEAR = 3

LISTED = 4
"""Datelines nearer than this many paragraphs are a round-up's ("PARIS - ...", "TOKYO - ..."), not articles."""

HEADLINE_WORDS = 22
"""A line above a dateline that is no longer than this and ends no sentence is its headline or byline."""

CITY = r"[A-ZÀ-ÖØ-Þ][A-ZÀ-ÖØ-Þ.'’-]+(?:[ /][A-ZÀ-ÖØ-Þ][A-ZÀ-ÖØ-Þ.'’-]*){0,3}"
REST = r"(?:, (?:[A-Z][\w.]+ ?){1,3})?(?:, [A-Z][a-z]+\.? \d{1,2})?"
DASH = r"(?:\s+(?:--|—|–|-|_)\s+|\s?(?:—|--)\s?)"
CAPITALS = re.compile(rf"{CITY}{REST}\s*(?:\([A-Z][\w/ .]+\))?{DASH}[\"“'‘]?\w")
AGENCY = re.compile(r"[A-Z][\w.,'’ /-]{2,50}\(([A-Z][\w/ .]+)\)\s*(?:--|—|–|-|_)?\s*[\"“'‘]?\w")
CREDIT = re.compile(r"\((?:additional )?(?:reporting|writing|editing|compiled)\b[^.]{0,200}\)?$", re.IGNORECASE)


def has_dateline(text: str) -> bool:
    """Return whether `text` begins like "OTTAWA (CP) -- " or "Geneva (Reuters) - "."""
    agency = AGENCY.match(text)
    return bool(CAPITALS.match(text)) or (agency is not None and agency[1] in words("agencies"))


def cue_odds(units: Sequence[Unit], scores: Floats) -> Floats:
    """Return what datelines and credits add to the `scores` (log odds) of the gap before each of `units`."""
    added = np.zeros(len(units), dtype=np.float32)
    dated = [place for place, unit in enumerate(units) if has_dateline(unit.text)]
    for before, place, after in zip([-LISTED, *dated], dated, [*dated[1:], len(units) + LISTED], strict=False):
        if min(place - before, after - place) < LISTED:
            continue
        first = place
        while first > max(place - 3, 1) and _heads(units[first - 1]):
            first -= 1
        added[first + int(np.argmax(scores[first : place + 1]))] += DATELINE_ODDS
    for place, unit in enumerate(units[:-1]):
        if CREDIT.match(unit.text):
            added[place + 1] += CREDIT_ODDS
    for place in np.flatnonzero(scores > NOT_EXCLUDED).tolist():
        added[place] += LANGUAGE_ODDS * _changes_language(units, place)
    return added


def _changes_language(units: Sequence[Unit], place: int) -> bool:
    """Return whether the units before `place` are in another language than those from it on, its own included."""
    before, after = units[max(place - NEAR, 0) : place], units[place : place + NEAR]
    if not before:
        return False
    last, own, old, new = (
        language_of(" ".join(unit.text for unit in part)) for part in (before[-1:], after[:1], before, after)
    )
    return None not in (old, new) and old != new and last in (None, old) and own in (None, new)


def _heads(unit: Unit) -> bool:
    return len(unit.tokens) <= HEADLINE_WORDS and unit.text[-1] not in '.!?;:"”'
