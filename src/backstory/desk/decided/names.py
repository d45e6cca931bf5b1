"""What people decide about names: two are one, one is two, one is called otherwise. It outlives every run."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import apsw

from backstory.annotate.names import keys_to_tell
from backstory.annotate.told_names import Pick, Told
from backstory.desk.ask import find_article
from backstory.desk.connection import transaction
from backstory.desk.decided.decisions import ANYBODY, decide, effects
from backstory.desk.tables import Row, rows
from backstory.errors import NotFoundError, UsageError
from backstory.records import Name, content_id

__all__ = [
    "find_name",
    "label_name",
    "local_names",
    "merge_two_names",
    "roles_of",
    "split_name",
    "told_names",
]


def find_name(connection: apsw.Connection, wanted: str) -> Row:
    """Return the row of the name with this id, beginning of an id, label or form (of several, the most told).

    Raises:
        NotFoundError: there is none.
    """
    by_id = "WHERE name_id BETWEEN :wanted AND :wanted || 'g'"
    if wanted and all(letter in "0123456789abcdef" for letter in wanted):
        found = list(rows(connection, "names", by_id, {"wanted": wanted}, "1 LIMIT 2"))
        found = found or [*_became(connection, wanted)]
        if len(found) == 1:
            return found[0]
        if found:
            raise NotFoundError(f"more than one name begins with {wanted!r}: give more of its id")
    called = (
        "WHERE label = :wanted COLLATE NOCASE"
        " OR EXISTS (SELECT 1 FROM json_each(forms) WHERE value = :wanted COLLATE NOCASE)"
    )
    best = "label = :wanted COLLATE NOCASE DESC, articles DESC, name_id LIMIT 1"
    for row in rows(connection, "names", called, {"wanted": wanted}, best):
        return row
    raise NotFoundError(f"no name {wanted!r} in this desk: `backstory names` lists them")


def _became(connection: apsw.Connection, wanted: str) -> list[Row]:
    """Return the name that one with this id was joined to by a person."""
    for effect in effects(connection, "name"):
        ids: list[str] = effect.get("ids", [])
        if any(one.startswith(wanted) for one in ids):
            for other in ids:
                found = list(rows(connection, "names", "WHERE name_id = :id", {"id": other}))
                if found:
                    return found
    return []


def merge_two_names(connection: apsw.Connection, into: str, other: str, *, by: str = ANYBODY) -> int:
    """Say that two names are one; return the decision's number. The next run of the later stages obeys.

    Raises:
        NotFoundError: one of them is not there.
        UsageError: they are one already.
    """
    one, two = find_name(connection, into), find_name(connection, other)
    if one["name_id"] == two["name_id"]:
        raise UsageError(f"{one['label']} and {two['label']} are one name already")
    effect = {"of": _pick(connection, one), "joins": _pick(connection, two), "ids": [one["name_id"], two["name_id"]]}
    return _decide(connection, "name merge", f"{two['label']} is {one['label']}", effect, by)


def split_name(
    connection: apsw.Connection,
    wanted: str,
    *,
    forms: Sequence[str] = (),
    articles: Sequence[str] = (),
    by: str = ANYBODY,
) -> int:
    """Say that some forms of a name, or the name in some articles, are another's; return the decision's number.

    Raises:
        NotFoundError: the name or an article is not there.
        UsageError: nothing of the name is meant, or all of it.
    """
    name = find_name(connection, wanted)
    ids = sorted({find_article(connection, key).article_id for key in articles})
    own = _own(connection, name["name_id"])
    out = sorted(local.name_id for article_id, local in own if article_id in ids)
    left = [local for _, local in own if local.name_id not in out and local.label not in forms]
    if len(left) == len(own) or not left:
        raise UsageError(f"name some forms of {name['label']} or some articles that tell of it, but not all")
    mark = content_id("name split", name["name_id"], *sorted(forms), *out)
    effect = {"of": _pick(connection, name), "mark": mark, "forms": sorted(forms), "out": out}
    what = ", ".join([*sorted(forms), *(f"article {key[:10]}" for key in ids)])
    return _decide(connection, "name split", f"{what}: not {name['label']} but another", effect, by)


def label_name(connection: apsw.Connection, wanted: str, label: str, *, by: str = ANYBODY) -> int:
    """Say what a name is called; return the decision's number.

    Raises:
        NotFoundError: it is not there.
        UsageError: the label is empty.
    """
    name, label = find_name(connection, wanted), " ".join(label.split())
    if not label:
        raise UsageError("a name needs a label with at least one letter")
    effect = {"of": _pick(connection, name), "label": label}
    return _decide(connection, "name label", f"{name['label']} is called {label}", effect, by)


def told_names(connection: apsw.Connection) -> list[Told]:
    """Return what people said of names and did not take back, in its order."""
    return [
        Told(
            Pick(*effect["of"]),
            Pick(*effect["joins"]) if "joins" in effect else None,
            effect.get("mark", ""),
            frozenset(effect.get("forms", [])),
            frozenset(effect.get("out", [])),
            effect.get("label"),
        )
        for effect in effects(connection, "name")
    ]


def _decide(connection: apsw.Connection, action: str, told: str, effect: dict[str, Any], by: str) -> int:
    with transaction(connection):
        return decide(connection, action, told, effect, by=by)


def _pick(connection: apsw.Connection, name: Row) -> tuple[str, str]:
    """Return the key and the mark by which a name is picked."""
    own = [local for _, local in _own(connection, name["name_id"])]
    marks = [
        effect["mark"]
        for effect in effects(connection, "name")
        if "mark" in effect and name["name_id"] in {content_id("name", name["kind"], effect["mark"])}
    ]
    return min(keys_to_tell(own)), marks[-1] if marks else ""


def _own(connection: apsw.Connection, name_id: str) -> list[tuple[str, Name]]:
    """Return the articles' own names that became a name, each with its article's id."""
    used = (
        " WHERE local_id IN (SELECT local_id FROM mentions WHERE name_id = :id"
        " UNION SELECT speaker_local_id FROM quotes WHERE speaker_name_id = :id"
        " UNION SELECT addressee_local_id FROM quotes WHERE addressee_name_id = :id)"
    )
    return list(local_names(connection, used, {"id": name_id}))


def local_names(
    connection: apsw.Connection, where: str = "", wanted: dict[str, str] | None = None
) -> list[tuple[str, Name]]:
    """Return the articles' own names, each with its article's id, in the order of their ids."""
    question = (
        "SELECT article_id, local_id, kind, label, forms, a.published_earliest, gender, roles"
        f" FROM local_names JOIN articles a USING (article_id){where} ORDER BY local_id"
    )
    found = []
    for article_id, local_id, kind, label, forms, first_seen, gender, roles in connection.execute(
        question, wanted or {}
    ):
        own_forms, own_roles = tuple(json.loads(forms)), tuple(json.loads(roles))
        name = Name(local_id, kind, label, own_forms, first_seen, 1, gender, own_roles)
        found.append((str(article_id), name))
    return found


def roles_of(connection: apsw.Connection, name_id: str) -> list[Row]:
    """Return what articles say that a name is, each role with the dates of the first and the last that say so."""
    held: dict[str, list[str | None]] = {}
    for _, local in _own(connection, name_id):
        for role in local.roles:
            held.setdefault(role, []).append(local.first_seen)
    found = []
    for role in sorted(held):
        head, _, of = role.partition("|")
        dates = sorted(date for date in held[role] if date)
        first, last = (dates[0], dates[-1]) if dates else (None, None)
        found.append({"role": head, "of": of or None, "articles": len(held[role]), "first": first, "last": last})
    return sorted(found, key=lambda row: (-row["articles"], row["first"] or "", row["role"]))
