"""Paragraphs in, what stands between quotation marks out, however the marks are mixed, nested or missing.

A `Quoted` has one span a paragraph, without the marks themselves. The rules, in the order of their strength:

- A mark opens or closes by its shape, and where the shape says nothing (straight marks) by the blanks beside it.
- A quotation whose paragraph ends unclosed goes on in the next one when that opens with a mark (as print has it) or
  has a closing mark that nothing opened; else it ends with its paragraph.
- A second opening mark of the same kind within a paragraph ends what the first one opened.
- A single mark is a quotation mark only where it stands at a word's outer side and has a partner: else an apostrophe.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from backstory.records import Span

__all__ = ["Quoted", "quoted"]

DOUBLE_OPEN = "“«„‟「『《"
DOUBLE_CLOSE = "”»」』》"
EITHER_DOUBLE = '"＂'
SINGLE_OPEN = "‘‚‹`"
SINGLE_CLOSE = "’›´"
EITHER_SINGLE = "'"
REVERSED = {"»": "«", "«": "»", "“": "„", "”": "”"}
ELIDED = ("tis", "twas", "til", "em", "cause", "n")
"""Words that an apostrophe begins."""
LONGEST_CHAIN = 40
"""Paragraphs that one quotation may run over: longer ones are marks gone wrong (the seeds' longest has 5)."""


@dataclass(frozen=True, slots=True)
class Quoted:
    """What one pair of marks holds. `opened` and `closed` say whether the mark is really there."""

    spans: tuple[Span, ...]
    opened: bool
    closed: bool
    single: bool = False

    @property
    def start(self) -> int:
        """The first character."""
        return self.spans[0].start

    @property
    def end(self) -> int:
        """The end of the last span."""
        return self.spans[-1].end


@dataclass(frozen=True, slots=True)
class _Sign:
    at: int
    opens: bool
    closes: bool


@dataclass(slots=True)
class _Open:
    spans: list[Span] = field(default_factory=list)
    start: int = 0
    opened: bool = True


def quoted(text: str, paragraphs: Sequence[Span]) -> tuple[Quoted, ...]:
    """Return what stands between marks in `paragraphs` (in order, without captions), outermost marks only, in order."""
    found: list[Quoted] = []
    going_on: _Open | None = None
    for place, paragraph in enumerate(paragraphs):
        following = paragraphs[place + 1] if place + 1 < len(paragraphs) else None
        going_on = _paragraph(text, paragraph, following, going_on, found)
    if going_on is not None:
        found.append(Quoted(tuple(going_on.spans), going_on.opened, closed=False))
    doubles = sorted((q for q in found if q.spans), key=lambda q: q.start)
    taken = [span for q in doubles for span in q.spans]
    singles = [q for p in paragraphs for q in _singles(text, p) if not _within(q, taken)]
    return tuple(sorted([*doubles, *singles], key=lambda q: (q.start, q.end)))


def _paragraph(
    text: str, paragraph: Span, following: Span | None, going_on: _Open | None, found: list[Quoted]
) -> _Open | None:
    """Add the paragraph's double-marked quotations to `found`; return the one that goes on after it."""
    signs = list(_double_signs(text, paragraph))
    current = _carried(going_on, paragraph, signs, found)
    for sign in signs:
        if current is not None and sign.closes and not (sign.opens and current.start == sign.at + 1):
            _finish(current, text, sign.at, found, closed=True)
            current = None
        elif sign.opens:
            if current is not None and current.start != sign.at + 1:
                _finish(current, text, sign.at, found, closed=False)
            current = _Open(current.spans if current and current.start == sign.at + 1 else [], sign.at + 1)
    if current is None:
        return None
    current.spans.append(_trimmed(text, current.start, paragraph.end))
    goes_on = following is not None and _goes_on(text, following, current.spans[0])
    if goes_on and len(current.spans) < LONGEST_CHAIN:
        return current
    found.append(Quoted(tuple(s for s in current.spans if s.start < s.end), current.opened, closed=False))
    return None


def _carried(going_on: _Open | None, paragraph: Span, signs: list[_Sign], found: list[Quoted]) -> _Open | None:
    """Return the quotation that goes on into the paragraph, begun anew after its opening mark if it has one."""
    if going_on is None:
        return None
    first = signs[0] if signs else None
    reopened = first is not None and first.opens and first.at - paragraph.start <= 1
    start = first.at + 1 if reopened and first is not None else paragraph.start
    return _Open(going_on.spans, start, going_on.opened)


def _finish(current: _Open, text: str, end: int, found: list[Quoted], *, closed: bool) -> None:
    spans = [s for s in (*current.spans, _trimmed(text, current.start, end)) if s.start < s.end]
    if spans:
        found.append(Quoted(tuple(spans), current.opened, closed))


def _goes_on(text: str, following: Span, opened: Span) -> bool:
    """Say whether a quotation left open at `opened` goes on in the paragraph `following`.

    A few words from the middle of a sentence whose mark was forgotten do not, where what follows has both its marks.
    """
    signs = list(_double_signs(text, following))
    if not signs:
        return False
    first = signs[0]
    if first.opens and first.at - following.start <= 1:
        fragment = text[opened.start : opened.start + 1].islower()
        return not (fragment and len(signs) > 1 and signs[1].closes)
    return first.closes and not first.opens


def _double_signs(text: str, paragraph: Span) -> Iterable[_Sign]:
    """Yield the paragraph's double marks, two single marks in a row counted as one, with the side that each can be."""
    depth = 0
    for at in range(paragraph.start, paragraph.end):
        char = text[at]
        if char in EITHER_DOUBLE:
            opens, closes = _sides(text, at, paragraph)
            if opens and closes:
                opens, closes = depth == 0, depth > 0
        elif char in DOUBLE_OPEN or char in DOUBLE_CLOSE:
            opens, closes = _shaped(text, at, paragraph, depth)
        else:
            continue
        depth = depth + 1 if opens else max(depth - 1, 0)
        yield _Sign(at, opens, closes)


def _shaped(text: str, at: int, paragraph: Span, depth: int) -> tuple[bool, bool]:
    """Return whether the mark at `at` opens and closes by its shape, mended by the blanks beside it."""
    char = text[at]
    opens = char in DOUBLE_OPEN
    left, right = _sides(text, at, paragraph)
    if char in REVERSED and left != right:
        # „German“, »reversed« and ”Nordic” marks, and marks set the wrong way round, tell their side by the blanks.
        return left, right
    return (opens, not opens) if depth or opens else (False, True)


def _sides(text: str, at: int, paragraph: Span) -> tuple[bool, bool]:
    """Return whether a mark at `at` can open (a word follows, none precedes) and whether it can close."""
    before = text[at - 1] if at > paragraph.start else " "
    after = text[at + 1] if at + 1 < paragraph.end else " "
    opens = not after.isspace() and after not in ",.;:!?)" and (before.isspace() or before in "([{—–-/‘'“\"")
    closes = not before.isspace() and (not after.isalnum())
    if opens and closes:
        closes = not (before in "([{—–-/" and after.isalnum())
    if not opens and not closes:
        opens, closes = after.isalnum() and not before.isalnum(), before.isalnum() or before in ".,!?…"
    return opens, closes


def _singles(text: str, paragraph: Span) -> Iterable[Quoted]:
    """Yield what stands between single marks in the paragraph."""
    at = paragraph.start
    while at < paragraph.end:
        if text[at] in SINGLE_OPEN + EITHER_SINGLE + SINGLE_CLOSE and _single_opens(text, at, paragraph):
            close = _single_close(text, at, paragraph)
            if close is not None:
                span = _trimmed(text, at + 1, close)
                if span.start < span.end:
                    yield Quoted((span,), opened=True, closed=True, single=True)
                at = close
        at += 1


def _single_opens(text: str, at: int, paragraph: Span) -> bool:
    before = text[at - 1] if at > paragraph.start else " "
    if before.isalnum() or not (before.isspace() or before in '([{—–-/“"«„'):
        return False
    rest = text[at + 1 : min(at + 8, paragraph.end)]
    if not rest or rest[0].isspace():
        return False
    word = "".join(char if char.isalpha() else " " for char in rest).split()
    elided = rest[0].isdigit() or bool(word and rest[0].isalpha() and word[0].lower() in ELIDED)
    return text[at] in SINGLE_OPEN or not elided


def _single_close(text: str, opened: int, paragraph: Span) -> int | None:
    """Return where the single mark opened at `opened` closes: a plural's apostrophe only where nothing better comes."""
    fallback = None
    for at in range(opened + 1, paragraph.end):
        if text[at] in SINGLE_OPEN + EITHER_SINGLE and at > opened + 1 and _single_opens(text, at, paragraph):
            break
        if text[at] not in SINGLE_CLOSE + EITHER_SINGLE or text[at - 1].isspace():
            continue
        after = text[at + 1] if at + 1 < paragraph.end else " "
        if after.isalnum():
            continue
        if text[at - 1] in "sS" and after == " " and text[at + 2 : at + 3].islower():
            fallback = at if fallback is None else fallback
            continue
        return at
    return fallback


def _within(quote: Quoted, spans: Sequence[Span]) -> bool:
    return any(span.start <= quote.start and quote.end <= span.end for span in spans)


def _trimmed(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)
