"""An article in, what the model found in it out: quote parts and their links, names, times, sentences, vectors.

The model is one small encoder with a head a task; `training/reader` makes it and docs/model.md describes it. It reads
an article in windows, one at a time: the range of its int8 activations depends on that window alone, and so the same
article gives the same answer to the last bit whatever is read before, after or beside it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib.resources import as_file, files
from itertools import accumulate
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from backstory.annotate.chains import Chain, Labelled, spans
from backstory.annotate.links import Linker, attributed
from backstory.annotate.sentences import sentences
from backstory.annotate.spans import Found, Seen
from backstory.annotate.tokens import Words, split_words
from backstory.annotate.windows import Pieces, Window, windows
from backstory.records import Kind, Reading, Span

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

__all__ = ["Findings", "Reader"]

Vectors: TypeAlias = NDArray[np.float32]

READ = (Kind.HEADLINE, Kind.STANDFIRST, Kind.BODY, Kind.CAPTION)
LEAST = {
    **dict.fromkeys(("source", "cue"), 0.35),
    "content": 0.25,
    **dict.fromkeys(("person", "organisation", "place", "other"), 0.35),
    **dict.fromkeys(("DATE", "TIME", "DURATION", "SET"), 0.3),
}
"""Probability from which a span is reported. About half the F1 of its kind makes F1 highest; on three fifths of
PolNeAR's development items contents gained .02 over the likeliest labelling, and sources and cues lost nothing."""
WIDTH = 384
"""Numbers in a vector."""
LANGUAGES = frozenset({"en"})
"""The languages that the model has learned; articles in others are left to the rules."""
SURE, ALLOWED = 2.0, -3.0
"""Log odds of a sentence's end: the model alone ends one from the first on, the rules where it stays above the second.
On held-out parts of ECB+, CoNLL-2003 and politics: F1 .973, the model alone .959, the rules alone .954."""


@dataclass(frozen=True, slots=True)
class Findings(Seen):
    """What the model found in one text; spans are in order and in code points of that text.

    Beside what `Seen` has, `vectors` has a row of unit length for each of `sentences`, and `vector` is the whole
    article's; both are float32 and 384 long.
    """

    vectors: Vectors = field(default_factory=lambda: np.zeros((0, WIDTH), np.float32))
    vector: Vectors = field(default_factory=lambda: np.zeros(WIDTH, np.float32))


@dataclass(frozen=True, slots=True)
class _Outputs:
    """The model's raw answers, a row a word of the article."""

    scores: Vectors
    links: Vectors
    meaning: Vectors


