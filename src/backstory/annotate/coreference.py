"""The names of one article in, who or what each refers to out; then roles and pronouns that stand for them.

A `Cast` is the people, institutions and places of one article. It answers which of them a surname, "the US president"
or "she" means, with a confidence, and says None where it cannot tell.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise

from backstory.annotate.gazetteer import Holder, first_name_gender, holders, plain
from backstory.annotate.lexicon import pairs
from backstory.annotate.mentions import Named
from backstory.annotate.roles import Role
from backstory.annotate.spelling import same_first_name, same_word, skeleton, sound, surname
from backstory.records import Span

__all__ = ["Answer", "Cast", "Entity", "cast"]

FURTHEST_INSTITUTION = 1000
"""Characters back to the institution that "the company" means."""
BRACKET = 3
"""Characters between a name and its short form: " (" and at most a mark."""
SURE = 0.5
"""Under this confidence a reference stays open, with its candidates."""
FAMILIAR_TITLES = frozenset(
    {"sir", "dame", "lady", "lord", "baroness", "prince", "princess", "king", "queen", "pope", "father", "sister"}
)
"""Titles that stand before a first name alone."""


@dataclass(slots=True)
class Entity:
    """Somebody or something of one article: its kind, every form of its name, its gender and roles, where it stands."""

    kind: str
    forms: Counter[str] = field(default_factory=Counter)
    genders: Counter[str] = field(default_factory=Counter)
    roles: list[Role] = field(default_factory=list)
    at: list[tuple[int, int]] = field(default_factory=list)
    alias: str | None = None

    @property
    def label(self) -> str:
        """The fullest form of the name, or the label that the list of aliases gives it."""
        if self.alias is not None:
            return self.alias
        return min(self.forms, key=lambda form: (-len(form.split()), -self.forms[form], -len(form), form))

    @property
    def full(self) -> bool:
        """Whether it is known by more than one word."""
        return any(" " in form for form in self.forms)

    @property
    def gender(self) -> str | None:
        """M or f where the evidence is one-sided, else None."""
        known = [(count, gender) for gender, count in sorted(self.genders.items()) if gender in {"m", "f"}]
        if not known:
            return None
        if len(known) == 2 and known[0][0] == known[1][0]:
            return None
        return max(known)[1]


@dataclass(frozen=True, slots=True)
class Answer:
    """Whom a reference means: the number of an entity or None, with the confidence and the likeliest candidates."""

    entity: int | None
    confidence: float = 0.0
    candidates: tuple[tuple[int, float], ...] = ()


@dataclass(slots=True)
class Cast:
    """The entities of one article and which name refers to which."""

    names: tuple[Named, ...]
    entities: list[Entity]
    entity_of: dict[tuple[int, int], int]
    """From a name's span to the number of its entity."""
    known: dict[str, list[int]] = field(default_factory=dict)
    """From an alias, a form, a first name or a surname by its sound to the entities that have it."""

    def within(self, start: int, end: int) -> list[tuple[Named, int]]:
        """Return the names inside [start, end) with their entities."""
        return [
            (name, self.entity_of[name.start, name.end])
            for name in self.names
            if start <= name.start and name.end <= end and (name.start, name.end) in self.entity_of
        ]

    def holding(self, role: Role, at: int) -> Answer:
        """Return who holds a role that the text refers to at the offset `at`."""
        scored = []
        for number, entity in enumerate(self.entities):
            fits = [held for held in entity.roles if role.fits(held)]
            if entity.kind == "person" and fits:
                same_country = any(role.of is not None and role.of == held.of for held in fits)
                scored.append((same_country, self._distance(entity, at), number))
        if not scored:
            return Answer(None)
        scored.sort(key=lambda row: (not row[0], row[1], row[2]))
        best = scored[0]
        rivals = [row for row in scored if row[0] == best[0]]
        confidence = 0.9 if best[0] or len(scored) == 1 else 0.8 / len(rivals) + 0.1
        candidates = tuple(
            (number, round(confidence if number == best[2] else (1 - confidence) / len(scored), 3))
            for _, _, number in scored[:4]
        )
        return Answer(best[2] if confidence >= SURE else None, confidence, candidates)

    def nearest_institution(self, at: int, sentences: Sequence[Span] = ()) -> Answer:
        """Return the institution named last before `at`: "the company". With `sentences`: that began one ("It")."""
        near = [
            (at - start, number)
            for number, entity in enumerate(self.entities)
            for start, _ in entity.at
            if entity.kind == "organisation" and at - FURTHEST_INSTITUTION < start < at
            and (not sentences or any(s.start <= start <= s.start + 4 for s in sentences))
        ]  # fmt: skip
        return Answer(min(near)[1], 0.7) if near else Answer(None)

    @staticmethod
    def _distance(entity: Entity, at: int) -> int:
        """Return how far before `at` the entity was last named; if only later, count that double."""
        before = [at - start for start, _ in entity.at if start < at]
        return min(before) if before else 2 * min((start - at for start, _ in entity.at), default=1_000_000)

    def add(self, kind: str, label: str, role: Role | None = None) -> int:
        """Return the entity known by a role or an office alone ("Ukrainian president"), made when first met."""
        for number, entity in enumerate(self.entities):
            if label in entity.forms and kind in {entity.kind, "other"}:
                return number
        self.entities.append(Entity(kind, Counter([label]), Counter(), [role] if role else []))
        return len(self.entities) - 1

    def note(self, number: int, start: int, end: int) -> None:
        """Remember that a role or a pronoun stood for the entity at [start, end); a name within is known already."""
        if any(start <= known < end for known, _ in self.entities[number].at):
            return
        self.entities[number].at.append((start, end))
        self.entities[number].at.sort()


