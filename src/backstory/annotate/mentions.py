"""An article's paragraphs in, the names in them out, with what stands beside each: title, gender, roles.

The model's names come first where there are any; the rules read capitals, titles, roles and gazetteers and stand alone
where there are none.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter

from backstory.annotate.gazetteer import first_name_gender, place_named
from backstory.annotate.lexicon import DEFAULT, pairs, words
from backstory.annotate.roles import Role, role_after, role_before
from backstory.annotate.spans import Found, Token, overlapping, tokens
from backstory.records import Span

__all__ = ["Named", "named"]

KINDS = frozenset({"person", "organisation", "place", "other"})
POSSESSIVES = frozenset({"'s", "’s", "‘s"})
OPENING_CONFIDENCE = 0.25
"""A word alone that opens a sentence: its capital tells nothing."""
SURE_NAME = 0.5
"""Under this confidence the model's name gives way to what the rules read."""
PREFIXED = re.compile(r"(?:Ma?c|O['’]|D['’]|De|Di|Du|La|Le|Van|Fitz)[A-Z]")
"""Surnames with a capital inside: McHale, O'Neal."""
TITLE_CASE = 0.9
"""Share of a line's longer words with a capital from which they tell nothing; of plain headlines under .5 have one."""
FURTHEST_CREDIT = 12
"""Tokens from the beginning of a paragraph within which a wire service is credited in a place line."""
DASHES = (["-"], ["–"], ["—"], ["--"])
_START, _END = attrgetter("start"), attrgetter("end")
LONGEST_KNOWN = 5
"""Tokens of a name that is looked for in a line of capitals."""
RULE_CONFIDENCE = {"person": 0.85, "organisation": 0.75, "place": 0.9, "other": 0.5}
"""Share of the rules' names of a kind that are right on every fourth development article of CoNLL-2003."""


@dataclass(frozen=True, slots=True)
class Named:
    """A span that names somebody or something. `gender` is m, f or None; `title` is the word that stood before."""

    start: int
    end: int
    text: str
    kind: str
    confidence: float
    title: str | None = None
    gender: str | None = None
    roles: tuple[Role, ...] = ()
    possessive: bool = False
    bracketed: bool = False
    told: bool = False
    """Whether a noun beside it says of what kind it is."""

    @property
    def words(self) -> tuple[str, ...]:
        """The name's words."""
        return tuple(self.text.split())


def named(
    text: str, paragraphs: Sequence[Span], entities: Sequence[Found] = (), language: str = "en"
) -> tuple[Named, ...]:
    """Return the names in `paragraphs`, in order, without overlap. `entities` are the model's, if there are any."""
    found: list[Named] = []
    lower_case = _lower_case_words(text, paragraphs)
    rows = [(paragraph, tokens(text, paragraph.start, paragraph.end)) for paragraph in paragraphs]
    for paragraph, row in sorted(rows, key=lambda pair: _is_title_case(pair[1])):
        inside = [e for e in overlapping(entities, paragraph.start, paragraph.end) if e.confidence >= SURE_NAME]
        if _is_title_case(row):
            known = frozenset(name.text for name in found)
            inside = [entity for entity in inside if _vouched(text[entity.start : entity.end], known)]
            ruled: Iterable[Named] = _in_title_case(text, row, known, lower_case, language)
        else:
            ruled = _by_rules(text, row, lower_case, language)
        found += _by_model(text, row, inside, language) if inside else ()
        found += [name for name in ruled if _adds(name, inside, bool(entities))]
    return tuple(sorted(found, key=lambda name: name.start))


def _is_title_case(row: Sequence[Token]) -> bool:
    """Say whether a line writes nearly every longer word with a capital, so that capitals tell no names."""
    longer = [token for token in row if len(token.text) > 3 and token.text[0].isalpha()]
    return len(longer) >= 5 and sum(token.is_capital for token in longer) >= TITLE_CASE * len(longer)


def _vouched(written: str, known: frozenset[str]) -> bool:
    """Say whether a name in a line of capitals is one that the rest of the article or a list has."""
    return written in known or len(written.split()) < 3 or _listed_kind(written) is not None


def _in_title_case(
    text: str, row: Sequence[Token], known: frozenset[str], lower_case: frozenset[str], language: str
) -> Iterable[Named]:
    """Yield the names in a line of capitals: those that the article has elsewhere, and first names with a surname."""
    at = 0
    while at < len(row):
        stop = next(
            (
                end
                for end in range(min(len(row), at + LONGEST_KNOWN), at, -1)
                if text[row[at].start : row[end - 1].end] in known
            ),
            None,
        )
        if stop is None and at + 1 < len(row) and row[at].is_capital and row[at + 1].is_capital:
            person = first_name_gender(row[at].text) is not None and row[at + 1].lower not in lower_case
            stop = at + 2 if person and row[at].lower not in lower_case else None
        name = _read(text, row, at, stop, None, language) if stop is not None else None
        if name is not None:
            yield name
        at = stop if stop is not None else at + 1


