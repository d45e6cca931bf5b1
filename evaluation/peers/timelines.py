"""Timelines that `python -m evaluation.timelines_t17 --write FILE` kept in, the scores of `tilse` itself out.

    python -m venv ENV && ENV/bin/pip install -r evaluation/peers/timelines.txt
    ENV/bin/python evaluation/peers/timelines.py FILE

By the Perl ROUGE-1.5.5 that `tilse` brings ("original", what papers report; needs perl) and its Python one ("reimpl",
what `evaluation.timeline_scores` does).
"""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path

from tilse.data.timelines import GroundTruth, Timeline
from tilse.evaluation.dates import evaluate_dates
from tilse.evaluation.rouge import TimelineRougeEvaluator

MEASURES = ["rouge_1", "rouge_2"]


def timeline(told: dict[str, list[str]]) -> Timeline:
    return Timeline({date.fromisoformat(day): sentences for day, sentences in told.items()})


def figures(found: dict[str, list[str]], right: dict[str, list[str]], how: str) -> list[float]:
    mine, gold = timeline(found), GroundTruth([timeline(right)])
    rouge = TimelineRougeEvaluator(measures=MEASURES, rouge_computation=how)
    scored = rouge.evaluate_align_date_content_costs_many_to_one(mine, gold)
    return [evaluate_dates(mine, gold)["f_score"], *(scored[measure]["f_score"] for measure in MEASURES)]


def main() -> None:
    for system, topics in json.loads(Path(sys.argv[1]).read_text("utf-8")).items():
        for how in ("original", "reimpl"):
            rows = {name: figures(found, right, how) for name, (found, right) in sorted(topics.items())}
            rows["mean"] = [sum(column) / len(rows) for column in zip(*rows.values(), strict=True)]
            for name, (day, one, two) in rows.items():
                print(f"{system:10} {how:9} {name:6} date {day:.3f}  AR1 {one:.4f}  AR2 {two:.4f}")


if __name__ == "__main__":
    main()
