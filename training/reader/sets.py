"""The development sets in, labelled documents out: paragraphs of words with labels for the heads that the set teaches.

Nothing of these sets is kept in the repository; where `../shared/data` is absent, `shared()` says so. The environment
variable BACKSTORY_SHARED names another place.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import xml.etree.ElementTree as ET
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from backstory.annotate.tokens import Words, split_words

QUOTES, NAMES, TIMES, SENTENCES = "quotes", "names", "times", "sentences"
KINDS = {
    QUOTES: ("source", "cue", "content"),
    NAMES: ("person", "organisation", "place", "other"),
    TIMES: ("DATE", "TIME", "DURATION", "SET"),
}
NAME_KINDS = {
    "person": "person",
    "politician": "person",
    "organisation": "organisation",
    "politicalparty": "organisation",
    "location": "place",
    "country": "place",
    "election": "other",
    "event": "other",
    "misc": "other",
}
LINK_NONE, LINK_UNKNOWN = -1, -2
FOLDS = 5


@dataclass(slots=True)
class Labelled:
    """One paragraph: its words, and for each head a label a word (or None where the set does not say)."""

    words: Words
    labels: dict[str, list[int]] = field(default_factory=dict)
    links: list[tuple[int, int, int, int]] = field(default_factory=list)
    """(relation, word, target's paragraph, target's word); relation 0 content-cue, 1 content-source, 2 cue-source."""


Document = list[Labelled]


def shared() -> Path:
    """Return the folder of the development sets, or stop and say what is missing."""
    root = Path(os.environ.get("BACKSTORY_SHARED", Path(__file__).resolve().parents[2].parent / "shared"))
    if not (root / "data").is_dir():
        raise SystemExit(f"The development sets are not at {root / 'data'}; set BACKSTORY_SHARED. Nothing was trained.")
    return root / "data"


def tags(head: str) -> list[str]:
    """Return the labels of a head in order: O, then B- and I- of each kind."""
    return ["O", *(f"{begin}-{kind}" for kind in KINDS[head] for begin in "BI")]


def label_spans(words: Words, head: str, spans: list[tuple[int, int, str]]) -> list[int]:
    """Return one label a word: a word belongs to the first span that touches it."""
    labels = [0] * len(words.texts)
    for start, end, kind in spans:
        begin = 1 + 2 * KINDS[head].index(kind)
        previous = None
        for i, (low, high) in enumerate(zip(words.starts, words.ends, strict=True)):
            if low < end and high > start and labels[i] == 0:
                labels[i] = begin + (previous == i - 1)
                previous = i
    return labels


def held_out(name: str) -> bool:
    """Return whether a TempEval document is in the fifth that the shipped model never saw."""
    return int(sha256(name.encode()).hexdigest(), 16) % FOLDS == 0


# PolNeAR: source, cue and content with their links


def polnear(part: str) -> dict[str, list[Document]]:
    """Return for each article of PolNeAR's `part` (train or dev) one document an annotator."""
    articles: dict[str, list[Document]] = defaultdict(list)
    with zipfile.ZipFile(shared() / "polnear-train-dev.zip") as archive:
        for name in sorted(archive.namelist()):
            if name.startswith(f"data/{part}/attributions/") and name.endswith(".ann"):
                stem = Path(name).stem.rsplit("_", 1)[0]
                text = archive.read(f"data/{part}/text/{stem}.txt").decode("utf-8")
                articles[stem].append(_attributions(text, archive.read(name).decode("utf-8")))
    return dict(articles)


def polnear_texts(part: str) -> Iterator[tuple[str, list[list[tuple[int, int, str]]]]]:
    """Yield each article's text and, for each annotator, its spans in the text, cut where a line ends."""
    with zipfile.ZipFile(shared() / "polnear-train-dev.zip") as archive:
        names = sorted(n for n in archive.namelist() if n.startswith(f"data/{part}/") and not n.endswith("/"))
        for name in (n for n in names if n.endswith(".txt")):
            text, stem = archive.read(name).decode("utf-8"), Path(name).stem
            versions = []
            for annotated in names:
                if annotated.endswith(".ann") and Path(annotated).stem.rsplit("_", 1)[0] == stem:
                    spans, _ = _standoff(archive.read(annotated).decode("utf-8"))
                    versions.append(
                        [
                            (start + m.start(), start + m.end(), kind)
                            for _, kind, parts in spans
                            for start, end in parts
                            for m in re.finditer(r"[^\s](?:[^\n]*[^\s])?", text[start:end])
                        ]
                    )
            yield text, versions


