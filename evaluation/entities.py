"""Span F1 of names of persons, organisations and places on CoNLL-2003's and CrossNER politics' development parts.

Both parts are held out from training. A span counts when its first and last token and its kind are right. The fourth
kind, other, is printed and not scored. The peer, spaCy's small English pipeline, runs in an environment of its own:
see evaluation/peers/spacy_names.py.

    python -m evaluation.entities
"""

from __future__ import annotations

from backstory.annotate.reader import Reader
from evaluation.paths import shared
from evaluation.spans import Tally, joined, on_tokens, runs
from training.reader import sets

__all__ = ["score"]

KINDS = ("person", "organisation", "place")
SETS = {"conll": ("conll2003/dev", 20), "politics": ("politics/dev", 1)}
"""Where a set stands, and how many consecutive sentences are read as one article."""


def tallies(reader: Reader, name: str, together: int) -> dict[str, Tally]:
    """Return a tally a kind of name."""
    result = {kind: Tally() for kind in (*KINDS, "other")}
    sentences = sets.columns(name)
    for begin in range(0, len(sentences), together):
        group = sentences[begin : begin + together]
        made = joined([token for token, _ in sentence] for sentence in group)
        found = reader.read(made.text, made.paragraphs).entities
        for sentence, tokens in zip(group, made.tokens, strict=True):
            inside = [f for f in found if f.start < tokens[-1].end and f.end > tokens[0].start]
            placed = [(on_tokens(tokens, f.start, f.end), f.label) for f in inside]
            meant = [(first, last, sets.NAME_KINDS[label]) for first, last, label in runs([tag for _, tag in sentence])]
            for kind, tally in result.items():
                tally.add(
                    [(a, b) for a, b, label in meant if label == kind], [at for at, label in placed if label == kind]
                )
    return result


def together(counted: dict[str, Tally]) -> Tally:
    """Return the three scored kinds' tallies as one."""
    kept = [counted[kind] for kind in KINDS]
    return Tally(sum(t.meant for t in kept), sum(t.found for t in kept), sum(t.both for t in kept))


def score() -> dict[str, float]:
    """Return the F1 over the three kinds for both sets; nothing where they are absent."""
    if shared("data/crossner-train-dev.zip") is None:
        return {}
    reader = Reader()
    return {f"entities.{key}": round(together(tallies(reader, *where)).f1, 4) for key, where in SETS.items()}


def main() -> None:
    """Print every kind's figures."""
    if shared("data/crossner-train-dev.zip") is None:
        return
    reader = Reader()
    for key, where in SETS.items():
        counted = tallies(reader, *where)
        for kind, tally in (counted | {"the three": together(counted)}).items():
            print(f"{key:10} {kind:14} {tally}")


if __name__ == "__main__":
    main()
