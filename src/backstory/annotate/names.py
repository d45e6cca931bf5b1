"""The articles' own names in, one name for each person, institution and place across all articles out.

`merge` is a pure function of a set of names: their order does not matter, and ids derive from the names alone. Names
that no key of `name_keys.block_keys` ties never become one, so a desk merges anew only what a new article ties with.
Equal names of several articles may come as one with their number in `articles`.

Rules, strongest first: a label of the list of aliases; an equal form; a person's surname and first name, allowing for
transliterations, nicknames and initials; a role that only one person of the desk holds ("Ukrainian president"); a
surname alone where one person of that surname has nearly all of the articles. Whatever stays open stays apart.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from backstory.annotate.gazetteer import plain
from backstory.annotate.lexicon import words
from backstory.annotate.name_keys import (
    core,
    given,
    long_keys,
    person_key,
    short_key,
    thing_keys,
    told_roles,
)
from backstory.annotate.spelling import same_first_name, same_word, skeleton, sound, surname
from backstory.annotate.told_names import Group, Told, obey
from backstory.records import Name, content_id

__all__ = ["Merged", "keys_to_tell", "merge"]

DOMINANT = 0.8
"""Share of the articles about people of a surname from which the surname alone means that person. On MEANTIME's
Airbus and Apple parts anything from .6 to .9 gives the same score; .8 keeps two well-covered Smiths apart."""


@dataclass(frozen=True, slots=True)
class Merged:
    """Names across articles, ordered by id, and for each article's own name the id of the one that it became."""

    names: tuple[Name, ...]
    ids: Mapping[str, str]


def merge(names: Iterable[Name], told: Sequence[Told] = ()) -> Merged:
    """Return the names across articles of the articles' own `names`, in any order, as people `told` of them."""
    own = sorted({name.name_id: name for name in names}.values(), key=lambda name: name.name_id)
    rows: dict[str, Group] = {}
    for group in obey([*_things(own), *_people(own)], told, keys_to_tell):
        identity = content_id("name", _kind(group.names), group.mark) if group.mark else _identity(group.names)
        same = rows.get(identity)
        rows[identity] = group if same is None else Group(same.names + group.names, label=same.label or group.label)
    ids = {name.name_id: identity for identity, group in rows.items() for name in group.names}
    return Merged(tuple(_named(identity, rows[identity]) for identity in sorted(rows)), ids)


def keys_to_tell(group: Sequence[Name]) -> frozenset[str]:
    """Return the keys by which people can pick a name: of a person the full names, or else the one short name."""
    if _kind(group) != "person":
        return frozenset(key for name in group for key in thing_keys(name) or [plain(name.label)])
    keys = {f"person:{person_key(name)}" for name in group}
    return frozenset(key for key in keys if key.startswith("person:0 ")) or frozenset({min(keys)})


def _named(identity: str, group: Group) -> Name:
    row = _row(identity, group.names)
    return replace(row, label=group.label) if group.label else row


class _People:
    """Says which of the articles' own names are people's."""

    def __init__(self, own: Sequence[Name]) -> None:
        self._surnames = frozenset(
            skeleton(surname(form.split()))
            for name in own
            if name.kind == "person"
            for form in name.forms
            if " " in form and form.split()[0].lower() not in words("no_first_name")
        )
        self._votes: dict[str, Counter[str]] = defaultdict(Counter)
        for name in own:
            if " " not in name.label:
                self._votes[skeleton(name.label)][name.kind] += name.articles

    def has(self, name: Name) -> bool:
        """Say whether a name is a person's: a full one, a surname that a full name has, a word most articles say is.

        A word alone is what a reader, article by article, errs about; all articles together err less.
        """
        if " " in name.label:
            return name.kind == "person"
        if skeleton(name.label) in self._surnames:
            return name.kind in {"person", "other"}
        votes = self._votes[skeleton(name.label)]
        return name.kind == "person" and votes["person"] * 2 >= votes.total()


def _things(own: Sequence[Name]) -> list[list[Name]]:
    """Group institutions, places and the rest by alias, by equal form, by a form's core."""
    people = _People(own)
    groups = _Groups([name for name in own if not people.has(name)])
    places = _places(groups.names)
    first: dict[str, int] = {}
    for number, name in enumerate(groups.names):
        for key in thing_keys(name, is_place=core(name.label) in places):
            groups.join(first.setdefault(key, number), number)
    _join_short(groups)
    return groups.made()


