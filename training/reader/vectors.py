"""The reader's vectors beside the published encoder's: `python -m training.reader.vectors`.

For ECB+ (topics 1 to 15, a topic's `ecb` and `ecbplus` halves being two events) and for headlines of the UCI news set,
it prints how well cosine tells pairs of one event from other pairs: the area under the ROC curve, and the best F1 over
pairs. The published encoder reads the first 256 subwords, as its card says.
"""

from __future__ import annotations

import csv
import gzip
import io
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.metrics import precision_recall_curve, roc_auc_score
from tokenizers import Tokenizer

from backstory.annotate.reader import Reader
from backstory.records import Span
from training.reader.encoder import TOKENIZER_SHA256, Encoder, published
from training.reader.sets import shared

TOPICS = 15
HEADLINES = 1500
Encode = Callable[[str], NDArray[np.float32]]


def ecb_articles() -> tuple[list[str], list[str]]:
    """Return articles and their events."""
    texts, events = [], []
    with zipfile.ZipFile(shared() / "ecbplus-topics-1-35.zip") as archive:
        for name in sorted(n for n in archive.namelist() if n.endswith(".xml")):
            topic, file = name.split("/")[-2:]
            if int(topic) <= TOPICS:
                root = ET.fromstring(archive.read(name))  # noqa: S314
                words = [t.text or "" for t in root.iter("token") if not (t.text or "").startswith("http")]
                texts.append(" ".join(words))
                events.append(topic + ("plus" if "plus" in file else ""))
    return texts, events


def headlines() -> tuple[list[str], list[str]]:
    """Return headlines and their stories."""
    with gzip.open(shared() / "uci-news-dev.csv.gz", "rt", encoding="utf-8") as file:
        rows = list(csv.DictReader(io.StringIO(file.read())))
    title, story = (next(k for k in rows[0] if k.lower() == name) for name in ("title", "story"))
    step = max(1, len(rows) // HEADLINES)
    return [row[title] for row in rows[::step]], [row[story] for row in rows[::step]]


def published_encoder() -> Encode:
    """Return the published encoder: the mean of the states of its first 256 subwords."""
    encoder = Encoder(dropout=0.0).eval()
    encoder.load_published()
    tokenizer = Tokenizer.from_file(str(published("tokenizer.json", TOKENIZER_SHA256)))
    tokenizer.no_padding()
    tokenizer.enable_truncation(256)

    def encode(text: str) -> NDArray[np.float32]:
        ids = torch.tensor([tokenizer.encode(text).ids])
        with torch.no_grad():
            mean = encoder(ids, torch.zeros_like(ids), torch.zeros_like(ids), None)[0].mean(0)
        return (mean / mean.norm()).numpy()

    return encode


def told_apart(vectors: NDArray[np.float32], events: list[str]) -> tuple[float, float]:
    """Return the area under the ROC curve and the best F1 over all pairs."""
    first, second = np.triu_indices(len(events), 1)
    same = np.asarray(events)[first] == np.asarray(events)[second]
    cosines = (vectors @ vectors.T)[first, second]
    precision, recall, _ = precision_recall_curve(same, cosines)
    return float(roc_auc_score(same, cosines)), float((2 * precision * recall / (precision + recall + 1e-9)).max())


def main() -> None:
    """Print both encoders' figures on both sets."""
    reader = Reader()
    encoders: dict[str, Encode] = {
        "reader": lambda text: reader.read(text, [Span(0, len(text))]).vector,
        "published": published_encoder(),
    }
    for name, (texts, events) in {"ecb": ecb_articles(), "headlines": headlines()}.items():
        for label, encode in encoders.items():
            area, f1 = told_apart(np.stack([encode(text) for text in texts]), events)
            print(f"{name:10} {label:10} {len(texts)} texts  area {area:.4f}  best pair F1 {f1:.3f}", flush=True)


if __name__ == "__main__":
    main()
