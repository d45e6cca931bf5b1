"""A source's text in, its pieces out: the lines that are not blank, divided where one line holds two things.

Crawled files glue a donation appeal in front of an article's first sentence, a button behind its last and a picture's
credit to its caption, all within a line. Each part becomes a piece of its own, with what gave it away.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from backstory.clean.phrases import listed, pairs, phrases_in, plain, words_in
from backstory.records import Kind

__all__ = ["Piece", "is_credit", "is_credit_line", "pieces_of", "rows_of"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A line or a part of one: where it stands, the number of its non-blank line, what cutting it off says of it."""

    start: int
    end: int
    row: int
    hint: Kind | None = None
    because: str = ""


SWITCH = 2.0
"""What a change between notice and report within one line must outweigh, in hits of listed phrases."""

HIT, NO_HIT, NO_HIT_WORDS = 1.5, -1.0, 12
"""The weight of a sentence of a line for being part of a notice: per listed phrase; and without one, for a short
sentence and for as many words more."""

LONGEST_CAPTION = 400
"""A longer line that ends with a name in brackets is a paragraph."""

LEAST_DIVIDED = 40
"""Shorter lines hold one thing."""

_LINE = re.compile(r"[^\n]+")
_STAMP = re.compile(
    r"(?:(?P<says>[^\W\d_]{4,12}(?: [^\W\d_]{2,8})?):? )?\d{4}-\d{2}-\d{2}"
    r"(?:[T ]\d{2}:\d{2}(?::\d{2})?(?:\.\d+)?(?: ?Z|[+-]\d{2}:?\d{2}| [A-Z]{3,4})?)?(?=\s|$)"
)
_SENTENCE_END = re.compile(r"[.!?…][\"'”’»)\]]*\s+(?=[\"'“‘«(\[]*[A-ZÀ-ÖØ-Þ0-9])")
_NOTICE_END = re.compile(
    r"\b(?:[Ee]-?mails?|[Nn]ewsletters?|inbox|us|(?:up|UP)|notice|policy) +(?=[A-ZÀ-ÖØ-Þ“‘][a-zà-ÿ])"
)
"""Words with which notices end that lack a full stop, before a capital: where a report may begin."""

_BRACKETED = re.compile(r"\s*[(\[][^()\[\]]{2,80}[)\]]\s*$")
_LABELLED = re.compile(
    r"(?<=[\s.!?)|])(?P<label>[A-Za-z]+(?: [a-z]+)?)\s?[:©]\s?"
    r"[^.!?:\n]{2,60}?(?:\.(?:com|co|net|org|io|[a-z]{2}))?\.?\s*$"
)