def cast(names: Sequence[Named], published: str | None = None) -> Cast:
    """Return the cast of an article from its names; `published` tells which offices of state people then held."""
    made = Cast(tuple(names), [], {})
    full = [name for name in names if len(name.words) > 1]
    single = [name for name in names if len(name.words) == 1]
    for name in sorted(full, key=lambda n: (n.kind != "person", n.start)):
        _assign(made, name, _match_full(made, name))
    before = {later.start: earlier for earlier, later in pairwise(names)}
    for name in single:
        introduced = _introduced(made, name, before.get(name.start))
        _assign(made, name, _match_single(made, name) if introduced is None else introduced)
    for entity in made.entities:
        entity.at.sort()
        if entity.kind == "person":
            entity.roles += _offices(entity, published)
    return made


def _assign(made: Cast, name: Named, number: int | None) -> None:
    if number is None:
        made.entities.append(Entity(name.kind, alias=_alias(name)))
        number = len(made.entities) - 1
    for key in _keys(name):
        if number not in made.known.setdefault(key, []):
            made.known[key].append(number)
    entity = made.entities[number]
    if (entity.kind == "other" and name.kind != "other") or (name.told and not entity.full):
        entity.kind = name.kind
    entity.forms[name.text] += 1
    entity.at.append((name.start, name.end))
    if name.gender in {"m", "f"} and (name.title or not _is_surname_only(entity, name)):
        entity.genders[name.gender] += 3 if name.title else 1
    entity.roles += [role for role in name.roles if role not in entity.roles]
    made.entity_of[name.start, name.end] = number


def _keys(name: Named) -> list[str]:
    """Return what a name can be found by: its alias and form, and if it is of several words the first and the last."""
    keys = [f"form {plain(name.text).removeprefix('the ')}"]
    alias = _alias(name)
    if alias is not None:
        keys.append(f"alias {alias}")
    if len(name.words) > 1:
        keys += [f"first {plain(name.words[0])}", f"last {skeleton(surname(name.words))}"]
    return keys


def _candidates(made: Cast, name: Named) -> list[int]:
    """Return the entities that share a key with the name, in the order in which they were made."""
    keys = _keys(name)
    if len(name.words) == 1:
        keys += [f"first {plain(name.text)}", f"last {skeleton(name.text)}"]
    return sorted({number for key in keys for number in made.known.get(key, ())})


def _alias(name: Named) -> str | None:
    key = name.text.lower()
    listed = pairs("aliases", "en").get(key) or pairs("aliases", "en").get(key.removeprefix("the "))
    if listed is None and name.kind == "place":
        listed = pairs("demonyms", "en").get(key)
    return listed if name.kind != "person" else None


def _match_full(made: Cast, name: Named) -> int | None:
    for number in _candidates(made, name):
        entity = made.entities[number]
        if _same_thing(entity, name) or (name.kind in {"person", "other"} and _same_person(entity, name)):
            return number
    return None


def _same_thing(entity: Entity, name: Named) -> bool:
    alias = _alias(name)
    if alias is not None and alias == entity.alias:
        return True
    key = plain(name.text).removeprefix("the ")
    return any(plain(form).removeprefix("the ") == key for form in entity.forms)


def _same_person(entity: Entity, name: Named) -> bool:
    if entity.kind != "person":
        return False
    mine = name.words
    for form in entity.forms:
        theirs = form.split()
        if len(theirs) > 1 and same_word(surname(theirs), surname(mine)) and same_first_name(theirs[0], mine[0]):
            return name.gender is None or entity.gender in {None, "x", name.gender} or name.title is None
    return False


