"""Shared sets in, one file of numbers out: the features and labels of every line that the labeller learns from.

    python -m training.lines.make CACHE [FOLD ...]

writes `CACHE/pages.npz` and, for each fold of the pages' sites (0 if none is named), `CACHE/invented-FOLD.npz`, made of
what stands on the sites of the other folds.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Sequence
from pathlib import Path
from zlib import crc32

import numpy as np

from backstory.clean.features import features_of
from backstory.clean.pieces import pieces_of
from backstory.records import Kind
from training.lines.documents import IGNORED, KINDS, Document, pages
from training.lines.invented import Makings, Whole, groups_of, invent
from training.split import articles as sets

__all__ = ["FOLDS", "HELD_OUT", "arrays_of", "fold_of", "makings_of", "wholes"]

FOLDS = 5
HELD_OUT = 0
"""The fold of sites that the shipped weights were not trained on, and that the scorer measures."""
INVENTED = 2000
LONGEST = 400


def fold_of(group: str) -> int:
    """Return the fold that a site is in."""
    return crc32(group.encode()) % FOLDS


def wholes() -> list[Whole]:
    """Return clean whole articles of many outlets."""
    found = []
    for source in (sets.polnear, sets.reuters, sets.naeb):
        rng = random.Random(source.__name__)
        articles = [Whole(a.title, a.body, f"{a.corpus}:{a.group}") for a in source() if len(a.body) > 2]
        rng.shuffle(articles)
        found += articles[:900]
    return found


def makings_of(documents: Sequence[Document], articles: Sequence[Whole]) -> Makings:
    """Return what invented documents are made of, from the pages and articles that a fold may see."""
    runs, captions = [], []
    for document in documents:
        lines = [line for line in document.text.split("\n") if line.strip()]
        kinds = [KINDS[kind] if kind != IGNORED else None for kind in document.kinds]
        captions += [line for line, kind in zip(lines, kinds, strict=True) if kind is Kind.CAPTION and len(line) < 400]
        for at in range(0, len(lines) - 6, 6):
            if all(kind is Kind.FURNITURE for kind in kinds[at : at + 6]):
                runs.append(lines[at : at + 2 + at % 5])
    titles = [article.title for article in articles if article.title]
    own = [line for group in groups_of("captions.txt") for line in group]
    return Makings(articles, titles, runs, captions, groups_of("notices.txt"), own)


def arrays_of(documents: Sequence[Document]) -> dict[str, np.ndarray]:
    """Return the features of all lines of `documents`, one after the other, with where each document's begin."""
    ids, counts, dense, labels, sizes, known = [], [], [], [], [], []
    for document in documents:
        pieces = pieces_of(document.text)
        contents = [document.text[piece.start : piece.end] for piece in pieces]
        features = features_of(contents, pieces, document.text, document.repeats)
        ids.append(features.ids.astype(np.int32))
        counts.append(np.diff(np.append(features.starts, len(features.ids))))
        dense.append(features.dense.astype(np.float16))
        labels.append([_label(piece.hint, piece.because, document.kinds[piece.row]) for piece in pieces])
        sizes.append(len(pieces))
        known.append(bool(document.repeats))
    return {
        "ids": np.concatenate(ids),
        "counts": np.concatenate(counts).astype(np.int32),
        "dense": np.concatenate(dense),
        "labels": np.concatenate([np.asarray(row, dtype=np.int8) for row in labels]),
        "sizes": np.asarray(sizes, dtype=np.int32),
        "known": np.asarray(known),
    }


def _label(hint: Kind | None, because: str, kind: int) -> int:
    """Return the label of a piece of a line of `kind`: a caption's credit is furniture, a stamp is a date."""
    if hint is Kind.FURNITURE and because.startswith("credits") and kind == KINDS.index(Kind.CAPTION):
        return KINDS.index(Kind.FURNITURE)
    if hint is Kind.DATE:
        return KINDS.index(Kind.DATE)
    return kind


def main() -> None:
    """Write the arrays that training reads."""
    cache = Path(sys.argv[1])
    cache.mkdir(parents=True, exist_ok=True)
    documents = pages()
    folds = np.asarray([fold_of(document.group) for document in documents])
    np.savez(cache / "pages.npz", folds=folds, **arrays_of(documents))
    articles = wholes()
    for fold in map(int, sys.argv[2:] or ["0"]):
        seen = [document for document, own in zip(documents, folds, strict=True) if own != fold]
        hosts = {document.group for document in documents} - {document.group for document in seen}
        kept = [article for article in articles if not any(host and host in article.group for host in hosts)]
        made = invent(makings_of(seen, kept), INVENTED, seed=17 + fold)
        np.savez(cache / f"invented-{fold}.npz", **arrays_of(made))
        count = sum(len(document.kinds) for document in made)
        print(f"fold {fold}: {len(seen)} pages, {len(kept)} articles, {count} lines invented")


if __name__ == "__main__":
    main()
