"""An article's paragraphs in, its quotes out: their spans, cue, source and addressee, before anyone is resolved.

What stands in marks is a quote if something says so: a cue in its sentence, a colon before it, or its place after
another quote. A few words in marks without a cue (scare quotes, titles of works, slogans) are none. Words without
marks are an indirect quote where a verb of saying gives them to a source, and mixed where marks stand within.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from backstory.annotate.cues import attributions
from backstory.annotate.frames import Frame, Item, frames, with_marks
from backstory.annotate.lexicon import words
from backstory.annotate.marks import Quoted, quoted
from backstory.annotate.spoken import Attribution
from backstory.records import Span

__all__ = ["Draft", "drafts"]

FEWEST_WORDS_ALONE = 7
"""Words. Shorter runs in marks without any cue were scare quotes, titles or slogans in 19 of 20 cases in the seeds."""
PARTING = frozenset({"but", "and", "while", "whereas", "then", ";"})
"""Words behind an attribution with which something new begins."""
FEWEST_FOREIGN = 5
"""Words, in a language without lists."""
TRAILING = frozenset({",", ":", ";", "and", "but", "has", "have", "had", "also"})
FEWEST_WORDS_INDIRECT = 3
"""Fewer render nothing: whom somebody criticised, the "what" of "what we said"."""
LONGEST_SETTING = 8
DIRECT, MIXED, INDIRECT, CONTINUED, ALONE = 0.95, 0.85, 0.7, 0.85, 0.45
"""Confidence by kind: shares that were right on development articles; see docs/annotations.md."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A quote whose speaker is a span yet. `follows` is set where the speaker is that of the quote before."""

    spans: tuple[Span, ...]
    kind: str
    confidence: float
    cue: Span | None = None
    source: Span | None = None
    addressee: Span | None = None
    follows: bool = False

    @property
    def start(self) -> int:
        """The first character."""
        return self.spans[0].start


@dataclass(slots=True)
class _State:
    """What the walk over the paragraphs remembers."""

    text: str
    marked: Sequence[Quoted]
    found: list[Draft]
    used: set[int]
    last: int | None = None
    """The number of the draft of the last direct quote in `found`, if its paragraph is this one or the one before."""
    language: str = "en"
    foreign: bool = False


def drafts(text: str, paragraphs: Sequence[Span], language: str = "en", *, foreign: bool = False) -> list[Draft]:
    """Return the quotes of consecutive `paragraphs` (a body, or a headline alone), in order.

    In a `foreign` language, one without lists, any longer quotation counts: its cue could not be read.
    """
    state = _State(text, quoted(text, paragraphs), [], set(), language=language, foreign=foreign)
    previous_last: int | None = None
    for paragraph in paragraphs:
        inside = [
            (span, number)
            for number, quote in enumerate(state.marked)
            for span in quote.spans
            if paragraph.start <= span.start < paragraph.end
        ]
        inside = _outermost(sorted(inside))
        state.last = previous_last
        before = len(state.found)
        for frame in frames(text, paragraph, inside, language):
            _read_frame(state, frame)
        went_on = bool(inside) and inside[0][1] in state.used
        previous_last = state.last if len(state.found) > before or went_on else None
    marked = [_with_marks(text, draft, paragraphs) for draft in state.found]
    return sorted(marked, key=lambda draft: (draft.start, draft.spans[-1].end))


def _with_marks(text: str, draft: Draft, paragraphs: Sequence[Span]) -> Draft:
    """Return a direct quote with its quotation marks, as the annotators of PolNeAR count them in."""
    if draft.kind != "direct":
        return draft
    spans = []
    for span in draft.spans:
        paragraph = next(p for p in paragraphs if p.start <= span.start < p.end)
        spans.append(Span(*with_marks(text, span, paragraph)))
    return replace(draft, spans=tuple(spans))


def _outermost(inside: Sequence[tuple[Span, int]]) -> list[tuple[Span, int]]:
    result: list[tuple[Span, int]] = []
    for span, number in inside:
        if not result or span.start >= result[-1][0].end:
            result.append((span, number))
    return result


def _read_frame(state: _State, frame: Frame) -> None:
    """Add the quotes of one frame: what its attributions give, then what stands in marks without one."""
    here: list[int] = []
    for attribution in _clipped(frame, attributions(frame, state.language)):
        draft = _attributed(state, frame, attribution)
        if draft is not None:
            state.found.append(draft)
            here.append(len(state.found) - 1)
    for place, item in enumerate(frame):
        if item.quoted is not None and item.quoted not in state.used:
            _unattributed(state, frame, place, item.quoted, here)


def _clipped(frame: Frame, found: Sequence[Attribution]) -> list[Attribution]:
    """End the content of an attribution where a later one begins: one that goes on, or one that speaks of it all."""
    result = []
    for number, one in enumerate(found):
        first, last = one.content
        for other in found[number + 1 :]:
            begins = _beginning(frame, one, other)
            if begins is not None and begins > first:
                last = min(last, begins)
        while last > first and frame[last - 1].lower in TRAILING:
            last -= 1
        result.append(replace(one, content=(first, last)))
    return result


def _beginning(frame: Frame, one: Attribution, other: Attribution) -> int | None:
    """Return the item at which the later attribution ends the content of `one`, None if it lies within it."""
    begins = other.cue.start
    if other.source is not None and one.cue.end <= other.source.start < begins:
        begins = other.source.start
    place = next((at for at, item in enumerate(frame) if item.start >= begins), None)
    if place is None or other.cue.start < one.cue.end:
        return None
    outer = other.content[0] == 0 and other.content[1] > 0
    goes_on = one.source is not None and other.source == one.source and other.kind == one.kind
    return place if outer or goes_on or frame[place - 1].text == "," else None


