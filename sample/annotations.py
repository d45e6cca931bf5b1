"""Instances in, gold mentions, names, time expressions and figures out."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from figures import qualified, read_amount
from instances import Instance, Row, span, tags_of
from markup import Article

NameTable = dict[str, dict[str, list[str]]]

PRONOUNS = set(
    [
        "he",
        "she",
        "they",
        "it",
        "him",
        "her",
        "them",
        "i",
        "we",
        "you",
        "who",
        "elle",
        "il",
        "ils",
        "er",
        "sie",
        "his",
        "their",
    ]
)


class WorldError(Exception):
    """The world says something that cannot be labelled; says what."""


def _surname(label: str) -> str:
    return label.split()[-1]


def forms_of(table: NameTable) -> dict[str, list[tuple[str, str]]]:
    """Return for every form the (key, kind) pairs that it may stand for."""
    forms: dict[str, list[tuple[str, str]]] = {}
    for kind, keys in table.items():
        for key, labels in keys.items():
            own = dict.fromkeys([*labels, *([_surname(labels[0])] if kind == "person" else [])])
            for form in own:
                forms.setdefault(form, []).append((key, kind))
    return forms


_CACHE: dict[int, tuple[dict[str, list[tuple[str, str]]], re.Pattern[str]]] = {}


def _matcher(table: NameTable) -> tuple[dict[str, list[tuple[str, str]]], re.Pattern[str]]:
    if id(table) not in _CACHE:
        forms = forms_of(table)
        longest = sorted(forms, key=lambda form: (-len(form), form))
        pattern = re.compile(r"(?<![\w-])(?:" + "|".join(map(re.escape, longest)) + r")(?![\w-])")
        _CACHE[id(table)] = forms, pattern
    return _CACHE[id(table)]


def resolve(form: str, article: Article, table: NameTable) -> tuple[str, str]:
    """Return (key, kind) of a form in an article.

    Raises:
        WorldError: two names share the form and the article does not name exactly one of them in full.
    """
    candidates = _matcher(table)[0][form]
    if len(candidates) == 1:
        return candidates[0]
    said = article.head.get(f"name {form}")
    if said:
        return next(pair for pair in candidates if pair[0] == said)
    whole = "\n".join(line.text for line in article.lines)
    labels = {key: (table[kind][key][0], kind) for key, kind in candidates}
    named = [(key, kind) for key, (label, kind) in labels.items() if label in whole]
    if len(named) == 1:
        return named[0]
    raise WorldError(
        f"{article.key}: {form!r} may be any of {sorted(labels)}; say which in its head, `name {form}: key`"
    )


def named_in(text: str, article: Article, table: NameTable) -> list[tuple[int, int, str, str]]:
    """Return (start, end, key, kind) of every name in `text`."""
    return [
        (match.start(), match.end(), *resolve(match[0], article, table)) for match in _matcher(table)[1].finditer(text)
    ]


def kind_of(key: str, table: NameTable) -> str:
    """Return the kind of a name; whoever has none in the table is a person that nothing names."""
    return next((kind for kind, keys in table.items() if key in keys), "person")


def _referring(instance: Instance, table: NameTable) -> list[tuple[Any, int, int, str, str, str]]:
    rows = []
    for letter in "sma":
        for item, tag in tags_of(instance, letter):
            key = tag.head.partition("=")[2]
            text = item.line.text[tag.start : tag.end]
            pronoun = text.lower() in PRONOUNS
            known = any(key in keys for keys in table.values())
            if known and not named_in(text, instance.article, table):
                rows.append((item, tag.start, tag.end, kind_of(key, table), "pronoun" if pronoun else "role", key))
    return rows


def mentions(instances: list[Instance], table: NameTable) -> list[Row]:
    """Return every name in every clean line, and the pronouns and roles that the markup resolves."""
    rows = []
    for instance in instances:
        found = [
            (item, start, end, kind, "name", key)
            for item in instance.clean
            for start, end, key, kind in named_in(item.line.text, instance.article, table)
        ]
        found += _referring(instance, table)
        order = {id(item): number for number, item in enumerate(instance.clean)}
        found.sort(key=lambda row: (order[id(row[0])], row[1], row[2]))
        for number, (item, start, end, kind, form, key) in enumerate(found, start=1):
            rows.append(instance.row(f"m{number}", kind=kind, form=form, name=key, **span(item, start, end)))
    return rows


def names(instances: list[Instance], table: NameTable) -> list[Row]:
    """Return the names that occur, with the forms in which they do."""
    seen: dict[str, dict[str, Any]] = {}
    for instance in instances:
        for item in instance.clean:
            for start, end, key, kind in named_in(item.line.text, instance.article, table):
                row = seen.setdefault(key, {"kind": kind, "forms": set(), "articles": set(), "dates": set()})
                row["forms"].add(item.line.text[start:end])
                row["articles"].add(instance.key)
                row["dates"].add(datetime.fromisoformat(instance.article.head["date"]))
    return [
        {
            "key": key,
            "uri": None,
            "kind": row["kind"],
            "label": table[row["kind"]][key][0],
            "forms": sorted(row["forms"]),
            "first_seen": min(row["dates"]).isoformat(),
            "articles": len(row["articles"]),
        }
        for key, row in sorted(seen.items())
    ]


# Time expressions

_PREPOSITION = re.compile(r"(?:shortly after|on|in|at|since|by|to|le|depuis|am|dans) (?!the morning)|from ")
_RELATIVE = re.compile(
    r"day|week|month|year|ago|last|next|later|hier|morgen|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag"
    r"|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|juin|juni|vergangenen|kommenden|october|june|january|december"
    r"|february|september|easter|christmas|summer|autumn",
    re.IGNORECASE,
)


def times(instances: list[Instance]) -> list[Row]:
    """Return the time expressions, without the preposition that the markup lets stand before them."""
    rows = []
    for instance in instances:
        zone = datetime.fromisoformat(instance.article.head["date"]).utcoffset() or timedelta()
        for number, (item, tag) in enumerate(tags_of(instance, "t"), start=1):
            value, kind = tag.head.removeprefix("="), ""
            if value.endswith(":SET"):
                value, kind = value.removesuffix(":SET"), "SET"
            text = item.line.text[tag.start : tag.end]
            preposition = _PREPOSITION.match(text)
            start = tag.start + (preposition.end() if preposition else 0)
            earliest, latest = interval(value, zone) if kind != "SET" else (None, None)
            kind = kind or (
                "DURATION" if re.match(r"P[\dTX]", value) else "TIME" if re.search(r"\dT|^T", value) else "DATE"
            )
            anchor = (
                "published"
                if kind in ("DATE", "TIME") and _RELATIVE.search(text) and not re.search(r"\d{4}", text)
                else None
            )
            shown = span(item, start, tag.end)
            rows.append(
                instance.row(
                    f"t{number}", **shown, type=kind, value=value, earliest=earliest, latest=latest, anchor=anchor
                )
            )
    return rows


_PARTS = {"MO": (6, 12), "AF": (12, 18), "EV": (18, 24), "NI": (0, 30)}
_SEASONS = {"SP": (3, 5), "SU": (6, 8), "FA": (9, 11)}


def interval(value: str, zone: timedelta) -> tuple[str | None, str | None]:
    """Return the first and the last second that a TIMEX3 value can mean, local, with its offset from UTC."""
    day, _, hour = value.partition("T")
    if value.startswith(("P", "FUTURE", "XXXX")) or not day:
        return None, None
    first, last = _days(day)
    start, end = datetime.combine(first, datetime.min.time()), datetime.combine(last, datetime.max.time())
    if hour and len(day) < 10:
        pass
    elif hour in _PARTS:
        low, high = _PARTS[hour]
        start, end = start + timedelta(hours=low), start + timedelta(hours=high, seconds=-1)
    elif hour:
        start += timedelta(hours=int(hour[:2]), minutes=int(hour[3:5]))
        end = start + timedelta(seconds=59)
    sign = f"+{int(zone.total_seconds()) // 3600:02d}:00"
    return f"{start:%Y-%m-%dT%H:%M:%S}{sign}", f"{end:%Y-%m-%dT%H:%M:%S}{sign}"


@cache
def _days(day: str) -> tuple[date, date]:
    if match := re.fullmatch(r"(\d{4})-W(\d\d)(-WE)?", day):
        monday = date.fromisocalendar(int(match[1]), int(match[2]), 1)
        return (monday + timedelta(days=5 if match[3] else 0)), monday + timedelta(days=6)
    if match := re.fullmatch(r"(\d{4})-WI", day):
        year = int(match[1])
        return date(year, 12, 1), date(year + 1, 2, monthrange(year + 1, 2)[1])
    if match := re.fullmatch(r"(\d{4})-(S[PU]|FA)", day):
        low, high = _SEASONS[match[2]]
        return date(int(match[1]), low, 1), date(int(match[1]), high, monthrange(int(match[1]), high)[1])
    if len(day) == 3:
        return date(int(day) * 10, 1, 1), date(int(day) * 10 + 9, 12, 31)
    if len(day) == 4:
        return date(int(day), 1, 1), date(int(day), 12, 31)
    if len(day) == 7:
        year, month = int(day[:4]), int(day[5:])
        return date(year, month, 1), date(year, month, monthrange(year, month)[1])
    return date.fromisoformat(day), date.fromisoformat(day)


_RATE = re.compile(r" a (?:day|week|year)$")


def figures(instances: list[Instance]) -> list[Row]:
    """Return the amounts; `of_key` tells which amounts of a story are of the same thing."""
    rows = []
    for instance in instances:
        for number, (item, tag) in enumerate(tags_of(instance, "n"), start=1):
            said, _, key = tag.head.partition(":")
            words, before = item.line.text[tag.start : tag.end], item.line.text[: tag.start]
            rate = _RATE.search(words)
            end = tag.start + (rate.start() if rate else len(words))
            shown = span(item, tag.start + qualified(before, words)[1], end)
            length = any(t.letter == "t" and t.start >= tag.start and t.end == tag.end for t in item.line.tags)
            try:
                amount = read_amount(words, instance.language, before=before)
            except ValueError as error:
                raise WorldError(f"{instance.key}: {error}") from error
            value = float(said[1:]) if said else amount.value
            rows.append(
                instance.row(
                    f"n{number}",
                    **shown,
                    value=value,
                    value_to=amount.value_to,
                    unit=amount.unit,
                    qualifier=amount.qualifier,
                    length_of_time=True if length else None,
                    of_key=key or None,
                    as_of=instance.article.head["date"][:10],
                )
            )
    return rows
