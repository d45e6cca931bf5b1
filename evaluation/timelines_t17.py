"""Timelines of the development topics of Timeline17 by the field's protocol, beside the published and a baseline.

    python -m evaluation.timelines_t17 [--write FILE]

As Datewise and CLUST were scored: the days from the right timeline's first to its last, as many days as it has, and its
mean number of sentences on each. `held_out` is each topic with the constants that suit the other three best: those for
days by date F1, then those for sentences by alignment-based ROUGE-1. `--write` keeps the timelines as JSON for
`evaluation/peers/timelines.py`.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Mapping
from itertools import product
from pathlib import Path

from backstory.timelines.happenings import Rules, day_weights, happenings
from evaluation.paths import shared
from evaluation.timeline_scores import scores
from evaluation.timeline_sets import ARCHIVE, TOPICS, Topic, topic

PUBLISHED = {"Datewise": (0.544, 0.120, 0.035), "CLUST": (0.407, 0.082, 0.020)}
"""Date F1, alignment-based ROUGE-1 and -2 F1 over all topics of T17 (Gholipour Ghalandari and Ifrim, ACL 2020)."""
METRICS = ("date", "ar1", "ar2")
DEFAULT = Rules()
DAYS = [
    {"around": around, "outstanding": outstanding, "far": far}
    for around, outstanding, far in product((14, 7, 3), (0.5, 0.25, 1.0, 0.0), (0.5, 0.0))
]
"""What is tried for a day's weight; of two that suit other topics equally the first is taken."""
SENTENCES = [{"unnamed": unnamed, "whole": whole} for unnamed, whole in product((0.25, 0.5), (0.5, 1.0))]
"""The same for a sentence's."""

Timeline = dict[str, list[str]]


def ours(one: Topic, rules: Rules = DEFAULT) -> Timeline:
    """Return Backstory's timeline, in the set's tokens."""
    days, daily = len(one.right), round(sum(map(len, one.right.values())) / len(one.right))
    found: Timeline = defaultdict(list)
    for told in happenings(one.told, days=days, daily=daily, within=(min(one.right), max(one.right)), rules=rules):
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


def held_out(topics: Mapping[str, Topic]) -> dict[str, dict[str, float]]:
    """Return by topic its scores with the constants that the other topics choose."""
    by_day = {at: {name: _date_f1(one, Rules(**own)) for name, one in topics.items()} for at, own in enumerate(DAYS)}
    by_sentence = {
        at: {name: scores(ours(one, Rules(**own)), one.right)["ar1"] for name, one in topics.items()}
        for at, own in enumerate(SENTENCES)
    }
    chosen = {name: Rules(**DAYS[_best(by_day, name)], **SENTENCES[_best(by_sentence, name)]) for name in topics}
    return {name: scores(ours(one, chosen[name]), one.right) for name, one in topics.items()}


def _best(told: Mapping[int, Mapping[str, float]], left_out: str) -> int:
    """Return which settings the other topics do best with."""
    return max(told, key=lambda at: (round(sum(v for name, v in told[at].items() if name != left_out), 6), -at))


def _date_f1(one: Topic, rules: Rules) -> float:
    weights = day_weights(one.told, (min(one.right), max(one.right)), rules)
    kept = sorted(weights, key=lambda day: (-weights[day], day))[: len(one.right)]
    return 2 * len(set(kept) & one.right.keys()) / (len(kept) + len(one.right))


def score() -> dict[str, float]:
    """Return the figures of each topic and their means, and the baseline's means."""
    found: dict[str, float] = {}
    for system, made in timelines().items():
        told = {name: scores(*pair) for name, pair in made.items()}
        prefix = "timelines_t17" if system == "backstory" else "timelines_t17.baseline"
        for metric in METRICS:
            found |= {f"{prefix}.{name}.{metric}": of[metric] for name, of in told.items() if system == "backstory"}
            found[f"{prefix}.mean.{metric}"] = sum(of[metric] for of in told.values()) / len(told)
    archive = shared(ARCHIVE)
    apart = held_out({name: topic(archive, name) for name in TOPICS}) if archive else {}
    for metric in METRICS if apart else ():
        found |= {f"timelines_t17.held_out.{name}.{metric}": of[metric] for name, of in apart.items()}
        found[f"timelines_t17.held_out.mean.{metric}"] = sum(of[metric] for of in apart.values()) / len(apart)
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
