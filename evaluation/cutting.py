"""Boundary F1 on glued newspaper exports, all marks taken away, beside TextTiling and dips between paragraph vectors.

The network that ships has seen these exports. The figures here come from four that have not: each was trained by
`training/split` with two of the exports left out and is scored on these. Everything else (the reader of roles,
word lists, vectors, thresholds) never saw any export. A boundary is right only at exactly the right line. One setting
for all files; the peers' thresholds are the best for all files together, chosen on the answers, which favours them.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from backstory.clean.lexicon import Written, stem
from backstory.clean.split import cut
from backstory.clean.units import Unit, tokens_of
from backstory.clean.vectors import cosines, static_vectors
from backstory.clean.weights import Network, Weights, weights
from backstory.records import Kind, Line
from evaluation.paths import shared
from training.split.articles import EXPORTS, LEFT_OUT, Article, exports

FOLDS = Path(__file__).resolve().parents[1] / "training" / "split" / "folds.npz"

Counts = np.ndarray
File = tuple[list[str], set[int]]


def score() -> dict[str, float]:
    """Return boundary F1 with and without headlines, and how many of 100 single articles are left whole."""
    if shared("data/newspaper-exports-dev.zip") is None:
        return {}
    found = exports()
    ours: dict[bool, Counts] = {True: np.zeros(3), False: np.zeros(3)}
    whole = total = 0
    seconds, articles = 0.0, 0
    for fold, names in enumerate(LEFT_OUT):
        known = unseen(fold)
        for name in names:
            line = f"{name:46s}"
            for headlines in (True, False):
                began = time.perf_counter()
                cuts = starts(*glued(found[name], headlines=headlines), known)
                counts = compare(cuts, gold_of(found[name], headlines))
                seconds, articles = seconds + time.perf_counter() - began, articles + len(found[name])
                ours[headlines] += counts
                line += f"  {'with' if headlines else 'without'} headlines {f1(counts):.3f}"
                for article in found[name]:
                    whole += len(starts(*glued([article], headlines=headlines), known)) == 0
                    total += 1
            print(line)
    figures = {
        "cutting.f1_headlines": f1(ours[True]),
        "cutting.f1_no_headlines": f1(ours[False]),
        "cutting.single_whole": whole / total,
    }
    peers = {"TextTiling": tiling, "vector dips": dips}
    files = [found[name] for name in EXPORTS]
    table = {name: {h: best(files, h, peer) for h in (True, False)} for name, peer in peers.items()}
    print(f"{'':24s}{'with headlines':>16s}{'without':>10s}{'single cut':>12s}")
    cut_singles = 1 - figures["cutting.single_whole"]
    print(f"{'Backstory':24s}{f1(ours[True]):16.3f}{f1(ours[False]):10.3f}{cut_singles:12.3f}")
    for name, row in table.items():
        print(f"{name:24s}{row[True]:16.3f}{row[False]:10.3f}")
    print(f"{1000 * seconds / articles:.1f} ms an article")
    return figures


def unseen(fold: int) -> Weights:
    """Return the package's weights with the network that has not seen the exports `LEFT_OUT[fold]`."""
    with np.load(FOLDS, allow_pickle=False) as arrays:
        layers = {name: arrays[f"fold{fold}_net_{name}"].astype(np.float32) for name in Network.__slots__}
    return replace(weights(), network=Network(**layers))


def glued(articles: Sequence[Article], *, headlines: bool) -> tuple[str, list[Line]]:
    """Return `articles` as one text, a paragraph a line, and its lines."""
    texts = [line for article in articles for line in lines_of(article, headlines)]
    lines, place = [], 0
    for text in texts:
        lines.append(Line(place, place + len(text), Kind.BODY, 1.0))
        place += len(text) + 1
    return "\n".join(texts), lines


def lines_of(article: Article, headlines: bool) -> list[str]:
    return [article.title, *article.body] if headlines and article.title else list(article.body)


def gold_of(articles: Sequence[Article], headlines: bool) -> set[int]:
    """Return the lines at which the second article and those after it begin."""
    sizes = [len(lines_of(article, headlines)) for article in articles]
    return {sum(sizes[:k]) for k in range(1, len(sizes))}


def starts(text: str, lines: Sequence[Line], known: Weights) -> set[int]:
    """Return the lines at which cutting begins a segment, but the first."""
    runs: set[int] = set()
    for segment in cut(text, lines, known=known):
        runs |= {a for a, before in zip(segment.lines, (-9, *segment.lines), strict=False) if a != before + 1}
    return runs - {0}


def compare(found: set[int], gold: set[int]) -> Counts:
    return np.asarray([len(found & gold), len(found - gold), len(gold - found)], dtype=float)


def f1(counts: Counts) -> float:
    return float(2 * counts[0] / max(2 * counts[0] + counts[1] + counts[2], 1))


def best(files: Sequence[Sequence[Article]], headlines: bool, peer: Callable[[list[str]], np.ndarray]) -> float:
    """Return the F1 of `peer` at the one threshold that is best for all `files` together."""
    depths = [peer([line for article in file for line in lines_of(article, headlines)]) for file in files]
    golds = [gold_of(file, headlines) for file in files]
    levels = np.quantile(np.concatenate(depths), np.linspace(0.5, 0.995, 60))
    return max(f1(sum(map(compare, [_above(d, level) for d in depths], golds), np.zeros(3))) for level in levels)


def _above(depths: np.ndarray, level: float) -> set[int]:
    return set(np.flatnonzero(depths > level).tolist()) - {0}


def tiling(lines: list[str]) -> np.ndarray:
    """Return the depth of each gap by TextTiling (Hearst 1997), paragraphs as blocks, three to a side."""
    words = [[stem(token) for token in tokens_of(line) if len(token) > 3] for line in lines]
    codes = {word: place for place, word in enumerate(sorted({word for line in words for word in line}))}
    scores = np.ones(len(lines))
    bags = [np.bincount([codes[word] for word in line], minlength=len(codes)) for line in words]
    for gap in range(1, len(lines)):
        before, after = np.sum(bags[max(gap - 3, 0) : gap], axis=0), np.sum(bags[gap : gap + 3], axis=0)
        scores[gap] = before @ after / max(float(np.linalg.norm(before) * np.linalg.norm(after)), 1e-9)
    return depth_of(scores)


def dips(lines: list[str]) -> np.ndarray:
    """Return the depth of each gap's dip between static paragraph vectors, three paragraphs to a side."""
    units = [Unit((), line, tokens_of(line), Kind.BODY) for line in lines]
    vectors = static_vectors(Written(units, weights().lexicon))
    sums = np.concatenate([np.zeros_like(vectors[:1]), np.cumsum(vectors - vectors.mean(axis=0), axis=0)])
    places = np.arange(len(units))
    before, after = sums[places] - sums[np.maximum(places - 3, 0)], sums[np.minimum(places + 3, len(units))] - sums[:-1]
    return depth_of(cosines(before, after))


def depth_of(scores: np.ndarray) -> np.ndarray:
    """Return how far each score lies below the peaks to its left and right, 0 where it is no local minimum."""
    depths = np.zeros(len(scores))
    for gap in range(1, len(scores)):
        near = scores[max(gap - 2, 1) : gap + 3]
        if scores[gap] <= near.min():
            depths[gap] = scores[max(gap - 5, 1) : gap + 1].max() + scores[gap : gap + 6].max() - 2 * scores[gap]
    return depths


if __name__ == "__main__":
    sys.exit(0 if score() else 1)
