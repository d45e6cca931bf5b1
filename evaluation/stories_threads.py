"""Threads of the invented sample against its labels, and how often the days that a story gives an undated article hold.

    python -m evaluation.stories_threads

An article's gold group is its story's thread, or its story where that is in none; a story that a thread swallowed whole
counts as right here and as wrong in the figures of stories.
"""

from __future__ import annotations

from typing import Any

from evaluation.sample import desk, gold, matched
from evaluation.stories import b_cubed

Row = dict[str, Any]


def threads(pairs: dict[str, Row]) -> dict[str, float]:
    """Score the threads by articles, and how many of the links between stories stay within a gold thread."""
    thread = {row["key"]: row.get("thread") or row["key"] for row in gold("stories")}
    group = {key: thread[row["key"]] for row in gold("stories") for key in row["articles"] if key in pairs}
    stories = {row["article_id"]: row["story_id"] for row in desk().rows("articles")}
    threads = {row["story_id"]: row["thread_id"] or row["story_id"] for row in desk().rows("stories")}
    keys = sorted(group)
    found = [threads[stories[pairs[key]["article_id"]]] for key in keys]
    names = sorted(set(found))
    held: dict[str, set[str]] = {}
    for key in keys:
        held.setdefault(stories[pairs[key]["article_id"]], set()).add(group[key])
    links = [row for row in desk().rows("thread_links") if {row["story_a"], row["story_b"]} <= held.keys()]
    right = sum(bool(held[row["story_a"]] & held[row["story_b"]]) for row in links)
    return {
        "sample.threads.b_cubed_f1": b_cubed([group[key] for key in keys], [names.index(name) for name in found]),
        "sample.threads.links_right": right / len(links) if links else 0.0,
    }


def dates(pairs: dict[str, Row]) -> dict[str, float]:
    """Score the days that stories give to undated articles: how often they hold, and how many articles get any."""
    rows = [row for row in gold("articles") if row["key"] in pairs]
    true = {pairs[row["key"]]["article_id"]: row["published_true"][:10] for row in rows}
    undated = {key for key in true if not desk().article(key).published}
    rows = [row for row in desk().rows("dates") if row["article_id"] in undated]
    hold = sum(row["earliest"] <= true[row["article_id"]] <= row["latest"] for row in rows)
    return {
        "sample.dates.hold": hold / len(rows) if rows else 1.0,
        "sample.dates.told": len(rows) / len(undated),
    }


def score() -> dict[str, float]:
    """Return every figure."""
    pairs = matched()
    return {**threads(pairs), **dates(pairs)}


def main() -> None:
    """Print the figures."""
    for name, figure in score().items():
        print(f"{name:40} {figure:.4f}")


if __name__ == "__main__":
    main()
