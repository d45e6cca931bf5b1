"""Names across articles on MEANTIME's Airbus and Apple parts: CoNLL F1 over its name mentions, baselines beside it.

The mentions' spans and kinds are the annotators'; what is measured is which of them are one. The texts' names are read
by `annotate.mentions` from those spans, joined within each article by `annotate.coreference` and across them by
`annotate.names`. Baselines: equal strings; equal last words (surname matching).
"""

from __future__ import annotations

import os
import re
import zipfile
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from pathlib import Path
from xml.etree import ElementTree

import numpy as np

from backstory.annotate.article import local_names
from backstory.annotate.coreference import cast
from backstory.annotate.mentions import named
from backstory.annotate.names import merge
from backstory.annotate.spans import Found
from backstory.records import Article, Reading, Span

SHARED = Path(os.environ.get("BACKSTORY_SHARED", Path(__file__).resolve().parents[1] / ".." / "shared"))
ARCHIVE = SHARED / "data" / "meantime-airbus-apple.zip"
KINDS = {"PER": "person", "ORG": "organisation", "LOC": "place", "PRO": "other", "FIN": "other"}
NAME_TYPES = frozenset({"NAM", "PRE.NAM"})

WORD = re.compile(r"'s\b|[\w.&-]+(?:'(?!s\b)\w+)?|[^\s]")


def is_name(word: str) -> bool:
    """Say whether a word can be part of a name: it has a capital or a digit."""
    return any(char.isupper() or char.isdigit() for char in word)


def parts_name(words: list[re.Match[str]], at: int) -> bool:
    """Say whether a lower-case word parts a name from what stands before it: "computer maker Apple"."""
    small = not is_name(words[at][0]) and words[at][0] not in {"of", "and", "for", "&", "."}
    return small and any(is_name(word[0]) for word in words[at + 1 :])


Mention = tuple[str, int, int]
Clusters = dict[Mention, Hashable]


class Document:
    """One article of MEANTIME: its text, the span and kind of each name mention, and whom it refers to."""

    def __init__(self, name: str, xml: bytes) -> None:
        root = ElementTree.fromstring(xml)
        self.name = name
        starts, ends, self.text = self._laid_out(root)
        entities = {e.get("m_id"): e for e in root.iter("ENTITY")}
        refers = {
            source.get("m_id"): entities.get(target.get("m_id"))
            for link in root.iter("REFERS_TO")
            for target in link.iter("target")
            for source in link.iter("source")
        }
        self.gold: dict[Mention, tuple[str, str]] = {}
        for mention in root.iter("ENTITY_MENTION"):
            entity = refers.get(mention.get("m_id"))
            places = [int(a.get("t_id", "0")) for a in mention.iter("token_anchor")]
            if entity is not None and places and mention.get("syntactic_type") in NAME_TYPES:
                span = self._name(mention.get("head") or "", starts[min(places)], ends[max(places)])
                own = f"{name}/{entity.get('m_id')}"
                self.gold[span] = (entity.get("instance_id") or own, KINDS.get(entity.get("ent_type") or "", "other"))

    def _name(self, head: str, start: int, end: int) -> Mention:
        """Return the span of the name within a mention: "Ryanair" of "Irish low cost airline, Ryanair".

        The annotators marked whole phrases, and the head of some; the same cut serves ours and the baselines.
        """
        at = self.text.find(head, start, end) if head else -1
        if at >= 0:
            start, end = at, at + len(head)
        words = list(WORD.finditer(self.text, start, end))
        cut = next(
            (n for n, w in enumerate(words) if n and w[0] in {",", "("} and is_name(words[n - 1][0])), len(words)
        )
        words = [w for w in words[:cut] if w[0] not in {"``", "''", '"'}]
        owned = max((n for n, w in enumerate(words[:-1]) if w[0] in {"'s", "'"}), default=-1)
        words = words[owned + 1 :] if owned < len(words) - 1 else words
        last = max((n for n in range(len(words) - 1) if parts_name(words, n)), default=-1)
        words = words[last + 1 :] or words
        return (self.name, words[0].start(), words[-1].end()) if words else (self.name, start, end)

    @staticmethod
    def _laid_out(root: ElementTree.Element) -> tuple[dict[int, int], dict[int, int], str]:
        starts, ends, text, sentence = {}, {}, "", "0"
        for token in root.iter("token"):
            if token.get("sentence") != sentence:
                text, sentence = text + "\n", token.get("sentence") or ""
            written = token.text or ""
            if text and not text.endswith("\n") and not re.fullmatch(r"[.,;:!?')]|'s", written):
                text += " "
            starts[int(token.get("t_id", "0"))] = len(text)
            text += written
            ends[int(token.get("t_id", "0"))] = len(text)
        return starts, ends, text


