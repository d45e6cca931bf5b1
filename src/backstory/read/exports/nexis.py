"""Items of Nexis and Lexis: `3 of 74 DOCUMENTS` before each, or `End of Document` after each; their fields out.

Two layouts of one house. The older one has outlet, date, title, then labels in capitals (`BYLINE: `, `LENGTH: `), the
text, more labels and the copyright. The newer one has title, outlet, date, copyright, labels (`Section: `), a line
`Body`, the text, and `Classification` or `Load-Date: `.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from backstory.read.exports.lines import (
    Described,
    Line,
    Piece,
    count_of,
    is_copyright,
    mark,
    without_by,
    words_stated,
)
from backstory.read.languages import language_code
from backstory.read.stated_dates import iso_date
from backstory.read.wordlists import named_sets
from backstory.records import Kind, Mark, Stated

__all__ = ["cut", "describe", "recognises", "stated_count"]

NAME = "Nexis"

HEADER_LINES = 16
"""Mark, outlet, date, edition, title and up to ten labels: no header seen had more lines before its text."""

_LABEL = re.compile(r"([^\W\d_][\w \-/]{1,28}):(?:\s+|$)")
_STATED_TOTAL = re.compile(r"[^\W\d_]+ \((\d{1,6})\)")
_CONTENTS_LINE = re.compile(r"(\d{1,4})\.\s+(.+)")


def _field(text: str) -> tuple[str, int] | None:
    """Return the field that a label at the start of `text` stands for and where its value begins."""
    found = _LABEL.match(text)
    if not found:
        return None
    label = re.sub(r"\s+", "-", found[1].strip().casefold())
    name = next((field for field, labels in sorted(named_sets("export_fields").items()) if label in labels), None)
    return (name, found.end()) if name else None


def _is_word(text: str, name: str) -> bool:
    return text.strip(" :").casefold() in named_sets("export_words")[name]


def _is_after(text: str) -> bool:
    """Return whether a line can only stand after an item's text."""
    field = _field(text)
    return (
        (field is not None and field[0] in ("after", "language"))
        or _is_word(text, "after")
        or _is_word(text, "end")
        or is_copyright(text)
    )


def _is_length(text: str) -> bool:
    field = _field(text)
    return field is not None and field[0] == "words" and words_stated(text[field[1] :]) is not None


def recognises(lines: Sequence[Line]) -> bool:
    """Return whether these are lines of such an export: marks or ends, and lengths."""
    marked = any(count_of(line.text) or _is_word(line.text, "end") for line in lines)
    return any(_is_length(line.text) for line in lines) and (marked or any(_is_after(line.text) for line in lines))


def stated_count(lines: Sequence[Line]) -> int | None:
    """Return how many items the export says that it holds: by its list of contents, else by its marks."""
    first = next((index for index, line in enumerate(lines) if _is_length(line.text)), len(lines))
    for line in lines[:first]:
        found = _STATED_TOTAL.fullmatch(line.text)
        if found and _is_word(line.text[: found.start(1) - 2], "document"):
            return int(found[1])
    starts = _marked(lines)
    totals = [count_of(lines[index].text) for index in starts]
    runs = [total for total, before in zip(totals, [None, *totals], strict=False) if _is_new_run(total, before)]
    return sum(run[1] for run in runs if run) or None


def _is_new_run(this: tuple[int, int] | None, before: tuple[int, int] | None) -> bool:
    return before is None or this is None or this[1] != before[1] or this[0] <= before[0]


def _marked(lines: Sequence[Line]) -> list[int]:
    """Return the lines that are marks: their total is that of the line before, or begins anew at 1."""
    counts = [(index, count) for index, line in enumerate(lines) if (count := count_of(line.text))]
    common = Counter(total for _, (_, total) in counts)
    starts: list[int] = []
    previous = (0, 0)
    for index, (number, total) in counts:
        goes_on = total == previous[1] and number > previous[0]
        if goes_on or number == 1 or (not starts and common[total] > 1):
            starts.append(index)
            previous = (number, total)
    return starts


