"""Who speaks: the resolved name of direct and mixed quotes in PolNeAR's development articles, labelled by hand.

`polnear_speakers.tsv` has the labels by span, without a word of the texts. A quote is found where one of ours shares
half of its characters; its name is right where the speaker's fullest mention is one of that name's mentions or forms.
Precision is over the quotes that were given a name, recall over those that have one. Every second article was looked
at while the rules were made; `unseen` are the others. Beside it, the nearest capitalised words.
"""

from __future__ import annotations

import zipfile
from collections import defaultdict
from functools import cache
from pathlib import Path

from backstory.annotate import annotate
from backstory.annotate.reader import Reader
from backstory.records import Annotations, Article, Kind, Reading
from evaluation.quotes import ARCHIVE, lines, plain

LABELS = Path(__file__).with_name("polnear_speakers.tsv")

Labels = list[tuple[int, int, tuple[int, int] | None]]


def labels() -> dict[str, Labels]:
    """Return for each article its quotes: start, end, and the span of the speaker's fullest mention."""
    found: dict[str, Labels] = defaultdict(list)
    for line in LABELS.read_text("utf-8").splitlines():
        if not line.startswith("#"):
            stem, start, end, low, high = line.split("\t")
            found[stem].append((int(start), int(end), (int(low), int(high)) if low else None))
    return dict(found)


@cache
def readings() -> dict[str, Reading]:
    """Return the labelled articles."""
    found = {}
    with zipfile.ZipFile(ARCHIVE) as archive:
        for stem in labels():
            text = archive.read(f"data/dev/text/{stem}.txt").decode()
            article = Article(stem, stem, 0, len(text), language="en")
            found[stem] = Reading(article, text, tuple(lines(text, 0, len(text), Kind.BODY)))
    return found


def said(annotations: Annotations) -> list[tuple[list[tuple[int, int]], str | None, float]]:
    """Return the spans, the name and its chance of every quote."""
    return [
        ([(span.start, span.end) for span in quote.spans], quote.speaker_name_id, quote.confidence)
        for quote in annotations.quotes
    ]


def shared(one: tuple[int, int], spans: list[tuple[int, int]]) -> int:
    """Return how many characters of `one` the spans hold."""
    return sum(max(0, min(one[1], end) - max(one[0], start)) for start, end in spans)


@cache
def annotated(stem: str, *, with_model: bool) -> Annotations:
    """Return what annotating finds in an article."""
    return next(annotate([readings()[stem]], reader=_reader() if with_model else None))


@cache
def _reader() -> Reader:
    return Reader()


def figures(*, with_model: bool, unseen: bool = False) -> dict[str, float]:
    """Return what share is found, and precision and recall of the names."""
    found = answered = right = named = total = 0
    for stem, reading in list(readings().items())[unseen :: 1 + unseen]:
        annotations = annotated(stem, with_model=with_model)
        mentions: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for mention in annotations.mentions:
            if mention.name_id:
                mentions[mention.name_id].append((mention.start, mention.end))
        forms = {name.name_id: name.forms for name in annotations.names}
        quotes = said(annotations)
        for start, end, speaker in labels()[stem]:
            best = max(quotes, key=lambda quote: shared((start, end), quote[0]), default=None)
            hit = best if best and shared((start, end), best[0]) * 2 >= end - start else None
            total, named, found = total + 1, named + (speaker is not None), found + (hit is not None)
            if hit is None or hit[1] is None:
                continue
            answered += 1
            right += speaker is not None and (
                shared(speaker, mentions[hit[1]]) > 0 or reading.text[slice(*speaker)] in forms[hit[1]]
            )
    return {"found": found / total, "precision": right / answered, "recall": right / named}


def nearest() -> dict[str, float]:
    """Return the same for the nearest capitalised words."""
    found = answered = right = named = total = 0
    for stem, reading in readings().items():
        quotes = plain(reading)
        for start, end, speaker in labels()[stem]:
            hit = next((names for spans, names in quotes if shared((start, end), spans) * 2 >= end - start), None)
            total, named, found = total + 1, named + (speaker is not None), found + (hit is not None)
            if hit:
                answered += 1
                (name,) = hit
                right += speaker is not None and name in reading.text[slice(*speaker)].lower()
    return {"found": found / total, "precision": right / answered, "recall": right / named}


def score() -> dict[str, float]:
    """Return the figures that the floors hold, after printing them beside the baseline; nothing without the set."""
    if not ARCHIVE.exists():
        print("polnear_speakers: left out, ../shared/data/polnear-train-dev.zip is not there")
        return {}
    count = sum(map(len, labels().values()))
    print(f"{count} direct and mixed quotes of {len(labels())} PolNeAR development articles, labelled by hand")
    table = {"nearest name": nearest(), "rules": figures(with_model=False), "rules and model": figures(with_model=True)}
    table["unseen"] = figures(with_model=True, unseen=True)
    for name, row in table.items():
        print(f"{name:16} " + "  ".join(f"{key} {value:.3f}" for key, value in row.items()))
    whole, unseen = table["rules and model"], table["unseen"]
    return {f"polnear_speakers.{key}": value for key, value in whole.items()} | {
        f"polnear_speakers.unseen_{key}": value for key, value in unseen.items()
    }


if __name__ == "__main__":
    score()
