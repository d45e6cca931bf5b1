"""A paragraph with its quotations in, who is said to say what out, by rules: cue, source and the content's side.

A paragraph is cut into frames: sentences in which each quotation counts as one item, so that "said" within a quotation
is not a cue, and a full stop within one does not end the sentence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from backstory.annotate.lexicon import entries, pairs, words
from backstory.annotate.sentences import sentences
from backstory.annotate.spans import tokens
from backstory.records import Span

__all__ = ["Attribution", "Frame", "Item", "attributions", "frames", "with_marks"]

LONGEST_SOURCE = 30
"""Tokens. Of the sources in PolNeAR's training articles 99 in 100 are shorter."""
QUOTATION = "“”"
STOPS = frozenset(".!?…")
BREAKS = frozenset(";:()[]—–") | {QUOTATION}
AUXILIARIES = frozenset(
    {"is", "was", "are", "were", "be", "been", "has", "have", "had", "will", "would", "can", "could"}
)
NOUN_MARKS = frozenset({"to", "of", "'s", "’s", "‘s", "not", "our", "your", "my", "in", "for", "with"})
"""Before a word they tell that it is a noun or an infinitive: "the report", "Smith's remarks", "to say"."""
SETTING_OPENERS = frozenset({"as", "when", "while", "after", "before", "because", "since"})
"""Behind a verb of saying they tell when or why it was said, and the content stands before: "..., he said after"."""
SUBJECT_PRONOUNS = frozenset({"he", "she", "they", "it", "we", "i"})
TIME_NOUNS = frozenset({"week", "month", "year", "morning", "afternoon", "evening", "night"})
FURTHEST_NAMED = 12
"""Items between a verb of naming and the quotation that it gives: "described the whole of the plan as '...'"."""
PLURAL_SPEAKERS = frozenset(
    {"i", "we", "you", "they", "people", "many", "some", "others", "who", "police", "most", "both"}
)


@dataclass(frozen=True, slots=True)
class Item:
    """A token of a frame, or a whole quotation: then `quoted` is its number and the span holds its marks as well."""

    start: int
    end: int
    text: str
    lower: str
    quoted: int | None = None

    @property
    def is_word(self) -> bool:
        """Whether it is a word or a number outside quotations."""
        return self.quoted is None and self.text[0].isalnum()

    @property
    def is_capital(self) -> bool:
        """Whether it is a word with an upper-case first letter."""
        return self.is_word and self.text[0].isupper()


Frame = tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Attribution:
    """A cue with the span of whose words it gives, and where in the frame these words stand.

    `content` is the run of items [first, last) of the frame; `source` is None where the frame names none (a passive).
    `kind` is verb, naming (called, described as) or according.
    """

    cue: Span
    source: Span | None
    content: tuple[int, int]
    kind: str
    addressee: Span | None = None
    strength: float = 0.9


def frames(text: str, paragraph: Span, inside: Sequence[tuple[Span, int]], language: str = "en") -> list[Frame]:
    """Return the frames of a paragraph. `inside` has each quotation's span in it (without marks) and its number."""
    items: list[Item] = []
    at = paragraph.start
    for span, number in inside:
        start, end = with_marks(text, span, paragraph)
        items += _plain(text, at, start)
        items.append(Item(start, end, QUOTATION, QUOTATION, number))
        at = end
    items += _plain(text, at, paragraph.end)
    return _cut(text, items, _ends(text, paragraph, language))


def _ends(text: str, paragraph: Span, language: str) -> frozenset[int]:
    return frozenset(sentence.end for sentence in sentences(text, paragraph.start, paragraph.end, language))


def _plain(text: str, start: int, end: int) -> list[Item]:
    return [Item(t.start, t.end, t.text, t.lower) for t in tokens(text, start, end)]


def with_marks(text: str, span: Span, paragraph: Span) -> tuple[int, int]:
    """Return a quotation's span with the marks beside it."""
    start, end = span.start, span.end
    while start > paragraph.start and text[start - 1] in "“\"«„‘'‚‹`»”":
        start -= 1
    while end < paragraph.end and text[end] in "”\"»“’'›«´":
        end += 1
    return start, end