def _adds(name: Named, inside: Sequence[Found], read: bool) -> bool:
    """Say whether the rules' name is kept beside the model's: it overlaps none, and something vouches for it."""
    if overlapping(inside, name.start, name.end):
        return False
    return not read or name.kind != "other" or name.confidence >= RULE_CONFIDENCE["other"]


def _lower_case_words(text: str, paragraphs: Sequence[Span]) -> frozenset[str]:
    return frozenset(
        word for p in paragraphs for word in text[p.start : p.end].replace("“", " ").split() if word[:1].islower()
    )


def _by_model(text: str, row: Sequence[Token], inside: Sequence[Found], language: str) -> Iterable[Named]:
    """Yield the model's names, cut to what is the name alone, with what the words beside it tell."""
    for entity in inside:
        first = bisect_left(row, entity.start, key=_START)
        stop = bisect_right(row, entity.end, lo=first, key=_END)
        if first == stop:
            continue
        name = _read(text, row, first, stop, entity.label, language)
        if name is not None:
            yield replace(name, confidence=entity.confidence)


def _by_rules(text: str, row: Sequence[Token], lower_case: frozenset[str], language: str) -> Iterable[Named]:
    at = 0
    while at < len(row):
        if not _begins_name(row, at):
            at += 1
            continue
        stop = _run_end(row, at, language)
        yield from _split(text, row, at, stop, lower_case, language)
        at = stop


def _begins_name(row: Sequence[Token], at: int) -> bool:
    if at >= len(row):
        return False
    token = row[at]
    return token.is_capital or (len(token.text) > 2 and token.text[0].islower() and token.text[1].isupper())


def _run_end(row: Sequence[Token], start: int, language: str) -> int:
    """Return where the run of capitals that begins at `start` ends; small words within a name do not end it."""
    at = start + 1
    while at < len(row):
        token, before = row[at], row[at - 1]
        if _begins_name(row, at) and before.text != ".":
            at += 1
        elif (
            token.text == "."
            and _abbreviated(before)
            and at + 1 < len(row)
            and row[at + 1].is_capital
            or token.text == "&"
            and at + 1 < len(row)
            and row[at + 1].is_capital
        ):
            at += 2
        else:
            joined = _joined(row, start, at, language)
            if not joined:
                break
            at += joined
    return at


def _abbreviated(token: Token) -> bool:
    return (len(token.text) == 1 and token.text.isupper()) or token.lower in words("abbreviations")


def _joined(row: Sequence[Token], start: int, at: int, language: str) -> int:
    """Return how many small words at `at` join the run to a further capital: "of the", "von der", "and" in a name."""
    reach = at
    while reach < len(row) and reach < at + 3 and row[reach].text.islower():
        reach += 1
    small = [token.lower for token in row[at:reach]]
    if at == reach or reach >= len(row) or not row[reach].is_capital:
        numbered = at < len(row) and f"{row[at - 1].lower} {row[at].text}" in pairs("aliases", "en")
        return 1 if numbered else 0
    if all(word in words("particles", language) for word in small):
        return reach - at + 1
    institution = any(token.lower in words("organisation_words", language) for token in row[start:at])
    if institution and small[0] in {"of", "for", "on"} and all(word in {"of", "for", "on", "the"} for word in small):
        return reach - at + 1
    return 0


def _split(
    text: str, row: Sequence[Token], start: int, stop: int, lower_case: frozenset[str], language: str
) -> Iterable[Named]:
    """Yield the names in a run of capitals: roles and titles part them from what stands before."""
    while start < stop and row[start].lower in words("not_names", language):
        start += 1
    while stop > start and (row[stop - 1].lower in words("not_names", language) or not row[stop - 1].is_word):
        stop -= 1
    if start == stop or (start == stop - 1 and _opens_sentence(row, start) and row[start].lower in lower_case):
        return
    name = _read(text, row, start, stop, None, language)
    if name is None:
        return
    if name.kind == "other" and len(name.words) == 1 and _opens_sentence(row, start):
        name = replace(name, confidence=OPENING_CONFIDENCE)
    owner = _owner(text, row, start, name, language)
    if owner is not None:
        yield owner
    yield name


def _owner(text: str, row: Sequence[Token], start: int, name: Named, language: str) -> Named | None:
    """Return the place or institution that the run names before a role: "UK" of "UK Foreign Secretary David Lammy"."""
    stop = start
    while stop < len(row) and row[stop].end <= name.start and row[stop].is_capital:
        stop += 1
    for end in range(stop, start, -1):
        written = text[row[start].start : row[end - 1].end]
        kind = _listed_kind(written)
        if kind is not None and written.lower() not in pairs("titles", language):
            return Named(row[start].start, row[end - 1].end, written, kind, RULE_CONFIDENCE[kind])
    return None


def _opens_sentence(row: Sequence[Token], at: int) -> bool:
    return at == 0 or row[at - 1].text in '.!?…“"‘«:'


