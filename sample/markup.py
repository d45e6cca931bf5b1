"""The world's compact markup in, articles out: each line's kind, its plain text and the labels that stand in it.

An article file holds articles one after another. `=== key` opens one; `name: value` lines follow, then a blank line,
then its lines, one a line of the article, each with the letter of its kind and a bar where it is not body:

    H| headline  S| standfirst  B| byline  D| date  C| caption  I| image  F| furniture
    G| furniture that a crawler glued to the front of the next line

Labels are `{head text}` and nest:

    {q1 ...}         a span of quote 1, to the end of its line if nothing closes it; {q1@statement:cut ...} names the
                     statement and how this version cuts it (`!`: that loses a negation or a condition)
    {c1 said}        its cue;  {s1 Ms Pryce} its speaker;  {a1 reporters} its addressee; {s1=pryce she} names who it is
    {m=pryce she}    a mention by role or pronoun that is no speaker
    {t=2026-03-03 on Tuesday}   a time expression with its TIMEX3 value ({t=XXXX-SP:SET every spring} where it is a set)
    {n:dead at least 17 people} a figure, `dead` being what it is the figure of; {n=0.25 a quarter} states its value
    {e:breach ...}   a sentence that tells the fact `breach`

`@include key 1:7 | from => to` carries lines 1 to 7 (headline to date not counted) of another article, edited so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

KINDS = {
    "H": "headline",
    "S": "standfirst",
    "B": "byline",
    "D": "date",
    "C": "caption",
    "I": "image",
    "F": "furniture",
    "G": "glued",
}
_PREFIX = re.compile(r"([HSBDCIFG])\|(.*)")
_OPEN = re.compile(r"\{(q|c|s|a|t|n|e|m)([^ {}]*) ")


@dataclass(frozen=True)
class Tag:
    """A label on `text[start:end]` of its line: its letter and what stands behind it in the head."""

    letter: str
    head: str
    start: int
    end: int


@dataclass(frozen=True)
class Line:
    """A line of an article without its markup."""

    kind: str
    text: str
    tags: tuple[Tag, ...] = ()


@dataclass(frozen=True)
class Article:
    """One article of the world, before it is put into any source."""

    key: str
    head: dict[str, str]
    lines: tuple[Line, ...]
    raw: tuple[str, ...] = field(repr=False, default=())

    @property
    def title(self) -> str:
        """The headline, or the empty string for an article that has none."""
        return self.head.get("title") or next((line.text for line in self.lines if line.kind == "headline"), "")


class MarkupError(Exception):
    """A line of the world that cannot be read; says which and why."""


def parse_line(raw: str, kind: str) -> Line:
    """Return the line without its braces, with the labels that they made."""
    text, tags, open_tags, at = "", [], [], 0
    while at < len(raw):
        opened = _OPEN.match(raw, at) if raw[at] == "{" else None
        if opened:
            open_tags.append((opened[1], opened[2], len(text)))
            at = opened.end()
        elif raw[at] == "}":
            if not open_tags:
                raise MarkupError(f"a brace closes that never opened: {raw}")
            letter, head, start = open_tags.pop()
            tags.append(Tag(letter, head, start, len(text)))
            at += 1
        elif raw[at] == "{":
            raise MarkupError(f"unknown label at {raw[at : at + 20]!r}: {raw}")
        else:
            text += raw[at]
            at += 1
    for letter, head, start in open_tags:
        if letter != "q":
            raise MarkupError(f"a label never closes: {raw}")
        tags.append(Tag(letter, head, start, len(text)))
    return Line(kind, text, tuple(sorted(tags, key=lambda tag: (tag.start, -tag.end))))


def _split_kind(raw: str) -> tuple[str, str]:
    match = _PREFIX.fullmatch(raw)
    return (KINDS[match[1]], match[2]) if match else ("body", raw)


def _included(raw: str, known: dict[str, Article]) -> list[str]:
    what, *edits = raw.removeprefix("@include ").split(" | ")
    key, _, numbers = what.strip().partition(" ")
    first, last = (int(number) for number in numbers.split(":"))
    lines = [
        line for line in known[key].raw if _split_kind(line)[0] not in ("headline", "standfirst", "byline", "date")
    ]
    lines = lines[first - 1 : last]
    for edit in edits:
        old, _, new = edit.partition("=>")
        old, new = old.strip(), new.strip()
        if not any(old in line for line in lines):
            raise MarkupError(f"nothing to edit in {key}: {old!r}")
        lines = [line.replace(old + " ", "") if not new else line.replace(old, new) for line in lines]
    return lines


def _article(chunk: str, known: dict[str, Article]) -> Article:
    heading, _, rest = chunk.partition("\n")
    header, _, body = rest.partition("\n\n")
    head = dict(line.split(": ", 1) for line in header.splitlines() if line.strip())
    raw: list[str] = []
    for line in body.splitlines():
        if line.startswith("@include "):
            raw.extend(_included(line, known))
        elif line.strip():
            raw.append(line)
    try:
        lines = tuple(parse_line(text, kind) for kind, text in map(_split_kind, raw))
    except MarkupError as error:
        raise MarkupError(f"{heading.strip()}: {error}") from error
    return Article(heading.strip(), head, lines, tuple(raw))


def load_articles(folder: Path) -> dict[str, Article]:
    """Return every article below `folder` by key, in the order of the files."""
    articles: dict[str, Article] = {}
    for path in sorted(folder.glob("*.txt")):
        for chunk in path.read_text(encoding="utf-8").split("=== ")[1:]:
            article = _article(chunk, articles)
            if article.key in articles:
                raise MarkupError(f"two articles called {article.key}")
            articles[article.key] = article
    return articles
