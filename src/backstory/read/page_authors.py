"""A page's metadata and bylines in, its authors' names out: rather fewer than wrong ones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files
from typing import TYPE_CHECKING

from backstory.read.linked_data import names_of
from backstory.read.page_text import Frame, Page
from backstory.read.page_titles import words_of

if TYPE_CHECKING:
    from backstory.read.page_metadata import Facts

__all__ = ["authors_of", "names_in"]

MAX_AUTHORS = 12
"""A page that states more states its staff."""

MAX_NAME_WORDS = 5
"""A name with more words is a sentence or a role."""

MAX_ACRONYM = 5
"""One word in capitals with no more letters is an agency's short name or a degree."""

_LEAD = re.compile(
    r"^(?:(?:written|posted|reported|story|text|article|words|edited)\s+)?by(?:[:\s]+|$)|^(?:author|von|por|par|di)[:\s]+",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"\s*(?:,|;|\||/|•|·|\band\b|&|\bwith\b|\s(?-i:in)\s|\n)\s*", re.IGNORECASE)
_NOT_A_NAME = re.compile(r'https?:|www\.|@|\d|["“”?!:_{}<>=]|\.(?:com|org|net)\b', re.IGNORECASE)
_JOINING = re.compile(r"(?:and|&|,|with|by|;)*\s*", re.IGNORECASE)
_GENERIC = frozenset(
    line
    for line in files("backstory.read").joinpath("data/en/not_authors.txt").read_text("utf-8").splitlines()
    if line[:1] not in ("", "#")
)


def authors_of(page: Page, facts: Facts) -> list[str]:
    """Return the authors that a page states: by linked data, else by meta tags, else by a marked byline."""
    publishers = {words_of(name) for node in facts.nodes for name in names_of(node.get("publisher"))}
    publishers |= {words_of(name) for name in facts.meta(("og:site_name", "application-name"))}
    visible = [name for name in _byline(page) if words_of(name) not in publishers]
    linked = [name for node in facts.nodes[:1] for key in ("author", "creator") for name in names_of(node.get(key))]
    stated = [_confirmed([next(names_in(name), "") for name in linked], visible)]
    stated += [list(names_in(value)) for value in facts.stated("author")]
    stated.append(visible)
    for written in stated:
        names = {name.casefold(): name for name in reversed(written) if name and words_of(name) not in publishers}
        if 0 < len(names) <= MAX_AUTHORS:
            return list(names.values())[::-1]
    return []


def _confirmed(stated: list[str], visible: list[str]) -> list[str]:
    """Return those of the stated names that the byline shows, if it shows any: the others are editors and the like."""
    shown = {words_of(name) for name in visible}
    confirmed = [name for name in stated if words_of(name) in shown]
    return confirmed or stated


def names_in(byline: str) -> Iterator[str]:
    """Yield the names in a byline: "By Ana Reyes and Tom Okoro, Staff Writer" has two."""
    for part in _BETWEEN.split(_LEAD.sub("", byline.strip().split("|")[0])):
        name = _LEAD.sub("", part).strip(" .-–—\u00a0")
        if is_name(name):
            yield name


def is_name(text: str) -> bool:
    """Tell whether a text can be an author's name: few words, capitals, no sign or word that names do not have."""
    words = text.split()
    if not 1 <= len(words) <= MAX_NAME_WORDS or len(text) < 3 or _NOT_A_NAME.search(text):
        return False
    if len(words) == 1 and text.isupper() and len(text) <= MAX_ACRONYM:
        return False
    folded = text.casefold()
    if folded in _GENERIC or words_of(text) & _ROLES:
        return False
    return any(word[0].isupper() for word in words) or not text.isascii()


_ROLES = frozenset(word for word in _GENERIC if " " not in word)


def _byline(page: Page) -> Iterator[str]:
    """Yield the names of the first element that is marked as an author's and holds one, up to where it goes on."""
    last: Frame | None = None
    for frame, text, _ in page.authors:
        names = [name for name in names_in(text) if " " in name]
        if last is not None and (frame is not last or not (names or _JOINING.fullmatch(text))):
            return
        if names:
            last = frame
            yield from names
