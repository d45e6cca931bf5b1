"""A page's markup in, the lines that a reader could see out: the rule "html/1".

The rule is our own and depends on no parser, so no library's next version can move an offset. It follows the HTML
standard's tokeniser and a tree reduced to what decides visibility and line ends.

- Elements that are blocks, and `<br>`, end a line; blank lines are left out. Cells of a row are separated by a tab.
- Runs of white space become one space, except in `<pre>`. Invisible characters (soft hyphens, zero-width spaces,
  controls) are left out.
- Left out: comments, the title, scripts, styles, templates, `noscript`, frames, form controls, fallbacks of media,
  alternative texts (a reader sees the picture).
- Kept: what the `hidden` attribute, a style or `aria-hidden` hides at first, since scripts show it (menus, but also
  whole articles behind a notice). Its lines are flagged, and that counts as evidence for furniture.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from html import unescape

from backstory.read.page_elements import (
    BLOCKS,
    CELLS,
    CLOSES,
    INVISIBLE,
    KEEPS_PARAGRAPH_OPEN,
    LOCAL,
    PARAGRAPH,
    RUNNING_TEXT,
    SCOPE,
    SPACED,
    TABLE,
    TAG_FLAGS,
    TELLING,
    UNSEEN,
    VOID,
    Flag,
    flags_of,
)
from backstory.read.page_markup import END, RAW, START, TEXT, attributes_of, tokens_of

__all__ = ["Flag", "Frame", "Page", "PageLine", "page_of"]

MAX_DEPTH = 512
"""Elements nested deeper become siblings, as in browsers (Blink's own limit is 512)."""

MAX_LINES = 20_000
"""Lines beyond this keep their text but no evidence; the longest of 421 news pages has under 5,000."""

MAX_SEARCH = 64
"""How far up an end tag looks for its start: bounds the time that wrongly nested tags can cost."""

MAX_ITEMS = 2_000
"""Meta tags, links, JSON-LD blocks and times kept of one page; what comes after is not looked at."""


@dataclass(slots=True, eq=False)
class Frame:
    """An open element: its parent, tag, flags (its own and inherited) and the words of its class and id."""

    parent: Frame | None
    tag: str
    flags: int
    depth: int
    names: tuple[str, ...] = ()
    number: int = 0


@dataclass(slots=True)
class PageLine:
    """A line of the page's text, with the element that its text begins in and how much of it is what."""

    start: int
    end: int
    frame: Frame
    linked: int = 0
    bold: int = 0
    timed: int = 0
    authored: int = 0
    flags: int = 0


@dataclass(slots=True)
class Page:
    """What one walk over a page finds: its text, its lines with their places, and the metadata as written."""

    text: str = ""
    lines: list[PageLine] = field(default_factory=list)
    title: str = ""
    language: str = ""
    metas: list[dict[str, str]] = field(default_factory=list)
    links: list[dict[str, str]] = field(default_factory=list)
    linked_data: list[str] = field(default_factory=list)
    properties: list[tuple[str, str, int]] = field(default_factory=list)
    """Microdata and times: a name, its value, and the offset into the text where it stands."""
    deepest: int = 0
    unclosed: int = 0
    """Elements that were still open when one around them closed: what other parsers open again, over and over."""
    authors: list[tuple[Frame, str, int]] = field(default_factory=list)
    """Pieces of text marked as an author's name or byline: the outermost element so marked, the text, its offset."""


def page_of(html: str) -> Page:
    """Return the text of a page by the rule html/1, with what else its markup says."""
    walk = _Walk()
    for kind, name, value, attributes in tokens_of(html):
        if kind == TEXT:
            walk.text(value)
        elif kind == START:
            walk.start(name, value)
        elif kind == END:
            walk.end(name)
        elif kind == RAW:
            walk.raw(name, value, attributes)
    return walk.finish()


class _Walk:
    """The state of one walk: the open elements, the line that is being gathered, and the page found so far."""

    def __init__(self) -> None:
        self.page = Page()
        self.frame = Frame(None, "", 0, 0)
        self.open: dict[str, int] = {}
        self.beyond: dict[str, int] = {}
        self.told: dict[str, tuple[int, tuple[str, ...]]] = {}
        self.lines: list[str] = []
        self.offset = 0
        self.closed_link = False
        self._clear()

    def _clear(self) -> None:
        self.pieces: list[str] = []
        self.cells: list[str] = []
        self.begun: Frame | None = None
        self.kept = False
        self.linked = self.bold = self.timed = self.authored = 0

    def text(self, value: str) -> None:
        """Add text where the walk stands, if a reader could see it."""
        flags = self.frame.flags
        if flags & Flag.HIDDEN:
            return
        if "&" in value:
            value = unescape(value)
        if flags & Flag.PRE:
            self._kept_text(value)
            return
        self.closed_link = self.closed_link and value == ""
        if value.isspace():
            if self.pieces:
                self.pieces.append(" ")
            return
        self._piece(value, flags)

    def _piece(self, value: str, flags: int) -> None:
        self.pieces.append(value)
        if self.begun is None:
            self.begun = self.frame
        if flags & LOCAL:
            size = len(value.strip())
            self.linked += size if flags & Flag.LINK else 0
            self.bold += size if flags & Flag.BOLD else 0
            self.timed += size if flags & Flag.TIME else 0
            if flags & Flag.AUTHOR:
                self.authored += size
                self._author(value)

    def _author(self, value: str) -> None:
        frame: Frame | None = self.frame
        while frame is not None and frame.parent is not None and frame.parent.flags & Flag.AUTHOR:
            frame = frame.parent
        if frame is not None and len(self.page.authors) < MAX_ITEMS:
            self.page.authors.append((frame, " ".join(value.split()), self.offset))

    def _kept_text(self, value: str) -> None:
        for number, part in enumerate(value.replace("\r\n", "\n").replace("\r", "\n").split("\n")):
            if number:
                self.end_line()
            if part:
                self.kept = True
                self._piece(part, self.frame.flags)

    def end_line(self) -> None:
        """End the line that is being gathered, if it holds anything."""
        if not self.pieces and not self.cells:
            return
        self._end_cell()
        line = "\t".join(self.cells)
        if line:
            if len(self.page.lines) < MAX_LINES:
                self.page.lines.append(self._line(len(line)))
            self.lines.append(line)
            self.offset += len(line) + 1
        self._clear()

    def _line(self, size: int) -> PageLine:
        frame = self.begun or self.frame
        while frame.parent is not None and frame.tag not in BLOCKS and "-" not in frame.tag:
            frame = frame.parent
        counts = (self.linked, self.bold, self.timed, self.authored)
        return PageLine(self.offset, self.offset + size, frame, *counts)

    def _end_cell(self) -> None:
        text = "".join(self.pieces)
        if not text.isprintable():
            text = text.translate(INVISIBLE)
        text = text.replace("\n", " ").rstrip() if self.kept else " ".join(text.split())
        if text.strip():
            self.cells.append(text)
        self.pieces = []

    def start(self, name: str, written: str) -> None:
        """Open an element, ending the line and what it closes by implication."""
        if name in VOID:
            self._void(name, written)
            return
        block = name in BLOCKS or self._is_custom_block(name)
        if name in CELLS:
            self._end_cell()
        elif block:
            self.end_line()
        elif self.pieces and (name in SPACED or (self.closed_link and name == "a")):
            self.pieces.append(" ")
        self.closed_link = False
        closes = CLOSES.get(name, PARAGRAPH if block and name not in KEEPS_PARAGRAPH_OPEN else None)
        if closes is not None:
            self._close_implied(closes)
        if self.frame.depth >= MAX_DEPTH:
            self.beyond[name] = self.beyond.get(name, 0) + 1
            return
        self._push(name, written, block)

    def _push(self, name: str, written: str, block: bool) -> None:
        parent = self.frame
        flags = parent.flags | TAG_FLAGS.get(name, 0)
        names: tuple[str, ...] = ()
        if written and (block or name == "time" or name == "html" or TELLING.search(written)):
            told, names = self._tell(name, written)
            flags |= told
        if name in UNSEEN and not (name == "dialog" and "open" in written):
            flags |= Flag.HIDDEN
        self.frame = Frame(parent, name, flags, parent.depth + 1, names)
        self.page.deepest = max(self.page.deepest, parent.depth + 1)
        self.open[name] = self.open.get(name, 0) + 1

    def _tell(self, name: str, written: str) -> tuple[int, tuple[str, ...]]:
        """Return the flags and names that attributes as written tell of, noting language, times and microdata."""
        known = self.told.get(written)
        if known is not None and name != "time":
            return known
        attributes = attributes_of(written)
        page = self.page
        if name == "html" and not page.language:
            page.language = attributes.get("lang") or attributes.get("xml:lang", "")
        value = attributes.get("datetime") or attributes.get("content")
        property_name = attributes.get("itemprop", "")
        if value and (property_name or name == "time") and len(page.properties) < MAX_ITEMS:
            page.properties.append((property_name or "time", value, self.offset))
        names = tuple(f"{attributes.get('class', '')} {attributes.get('id', '')}".lower().split()[:8])
        known = self.told[written] = (flags_of(attributes, names), names)
        return known

    def _close_implied(self, closes: frozenset[str]) -> None:
        frame, steps = self.frame, 0
        while frame.parent is not None and steps < MAX_SEARCH:
            if frame.tag in closes:
                self._pop_to(frame.parent)
            elif frame.tag in BLOCKS:
                return
            frame, steps = frame.parent, steps + 1

    def end(self, name: str) -> None:
        """Close the nearest open element of this name, if it is in scope."""
        if name in ("br", "p") or name in BLOCKS or self._is_custom_block(name):
            if name not in CELLS:
                self.end_line()
        elif name in SPACED and self.pieces:
            self.pieces.append(" ")
        self.closed_link = name == "a"
        if self.beyond.get(name):
            self.beyond[name] -= 1
        elif self.open.get(name):
            self._close(name)

    def _close(self, name: str) -> None:
        inline = name not in BLOCKS and name not in UNSEEN and "-" not in name
        frame, steps = self.frame, 0
        while frame.parent is not None and steps < MAX_SEARCH:
            if frame.tag == name:
                self._pop_to(frame.parent)
                return
            if (frame.tag in BLOCKS) if inline else (frame.tag in SCOPE and name not in TABLE):
                return
            frame, steps = frame.parent, steps + 1

    def _pop_to(self, target: Frame) -> None:
        frame = self.frame
        while frame is not target and frame.parent is not None:
            self.open[frame.tag] -= 1
            self.page.unclosed += frame.parent is not target and frame.tag not in BLOCKS
            frame = frame.parent
        self.frame = frame

    def _is_custom_block(self, name: str) -> bool:
        """Tell whether this is a custom element outside running text: those lay out blocks, these decorate words."""
        return "-" in name and not self.frame.flags & RUNNING_TEXT

    def _void(self, name: str, written: str) -> None:
        page = self.page
        if name in ("br", "hr"):
            self.end_line()
        elif name == "meta" and len(page.metas) < MAX_ITEMS:
            attributes = attributes_of(written)
            page.metas.append(attributes)
            if "itemprop" in attributes and "content" in attributes:
                page.properties.append((attributes["itemprop"], attributes["content"], self.offset))
        elif name == "link" and len(page.links) < MAX_ITEMS:
            page.links.append(attributes_of(written))
        elif name != "wbr" and self.pieces:
            self.pieces.append(" ")

    def raw(self, name: str, content: str, attributes: str) -> None:
        """Note a raw text element: the page's title and its linked data; the rest a reader does not see."""
        page = self.page
        if name == "title" and not page.title and not self.frame.flags & Flag.HIDDEN:
            page.title = " ".join(unescape(content).split())
        elif name == "script" and "ld+json" in attributes.lower() and len(page.linked_data) < MAX_ITEMS:
            page.linked_data.append(content)

    def finish(self) -> Page:
        """End the last line and return the page."""
        self.end_line()
        self.page.text = "\n".join(self.lines)
        return self.page
