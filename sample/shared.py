"""Instances in, gold passages out: every run of at least twelve words that two articles share, found by brute force."""

from __future__ import annotations

import re
from itertools import combinations

from instances import Instance, Row, span
from placing import Placed

LEAST = 12
"""A run of fewer words is no passage."""

Word = tuple[str, Placed, int, int]


_WORD = re.compile(r"\w+(?:['’.,]\w+)*")


def _plain_words(text: str) -> list[str]:
    return [match[0].lower().replace("’", "'") for match in _WORD.finditer(text)]


def _words(instance: Instance) -> list[Word]:
    found = []
    for item in instance.placed:
        if item.line.kind in ("body", "standfirst"):
            for match in _WORD.finditer(item.line.text):
                word = match[0].lower().replace("’", "'")
                found.append((word, item, match.start(), match.end()))
    return found


def _runs(a: list[Word], b: list[Word]) -> list[tuple[int, int, int]]:
    """Return the maximal runs (start in a, start in b, words), longest match first where they overlap."""
    where: dict[tuple[str, ...], list[int]] = {}
    for at in range(len(b) - LEAST + 1):
        where.setdefault(tuple(word[0] for word in b[at : at + LEAST]), []).append(at)
    runs, at = [], 0
    while at <= len(a) - LEAST:
        best = (0, 0)
        for other in where.get(tuple(word[0] for word in a[at : at + LEAST]), ()):
            size = LEAST
            while at + size < len(a) and other + size < len(b) and a[at + size][0] == b[other + size][0]:
                size += 1
            best = max(best, (size, -other))
        if best[0]:
            runs.append((at, -best[1], best[0]))
        at += best[0] or 1
    return runs


def _member(instance: Instance, words: list[Word], start: int, size: int) -> Row:
    parts: list[Row] = []
    run = words[start : start + size]
    for item in dict.fromkeys(word[1] for word in run):
        own = [word for word in run if word[1] is item]
        parts.append(span(item, own[0][2], own[-1][3]))
    address = {"article": instance.key, "uri": instance.unit.uri, "member": instance.unit.member}
    return {**address, "start": parts[0]["start"], "end": parts[-1]["end"], "parts": parts}


def _origin(held: list[Instance], text: str, said: dict[str, tuple[str, str]]) -> tuple[str, str | None]:
    """Return the kind and the name of where a passage comes from, as the world knows it."""
    names = {instance.article.head["outlet"] for instance in held}
    wires = {i.article.head.get("credit") or i.article.head.get("uncredited") for i in held} & names
    if wires:
        return "wire", wires.pop()
    if len(names) == 1:
        return "outlet", names.pop()
    words = text.split()
    cores = [" ".join(words[left : len(words) - right]) for left in range(3) for right in range(3)]
    return next((origin for whole, origin in said.items() if any(core in whole for core in cores)), ("unknown", None))


def passages(instances: list[Instance], quoted: list[Row], origins: dict[str, list[str]]) -> list[Row]:
    """Return the shared runs of every pair of articles, equal runs of more than two articles joined into one row."""
    words = {instance.key: _words(instance) for instance in instances}
    joined: dict[str, dict[str, Row]] = {}
    for a, b in combinations(instances, 2):
        if a.article.head["story"] != b.article.head["story"] or a.language != b.language:
            continue
        for at, other, size in _runs(words[a.key], words[b.key]):
            text = " ".join(word[0] for word in words[a.key][at : at + size])
            members = joined.setdefault(text, {})
            members[a.key] = _member(a, words[a.key], at, size)
            members[b.key] = _member(b, words[b.key], other, size)
    by_key = {instance.key: instance for instance in instances}
    said = {
        " ".join(_plain_words(row["text"])): (origins[row["statement"]][0], origins[row["statement"]][1])
        for row in quoted
        if row["statement"] in origins
    }
    rows = []
    for number, (text, members) in enumerate(sorted(joined.items()), start=1):
        held = sorted((by_key[key] for key in members), key=lambda i: (i.article.head["date"], i.key))
        kind, origin = _origin(held, text, said)
        rows.append(
            {
                "key": f"p{number}",
                "uri": held[0].unit.uri,
                "words": len(text.split()),
                "origin_kind": kind,
                "origin": origin,
                "first_article": held[0].key,
                "members": [members[i.key] for i in held],
            }
        )
    return rows
