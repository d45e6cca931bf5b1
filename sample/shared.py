"""Instances in, gold passages out: every run of at least twelve words that two articles share, found by brute force."""

from __future__ import annotations

import re
from itertools import combinations
from typing import Any

from instances import Instance, Row, span
from shapes import Placed

LEAST = 12
"""A run of fewer words is no passage."""

Word = tuple[str, Placed, int, int]


def _words(instance: Instance) -> list[Word]:
    found = []
    for item in instance.placed:
        if item.line.kind in ("body", "standfirst"):
            for match in re.finditer(r"\w+(?:['’.,]\w+)*", item.line.text):
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


def passages(instances: list[Instance], outlets: dict[str, Any]) -> list[Row]:
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
    rows = []
    for number, (text, members) in enumerate(sorted(joined.items()), start=1):
        held = sorted((by_key[key] for key in members), key=lambda i: (i.article.head["date"], i.key))
        wire = next((i for i in held if outlets[i.article.head["outlet"]].get("agency")), None)
        updated = any(i.article.head.get("updates") for i in held)
        origin = "wire" if wire else "outlet" if updated else "unknown"
        rows.append(
            {
                "key": f"p{number}",
                "uri": held[0].unit.uri,
                "words": len(text.split()),
                "origin_kind": origin,
                "origin": (wire or held[0]).article.head["outlet"] if origin != "unknown" else None,
                "first_article": held[0].key,
                "members": [members[i.key] for i in held],
            }
        )
    return rows