def _attributed(state: _State, frame: Frame, one: Attribution) -> Draft | None:
    first, last = one.content
    content = frame[first:last]
    marked = [item for item in content if item.quoted is not None]
    bare = [item for item in content if item.is_word and item.lower != "that"]
    fresh = [item.quoted for item in marked if item.quoted is not None and item.quoted not in state.used]
    if one.kind == "naming" or (fresh and not bare) or (fresh and _speaks_alone(state, frame, first, last)):
        return _direct(state, frame, one, fresh)
    if not content or len(bare) + 3 * len(marked) < FEWEST_WORDS_INDIRECT or (marked and not fresh):
        return None
    if not marked and (one.source is None or _is_setting(one, content, bare, state.language)):
        return None
    state.used.update(fresh)
    kind = "mixed" if marked else "indirect"
    first = _past_medium(frame, first, last, state.language)
    while last > first and frame[last - 1].text == ".":
        last -= 1
    if marked:
        last = _without_aside(frame, first, last)
    span = Span(frame[first].start, frame[last - 1].end)
    return Draft((span,), kind, MIXED if marked else INDIRECT, one.cue, one.source, one.addressee)


def _past_medium(frame: Frame, first: int, last: int, language: str) -> int:
    """Begin a mixed quote behind where it was said: 'said in a post on X "Ukraine is ready" and that'."""
    marked = next((at for at in range(first, last) if frame[at].quoted is not None), first)
    setting = frame[first:marked]
    opens = bool(setting) and setting[0].lower in words("prepositions", language)
    return marked if opens and any(item.lower in words("speaking_things") for item in setting) else first


def _without_aside(frame: Frame, first: int, last: int) -> int:
    """End a mixed quote before the relative clause behind its last quotation: the narrator adds ", which was sent"."""
    quoted_last = max(at for at in range(first, last) if frame[at].quoted is not None)
    for at in range(quoted_last + 1, last - 1):
        if frame[at].text == "," and frame[at + 1].lower in {"which", "who", "whose", "where"}:
            return at
    return last


def _is_setting(one: Attribution, content: Sequence[Item], bare: Sequence[Item], language: str) -> bool:
    """Say whether what follows the cue tells only where or when: "said in their brief meeting"."""
    follows = content[0].start >= one.cue.end
    return follows and len(bare) <= LONGEST_SETTING and bare[0].lower in words("prepositions", language)


def _speaks_alone(state: _State, frame: Frame, first: int, last: int) -> bool:
    """Say whether the content is a quotation that is a sentence by itself, with other words only beside it."""
    del last
    item = frame[first]
    if item.quoted is None:
        return any(frame[at - 1].text == ":" for at in range(max(first, 1), len(frame)) if frame[at].quoted is not None)
    introduced = first > 0 and frame[first - 1].text in {":", ","}
    inner = state.text[state.marked[item.quoted].start :][:1]
    return introduced and inner.isupper()


def _direct(state: _State, frame: Frame, one: Attribution, numbers: Sequence[int]) -> Draft | None:
    """Make one direct quote of the quotations that the attribution covers, and of one that goes on after it."""
    if not numbers:
        return None
    chosen = list(numbers)
    if one.kind != "naming":
        chosen += [n for n in _going_on(frame, one) if n not in chosen and n not in state.used]
    spans = tuple(sorted(span for number in chosen for span in state.marked[number].spans))
    state.used.update(chosen)
    if one.kind != "naming":
        state.last = len(state.found)
    return Draft(spans, "direct", DIRECT, one.cue, one.source, one.addressee)


def _going_on(frame: Frame, one: Attribution) -> list[int]:
    """Return the quotation that follows the attribution at once: '"...", he said, "..."'."""
    end = max(one.cue.end, one.source.end if one.source else 0)
    after = [item for item in frame if item.start >= end]
    for place, item in enumerate(after):
        if item.quoted is not None:
            return [item.quoted]
        if (
            (item.text not in {",", ":"} and place > 4)
            or item.lower in PARTING
            or item.lower in words("reporting_verbs")
        ):
            break
    return []


def _unattributed(state: _State, frame: Frame, place: int, number: int, here: Sequence[int]) -> None:
    """Give a quotation without a cue of its own to the quote that it goes on, or keep it open, or leave it."""
    quote = state.marked[number]
    size = len(state.text[quote.start : quote.end].split())
    alone = not any(item.is_word for item in frame)
    ends = state.text[quote.end - 1 : quote.end] in {".", "!", "?", "…", ","}
    if alone and state.last is not None and (size >= 2 or ends):
        _go_on(state, quote)
    elif here and frame[place - 1].text == ":" and place:
        model = state.found[here[-1]]
        state.found.append(Draft(quote.spans, "direct", CONTINUED, model.cue, model.source, model.addressee))
        state.last = len(state.found) - 1
    elif (size >= FEWEST_WORDS_ALONE and (ends or alone) and quote.closed) or (
        state.foreign and size >= FEWEST_FOREIGN
    ):
        state.found.append(Draft(quote.spans, "direct", ALONE))
    else:
        return
    state.used.add(number)


def _go_on(state: _State, quote: Quoted) -> None:
    """Join the quotation to the last quote where only a cue stood between; else begin one with the same speaker."""
    last = state.found[state.last] if state.last is not None else None
    if last is None:
        return
    gap = state.text[last.spans[-1].end : quote.start]
    if "\n" not in gap and last.kind == "direct":
        state.found[state.last or 0] = replace(last, spans=(*last.spans, *quote.spans))
        return
    state.found.append(Draft(quote.spans, "direct", CONTINUED, None, last.source, None, follows=True))
    state.last = len(state.found) - 1
