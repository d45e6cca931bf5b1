"""A frame in, who is said to say what in it out, by rules: cue, source and the side on which the content stands."""

from __future__ import annotations

from functools import cache

from backstory.annotate.abroad import attributions_abroad
from backstory.annotate.frames import STOPS, Frame
from backstory.annotate.lexicon import DEFAULT, entries, pairs, words
from backstory.annotate.phrases import between, first_subject, noun_phrase_end, span_of, subject
from backstory.annotate.spoken import Attribution
from backstory.records import Span

__all__ = ["attributions"]

NOUN_MARKS = frozenset({"to", "of", "'s", "’s", "‘s", "not", "our", "your", "my", "in", "for", "with"})
"""Before a word they tell that it is a noun or an infinitive: "the report", "Smith's remarks", "to say"."""
SETTING_OPENERS = frozenset({"as", "when", "while", "after", "before", "because", "since"})
"""Behind a verb of saying they tell when or why it was said, and the content stands before: "..., he said after"."""
FURTHEST_NAMED = 12
"""Items between a verb of naming and the quotation that it gives: "described the whole of the plan as '...'"."""
PLURAL_SPEAKERS = frozenset(
    {"i", "we", "you", "they", "people", "many", "some", "others", "who", "police", "most", "both"}
)


def attributions(frame: Frame, language: str = "en") -> list[Attribution]:
    """Return what the frame attributes, in the order of its cues."""
    if language != DEFAULT:
        return attributions_abroad(frame, language)
    found: list[Attribution] = []
    for place, item in enumerate(frame):
        made = _attribution(frame, place, found, language) if item.is_word else None
        if made is not None:
            found.append(made)
    return found


def _attribution(frame: Frame, place: int, earlier: list[Attribution], language: str) -> Attribution | None:
    word = frame[place].lower
    if word == "according" and place + 2 < len(frame) and frame[place + 1].lower == "to":
        return _according(frame, place)
    if place and frame[place].is_capital and word in _base_forms():
        return None  # "Rejoin EU": part of a name
    naming = word in words("naming_verbs", language)
    if not naming and word not in words("reporting_verbs", language):
        return None
    if word in words("weak_verbs", language) and not _beside_content(frame, place):
        return None
    if naming and not any(item.quoted is not None for item in frame):
        return None
    before = frame[place - 1].lower if place else ""
    if _is_noun(word, before, language):
        return None
    if before in {"is", "was", "are", "were", "be", "been", "being"} and not word.endswith("ing"):
        return _passive(frame, place, naming=naming)
    return _active(frame, place, earlier, naming=naming)


def _is_noun(word: str, before: str, language: str) -> bool:
    """Say whether what stands before makes the word a noun or an infinitive: "the report", "to say"."""
    if before in NOUN_MARKS:
        return True
    either = word.endswith(("s", "ing")) or word in _base_forms()
    return either and before in words("determiners", language)


def _beside_content(frame: Frame, place: int) -> bool:
    """Say whether a quotation, a colon or "that" follows at once, or a quotation or its comma precedes the subject."""
    after = [item for item in frame[place + 1 : place + 4] if item.lower != ","]
    if after and (after[0].quoted is not None or after[0].lower in {":", "that"}):
        return True
    before = frame[max(0, place - 6) : place]
    return any(item.quoted is not None for item in before)


def _according(frame: Frame, place: int) -> Attribution:
    stop = noun_phrase_end(frame, place + 2)
    if (
        stop + 1 < len(frame)
        and frame[stop].lower in {"from", "by", "of"}
        and frame[stop - 1].lower in words("documents")
    ):
        stop = noun_phrase_end(frame, stop + 1)
    source = span_of(frame, place + 2, stop)
    if place == 0:
        first = stop + 1 if stop < len(frame) and frame[stop].text == "," else stop
        content = (first, len(frame))
    else:
        content = (0, place)
    return Attribution(span_of(frame, place, place + 2), source, content, "according")


def _passive(frame: Frame, place: int, *, naming: bool) -> Attribution | None:
    """Read "was described as '...' by the ministry": the source follows "by". Without one nobody is named."""
    for at in range(place + 1, len(frame) - 1):
        if frame[at].lower == "by" and frame[at + 1].is_word:
            stop = noun_phrase_end(frame, at + 1)
            kind = "naming" if naming else "passive"
            return Attribution(span_of(frame, place, place + 1), span_of(frame, at + 1, stop), (place + 1, at), kind)
        if frame[at].text in STOPS:
            return None
    return None


def _active(frame: Frame, place: int, earlier: list[Attribution], *, naming: bool) -> Attribution | None:
    """Read a verb with its subject: behind it ('"...", said Smith'), before it, or an earlier verb's (", adding")."""
    kind = "naming" if naming else "verb"
    cue = span_of(frame, place, place + 1)
    participle = frame[place].lower.endswith("ing")
    if not participle and _inverted(frame, place):
        stop = noun_phrase_end(frame, place + 1)
        return Attribution(cue, span_of(frame, place + 1, stop), _before(frame, place, stop), kind)
    follows = _named_after(frame, place) if naming else _after(frame, place)
    run = None if participle else subject(frame, place)
    if run is None:
        source = _shared_subject(frame, place, earlier, participle=participle)
        return Attribution(cue, source, follows, kind, _addressee(frame, place), 0.8) if source else None
    start, stop = run
    if not _agrees(frame, place, start, stop):
        return None
    ahead = naming or (_content_follows(frame, place) and not _resumes(frame, start, place))
    content = follows if ahead else _before(frame, start, place + 1)
    return Attribution(cue, span_of(frame, start, stop), content, kind, _addressee(frame, place))