def _attributions(text: str, annotation: str) -> Document:
    spans, events = _standoff(annotation)
    document, where = [], []
    for match in re.finditer(r"[^\n]*\S[^\n]*", text):
        words = split_words(text, match.start(), match.end())
        labels = label_spans(words, QUOTES, [(s, e, kind) for _, kind, parts in spans for s, e in parts])
        document.append(Labelled(words, {QUOTES: labels}))
        where.append((match.start(), match.end()))
    _link(document, where, {key: parts for key, _, parts in spans}, events)
    return document


def _standoff(annotation: str) -> tuple[list[tuple[str, str, list[tuple[int, int]]]], list[dict[str, list[str]]]]:
    spans, events = [], []
    for line in annotation.splitlines():
        key, _, rest = line.partition("\t")
        if key.startswith("T"):
            kind, _, offsets = rest.split("\t")[0].partition(" ")
            if kind.lower() in KINDS[QUOTES]:
                parts = [tuple(map(int, part.split())) for part in offsets.split(";")]
                spans.append((key, kind.lower(), parts))
        elif key.startswith("E"):
            roles: dict[str, list[str]] = defaultdict(list)
            for role in rest.split():
                name, _, target = role.partition(":")
                roles[re.sub(r"\d+$", "", name).lower()].append(target)
            events.append(roles)
    return spans, events


def _link(
    document: Document,
    where: list[tuple[int, int]],
    parts: dict[str, list[tuple[int, int]]],
    events: list[dict[str, list[str]]],
) -> None:
    for roles in events:
        found = {role: _begins(document, where, parts, roles.get(role, [])) for role in KINDS[QUOTES]}
        for relation, (role, target) in enumerate((("content", "cue"), ("content", "source"), ("cue", "source"))):
            to = found[target][0] if found[target] else (LINK_NONE, LINK_NONE)
            for paragraph, word in found[role] if role == "content" else found[role][:1]:
                document[paragraph].links.append((relation, word, *to))


def _begins(
    document: Document, where: list[tuple[int, int]], parts: dict[str, list[tuple[int, int]]], keys: list[str]
) -> list[tuple[int, int]]:
    """Return (paragraph, word) of every labelled piece's first word of the spans `keys`."""
    begins = []
    for start, end in sorted(part for key in keys for part in parts.get(key, [])):
        for index, (low, high) in enumerate(where):
            if low < end and high > start:
                words, labels = document[index].words, document[index].labels[QUOTES]
                begins += [
                    (index, i)
                    for i in range(len(words.texts))
                    if words.starts[i] < end and words.ends[i] > start and labels[i] % 2 == 1
                ]
    return begins


def polnear_items() -> dict[str, list[tuple[list[str], list[str]]]]:
    """Return for each development article its items as CofeNet cuts them: tokens and labels."""
    articles = defaultdict(list)
    with gzip.open(shared() / "polnear-dev-items.jsonl.gz", "rt", encoding="utf-8") as lines:
        for item in map(json.loads, lines):
            articles[item["id"]].append((item["tokens"], item["labels"]))
    return dict(articles)


# CoNLL-2003 and CrossNER politics: names and sentence ends


def columns(name: str) -> list[list[tuple[str, str]]]:
    """Return the sentences of `conll2003/train` and the like as (token, label) pairs."""
    with zipfile.ZipFile(shared() / "crossner-train-dev.zip") as archive:
        text = archive.read(f"ner_data/{name}.txt").decode("utf-8")
    blocks = (block.strip().split("\n") for block in re.split(r"\n\s*\n", text) if block.strip())
    sentences = [[tuple(line.split("\t")[:2]) for line in block if "\t" in line] for block in blocks]
    return [sentence for sentence in sentences if sentence and sentence[0][0] != "-DOCSTART-"]


