"""Instances in, gold quotes and statements out."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

from annotations import NameTable, WorldError, named_in
from instances import Instance, Row, span, words_of
from markup import Tag
from placing import Placed

OPENING = '“"„«‘'
_HEAD = re.compile(r"(\d+)(?:@([\w-]+))?(?::(\w+))?(!)?(?:=([\w-]+))?")


@dataclass
class Parts:
    """The labels of one quote."""

    spans: list[tuple[Placed, Tag]] = field(default_factory=list)
    cues: list[tuple[Placed, Tag]] = field(default_factory=list)
    speakers: list[tuple[Placed, Tag, str | None]] = field(default_factory=list)
    addressees: list[tuple[Placed, Tag]] = field(default_factory=list)
    statement: str | None = None
    cut: str = "whole"
    loses: bool = False


def _gather(instance: Instance) -> dict[int, Parts]:
    quotes: dict[int, Parts] = {}
    for item in instance.clean:
        for tag in item.line.tags:
            if tag.letter not in "qcsa":
                continue
            match = _HEAD.fullmatch(tag.head)
            if match is None:
                raise WorldError(f"{instance.key}: no such label as {tag.letter}{tag.head}")
            parts = quotes.setdefault(int(match[1]), Parts())
            if tag.letter == "q":
                _add_span(parts, item, tag, match)
            elif tag.letter == "c":
                parts.cues.append((item, tag))
            elif tag.letter == "s":
                parts.speakers.append((item, tag, match[5]))
            else:
                parts.addressees.append((item, tag))
    return {number: parts for number, parts in sorted(quotes.items()) if parts.spans}


def _add_span(parts: Parts, item: Placed, tag: Tag, match: re.Match[str]) -> None:
    inside = any(other is item and held.start <= tag.start and tag.end <= held.end for other, held in parts.spans)
    if not inside:
        parts.spans.append((item, tag))
    parts.statement = match[2] or parts.statement
    parts.cut = match[3] or parts.cut
    parts.loses = parts.loses or bool(match[4])


def kind_of_quote(texts: list[str], language: str) -> str:
    """Return direct where every span opens with a quotation mark, indirect where none holds one, else mixed."""
    marks = OPENING
    if all(text.lstrip()[:1] in marks for text in texts):
        return "direct"
    held = any(re.search(r"[“\"„«]|(?<!\w)‘", text) for text in texts)
    return "mixed" if held else "indirect"


def _named(instance: Instance, item: Placed, start: int, end: int, table: NameTable) -> str | None:
    """Return the one that a speaker's words name: a person before an organisation, and no place."""
    found = named_in(item.line.text[start:end], instance.article, table)
    people = [name for _, _, name, kind in found if kind == "person"]
    return next(iter(people or [name for _, _, name, kind in found if kind == "organisation"]), None)


def _before_cue(instance: Instance, parts: Parts, table: NameTable) -> tuple[Row | None, str | None]:
    """Return the name that stands right before the cue, for quotes whose speaker the markup leaves out."""
    for item, cue in parts.cues:
        for start, end, name, kind in named_in(item.line.text, instance.article, table):
            if end + 1 == cue.start and kind in ("person", "organisation"):
                return span(item, start, end), name
    return None, None


def _speaker(instance: Instance, parts: Parts, table: NameTable) -> tuple[Row | None, str | None]:
    if not parts.speakers:
        return _before_cue(instance, parts, table)
    for item, tag, key in sorted(parts.speakers, key=lambda speaker: speaker[2] is None):
        name = key or _named(instance, item, tag.start, tag.end, table)
        if name and name != "none":
            known = any(name in keys for keys in table.values())
            return span(item, tag.start, tag.end), name if known else None
    item, tag, _ = parts.speakers[0]
    return span(item, tag.start, tag.end), None


def quotes(instances: list[Instance], table: NameTable) -> list[Row]:
    """Return every quote of every instance, in the order of its first span."""
    rows = []
    for instance in instances:
        for number, parts in _gather(instance).items():
            spans = [span(item, tag.start, tag.end) for item, tag in parts.spans]
            texts = [part["text"] for part in spans]
            if instance.unit.text is not None:
                spans = [{"start": part["start"], "end": part["end"]} for part in spans]
            speaker, key = _speaker(instance, parts, table)
            cue = span(parts.cues[0][0], parts.cues[0][1].start, parts.cues[0][1].end) if parts.cues else None
            to = parts.addressees[0] if parts.addressees else None
            rows.append(
                instance.row(
                    f"q{number}",
                    spans=spans,
                    text=" ".join(texts),
                    kind=kind_of_quote(texts, instance.language),
                    cue=cue,
                    speaker=speaker,
                    speaker_name=key,
                    addressee=span(to[0], to[1].start, to[1].end) if to else None,
                    statement=parts.statement,
                    cut=parts.cut if parts.statement else None,
                    loses_negation=parts.loses if parts.statement else None,
                )
            )
    return rows


def left_out(fullest: str, version: str) -> list[str]:
    """Return the runs of words of `fullest` that `version` lacks."""
    long, short = words_of(fullest), words_of(version)
    matcher = SequenceMatcher(None, long, short, autojunk=False)
    kept = [block for block in matcher.get_matching_blocks() if block.size >= 2]
    runs, at = [], 0
    for block in [*kept, None]:
        upto = block.a if block else len(long)
        if upto > at:
            runs.append(" ".join(long[at:upto]))
        at = block.a + block.size if block else at
    return runs


def statements(rows: list[Row], instances: list[Instance], world: dict[str, Any]) -> list[Row]:
    """Return every statement that the markup names, with its versions."""
    by_key = {instance.key: instance for instance in instances}
    groups: dict[str, list[Row]] = {}
    for row in rows:
        if row["statement"]:
            groups.setdefault(row["statement"], []).append(row)
    result = []
    for key, versions in sorted(groups.items()):
        whole = [row for row in versions if row["cut"] == "whole"] or versions
        fullest = min(whole, key=lambda row: (by_key[row["article"]].article.head["date"], row["key"]))
        language = by_key[fullest["article"]].language
        said = [row["speaker_name"] for row in versions if row["speaker_name"]]
        result.append(
            {
                "key": key,
                "uri": fullest["uri"],
                "speaker_name": said[0] if said else None,
                "said_on": world["gold"]["said_on"][key],
                "fullest_quote": fullest["key"],
                "versions": [_version(row, fullest, by_key, language) for row in versions],
            }
        )
    return result


def _version(row: Row, fullest: Row, by_key: dict[str, Instance], language: str) -> Row:
    instance = by_key[row["article"]]
    same = instance.language == language and row["cut"] in ("trimmed", "spliced")
    return {
        "quote": row["key"],
        "article": row["article"],
        "outlet": instance.article.head["outlet"],
        "cut": row["cut"],
        "left_out": left_out(fullest["text"], row["text"]) if same else None,
        "loses_negation": row["loses_negation"],
        "cue": row["cue"]["text"] if row["cue"] else None,
        "translated": instance.language != language,
    }
