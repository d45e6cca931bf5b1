"""Labelled documents in, padded batches out: paragraphs packed into windows, cut and varied anew in each epoch."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from random import Random

import torch
from tokenizers import Tokenizer
from torch import Tensor

from backstory.annotate.tokens import Case, Marks, Words, plain
from training.reader.sets import LINK_NONE, LINK_UNKNOWN, Document, Labelled

CLS, SEP, UNKNOWN = 101, 102, 100
UNLABELLED = -100


@dataclass(slots=True)
class Window:
    """One row of a batch."""

    ids: list[int]
    cases: list[int]
    marks: list[int]
    first: list[int]
    begins: list[bool]
    labels: dict[str, list[int]]
    links: list[tuple[int, int, int]]
    paragraphs: list[tuple[int, int]]
    """The words [from, to) of each paragraph."""


class Cutter:
    """Cuts documents into windows of at most so many subwords; remembers each word's subwords."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        tokenizer.no_padding()
        tokenizer.no_truncation()
        self._tokenizer = tokenizer
        self._known: dict[str, list[int]] = {}

    def pieces(self, words: Words) -> list[list[int]]:
        """Return each word's subword ids; a word that the tokenizer does not see is one unknown subword."""
        for word in {word for word in words.texts if word not in self._known}:
            ids = self._tokenizer.encode(plain(word), add_special_tokens=False).ids
            self._known[word] = ids[:12] or [UNKNOWN]
        return [self._known[word] for word in words.texts]

    def windows(self, document: Document, room: int, rng: Random | None = None) -> list[Window]:
        """Return the windows of a document; with `rng`, each holds a random share of `room`."""
        windows, run, used = [], [], 0
        limit = self._limit(room, rng)
        for number, paragraph in enumerate(document):
            pieces = self.pieces(paragraph.words)
            begin = 0
            while begin < len(pieces):
                end, size = begin, 0
                while end < len(pieces) and size + len(pieces[end]) <= room - 2:
                    size += len(pieces[end])
                    end += 1
                if run and used + size + 2 > limit:
                    windows.append(_window(document, run))
                    run, used, limit = [], 0, self._limit(room, rng)
                run.append((number, begin, end, pieces))
                used += size + 1
                begin = end
        if run:
            windows.append(_window(document, run))
        return windows

    @staticmethod
    def _limit(room: int, rng: Random | None) -> int:
        return room if rng is None else rng.choice((room, room, room // 2, room // 4))


def _window(document: Document, run: list[tuple[int, int, int, list[list[int]]]]) -> Window:
    heads = document[run[0][0]].labels.keys()
    window = Window([CLS], [0], [0], [], [], {head: [] for head in heads}, [], [])
    position: dict[tuple[int, int], int] = {}
    for number, begin, end, pieces in run:
        words, labels = document[number].words, document[number].labels
        opened = len(window.first)
        for i in range(begin, end):
            position[number, i] = len(window.first)
            window.begins.append(i == begin)
            window.first.append(len(window.ids))
            window.ids += pieces[i]
            window.cases += [words.cases[i]] * len(pieces[i])
            window.marks += [words.marks[i]] * len(pieces[i])
        for head in heads:
            window.labels[head] += labels[head][begin:end]
        window.paragraphs.append((opened, len(window.first)))
        window.ids.append(SEP)
        window.cases.append(0)
        window.marks.append(0)
    for number in {number for number, *_ in run}:
        for relation, word, target_paragraph, target_word in document[number].links:
            at = position.get((number, word))
            to = (
                LINK_NONE
                if target_paragraph == LINK_NONE
                else position.get((target_paragraph, target_word), LINK_UNKNOWN)
            )
            if at is not None and to != LINK_UNKNOWN:
                window.links.append((relation, at, to))
    return window


def vary(document: Document, rng: Random) -> Document:
    """Return the document as it is, or without capitals, without quotation marks, or with single ones."""
    draw = rng.random()
    if draw < 0.80:
        return document
    if draw < 0.86:
        return [_rewritten(p, [w.lower() for w in p.words.texts], lower=True) for p in document]
    if draw < 0.93:
        return _without_marks(document)
    swap = {"“": "‘", "”": "’", '"': "'", "``": "'", "''": "'", "‘": "“"}
    return [_rewritten(p, [swap.get(w, w) for w in p.words.texts], lower=False) for p in document]


def _rewritten(paragraph: Labelled, texts: list[str], *, lower: bool) -> Labelled:
    words = paragraph.words
    cases = [Case.LOWER if lower and 1 < c <= Case.INITIAL else c for c in words.cases]
    return Labelled(
        Words(texts, words.starts, words.ends, [int(c) for c in cases], words.marks), paragraph.labels, paragraph.links
    )


def _without_marks(document: Document) -> Document:
    """Leave out every quotation mark; a span that began with one begins with its next word."""
    kept = [[i for i, m in enumerate(p.words.marks) if m not in {Marks.OPENS, Marks.CLOSES}] for p in document]
    return [_kept(paragraph, kept, index) for index, paragraph in enumerate(document) if kept[index]]


def _kept(paragraph: Labelled, kept: list[list[int]], index: int) -> Labelled:
    old, here = paragraph.words, kept[index]
    take = [[column[i] for i in here] for column in (old.texts, old.starts, old.ends, old.cases)]
    labels = {}
    for head, column in paragraph.labels.items():
        labels[head] = [column[i] for i in here]
        for new, i in enumerate(here):
            if (
                i
                and i - 1 not in set(here[max(0, new - 1) : new])
                and column[i - 1] == column[i] - 1
                and column[i - 1] % 2
            ):
                labels[head][new] = column[i - 1]
    number = {old_index: new for new, old_index in enumerate(i for i, k in enumerate(kept) if k)}
    links = []
    for relation, word, to_paragraph, to_word in paragraph.links:
        target = _moved(kept[to_paragraph], to_word) if to_paragraph >= 0 else None
        word = _moved(here, word)
        if word is not None and (to_paragraph < 0 or target is not None):
            links.append((relation, word, number[to_paragraph] if to_paragraph >= 0 else LINK_NONE, target or 0))
    return Labelled(Words(*take, [0] * len(here)), labels, links)


def _moved(kept: list[int], word: int) -> int | None:
    """Return the new index of the first kept word from `word` on."""
    new = bisect_left(kept, word)
    return new if new < len(kept) else None


def collate(windows: list[Window]) -> dict[str, Tensor]:
    """Return padded tensors of a batch; a head that a window does not teach is UNLABELLED throughout."""
    subwords, words = max(len(w.ids) for w in windows), max(len(w.first) for w in windows)

    def padded(rows: list[list[int]], width: int, fill: int) -> Tensor:
        return torch.tensor([row + [fill] * (width - len(row)) for row in rows])

    batch = {
        "ids": padded([w.ids for w in windows], subwords, 0),
        "cases": padded([w.cases for w in windows], subwords, 0),
        "marks": padded([w.marks for w in windows], subwords, 0),
        "first": padded([w.first for w in windows], words, 0),
        "begins": padded([[int(b) for b in w.begins] for w in windows], words, 0).bool(),
        "real": padded([[1] * len(w.first) for w in windows], words, 0).bool(),
    }
    here = torch.arange(subwords)[None] < torch.tensor([len(w.ids) for w in windows])[:, None]
    batch["mask"] = torch.where(here, 0.0, -1e4)[:, None, None, :]
    for head in sorted({head for w in windows for head in w.labels}):
        rows = [w.labels.get(head, [UNLABELLED] * len(w.first)) for w in windows]
        batch[head] = padded(rows, words, UNLABELLED)
    batch["links"] = torch.tensor(
        [(row, *link) for row, w in enumerate(windows) for link in w.links], dtype=torch.long
    ).reshape(-1, 4)
    return batch