def _places(names: Sequence[Name]) -> frozenset[str]:
    """Return the words that more articles know for a place than for an institution or a work."""
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for name in names:
        if name.kind in {"place", "organisation", "work"}:
            votes[core(name.label)]["place" if name.kind == "place" else "thing"] += name.articles
    return frozenset(key for key, count in votes.items() if count["place"] > count["thing"])


def _join_short(groups: _Groups) -> None:
    """Join a short form ("Lockheed", "GAO") to the one institution whose full name begins with it or is spelt by it.

    Which it is, and that it is no rarer, is told by what was joined before: no order of joining shows.
    """
    longer: dict[str, set[int]] = defaultdict(set)
    weight = Counter[int]()
    roots = [groups.root(number) for number in range(len(groups.names))]
    for root, name in zip(roots, groups.names, strict=True):
        weight[root] += name.articles
        if name.kind == "organisation":
            for key in long_keys(name):
                longer[key].add(root)
    for number, name in enumerate(groups.names):
        fits = longer.get(short_key(name) or "", set())
        target = next(iter(fits)) if len(fits) == 1 else None
        if target is not None and weight[roots[number]] <= weight[target]:
            groups.join(number, target)


def _people(own: Sequence[Name]) -> list[list[Name]]:
    """Group people: full names first, then initials, surnames and roles where only one person fits."""
    known = _People(own)
    people = [name for name in own if known.has(name)]
    full = [name for name in people if given(name) is not None]
    groups = _Groups(people)
    place = {name.name_id: number for number, name in enumerate(people)}
    for block in _by_surname(full).values():
        _join_block(groups, block, place)
    found = _Index(groups.made_of([place[name.name_id] for name in full]))
    for name in people:
        if given(name) is None:
            target = _only_one(name, found.near(name))
            if target is not None:
                groups.join(place[name.name_id], place[target.name_id])
    _join_equal(groups, [name for name in people if given(name) is None], place)
    return groups.made()


def _join_block(groups: _Groups, block: Sequence[Name], place: Mapping[str, int]) -> None:
    """Join the full names of one surname that can be one person's; equal ones are compared once."""
    first: dict[tuple[str, str | None], Name] = {}
    for name in block:
        same = first.setdefault((plain(name.label), name.gender), name)
        groups.join(place[same.name_id], place[name.name_id])
    distinct = list(first.values())
    for at, one in enumerate(distinct):
        for other in distinct[at + 1 :]:
            if _same_person(one, other):
                groups.join(place[one.name_id], place[other.name_id])


class _Index:
    """Groups of full names by surname and by role: a short name looks only at those that share one."""

    def __init__(self, groups: Sequence[Sequence[Name]]) -> None:
        self._by: dict[str, dict[int, Sequence[Name]]] = defaultdict(dict)
        for number, group in enumerate(groups):
            distinct: dict[tuple[str, str | None, tuple[str, ...]], Name] = {}
            for name in group:
                seen = distinct.get((name.label, name.gender, name.roles))
                more = name if seen is None else replace(seen, articles=seen.articles + name.articles)
                distinct[name.label, name.gender, name.roles] = more
            row = list(distinct.values())
            for name in row:
                for key in (skeleton(surname(name.label.split())), *told_roles(name)):
                    self._by[key][number] = row

    def near(self, name: Name) -> list[Sequence[Name]]:
        """Return the groups that share the name's surname or one of its roles, in order."""
        found: dict[int, Sequence[Name]] = {}
        for key in (skeleton(surname(name.label.split())), *told_roles(name)):
            found |= self._by.get(key, {})
        return [found[number] for number in sorted(found)]


def _join_equal(groups: _Groups, short: Sequence[Name], place: Mapping[str, int]) -> None:
    """Make one of equal short names that nobody's full name took."""
    first: dict[str, int] = {}
    for name in short:
        groups.join(first.setdefault(sound(name.label), place[name.name_id]), place[name.name_id])


def _by_surname(full: Sequence[Name]) -> dict[str, list[Name]]:
    blocks: dict[str, list[Name]] = defaultdict(list)
    for name in full:
        blocks[skeleton(surname(name.label.split()))].append(name)
    return blocks


