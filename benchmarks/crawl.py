"""Articles to measure with: agency reports where the evaluation sets are there, the sample's otherwise, as files."""

from __future__ import annotations

import re
from itertools import count, islice
from pathlib import Path

from evaluation.paths import SAMPLE
from evaluation.reuters import reports

__all__ = ["texts", "write_files"]


def texts(number: int, *, by_day: bool = False) -> list[str]:
    """Return so many texts; beyond those there are, the same again, each time in a world of its own.

    In a world every longer word is another, so a world repeats itself as the reports do and the others hardly; and it
    is 28 years before the last, on the same days of the week. With `by_day` the earliest of a world come first.
    """
    held = sorted(reports(), key=lambda reading: reading.article.published or "") if by_day else reports()
    own = [reading.text for reading in held] or [path.read_text("utf-8") for path in sorted(SAMPLE.rglob("*.txt"))]
    every = (text if not world else _elsewhere(text, world) for world in count() for text in own)
    return list(islice(every, number))


def _elsewhere(text: str, world: int) -> str:
    text = re.sub(r"\b20(?:09|10|11|12)\b", lambda year: str(int(year[0]) - 28 * world), text)
    return re.sub(
        r"\b([A-Za-z])([a-z]{5,})\b", lambda word: f"{word[1]}{word[2][world % 5 :]}{word[2][: world % 5]}{world}", text
    )


def write_files(folder: Path, held: list[str], first: int = 0) -> None:
    """Write texts as files named by their number."""
    folder.mkdir(parents=True, exist_ok=True)
    for at, text in enumerate(held, first):
        (folder / f"{at:07}.txt").write_text(text, "utf-8")
