"""Instances in, gold rows out: one list of rows a table of the desk, each row with its key and its source's uri.

Rows of text sources carry offsets. Rows of other sources carry null for them and the exact `text` that must occur in
the source's text, since the rule that makes that text belongs to the reader.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from annotations import figures, mentions, names, times
from instances import Instance, Row, instances_of, span
from markup import Article
from pages import authors_of
from placing import MAILED, Placed, Unit
from quoted import quotes, statements
from shared import passages
from stories import disagreements, happenings, links, omissions, stories, threads

TABLES = [
    "sources",
    "blocks",
    "articles",
    "names",
    "mentions",
    "times",
    "figures",
    "quotes",
    "passages",
    "statements",
    "stories",
    "links",
    "threads",
    "happenings",
    "disagreements",
    "omissions",
]

WHOLE = 0.6
"""An article that carries no more than this share of another's words is its stub, not its copy."""


def sources(units: list[Unit], instances: list[Instance]) -> list[Row]:
    """Return a row a source."""
    held: dict[tuple[str, str | None], list[str]] = {}
    for instance in instances:
        held.setdefault((instance.unit.uri, instance.unit.member), []).append(instance.key)
    return [
        {
            "key": _address(unit),
            "uri": unit.uri,
            "member": unit.member,
            "shape": unit.shape,
            "chars": len(unit.text) if unit.text is not None else None,
            "articles": held.get((unit.uri, unit.member), []),
        }
        for unit in units
    ]


_CREDIT = re.compile(r"(?:Pic: |Photograph: |Illustration: |File pic).*")


def _parts(item: Placed) -> list[tuple[str, int, int]]:
    """Return the kinds within a line: a caption's credit is furniture."""
    end = len(item.line.text)
    credit = _CREDIT.search(item.line.text) if item.line.kind == "caption" else None
    if credit is None or credit.start() == 0:
        return [("furniture" if credit else item.line.kind, 0, end)]
    return [("caption", 0, len(item.line.text[: credit.start()].rstrip())), ("furniture", credit.start(), end)]


def blocks(units: list[Unit], instances: list[Instance]) -> list[Row]:
    """Return the blocks of text sources, and a row for each line of the others."""
    names = {(i.unit.uri, i.unit.member, i.article.key): i.key for i in instances}
    rows: list[Row] = []
    for unit in units:
        own: list[Row] = []
        for item in unit.placed:
            article = names.get((unit.uri, unit.member, item.article or ""))
            for kind, start, end in _parts(item):
                here = span(item, start, end)
                if own and unit.text is not None and (own[-1]["kind"], own[-1]["article"]) == (kind, article):
                    own[-1]["end"] = here["end"]
                    continue
                address = {"key": f"{_address(unit)}/{len(own) + 1}", "uri": unit.uri, "member": unit.member}
                shown = {"start": here["start"], "end": here["end"]} if unit.text is not None else here
                own.append({**address, "article": article, "kind": kind, **shown})
        rows += own
    return rows


def _address(unit: Unit) -> str:
    return unit.uri + (f"#{unit.member}" if unit.member else "")


def _published(instance: Instance) -> tuple[str | None, str | None]:
    date = instance.article.head["date"]
    first = "2026-03-05T19:45:00+01:00" if instance.article.key == "courier-dam-3" else date
    line = next((item.line.text for item in instance.placed if item.line.kind == "date"), None)
    if instance.unit.shape == "mail":
        return MAILED, "metadata"
    if "published" in instance.unit.stated:
        if instance.unit.shape == "export":
            return date[:10], "stated"
        return (first[:16] if instance.unit.uri.endswith(".csv") else first), "metadata"
    if line is None:
        return None, None
    exact = re.search(r"\d[ap]m|noon", line)
    return (first[:16] if exact else first[:10]), "stated"