def cut(lines: Sequence[Line]) -> list[Piece]:
    """Return the items and what stands before them, in order; an item without a mark is found by its own labels."""
    bounds = sorted({*_marked(lines), *_after_ends(lines)} - {len(lines)})
    if not bounds or bounds[0] > _first_length(lines):
        bounds.insert(0, _after_contents(lines))
    bounds = sorted({bound for first, last in _pairs(bounds, len(lines)) for bound in _hidden(lines, first, last)})
    pieces = [Piece(0, bounds[0], False)] if bounds[0] > 0 else []
    for first, last in _pairs(bounds, len(lines)):
        is_item = any(_is_length(line.text) or count_of(line.text) for line in lines[first:last])
        pieces.append(Piece(first, last, is_item or _has_text(lines[first:last])))
    return pieces


def _pairs(bounds: Sequence[int], end: int) -> list[tuple[int, int]]:
    return list(zip(bounds, [*bounds[1:], end], strict=True))


def _first_length(lines: Sequence[Line]) -> int:
    return next((index for index, line in enumerate(lines) if _is_length(line.text)), len(lines))


def _after_ends(lines: Sequence[Line]) -> list[int]:
    return [index + 1 for index, line in enumerate(lines) if _is_word(line.text, "end")]


def _has_text(lines: Sequence[Line]) -> bool:
    return any(_is_word(line.text, "body") for line in lines)


def _after_contents(lines: Sequence[Line]) -> int:
    """Return where the first item begins behind a cover page that lists the titles, 0 where there is none."""
    header = lines[: _first_length(lines)]
    listed = [(index, found[2]) for index, line in enumerate(header) if (found := _CONTENTS_LINE.fullmatch(line.text))]
    if not listed or not any(_STATED_TOTAL.fullmatch(line.text) for line in header):
        return 0
    title = " ".join(listed[0][1].split())
    for index in range(listed[-1][0] + 1, len(header)):
        if " ".join(header[index].text.split()) == title:
            return index
    return listed[-1][0] + 1


def _hidden(lines: Sequence[Line], first: int, last: int) -> list[int]:
    """Return where items begin from `first` until `last`: a second length after closing lines is a second item."""
    starts = [first]
    seen_length = False
    closed_at: int | None = None
    for index in range(first, last):
        text = lines[index].text
        if _is_length(text):
            if seen_length and closed_at is not None:
                starts.append(closed_at)
            seen_length, closed_at = True, None
        elif seen_length and _is_after(text) and index + 1 < last and _closes(text, closed_at, index):
            closed_at = index + 1
    return starts


def _closes(text: str, closed_at: int | None, index: int) -> bool:
    """Return whether a closing line closes the item: a line of rights further down is in the next item's header."""
    return closed_at in (None, index) or not is_copyright(text)


def describe(lines: Sequence[Line]) -> Described:
    """Return what an item's lines say of it, with the kind of every line."""
    marks: list[Mark] = []
    newer = _has_text(lines) or any(_is_word(line.text, "end") for line in lines)
    body = _body_start(lines)
    end = _body_end(lines, body)
    stated, header = _header(lines[:body], newer)
    marks += header
    marks += _body(lines[body:end])
    for line in lines[end:]:
        field = _field(line.text)
        if field and field[0] == "language" and stated.language is None:
            stated = replace(stated, language=language_code(line.text[field[1] :]))
        is_caption = field is not None and field[0] == "caption"
        marks.append(mark(line, Kind.CAPTION if is_caption else Kind.FURNITURE, "a closing line of the export"))
    return Described(stated, tuple(marks))


def _body_start(lines: Sequence[Line]) -> int:
    """Return where the text begins: after the line that says so, else after the header's labels."""
    said = next((index for index, line in enumerate(lines) if _is_word(line.text, "body")), None)
    if said is not None:
        return said + 1
    start = 0
    capitals = False
    for index, line in enumerate(lines[:HEADER_LINES]):
        field = _field(line.text)
        if field and field[0] not in ("after", "language", "caption"):
            capitals = True
            start = index + 1
        elif capitals and index > start:
            break
    return start or min(len(lines), 3)


def _body_end(lines: Sequence[Line], body: int) -> int:
    """Return where the closing lines begin: the longest run at the end of labels, rights and ends."""
    end = len(lines)
    classified = next((i for i in range(body, len(lines)) if _is_word(lines[i].text, "after")), None)
    if classified is not None:
        return classified
    while end > body:
        field = _field(lines[end - 1].text)
        is_caption = field is not None and field[0] == "caption"
        if not _is_after(lines[end - 1].text) and not is_caption and not count_of(lines[end - 1].text):
            break
        end -= 1
    return end


