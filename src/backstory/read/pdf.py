"""A PDF with a text layer in, one source out: running heads marked as furniture, large type as headlines.

The rule `pdf/1`: the text layer, page after page, its lines joined to paragraphs. A line is joined to the one before
where that one is set as large, stands no further apart than lines do and fills its column, or where it goes on in
lower case after no full stop. Running heads stay lines of their own. A hyphen at the end of a joined line becomes a
soft hyphen (U+00AD), so that it stays in the text and the word is whole; a word that has its hyphen elsewhere in the
document too keeps it. The parameter is the version of pypdf (`pdf/1?pypdf=7.1.0`): another one may order or space
letters otherwise.
"""

from __future__ import annotations

import io
import logging
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import pairwise
from typing import TYPE_CHECKING

from backstory.errors import ReadError
from backstory.read.entries import Entry, Options, problem_source
from backstory.read.markup import plain
from backstory.records import Kind, Mark, Source, Stated

if TYPE_CHECKING:
    from pypdf import PageObject

__all__ = ["NAME", "RULES", "Line", "claims", "lines_joined", "read", "running_heads"]

NAME = "pdf"
RULE = "pdf/1"
MEDIA_TYPE = "application/pdf"

MAX_PAGES = 2_000
"""A year of a weekly has fewer; beyond it a file is a book, to be split."""
MAX_CHARS = 20_000_000
"""A page of a broadsheet has 30,000 characters; this is 600 of them."""
MAX_DRAWN_BYTES = 48 << 20
"""Instructions for drawing, unpacked: pypdf takes about a second for each MB, and a long paper has under 20 MB."""
EDGE_LINES = 3
"""Running heads and feet are among the first and last three lines of a page."""
HEAD_SHARE = 0.3
"""A line at the edge of this share of the pages is a running head: left and right pages mostly have different ones."""
FULL_LINE = 0.75
"""A line with this share of the length of the page's longer lines fills its column."""

NEARLY_FULL = 0.95
"""A line that ends a sentence must be this long to be thought of as going on: else it may end the paragraph."""
WIDE_GAP = 1.3
"""Lines further apart than this many usual distances are of two paragraphs."""
SAME_TYPE = 0.08
"""Sizes of type within this share are the same: pypdf rounds, designers do not step below a tenth."""
LARGE_TYPE = 1.25
"""Headlines are set from a quarter larger than the text upwards."""
HEADLINE_CHARS = 250
"""A longer line in large type is a standfirst or a quote set large."""