def _match_single(made: Cast, name: Named) -> int | None:
    """Return the entity that a name of one word means: a thing of that name, a surname, or a first name."""
    near = _candidates(made, name)
    for number in near:
        entity = made.entities[number]
        if (entity.kind != "person" or not entity.full) and _same_thing(entity, name) and _agrees(entity, name):
            return number
    if _alias(name) is not None or name.kind == "place":
        return None
    people = [n for n in near if made.entities[n].kind == "person" and _agrees(made.entities[n], name)]
    familiar = name.title in FAMILIAR_TITLES
    by_surname = [n for n in people if _has_surname(made.entities[n], name.text)]
    by_first = [n for n in people if _has_first_name(made.entities[n], name.text)]
    for group in (by_first, by_surname) if familiar else (by_surname, by_first):
        if group:
            return _owner(made, group, name)
    return _acronym_of(made, name) if name.text.isupper() else _short_for(made, name)


def _owner(made: Cast, group: Sequence[int], name: Named) -> int:
    """Return whose a surname alone is: theirs whom the article calls by it, else theirs who was named last.

    Relatives of the person that an article is about come in with their full names, and leave the surname alone.
    """
    uses = {number: made.entities[number].forms[name.text] for number in group}
    first = max(group, key=lambda number: (uses[number], -number))
    if uses[first] > 1 + 2 * (sum(uses.values()) - uses[first]):
        return first
    return min(group, key=lambda number: (_gap(made.entities[number], name.start), number))


def _introduced(made: Cast, name: Named, before: Named | None) -> int | None:
    """Return the institution whose short form stands in brackets right behind it: "World Bank Group (WBG)"."""
    if before is None or not name.text.isupper() or len(name.text) < 2 or before.kind in {"person", "place"}:
        return None
    close = name.bracketed and before.end < name.start <= before.end + BRACKET and name.kind != "place"
    return made.entity_of.get((before.start, before.end)) if close and name.text[0] == before.text[0] else None


def _short_for(made: Cast, name: Named) -> int | None:
    """Return the one institution whose longer name, given before, begins with the word: "Northrop", "Loopscale"."""
    fits = [
        number
        for number in _candidates(made, name)
        if (entity := made.entities[number]).kind == "organisation" and min(entity.at)[0] < name.start
        and any(len(form.split()) > 1 and plain(form.split()[0]) == plain(name.text) for form in entity.forms)
    ]  # fmt: skip
    return fits[0] if len(fits) == 1 and name.kind in {"organisation", "other"} else None


def _agrees(entity: Entity, name: Named) -> bool:
    told = name.gender if name.title else None
    return told not in {"m", "f"} or entity.gender in {None, told}


def _gap(entity: Entity, at: int) -> int:
    before = [at - start for start, _ in entity.at if start <= at]
    return min(before) if before else 1_000_000 + min(start for start, _ in entity.at)


def _has_surname(entity: Entity, word: str) -> bool:
    return any(same_word(surname(form.split()), word) for form in entity.forms if len(form.split()) > 1)


def _is_surname_only(entity: Entity, name: Named) -> bool:
    """Say whether a word is a surname behind a first name, and tells no gender: the Clinton of "Hillary Clinton"."""
    if len(name.words) > 1:
        return False
    full = (form.split() for form in entity.forms if " " in form)
    return any(same_word(surname(parts), name.text) and first_name_gender(parts[0]) for parts in full)


def _has_first_name(entity: Entity, word: str) -> bool:
    return any(plain(form.split()[0]) == plain(word) for form in entity.forms if len(form.split()) > 1)


def _acronym_of(made: Cast, name: Named) -> int | None:
    """Return the institution whose capitals the word spells, where its name stood within the two lines before."""
    if not name.text.isupper() or len(name.text) < 3:
        return None
    for number, entity in enumerate(made.entities):
        for form in sorted(entity.forms):
            if entity.kind in {"organisation", "other"} and _initials(form) == name.text:
                return number
    return None


def _initials(form: str) -> str:
    return "".join(word[0] for word in form.replace("-", " ").split() if word[0].isupper())


@cache
def _holders_by_sound() -> dict[str, list[tuple[Holder, list[str]]]]:
    """Return the holders of offices, in order, with the words of their names, by the sound of their surnames."""
    result: dict[str, list[tuple[Holder, list[str]]]] = {}
    for holder in holders():
        theirs = holder.name.split()
        result.setdefault(sound(surname(theirs)), []).append((holder, theirs))
    return result


def _offices(entity: Entity, published: str | None) -> Iterable[Role]:
    """Yield the offices of state that a person of this name held: at `published`, or ever if that is not known."""
    words = entity.label.split()
    for holder, theirs in _holders_by_sound().get(sound(surname(words)), ()):
        if not same_word(surname(theirs), surname(words)):
            continue
        if len(words) > 1 and not same_first_name(theirs[0], words[0]):
            continue
        if published is None or holder.since <= published[:10] < (holder.until or "9999"):
            yield Role(holder.office, of=holder.of)
