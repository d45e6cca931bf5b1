"""Makes `src/backstory/models/stories-words.npz`: how rare words are, counted over news of 2000 to 2016.

    PYTHONPATH=src:. python -m training.stories.words

Only words that three articles have, as numbers: inverse document frequency in tenths. No running text.
"""

from __future__ import annotations

import csv
import io
import math
import re
import tarfile
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from backstory.stories.words import _singular as singular
from evaluation.paths import ROOT, shared

WORD = re.compile(r"[^\W\d_]+(?:[’'][^\W\d_]+)?|\d[\d.,]*")
LEAST = 3
OUT = ROOT / "src/backstory/models/stories-words.npz"


def texts() -> Iterator[str]:
    """Yield the articles of Reuters 2010 to 2011, of PolNeAR's training part and of Timeline17's development topics."""
    with tarfile.open(_set("reuters-2010-2011.tar.gz")) as archive:
        for member in archive:
            stream = archive.extractfile(member) if member.isfile() else None
            if stream:
                yield stream.read().decode("utf-8", "replace")
    with zipfile.ZipFile(_set("polnear-train-dev.zip")) as archive:
        for name in archive.namelist():
            if name.endswith(".txt") and "/train/" in name and "text" in name:
                yield archive.read(name).decode("utf-8", "replace")
    csv.field_size_limit(10**9)
    with zipfile.ZipFile(_set("timelines-t17-dev.zip")) as archive:
        for name in archive.namelist():
            if name.startswith("articles/"):
                rows = csv.reader(io.StringIO(archive.read(name).decode("utf-8", "replace")))
                yield from (" ".join(row) for row in list(rows)[1:])


def _set(name: str) -> Path:
    path = shared(f"data/{name}")
    if path is None:
        raise SystemExit("the words need the evaluation sets")
    return path


def words_of(text: str) -> set[str]:
    return {word.lower().replace("’", "'").removesuffix("'s") for word in WORD.findall(text)}


def main() -> None:
    count, frequency = 0, Counter[str]()
    for text in texts():
        frequency.update(words_of(text))
        count += 1
    merged: dict[str, int] = {}
    for word, times in frequency.items():
        if times > 1:
            form = singular(word)
            merged[form] = max(merged.get(form, 0), times)
    kept = sorted(word for word, times in merged.items() if times >= LEAST and "\n" not in word)
    tenths = np.array([round(10 * math.log((count + 1) / (merged[word] + 1))) for word in kept], np.uint8)
    letters = np.frombuffer("\n".join(kept).encode(), np.uint8)
    np.savez_compressed(OUT, words=letters, tenths=tenths, articles=np.int64(count))
    print(f"{len(kept)} words of {count} articles")


if __name__ == "__main__":
    main()
