"""Kinds of line: body and everything else, over the visible lines of pages whose sites the training did not see.

    python -m evaluation.lines

Gold: a line is body if the page's gold body has it (`training.lines.documents.body_lines`). Three settings: the text of
the page alone, as if it were a crawled file; the page with what its markup tells, by the page model that did not see
the site; and files such as crawls leave behind, made of the same sites' bodies, captions and furniture. Beside these
the sample, whose gold names every block.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from hashlib import sha256

import numpy as np

from backstory.clean import clean
from backstory.clean.lines import lines_of
from backstory.clean.phrases import listed_in, plain, words_of
from backstory.clean.pieces import rows_of
from backstory.read import Options, read_file
from backstory.records import Kind, Source
from evaluation.paths import SAMPLE
from training.lines import documents as sets
from training.lines.invented import Whole, invent
from training.lines.make import HELD_OUT, fold_of, makings_of

BODY = sets.KINDS.index(Kind.BODY)
CRAWLED = 150

Rows = list[tuple[bool, bool, int]]
"""For each line: whether it is body, whether it was found to be, and how many words it has."""


def source_of(text: str) -> Source:
    raw = text.encode("utf-8", "surrogatepass")
    return Source(sha256(raw).hexdigest(), "text", "text/plain", raw, text, "text/1")


def ours(source: Source) -> list[bool]:
    """Return for each line that is not blank whether most of its characters were found to be body."""
    bounds = list(rows_of(source.text))
    ends = np.asarray([end for _, end in bounds])
    held = np.zeros(len(bounds))
    for line in lines_of(source):
        if line.kind is Kind.BODY:
            held[np.searchsorted(ends, line.end)] += line.end - line.start
    return [bool(held[at] > 0.5 * (end - start)) for at, (start, end) in enumerate(bounds)]


def longer_than(words: int) -> Callable[[Source], list[bool]]:
    return lambda source: [len(source.text[a:b].split()) >= words for a, b in rows_of(source.text)]


def by_rules(source: Source) -> list[bool]:
    """Return what rules of length and function words say, after jusText: short lines follow their neighbours."""
    known = listed_in("function_words", "en")
    grades = []
    for start, end in rows_of(source.text):
        words = words_of(plain(source.text[start:end]))
        density = sum(word in known for word in words) / max(1, len(words))
        size = end - start
        if size < 70:
            grades.append("short")
        elif density >= 0.32:
            grades.append("good" if size > 200 else "near")
        else:
            grades.append("near" if density >= 0.30 else "bad")
    return [_in_context(grades, at) for at in range(len(grades))]


def _in_context(grades: Sequence[str], at: int) -> bool:
    if grades[at] in ("good", "bad"):
        return grades[at] == "good"
    up = next((grade for grade in reversed(grades[:at]) if grade != "short"), "bad")
    down = next((grade for grade in grades[at + 1 :] if grade != "short"), "bad")
    if grades[at] == "short":
        return up == "good" and down == "good"
    return "good" in (up, down)


def page_rows(document: sets.Document, found: Sequence[bool]) -> Rows:
    lines = [document.text[a:b] for a, b in rows_of(document.text)]
    return [
        (kind == BODY, own, len(line.split()))
        for kind, own, line in zip(document.kinds, found, lines, strict=True)
        if kind != sets.IGNORED
    ]


def f1s(rows: Rows) -> dict[str, float]:
    true, found, words = (np.asarray(column) for column in zip(*rows, strict=True))
    true, found = true.astype(bool), found.astype(bool)
    one = np.ones(len(words))
    return {
        "body_f1": _f1(found, true, one),
        "not_body_f1": _f1(~found, ~true, one),
        "body_f1_by_words": _f1(found, true, words),
        "not_body_f1_by_words": _f1(~found, ~true, words),
    }


def _f1(found: np.ndarray, true: np.ndarray, weight: np.ndarray) -> float:
    both = float(((found & true) * weight).sum())
    return 2 * both / max(1e-9, float((found * weight).sum() + (true * weight).sum()))


def held_out() -> list[sets.Document]:
    return [document for document in sets.pages() if fold_of(document.group) == HELD_OUT]


def crawled(documents: Sequence[sets.Document]) -> list[sets.Document]:
    """Return files such as crawls leave behind, of what stands on these pages alone."""
    wholes = [Whole("", tuple(line for line in d.body.split("\n") if line.strip())) for d in documents]
    makings = makings_of(documents, [whole for whole in wholes if len(whole.body) > 2])
    return invent(replace(makings, notices=makings.runs), CRAWLED, seed=99)


def marked(documents: Sequence[sets.Document]) -> Iterator[tuple[sets.Document, Source]]:
    """Yield the same pages with their markup's evidence, by the page model that did not see their fold."""
    from backstory.read.html import page_source
    from training.pages.folds import fold_trees

    texts = {document.text: document for document in documents}
    with zipfile.ZipFile(sets.SHARED / "data" / "naeb-html.zip") as archive:
        for name in sorted(name for name in archive.namelist() if name.endswith(".html")):
            source = page_source(archive.read(name), name, trees=fold_trees(HELD_OUT))
            if source.text in texts:
                yield texts[source.text], source


