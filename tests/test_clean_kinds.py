"""Invented pages, as crawls leave them: every line gets its kind.

`tests/clean_samples/*.txt` hold a line a row, its kind before a tab. A kind with a plus is glued to the line before it,
and so is a picture's credit to its caption.
"""

from hashlib import sha256
from pathlib import Path

import pytest

from backstory.clean import clean
from backstory.records import Cleaned, Source

SAMPLES = sorted((Path(__file__).parent / "clean_samples").glob("*.txt"))


def source_of(text: str, uri: str = "file.txt") -> Source:
    raw = text.encode("utf-8")
    return Source(sha256(raw).hexdigest(), uri, "text/plain", raw, text, "text/1")


def sample(path: Path) -> tuple[str, list[tuple[str, int]]]:
    text = ""
    wanted: list[tuple[str, int]] = []
    for row in path.read_text("utf-8").rstrip("\n").split("\n"):
        kind, line = row.split("\t")
        credit = bool(wanted) and wanted[-1][0] == "caption" and line.startswith(("(", "Pic", "Source"))
        if text:
            text += " " if kind.startswith("+") or credit else "\n"
        wanted.append((kind.lstrip("+"), len(text)))
        text += line
    return text, wanted


def kind_at(cleaned: Cleaned, offset: int) -> str:
    return next(line.kind.value for line in cleaned.lines if line.start <= offset < line.end)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_every_line_of_a_crawled_page_gets_its_kind(path):
    text, wanted = sample(path)
    cleaned = clean(source_of(text))
    wrong = [(kind, kind_at(cleaned, at), text[at : at + 60]) for kind, at in wanted if kind_at(cleaned, at) != kind]
    assert wrong == []


APPEALS = [
    row
    for row in (Path(__file__).parent / "clean_samples" / "appeals.list").read_text("utf-8").splitlines()
    if row and not row.startswith("#")
]
LEAD = "Hundreds of tenants in Marlow Bridge have stopped paying rent over damp that spread through three towers."
REST = (
    "The landlord says it will replace the windows by the end of the year.\nA hearing is set for the middle of March."
)


@pytest.mark.parametrize("appeal", APPEALS, ids=lambda appeal: appeal[:24])
def test_an_appeal_glued_in_front_of_the_first_sentence_is_cut_from_it(appeal):
    cleaned = clean(source_of(f"{appeal} {LEAD}\n{REST}"))
    assert kind_at(cleaned, 0) == "furniture"
    assert (len(appeal) + 1, "body") in [(line.start, line.kind.value) for line in cleaned.lines]
