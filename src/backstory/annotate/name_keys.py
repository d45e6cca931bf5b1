"""A name of an article in, the keys by which it can be one with another article's name out.

Pure functions of one name. What `names.merge` decides of a name depends on the names that share a key of `block_keys`
with it alone, so names can be merged a block at a time.
"""

from __future__ import annotations

import re
from functools import lru_cache

from backstory.annotate.gazetteer import place_named, plain
from backstory.annotate.lexicon import pairs, words
from backstory.annotate.spelling import given_key, skeleton, sound, surname
from backstory.records import Name

__all__ = [
    "block_keys",
    "core",
    "given",
    "key_told",
    "long_keys",
    "person_key",
    "short_key",
    "thing_keys",
    "told_roles",
]

SMALL = frozenset({"of", "the", "and", "for", "&"})

MODEL = re.compile(r"\b(?=[A-Za-z-]*\d)[A-Za-z\d][A-Za-z\d-]{1,}\d[A-Za-z\d]*?(?=s?\b)")
"""A model's number, which names a product with its maker or without: A380, 787, F-35."""
LEAST_INITIALS = 3
"""Letters from which a short form is taken for the initials of a long one."""


@lru_cache(1 << 16)
def core(form: str) -> str:
    """Return a name without "the" and without words that companies' names have at their end."""
    kept = plain(form).removeprefix("the ").split()
    while len(kept) > 1 and kept[-1] in words("company_words"):
        kept.pop()
    country = pairs("aliases", "en").get(kept[0]) if len(kept) > 1 else None
    return " ".join([plain(country), *kept[1:]] if country else kept)


def block_keys(name: Name) -> dict[str, bool]:
    """Return the keys of a name, each with whether the name looks at those that share it, or is looked at alone.

    Two names tie where they share a key that at least one name of all looks at. Names of different ties never become
    one, and nothing that is decided of the one depends on the other.
    """
    keys = _keys_of_people(name)
    if " " not in name.label:
        keys[f"word:{skeleton(name.label)}"] = True
    if name.kind != "person" or " " not in name.label:
        keys |= _keys_of_things(name)
    return keys


def _keys_of_people(name: Name) -> dict[str, bool]:
    """Return what makes people one: surnames by their sound, whole names, and roles, which some names alone consist of.

    Any name without a first name can turn out to be somebody's.
    """
    keys: dict[str, bool] = {}
    if name.kind == "person":
        keys = {f"word:{skeleton(surname(form.split()))}": False for form in name.forms if " " in form}
        keys[f"word:{skeleton(surname(name.label.split()))}"] = True
    if given(name) is not None:
        keys[f"who:{person_key(name).removeprefix('0 ')}"] = True
        return keys | {f"role:{role}": False for role in told_roles(name)}
    keys[f"sound:{sound(name.label)}"] = True
    if name.label.split()[-1][:1].islower():
        keys |= {f"role:{role}": True for role in told_roles(name)}
    return keys


def _keys_of_things(name: Name) -> dict[str, bool]:
    every = thing_keys(name) + thing_keys(name, is_place=True) or [f"thing:{plain(name.label)}"]
    keys = {key if key.startswith("model:") else f"form:{key.partition(':')[2]}": True for key in every}
    keys[f"form:{core(name.label)}"] = True
    if name.kind == "organisation":
        keys |= dict.fromkeys(long_keys(name), False)
    short = short_key(name)
    return keys | {short: True} if short else keys


def long_keys(name: Name) -> set[str]:
    """Return the keys by which short forms find an institution: the first word of a long form, its initials."""
    keys = set[str]()
    for form in name.forms:
        parts = core(form).split()
        if len(parts) > 1:
            keys.add(f"first:{parts[0]}")
            keys.add("initials:" + "".join(part[0] for part in parts if part not in SMALL))
    return {key for key in keys if _is_telling(key.partition(":")[2])}


def short_key(name: Name) -> str | None:
    """Return the key by which a short form ("Lockheed", "GAO") looks for its institution; None for what is none."""
    key = core(name.label)
    if name.kind not in {"organisation", "other"} or " " in key or not _is_telling(key):
        return None
    letters = name.label.isupper() and len(key) >= LEAST_INITIALS
    return f"initials:{key}" if letters else f"first:{key}"


def _is_telling(word: str) -> bool:
    return bool(word) and word not in words("organisation_words") and not place_named(word)


def key_told(key: str) -> str:
    """Return the key of `block_keys` that every name has which people can pick by `key` (`names.keys_to_tell`)."""
    family, _, rest = key.partition(":")
    if family == "person":
        return f"who:{rest[2:]}" if rest.startswith("0 ") else f"sound:{rest[2:]}"
    return key if family == "model" else f"form:{rest or key}"


def thing_keys(name: Name, *, is_place: bool = False) -> list[str]:
    """Return the keys that make two things one; a place and a work of one name stay two.

    `is_place` says that what no reader could tell apart ("other") is a place by this name.
    """
    told = name.kind == "place" or (is_place and name.kind in {"other", "person"})
    family = "place" if told or place_named(name.label) else "thing"
    keys = []
    for form in (name.label, *name.forms):
        keys += [f"model:{match.lower()}" for match in MODEL.findall(form) if name.kind in {"other", "work"}]
        listed = pairs("aliases", "en").get(form.lower())
        keys.append(f"{family}:{plain(listed or '') or core(form)}")
        if name.kind == "place" and form.lower() in pairs("demonyms", "en"):
            keys.append(f"place:{plain(pairs('demonyms', 'en')[form.lower()])}")
    return [key for key in keys if not key.endswith(":")]


def told_roles(name: Name) -> list[str]:
    """Return the roles that say of what: "president|Ukraine"."""
    return [role for role in name.roles if not role.endswith("|")]


def given(name: Name) -> str | None:
    """Return the first name where the label has one in full, else None: a surname, an initial, a role."""
    parts = name.label.split()
    if name.kind != "person" or len(parts) < 2 or not parts[-1][:1].isupper() or len(plain(parts[0])) < 2:
        return None
    return parts[0]


def person_key(name: Name) -> str:
    """Return the key that spellings of one person share: of a full name first name and surname, else the one name."""
    first = given(name)
    last = sound(surname(name.label.split()))
    return f"0 {min(given_key(first))} {last}" if first else f"1 {sound(name.label)}"
