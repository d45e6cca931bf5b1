"""An element's name and attributes in, what it does to the text out: the tables of the rule html/1."""

from __future__ import annotations

import re

__all__ = [
    "BLOCKS",
    "CELLS",
    "CLOSES",
    "Flag",
    "INVISIBLE",
    "KEEPS_PARAGRAPH_OPEN",
    "LOCAL",
    "PARAGRAPH",
    "RUNNING_TEXT",
    "SCOPE",
    "SPACED",
    "TABLE",
    "TAG_FLAGS",
    "TELLING",
    "UNSEEN",
    "VOID",
    "flags_of",
]


class Flag:
    """What an element is, or stands in: bits of an int, inherited by what the element holds."""

    HIDDEN = 1 << 0
    PRE = 1 << 1
    LINK = 1 << 2
    BOLD = 1 << 3
    TIME = 1 << 4
    AUTHOR = 1 << 5
    NAVIGATION = 1 << 6
    FOOTER = 1 << 7
    ASIDE = 1 << 8
    HEADER = 1 << 9
    FIGURE = 1 << 10
    CAPTION = 1 << 11
    ARTICLE = 1 << 12
    MAIN = 1 << 13
    BODY_PROPERTY = 1 << 14
    TABLE = 1 << 15
    LIST = 1 << 16
    HEADING = 1 << 17
    TITLE_HEADING = 1 << 18
    QUOTE = 1 << 19
    FORM = 1 << 20
    BUTTON = 1 << 21
    PARAGRAPH = 1 << 22
    CONCEALED = 1 << 23


_HIDING_STYLE = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)(?![\w-])", re.IGNORECASE)
TELLING = re.compile(r"author|byline|hidden|none|role|itemprop", re.IGNORECASE)
"""What an inline element's attributes must contain to be worth taking apart; most links and spans need not be."""

VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
        "frame",
        "keygen",
    ]
)
UNSEEN = frozenset(["template", "svg", "select", "datalist", "video", "audio", "canvas", "applet", "dialog"])
BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "button",
        "caption",
        "center",
        "dd",
        "details",
        "dialog",
        "dir",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "head",
        "header",
        "hgroup",
        "hr",
        "html",
        "legend",
        "li",
        "listing",
        "main",
        "menu",
        "nav",
        "ol",
        "p",
        "pre",
        "search",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
        "plaintext",
        "br",
    ]
)
CELLS = frozenset(("td", "th"))
SPACED = frozenset(["time", "label", "img", "input", "output"])
SCOPE = frozenset(["td", "th", "table", "caption", "html", "template", "button"])
KEEPS_PARAGRAPH_OPEN = frozenset(["br", "button", "table"])
CLOSES: dict[str, frozenset[str]] = {
    "li": frozenset(("li", "p")),
    "dt": frozenset(("dt", "dd", "p")),
    "dd": frozenset(("dt", "dd", "p")),
    "tr": frozenset(("tr", "td", "th", "p")),
    "td": frozenset(("td", "th", "p")),
    "th": frozenset(("td", "th", "p")),
    "a": frozenset(("a",)),
}
PARAGRAPH = frozenset(("p",))
TAG_FLAGS: dict[str, int] = {
    "pre": Flag.PRE,
    "listing": Flag.PRE,
    "plaintext": Flag.PRE,
    "a": Flag.LINK,
    "b": Flag.BOLD,
    "strong": Flag.BOLD,
    "time": Flag.TIME,
    "nav": Flag.NAVIGATION,
    "menu": Flag.NAVIGATION,
    "footer": Flag.FOOTER,
    "aside": Flag.ASIDE,
    "header": Flag.HEADER,
    "figure": Flag.FIGURE,
    "figcaption": Flag.CAPTION,
    "article": Flag.ARTICLE,
    "main": Flag.MAIN,
    "table": Flag.TABLE,
    "li": Flag.LIST,
    "dd": Flag.LIST,
    "h1": Flag.HEADING | Flag.TITLE_HEADING,
    **{f"h{level}": Flag.HEADING for level in range(2, 7)},
    "blockquote": Flag.QUOTE,
    "form": Flag.FORM,
    "button": Flag.BUTTON,
    "p": Flag.PARAGRAPH,
}
_ROLE_FLAGS = {
    "navigation": Flag.NAVIGATION,
    "contentinfo": Flag.FOOTER,
    "complementary": Flag.ASIDE,
    "banner": Flag.HEADER,
    "main": Flag.MAIN,
    "button": Flag.BUTTON,
    "heading": Flag.HEADING,
}
_PROPERTY_FLAGS = {
    "articlebody": Flag.BODY_PROPERTY,
    "author": Flag.AUTHOR,
    "caption": Flag.CAPTION,
    "headline": Flag.HEADING,
}
_AUTHOR_NAME = re.compile(r"(?:^|[-_])(?:authors?|bylines?|contributors?)(?:$|[-_]+(?:names?|links?|text|info)?)")
LOCAL = Flag.LINK | Flag.BOLD | Flag.TIME | Flag.AUTHOR
RUNNING_TEXT = Flag.PARAGRAPH | Flag.HEADING | Flag.LINK
TABLE = frozenset(["td", "th", "tr", "table", "tbody", "thead", "tfoot", "caption", "html", "template", "button"])
INVISIBLE = {
    **dict.fromkeys([*range(9), *range(14, 28), 127, *range(128, 133), *range(134, 160)]),
    **dict.fromkeys([0xAD, 0x180E, 0x200B, 0x2060, 0xFEFF, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]),
}


def flags_of(attributes: dict[str, str], names: tuple[str, ...]) -> int:
    """Return what an element's attributes say of it."""
    flags = _ROLE_FLAGS.get(attributes.get("role", "").lower(), 0)
    hidden = attributes.get("hidden")
    if (hidden is not None and hidden.lower() != "until-found") or _HIDING_STYLE.search(attributes.get("style", "")):
        flags |= Flag.CONCEALED
    for name in attributes.get("itemprop", "").lower().split():
        flags |= _PROPERTY_FLAGS.get(name, 0)
    if "author" in attributes.get("rel", "").lower().split() or any(_AUTHOR_NAME.search(name) for name in names):
        flags |= Flag.AUTHOR
    return flags
