"""Exports of newspaper archives: items found of those stated, with all marks and with a third of them taken away.

An item counts as found without its mark when its title, date and length are those it has with it.

No peer reads these formats. The count of an export is what it states itself (`DOCUMENTS="262"`, `Documents (50)`), else
how often its own end of an item stands in it.
"""

from __future__ import annotations

import io
import os
import re
import zipfile
from collections import Counter
from pathlib import Path

from backstory.read import exports
from backstory.read.entries import HEAD_BYTES, Entry, Options
from backstory.records import Source

SHARED = Path(os.environ.get("BACKSTORY_SHARED", Path(__file__).resolve().parents[1] / ".." / "shared"))
ARCHIVE = SHARED / "data" / "newspaper-exports-dev.zip"
FIELDS = ("title", "outlet", "published", "words")


def items(raw: bytes, name: str) -> list[Source]:
    entry = Entry(name, name, raw[:HEAD_BYTES], lambda: io.BytesIO(raw), len(raw))
    return [source for source in exports.read(entry, Options()) if "#item=" in source.uri]


def stated(raw: bytes) -> int:
    """Return the number of items by counting over the file's own bytes, apart from the reader."""
    if raw.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(raw)) as word:
            raw = word.read("word/document.xml")
        told = re.search(rb">Documents \((\d+)\)<", raw)
        return int(told[1]) if told else len(re.findall(rb">\s*End of Document\s*<", raw))
    told = re.search(rb'DOCUMENTS="(\d+)"', raw)
    return int(told[1]) if told else len(re.findall(rb'id="article-', raw))


def unmarked(raw: bytes) -> bytes:
    """Take away every third mark of an export: its count line, its end line or the id of its item."""
    if raw.startswith(b"PK"):
        return _word_unmarked(raw)
    count = iter(range(1 << 30))

    def without(found: re.Match[bytes]) -> bytes:
        return b"" if next(count) % 3 == 1 else found[0]

    return re.sub(rb"\d+ of \d+ DOCUMENTS|id=\"article-[^\"]*\"", without, raw)


def _word_unmarked(raw: bytes) -> bytes:
    count = iter(range(1 << 30))
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as word, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as less:
        body = word.read("word/document.xml")
        body = re.sub(rb"End of Document", lambda found: b"" if next(count) % 3 == 1 else found[0], body)
        less.writestr("word/document.xml", body)
    return made.getvalue()


def _known(source: Source) -> tuple[str | None, str | None, int | None]:
    return source.stated.title, source.stated.published, source.stated.words


def score() -> dict[str, float]:
    if not ARCHIVE.exists():
        print(f"exports: left out, {ARCHIVE} is not there")
        return {}
    exact = found_less = known = total = 0
    filled = dict.fromkeys(FIELDS, 0)
    with zipfile.ZipFile(ARCHIVE) as archive:
        names = sorted(info.filename for info in archive.infolist() if not info.is_dir())
        for name in names:
            raw = archive.read(name)
            read, less, expected = items(raw, name), items(unmarked(raw), name), stated(raw)
            print(f"{name:44} states {expected:4}  found {len(read):4}  with a third of the marks gone {len(less):4}")
            exact += len(read) == expected
            total += expected
            known += len(read)
            found_less += (Counter(map(_known, read)) & Counter(map(_known, less))).total()
            for field in FIELDS:
                filled[field] += sum(getattr(source.stated, field) is not None for source in read)
    figures = {"exports.exact_files": exact / len(names), "exports.found_without_marks": found_less / total}
    return figures | {f"exports.{field}": filled[field] / known for field in FIELDS}


if __name__ == "__main__":
    for metric, figure in score().items():
        print(f"{metric:32} {figure:.4f}")