def rows_of(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of every non-blank line of `text`, without the blanks around it."""
    for found in _LINE.finditer(text):
        line = found[0]
        content = line.strip()
        if content:
            start = found.start() + len(line) - len(line.lstrip())
            yield start, start + len(content)


def pieces_of(text: str) -> list[Piece]:
    """Return the pieces of `text` in order; together they hold its every non-blank character."""
    pieces: list[Piece] = []
    for row, (start, end) in enumerate(rows_of(text)):
        cuts = _cuts(text[start:end]) if _may_hold_two(text, start, end) else []
        pieces.extend(_trimmed(text, start, end, row, cuts))
    return pieces


def _may_hold_two(text: str, start: int, end: int) -> bool:
    return end - start >= LEAST_DIVIDED and not text.startswith("![", start)


Cut = tuple[int, Kind | None, str]
"""Where a part of a line begins, what it is if that is known, and why."""


def _trimmed(text: str, start: int, end: int, row: int, cuts: list[Cut]) -> Iterator[Piece]:
    bounds = cuts or [(0, None, "")]
    for (at, hint, because), after in zip(bounds, [*(start + cut[0] for cut in bounds[1:]), end], strict=True):
        part = text[start + at : after]
        content = part.strip()
        if content:
            first = start + at + len(part) - len(part.lstrip())
            yield Piece(first, first + len(content), row, hint, because)


def _cuts(line: str) -> list[Cut]:
    stamp = _stamp(line)
    rest = stamp[-1][0] if stamp else 0
    inner = [(rest + at, hint, because) for at, hint, because in _notices(line[rest:])]
    credit = _credit(line) if not inner else None
    cuts = [*stamp[:-1], *(inner or [(rest, None, "")])]
    if credit is not None and credit > rest:
        cuts.append((credit, Kind.FURNITURE, "credits a picture"))
        cuts[-2] = (cuts[-2][0], Kind.CAPTION, "ends with the credit of a picture")
    return cuts if len(cuts) > 1 or cuts[0][1] else []


def _stamp(line: str) -> list[Cut]:
    found = _STAMP.match(line)
    if not found or (found["says"] and plain(found["says"]) not in listed("date_starts")):
        return []
    return [(0, Kind.DATE, "is a date stamp"), (found.end(), None, "")]


def _credit(line: str) -> int | None:
    """Return where the credit begins that ends `line`, if one does."""
    if len(line) > LONGEST_CAPTION:
        return None
    bracketed = _BRACKETED.search(line) if line.endswith((")", "]")) else None
    if bracketed and is_credit(bracketed[0]):
        while (before := _BRACKETED.search(line[: bracketed.start()])) and is_credit(before[0]):
            bracketed = before
        return bracketed.start()
    late = max(0, len(line) - 90)
    labelled = _LABELLED.search(line, late) if ":" in line[late:] or "©" in line[late:] else None
    if labelled and labelled["label"].casefold() in listed("credit_words"):
        return labelled.start()
    return None


@cache
def agencies() -> dict[str, str]:
    """Return the names of agencies as they stand in credits, each with the name in full."""
    return pairs("agencies", "=")


def is_credit(bracketed: str) -> bool:
    """Return whether `bracketed`, such as "(Ann Lee/AP)", says who made a picture."""
    inner = bracketed.strip().strip("()[]").strip()
    parts = [part.strip() for part in re.split(r"[/|,]| via ", inner)]
    if any(part in agencies() for part in parts):
        return len(inner.split()) <= 8
    label, mark, _ = inner.partition(":")
    return bool(mark) and plain(label) in listed("credit_words")


def is_credit_line(line: str) -> bool:
    """Return whether a whole line credits a picture: "Pic: Reuters", "- Source: CNN", "(Ann Lee/AP)"."""
    label, mark, name = line.lstrip("-–—•*· ").partition(":")
    if mark and plain(label) in listed("credit_words"):
        return 0 < len(name.split()) <= 5 and (
            name.strip() in agencies() or plain(label) in ("source", "credit", "quelle")
        )
    return line[:1] in "([" and bool(_BRACKETED.fullmatch(line)) and is_credit(line)


def _notices(line: str) -> list[Cut]:
    """Return the cuts between report and notice in `line`: the best path over its sentences, changes costing."""
    words = words_in(line)
    hits = len(phrases_in(words, "appeals", "furniture_words"))
    if not hits:
        return []
    starts = _sentence_starts(line)
    if len(starts) < 2:
        return []
    weights = [_weight(line[a:b]) for a, b in zip(starts, [*starts[1:], len(line)], strict=True)]
    notice = _best_path(weights)
    if not any(notice):
        return []
    cuts: list[Cut] = []
    for at, is_notice, before in zip(starts, notice, [None, *notice[:-1]], strict=True):
        if is_notice != before:
            cuts.append((at, Kind.FURNITURE, "is a notice glued to a line") if is_notice else (at, None, ""))
    return cuts


def _sentence_starts(line: str) -> list[int]:
    starts = {0}
    starts.update(found.end() for found in _SENTENCE_END.finditer(line))
    starts.update(found.end() for found in _NOTICE_END.finditer(line))
    for found in _buttons().finditer(line):
        starts.update((found.start(), found.end()))
    return sorted(at for at in starts if at < len(line) and line[at:].strip())


@cache
def _buttons() -> re.Pattern[str]:
    texts = sorted(listed("buttons"), key=lambda text: (-len(text), text))
    alternatives = "|".join(re.escape(text[0].upper()) + "(?i:" + re.escape(text[1:]) + ")" for text in texts)
    return re.compile(rf"(?<=[.!?”\"a-z] )(?:{alternatives})(?:\s+(?=[A-ZÀ-ÖØ-Þ“‘\"'])|\s*$)")


def _weight(sentence: str) -> float:
    words = words_in(sentence)
    text = " ".join(words)
    if text in listed("buttons") or text in listed("furniture_lines"):
        return HIT
    hits = len(phrases_in(words, "appeals", "furniture_words"))
    return min(HIT * hits, 2 * HIT) if hits else NO_HIT - min(len(words), 30) / NO_HIT_WORDS


def _best_path(weights: list[float]) -> list[bool]:
    """Return for each sentence whether the best path calls it a notice; report costs 0, a change `SWITCH`."""
    report, notice = 0.0, 0.0
    back: list[tuple[bool, bool]] = []
    for weight in weights:
        from_report, from_notice = report - SWITCH >= notice, notice - SWITCH >= report
        back.append((from_notice, not from_report))
        report, notice = max(report, notice - SWITCH), max(notice, report - SWITCH) + weight
    state = notice > report
    path = []
    for to_report, to_notice in reversed(back):
        path.append(state)
        state = to_notice if state else to_report
    return path[::-1]
