"""Articles in, the reader of roles out: word lists, background weights and a small network in NumPy."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from backstory.clean.lexicon import SHAPES, Lexicon, Written, stem
from backstory.clean.roles import PAIRS, ROLES, features_of
from backstory.clean.units import Unit, tokens_of
from backstory.records import Kind
from training.split.articles import Article
from training.split.glue import laid_out

STYLE_WORDS, WORDS, WIDTH, HIDDEN = 6000, 24000, 16, 32
RATE, DROPPED, DECAY = 0.002, 0.5, 1e-5

CAPITALISED = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
    "Jan",
    "Feb",
    "Aug",
    "Sept",
    "Oct",
    "Nov",
    "Dec",
    "Mr",
    "Mrs",
    "Ms",
    "Dr",
    "Sir",
    "President",
    "Prime",
    "Minister",
    "Secretary",
    "Senator",
    "Lord",
    "Foreign",
    "General",
    "Chief",
    "Reuters",
    "AP",
    "AFP",
    "PA",
    "CNN",
    "Times",
    "I",
    "By",
]


def unit(text: str) -> Unit:
    return Unit((), text, tokens_of(text), Kind.BODY)


def word_lists(articles: Sequence[Article]) -> dict[str, Any]:
    """Return the word lists and how rare each word is."""
    used: Counter[str] = Counter()
    spread: Counter[str] = Counter()
    for article in articles:
        tokens = [token for line in article.body for token in tokens_of(line)]
        used.update({token for token in tokens if token.islower() or not token[0].isalnum()})
        spread.update({stem(token) for token in tokens if len(token) > 2 or (token.isupper() and len(token) > 1)})
    style = [word for word, _ in sorted(used.items(), key=lambda pair: (-pair[1], pair[0]))]
    style = [*SHAPES, *CAPITALISED, *[w for w in style if w not in CAPITALISED]][:STYLE_WORDS]
    ranked = [word for word, count in sorted(spread.items(), key=lambda pair: (-pair[1], pair[0])) if count > 2][:WORDS]
    idf = np.asarray([np.log(len(articles) / spread[word]) for word in ranked], dtype=np.float32)
    return {"style": _packed(style), "words": _packed(ranked), "idf": idf.astype(np.float16)}


def _packed(words: Sequence[str]) -> np.ndarray:
    return np.frombuffer("\n".join(words).encode(), dtype=np.uint8)


def quantised(name: str, matrix: np.ndarray) -> dict[str, Any]:
    """Return `matrix` as int8 with one scale a column."""
    scale = np.abs(matrix).max(axis=0) / 127 + 1e-9
    return {name: np.round(matrix / scale).astype(np.int8), f"{name}_scale": scale.astype(np.float32)}


def labelled(articles: Sequence[Article], rng: random.Random) -> tuple[list[Unit], np.ndarray]:
    """Return units of `articles` in several layouts, each with its role."""
    units: list[Unit] = []
    roles: list[int] = []
    names = {name: place for place, name in enumerate(ROLES)}
    for article in articles:
        for plain in (True, False):
            split = 0.0 if plain else 0.3
            lines = laid_out(article, rng, headline=False, plain=plain, split=split)
            marks = ["middle"] * len(lines)
            marks[-1] = "last"
            marks[1 : min(2, len(lines) - 1)] = ["second"] * len(marks[1 : min(2, len(lines) - 1)])
            marks[0] = "lead"
            if plain and article.title:
                lines, marks = [article.title, *lines], ["headline", *marks]
            if plain:
                above = [line for line in article.above if rng.random() < 0.3]
                lines, marks = [*lines, *above], [*marks, *["other"] * len(above)]
            units += map(unit, lines)
            roles += [names[mark] for mark in marks]
    return units, np.asarray(roles)


def train_reader(articles: Sequence[Article], lists: dict[str, Any], *, seed: int, epochs: int = 4) -> dict[str, Any]:
    """Return the weights of the reader of roles, trained by Adam on `articles`."""
    style = {word: row for row, word in enumerate(bytes(lists["style"]).decode().split("\n"))}
    units, roles = labelled(articles, random.Random(seed))
    rows, filled = features_of(Written(units, Lexicon({}, style)), len(style))
    counts = filled.sum(axis=1)
    data = np.repeat(1 / np.sqrt(counts), counts).astype(np.float32)
    size = len(style) + PAIRS
    inputs = csr_matrix((data, rows[filled], np.append(0, np.cumsum(counts))), shape=(len(units), size))
    inputs.sum_duplicates()
    rng = np.random.default_rng(seed)
    net = {
        "embedding": rng.normal(0, 0.1, (size, WIDTH)).astype(np.float32),
        "hidden": rng.normal(0, 0.3, (WIDTH, HIDDEN)).astype(np.float32),
        "hidden_bias": np.zeros(HIDDEN, np.float32),
        "out": rng.normal(0, 0.2, (HIDDEN, len(ROLES))).astype(np.float32),
        "out_bias": np.zeros(len(ROLES), np.float32),
    }
    moments = {name: (np.zeros_like(w), np.zeros_like(w)) for name, w in net.items()}
    step, batch, total = 0, 512, epochs * len(units)
    for _ in range(epochs):
        order = rng.permutation(len(units))
        for begin in range(0, len(units), batch):
            rows = order[begin : begin + batch]
            step += 1
            rate = RATE * (1 - step * batch / (total + batch)) + 1e-5
            x = inputs[rows]
            x.data = x.data * (rng.random(len(x.data)) > DROPPED) / np.float32(1 - DROPPED)
            _update(net, moments, _gradients(net, x, roles[rows], rng), step, rate)
    return {**quantised("embedding", net.pop("embedding")), **net}


def _gradients(net: dict[str, Any], x: csr_matrix, y: np.ndarray, rng: np.random.Generator) -> dict[str, Any]:
    bags = x @ net["embedding"]
    raw = bags @ net["hidden"] + net["hidden_bias"]
    keep = (rng.random(raw.shape) > 0.2) / np.float32(0.8)
    hidden = np.maximum(raw, 0) * keep
    scores = hidden @ net["out"] + net["out_bias"]
    chances = np.exp(scores - scores.max(axis=1, keepdims=True))
    chances /= chances.sum(axis=1, keepdims=True)
    chances[np.arange(len(y)), y] -= 1
    chances /= len(y)
    back = (chances @ net["out"].T) * keep * (raw > 0)
    return {
        "out": hidden.T @ chances,
        "out_bias": chances.sum(axis=0),
        "hidden": bags.T @ back,
        "hidden_bias": back.sum(axis=0),
        "embedding": x.T @ (back @ net["hidden"].T) + DECAY * net["embedding"],
    }


def _update(net: dict[str, Any], moments: dict[str, Any], slopes: dict[str, Any], step: int, rate: float) -> None:
    for name, slope in slopes.items():
        mean, square = moments[name]
        mean += 0.1 * (slope - mean)
        square += 0.01 * (slope * slope - square)
        net[name] -= (rate * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.99**step)) + 1e-8)).astype(np.float32)
