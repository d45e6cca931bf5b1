"""Stories of the invented sample against its labels.

python -m evaluation.timelines
"""

from __future__ import annotations

from typing import Any

from evaluation.sample import desk, gold, matched
from evaluation.stories import b_cubed

Row = dict[str, Any]


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


def score() -> dict[str, float]:
    """Return every figure."""
    return stories(matched())


def main() -> None:
    """Print the figures."""
    for name, figure in score().items():
        print(f"{name:40} {figure:.4f}")


if __name__ == "__main__":
    main()