SYSTEMS: dict[str, Callable[[Source], list[bool]]] = {
    "Backstory": ours,
    "rules after jusText": by_rules,
    "lines of 20 words or more": longer_than(20),
    "lines of 10 words or more": longer_than(10),
}


def measured() -> dict[str, dict[str, dict[str, float]]]:
    """Return setting -> system -> figure; empty where the shared data is absent."""
    if sets.shared() is None:
        return {}
    pages = held_out()
    files = crawled(pages)
    table: dict[str, dict[str, dict[str, float]]] = {}
    for setting, documents in (("pages, text alone", pages), ("crawled files", files)):
        table[setting] = {
            name: f1s([row for d in documents for row in page_rows(d, system(source_of(d.text)))])
            for name, system in SYSTEMS.items()
        }
    with_marks = [row for document, source in marked(pages) for row in page_rows(document, ours(source))]
    table["pages, with their markup"] = {"Backstory": f1s(with_marks)}
    return table


KEYS = {"pages, text alone": "text", "crawled files": "crawled", "pages, with their markup": "pages"}


def sample_lines() -> Iterator[tuple[str, str]]:
    """Yield the kind by the gold and the kind found of every line of the sample that a gold block begins or holds."""
    gold: dict[str, list[tuple[int, int, str]]] = {}
    for row in map(json.loads, (SAMPLE.parent / "gold" / "blocks.jsonl").read_text("utf-8").splitlines()):
        if row["start"] is not None:
            gold.setdefault(row["uri"], []).append((row["start"], row["end"], row["kind"]))
    for uri in sorted(gold):
        for source in read_file(str(SAMPLE / uri), Options()):
            lines = clean(source).lines
            for start, end, kind in gold[uri]:
                yield from ((kind, line.kind.value) for line in lines if start <= line.start < end)


def of_sample() -> dict[str, float]:
    """Return the share of the sample's lines with the right kind, and body F1."""
    pairs = list(sample_lines())
    both = sum(wanted == found == "body" for wanted, found in pairs)
    either = sum((wanted == "body") + (found == "body") for wanted, found in pairs)
    return {"sample_kinds": sum(a == b for a, b in pairs) / len(pairs), "sample_body_f1": 2 * both / either}


def score() -> dict[str, float]:
    """Return our figures as `lines.SETTING_FIGURE`; without the shared data those of the sample alone."""
    figures = {f"lines.{name}": value for name, value in of_sample().items()}
    for setting, systems in measured().items():
        figures |= {f"lines.{KEYS[setting]}_{name}": value for name, value in systems["Backstory"].items()}
    return figures


def main() -> None:
    """Print the table."""
    figures = of_sample()
    print(f"sample: kinds right {figures['sample_kinds']:.3f}, body F1 {figures['sample_body_f1']:.3f}")
    table = measured()
    if not table:
        print("lines: left out, the shared data is absent (../shared, or $BACKSTORY_SHARED)")
        return
    for setting, systems in table.items():
        print(f"{setting}: by line body, not body; by words body, not body")
        for name, figures in systems.items():
            print(f"  {name:28} " + "  ".join(f"{value:.3f}" for value in figures.values()))


if __name__ == "__main__":
    main()
