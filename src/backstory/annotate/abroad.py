"""A frame in another language than English in, who is said to say what in it out: by its lists of verbs alone.

It reads what stands beside quotations and colons: "« ... », a déclaré la ministre", "« ... », a-t-il dit",
"„...“, sagte Karin Osei", "Claire Vauquelin a salué « ... »". A clause without marks and colon stays unread.
"""

from __future__ import annotations

import re

from backstory.annotate.frames import STOPS, Frame
from backstory.annotate.lexicon import words
from backstory.annotate.spoken import Attribution
from backstory.records import Span

__all__ = ["attributions_abroad"]

CLITIC = re.compile(r"(?P<verb>.+?)(?:-t)?-(?P<subject>ils?|elles?|on)$")
"""The subject that French hangs on a verb: "a-t-il", "dit-elle"."""
LONGEST_SUBJECT = 14
"""Items."""
FURTHEST_NAMED = 8
"""Items between a verb of naming and the quotation that it gives."""


def attributions_abroad(frame: Frame, language: str) -> list[Attribution]:
    """Return what the frame attributes, in the order of its cues."""
    found = (_attribution(frame, place, language) for place, item in enumerate(frame) if item.is_word)
    return [one for one in found if one is not None]


def _attribution(frame: Frame, place: int, language: str) -> Attribution | None:
    item = frame[place]
    if item.lower in words("according", language):
        return _according(frame, place, language)
    hung = CLITIC.fullmatch(item.lower)
    if hung is not None:
        return _hung(frame, place, hung, language)
    if item.lower in words("naming_verbs", language):
        named = _named(frame, place, language)
        if named is not None:
            return named
    if item.lower not in words("reporting_verbs", language):
        return None
    return _behind(frame, place, language) or _before(frame, place, language)


def _hung(frame: Frame, place: int, hung: re.Match[str], language: str) -> Attribution | None:
    """Read "déclare-t-il" and "a-t-il dit"."""
    item = frame[place]
    source = Span(item.end - len(hung["subject"]), item.end)
    if hung["verb"] in words("reporting_verbs", language):
        return Attribution(
            Span(item.start, item.start + len(hung["verb"])), source, _content(frame, place, place), "verb"
        )
    following = frame[place + 1] if place + 1 < len(frame) else item
    if hung["verb"] not in words("auxiliaries", language) or following.lower not in words("reporting_verbs", language):
        return None
    return Attribution(Span(following.start, following.end), source, _content(frame, place, place + 1), "verb")


def _behind(frame: Frame, place: int, language: str) -> Attribution | None:
    """Read a verb whose subject follows, behind a quotation or a comma: "« ... », a déclaré la ministre"."""
    first = place - 1 if place and frame[place - 1].lower in words("auxiliaries", language) else place
    if first == 0 or not (frame[first - 1].quoted is not None or frame[first - 1].text == ","):
        return None
    stop = _phrase_end(frame, place + 1, language)
    if stop == place + 1:
        return None
    content = _content(frame, first, stop - 1)
    return Attribution(_span(frame, first, place + 1), _span(frame, place + 1, stop), content, "verb")


def _before(frame: Frame, place: int, language: str) -> Attribution | None:
    """Read a verb behind its subject, with a colon or a quotation behind it: "commentait : « ... »"."""
    start, stop = _subject(frame, place, language)
    after = next(
        (at for at in range(place + 1, len(frame)) if frame[at].text == ":" or frame[at].quoted is not None), None
    )
    if start == stop or after is None or after - place > FURTHEST_NAMED:
        return None
    content = (after + 1 if frame[after].text == ":" else after, len(frame))
    return Attribution(_span(frame, place, place + 1), _span(frame, start, stop), content, "verb")


def _named(frame: Frame, place: int, language: str) -> Attribution | None:
    """Read "a salué « ... »", "nannte den Schritt „...“": the quotation that follows without a comma."""
    start, stop = _subject(frame, place, language)
    for at in range(place + 1, min(len(frame), place + 1 + FURTHEST_NAMED)):
        if frame[at].quoted is not None and start < stop:
            return Attribution(_span(frame, place, place + 1), _span(frame, start, stop), (at, at + 1), "naming")
        if frame[at].text in {",", ";", ":"}:
            break
    return None


def _according(frame: Frame, place: int, language: str) -> Attribution | None:
    stop = _phrase_end(frame, place + 1, language)
    if stop == place + 1 or not any(item.quoted is not None for item in frame):
        return None
    content = (stop, len(frame)) if place == 0 else (0, place)
    return Attribution(_span(frame, place, place + 1), _span(frame, place + 1, stop), content, "according")


def _content(frame: Frame, first: int, last: int) -> tuple[int, int]:
    """Return the items that an attribution over [first, last] gives: behind its colon, else before it."""
    colon = next((at for at in range(last + 1, min(len(frame), last + 6)) if frame[at].text == ":"), None)
    if colon is not None:
        return colon + 1, len(frame)
    while first > 0 and frame[first - 1].text in {",", ";", "–", "—"}:
        first -= 1
    return 0, first


def _subject(frame: Frame, place: int, language: str) -> tuple[int, int]:
    """Return the items of the subject left of a verb: from the clause's start to the first comma or the verb."""
    stop = place
    while stop > 0 and frame[stop - 1].lower in words("auxiliaries", language):
        stop -= 1
    start = stop
    while start > 0 and stop - start < LONGEST_SUBJECT and frame[start - 1].quoted is None:
        if frame[start - 1].text in STOPS or frame[start - 1].text in {":", ";"}:
            break
        start -= 1
    while start < stop and (frame[start].lower in words("connectors", language) or not frame[start].is_word):
        start += 1
    comma = next((at for at in range(start, stop) if frame[at].text == ","), stop)
    return start, comma


def _phrase_end(frame: Frame, start: int, language: str) -> int:
    at = start
    while at < len(frame) and frame[at].is_word and at - start < LONGEST_SUBJECT:
        if frame[at].lower in words("phrase_ends", language):
            break
        at += 1
    return at


def _span(frame: Frame, start: int, stop: int) -> Span:
    return Span(frame[start].start, frame[stop - 1].end)
