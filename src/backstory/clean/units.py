"""Lines in, units out: the paragraphs and short lines that cutting weighs, each with its tokens.

A unit is one line, or the lines of one paragraph where a text is hard-wrapped. Furniture, images and captions are no
units: they go with the article that they stand in, and say nothing about where it ends.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from sys import intern

from backstory.records import Kind, Line

__all__ = ["Unit", "tokens_of", "units_of"]

SKIPPED = frozenset({Kind.FURNITURE, Kind.IMAGE, Kind.CAPTION})

WRAP_LEAST, WRAP_MOST = 45, 110
"""Characters of hard-wrapped lines: telegrams wrap at 60, mail at 72, terminals at 80, some archives at 100."""

WRAP_SHARE = 0.5
"""In hard-wrapped text more lines than this end within a sentence; with a line a paragraph few do. By judgement."""

TOKEN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?|\d[\d.,]*|[^\w\s]")
ASCII_TOKEN = re.compile(r"[A-Za-z]+(?:'[A-Za-z]+)?|[0-9][0-9.,]*|[!-/:-@\[-^`{-~\x00-\x08\x0e-\x1b\x7f]")
"""The same of a text that is all ASCII, in two thirds of the time."""

ENDS_SENTENCE = re.compile(r"[.!?:;…*\-–—][\"'”’»)\]]*$")


def tokens_of(text: str) -> tuple[str, ...]:
    """Return the words, numbers and marks of `text`, in order; equal ones are one object: a part has 400,000."""
    return tuple(map(intern, (ASCII_TOKEN if text.isascii() else TOKEN).findall(text)))


@dataclass(frozen=True, slots=True)
class Unit:
    """A paragraph or a short line: its lines (their places in the sequence of lines), text and tokens."""

    lines: tuple[int, ...]
    text: str
    tokens: tuple[str, ...]
    kind: Kind


def units_of(text: str, lines: Sequence[Line]) -> list[Unit]:
    """Return the units of `lines`, in their order."""
    kept = [i for i, line in enumerate(lines) if line.kind not in SKIPPED and text[line.start : line.end].strip()]
    groups = _wrapped(text, lines, kept) if _is_wrapped(text, lines, kept) else [[i] for i in kept]
    return [_unit(text, lines, group) for group in groups]


def _unit(text: str, lines: Sequence[Line], group: list[int]) -> Unit:
    content = " ".join(text[lines[i].start : lines[i].end].strip() for i in group)
    return Unit(tuple(group), content, tokens_of(content), lines[group[0]].kind)


def _is_wrapped(text: str, lines: Sequence[Line], kept: list[int]) -> bool:
    ends = [text[lines[i].start : lines[i].end].rstrip() for i in kept]
    long = [end for end in ends if len(end) >= WRAP_LEAST]
    if len(long) < 4 or len(long) < len(ends) / 2 or max(map(len, long)) > WRAP_MOST:
        return False
    return sum(ENDS_SENTENCE.search(end) is None for end in long) > WRAP_SHARE * len(long)


def _wrapped(text: str, lines: Sequence[Line], kept: list[int]) -> list[list[int]]:
    """Return the lines of hard-wrapped text by paragraph: an empty line, an indent or a short line ends one."""
    width = max(lines[i].end - lines[i].start for i in kept)
    groups: list[list[int]] = []
    previous = ""
    for i in kept:
        line = text[lines[i].start : lines[i].end].rstrip()
        apart = bool(groups) and text.count("\n", lines[groups[-1][-1]].end, lines[i].start) > 1
        word = len(line.split(" ", 1)[0])
        short = len(previous) + 1 + word < width - 8
        if not groups or apart or (short and (ENDS_SENTENCE.search(previous) or len(previous) < width / 2)):
            groups.append([])
        groups[-1].append(i)
        previous = line
    return groups