def _cut(text: str, items: list[Item], sentence_ends: frozenset[int]) -> list[Frame]:
    """Cut the items of a paragraph where a sentence ends outside quotations, or with one."""
    result: list[Frame] = []
    current: list[Item] = []
    for place, item in enumerate(items):
        current.append(item)
        following = items[place + 1 : place + 8]
        if item.quoted is None:
            ends = item.text in STOPS and (item.end in sentence_ends or _mark_follows(following))
        else:
            ends = _quotation_ends(text, item, following)
        if ends:
            result.append(tuple(current))
            current = []
    return [*result, tuple(current)] if current else result


def _mark_follows(following: Sequence[Item]) -> bool:
    return not following or following[0].quoted is not None


def _quotation_ends(text: str, item: Item, following: Sequence[Item]) -> bool:
    """Say whether the sentence ends with this quotation: it holds the full stop and what follows begins anew."""
    inner = text[item.start : item.end].rstrip("”\"»“’'›«´ )")
    last = inner[-1:]
    if not following:
        return True
    if last not in STOPS or following[0].lower[0] in ",;" or following[0].text[0].islower():
        return False
    if last == "." or following[0].quoted is not None:
        return True
    verbs = words("reporting_verbs")
    cue = next((n for n, follower in enumerate(following) if follower.lower in verbs), None)
    return cue is None or any(f.text in STOPS for f in following[:cue])


def attributions(frame: Frame, language: str = "en") -> list[Attribution]:
    """Return what the frame attributes, in the order of its cues."""
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
    """Say whether what stands before makes the word a noun or an infinitive: "the report", "our reporting", "to say"."""
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
    stop = _noun_phrase_end(frame, place + 2)
    source = _span(frame, place + 2, stop)
    if place == 0:
        first = stop + 1 if stop < len(frame) and frame[stop].text == "," else stop
        content = (first, len(frame))
    else:
        content = (0, place)
    return Attribution(_span(frame, place, place + 2), source, content, "according")


def _passive(frame: Frame, place: int, *, naming: bool) -> Attribution | None:
    """Read "was described as '...' by the ministry": the source follows "by". Without one nobody is named."""
    for at in range(place + 1, len(frame) - 1):
        if frame[at].lower == "by" and frame[at + 1].is_word:
            stop = _noun_phrase_end(frame, at + 1)
            kind = "naming" if naming else "passive"
            return Attribution(_span(frame, place, place + 1), _span(frame, at + 1, stop), (place + 1, at), kind)
        if frame[at].text in STOPS:
            return None
    return None


def _active(frame: Frame, place: int, earlier: list[Attribution], *, naming: bool) -> Attribution | None:
    """Read a verb with its subject: behind it ('"...", said Smith'), before it, or that of an earlier verb (", adding")."""
    kind = "naming" if naming else "verb"
    cue = _span(frame, place, place + 1)
    participle = frame[place].lower.endswith("ing")
    if not participle and _inverted(frame, place):
        stop = _noun_phrase_end(frame, place + 1)
        return Attribution(cue, _span(frame, place + 1, stop), _before(frame, place, stop), kind)
    follows = _named_after(frame, place) if naming else _after(frame, place)
    subject = None if participle else _subject(frame, place)
    if subject is None:
        source = _shared_subject(frame, place, earlier, participle=participle)
        return Attribution(cue, source, follows, kind, _addressee(frame, place), 0.8) if source else None
    start, stop = subject
    if not _agrees(frame, place, start, stop):
        return None
    content = follows if naming or _content_follows(frame, place) else _before(frame, start, place + 1)
    return Attribution(cue, _span(frame, start, stop), content, kind, _addressee(frame, place))


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
    spoke = [one.source for one in earlier if one.kind != "passive" and one.source is not None]
    if participle:
        return spoke[-1] if spoke else _first_subject(frame, place)
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
    while at >= 0 and _between(frame[at]):
        at -= 1
    return at >= 0 and frame[at].lower in {"and", "but", "then", "or", ","}


