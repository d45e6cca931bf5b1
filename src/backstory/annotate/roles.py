"""Tokens in, roles out: "UK Foreign Secretary" before a name, "the former ambassador to Russia" after it or alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from backstory.annotate.gazetteer import place_named
from backstory.annotate.lexicon import entries, pairs, words
from backstory.annotate.spans import Token

__all__ = ["Before", "Role", "RoleKind", "is_role", "read_role", "role_after", "role_before", "role_kind"]

LONGEST_HEAD = 3
LONGEST_ROLE = 7
"""Words of a role phrase that are looked at before its head."""
POSSESSIVES = frozenset({"'s", "’s", "‘s"})


@dataclass(frozen=True, slots=True)
class RoleKind:
    """What the lists tell of a role's head: gender, whether it leads a country, speaks for, is a group or an office."""

    gender: str | None
    marks: frozenset[str]


@dataclass(frozen=True, slots=True)
class Role:
    """A role: its head ("secretary"), the words before it, what makes it another ("former"), and whose it is."""

    head: str
    modifiers: frozenset[str] = frozenset()
    qualifiers: frozenset[str] = frozenset()
    of: str | None = None
    gender: str | None = None

    def fits(self, other: Role) -> bool:
        """Say whether this, as a reference, can mean somebody who is known to hold `other`."""
        if self.qualifiers != other.qualifiers:
            return False
        leads = "l" in role_kind(self.head).marks and "l" in role_kind(other.head).marks
        same = self.head == other.head or (leads and self.head in {"leader", "head of state", "ruler"})
        if not same or (self.of and other.of and self.of != other.of):
            return False
        return self.modifiers <= other.modifiers or not other.modifiers


@dataclass(frozen=True, slots=True)
class Before:
    """What stands before a name: its roles, where the name itself begins, or that there is no name but the role."""

    roles: tuple[Role, ...] = ()
    name_at: int | None = None
    only_role: bool = False
    kind: str | None = None


@cache
def _heads() -> dict[str, RoleKind]:
    result = {}
    for entry in entries("roles.tsv", "en"):
        head, gender, *marks = entry.split("\t")
        result[head] = RoleKind(gender if gender in {"m", "f"} else None, frozenset(marks))
    return result


@cache
def _last_words() -> frozenset[str]:
    return frozenset(head.rpartition(" ")[2] for head in _heads())


def role_kind(head: str) -> RoleKind:
    """Return what is known of a role's head."""
    return _heads().get(head, RoleKind(None, frozenset()))


def is_role(row: Sequence[Token], stop: int) -> int:
    """Return how many tokens before `stop` make the head of a role, the longest such; 0 if none or beyond the row."""
    if not 0 < stop <= len(row) or row[stop - 1].lower not in _last_words():
        return 0
    for size in range(min(LONGEST_HEAD, stop), 0, -1):
        if " ".join(token.lower for token in row[stop - size : stop]) in _heads():
            return size
    return 0


def read_role(row: Sequence[Token], start: int, stop: int) -> Role | None:
    """Return the role that the tokens [start, stop) make: the last word or words must be its head."""
    size = is_role(row, stop)
    if not size:
        return None
    written = " ".join(token.lower for token in row[stop - size : stop])
    head = pairs("role_synonyms", "en").get(written, written)
    owner, modifiers, qualifiers = None, set(), set()
    at = start
    while at < stop - size:
        label, taken = _owner(row, at, stop - size)
        lower = row[at].lower
        if lower in words("role_qualifiers") or lower.startswith("ex-"):
            qualifiers.add("former" if lower.startswith("ex") else lower)
        if label is not None:
            owner = label
        elif row[at].is_word and lower not in words("determiners") | words("role_qualifiers"):
            modifiers.add(lower)
        at += taken
    return Role(head, frozenset(modifiers - set(POSSESSIVES)), frozenset(qualifiers), owner, role_kind(written).gender)