def named(name: str, group: int) -> list[Document]:
    """Return the sentences of a set, `group` consecutive ones a document, one or several a paragraph."""
    sentences = columns(name)
    documents = []
    for first in range(0, len(sentences), group):
        runs: list[list[list[tuple[str, str]]]] = []
        for index, sentence in enumerate(sentences[first : first + group]):
            closed = bool(runs) and runs[-1][-1][-1][0] in {".", "?", "!", '"'}
            if closed and sentence[-1][0] in {".", "?", "!", '"'} and (first + index) % 3:
                runs[-1].append(sentence)
            else:
                runs.append([sentence])
        documents.append([_run(run) for run in runs])
    return documents


def _run(sentences: list[list[tuple[str, str]]]) -> Labelled:
    text, spans, ends = "", [], []
    for sentence in sentences:
        for token, label in sentence:
            start = len(text)
            text += token
            kind = NAME_KINDS.get(label[2:])
            if label.startswith("B-") and kind:
                spans.append((start, len(text), kind))
            elif label.startswith("I-") and kind and spans:
                spans[-1] = (spans[-1][0], len(text), kind)
            text += " "
        ends.append(len(text) - 1)
    words = split_words(text)
    return Labelled(words, {NAMES: label_spans(words, NAMES, spans), SENTENCES: _ends(words, ends)})


def _ends(words: Words, ends: list[int]) -> list[int]:
    closing = set(ends)
    return [int(end in closing) for end in words.ends]


# TempEval-3's training documents: time expressions


def tempeval(*, keep_held_out: bool) -> list[Document]:
    """Return TempEval-3's training documents: those the model learns from, or the fifth it never sees."""
    documents = []
    with zipfile.ZipFile(shared() / "tempeval3-train.zip") as archive:
        for name in sorted(n for n in archive.namelist() if n.endswith(".tml")):
            if held_out(Path(name).name) == keep_held_out:
                documents.append(_timex(archive.read(name).decode("utf-8", "replace")))
    return documents


def _timex(markup: str) -> Document:
    body = ET.fromstring(re.sub(r"&(?!amp;|lt;|gt;|quot;|apos;|#)", "&amp;", markup)).find("TEXT")  # noqa: S314
    text, spans = "", []
    for element, piece in _pieces(body):
        if element is not None:
            spans.append((len(text), len(text) + len("".join(element.itertext())), element.get("type", "DATE")))
        text += piece
    document = []
    for match in re.finditer(r"[^\n]*\S[^\n]*(?:\n(?!\s*\n)[^\n]*\S[^\n]*)*", text):
        words = split_words(text, match.start(), match.end())
        document.append(Labelled(words, {TIMES: label_spans(words, TIMES, spans)}))
    return document


def _pieces(element: ET.Element) -> Iterator[tuple[ET.Element | None, str]]:
    yield (element if element.tag == "TIMEX3" else None), element.text or ""
    for child in element:
        yield from _pieces(child)
        yield None, child.tail or ""


# ECB+: sentence ends of news as crawled


def ecb(limit: int) -> list[Document]:
    """Return the first `limit` documents of ECB+ (topics 1 to 35) with their sentence ends."""
    documents = []
    with zipfile.ZipFile(shared() / "ecbplus-topics-1-35.zip") as archive:
        names = sorted((n for n in archive.namelist() if n.endswith(".xml")), key=lambda n: sha256(n.encode()).digest())
        for name in names[:limit]:
            sentences: dict[int, list[str]] = defaultdict(list)
            for token in ET.fromstring(archive.read(name)).iter("token"):  # noqa: S314
                sentences[int(token.get("sentence", "0"))].append(token.text or "")
            kept = [
                tokens for _, tokens in sorted(sentences.items()) if len(tokens) > 3 and tokens[-1] in {".", "?", "!"}
            ]
            documents.append([_sentences(kept[i : i + 4]) for i in range(0, len(kept), 4)])
    return [document for document in documents if document]


def _sentences(sentences: list[list[str]]) -> Labelled:
    text, ends = "", []
    for tokens in sentences:
        for token in tokens:
            glue = (
                ""
                if token in {".", ",", "?", "!", ";", ":", "'s", "n't", ")", "%"} or text.endswith(("(", "$"))
                else " "
            )
            text += (glue if text else "") + token
        ends.append(len(text))
    words = split_words(text)
    return Labelled(words, {SENTENCES: _ends(words, ends)})
