"""Whom a pronoun means, on GAP: F1 over what is answered, the share that is answered, baselines beside it.

A snippet names two people, and asks of each whether the pronoun means them (Webster et al. 2018). The names are found
by Backstory itself; the two candidates' spans serve only to read off the answer. The weights were learned on the
development snippets, so those figures are upper bounds; the validation snippets were not learned from.
Baselines: the name nearest before the pronoun; the first name of the snippet.
"""

from __future__ import annotations

import csv
import io
import os
import zipfile
from dataclasses import dataclass
from pathlib import Path

from backstory.annotate.coreference import Cast, cast
from backstory.annotate.gazetteer import first_name_gender
from backstory.annotate.mentions import named
from backstory.annotate.pronouns import Context, person
from backstory.annotate.sentences import sentences
from backstory.annotate.spans import Found
from backstory.records import Span

SHARED = Path(os.environ.get("BACKSTORY_SHARED", Path(__file__).resolve().parents[1] / ".." / "shared"))
ARCHIVE = SHARED / "data" / "gap-development-validation.zip"
PRONOUNS = {"he": "m", "him": "m", "his": "m", "she": "f", "her": "f", "hers": "f"}


@dataclass(frozen=True)
class Snippet:
    text: str
    pronoun: str
    at: int
    a: tuple[int, int]
    b: tuple[int, int]
    a_right: bool
    b_right: bool


def snippets(part: str) -> list[Snippet]:
    with zipfile.ZipFile(ARCHIVE) as archive:
        name = next(n for n in archive.namelist() if n.endswith(f"gap-{part}.tsv"))
        rows = list(csv.DictReader(io.StringIO(archive.read(name).decode()), delimiter="\t", quoting=csv.QUOTE_NONE))
    made = []
    for row in rows:
        spans = [(int(row[f"{x}-offset"]), int(row[f"{x}-offset"]) + len(row[x])) for x in "AB"]
        right = [row[f"{x}-coref"].upper() == "TRUE" for x in "AB"]
        made.append(Snippet(row["Text"], row["Pronoun"], int(row["Pronoun-offset"]), *spans, *right))
    return made


def placed(row: Snippet) -> tuple[Cast, Context, int | None, int | None]:
    """Return the snippet's cast and context as annotating makes them, and the entities of the two candidates."""
    whole = [Span(0, len(row.text))]
    found = named(row.text, whole, people_of(row.text, whole))
    made = cast(found)
    ends = tuple(sentences(row.text, 0, len(row.text)))
    context = Context(row.text, ends, [], [entity.gender for entity in made.entities])
    entities = []
    for start, end in (row.a, row.b):
        over = [number for name, number in made.within(0, len(row.text)) if name.start < end and start < name.end]
        entities.append(over[-1] if over else None)
    return made, context, *entities


def people_of(text: str, whole: list[Span]) -> list[Found]:
    """Return the names as the rules find them, "other" ones as people: in a biography most are."""
    names = named(text, whole)
    return [Found(n.start, n.end, "person" if n.kind == "other" or is_given(n.text) else n.kind, 1.0) for n in names]


def is_given(name: str) -> bool:
    return first_name_gender(name) in {"m", "f"}


def answers(row: Snippet) -> tuple[bool, bool, bool]:
    """Return whether Backstory answers, and what it says of A and of B."""
    made, context, a, b = placed(row)
    answer = person(PRONOUNS[row.pronoun.lower()], row.at, made, context)
    found = answer.entity
    return found is not None, found is not None and found == a, found is not None and found == b


def nearest(row: Snippet) -> tuple[bool, bool, bool]:
    before = {name: end for name, (_, end) in (("a", row.a), ("b", row.b)) if end <= row.at}
    best = max(before, key=lambda name: before[name]) if before else "a"
    return True, best == "a", best == "b"


def first(row: Snippet) -> tuple[bool, bool, bool]:
    return True, row.a[0] < row.b[0], row.b[0] < row.a[0]


def figures(rows: list[Snippet], said: list[tuple[bool, bool, bool]]) -> dict[str, float]:
    hits = wrong = missed = 0
    right = {"answered": 0, "all": 0}
    all_hits = all_wrong = all_missed = 0
    for row, (answered, a, b) in zip(rows, said, strict=True):
        for claim, truth in ((a, row.a_right), (b, row.b_right)):
            all_hits, all_wrong, all_missed = (
                all_hits + (claim and truth),
                all_wrong + (claim and not truth),
                all_missed + (truth and not claim),
            )
            if answered:
                hits, wrong, missed = (
                    hits + (claim and truth),
                    wrong + (claim and not truth),
                    missed + (truth and not claim),
                )
        right["answered"] += answered
    return {
        "f1_answered": 2 * hits / max(2 * hits + wrong + missed, 1),
        "answered": right["answered"] / len(rows),
        "f1_all": 2 * all_hits / max(2 * all_hits + all_wrong + all_missed, 1),
    }


def score() -> dict[str, float]:
    if not ARCHIVE.exists():
        print("speakers: left out, ../shared/data/gap-development-validation.zip is not there")
        return {}
    result = {}
    for part in ("development", "validation"):
        rows = snippets(part)
        print(f"GAP, {part}: {len(rows)} pronouns")
        for name, answer in (("nearest name", nearest), ("first name", first), ("Backstory", answers)):
            made = figures(rows, [answer(row) for row in rows])
            print(f"  {name:14}", "  ".join(f"{metric} {figure:.3f}" for metric, figure in made.items()))
            if name == "Backstory":
                result |= {f"speakers.gap_{part}_{metric}": figure for metric, figure in made.items()}
    return result


if __name__ == "__main__":
    score()
