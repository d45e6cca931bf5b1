"""421 saved news pages: the article's body by the shingle F1 of the scrapinghub benchmark, title, day and authors.

The page model that labels a page was trained on pages of other hosts alone (`training/pages` keeps a model a fold).
The labelled lines have no floor here, since the labeller's weights saw most of these hosts (see `evaluation/lines.py`).
The thresholds were chosen on folds 0 and 1; `pages.body_f1_unseen` is over the other three. Peers run over the same
pages in the same run: in this environment those that it has, and in the one that BACKSTORY_PEERS names (its Python) the
others; see evaluation/peers/pages.py.
"""

from __future__ import annotations

import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from backstory.clean.lines import lines_of
from backstory.read.html import page_source
from backstory.records import Kind, Source
from evaluation.paths import ROOT, shared
from evaluation.saved_pages import SET, GoldPage, compared, gold_pages, plain, shingle_f1
from training.pages.folds import fold_of, fold_trees

TUNED_FOLDS = (0, 1)


@dataclass
class Answer:
    body: str = ""
    title: str | None = None
    day: str | None = None
    authors: list[str] = field(default_factory=list)
    seconds: float = 0.0
    modified: str | None = None


def our_answer(page: GoldPage) -> tuple[Answer, Answer]:
    """Return what the reader's marks say and how cleaning labels the lines, by a model that saw no page of the host."""
    began = time.perf_counter()
    source = page_source(page.raw, page.key, trees=fold_trees(fold_of(page.host)))
    stated = source.stated
    marked = Answer(_marked_body(source), stated.title, stated.published, modified=stated.modified)
    marked.authors = stated.byline.split(", ") if stated.byline else []
    marked.seconds = time.perf_counter() - began
    lines = (line for line in lines_of(source) if line.kind in (Kind.BODY, Kind.STANDFIRST))
    labelled = Answer("\n".join(source.text[line.start : line.end] for line in lines))
    labelled.seconds = time.perf_counter() - began
    return marked, labelled


def _marked_body(source: Source) -> str:
    return "\n".join(source.text[mark.start : mark.end] for mark in source.marks if mark.kind is Kind.BODY)


def peer_answers(pages: list[GoldPage]) -> dict[str, dict[str, Answer]]:
    """Return what each peer answers to each page."""
    found: dict[str, dict[str, Answer]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for page in pages:
            (Path(folder) / f"{page.key}.html").write_bytes(page.raw)
        python = os.environ.get("BACKSTORY_PEERS", sys.executable)
        run = subprocess.run(
            [python, str(ROOT / "evaluation/peers/pages.py"), folder], stdout=subprocess.PIPE, check=True, text=True
        )
    for line in run.stdout.splitlines():
        row = json.loads(line)
        answer = Answer(row["body"], row.get("title"), row.get("date"), row.get("authors") or [], row["seconds"])
        found.setdefault(row["peer"], {})[row["page"]] = answer
    return found


def row_of(pages: list[GoldPage], answers: dict[str, Answer]) -> dict[str, float]:
    """Return the figures of one system over the pages."""
    precision, recall, f1 = shingle_f1(compared(page.body, answers[page.key].body) for page in pages)
    right = wrong = missed = 0
    for page in pages:
        ours = {plain(re.sub(r"^by\s+", "", name, flags=re.IGNORECASE)) for name in answers[page.key].authors} - {""}
        right += len(ours & page.authors)
        wrong += len(ours - page.authors)
        missed += len(page.authors - ours)
    return {
        "precision": precision,
        "recall": recall,
        "f1": f1,
        "title": statistics.mean(plain(answers[page.key].title) == plain(page.title) for page in pages),
        "day": statistics.mean((answers[page.key].day or "")[:10] == page.day for page in pages),
        "day_in_reason": statistics.mean(_in_reason(answers[page.key], page.day) for page in pages),
        "author_precision": right / max(1, right + wrong),
        "author_recall": right / max(1, right + missed),
        "pages_per_second": len(pages) / sum(answers[page.key].seconds for page in pages),
    }


def _in_reason(answer: Answer, day: str) -> bool:
    """Return whether a day is the gold's, the next to it, the update's, or the gold's in another year.

    The gold has the day as shown where pages state UTC, often that of the update, and puts many years into 2023.
    """
    ours = (answer.day or "")[:10]
    try:
        apart = abs((date.fromisoformat(ours) - date.fromisoformat(day)).days)
    except ValueError:
        return ours == day
    return apart <= 1 or (answer.modified or "")[:10] == day or ours[4:] == day[4:]


def score() -> dict[str, float]:
    path = shared(SET)
    if path is None:
        return {}
    pages = list(gold_pages(path))
    ours = {page.key: our_answer(page) for page in pages}
    unseen = [page for page in pages if fold_of(page.host) not in TUNED_FOLDS]
    marked = row_of(pages, {key: answer for key, (answer, _) in ours.items()})
    rows = {
        "Backstory": marked,
        "Backstory, hosts not tuned on": row_of(unseen, {key: answer for key, (answer, _) in ours.items()}),
        "Backstory, lines labelled": row_of(pages, {key: answer for key, (_, answer) in ours.items()}),
        **{name: row_of(pages, answers) for name, answers in peer_answers(pages).items()},
    }
    columns = list(marked)
    print(f"{len(pages)} pages\n{'':32}" + "".join(f"{column:>17}" for column in columns))
    for name, row in rows.items():
        print(f"{name:32}" + "".join(f"{row[column]:17.3f}" for column in columns))
    return {
        "pages.body_f1": marked["f1"],
        "pages.body_f1_unseen": rows["Backstory, hosts not tuned on"]["f1"],
        "pages.above_trafilatura": marked["f1"] - rows["trafilatura"]["f1"],
        "pages.title": marked["title"],
        "pages.day": marked["day"],
        "pages.day_in_reason": marked["day_in_reason"],
        "pages.author_precision": marked["author_precision"],
        "pages.author_recall": marked["author_recall"],
    }


if __name__ == "__main__":
    score()