class Reader:
    """The model, loaded when it is first asked to read. One instance may be kept for as long as wanted."""

    def __init__(self, *, threads: int = 1) -> None:
        """Take the number of threads for one window's products; more articles at once are a pool's business."""
        self._threads = threads

    def seen(self, reading: Reading) -> Findings:
        """Return what the model found in one article: nothing where its language is one that it has not learned."""
        if (reading.article.language or "en").partition("-")[0].lower() not in LANGUAGES:
            return Findings()
        return self.read(reading.text, [Span(p.start, p.end) for p in reading.paragraphs if p.kind in READ])

    def meaning(self, text: str) -> Vectors:
        """Return the vector of a short text such as a search, to compare with articles'; zeros where it has no word."""
        words = split_words(text, 0, len(text))
        if not words.texts:
            return np.zeros(WIDTH, np.float32)
        vector: Vectors = _unit(self._outputs([words]).meaning.mean(0, keepdims=True))[0]
        return vector

    def read(self, text: str, paragraphs: Sequence[Span]) -> Findings:
        """Return what the model found in consecutive `paragraphs` of `text`."""
        words = [split_words(text, span.start, span.end) for span in paragraphs]
        starts = [start for paragraph in words for start in paragraph.starts]
        ends = [end for paragraph in words for end in paragraph.ends]
        lengths = [len(paragraph.texts) for paragraph in words]
        if not starts:
            return Findings()
        out = self._outputs(words)
        labelled = self._labelled(out.scores[:, :-1].astype(np.float64), lengths)

        def found(head: str) -> tuple[Found, ...]:
            return tuple(Found(starts[s.first], ends[s.last], s.kind, s.probability) for s in labelled[head])

        parts = found("quotes")
        groups = attributed(parts, labelled["quotes"], _paragraph_numbers(lengths), out.links, self._linker)
        ruled = {end.end for span in paragraphs for end in sentences(text, span.start, span.end)}
        borders = _borders(out.scores[:, -1], [end in ruled for end in ends], lengths)
        told = tuple(Span(starts[first], ends[last]) for first, last in borders)
        vectors = _unit(np.stack([out.meaning[a : b + 1].mean(0) for a, b in borders]))
        whole = _unit(out.meaning.mean(0, keepdims=True))[0]
        return Findings(parts, found("names"), found("times"), told, groups, vectors, whole)

    def _labelled(self, scores: NDArray[np.float64], lengths: Sequence[int]) -> dict[str, list[Labelled]]:
        """Return each head's spans; the columns of `scores` are the heads' labels in the order of the heads."""
        chains = tuple(self._chains.values())
        borders = list(accumulate(len(chain.labels) for chain in chains))
        return dict(
            zip(self._chains, spans(chains, np.split(scores, borders[:-1], axis=1), lengths, LEAST), strict=True)
        )

    def _outputs(self, paragraphs: Sequence[Words]) -> _Outputs:
        rows: list[list[Vectors]] = [[], [], []]
        for window in windows(paragraphs, self._pieces):
            for kept, output in zip(rows, self._run(window), strict=True):
                kept.append(output)
        return _Outputs(*(np.concatenate(kept) for kept in rows))

    def _run(self, window: Window) -> list[Vectors]:
        columns = {"ids": window.ids, "cases": window.cases, "marks": window.marks, "first": window.first}
        inputs = {name: np.asarray(column, dtype=np.int64) for name, column in columns.items()}
        outputs: list[Vectors] = self._session.run(["scores", "links", "meaning"], inputs)
        return outputs

    @cached_property
    def _session(self) -> InferenceSession:
        from onnxruntime import InferenceSession, SessionOptions

        options = SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = self._threads, 1
        options.log_severity_level = 3
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        with as_file(files("backstory.models") / "reader.onnx") as path:
            return InferenceSession(str(path), options, providers=["CPUExecutionProvider"])

    @cached_property
    def _pieces(self) -> Pieces:
        from tokenizers import Tokenizer

        return Pieces(Tokenizer.from_str((files("backstory.models") / "reader-tokenizer.json").read_text("utf-8")))

    @cached_property
    def _described(self) -> dict[str, dict[str, dict[str, list[float]]]]:
        described: dict[str, dict[str, dict[str, list[float]]]] = json.loads(
            (files("backstory.models") / "reader.json").read_text("utf-8")
        )
        return described

    @cached_property
    def _chains(self) -> dict[str, Chain]:
        return {
            head: Chain(
                np.asarray(given["moves"]),
                np.asarray(given["first"]),
                np.asarray(given["last"]),
                tuple(map(str, given["labels"])),
            )
            for head, given in self._described["chains"].items()
        }

    @cached_property
    def _linker(self) -> Linker:
        return Linker(np.asarray(self._described["links"]["none"]))


def _paragraph_numbers(lengths: Sequence[int]) -> NDArray[np.intp]:
    return np.repeat(np.arange(len(lengths)), lengths)


def _borders(odds: Vectors, ruled: Sequence[bool], lengths: Sequence[int]) -> list[tuple[int, int]]:
    """Return the first and last word of each sentence; a paragraph's end ends one."""
    borders, begin = [], 0
    for length in lengths:
        last = begin + length - 1
        for word in range(begin, last + 1):
            if word == last or odds[word] > (ALLOWED if ruled[word] else SURE):
                borders.append((begin, word))
                begin = word + 1
    return borders


def _unit(vectors: Vectors) -> Vectors:
    lengths = np.sqrt((vectors * vectors).sum(1, keepdims=True))
    unit: Vectors = (vectors / np.maximum(lengths, 1e-9)).astype(np.float32)
    return unit
