"""Articles in, what they credit out: wire services in a place line, a byline or a credit line, outlets in the text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from backstory.records import Kind, Reading, Span
from backstory.reuse.variants import entries

__all__ = ["Credit", "Names", "credits_of", "names_of", "names_shown", "place_line_name"]

PLACE_LINE = re.compile(r"\s*[A-ZÀ-Þ][^()\n]{1,70}\((?P<name>[^\W\d_][^()\n]{1,40})\)\s*[-–—]")
"""KELBY, Vestmark, March 3 (Nordwire) - ..., at the start of an article."""
CREDIT = r"\W*(?:(?P<part>additional reporting by|with)|by|from|source|copyright|©)?\W*(?P<name>{name})\W*"
SHARED = re.compile(r"\b(?:and|with|avec|mit|et|und)\b|[&/]", re.IGNORECASE)
"""What says in a byline that the agency's work is not all there is."""
LONGEST = 90
"""A longer line is no byline and no credit line."""
ARTICLES = ("the ", "le ", "la ", "les ", "der ", "die ", "das ")


@dataclass(frozen=True, slots=True)
class Credit:
    """A wire service that an article credits and how. `whole` says that nothing tells of other work in it."""

    name: str
    how: str
    whole: bool


@dataclass(frozen=True)
class Names:
    """The wire services and the outlets that may be credited: each form, without case for the former, and its name."""

    agencies: Mapping[str, str]
    outlets: Mapping[str, str]

    def agency(self, form: str | None) -> str | None:
        """Return the wire service of that name."""
        return self.agencies.get((form or "").strip().casefold())

    @cached_property
    def credit_line(self) -> re.Pattern[str]:
        """Return what matches a line that holds a credit and nothing else."""
        forms = sorted(map(re.escape, self.agencies), key=lambda form: (-len(form), form))
        return re.compile(CREDIT.format(name="|".join(forms)), re.IGNORECASE)

    @cached_property
    def byline(self) -> re.Pattern[str]:
        """Return what finds an agency in a byline."""
        forms = sorted(map(re.escape, self.agencies), key=lambda form: (-len(form), form))
        return re.compile(rf"(?<!\w)(?:{'|'.join(forms)})(?!\w)", re.IGNORECASE)

    @cached_property
    def told(self) -> re.Pattern[str]:
        """Return what finds an outlet or agency that a text names as the one that was told or told first."""
        known = {**self.outlets, **{name: name for name in self.agencies.values()}}
        forms = "|".join(sorted(map(re.escape, known), key=lambda form: (-len(form), form)))
        name = rf"(?:the )?(?P<name>{forms})(?!\w)(?:[’']s\b)?"
        cues = sorted(entries("told_outlet"), key=lambda cue: (-len(cue), cue))
        parts = [
            re.escape(cue).replace(r"\{outlet\}", name.replace("name>", f"name{number}>"))
            for number, cue in enumerate(cues)
        ]
        return re.compile("|".join(rf"(?<!\w){part}" for part in parts))

    @cached_property
    def hint(self) -> re.Pattern[str]:
        """Return what finds a word without which no outlet is named: much quicker than `told`."""
        words = {max(re.findall(r"\w+", cue.replace("{outlet}", "")), key=len) for cue in entries("told_outlet")}
        return re.compile(rf"\b(?:{'|'.join(sorted(words))})\b")

    def named(self, said: str) -> list[tuple[str, str]]:
        """Return each outlet or agency that `said` names as the one that was told or told first, with the words."""
        if not self.hint.search(said):
            return []
        known = {**self.outlets, **{name: name for name in self.agencies.values()}}
        found = []
        for match in self.told.finditer(said):
            form = next(form for form in match.groups() if form)
            found.append((known[form], match[0]))
        return found


def names_of(readings: Iterable[Reading]) -> Names:
    """Return the names of the word lists and those that `readings` show: their outlets, and who is in place lines."""
    return names_shown((reading.article.outlet, place_line_name(reading)) for reading in readings)


def place_line_name(reading: Reading) -> str | None:
    """Return what stands in brackets in an article's place line, mostly a wire service."""
    found = PLACE_LINE.match(_opening(reading))
    return found["name"].strip() if found else None


def names_shown(shown: Iterable[tuple[str | None, str | None]]) -> Names:
    """Return what `names_of` returns, of the articles' outlets and what stands in their place lines."""
    pairs = set(shown)
    outlets = {outlet for outlet, _ in pairs if outlet}
    placed = {name for _, name in pairs if name}
    agencies = {form.casefold(): forms[0] for forms in _lists("agencies") for form in forms}
    for short in sorted(placed):
        name = next((outlet for outlet in sorted(outlets) if short in (outlet, _initials(outlet))), short)
        for form in (short, name):
            agencies.setdefault(form.casefold(), name)
    known = {form: form for form in entries("outlets")}
    for outlet in sorted(outlets):
        known |= {form: outlet for form in _forms(outlet)}
    return Names(agencies, {form: name for form, name in known.items() if form.casefold() not in agencies})


def credits_of(reading: Reading, names: Names) -> tuple[Credit, ...]:
    """Return the wire services that an article credits, the plainest credit first."""
    found: dict[str, Credit] = {}
    own = names.agency(reading.article.outlet)
    if own:
        found[own] = Credit(own, "it is the service’s own", True)
    placed = PLACE_LINE.match(_opening(reading))
    agency = names.agency(placed["name"]) if placed else None
    if agency:
        found.setdefault(agency, Credit(agency, "in its place line", True))
    byline = reading.article.byline or ""
    for match in names.byline.finditer(byline):
        name = names.agencies[match[0].casefold()]
        found.setdefault(name, Credit(name, f"in its byline, “{byline.strip()}”", not SHARED.search(byline)))
    for line in _lines(reading):
        match_line = names.credit_line.fullmatch(line)
        if match_line:
            name = names.agencies[match_line["name"].casefold()]
            found.setdefault(name, Credit(name, f"in a line, “{line.strip()}”", not match_line["part"]))
        elif line.casefold().startswith("by "):
            for match in names.byline.finditer(line):
                name = names.agencies[match[0].casefold()]
                found.setdefault(name, Credit(name, f"in its byline, “{line.strip()}”", not SHARED.search(line)))
    return tuple(found.values())


def _opening(reading: Reading) -> str:
    first = next((p for p in reading.paragraphs if p.kind is Kind.BODY), None)
    return reading.text[first.start : first.end] if first else ""


def _lines(reading: Reading) -> list[str]:
    """Return the short lines of the article, whatever they are: credits are often taken for furniture."""
    said = Span(reading.article.start, reading.article.end)
    return [line for line in reading.text[said.start : said.end].split("\n") if 1 < len(line.strip()) <= LONGEST]


def _lists(name: str) -> list[list[str]]:
    return [[form.strip() for form in entry.split(";")] for entry in entries(name)]


def _initials(outlet: str) -> str:
    words = (re.sub(r"^[dl][’']", "", word) for word in outlet.split())
    return "".join(word[0] for word in words if word[:1].isupper())


def _forms(outlet: str) -> set[str]:
    """Return the names by which others may call an outlet: with and without its article, and by its last word."""
    bare = next((outlet[len(start) :] for start in ARTICLES if outlet.casefold().startswith(start)), outlet)
    return {outlet, bare}