def _same_person(one: Name, other: Name) -> bool:
    left, right = one.label.split(), other.label.split()
    if not same_word(surname(left), surname(right)) or not same_first_name(left[0], right[0]):
        return False
    return one.gender is None or other.gender is None or one.gender == other.gender


def _only_one(name: Name, groups: Sequence[Sequence[Name]]) -> Name | None:
    """Return a member of the one group of full names that a short name or a role can mean, None if not sure."""
    fits = [group for group in groups if _can_mean(name, group)]
    if not fits:
        return None
    by_role = [group for group in fits if _shares_role(name, group)]
    chosen = by_role or fits
    articles = [sum(member.articles for member in group) for group in chosen]
    largest = max(range(len(chosen)), key=lambda at: (articles[at], chosen[at][0].name_id))
    return chosen[largest][0] if articles[largest] >= DOMINANT * sum(articles) else None


def _can_mean(name: Name, group: Sequence[Name]) -> bool:
    parts = name.label.split()
    if name.gender is not None and any(m.gender not in {None, name.gender} for m in group):
        return False
    if parts[-1][:1].islower():
        return _shares_role(name, group)
    for member in group:
        theirs = member.label.split()
        initial = len(parts) == 1 or same_first_name(parts[0], theirs[0])
        if initial and same_word(surname(theirs), surname(parts)):
            return True
    return False


def _shares_role(name: Name, group: Sequence[Name]) -> bool:
    mine = set(told_roles(name))
    return any(mine & set(member.roles) for member in group)


def _identity(group: Sequence[Name]) -> str:
    """Return the id of a group: from its kind and its smallest key, which equal spellings share."""
    kind = _kind(group)
    if kind == "person":
        return content_id("name", kind, min(person_key(name) for name in group))
    return content_id("name", kind, min(key for name in group for key in thing_keys(name) or [plain(name.label)]))


def _kind(group: Sequence[Name]) -> str:
    """Return the kind that most articles say; one that says more than "other" wins over it.

    A word alone is a person where at least half of the articles say so.
    """
    counts = Counter[str]()
    for name in group:
        counts[name.kind] += name.articles
    full = any(name.kind == "person" and " " in name.label for name in group)
    if not full and counts["person"] * 2 < counts.total():
        del counts["person"]
    known = {kind: count for kind, count in counts.items() if kind != "other"} or dict(counts)
    return min(known, key=lambda kind: (-known[kind], kind))


def _row(identity: str, group: Sequence[Name]) -> Name:
    labels = Counter[str]()
    genders = Counter[str]()
    for name in group:
        labels[name.label] += name.articles
        if name.gender:
            genders[name.gender] += name.articles
    kind = _kind(group)
    fullest = max((len(label.split()) for label in labels), default=1) > 1 and kind == "person"
    best = min(labels, key=lambda label: (fullest and " " not in label, -labels[label], -len(label), label))
    dates = sorted(name.first_seen for name in group if name.first_seen)
    gender = min(genders, key=lambda g: (-genders[g], g)) if genders else None
    forms = tuple(sorted({form for name in group for form in name.forms}))
    roles = tuple(sorted({role for name in group for role in name.roles}))
    return Name(identity, kind, best, forms, dates[0] if dates else None, sum(n.articles for n in group), gender, roles)


class _Groups:
    """Names joined into groups (union-find over their places in a sorted list: no order of joining shows)."""

    def __init__(self, names: Sequence[Name]) -> None:
        self.names = names
        self._parent = list(range(len(names)))

    def root(self, at: int) -> int:
        """Return the place of the first name of the group that the name at `at` is in."""
        while self._parent[at] != at:
            self._parent[at] = self._parent[self._parent[at]]
            at = self._parent[at]
        return at

    def join(self, one: int, other: int) -> None:
        """Make one group of the groups of two names."""
        left, right = sorted((self.root(one), self.root(other)))
        self._parent[right] = left

    def made(self) -> list[list[Name]]:
        """Return the groups, each in the order of the names."""
        return self.made_of(range(len(self.names)))

    def made_of(self, places: Iterable[int]) -> list[list[Name]]:
        """Return the groups of the names at `places` alone."""
        groups: dict[int, list[Name]] = defaultdict(list)
        for at in sorted(places):
            groups[self.root(at)].append(self.names[at])
        return [groups[root] for root in sorted(groups)]