def _header(lines: Sequence[Line], newer: bool) -> tuple[Stated, list[Mark]]:
    marks: list[Mark] = []
    values: dict[str, str] = {}
    loose: list[Line] = []
    for line in lines:
        field = _field(line.text)
        if count_of(line.text) or is_copyright(line.text) or _is_word(line.text, "body"):
            marks.append(mark(line, Kind.FURNITURE, "a mark of the export"))
        elif field:
            values.setdefault(field[0], line.text[field[1] :].strip())
            marks.append(mark(line, _FIELD_KINDS.get(field[0], Kind.FURNITURE), "a label of the export"))
        else:
            loose.append(line)
    stated, placed = _loose(loose, newer)
    byline = without_by(values["byline"]) if values.get("byline") else None
    stated = replace(
        stated,
        title=values.get("title") or stated.title,
        byline=byline,
        section=values.get("section") or None,
        words=words_stated(values.get("words", "")),
        language=language_code(values.get("language", "")),
    )
    return stated, sorted(marks + placed, key=lambda one: one.start)


_FIELD_KINDS = {"title": Kind.HEADLINE, "byline": Kind.BYLINE, "standfirst": Kind.STANDFIRST, "caption": Kind.CAPTION}


def _loose(lines: Sequence[Line], newer: bool) -> tuple[Stated, list[Mark]]:
    """Return outlet, date and title from the header's lines without labels."""
    dated = [(index, when) for index, line in enumerate(lines) if (when := _date_of(line.text))]
    at, when = (dated[-1] if newer else dated[0]) if dated else (None, None)
    outlets, titles = _newer_parts(lines, at) if newer else _older_parts(lines, at)
    used = {*outlets, *titles, *([] if at is None else [lines[at]])}
    editions = [line for line in lines if line not in used]
    marks = [mark(line, Kind.HEADLINE, "the export's title") for line in titles]
    marks += [mark(line, Kind.FURNITURE, "the export's outlet") for line in outlets]
    marks += [mark(line, Kind.FURNITURE, "the export's edition") for line in editions]
    if at is not None:
        marks.append(mark(lines[at], Kind.DATE, "the export's date"))
    title = " ".join(line.text for line in titles) or None
    return Stated(title=title, outlet=outlets[-1].text if outlets else None, published=when), marks


def _newer_parts(lines: Sequence[Line], at: int | None) -> tuple[list[Line], list[Line]]:
    """Return the lines of the outlet and of the title, which stand in front of the date in that order reversed."""
    before = [line for line in lines[:at] if at is not None or not _is_edition(line.text) or line is lines[0]]
    if len(before) < 2:
        return [], before
    return before[-1:], before[:-1]


def _older_parts(lines: Sequence[Line], at: int | None) -> tuple[list[Line], list[Line]]:
    """Return the lines of the outlet, before the date, and of the title, after it."""
    dated = 1 if at is None else at
    after = list(lines[dated if at is None else dated + 1 :])
    titles = [line for line in after if not _is_edition(line.text)] or after[:1]
    return list(lines[:dated]), titles


def _date_of(text: str) -> str | None:
    """Return the date of a line that is a date: a title that mentions one has no date at its start."""
    when = iso_date(text)
    return when if when and (text[:1].isdigit() or iso_date(" ".join(text.split()[:4])) is not None) else None


def _is_edition(text: str) -> bool:
    words = text.casefold().replace(",", " ").split()
    return len(words) <= 6 and any(word in named_sets("export_words")["edition"] for word in words)


def _body(lines: Sequence[Line]) -> list[Mark]:
    """Return the marks of an item's text; what follows a line `Graphic` or `Illustration` is captions."""
    marks: list[Mark] = []
    kind = Kind.BODY
    for line in lines:
        if _is_word(line.text, "caption"):
            kind = Kind.CAPTION
            marks.append(mark(line, Kind.FURNITURE, "a label of the export"))
        else:
            marks.append(mark(line, kind, "the export's text"))
    return marks
