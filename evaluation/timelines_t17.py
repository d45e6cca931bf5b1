"""Timelines of the development topics of Timeline17 by the field's protocol, beside the published and a baseline.

    python -m evaluation.timelines_t17 [--write FILE]

As Datewise and CLUST were scored: the days from the right timeline's first to its last, as many days as it has, and its
mean number of sentences on each. `--write` keeps the timelines as JSON for `evaluation/peers/timelines.py`.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from pathlib import Path

from backstory.timelines.happenings import happenings
from evaluation.paths import shared
from evaluation.timeline_scores import scores
from evaluation.timeline_sets import ARCHIVE, TOPICS, Topic, topic

PUBLISHED = {"Datewise": (0.544, 0.120, 0.035), "CLUST": (0.407, 0.082, 0.020)}
"""Date F1, alignment-based ROUGE-1 and -2 F1 over all topics of T17 (Gholipour Ghalandari and Ifrim, ACL 2020)."""
METRICS = ("date", "ar1", "ar2")

Timeline = dict[str, list[str]]


def ours(one: Topic) -> Timeline:
    """Return Backstory's timeline, in the set's tokens."""
    days, daily = len(one.right), round(sum(map(len, one.right.values())) / len(one.right))
    found: Timeline = defaultdict(list)
    for told in happenings(one.told, days=days, daily=daily, within=(min(one.right), max(one.right))):
        found[told.date].append(one.lines[told.sentence.article_id, told.sentence.span.start])
    return dict(found)


def baseline(one: Topic) -> Timeline:
    """Return the days on which most articles came out, each with the first sentences of its first articles."""
    days, daily = len(one.right), round(sum(map(len, one.right.values())) / len(one.right))
    tops = {(d.sentence.article_id, d.sentence.place): d.sentence for d in one.told if d.sentence.place < daily}
    days_out = {article: sentence.published or "" for (article, _), sentence in tops.items()}
    published = Counter(day for day in days_out.values() if min(one.right) <= day <= max(one.right))
    kept = sorted(published, key=lambda day: (-published[day], day))[:days]
    found: Timeline = {day: [] for day in kept}
    for (article, _), sentence in sorted(tops.items()):
        line = one.lines[article, sentence.span.start]
        if sentence.published in found and len(found[sentence.published]) < daily:
            found[sentence.published].append(line)
    return found


def timelines() -> dict[str, dict[str, tuple[Timeline, Timeline]]]:
    """Return by system and topic the timeline and the right one; nothing where the set is absent."""
    archive = shared(ARCHIVE)
    if archive is None:
        return {}
    topics = {name: topic(archive, name) for name in TOPICS}
    systems = {"backstory": ours, "baseline": baseline}
    return {system: {name: (make(one), one.right) for name, one in topics.items()} for system, make in systems.items()}


def score() -> dict[str, float]:
    """Return the figures of each topic and their means, and the baseline's means."""
    found: dict[str, float] = {}
    for system, made in timelines().items():
        told = {name: scores(*pair) for name, pair in made.items()}
        prefix = "timelines_t17" if system == "backstory" else "timelines_t17.baseline"
        for metric in METRICS:
            found |= {f"{prefix}.{name}.{metric}": of[metric] for name, of in told.items() if system == "backstory"}
            found[f"{prefix}.mean.{metric}"] = sum(of[metric] for of in told.values()) / len(told)
    return found


def main() -> None:
    """Print the figures; keep the timelines where asked to."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--write", type=Path)
    chosen = arguments.parse_args()
    if chosen.write:
        chosen.write.write_text(json.dumps(timelines()), "utf-8")
    for name, figure in score().items():
        print(f"{name:40} {figure:.4f}")
    for system, (day, one, two) in PUBLISHED.items():
        print(f"{system + ', published, all topics':40} {day:.3f} {one:.3f} {two:.3f}")


if __name__ == "__main__":
    main()
