"""Stories, disagreements and omissions of the invented sample against its labels.

    python -m evaluation.timelines

A disagreement is found where one of the desk has figures of at least two of its members' articles with their values; an
omission where a fact of the desk shares half of its words and is told by two of the same outlets.
"""

from __future__ import annotations

from typing import Any

from evaluation.sample import alike, desk, gold, matched
from evaluation.stories import b_cubed

Row = dict[str, Any]
SAME_FACT = 0.5


def stories(pairs: dict[str, Row]) -> dict[str, float]:
    """Score how the articles are grouped, and the pairs that look alike and are of two stories."""
    story = {key: row["key"] for row in gold("stories") for key in row["articles"] if key in pairs}
    found = {row["article_id"]: row["story_id"] for row in desk().rows("articles")}
    names = sorted(set(found.values()))
    keys = sorted(story)
    mine = [names.index(found[pairs[key]["article_id"]]) for key in keys]
    apart = [
        row for row in gold("links") if row["probability"] == 0 and {row["article_a"], row["article_b"]} <= {*keys}
    ]
    right = sum(mine[keys.index(row["article_a"])] != mine[keys.index(row["article_b"])] for row in apart)
    return {
        "sample.stories.b_cubed_f1": b_cubed([story[key] for key in keys], mine),
        "sample.stories.look_alikes_apart": right / len(apart),
    }


def disagreements(pairs: dict[str, Row]) -> dict[str, float]:
    """Score which disagreements are found, and whether their kind is right."""
    rows = list(desk().rows("disagreements"))
    found = [{(m["article_id"], m["value"]) for m in row["members"]} for row in rows]
    wanted = []
    for row in gold("disagreements"):
        members = {(pairs[m["article"]]["article_id"], m["value"]) for m in row["members"] if m["article"] in pairs}
        wanted.append((row["kind"], members))
    hits = [kind for kind, members in wanted if any(len(members & own) >= 2 for own in found)]
    precise = sum(any(len(members & own) >= 2 for _, members in wanted) for own in found)
    kinds = sum(
        any(row["kind"] == kind and len(members & own) >= 2 for row, own in zip(rows, found, strict=True))
        for kind, members in wanted
    )
    return {
        "sample.disagreements.recall": len(hits) / len(wanted),
        "sample.disagreements.precision": precise / len(found) if found else 0.0,
        "sample.disagreements.kind": kinds / max(len(hits), 1),
    }


def omissions() -> dict[str, float]:
    """Score which facts that at least two outlets tell, and others do not, are found."""
    wanted = [row for row in gold("omissions") if len(row["told_by"]) >= 2]
    rows = list(desk().rows("omissions"))

    def is_found(row: Row) -> bool:
        return any(
            alike(text["text"], row["fact"]["text"]) >= SAME_FACT
            for own in rows
            for text in [own["fact"], *own["also"]]
        )

    return {"sample.omissions.recall": sum(map(is_found, wanted)) / len(wanted)}


def score() -> dict[str, float]:
    """Return every figure."""
    pairs = matched()
    return {**stories(pairs), **disagreements(pairs), **omissions()}


def main() -> None:
    """Print the figures."""
    for name, figure in score().items():
        print(f"{name:40} {figure:.4f}")


if __name__ == "__main__":
    main()
