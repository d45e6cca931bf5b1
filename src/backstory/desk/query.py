"""What a user types in, what the index is asked out: words, "phrases", -without, prefix*, fields such as outlet:."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from backstory.errors import UsageError

__all__ = ["FIELDS", "Query", "parse"]

FIELDS = ("speaker", "outlet", "about", "before", "after", "kind")
"""What may stand before a colon; anything else with a colon is a word."""

MAX_TERMS = 32
"""More words than a person types: a query's cost stays bounded."""

_PIECE = re.compile(r'(?P<minus>-)?(?:(?P<field>[a-z]+):)?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')
_WORD = re.compile(r"\w+", re.UNICODE)


@dataclass(frozen=True, slots=True)
class Query:
    """A query taken apart. `terms` are runs of words that must stand together; `prefixes` the last word's beginning."""

    terms: tuple[tuple[str, ...], ...] = ()
    prefixes: frozenset[int] = frozenset()
    without: tuple[tuple[str, ...], ...] = ()
    fields: dict[str, str] = field(default_factory=dict)

    @property
    def match(self) -> str | None:
        """The query in FTS5's own language, every word quoted; None where only fields were given."""
        if not self.terms:
            return None
        wanted = (
            '"' + " ".join(term) + '"' + ("*" if number in self.prefixes else "")
            for number, term in enumerate(self.terms)
        )
        unwanted = "".join(' NOT "' + " ".join(term) + '"' for term in self.without)
        return f"({' AND '.join(wanted)}){unwanted}"


def parse(text: str) -> Query:
    """Take a query apart.

    Raises:
        UsageError: it is empty, only says what not to find, or has more than `MAX_TERMS` words.
    """
    terms: list[tuple[str, ...]] = []
    without: list[tuple[str, ...]] = []
    prefixes: set[int] = set()
    fields: dict[str, str] = {}
    for piece in _PIECE.finditer(text):
        written = piece["phrase"] if piece["phrase"] is not None else piece["word"]
        if piece["field"] in FIELDS and not piece["minus"]:
            fields[piece["field"]] = written
            continue
        words = tuple(_WORD.findall(f"{piece['field'] or ''} {written}"))
        if not words:
            continue
        if piece["minus"]:
            without.append(words)
        else:
            if written.endswith("*"):
                prefixes.add(len(terms))
            terms.append(words)
    if not terms and not fields:
        raise UsageError('nothing to search for: give words, a "phrase", or a field such as outlet:')
    if sum(map(len, terms + without)) > MAX_TERMS:
        raise UsageError(f"the search has more than {MAX_TERMS} words: give fewer")
    return Query(tuple(terms), frozenset(prefixes), tuple(without), fields)
