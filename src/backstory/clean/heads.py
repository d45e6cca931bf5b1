"""Labelled lines in, the same lines with headlines and standfirsts named out: before cutting, and again after it.

A headline is known by its shape, by standing over running text, and by sharing words with it. What looks like one but
stands within an article is a sub-heading, and body.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from backstory.clean.lines import title_like
from backstory.clean.phrases import listed, words_in
from backstory.records import Kind, Line

__all__ = ["headed", "within"]

LOOK = 8
"""Lines between a headline and its report: byline, date, picture, caption, notices."""

LEAD = 12
"""Words from which a body line can be the first of a report."""

SHARED = 0.25
"""The share of a headline's longer words that its report's first lines also have: half of all headlines pass .5."""

SURE_BODY = 0.71
"""A line that is body at this chance is no headline: sub-headings and short questions within a report are."""

FIRST_LINES = 5
_ENDED = re.compile(r"[.!?…][\"'”’»)\]]*$")
_PERSON = re.compile(
    r"[A-ZÀ-ÖØ-Þ][a-zà-ÿ.'’-]+(?: [A-ZÀ-ÖØ-Þ]\.)?(?: [A-ZÀ-ÖØ-Þ][\w'’-]+){1,2}(?:,? in [A-ZÀ-ÖØ-Þ][\w'’ -]+)?"
)
_HEAD = frozenset({Kind.HEADLINE, Kind.STANDFIRST, Kind.BYLINE, Kind.DATE, Kind.IMAGE, Kind.CAPTION, Kind.FURNITURE})


def headed(text: str, lines: Sequence[Line], title: str | None) -> tuple[Line, ...]:
    """Return `lines` with the headlines named that stand over a report; `title` is what the container states.

    Where a reader marked a headline already, nothing changes.
    """
    if any(line.kind is Kind.HEADLINE for line in lines):
        return tuple(lines)
    found = list(lines)
    wanted = " ".join(words_in(title)) if title else ""
    for at, line in enumerate(lines):
        if line.kind is Kind.BODY and _opens(text, lines, at):
            _name_head(text, found, at, wanted)
    return tuple(found)


def _opens(text: str, lines: Sequence[Line], at: int) -> bool:
    """Return whether a report can begin at this body line: it is long and does not follow another long one."""
    content = text[lines[at].start : lines[at].end]
    if content.count(" ") + 1 < LEAD:
        return False
    before = lines[at - 1] if at else None
    if before is None or before.kind is not Kind.BODY:
        return True
    above = text[before.start : before.end]
    return above.count(" ") + 1 < LEAD and (title_like(above) or at < LOOK)


def _name_head(text: str, lines: list[Line], at: int, wanted: str) -> None:
    """Name the headline above line `at`, if there is one, and what stands between the two."""
    candidates = []
    for up in range(at - 1, max(-1, at - 1 - LOOK), -1):
        line = lines[up]
        content = text[line.start : line.end]
        long = content.count(" ") + 1 >= LEAD
        if line.kind is Kind.HEADLINE or (line.kind is Kind.BODY and long and _ENDED.search(content)):
            if up == 0 or lines[up - 1].kind is not Kind.BODY:
                continue
            break
        if _may_head(line, content):
            candidates.append((_likeness(text, lines, up, at, wanted), -up))
    if candidates and (best := max(candidates))[0] >= SHARED:
        place = _topmost(text, lines, -best[1])
        lines[place] = _named(lines[place], Kind.HEADLINE, "stands over a report and shares words with it")
        _name_writers(text, lines, place)
        _name_standfirst(text, lines, place)


def _topmost(text: str, lines: Sequence[Line], place: int) -> int:
    """Return the headline over the line at `place`: papers put a pun above the line that tells what happened.

    Up to two lines that could be headlines are passed, if with them the source begins or other text ends.
    """
    up = place
    while up > 0 and place - up < 2 and _may_head(lines[up - 1], text[lines[up - 1].start : lines[up - 1].end]):
        up -= 1
    begins = up == 0 or lines[up - 1].kind is Kind.BODY
    return up if begins else place


def _may_head(line: Line, content: str) -> bool:
    if line.kind not in (Kind.FURNITURE, Kind.UNKNOWN, Kind.BODY) or not title_like(content):
        return False
    if line.kind is Kind.BODY and line.confidence > SURE_BODY:
        return False
    return not any(why.startswith(("is ", "begins with", "says", "credits")) for why in line.evidence)


def _likeness(text: str, lines: Sequence[Line], up: int, at: int, wanted: str) -> float:
    """Return which share of a line's longer words the report's first lines have; 2 for the stated title."""
    words = words_in(text[lines[up].start : lines[up].end])
    if wanted and " ".join(words) == wanted:
        return 2.0
    below = [line for line in lines[at : at + 2 * FIRST_LINES] if line.kind is Kind.BODY][:FIRST_LINES]
    share = _shared(words, " ".join(text[line.start : min(line.end, line.start + 2000)] for line in below))
    only = all(line.kind in _HEAD for line in lines[:up])
    return share + (SHARED if only and up + 1 == at else 0.1 if only else 0.0)


RESTATED = 0.5
"""The share of a standfirst's longer words that the report's first lines say again; what follows a lead seldom does."""


def _name_standfirst(text: str, lines: list[Line], place: int) -> None:
    """Name the sentence below a headline as standfirst if a byline or a date parts it from the report.

    A picture alone may stand below a report's first paragraph too: then the report's first lines must say it again.
    """
    besides = (Kind.BYLINE, Kind.DATE, Kind.IMAGE, Kind.CAPTION)
    after = next((at for at in range(place + 1, min(len(lines), place + 4)) if lines[at].kind not in besides), None)
    below = _next_body(lines, after + 1) if after is not None else None
    if after is None or below is None or below == after + 1:
        return
    line = lines[after]
    content = text[line.start : line.end]
    known = any(why.startswith(("is ", "begins with", "says", "credits")) for why in line.evidence)
    if known or line.kind not in (Kind.BODY, Kind.FURNITURE, Kind.UNKNOWN) or not 6 <= content.count(" ") + 1 <= 60:
        return
    between = {lines[at].kind for at in range(after + 1, below)}
    first = [line for line in lines[below : below + LOOK] if line.kind is Kind.BODY][:3]
    again = _shared(words_in(content), " ".join(text[line.start : min(line.end, line.start + 1000)] for line in first))
    if between & {Kind.BYLINE, Kind.DATE} or (between & {Kind.IMAGE, Kind.CAPTION} and again >= RESTATED):
        lines[after] = _named(line, Kind.STANDFIRST, "stands between the headline and what is above a report")


def _next_body(lines: Sequence[Line], start: int) -> int | None:
    return next((at for at in range(start, min(len(lines), start + LOOK)) if lines[at].kind is Kind.BODY), None)


STEM = 5
"""Letters of a word that are compared: enough to tell words apart, few enough to see "arrive" in "arrived"."""


def _shared(words: Sequence[str], other: str) -> float:
    """Return which share of the longer of `words` stand in `other`, whatever their endings."""
    own = {word[:STEM] for word in words if len(word) > 3 and word not in listed("function_words")}
    there = {word[:STEM] for word in words_in(other)}
    return len(own & there) / len(own) if own else 0.0


def _name_writers(text: str, lines: list[Line], place: int) -> None:
    """Name the line that is a person's name and nothing else within the lines below a headline."""
    for down in range(place + 1, min(len(lines), place + 4)):
        content = text[lines[down].start : lines[down].end]
        known = any(why.startswith(("is ", "begins with", "says")) for why in lines[down].evidence)
        if lines[down].kind in (Kind.FURNITURE, Kind.UNKNOWN) and not known and _PERSON.fullmatch(content):
            lines[down] = _named(lines[down], Kind.BYLINE, "is a name between headline and report")
            return