def documents() -> list[Document]:
    with zipfile.ZipFile(ARCHIVE) as archive:
        files = sorted(n for n in archive.namelist() if n.endswith(".xml") and "intra_cross-doc" in n)
        return [Document(Path(name).stem, archive.read(name)) for name in files]


def ours(texts: Iterable[Document]) -> Clusters:
    """Return the clusters that Backstory makes of the annotators' mentions."""
    own, clusters = [], {}
    for document in texts:
        paragraphs = [Span(m.start(), m.end()) for m in re.finditer(r"[^\n]+", document.text)]
        spans = sorted((start, end, kind) for (_, start, end), (_, kind) in document.gold.items())
        found = []
        while spans:  # the annotators' spans nest; names are read a layer at a time
            layer = _disjoint(spans)
            found += [
                name
                for name in named(document.text, paragraphs, [Found(*span, 1.0) for span in layer])
                if any(start <= name.start and name.end <= end for start, end, _ in layer)
            ]
            spans = [span for span in spans if span not in layer]
        people = cast(
            sorted({(name.start, name.end): name for name in found}.values(), key=lambda name: (name.start, name.end))
        )
        article = Article(document.name, document.name, 0, len(document.text))
        names, identity = local_names(Reading(article, document.text), people)
        own += names
        for mention in document.gold:
            inside = [n for n, _ in people.within(mention[1], mention[2])]
            if inside:
                longest = max(inside, key=lambda n: (n.end - n.start, n.start))
                clusters[mention] = identity[people.entity_of[longest.start, longest.end]]
    ids = merge(own).ids
    return {mention: ids[key] for mention, key in clusters.items()}


def _disjoint(spans: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    kept: list[tuple[int, int, str]] = []
    for start, end, kind in sorted(spans, key=lambda s: (s[0], -s[1])):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end, kind))
    return kept


def by(texts: Iterable[Document], key: Callable[[str], str]) -> Clusters:
    return {m: key(document.text[m[1] : m[2]]) for document in texts for m in document.gold}


def grouped(clusters: Clusters) -> list[set[Mention]]:
    groups: dict[Hashable, set[Mention]] = defaultdict(set)
    for mention, key in clusters.items():
        groups[key].add(mention)
    return list(groups.values())


def f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def muc(gold: list[set[Mention]], of: Clusters) -> float:
    """Return the share of the links of `gold` that `of` keeps (recall; swap for precision)."""
    kept = total = 0
    for group in gold:
        parts = {of[m] for m in group if m in of}
        kept += len(group) - len(parts) - sum(m not in of for m in group)
        total += len(group) - 1
    return kept / total if total else 1.0


def b_cubed(one: Clusters, other: Clusters) -> float:
    groups, others = defaultdict(set), defaultdict(set)
    for mention, key in one.items():
        groups[key].add(mention)
    for mention, key in other.items():
        others[key].add(mention)
    return float(
        np.mean([len(groups[one[m]] & others[other[m]]) / len(groups[one[m]]) if m in other else 0 for m in one])
    )


def ceaf_e(gold: list[set[Mention]], system: list[set[Mention]]) -> float:
    from scipy.optimize import linear_sum_assignment

    similarity = np.array([[2 * len(g & s) / (len(g) + len(s)) for s in system] for g in gold])
    rows, columns = linear_sum_assignment(-similarity)
    best = similarity[rows, columns].sum()
    return float(f1(best / len(system), best / len(gold)))


def conll(gold: Clusters, system: Clusters) -> dict[str, float]:
    gold_groups, system_groups = grouped(gold), grouped(system)
    muc_f1 = f1(muc(system_groups, gold), muc(gold_groups, system))
    b3_f1 = f1(b_cubed(system, gold), b_cubed(gold, system))
    ceaf = ceaf_e(gold_groups, system_groups)
    return {"muc": muc_f1, "b_cubed": b3_f1, "ceaf_e": ceaf, "conll": (muc_f1 + b3_f1 + ceaf) / 3}


def table() -> dict[str, dict[str, float]]:
    texts = documents()
    gold: Clusters = {m: instance for document in texts for m, (instance, _) in document.gold.items()}
    print(f"MEANTIME, Airbus and Apple: {len(texts)} articles, {len(gold)} name mentions")
    return {
        "equal strings": conll(gold, by(texts, str.lower)),
        "equal last words": conll(gold, by(texts, lambda form: form.lower().split()[-1])),
        "Backstory": conll(gold, ours(texts)),
    }


def score() -> dict[str, float]:
    if not ARCHIVE.exists():
        print("names: left out, ../shared/data/meantime-airbus-apple.zip is not there")
        return {}
    rows = table()
    for name, row in rows.items():
        print(f"{name:20}", "  ".join(f"{metric} {figure:.3f}" for metric, figure in row.items()))
    return {
        "names.conll": rows["Backstory"]["conll"],
        "names.above_surname_matching": rows["Backstory"]["conll"] - rows["equal last words"]["conll"],
    }


if __name__ == "__main__":
    score()
