"""Items of Factiva out: each a header of lines, or fields `HD`, `BY`, `WC`, and ending in `Document ABCD0000...`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from backstory.read.exports.lines import (
    Described,
    Line,
    Piece,
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

NAME = "Factiva"

_IDENTITY = re.compile(r"([^\W\d_]+) ([A-Z][A-Z0-9]{1,9}\d{10,}[0-9a-z]{4,})")
_CODE = re.compile(r"(HD|BY|WC|PD|ET|SN|SC|ED|PG|LA|CY|LP|TD|CO|IN|NS|RE|IPC|PUB|AN|SE|CR|CLM|ART|RF|CT)(?:\s+(.+))?")
_HEADED = 14
"""A header has section, headline, byline, note, words, date, time, outlet, code, edition, page, language, rights."""


def _is_identity(text: str) -> bool:
    found = _IDENTITY.fullmatch(text)
    return found is not None and found[1].casefold() in named_sets("export_words")["document"]


def _begins(line: Line) -> bool:
    return 'id="article-' in line.hint or "id=article-" in line.hint


def recognises(lines: Sequence[Line]) -> bool:
    """Return whether these are lines of such an export."""
    return any(_is_identity(line.text) for line in lines) and (
        any(words_stated(line.text) for line in lines) or len(_codes(lines)) > 3
    )


def stated_count(lines: Sequence[Line]) -> int | None:
    """Return None: what Factiva states is how much its search found, not how much was saved."""
    return None


def cut(lines: Sequence[Line]) -> list[Piece]:
    """Return the items and what stands around them, in order."""
    ends = [index + 1 for index, line in enumerate(lines) if _is_identity(line.text) or _ends_code(lines, index)]
    begins = [index for index, line in enumerate(lines) if _begins(line)]
    first = begins[0] if begins else _first_start(lines)
    bounds = sorted({first, *begins, *(end for end in ends if end > first and _goes_on(lines, end))})
    last_end = max(ends, default=len(lines))
    pieces = [Piece(0, first, False)] if first else []
    for start, end in zip(bounds, [*bounds[1:], len(lines)], strict=True):
        is_item = start < last_end
        closing = last_end if is_item and end > last_end else end
        pieces.append(Piece(start, closing, is_item))
        if closing < end:
            pieces.append(Piece(closing, end, False))
    return pieces


def _ends_code(lines: Sequence[Line], index: int) -> bool:
    """Return whether the line is what stands in the last field, `AN`, without the word Document."""
    return index > 0 and lines[index - 1].text == "AN"


def _goes_on(lines: Sequence[Line], end: int) -> bool:
    return any(_is_identity(line.text) or words_stated(line.text) for line in lines[end : end + 4 * _HEADED])


def _first_start(lines: Sequence[Line]) -> int:
    """Return where the first item begins in a form without markup: as far above its count of words as the others."""
    counts = [index for index, line in enumerate(lines) if words_stated(line.text)]
    counted = counts[0] if counts else 0
    coded = next((index for index in range(counted) if _CODE.fullmatch(lines[index].text)), None)
    if coded is not None:
        return coded
    ends = [index + 1 for index, line in enumerate(lines) if _is_identity(line.text)]
    above = [next((count - end for count in counts if count >= end), _HEADED) for end in ends[:-1]]
    usual = Counter(above).most_common(1)[0][0] if above else _above_count(lines, counted)
    return max(0, counted - usual)


def _above_count(lines: Sequence[Line], counted: int) -> int:
    """Return how many lines stand above the count of words: the headline, and who wrote it if that is said."""
    before = lines[counted - 1].text if counted else ""
    return 2 if without_by(before) != before else 1


def _codes(lines: Sequence[Line]) -> dict[str, list[int]]:
    """Return for every code the lines of its value: the rest of its line and the lines until the next code."""
    codes: dict[str, list[int]] = {}
    current: str | None = None
    for index, line in enumerate(lines):
        found = _CODE.fullmatch(line.text)
        if found and found[1] not in codes:
            current = found[1]
            codes[current] = [index] if found[2] else []
        elif current:
            codes[current].append(index)
    return codes if {"HD", "SN"} <= codes.keys() else {}


def describe(lines: Sequence[Line]) -> Described:
    """Return what an item's lines say of it, with the kind of every line."""
    codes = _codes(lines)
    return _coded(lines, codes) if codes else _headed(lines)


