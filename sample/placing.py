"""Articles in, lines placed in sources out: what every shape of source needs."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from markup import Article, Line

KIND_LETTERS = {"headline": "H", "standfirst": "S", "byline": "B", "date": "D", "furniture": "F", "image": "I"}
KIND_LETTERS |= {"caption": "C", "glued": "G", "body": "body"}


@dataclass(frozen=True)
class Placed:
    """A line of an article (or of none) in a source, with its start in the source's text where that is known."""

    article: str | None
    line: Line
    start: int | None = None


@dataclass(frozen=True)
class Unit:
    """One source: its file, which member of it, its text where the text rule alone makes it, and its lines."""

    uri: str
    member: str | None
    shape: str
    placed: tuple[Placed, ...]
    text: str | None = None
    stated: frozenset[str] = field(default=frozenset())
    """What the container states of its articles: title, outlet, byline, published, ..."""


Spec = dict[str, Any]

MAILED = "2026-04-03T17:30:00+02:00"
"""When the newsletter was sent."""


def lines_of(part: str, spec: Spec, articles: dict[str, Article]) -> list[Placed]:
    """Return the lines that a part of a source's specification stands for."""
    if part[:2] in ("F:", "G:"):
        return [Placed(None, Line("furniture" if part[0] == "F" else "glued", part[2:]))]
    match = re.fullmatch(r"([\w-]+)(?:\[(\d*):(\d*)\])?", part)
    if match is None:
        raise ValueError(f"not a part of a source: {part}")
    article = articles[match[1]]
    lines = article.lines[slice(*(int(n) if n else None for n in match.groups()[1:]))] if "[" in part else article.lines
    kept = [line for line in lines if KIND_LETTERS[line.kind] not in spec.get("drop", "")]
    return [Placed(article.key, line) for line in kept]


def flow(lines: Iterable[Placed], gap: str) -> tuple[str, tuple[Placed, ...]]:
    text, placed, glue = "", [], True
    for item in lines:
        text += "" if glue else gap
        glue = item.line.kind == "glued"
        line = replace(item.line, kind="furniture") if glue else item.line
        placed.append(Placed(item.article, line, len(text)))
        text += item.line.text + (" " if glue else "")
    return text + "\n", tuple(placed)


def published(article: Article) -> datetime:
    """Return when an article was published."""
    return datetime.fromisoformat(article.head["date"])


def url_of(article: Article, outlets: dict[str, Any]) -> str:
    """Return an article's address."""
    day = published(article)
    plain_title = unicodedata.normalize("NFKD", article.title.lower()).encode("ascii", "ignore").decode()
    slug = "-".join(re.findall(r"\w+", plain_title)[:7]) or article.key
    return f"https://www.{outlets[article.head['outlet']]['site']}/{day:%Y/%m/%d}/{slug}"


def whole(key: str, articles: dict[str, Article], drop: str = "") -> list[Placed]:
    return lines_of(key, {"drop": drop + "FG"}, articles)


def body_of(placed: Iterable[Placed]) -> list[str]:
    return [item.line.text for item in placed if item.line.kind in ("body", "caption")]


def plain(key: str, articles: dict[str, Article]) -> tuple[Article, tuple[Placed, ...]]:
    """Return an article with the lines of it that a container carries: its headline, its body, its captions."""
    return articles[key], tuple(whole(key, articles, "SBDI"))


STATED = frozenset({"title", "outlet", "byline", "published", "language"})


def unit_of(spec: Spec, member: str, shape: str, placed: Iterable[Placed]) -> Unit:
    return Unit(spec["path"], member, shape, tuple(placed), None, STATED)
