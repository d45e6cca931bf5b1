"""Items of ProQuest's text form out: rules of underscores between them, labels before and after `Full text:`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from backstory.read.exports.lines import (
    Described,
    Line,
    Piece,
    count_of,
    is_copyright,
    mark,
    without_by,
)
from backstory.read.languages import language_code
from backstory.read.stated_dates import iso_date
from backstory.read.wordlists import named_sets
from backstory.records import Kind, Mark, Stated

__all__ = ["cut", "describe", "recognises", "stated_count"]

NAME = "ProQuest"

_RULE = re.compile(r"_{20,}")
_LABEL = re.compile(r"([A-Z][\w ()/&.-]{1,38}):(?:\s+(.*)|$)", re.DOTALL)
_TEXT = "full text"


def _label(text: str) -> tuple[str, str] | None:
    found = _LABEL.match(text)
    if not found or found[1].casefold() not in named_sets("proquest_labels")["label"]:
        return None
    return found[1].casefold(), (found[2] or "").strip()


def recognises(lines: Sequence[Line]) -> bool:
    """Return whether these are lines of such an export: rules, and labels that only ProQuest has."""
    labels = {found[0] for line in lines if (found := _label(line.text))}
    return (
        any(_RULE.fullmatch(line.text) for line in lines)
        and len(labels & {_TEXT, "publication title", "publication info", "proquest document id", "source type"}) > 1
    )


def stated_count(lines: Sequence[Line]) -> int | None:
    """Return the total of marks such as `Document 3 of 74`, None where there are none."""
    return max((count[1] for line in lines if (count := count_of(line.text))), default=None)


def cut(lines: Sequence[Line]) -> list[Piece]:
    """Return the items and what stands around them, in order: an item has at least two of the labels."""
    rules = [index for index, line in enumerate(lines) if _RULE.fullmatch(line.text)]
    bounds = sorted({0, *(index + 1 for index in rules)} - {len(lines)})
    pieces: list[Piece] = []
    for first, last in zip(bounds, [*bounds[1:], len(lines)], strict=True):
        for start, end in _hidden(lines, first, last):
            labels = {found[0] for line in lines[start:end] if (found := _label(line.text))}
            pieces.append(Piece(start, end, _TEXT in labels or len(labels) > 2))
    return pieces


def _hidden(lines: Sequence[Line], first: int, last: int) -> list[tuple[int, int]]:
    """Return the items of a stretch whose rule is missing: they are told apart by a second `Full text:`."""
    starts = [first]
    seen, closed = False, None
    for index in range(first, last):
        found = _label(lines[index].text)
        if found and found[0] == _TEXT:
            if seen and closed is not None:
                starts.append(closed)
            seen, closed = True, None
        elif seen and found and found[0] in ("database", "last updated") and index + 1 < last:
            closed = index + 1
    return list(zip(starts, [*starts[1:], last], strict=True))


def describe(lines: Sequence[Line]) -> Described:
    """Return what an item's lines say of it, with the kind of every line."""
    values: dict[str, str] = {}
    marks: list[Mark] = []
    current: str | None = None
    title: Line | None = None
    for line in lines:
        found = _label(line.text)
        if found:
            current = found[0]
            values.setdefault(current, found[1])
        elif current is None and title is None and not count_of(line.text) and not _RULE.fullmatch(line.text):
            title = line
        marks.append(mark(line, _kind(line, current, title, bool(found)), f"ProQuest's field {current or 'title'}"))
    info = values.get("publication info", "")
    stated = Stated(
        title=values.get("title") or (title.text if title else None),
        outlet=_outlet(values.get("publication title") or info),
        byline=without_by(values.get("author", "")) or None,
        section=values.get("section") or None,
        language=language_code(values.get("language of publication", "")),
        published=iso_date(values.get("publication date", "")) or _date_in(info),
        url=values.get("document url") or values.get("url") or None,
        words=int(values["word count"]) if values.get("word count", "").isdecimal() else None,
    )
    return Described(stated, tuple(marks))


def _kind(line: Line, current: str | None, title: Line | None, labelled: bool) -> Kind:
    if line is title or (labelled and current == "title" and title is None):
        return Kind.HEADLINE
    if current == _TEXT and not is_copyright(line.text):
        return Kind.BODY
    return {"author": Kind.BYLINE, "publication date": Kind.DATE, "abstract": Kind.STANDFIRST}.get(
        current or "", Kind.FURNITURE
    )


def _outlet(stated: str) -> str | None:
    """Return the publication's name without the place and date that follow, as in `Evening Post; Leeds [Leeds]`."""
    return re.split(r"\s*[;\[]", stated)[0].strip() or None


def _date_in(info: str) -> str | None:
    found = re.search(r"\]\s*(?:[^\]]*?)(\d{1,2} [^\W\d_]+ \d{4})", info)
    return iso_date(found[1]) if found else None
