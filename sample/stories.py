"""Instances in, gold stories, links, threads, happenings, disagreements and omissions out."""

from __future__ import annotations

from itertools import combinations
from typing import Any

from annotations import figures, mentions, times
from instances import Instance, Row, span, tags_of


def _by_story(instances: list[Instance]) -> dict[str, list[Instance]]:
    found: dict[str, list[Instance]] = {}
    for instance in instances:
        found.setdefault(instance.article.head["story"], []).append(instance)
    return found


def _thread_of(story: str, world: dict[str, Any]) -> str | None:
    return next((name for name, held in world["gold"]["threads"].items() if story in held), None)


def stories(instances: list[Instance], world: dict[str, Any]) -> list[Row]:
    """Return a row a story."""
    rows = []
    for story, held in _by_story(instances).items():
        dates = sorted(instance.article.head["date"] for instance in held)
        rows.append(
            {
                "key": story,
                "uri": held[0].unit.uri,
                "thread": _thread_of(story, world),
                "titles": list(dict.fromkeys(i.article.title for i in held if i.article.title)),
                "articles": [instance.key for instance in held],
                "outlets": sorted({instance.article.head["outlet"] for instance in held}),
                "first_published": dates[0],
                "last_published": dates[-1],
            }
        )
    return rows


def links(instances: list[Instance], world: dict[str, Any]) -> list[Row]:
    """Return every pair of one story, and every pair of two stories that look alike and are not one."""
    held = _by_story(instances)
    pairs = [(a, b, 1.0) for own in held.values() for a, b in combinations(own, 2)]
    for one, other in world["gold"]["stories"]["look_alikes"]:
        pairs += [(a, b, 0.0) for a in held[one] for b in held[other]]
    return [
        {
            "key": f"{a.key}|{b.key}",
            "uri": a.unit.uri,
            "article_a": a.key,
            "article_b": b.key,
            "probability": probability,
        }
        for a, b, probability in pairs
    ]


def threads(rows: list[Row], world: dict[str, Any]) -> list[Row]:
    """Return a row a thread, its stories in order of time."""
    first = {row["key"]: row for row in rows}
    labels = world["gold"]["thread_labels"]
    return [
        {"key": key, "uri": first[held[0]]["uri"], "label": labels[key], "stories": held}
        for key, held in world["gold"]["threads"].items()
    ]


def _tellings(instances: list[Instance]) -> dict[str, list[tuple[Instance, Row]]]:
    told: dict[str, list[tuple[Instance, Row]]] = {}
    for instance in instances:
        for item, tag in tags_of(instance, "e"):
            told.setdefault(tag.head.removeprefix(":"), []).append((instance, span(item, tag.start, tag.end)))
    return told


def happenings(instances: list[Instance], world: dict[str, Any]) -> list[Row]:
    """Return every dated fact with all the sentences that tell it, earliest article first."""
    rows = []
    for key, told in sorted(_tellings(instances).items()):
        fact = world["facts"][key]
        if "date" not in fact:
            continue
        told.sort(key=lambda pair: (pair[0].article.head["date"], pair[0].key))
        (first, shown), *others = told
        rows.append(
            first.row(
                "e",
                **shown,
                story=fact["story"],
                thread=_thread_of(fact["story"], world),
                date=fact["date"],
                date_to=fact.get("date_to"),
                also=[{"uri": i.unit.uri, "member": i.unit.member, "article": i.key, **where} for i, where in others],
                weight=fact["weight"],
            )
            | {"key": key}
        )
    return rows


def disagreements(instances: list[Instance], world: dict[str, Any]) -> list[Row]:
    """Return the disagreements that the world lists, with the figures, times and names that they are made of."""
    by_key: dict[str, Row] = {}
    for row in figures(instances):
        by_key.setdefault(f"{row['article']}#{row['of_key']}", row)
    for row in (*times(instances), *mentions(instances, world["names"])):
        by_key.setdefault(f"{row['article']}@{row['text']}", row)
    rows = []
    for number, said in enumerate(world["gold"]["disagreement"], start=1):
        members = [_member(by_key[key], said.get("unit")) for key in said["members"]]
        own = {"story": said["story"], "of": said["of"], "kind": said["kind"]}
        rows.append({"key": f"d{number}", "uri": members[0]["uri"], **own, "members": members})
    return rows


def _member(row: Row, unit: str | None) -> Row:
    """Return a figure, or the day, clock time or name that is given in place of one."""
    kept = ("uri", "member", "article", "start", "end", "text")
    if unit is None:
        names = (*kept, "value", "value_to", "unit", "qualifier", "as_of")
        return {name: row.get(name) for name in names}
    day, _, clock = str(row.get("value")).partition("T")
    text = {"date": day, "time": clock}.get(unit, row["text"])
    return {name: row.get(name) for name in kept} | {"unit": unit, "value_text": text}


def omissions(instances: list[Instance], world: dict[str, Any]) -> list[Row]:
    """Return the facts marked for it that some outlet of their story does not tell."""
    outlets = {
        story: {instance.article.head["outlet"] for instance in held} for story, held in _by_story(instances).items()
    }
    rows = []
    for key, told in sorted(_tellings(instances).items()):
        fact = world["facts"][key]
        own = [(i, where) for i, where in told if i.article.head["story"] == fact["story"]]
        by = {instance.article.head["outlet"] for instance, _ in own}
        if not fact.get("untold") or not own:
            continue
        first, shown = own[0]
        rows.append(
            {
                "key": key,
                "uri": first.unit.uri,
                "member": first.unit.member,
                "story": fact["story"],
                "fact": shown,
                "told_by": sorted(by),
                "untold_by": sorted(outlets[fact["story"]] - by),
            }
        )
    return rows
