"""Facts that some outlets of a story tell and others do not, on the sample: of the right stories, and end to end.

    python -m evaluation.omissions [--list]

A fact of the gold is found where a sentence of a row is one of those marked to tell it, and the row names at least half
of the outlets that do. `cells` is the share of a row's claims (this outlet tells it, that one does not) that the gold
bears out, over the rows that tell one of its facts. `--list` prints what is found in the right stories, to be read.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from typing import Any

from evaluation.sample import desk, gold, matched, plain
from evaluation.sample_given import comparisons, keys

Row = dict[str, Any]
Told = tuple[str, list[tuple[str, str]], set[str], set[str]]
"""The story ("" where any), the sentences with their articles' keys, who tells it, who does not."""


def marked() -> list[Told]:
    """Return the gold's facts with every sentence that is marked to tell one."""
    found = []
    happenings = {(row["story"], row["key"]): row for row in gold("happenings")}
    for row in gold("omissions"):
        telling = [("", row["fact"]["text"])]
        held = happenings.get((row["story"], row["key"]))
        if held:
            telling += [(held["article"], held["text"]), *((one["article"], one["text"]) for one in held["also"])]
        found.append((row["story"], telling, set(row["told_by"]), set(row["untold_by"])))
    return found


def measured(prefix: str, found: Sequence[Told]) -> dict[str, float]:
    """Return the share of the gold's facts that are found, and of the claims about them that hold."""
    wanted = marked()
    hits = right = claims = 0
    for story, telling, told, untold in wanted:
        rows = [row for row in found if row[0] in (story, "") and _tells(row[1], telling)]
        hits += any(len(row[2] & told) * 2 >= len(told) for row in rows)
        for row in rows:
            right += len(row[2] & told) + len(row[3] & untold)
            claims += len(row[2]) + len(row[3])
    return {f"{prefix}.recall": hits / len(wanted), f"{prefix}.cells": right / claims if claims else 0.0}


def _tells(sentences: Sequence[tuple[str, str]], telling: Sequence[tuple[str, str]]) -> bool:
    return any(_within(mine, theirs) for _, mine in sentences for _, theirs in telling)


def _within(one: str, other: str) -> bool:
    mine, theirs = (re.sub(r"\W+", " ", plain(text)).strip() for text in (one, other))
    return mine in theirs or theirs in mine


def given() -> dict[str, float]:
    """Score what is found in the right stories of the right articles."""
    name = keys()
    found = [
        (
            story,
            [(name[one.article_id], one.text) for one in (fact.sentence, *fact.also)],
            set(fact.told_by),
            set(fact.untold_by),
        )
        for story, made in comparisons().items()
        for fact in made.facts
    ]
    return measured("omissions.given", found)


def end_to_end() -> dict[str, float]:
    """Score what the desk of the sample holds."""
    name = {row["article_id"]: key for key, row in matched().items()}
    found = [
        (
            "",
            [(name.get(one["article_id"], ""), one["text"]) for one in (row["fact"], *row["also"])],
            set(row["told_by"]),
            set(row["untold_by"]),
        )
        for row in desk().rows("omissions")
    ]
    return measured("sample.omissions", found)


def score() -> dict[str, float]:
    """Return every figure."""
    return {**given(), **end_to_end()}


def main() -> None:
    """Print the figures, or what is found."""
    if "--list" in sys.argv:
        name = keys()
        for story, made in comparisons().items():
            for fact in made.facts:
                print(f"{story}: {', '.join(fact.told_by)} -- not {', '.join(fact.untold_by)}")
                for one in (fact.sentence, *fact.also):
                    print(f"    {name[one.article_id]}: {' '.join(one.text.split())}")
        return
    for metric, figure in score().items():
        print(f"{metric:40} {figure:.4f}")


if __name__ == "__main__":
    main()
