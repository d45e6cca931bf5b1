"""Two crawled files that hold one report twice, and a readout that three files carry: a copy, a passage, a statement.

The files are cut where the report ends (character 6109 of both), since this measures reuse and not cutting; lines and
quotes are the product's own. Expected: the two reports are exact copies of each other and of nothing else; one passage
holds the readout in all three; its quotes are one statement in which each file has the cut that a reader would name.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from backstory.annotate import annotate
from backstory.clean import clean
from backstory.read import read_file
from backstory.records import Kind, Paragraph, Reading
from backstory.reuse.duplicates import find_copies
from backstory.reuse.passages import find_passages
from backstory.reuse.statements import find_statements
from evaluation.paths import shared

REPORT_ENDS = 6109
READOUT_WORDS = 70
OPENING, GIVEN = "as long as it", "unequivocal"
CUTS = {("000", OPENING): "trimmed", ("000", GIVEN): "whole", ("001", OPENING): "trimmed", ("001", GIVEN): "whole"}
"""What each file has of the readout: its opening apart, then the rest; 002 has its first four sentences in one."""


def score() -> dict[str, float]:
    folder = shared("seeds")
    if folder is None:
        return {}
    readings = [_reading(path) for path in sorted(folder.glob("*.txt"))]
    named = {reading.article.article_id: reading.article.source_id for reading in readings}
    copies = [{named[copy.article_a], named[copy.article_b]} for copy in find_copies(readings) if copy.kind == "exact"]
    held = [
        {named[member.article_id] for member in p.members} for p in find_passages(readings) if p.words >= READOUT_WORDS
    ]
    quotes = [quote for found in annotate(readings) for quote in found.quotes]
    text = {quote.quote_id: quote.text for quote in quotes}
    statements = find_statements(quotes, {reading.article.article_id: reading.article for reading in readings})
    readout = max(statements, key=lambda each: sum(GIVEN in text[version.quote_id] for version in each.versions))
    cuts = [(named[version.article_id], text[version.quote_id], version.cut) for version in readout.versions]
    for name, said, cut in cuts:
        print(f"{name}  {cut:8}  {len(said.split())} words")
    right = [
        any(name == file and mark in said and cut == wanted for name, said, cut in cuts)
        for (file, mark), wanted in {**CUTS, ("002", GIVEN): "trimmed"}.items()
    ]
    return {
        "readout.copy": float(copies == [{"000", "001"}]),
        "readout.passage": float({"000", "001", "002"} in held),
        "readout.statement": float({name for name, _, _ in cuts} == {"000", "001", "002"}),
        "readout.cuts": sum(right) / len(right),
    }


def _reading(path: Path) -> Reading:
    """Return the first article of a file, or all of the file where it holds one."""
    source = next(iter(read_file(str(path))))
    name = path.name[:3]
    end = REPORT_ENDS if name in ("000", "001") else len(source.text)
    cleaned = clean(source)
    kinds = (Kind.HEADLINE, Kind.STANDFIRST, Kind.BODY, Kind.CAPTION)
    own = [line for line in cleaned.lines if line.end <= end and line.kind in kinds]
    article = replace(cleaned.articles[0], article_id=name, source_id=name, start=0, end=end)
    return Reading(article, source.text, tuple(Paragraph(line.start, line.end, line.kind) for line in own))


def main() -> int:
    for metric, figure in score().items():
        print(f"{metric:24} {figure:.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