def _read(text: str, row: Sequence[Token], start: int, stop: int, label: str | None, language: str) -> Named | None:
    """Return the name in the run [start, stop) with its kind, its title and roles, or None if it is a role alone."""
    title, gender, begin = None, None, start
    before = role_before(row, start, stop, language)
    if before.name_at is not None and label in {None, "person"}:
        begin = before.name_at
    while begin < stop - 1 and row[begin].lower in pairs("titles", language) and not _institution(row, begin, stop):
        title, gender = row[begin].lower, _known(pairs("titles", language)[row[begin].lower]) or gender
        begin += 2 if row[begin + 1].text == "." and begin + 2 < stop else 1
    if begin == start and start > 0:
        title, gender = _title_before(row, start, language)
    if begin == start and before.only_role and label is None:
        return None
    begin, stop = _without_edges(row, begin, stop)
    if language != DEFAULT and label is None:
        begin = _past_role(row, begin, stop)
    while (
        label == "person" and begin < stop - 1 and row[begin].text.islower() and not _is_particle(row[begin], language)
    ):
        begin += 1  # "plumber Gaz Thornley": annotators and models count the role in
    if begin >= stop:
        return None
    written = text[row[begin].start : row[stop - 1].end]
    roles = before.roles + role_after(row, stop, language) if label in {None, "person"} else ()
    label = (_listed_kind(written) or label) if label == "other" else label
    told = stop - begin == 1 and title is None and _is_told_institution(row, begin, stop, language)
    label = "organisation" if told and label != "organisation" else label
    kind = label or before.kind or _kind(row[begin:stop], written, title, bool(before.roles), language)
    if kind == "person":
        gender = gender or next((r.gender for r in roles if r.gender), None) or first_name_gender(written)
    possessive = stop < len(row) and row[stop].text in POSSESSIVES
    person = kind == "person"
    return Named(
        row[begin].start, row[stop - 1].end, written, kind, RULE_CONFIDENCE[kind],
        title, gender if person else None, roles if person else (), possessive,
        begin > 0 and row[begin - 1].text == "(", told,
    )  # fmt: skip


def _past_role(row: Sequence[Token], begin: int, stop: int) -> int:
    """Pass over the role before a full name, where there is no list of roles: "Einsatzleiter Jost Riedl"."""
    while stop - begin > 2 and first_name_gender(row[begin].text) is None and first_name_gender(row[begin + 1].text):
        begin += 1
    return begin


def _is_told_institution(row: Sequence[Token], begin: int, stop: int, language: str) -> bool:
    """Say whether a noun beside a word says that it names an institution: "the utility X", "X, the state utility,"."""
    nouns = words("institution_nouns", language)
    if begin and row[begin - 1].lower in nouns and not row[begin - 1].is_capital:
        return True
    after = [token.lower for token in row[stop : stop + 5]]
    if begin and begin < FURTHEST_CREDIT and row[begin - 1].text == "(" and after[:1] == [")"] and after[1:2] in DASHES:
        return True  # "HARNBY, March 25 (Nordwire) - Divers found"
    if len(after) < 3 or after[0] != "," or after[1] not in {"the", "a", "an"}:
        return False
    return any(word in nouns for word in after[2:] if word.isalpha())


def _is_particle(token: Token, language: str) -> bool:
    return token.lower in words("particles", language)


def _without_edges(row: Sequence[Token], begin: int, stop: int) -> tuple[int, int]:
    while begin < stop and not row[begin].is_word:
        begin += 1
    while stop > begin and (row[stop - 1].text in POSSESSIVES or not row[stop - 1].is_word):
        stop -= 1
    return begin, stop


def _institution(row: Sequence[Token], begin: int, stop: int) -> bool:
    """Say whether what looks like a title belongs to an institution's name: "General Motors", "Justice Department"."""
    return row[stop - 1].lower in words("organisation_words") and first_name_gender(row[begin + 1].text) is None


def _title_before(row: Sequence[Token], start: int, language: str) -> tuple[str | None, str | None]:
    at = start - 2 if row[start - 1].text == "." else start - 1
    if at < 0 or not row[at].is_capital or row[at].lower not in pairs("titles", language):
        return None, None
    return row[at].lower, _known(pairs("titles", language)[row[at].lower])


def _known(gender: str) -> str | None:
    return gender if gender in {"m", "f"} else None


def _listed_kind(written: str) -> str | None:
    key = written.lower()
    if key in pairs("demonyms", "en") or place_named(written):
        return "place"
    return "organisation" if key in pairs("aliases", "en") else None


def _kind(run: Sequence[Token], written: str, title: str | None, has_role: bool, language: str) -> str:
    """Return the kind of a name by its own words and what stood before it."""
    lowers = [token.lower for token in run]
    listed = _listed_kind(written)
    if listed is not None and title is None:
        return listed
    if any(word in words("organisation_words", language) for word in lowers[-1:] + lowers[:1]) and not has_role:
        return "organisation"
    if title is not None or has_role or (len(run) > 1 and first_name_gender(written) is not None):
        return "person"
    if len(run) == 1:
        return _kind_of_word(run[0])
    return "other"


def _kind_of_word(token: Token) -> str:
    letters = token.text.replace(".", "")
    acronym = len(letters) > 1 and letters.isupper() and token.lower not in words("acronyms_not_organisations")
    inner = any(char.isupper() for char in token.text[1:]) and not PREFIXED.match(token.text)
    return "organisation" if acronym or (inner and not letters.isupper()) else "other"
