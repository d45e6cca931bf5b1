"""Strict and relaxed F1 of the model's time expressions on the fifth of TempEval-3's training documents it never saw.

Strict: first and last word right. Relaxed: any word shared (TempEval-3's "relaxed match"). Types are printed, not
scored: values and types are the grammar's part (evaluation/times.py).

    python -m evaluation.time_spans
"""

from __future__ import annotations

from backstory.annotate.reader import Reader
from backstory.records import Span
from evaluation.paths import shared
from evaluation.spans import Tally, runs
from training.reader import sets

__all__ = ["score"]


def tallies(reader: Reader) -> tuple[Tally, Tally, Tally]:
    """Return the tallies of strict spans, of strict spans with their type, and of relaxed spans."""
    strict, typed, relaxed = Tally(), Tally(), Tally()
    names = sets.tags(sets.TIMES)
    for document in sets.tempeval(keep_held_out=True):
        for paragraph in document:
            words = paragraph.words
            text = [" "] * words.ends[-1]
            for word, start in zip(words.texts, words.starts, strict=True):
                text[start : start + len(word)] = word
            found = reader.read("".join(text), [Span(words.starts[0], words.ends[-1])]).times
            labels = [names[label] for label in paragraph.labels[sets.TIMES]]
            meant = {(words.starts[first], words.ends[last], kind) for first, last, kind in runs(labels)}
            given = {(f.start, f.end, f.label) for f in found}
            strict.add([m[:2] for m in meant], [g[:2] for g in given])
            typed.add(meant, given)
            shared_ones = [(m[:2], g[:2]) for m in sorted(meant) for g in sorted(given) if m[0] < g[1] and g[0] < m[1]]
            relaxed.meant += len(meant)
            relaxed.found += len(given)
            relaxed.both += min(len({m for m, _ in shared_ones}), len({g for _, g in shared_ones}))
    return strict, typed, relaxed


def score() -> dict[str, float]:
    """Return strict and relaxed F1; nothing where the set is absent."""
    if shared("data/tempeval3-train.zip") is None:
        return {}
    strict, _, relaxed = tallies(Reader())
    return {"time_spans.strict": round(strict.f1, 4), "time_spans.relaxed": round(relaxed.f1, 4)}


def main() -> None:
    """Print the three tallies."""
    if shared("data/tempeval3-train.zip") is None:
        return
    for name, tally in zip(("strict", "with type", "relaxed"), tallies(Reader()), strict=True):
        print(f"{name:10} {tally}")


if __name__ == "__main__":
    main()