def _named(line: Line, kind: Kind, why: str) -> Line:
    return replace(line, kind=kind, confidence=max(0.6, min(0.95, line.confidence)), evidence=(*line.evidence, why))


def within(text: str, lines: Sequence[Line], segment: Sequence[int]) -> dict[int, Line]:
    """Return the lines of a segment whose kind its place in an article changes, by their place in `lines`."""
    changed: dict[int, Line] = {}
    told = [at for at in segment if lines[at].kind in (Kind.HEADLINE, Kind.STANDFIRST, Kind.BODY, Kind.UNKNOWN)]
    if not told:
        return changed
    headlines = [at for at in told if lines[at].kind is Kind.HEADLINE]
    begun = next((place for place, at in enumerate(told) if lines[at].kind is Kind.BODY), len(told))
    for at in headlines:
        if at in told[begun:] and at != told[0]:
            changed[at] = replace(
                lines[at], kind=Kind.BODY, confidence=0.6, evidence=(*lines[at].evidence, "stands within an article")
            )
    first = lines[told[0]]
    content = text[first.start : first.end]
    if first.kind in (Kind.BODY, Kind.UNKNOWN) and len(told) > 1 and title_like(content) and len(content) < 130:
        changed[told[0]] = _named(first, Kind.HEADLINE, "is the first line of an article, without a full stop")
    return changed