def _inverted(frame: Frame, place: int) -> bool:
    """Say whether the subject follows the verb: a quotation or a comma stands before it, a name or noun after it."""
    if place == 0 or place + 1 >= len(frame):
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
    """Say whether the comma closes what an earlier one opened with a name or noun before it: "Smith, who left, said"."""
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
    """Return the items after the cue that are its content: past the addressee, up to the end or to another attribution."""
    first = place + 1
    if _told(frame, place):
        first = _noun_phrase_end(frame, first)
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


def _between(item: Item) -> bool:
    return item.is_word and (
        item.lower in words("adverbs_before_cue") or (item.lower.endswith("ly") and item.lower != "family")
    )


def _subject(frame: Frame, place: int) -> tuple[int, int] | None:
    """Return the run of items [start, stop) left of the verb that is its subject."""
    stop = place
    while stop > 0 and _between(frame[stop - 1]):
        stop -= 1
    if stop > 1 and frame[stop - 1].lower in {"on", "in"} and frame[stop].is_word:
        stop -= 1
    if stop > 2 and frame[stop - 1].lower in TIME_NOUNS and frame[stop - 2].lower in {"this", "last"}:
        stop -= 2
        while stop > 0 and _between(frame[stop - 1]):
            stop -= 1
    if stop > 0 and frame[stop - 1].text == ",":
        return _subject_with_appositive(frame, stop - 1)
    start = _clause_start(frame, stop)
    if start < stop and frame[stop - 1].lower in words("prepositions"):
        return None
    if stop > start and frame[stop - 1].lower in SUBJECT_PRONOUNS:
        start = stop - 1
    return (start, stop) if _is_subject(frame, start, stop) else None


def _subject_with_appositive(frame: Frame, comma: int) -> tuple[int, int] | None:
    """Read "Bolton, who was an adviser, said": the head before the first comma, with a name that follows it."""
    opening = next(
        (at for at in range(comma - 1, max(-1, comma - 1 - LONGEST_SOURCE), -1) if frame[at].text == ","), None
    )
    if opening is None:
        return None
    start = _clause_start(frame, opening)
    named = all(item.is_capital for item in frame[opening + 1 : comma]) and comma - opening <= 5
    stop = comma if named else opening
    return (start, stop) if _is_subject(frame, start, opening) else None


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


def _first_subject(frame: Frame, place: int) -> Span | None:
    """Return the first run of the frame that can be a subject: up to a lower-case word that is not part of a name."""
    start = 0
    while start < place and (frame[start].lower in words("connectors") or not frame[start].is_word):
        start += 1
    stop = start
    while stop < place and frame[stop].is_word and (stop == start or _in_noun_phrase(frame, stop)):
        stop += 1
    return _span(frame, start, stop) if _is_subject(frame, start, stop) else None


def _in_noun_phrase(frame: Frame, at: int) -> bool:
    item, before = frame[at], frame[at - 1]
    if before.is_capital and item.lower.endswith("s") and item.is_word and item.lower not in AUXILIARIES:
        return True
    return item.is_capital or item.lower in {"'s", "’s", "of", "the"} or before.lower in words("determiners") | {"'s"}


def _noun_phrase_end(frame: Frame, start: int) -> int:
    """Return where the noun phrase that begins at `start` ends: at a mark, a quotation, a preposition or a verb's clause."""
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


def _addressee(frame: Frame, place: int) -> Span | None:
    """Return whom the verb says the words were told to."""
    if not _told(frame, place):
        return None
    stop = _noun_phrase_end(frame, place + 1)
    return _span(frame, place + 1, stop) if stop > place + 1 else None


def _span(frame: Frame, start: int, stop: int) -> Span:
    stop = max(stop, start + 1)
    return Span(frame[start].start, frame[min(stop, len(frame)) - 1].end)