def _owner(row: Sequence[Token], at: int, stop: int) -> tuple[str | None, int]:
    """Return the country or institution that the tokens at `at` name, and how many they are."""
    if not row[at].is_capital and not row[at].lower.startswith("ex-"):
        return None, 1
    for size in (3, 2, 1):
        written = " ".join(token.text for token in row[at : min(at + size, stop)])
        label = _institution(written.lower().removeprefix("ex-"))
        if label is not None:
            return label, size
    return (row[at].text, 1) if place_named(row[at].text) else (None, 1)


def _institution(key: str) -> str | None:
    return pairs("demonyms", "en").get(key) or pairs("aliases", "en").get(key)


def role_before(row: Sequence[Token], start: int, stop: int, language: str) -> Before:
    """Read what stands before a name: within its run of capitals ("President Obama") and before it ("envoy Coale")."""
    del language
    inside = [end for end in range(start + 1, stop + 1) if is_role(row, end)]
    if inside and inside[-1] == stop:
        return Before(only_role=_nothing_but_role(row, start, stop))
    name_at = inside[-1] if inside and not _of_follows(row, inside[-1]) else None
    head_end = name_at if name_at is not None else start
    if not is_role(row, head_end) or (name_at is None and not _touches(row, start)):
        return Before()
    role = read_role(row, _phrase_start(row, head_end), head_end)
    if role is None or role_kind(role.head).marks & {"g"}:
        return Before()
    if "o" in role_kind(role.head).marks:
        return Before(kind="organisation") if name_at is None else Before()
    return Before((role,), name_at)


def _nothing_but_role(row: Sequence[Token], start: int, stop: int) -> bool:
    size = is_role(row, stop)
    return all(_modifier(row[at]) for at in range(start, stop - size)) or stop - start <= size + 2


def _modifier(token: Token) -> bool:
    return token.lower in pairs("demonyms", "en") or token.lower in words("role_qualifiers")


def _of_follows(row: Sequence[Token], at: int) -> bool:
    return at < len(row) and row[at].lower in {"of", "for", "to", "and", "&"}


def _touches(row: Sequence[Token], start: int) -> bool:
    """Say whether the role's head stands directly before the name, or before a comma ("secretary, Pete Hegseth,")."""
    return start > 0 and row[start - 1].is_word


def _phrase_start(row: Sequence[Token], end: int) -> int:
    start = end - is_role(row, end)
    if row[end - 1].is_capital:
        while (
            start > 0
            and end - start < LONGEST_ROLE
            and (row[start - 1].is_capital or row[start - 1].text in POSSESSIVES)
        ):
            start -= 1
        return start
    openers = words("clause_openers") | words("prepositions") | {"said", "told", "says", "and", "or", "of", "is", "was"}
    while start > 0 and end - start < LONGEST_ROLE:
        token = row[start - 1]
        if not (token.is_word or token.text in POSSESSIVES) or token.lower in openers:
            break
        start -= 1
        if token.lower in words("determiners"):
            break
    return start


def role_after(row: Sequence[Token], stop: int, language: str) -> tuple[Role, ...]:
    """Read the role that follows a name: "Bolton, who was the president's adviser", "Ho of law firm Rikka" has none."""
    del language
    if stop >= len(row) or row[stop].text != ",":
        return ()
    at = stop + 1
    while at < len(row) and row[at].lower in {"who", "is", "was", "the", "a", "an", "then", "now", "has", "been"}:
        at += 1
    if at < len(row) and row[at].lower in {"whose", "which", "his", "her", "their"}:
        return ()  # "Bolton, whose wife": a role of somebody else
    for end in range(at + 1, min(at + LONGEST_ROLE + 1, len(row) + 1)):
        token = row[end - 1]
        if not (token.is_word or token.text in POSSESSIVES) or (end - 1 > at and token.lower in {"said", "and", "in"}):
            return ()
        if is_role(row, end) and not is_role(row, end + 1) and not _more_role(row, end):
            role = read_role(row, at, end)
            return (role,) if role else ()
    return ()


def _more_role(row: Sequence[Token], end: int) -> bool:
    """Say whether the phrase goes on past this head: a possessive or another role word follows."""
    return end < len(row) and (
        row[end].text in POSSESSIVES or any(is_role(row, e) for e in (end + 1, end + 2) if e <= len(row))
    )