def _resumes(frame: Frame, start: int, place: int) -> bool:
    """Say whether the attribution ends or interrupts a quotation: '"...", he said, "..."', '"...", he said, but'."""
    after = [item for item in frame[place + 1 : place + 4] if item.text != ","]
    ends = bool(after) and (after[0].quoted is not None or after[0].lower in {"but", "and", "while", "whereas"})
    return start > 0 and frame[start - 1].quoted is not None and ends


def _agrees(frame: Frame, place: int, start: int, stop: int) -> bool:
    """Say whether a base form ("say", "post") has a subject in the plural: else it is a noun."""
    if frame[place].lower not in _base_forms():
        return True
    run = frame[start:stop]
    return any(item.lower in PLURAL_SPEAKERS for item in run) or run[-1].lower.endswith("s")


@cache
def _base_forms() -> frozenset[str]:
    return frozenset(entry.split()[0] for entry in entries("reporting_verbs.txt", "en"))


def _shared_subject(frame: Frame, place: int, earlier: list[Attribution], *, participle: bool) -> Span | None:
    """Return the subject of the clause that a participle or a second verb goes on: "..., but added", ", adding"."""
    spoke = [one.source for one in earlier if one.kind in {"verb", "according"} and one.source is not None]
    spoke = spoke or [one.source for one in earlier if one.kind == "naming" and one.source is not None]
    if participle:
        return spoke[-1] if spoke else first_subject(frame, place)
    return spoke[-1] if spoke and _joined(frame, place) else None


def _named_after(frame: Frame, place: int) -> tuple[int, int]:
    """Return the items behind a verb of naming up to the quotation that it gives, if one follows without a comma."""
    for at in range(place + 1, min(len(frame), place + 1 + FURTHEST_NAMED)):
        if frame[at].quoted is not None:
            return at, at + 1
        if frame[at].text in {",", ";", ":"}:
            break
    return place + 1, place + 1


def _joined(frame: Frame, place: int) -> bool:
    """Say whether the verb is joined to one before it: "..., but added", "and said"."""
    at = place - 1
    while at >= 0 and between(frame[at]):
        at -= 1
    return at >= 0 and frame[at].lower in {"and", "but", "then", "or", ","}


def _inverted(frame: Frame, place: int) -> bool:
    """Say whether the subject follows the verb: a quotation or a comma stands before it, a name or noun after it."""
    if place == 0 or place + 1 >= len(frame) or _told(frame, place):
        return False
    before, after = frame[place - 1], frame[place + 1]
    if not (before.quoted is not None or before.text in {",", "?", "!"}):
        return False
    if before.text == "," and (place < 2 or _is_appositive_end(frame, place - 1)):
        return False
    if after.is_capital or after.lower in words("determiners") or after.lower in pairs("pronouns", "en"):
        return True
    if before.quoted is None or after.lower in words("prepositions") | words("phrase_ends"):
        return False
    return any(item.is_capital for item in frame[place + 1 : place + 5])


def _is_appositive_end(frame: Frame, comma: int) -> bool:
    """Say whether the comma closes what an earlier one opened behind a name or noun: "Smith, who left, said"."""
    return any(item.text == "," for item in frame[max(0, comma - 15) : comma]) and frame[comma - 1].quoted is None


def _content_follows(frame: Frame, place: int) -> bool:
    """Say whether words follow the verb that can be its content (more than "on Friday", "in a statement")."""
    rest = [item for item in frame[place + 1 :] if item.is_word or item.quoted is not None]
    if not rest:
        return False
    if any(item.quoted is not None for item in frame[:place]) and not any(i.quoted is not None for i in rest):
        head = rest[0].lower
        return head in {"that", "he", "she", "it", "they", "there", "the"} and len(rest) > 4 and not _told(frame, place)
    if rest[0].lower in SETTING_OPENERS:
        return False
    opener = frame[0].quoted is None and any(item.text == "," for item in frame[:place])
    short = len(rest) <= 8 and rest[0].lower in words("prepositions") and opener
    return not short


def _told(frame: Frame, place: int) -> bool:
    return frame[place].lower in {"told", "tells", "telling", "tell", "informed", "reassured"}


def _after(frame: Frame, place: int) -> tuple[int, int]:
    """Return the items after the cue that are its content: past the addressee, up to the end or to "according"."""
    first = place + 1
    if _told(frame, place):
        first = noun_phrase_end(frame, first)
    first = _past_setting(frame, first)
    last = len(frame)
    for at in range(first, len(frame)):
        if frame[at].lower == "according" and at > first:
            last = at
            break
    while first < last and frame[first].text in {",", ":"}:
        first += 1
    while last > first and frame[last - 1].text in {",", ".", ":", ";"}:
        last -= 1
    return first, last


def _past_setting(frame: Frame, first: int) -> int:
    """Skip the setting between a verb and "that": "said on Thursday that", "told reporters at the White House that"."""
    if first < len(frame) and frame[first].lower in words("prepositions"):
        for at in range(first, min(first + 12, len(frame))):
            if frame[at].lower == "that":
                return at
            if frame[at].quoted is not None or frame[at].text in STOPS:
                break
    return first


def _before(frame: Frame, place: int, resume: int) -> tuple[int, int]:
    """Return the items before the attribution, that is from the frame's start."""
    last = place
    while last > 0 and frame[last - 1].text in {",", ":", ";", "–", "—"}:
        last -= 1
    return 0, last


def _addressee(frame: Frame, place: int) -> Span | None:
    """Return whom the verb says the words were told to."""
    if not _told(frame, place):
        return None
    stop = noun_phrase_end(frame, place + 1)
    return span_of(frame, place + 1, stop) if stop > place + 1 else None
