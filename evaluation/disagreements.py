"""Disagreements between the outlets of a story, on the sample: of the right stories, and end to end.

    python -m evaluation.disagreements [--list]

One is found where at least two of its members' articles stand together with their values and these differ; one that
is found is right where it is one of the gold's in that way. `--list` prints what is found in the right stories.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from evaluation.sample import desk, gold, matched
from evaluation.sample_given import comparisons, keys

Row = dict[str, Any]
Value = float | str
Told = tuple[str, str, set[tuple[str, Value]]]
"""The story, the kind, and the articles with their values: amounts, or days, clock times, places and names as text."""


def measured(prefix: str, wanted: Sequence[Told], found: Sequence[Told]) -> dict[str, float]:
    """Return precision, recall, and the share of those found of which one has the right kind."""
    hits: dict[int, set[str]] = defaultdict(set)
    right = 0
    for story, kind, members in found:
        mine = [at for at, (of, _, own) in enumerate(wanted) if of in (story, "") and _same(own, members)]
        right += bool(mine)
        for at in mine:
            hits[at].add(kind)
    return {
        f"{prefix}.precision": right / len(found) if found else 0.0,
        f"{prefix}.recall": len(hits) / len(wanted),
        f"{prefix}.kind": sum(wanted[at][1] in kinds for at, kinds in hits.items()) / max(len(hits), 1),
    }


def _same(wanted: set[tuple[str, Value]], found: set[tuple[str, Value]]) -> bool:
    both = wanted & found
    return len(both) >= 2 and len({value for _, value in both}) >= 2


def _value(member: Row) -> Value:
    text = member.get("value_text")
    return member["value"] if text is None else str(text)


def given() -> dict[str, float]:
    """Score what is found in the right stories of the right articles."""
    article_of = {key: article_id for article_id, key in keys().items()}
    wanted = [
        (row["story"], row["kind"], {(article_of.get(m["article"], ""), _value(m)) for m in row["members"]})
        for row in gold("disagreements")
    ]
    found = [
        (story, one.kind, {(m.figure.article_id, m.said or m.figure.value) for m in one.members})
        for story, made in comparisons().items()
        for one in made.disagreements
    ]
    return measured("disagreements.given", wanted, found)


def end_to_end() -> dict[str, float]:
    """Score what the desk of the sample holds."""
    pairs = matched()
    wanted = []
    for row in gold("disagreements"):
        members = {(pairs[m["article"]]["article_id"], _value(m)) for m in row["members"] if m["article"] in pairs}
        wanted.append(("", row["kind"], members))
    rows = desk().rows("disagreements")
    found = [("", row["kind"], {(m["article_id"], _value(m)) for m in row["members"]}) for row in rows]
    return measured("sample.disagreements", wanted, found)


def score() -> dict[str, float]:
    """Return every figure."""
    return {**given(), **end_to_end()}


def main() -> None:
    """Print the figures, or what is found."""
    if "--list" in sys.argv:
        name = keys()
        for story, made in comparisons().items():
            for one in made.disagreements:
                print(f"{story}: {one.of}, {one.kind}")
                for m in one.members:
                    print(f"    {m.day} {name[m.figure.article_id]}: {m.figure.text}  ({m.speaker or 'no word'})")
        return
    for metric, figure in score().items():
        print(f"{metric:40} {figure:.4f}")


if __name__ == "__main__":
    main()
