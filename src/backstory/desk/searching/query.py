"""What a user types in, what the index is asked out: words, "phrases", -without, prefix*, fields such as outlet:."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

from backstory.errors import UsageError

__all__ = ["FIELDS", "KINDS", "Field", "Query", "parse"]

FIELDS = ("speaker", "outlet", "about", "before", "after", "kind")
"""What may stand before a colon; anything else with a colon is a word, unless it looks like one of these mistyped."""

KINDS = ("article", "quote", "passage")

MAX_TERMS = 32
"""More words than a person types: a query's cost stays bounded."""

MISTYPED = 0.75
"""How like a field's name an unknown one is that is taken for a slip: `speakr:`, `oulet:`, but not `update:`."""

_PIECE = re.compile(r'(?P<minus>-)?(?:(?P<field>[A-Za-z]+):)?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))?')
_WORD = re.compile(r"\w+", re.UNICODE)
_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")


@dataclass(frozen=True, slots=True)
class Field:
    """A condition such as outlet:Post; of two with one name either suffices, unless `without` turns them round."""

    name: str
    value: str
    without: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """A query taken apart. `terms` are runs of words that must stand together; `prefixes` the last word's beginning."""

    terms: tuple[tuple[str, ...], ...] = ()
    prefixes: frozenset[int] = frozenset()
    without: tuple[tuple[str, ...], ...] = ()
    fields: tuple[Field, ...] = ()
    phrases: frozenset[int] = frozenset()

    @property
    def match(self) -> str | None:
        """The query in FTS5's own language, every word quoted; None where only fields were given."""
        if not self.terms:
            return None
        wanted = (
            '"' + " ".join(term) + '"' + ("*" if number in self.prefixes else "")
            for number, term in enumerate(self.terms)
        )
        return f"({' AND '.join(wanted)})" + "".join(f" NOT {term}" for term in self.unwanted)

    @property
    def unwanted(self) -> tuple[str, ...]:
        """What must not stand there, each in FTS5's own language."""
        return tuple('"' + " ".join(term) + '"' for term in self.without)

    @property
    def literal(self) -> bool:
        """Whether it asks for exact words: a phrase or a beginning, which nothing of like meaning can stand for."""
        return bool(self.prefixes or self.phrases)

    @property
    def words(self) -> str:
        """The words looked for, as a text."""
        return " ".join(word for term in self.terms for word in term)


def parse(text: str) -> Query:
    """Take a query apart.

    Raises:
        UsageError: it is empty, only says what not to find, has more than `MAX_TERMS` words, a field without a value,
            a date that is none, a kind that is none, or a field that looks mistyped.
    """
    terms: list[tuple[str, ...]] = []
    without: list[tuple[str, ...]] = []
    prefixes, phrases, fields = set(), set(), []
    for piece in _PIECE.finditer(text.replace("\0", " ")):
        quoted = piece["phrase"] is not None
        written = (piece["phrase"] if quoted else piece["word"]) or ""
        if (piece["field"] or "").lower() in FIELDS:
            fields.append(_field(piece["field"].lower(), written.strip(), without=bool(piece["minus"])))
            continue
        _check_field(piece["field"])
        words = tuple(_WORD.findall(f"{piece['field'] or ''} {written}"))
        if words and piece["minus"]:
            without.append(words)
        elif words:
            if written.endswith("*"):
                prefixes.add(len(terms))
            if quoted and len(words) > 1:
                phrases.add(len(terms))
            terms.append(words)
    if not terms and all(field.without for field in fields):
        raise UsageError('nothing to search for: give words, a "phrase", or a field such as outlet:')
    if sum(map(len, terms + without)) > MAX_TERMS or len(fields) > MAX_TERMS:
        raise UsageError(f"the search has more than {MAX_TERMS} words: give fewer")
    return Query(tuple(terms), frozenset(prefixes), tuple(without), tuple(fields), frozenset(phrases))


def _check_field(name: str | None) -> None:
    """Refuse what looks like a field's name mistyped: as a word it would silently find nothing."""
    near = get_close_matches((name or "").lower(), FIELDS, n=1, cutoff=MISTYPED)
    if near:
        raise UsageError(f'no field {name}: did you mean {near[0]}: ? To look for these words write "{name} ..."')


def _field(name: str, value: str, *, without: bool) -> Field:
    if not value:
        raise UsageError(f"{name}: says nothing: write it as {name}:{_EXAMPLES[name]}")
    if name == "kind" and value.lower() not in KINDS:
        raise UsageError(f"no kind {value!r}: there are {', '.join(KINDS)}")
    if name in ("before", "after") and not _is_date(value):
        raise UsageError(f"{name}:{value} is no date: write it as {name}:2026-03-14, {name}:2026-03 or {name}:2026")
    return Field(name, value.lower() if name == "kind" else value, without)


_EXAMPLES = {
    "speaker": '"Ann Example"',
    "outlet": '"The Harbour Post"',
    "about": '"Port Example"',
    "before": "2026-03-14",
    "after": "2026-03",
    "kind": "quote",
}


def _is_date(value: str) -> bool:
    found = _DATE.fullmatch(value)
    if not found:
        return False
    try:
        date(int(found[1]), int(found[2] or 1), int(found[3] or 1))
    except ValueError:
        return False
    return True