def _coded(lines: Sequence[Line], codes: dict[str, list[int]]) -> Described:
    def value(code: str) -> str | None:
        texts = [re.sub(rf"^{code}\s+", "", lines[index].text) for index in codes.get(code, [])]
        return " ".join(texts) or None

    kinds = {"HD": Kind.HEADLINE, "BY": Kind.BYLINE, "PD": Kind.DATE, "LP": Kind.BODY, "TD": Kind.BODY}
    marks = {index: kinds.get(code, Kind.FURNITURE) for code, indexes in codes.items() for index in indexes}
    stated = Stated(
        title=value("HD"),
        outlet=value("SN"),
        byline=without_by(value("BY") or "") or None,
        section=value("SE"),
        language=language_code(value("LA") or ""),
        published=_joined_date(value("PD"), value("ET")),
        words=words_stated(value("WC") or ""),
    )
    marked = [mark(line, marks.get(index, Kind.FURNITURE), "a field of the export") for index, line in enumerate(lines)]
    return Described(stated, tuple(marked))


def _joined_date(day: str | None, time: str | None) -> str | None:
    return iso_date(f"{day} {time}") if day and time else iso_date(day or "")


def _headed(lines: Sequence[Line]) -> Described:
    counted = next((index for index, line in enumerate(lines[:_HEADED]) if words_stated(line.text)), None)
    if counted is None:
        return _unheaded(lines)
    title = _titles(lines, counted)
    authors = [index for index in range(counted) if 'class="author"' in lines[index].hint]
    if not authors and title and not _has_hints(lines):
        authors = [index for index in range(title[-1] + 1, counted)][:1]
    end = _header_end(lines, counted)
    dated = [index for index in range(counted + 1, end) if iso_date(lines[index].text)]
    after = [line.text for line in lines[dated[0] + 1 : end]] if dated else []
    clock = after.pop(0) if after and re.match(r"\d{1,2}:\d{2}", after[0]) else None
    stated = Stated(
        title=" ".join(lines[index].text for index in title) or None,
        outlet=after[0] if after else None,
        byline=without_by(" ".join(lines[index].text for index in authors)) or None,
        section=lines[0].text if title and title[0] == 1 else None,
        language=next((code for text in after[1:] if (code := language_code(text))), None),
        published=_joined_date(lines[dated[0]].text, clock) if dated else None,
        words=words_stated(lines[counted].text),
    )
    kinds = {index: Kind.HEADLINE for index in title} | {index: Kind.BYLINE for index in authors}
    kinds |= {dated[0]: Kind.DATE} if dated else {}
    return Described(stated, tuple(_marks(lines, end, kinds)))


def _titles(lines: Sequence[Line], counted: int) -> list[int]:
    hinted = [index for index in range(counted) if "Headline" in lines[index].hint]
    return hinted or ([0] if counted else [])


def _has_hints(lines: Sequence[Line]) -> bool:
    return any(line.hint for line in lines)


def _header_end(lines: Sequence[Line], counted: int) -> int:
    """Return where the text begins: at the first paragraph of its class, else after the line of rights."""
    for index in range(counted, min(len(lines), counted + _HEADED)):
        if "articleParagraph" in lines[index].hint:
            return index
        if is_copyright(lines[index].text):
            return index + 1
    return min(len(lines), counted + 1)


def _unheaded(lines: Sequence[Line]) -> Described:
    title = [index for index, line in enumerate(lines[:_HEADED]) if "Headline" in line.hint]
    stated = Stated(title=" ".join(lines[index].text for index in title) or None)
    return Described(stated, tuple(_marks(lines, 0, dict.fromkeys(title, Kind.HEADLINE))))


def _marks(lines: Sequence[Line], end: int, kinds: dict[int, Kind]) -> list[Mark]:
    """Return the marks of all lines: those of `kinds`, the header until `end`, the text, and what closes the item."""
    hinted = _has_hints(lines)
    marks = []
    for index, line in enumerate(lines):
        outside = index < end or _is_identity(line.text) or (hinted and "articleParagraph" not in line.hint)
        kind = kinds.get(index, Kind.FURNITURE if outside else Kind.BODY)
        marks.append(mark(line, kind, "a line of the export's header" if outside else "the export's text"))
    return marks