def _how(instance: Instance, field: str, forms: tuple[str, ...]) -> str | None:
    if field in instance.unit.stated:
        return "stated" if instance.unit.shape == "export" else "metadata"
    texts = " ".join(item.line.text for item in instance.placed)
    return "stated" if any(re.search(rf"(?<!\w){re.escape(form)}(?!\w)", texts) for form in forms) else None


def articles_table(instances: list[Instance], outlets: dict[str, Any]) -> list[Row]:
    """Return a row an article as each source has it."""
    first: dict[str, str] = {}
    long: dict[str, int] = {}
    rows = []
    for instance in instances:
        head, placed = instance.article.head, instance.placed
        starts = [item.start for item in placed if item.start is not None]
        ends = [item.start + len(item.line.text) for item in placed if item.start is not None]
        published, how = _published(instance)
        byline = next((item.line.text for item in placed if item.line.kind == "byline"), None)
        body = [item.line.text for item in placed if item.line.kind == "body"]
        words = sum(len(text.split()) for text in body)
        original = first.get(instance.article.key) or first.get(head.get("copy_of", ""))
        rows.append(
            {
                "key": instance.key,
                "uri": instance.unit.uri,
                "member": instance.unit.member,
                "start": min(starts) if starts else None,
                "end": max(ends) if ends else None,
                "first_words": next((item.line.text[:60] for item in instance.clean), ""),
                "title": next((item.line.text for item in placed if item.line.kind == "headline"), None)
                or (instance.article.title if "title" in instance.unit.stated else None),
                "outlet": head["outlet"],
                "outlet_how": _how(instance, "outlet", (head["outlet"], *outlets[head["outlet"]].get("short", ()))),
                "byline": byline or (head.get("byline") if "byline" in instance.unit.stated else None),
                "authors_true": authors_of(instance.article),
                "section": head.get("section"),
                "language": instance.language,
                "published": published,
                "published_how": how,
                "published_true": head["date"],
                "words": words,
                "copy_of": original if words > WHOLE * long.get(original or "", 0) else None,
                "stub_of": original if words <= WHOLE * long.get(original or "", 0) else None,
                "updates": head.get("updates"),
                "credit": head.get("credit"),
                "uncredited": head.get("uncredited"),
                "story": head["story"],
            }
        )
        first.setdefault(instance.article.key, instance.key)
        long[instance.key] = words
    return rows


def gold(
    units: list[Unit], articles: dict[str, Article], outlets: dict[str, Any], world: dict[str, Any]
) -> dict[str, list[Row]]:
    """Return the rows of every table."""
    instances = instances_of(units, articles)
    quoted = quotes(instances, world["names"])
    told = stories(instances, world)
    return {
        "sources": sources(units, instances),
        "blocks": blocks(units, instances),
        "articles": articles_table(instances, outlets),
        "names": names(instances, world["names"]),
        "mentions": mentions(instances, world["names"]),
        "times": times(instances),
        "figures": figures(instances),
        "quotes": quoted,
        "passages": passages(instances, quoted, world["gold"]["passage_origins"]),
        "statements": statements(quoted, instances, world),
        "stories": told,
        "links": links(instances, world),
        "threads": threads(told, world),
        "happenings": happenings(instances, world),
        "disagreements": disagreements(instances, world),
        "omissions": omissions(instances, world),
    }


def _slim(value: object) -> object:
    """Leave out the columns that are null, but for the offsets that only a reader knows."""
    if isinstance(value, dict):
        return {key: _slim(held) for key, held in value.items() if held is not None or key in ("start", "end")}
    return [_slim(held) for held in value] if isinstance(value, list) else value


def write(tables: dict[str, list[Row]], to: Path) -> None:
    """Write one JSON Lines file a table."""
    to.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        lines = "".join(json.dumps(_slim(row), ensure_ascii=False, separators=(",", ":")) + "\n" for row in rows)
        (to / f"{name}.jsonl").write_text(lines, encoding="utf-8")
