"""A frame and a verb in it in, the noun phrases beside the verb out: its subject before it, or what follows it."""

from __future__ import annotations

from backstory.annotate.frames import QUOTATION, STOPS, Frame, Item
from backstory.annotate.lexicon import pairs, words
from backstory.records import Span

__all__ = ["between", "first_subject", "noun_phrase_end", "span_of", "subject"]

LONGEST_SOURCE = 30
"""Tokens. Of the sources in PolNeAR's training articles 99 in 100 are shorter."""
AUXILIARIES = frozenset(
    {"is", "was", "are", "were", "be", "been", "has", "have", "had", "will", "would", "can", "could"}
)
SUBJECT_PRONOUNS = frozenset({"he", "she", "they", "it", "we", "i"})
TIME_NOUNS = frozenset({"week", "month", "year", "morning", "afternoon", "evening", "night"})
ASIDES = frozenset({",", "—", "–"})
"""Marks on both sides of what is put between a subject and its verb."""
BREAKS = frozenset(";:()[]—–") | {QUOTATION}


def between(item: Item) -> bool:
    """Say whether the item may stand between a subject and its verb: an adverb, an auxiliary, a day."""
    return item.is_word and (
        item.lower in words("adverbs_before_cue") or (item.lower.endswith("ly") and item.lower != "family")
    )


def subject(frame: Frame, place: int) -> tuple[int, int] | None:
    """Return the run of items [start, stop) left of the verb that is its subject."""
    stop = place
    while stop > 0 and between(frame[stop - 1]):
        stop -= 1
    if stop > 1 and frame[stop - 1].lower in {"on", "in"} and frame[stop].is_word:
        stop -= 1
    if stop > 2 and frame[stop - 1].lower in TIME_NOUNS and frame[stop - 2].lower in {"this", "last"}:
        stop -= 2
        while stop > 0 and between(frame[stop - 1]):
            stop -= 1
    if stop > 0 and frame[stop - 1].text in ASIDES:
        return _subject_with_appositive(frame, stop - 1)
    start = _clause_start(frame, stop)
    if start < stop and frame[stop - 1].lower in words("prepositions"):
        return None
    if stop > start and frame[stop - 1].lower in SUBJECT_PRONOUNS:
        start = stop - 1
    return (start, stop) if _is_subject(frame, start, stop) else None


def _subject_with_appositive(frame: Frame, comma: int) -> tuple[int, int] | None:
    """Read "Bolton, 61, who was an adviser, said": the head before the first comma, with a name that follows it.

    An aside between dashes is read alike: "Bolton - no relation - said".
    """
    opening = _opening(frame, comma)
    if opening is not None and opening > 1 and frame[opening - 1].text.isdigit() and frame[opening - 2].text == ",":
        opening -= 2  # an age
    if opening is None:
        return None
    start = _clause_start(frame, opening)
    named = all(item.is_capital for item in frame[opening + 1 : comma]) and comma - opening <= 5
    stop = comma if named else opening
    return (start, stop) if _is_subject(frame, start, opening) else None


def _opening(frame: Frame, closing: int) -> int | None:
    """Return where the aside begins that the mark at `closing` ends, None if nothing opens it."""
    mark = frame[closing].text
    places = range(closing - 1, max(-1, closing - 1 - LONGEST_SOURCE), -1)
    return next((at for at in places if frame[at].text == mark), None)


def _clause_start(frame: Frame, stop: int) -> int:
    start = stop
    openers = words("clause_openers")
    while start > 0 and stop - start < LONGEST_SOURCE:
        item = frame[start - 1]
        if item.text in BREAKS or item.text == "," or item.text in STOPS or item.lower in openers:
            break
        if item.lower in {"and", "or"} and not _joins_nouns(frame, start - 1):
            break
        if item.lower in words("reporting_verbs") or (item.lower in AUXILIARIES and not item.is_capital):
            break
        start -= 1
    while start < stop and (frame[start].lower in words("connectors") or not frame[start].text[0].isalnum()):
        start += 1
    for at in range(start, stop - 1):
        if frame[at].lower in words("content_nouns") and frame[at + 1].is_capital:
            return at + 1
    timed = start + 2 < stop and frame[start].lower in {"this", "last"} and frame[start + 1].lower in TIME_NOUNS
    return start + 2 if timed else start


def _joins_nouns(frame: Frame, at: int) -> bool:
    """Say whether "and" joins two names or nouns ("Smith and Jones said") and not two clauses."""
    if at == 0 or at + 1 >= len(frame):
        return False
    left, right = frame[at - 1], frame[at + 1]
    return left.is_capital and right.is_capital


def _is_subject(frame: Frame, start: int, stop: int) -> bool:
    run = frame[start:stop]
    if not run or len(run) >= LONGEST_SOURCE or not any(item.is_word for item in run):
        return False
    head = run[0]
    named = any(item.is_capital for item in run)
    plural = run[-1].lower.endswith("s") and len(run) <= 4
    return named or plural or head.lower in words("determiners") or head.lower in pairs("pronouns", "en")


def first_subject(frame: Frame, place: int) -> Span | None:
    """Return the first run of the frame that can be a subject: up to a lower-case word that is not part of a name.

    A setting that opens the frame ("During a speech on Monday, ...") is passed over.
    """
    start = 0
    if frame[0].lower in words("prepositions") | words("connectors"):
        comma = next((at for at in range(place) if frame[at].text == ","), None)
        start = comma + 1 if comma is not None and comma + 1 < place else 0
    while start < place and (frame[start].lower in words("connectors") or not frame[start].is_word):
        start += 1
    stop = start
    while stop < place and frame[stop].is_word and (stop == start or _in_noun_phrase(frame, stop)):
        stop += 1
    return span_of(frame, start, stop) if _is_subject(frame, start, stop) else None


def _in_noun_phrase(frame: Frame, at: int) -> bool:
    item, before = frame[at], frame[at - 1]
    if before.is_capital and item.lower.endswith("s") and item.is_word and item.lower not in AUXILIARIES:
        return True
    return item.is_capital or item.lower in {"'s", "’s", "of", "the"} or before.lower in words("determiners") | {"'s"}


def noun_phrase_end(frame: Frame, start: int) -> int:
    """Return where the noun phrase that begins at `start` ends: at a mark, a quotation, a preposition or a clause."""
    at = start
    while at < len(frame) and at - start < LONGEST_SOURCE:
        item = frame[at]
        if item.quoted is not None or not (item.is_word or item.lower in {"'s", "’s", "‘s", "&", "-"}):
            break
        joint = item.lower == "and" and _joins_nouns(frame, at)
        if at > start and not joint and item.lower in words("phrase_ends") | words("clause_openers"):
            break
        if at > start and frame[at - 1].is_capital and item.lower in words("determiners"):
            break
        if at == start and _is_pronoun(frame, at):
            return at + 1
        at += 1
    return at


def _is_pronoun(frame: Frame, at: int) -> bool:
    """Say whether the item is a pronoun by itself: "her" is one in "told her", none in "said her husband"."""
    following = frame[at + 1] if at + 1 < len(frame) else None
    owns = frame[at].lower in words("determiners") and following is not None and following.is_word
    ended = following is None or following.lower in words("phrase_ends")
    return frame[at].lower in pairs("pronouns", "en") and (not owns or ended)


def span_of(frame: Frame, start: int, stop: int) -> Span:
    """Return the characters of the items [start, stop), of one item at least."""
    stop = max(stop, start + 1)
    return Span(frame[start].start, frame[min(stop, len(frame)) - 1].end)
