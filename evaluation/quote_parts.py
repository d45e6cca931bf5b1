"""Exact F1 of source, cue and content on PolNeAR's development articles: the model's, and the rules' beside it.

Two protocols. *Items*: the articles as CofeNet cuts and tokenises them (1,925 items of 84 articles, some by several
annotators); a span counts when its first and last token and its kind are right. *Raw*: the articles as published; a
span counts when its first and last character are right. Nothing of these articles is trained on.

    python -m evaluation.quote_parts
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from backstory.annotate.quotes import drafts
from backstory.annotate.reader import Reader
from backstory.records import Span
from evaluation.paths import shared
from evaluation.spans import Tally, joined, on_tokens, runs
from training.reader import sets

__all__ = ["score"]

KINDS = ("source", "cue", "content")
PUBLISHED = {
    "rules (test items)": (0.107, 0.228, 0.056),
    "CoreNLP (test items)": (0.139, None, 0.175),
    "BERT+CRF (test items)": (0.822, 0.749, 0.710),
    "BERT+Cofe (test items)": (0.832, 0.753, 0.729),
}
Spans = Iterable[tuple[int, int, str]]
Finder = Callable[[str, Sequence[Span]], Spans]


def by_model(reader: Reader) -> Finder:
    """Return a finder of quote parts that asks the model."""
    return lambda text, paragraphs: [(p.start, p.end, p.label) for p in reader.read(text, paragraphs).parts]


def by_rules(text: str, paragraphs: Sequence[Span]) -> Spans:
    """Return the quote parts that the rules find without the model."""
    for draft in drafts(text, paragraphs):
        yield from ((span.start, span.end, "content") for span in draft.spans)
        yield from ((span.start, span.end, "source") for span in [draft.source] if span)
        yield from ((span.start, span.end, "cue") for span in [draft.cue] if span)


def items(find: Finder) -> dict[str, Tally]:
    """Return the tallies over CofeNet's items, each article read as a whole."""
    tallies = {kind: Tally() for kind in KINDS}
    for article in sets.polnear_items().values():
        made = joined(tokens for tokens, _ in article)
        found = list(find(made.text, made.paragraphs))
        for (_, labels), tokens in zip(article, made.tokens, strict=True):
            inside = [f for f in found if f[0] < tokens[-1].end and f[1] > tokens[0].start]
            placed = [(on_tokens(tokens, start, end), kind) for start, end, kind in inside]
            for kind in KINDS:
                meant = [(first, last) for first, last, label in runs(labels) if label == kind]
                tallies[kind].add(meant, [place for place, label in placed if place and label == kind])
    return tallies


def raw(find: Finder) -> dict[str, Tally]:
    """Return the tallies over the published texts, exact to the character; an annotator's version counts as one."""
    tallies = {kind: Tally() for kind in KINDS}
    for text, versions in sets.polnear_texts("dev"):
        lines = [Span(m.start(), m.end()) for m in re.finditer(r"[^\n]*\S[^\n]*", text)]
        found = list(find(text, lines))
        for spans in versions:
            for kind in KINDS:
                tallies[kind].add(
                    [(s, e) for s, e, label in spans if label == kind],
                    [(s, e) for s, e, label in found if label == kind],
                )
    return tallies


def score() -> dict[str, float]:
    """Return the model's F1 by both protocols; nothing where the set is absent."""
    if shared("data/polnear-dev-items.jsonl.gz") is None:
        return {}
    find = by_model(Reader())
    figures = {f"quote_parts.{kind}": round(tally.f1, 4) for kind, tally in items(find).items()}
    return figures | {f"quote_parts.raw_{kind}": round(tally.f1, 4) for kind, tally in raw(find).items()}


def main() -> None:
    """Print the model's and the rules' figures, and the published ones."""
    if shared("data/polnear-dev-items.jsonl.gz") is None:
        return
    for name, find in (("model", by_model(Reader())), ("rules", by_rules)):
        for protocol, measure in (("items", items), ("raw", raw)):
            for kind, tally in measure(find).items():
                print(f"{name:6} {protocol:6} {kind:8} {tally}")
    for name, figures in PUBLISHED.items():
        print(f"{name:24}", *(f"{kind} {'-' if f is None else f}" for kind, f in zip(KINDS, figures, strict=True)))


if __name__ == "__main__":
    main()
