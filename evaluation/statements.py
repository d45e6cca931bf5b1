"""Statements over the sample's quotes as its gold labels give them: which belong together, and how each was cut.

The quotes are given, so that this measures bringing them together and not finding them. `by name` has each speaker's
identity too, `as written` only the words by which an article names the speaker. A version in another language than its
statement is left out of the first two figures and counted in `all_languages`: words cannot show that it is one.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from backstory.records import Article, Quote, Span, Statement
from backstory.reuse.statements import find_statements
from evaluation.paths import ROOT

GOLD = ROOT / "sample" / "gold"
Rows = list[dict[str, Any]]


def score() -> dict[str, float]:
    quotes, statements = _rows("quotes"), _rows("statements")
    articles = {row["key"]: _article(row) for row in _rows("articles")}
    versions = {version["quote"]: version for row in statements for version in row["versions"]}
    gold = {row["key"]: row["key"] for row in quotes}
    gold |= {version["quote"]: row["key"] for row in statements for version in row["versions"]}
    native = {key for key in gold if not versions.get(key, {}).get("translated")}
    named = find_statements((_quote(row, named=True) for row in quotes), articles)
    written = find_statements((_quote(row, named=False) for row in quotes), articles)
    cut = {version.quote_id: version for statement in named for version in statement.versions}
    asked = [version for key, version in versions.items() if key in native]
    return {
        "statements.bcubed_f1": _bcubed(_groups(named), gold, native),
        "statements.bcubed_f1_as_written": _bcubed(_groups(written), gold, native),
        "statements.bcubed_f1_all_languages": _bcubed(_groups(named), gold, set(gold)),
        "statements.cut": _share(cut[version["quote"]].cut == version["cut"] for version in asked),
        "statements.loses_negation": _share(
            cut[version["quote"]].loses_negation == version["loses_negation"] for version in asked
        ),
        "statements.cue": _share((cut[version["quote"]].cue or "") == (version.get("cue") or "") for version in asked),
    }


def misses() -> Iterable[str]:
    """Yield what the figures do not say: each gold version that is elsewhere or cut otherwise."""
    quotes, articles = _rows("quotes"), {row["key"]: _article(row) for row in _rows("articles")}
    found = find_statements((_quote(row, named=True) for row in quotes), articles)
    group, text = _groups(found), {row["key"]: row["text"] for row in quotes}
    cut = {version.quote_id: version for statement in found for version in statement.versions}
    known = set()
    for row in _rows("statements"):
        full = row["fullest_quote"]
        for version in row["versions"]:
            key, ours = version["quote"], cut[version["quote"]]
            known.add(key)
            if version["translated"]:
                continue
            if group[key] != group[full]:
                yield f"apart    {row['key']}: {text[key]}"
            if (ours.cut, ours.loses_negation) != (version["cut"], version["loses_negation"]):
                yield f"cut      {row['key']}: {version['cut']} {version['loses_negation']}, ours {ours.cut} "
                yield f"         {ours.loses_negation}: {text[key]} left out {ours.left_out}"
    for statement in found:
        keys = [version.quote_id for version in statement.versions]
        if len(keys) > 1 and not set(keys) <= known:
            yield f"together {[text[key] for key in keys]}"


def _groups(statements: Iterable[Statement]) -> dict[str, str]:
    return {version.quote_id: each.statement_id for each in statements for version in each.versions}


def _bcubed(found: Mapping[str, str], gold: Mapping[str, str], asked: set[str]) -> float:
    """Return the B-cubed F1 over the quotes `asked`."""
    ours, true = defaultdict(set), defaultdict(set)
    for key in asked:
        ours[found[key]].add(key)
        true[gold[key]].add(key)
    both = [(len(ours[found[key]] & true[gold[key]]), len(ours[found[key]]), len(true[gold[key]])) for key in asked]
    precision = sum(shared / size for shared, size, _ in both) / len(both)
    recall = sum(shared / size for shared, _, size in both) / len(both)
    return 2 * precision * recall / (precision + recall)


def _share(right: Iterable[bool]) -> float:
    all_of_them = list(right)
    return sum(all_of_them) / len(all_of_them)


def _article(row: dict[str, Any]) -> Article:
    published = row.get("published_true")
    return Article(row["key"], row["uri"], row["start"], row["end"], outlet=row.get("outlet"), published=published)


def _quote(row: dict[str, Any], *, named: bool) -> Quote:
    spans = tuple(Span(span["start"], span["end"]) for span in row["spans"] if span["start"] is not None)
    speaker = (row.get("speaker") or {}).get("text")
    name = row.get("speaker_name") if named else None
    cue = (row.get("cue") or {}).get("text")
    return Quote(
        row["key"], row["article"], spans, row["text"], row["kind"], 1.0, cue=cue, speaker=speaker, speaker_name_id=name
    )


def _rows(name: str) -> Rows:
    return [json.loads(line) for line in (GOLD / f"{name}.jsonl").read_text("utf-8").splitlines()]


def main() -> int:
    for metric, figure in score().items():
        print(f"{metric:36} {figure:.4f}")
    for miss in misses():
        print(miss)
    return 0


if __name__ == "__main__":
    sys.exit(main())