_MARK = re.compile(rb"(?:\A|[\r\n])%PDF-\d")
_NUMBER = re.compile(r"[\W_]*(?:page|seite|p\.?|s\.?)?[\W_]*\d{1,5}(?:\s*(?:/|of|von|de)\s*\d{1,5})?[\W_]*", re.I)
_ENDS = re.compile(r"[.!?:;\"'”’»)\]…]$")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page: the size of its type and how high it stands, 0 where the file does not tell."""

    text: str
    size: float
    height: float


def claims(head: bytes, name: str) -> bool:
    """Return whether these first bytes are of a PDF: its mark stands among the first 1,024."""
    return _MARK.search(head[:1024]) is not None


def read(entry: Entry, options: Options) -> Iterator[Source]:
    """Yield the source, or the problem with it."""
    with entry.open() as stream:
        raw = stream.read(options.max_source_bytes + 1)
    if len(raw) > options.max_source_bytes:
        why = f"{entry.name} is larger than {options.max_source_bytes >> 20} MB: split it"
        yield problem_source(entry.uri, MEDIA_TYPE, entry.head, why)
        return
    try:
        import pypdf
    except ImportError:
        why = f"{entry.name} is a PDF: install backstory[pdf] to read it"
        yield problem_source(entry.uri, MEDIA_TYPE, raw, why)
        return
    try:
        pages, title = _pages(raw)
    except Exception as error:  # noqa: BLE001 pypdf raises whatever a broken file makes of it
        why = f"{entry.name} is no readable PDF ({type(error).__name__}: {str(error)[:80]}): print it to a new one"
        yield problem_source(entry.uri, MEDIA_TYPE, raw, why)
        return
    yield _source(entry, raw, pages, title, f"{RULE}?pypdf={pypdf.__version__}")


def _source(entry: Entry, raw: bytes, pages: list[list[Line]], title: str | None, rule: str) -> Source:
    heads = running_heads(pages)
    lines = lines_joined(pages, heads)
    text = "\n".join(line.text for line, _ in lines)
    if not text.strip():
        why = f"{entry.name} has no text layer: run it through OCR first, for instance with ocrmypdf"
        return problem_source(entry.uri, MEDIA_TYPE, raw, why)
    known = title if title and title.casefold() in text.casefold() else None
    return Source(
        source_id=sha256(raw).hexdigest(),
        uri=entry.uri,
        media_type=MEDIA_TYPE,
        raw=raw,
        text=text,
        rule=rule,
        stated=Stated(title=known),
        marks=tuple(_marks(lines)),
    )


def _marks(lines: Sequence[tuple[Line, bool]]) -> Iterator[Mark]:
    usual = _usual_size([line for line, _ in lines])
    start = 0
    for line, is_head in lines:
        end = start + len(line.text)
        if is_head:
            yield Mark(start, end, Kind.FURNITURE, 0.95, "a running head or page number")
        elif line.size >= LARGE_TYPE * usual > 0 and len(line.text) < HEADLINE_CHARS:
            yield Mark(start, end, Kind.HEADLINE, 0.6, "set larger than the text")
        start = end + 1


def _usual_size(lines: Sequence[Line]) -> float:
    """Return the size of type that most characters have."""
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[line.size] += len(line.text)
    return max(sizes, key=lambda size: (sizes[size], size), default=0.0)


def _pages(raw: bytes) -> tuple[list[list[Line]], str | None]:
    """Return the lines of every page that are not blank, and the title that the file states."""
    from pypdf import PdfReader
    from pypdf.errors import PdfReadError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what is wrong with a file is said by its problem
    reader = PdfReader(io.BytesIO(raw), strict=False)
    if reader.is_encrypted and not reader.decrypt(""):
        raise PdfReadError("it asks for a password")
    if len(reader.pages) > MAX_PAGES:
        raise PdfReadError(f"it has more than {MAX_PAGES} pages")
    pages: list[list[Line]] = []
    chars = drawn = 0
    for page in reader.pages:
        contents = page.get_contents()
        drawn += len(contents.get_data()) if contents is not None else 0
        if drawn > MAX_DRAWN_BYTES:
            raise PdfReadError(f"it draws more than {MAX_DRAWN_BYTES >> 20} MB")
        pages.append(_page_lines(page))
        chars += sum(len(line.text) for line in pages[-1])
        if chars > MAX_CHARS:
            raise PdfReadError(f"it has more than {MAX_CHARS} characters")
    stated = reader.metadata.title if reader.metadata else None
    return pages, stated.strip() if isinstance(stated, str) else None


def _page_lines(page: PageObject) -> list[Line]:
    runs: list[tuple[str, float, float]] = []

    def seen(text: str, user: list[float], place: list[float], font: object, size: float) -> None:
        del font
        scale = abs(place[3] or place[0]) * abs(user[3] or user[0] or 1.0)
        runs.append((text, round(size * scale, 1), round(place[5], 1)))

    text = page.extract_text(visitor_text=seen)
    if "".join(run[0] for run in runs) != text:
        runs = [(text, 0.0, 0.0)]
    lines: list[Line] = []
    parts: list[tuple[str, float, float]] = []
    for words, size, height in [*runs, ("\n", 0.0, 0.0)]:
        first, *others = words.split("\n")
        parts.append((first, size, height))
        for other in others:
            lines += _line(parts)
            parts = [(other, size, height)]
    return lines


def _line(parts: list[tuple[str, float, float]]) -> list[Line]:
    """Return the line that the parts make, in the type of the longest of them, none if it is blank."""
    longest = max(parts, key=lambda part: len(part[0].strip()))
    text = "".join(part[0] for part in parts).rstrip()
    text = f"{text[:-1]}-" if text.endswith("\u00ad") else text
    text = " ".join(plain(text).split())
    return [Line(text, longest[1], longest[2])] if text else []


def _shape(text: str) -> str:
    """Return a line with its numbers alike, so that the heads of two pages are."""
    return re.sub(r"\d+", "#", text.casefold())


def running_heads(pages: Sequence[Sequence[Line]]) -> frozenset[str]:
    """Return the shapes of the lines that stand at the edges of many pages."""
    edges = [[*page[:EDGE_LINES], *page[-EDGE_LINES:]] for page in pages]
    shapes = Counter(shape for edge in edges for shape in {_shape(line.text) for line in edge})
    needed = max(2.0, HEAD_SHARE * len(pages))
    return frozenset(shape for shape, count in shapes.items() if count >= needed)


def _is_head(page: Sequence[Line], number: int, heads: frozenset[str]) -> bool:
    at_edge = number < EDGE_LINES or number >= len(page) - EDGE_LINES
    is_outermost = number in (0, len(page) - 1)
    text = page[number].text
    return (at_edge and _shape(text) in heads) or (is_outermost and _NUMBER.fullmatch(text) is not None)


def lines_joined(pages: Sequence[Sequence[Line]], heads: frozenset[str]) -> list[tuple[Line, bool]]:
    """Return the lines of all pages joined to paragraphs, each with whether it is a running head."""
    words = Counter(word for page in pages for line in page for word in re.findall(r"[\w-]+", line.text.casefold()))
    lines: list[tuple[Line, bool]] = []
    for page in pages:
        full, apart = _usual_length(page), _usual_gap(page)
        previous: Line | None = None
        for number, line in enumerate(page):
            is_head = _is_head(page, number, heads)
            if previous is not None and not is_head and _goes_on(previous, line, full, apart):
                lines[-1] = (replace(lines[-1][0], text=_appended(lines[-1][0].text, line.text, words)), False)
            else:
                lines.append((line, is_head))
            previous = None if is_head else line
    return lines


def _usual_length(page: Sequence[Line]) -> float:
    """Return the length of the longer lines of a page: that of the line longer than four fifths of them."""
    lengths = sorted(len(line.text) for line in page)
    return float(lengths[int(len(lengths) * 0.8)]) if lengths else 0.0


def _usual_gap(page: Sequence[Line]) -> float:
    """Return how far lines usually stand apart: the middle of the distances down the page."""
    gaps = sorted(above.height - below.height for above, below in pairwise(page) if above.height > below.height)
    return gaps[len(gaps) // 2] if gaps else 0.0


def _goes_on(previous: Line, line: Line, full: float, apart: float) -> bool:
    """Return whether `line` goes on with the paragraph of `previous`."""
    if abs(previous.size - line.size) > SAME_TYPE * max(previous.size, line.size):
        return False
    starts_small = line.text[:1].islower()
    if starts_small and (previous.text.endswith("-") or not _ENDS.search(previous.text)):
        return True
    if previous.height - line.height > WIDE_GAP * apart > 0:
        return False
    return len(previous.text) >= (NEARLY_FULL if _ENDS.search(previous.text) else FULL_LINE) * full


def _appended(text: str, line: str, words: Counter[str]) -> str:
    """Return `text` with `line` behind it: a space between, or the soft hyphen of a word that was broken."""
    broken = re.search(r"([^\W\d_]+)-$", text[-80:])
    goes_on = re.match(r"[^\W\d_]+", line)
    if not broken or not goes_on or not line[:1].islower():
        return f"{text} {line}"
    whole, compound = f"{broken[1]}{goes_on[0]}".casefold(), f"{broken[1]}-{goes_on[0]}".casefold()
    if words[compound] > words[whole]:
        return f"{text}{line}"
    return f"{text[:-1]}\u00ad{line}"


def _text_of(raw: bytes, encoding: str | None, parameters: str = "") -> str:
    try:
        pages, _ = _pages(raw)
    except ImportError as error:
        raise ReadError("a PDF's text cannot be made anew without pypdf: install backstory[pdf]") from error
    return "\n".join(line.text for line, _ in lines_joined(pages, running_heads(pages)))


RULES: dict[str, Callable[..., str]] = {RULE: _text_of}
