"""Units in, instances out: each article as it stands in one source, and the rows' common columns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from markup import Article, Tag
from placing import Placed, Unit

CLEAN = ("headline", "standfirst", "body", "caption")
"""The kinds of line that annotations are read from."""

Row = dict[str, Any]


@dataclass(frozen=True)
class Instance:
    """An article as one source has it. `key` is the article's, with `~2` and so on from its second source on."""

    key: str
    article: Article
    unit: Unit
    placed: tuple[Placed, ...]

    @property
    def clean(self) -> list[Placed]:
        """Its lines without furniture, bylines, dates and images."""
        return [item for item in self.placed if item.line.kind in CLEAN]

    @property
    def language(self) -> str:
        """The language it is written in."""
        return self.article.head.get("language", "en")

    def row(self, number: str, **columns: object) -> Row:
        """Return a row of the gold that belongs to this instance."""
        address = {"uri": self.unit.uri, "member": self.unit.member, "article": self.key}
        return {"key": f"{self.key}/{number}", **address, **columns}


def instances_of(units: Iterable[Unit], articles: dict[str, Article]) -> list[Instance]:
    """Return every article of every source, in the order of the sources."""
    found, seen = [], dict[str, int]()
    for unit in units:
        for key in dict.fromkeys(item.article for item in unit.placed if item.article):
            seen[key] = seen.get(key, 0) + 1
            name = key if seen[key] == 1 else f"{key}~{seen[key]}"
            found.append(
                Instance(name, articles[key], unit, tuple(item for item in unit.placed if item.article == key))
            )
    return found


def span(item: Placed, start: int, end: int) -> Row:
    """Return start, end and text of a part of a line; start and end are null where only the reader knows them."""
    known = item.start is not None
    base = item.start or 0
    return {
        "start": base + start if known else None,
        "end": base + end if known else None,
        "text": item.line.text[start:end],
    }


def tags_of(instance: Instance, letter: str) -> Iterator[tuple[Placed, Tag]]:
    """Yield the labels of one letter with their lines."""
    for item in instance.clean:
        for tag in item.line.tags:
            if tag.letter == letter:
                yield item, tag


def words_of(text: str) -> list[str]:
    """Return the words of `text` in lower case, without marks."""
    return re.findall(r"\w+(?:[.,]\w+)*", text.lower().replace("’", "'"))
