"""Pages with gold bodies in, labelled documents out: a text, and a kind for every run of its characters.

The pages are NAEB's; they are read from the folder of shared data and never copied into the project.
"""

from __future__ import annotations

import json
import os
import re
import zipfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from backstory.clean.hashes import line_hashes
from backstory.clean.stamps import is_date_line
from backstory.read.page_elements import Flag
from backstory.read.page_text import Page, PageLine, page_of
from backstory.read.text import decode
from backstory.records import Kind

__all__ = ["IGNORED", "KINDS", "Document", "body_lines", "pages", "shared"]

KINDS = tuple(Kind)
IGNORED = -1
SHARED = Path(os.environ.get("BACKSTORY_SHARED", Path(__file__).resolve().parents[2] / ".." / "shared"))
_WORD = re.compile(r"\w+")
_DEK = re.compile(r"standfirst|subtitle|sub-title|\bdek\b|subhead|sub-head|article-summary|excerpt|summary|lede|deck")


@dataclass(slots=True)
class Document:
    """A text; `kinds[i]` is the number in `KINDS` of its i-th line that is not blank, or `IGNORED`."""

    text: str
    kinds: list[int]
    group: str
    repeats: list[int] = field(default_factory=list)
    body: str = ""


def shared() -> Path | None:
    """Return the folder of shared data, or None where it is absent."""
    return SHARED if (SHARED / "data" / "naeb-html.zip").is_file() else None


def host_of(site: str) -> str:
    """Return the host of a site's address, without its subdomains: what decides in which fold it is."""
    return ".".join(site.split("//")[-1].split("/")[0].split(".")[-2:])


def pages(limit: int | None = None) -> list[Document]:
    """Return NAEB's pages as documents, in the order of their names; empty where the shared data is absent."""
    if shared() is None:
        return []
    found = []
    with zipfile.ZipFile(SHARED / "data" / "naeb-html.zip") as archive:
        golds = json.loads(archive.read("articles.json"))
        names = sorted(name for name in archive.namelist() if name.endswith(".html"))
        for name in names[:limit]:
            gold = golds[name.rsplit("/", 1)[1].removesuffix(".html")]
            page = page_of(decode(archive.read(name))[0])
            if gold["articleBody"].strip() and page.text.strip():
                found.append(_document(page, gold))
    _count_repeats(found)
    return found


def _count_repeats(documents: Sequence[Document]) -> None:
    hashes = [line_hashes(document.text) for document in documents]
    stands = Counter(line for lines in hashes for line in set(lines))
    for document, lines in zip(documents, hashes, strict=True):
        document.repeats = [min(3, stands[line] - 1) for line in lines]


def words(text: str) -> list[str]:
    """Return the words of `text`, case-folded."""
    return _WORD.findall(text.casefold())


def body_lines(lines: Sequence[str], body: str) -> list[bool]:
    """Return for each line whether the gold `body` has it: as a line of its own, or its words in one run.

    A line of under five words must be a line of the body, or stand among lines that are in it: menus share words with
    every report.
    """
    whole = " " + " ".join(words(body)) + " "
    own = {" ".join(words(line)) for line in body.split("\n")}
    found: list[bool | None] = []
    for line in lines:
        tokens = words(line)
        text = " ".join(tokens)
        if not tokens:
            found.append(False)
        elif text in own:
            found.append(True)
        elif len(tokens) < 5:
            found.append(None if f" {text} " in whole else False)
        else:
            found.append(f" {text} " in whole or _covered(tokens, whole))
    known = [at for at, value in enumerate(found) if value]
    first, last = (known[0], known[-1]) if known else (0, -1)
    return [bool(value) or (value is None and first < at < last) for at, value in enumerate(found)]


COVERED = 0.8
"""A line counts as the body's when this share of its runs of four words stands there: links and marks differ."""


def _covered(tokens: list[str], whole: str) -> bool:
    runs = [" ".join(tokens[at : at + 4]) for at in range(len(tokens) - 3)]
    return len(tokens) >= 8 and sum(f" {run} " in whole for run in runs) >= COVERED * len(runs)


def _document(page: Page, gold: dict[str, str]) -> Document:
    lines = page.text.split("\n")
    places = {line.start: line for line in page.lines}
    starts = _starts(lines)
    in_body = body_lines(lines, gold["articleBody"])
    inside = [at for at, value in enumerate(in_body) if value]
    first, last = (inside[0], inside[-1]) if inside else (len(lines), -1)
    title = words(gold["title"])
    headed = False
    kinds = []
    for at, line in enumerate(lines):
        if not line.strip():
            continue
        place = places.get(starts[at])
        if in_body[at]:
            kind: Kind | None = Kind.BODY
        elif words(line) == title and not headed and at <= first:
            kind, headed = Kind.HEADLINE, True
        elif words(line) == title and at <= last:
            kind = None
        else:
            kind = _beside(line, place, at, first, last, gold)
        kinds.append(IGNORED if kind is None else KINDS.index(kind))
    return Document(page.text, kinds, host_of(gold.get("site") or ""), body=gold["articleBody"])


def _starts(lines: Sequence[str]) -> list[int]:
    starts, offset = [], 0
    for line in lines:
        starts.append(offset)
        offset += len(line) + 1
    return starts


NEAR = 12
"""Bylines and dates stand within this many lines of the body; those further off are of other articles."""


def _beside(line: str, place: PageLine | None, at: int, first: int, last: int, gold: dict[str, str]) -> Kind:
    """Return the kind of a line that is not of the body."""
    flags = place.frame.flags if place else 0
    count = len(line.split())
    near = first - NEAR <= at <= last + 3
    if flags & Flag.CAPTION and near and count >= 3:
        return Kind.CAPTION
    if near and is_date_line(line):
        return Kind.DATE
    authors = [words(name) for name in re.split(r",| and ", gold.get("authors") or "") if len(name.split()) > 1]
    own = words(line)
    if near and count <= 14 and any(" ".join(name) in " ".join(own) for name in authors):
        return Kind.BYLINE
    names = " ".join(place.frame.names) if place else ""
    if at < first and near and count >= 6 and _DEK.search(names) and not flags & Flag.LINK:
        return Kind.STANDFIRST
    return Kind.FURNITURE
