"""What belongs together in, what is made of it out: the functions that the joins hand their groups to.

Each takes rows as the engine gathered them and answers one value a row, by the same functions that the desk calls.
None knows an engine, and none looks at more than the rows it is given.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from backstory.annotate.names import merge
from backstory.records import Article, Copy, Reading, content_id
from backstory.reuse.corpus import Corpus, Text, corpus_of_texts, text_of
from backstory.reuse.credits import names_shown
from backstory.reuse.duplicates import alike, copies_of, heads
from backstory.reuse.fingerprints import SHARED_WORDS, Meetings, Prints, fingerprints, meetings
from backstory.reuse.origins import carried_along, origins_shown, statements_with_origins
from backstory.reuse.passages import Stretch, much_the_same, passage_of
from backstory.reuse.runs import shared_runs
from backstory.reuse.statements import is_fragment, keys_of, order_of, statement_of, strength_of
from backstory.reuse.utterances import Utterance, utterance_of
from backstory.runners.bulk.codec import (
    article_from,
    name_from,
    pack_json,
    passage_from,
    quote_from,
    reading_from,
    statement_from,
    unpack_json,
)

__all__ = [
    "Origins",
    "StatementOrigins",
    "best_host",
    "carried_origins",
    "clean_keys",
    "copies_of_pairs",
    "merged_names",
    "met",
    "overlaps",
    "passages_of_groups",
    "said_keys",
    "statements_of_groups",
    "strengths",
    "twins",
]

Row = dict[str, Any]
Rows = list[Row]


def clean_keys(rows: Rows) -> list[str]:
    """Return for each source a key of all that cleaning it reads; the lines' counts come in any order."""
    answers = []
    for row in rows:
        repeats = sorted(zip(row["lines"] or [], row["times"] or [], strict=True))
        answers.append(content_id(row["content"], row["uri"], row["media_type"], repr(repeats)))
    return answers


def met(rows: Rows) -> list[Row]:
    """Return what two texts of each row share: the runs of `SHARED_WORDS` or more, and how alike they are as copies.

    A row has both texts' keys and words, and the fingerprints that both have and that are not common.
    """
    texts: dict[str, Text] = {}
    for row in rows:
        for side in ("one", "other"):
            key = row[side]
            if key not in texts:
                texts[key] = Text(key, np.frombuffer(row[f"{side}_hashes"], np.uint64), _nobody(key))
    corpus = corpus_of_texts(texts.values())
    place = {text.key: number for number, text in enumerate(corpus.texts)}
    shared = np.unique(np.concatenate([np.array(row["shared"], np.int64) for row in rows]))
    wanted = {place[row["one"]] * len(place) + place[row["other"]]: at for at, row in enumerate(rows)}
    prints = fingerprints(corpus)
    used = np.isin(prints.hashes.view(np.int64), shared)
    every = meetings(Prints(prints.hashes[used], prints.places[used]), corpus, len(place))
    pairs = corpus.owner[every.left] * len(place) + corpus.owner[every.right]
    kept = np.isin(pairs, np.array(sorted(wanted)))
    found = Meetings(every.left[kept], every.right[kept])
    answers: list[Row] = [{"runs": [], "similarity": None, "containment": None} for _ in rows]
    for one, other, similarity, containment in alike(corpus, prints, found):
        answers[wanted[one * len(place) + other]] |= {"similarity": similarity, "containment": containment}
    runs = shared_runs(corpus, found)
    runs = runs.where(runs.words >= SHARED_WORDS)
    first, second = corpus.owner[runs.a], corpus.owner[runs.b]
    a, b = corpus.bounds[first], corpus.bounds[second]
    columns = (first * len(place) + second, runs.a - a, runs.a_end - a, runs.b - b, runs.b_end - b)
    for pair, *run in zip(*(column.tolist() for column in columns), strict=True):
        answers[wanted[pair]]["runs"].append(run)
    return answers


def _nobody(key: str) -> Reading:
    """Return a reading that stands for any that carries a text."""
    return Reading(Article(key, "", 0, 0), "")


def _known(packed: Iterable[bytes]) -> dict[str, Reading]:
    readings = map(reading_from, packed)
    return {reading.article.article_id: reading for reading in readings}


def _corpus(known: Mapping[str, Reading]) -> Corpus:
    return corpus_of_texts(text_of(known[key]) for key in sorted(known))


def copies_of_pairs(rows: Rows) -> list[list[Row]]:
    """Return the copies that each pair of texts, with all who carry the two, makes."""
    answers = []
    for row in rows:
        known = _known([*row["one_readings"], *row["other_readings"]])
        corpus = _corpus(known)
        found = copies_of(corpus, [(0, 1, row["similarity"], row["containment"])], known, changes=False)
        answers.append([_copy(copy, known) for copy in found if copy.kind != "exact"])
    return answers


def twins(rows: Rows) -> list[Row]:
    """Return for each text of several carriers their copies, and which article heads which."""
    answers = []
    for row in rows:
        known = _known(row["readings"])
        found = copies_of(_corpus(known), [], known, changes=False)
        head = heads([reading.article for reading in known.values()], found)
        of = [{"article_id": key, "copy_of": first} for key, first in sorted(head.items()) if key != first]
        answers.append({"copies": [_copy(copy, known) for copy in found], "heads": of})
    return answers


def _copy(copy: Copy, known: Mapping[str, Reading]) -> Row:
    days = [_day(known[key].article) for key in (copy.article_a, copy.article_b)]
    return {**asdict(copy), "day": max(days)}


def _day(article: Article) -> str:
    return (article.published_earliest or "")[:10] or "undated"


def overlaps(rows: Rows) -> list[list[Row]]:
    """Return the edges between the stretches of each row's text: those much the same, and each with itself."""
    answers = []
    for row in rows:
        nodes = sorted({Stretch(0, *map(int, node.split(":")[1:])) for node in row["nodes"]})
        names = [f"{row['text_key']}:{node.first}:{node.last}" for node in nodes]
        edges = [(number, number) for number in range(len(nodes))] + much_the_same(nodes)
        answers.append([{"one": names[one], "other": names[other]} for one, other in edges])
    return answers


def passages_of_groups(rows: Rows) -> list[list[Row]]:
    """Return the passage that each group of stretches makes, none where it is boilerplate."""
    answers: list[list[Row]] = []
    for row in rows:
        known = _known(packed for stretch in row["stretches"] for packed in stretch["readings"])
        corpus = _corpus(known)
        place = {text.key: number for number, text in enumerate(corpus.texts)}
        parts = (stretch["node"].split(":") for stretch in row["stretches"])
        stretches = [Stretch(place[key], int(first), int(last)) for key, first, last in parts]
        passage = passage_of(corpus, stretches, known)
        carriers = sorted({member.article_id for member in passage.members})
        held: Row = {"passage_id": passage.passage_id, "record": pack_json(asdict(passage)), "article_ids": carriers}
        held["day"] = min(_day(known[key].article) for key in carriers)
        answers.append([] if passage.boilerplate else [held])
    return answers


@dataclass(frozen=True)
class Origins:
    """Finds what shows each passage's origin. `shown` are the outlets and place lines of all who carry or speak."""

    shown: tuple[tuple[str | None, str | None], ...]

    def __call__(self, rows: Rows) -> list[Row]:
        """Return for each passage its origin, and of each of its carriers the services whose words it has."""
        names, answers = names_shown(self.shown), []
        for row in rows:
            readings = _known(carrier["reading"] for carrier in row["carriers"])
            quotes = [quote_from(quote) for carrier in row["carriers"] for quote in carrier["quotes"] or []]
            (found,), wires = origins_shown([passage_from(row["record"])], readings, quotes, names)
            held = [{"article_id": key, "wires": sorted(own)} for key, own in sorted(wires.items())]
            answers.append({"kind": found.kind, "name": found.name, "because": found.because, "wires": held})
        return answers


def carried_origins(rows: Rows) -> list[Row]:
    """Return the origins of passages that show none themselves, by what else their carriers have."""
    answers = []
    for row in rows:
        wires = {each["article_id"]: set(each["wires"] or ()) for each in row["carriers"]}
        found = carried_along(passage_from(row["record"]), wires)
        answers.append({"kind": found.kind, "name": found.name, "because": found.because})
    return answers


def merged_names(rows: Rows) -> list[Row]:
    """Return for each group of articles' own names the names that they become, and what each of them became."""
    answers = []
    for row in rows:
        merged = merge(name_from(record) for record in row["records"])
        ids = [{"local": local, "name_id": name} for local, name in sorted(merged.ids.items())]
        answers.append({"names": [pack_json(asdict(name)) for name in merged.names], "ids": ids})
    return answers


def _said(row: Mapping[str, Any]) -> Utterance:
    """Return the words of a quote whose speaker is known across articles."""
    quote = {**unpack_json(row["record"]), "speaker_name_id": row["speaker_name_id"]}
    return utterance_of(quote_from(quote), article_from(unpack_json(row["meta"])))


def said_keys(rows: Rows) -> list[Row]:
    """Return for each quote the keys by which its other versions are found, and its place among all, as text."""
    answers = []
    for row in rows:
        said = _said(row)
        verbatim, words, key = order_of(said)
        order = f"{10**7 + verbatim:08}{10**7 + words:08}{key}"
        keys = keys_of(said).view(np.int64).tolist() if len(said.hashes) else []
        answers.append({"keys": keys, "order": order, "short": is_fragment(said), "empty": not len(said.hashes)})
    return answers


def strengths(rows: Rows) -> list[list[float] | None]:
    """Return how strongly the two quotes of each row are one utterance, None where they are not."""
    found = (strength_of(_said(row["host"]), _said(row["other"])) for row in rows)
    return [None if strength is None else [float(part) for part in strength] for strength in found]


def best_host(rows: Rows) -> list[str]:
    """Return for each quote the one that it joins: the strongest, the fullest where two are equal."""
    best = []
    for row in rows:
        first = min(row["hosts"], key=lambda host: ([-part for part in host["strength"]], host["order"]))
        best.append(str(first["quote_id"]))
    return best


def statements_of_groups(rows: Rows) -> list[Row]:
    """Return the statement that each group of quotes makes."""
    answers = []
    for row in rows:
        said = {each["quote_id"]: _said(each) for each in row["quotes"]}
        hosts = {each["quote_id"]: said.get(each["host"]) for each in row["quotes"]}
        ordered = sorted(said.values(), key=order_of)
        statement = statement_of([(each, hosts[each.quote.quote_id]) for each in ordered])
        held = {"record": pack_json(asdict(statement)), "day": (statement.said_on or "") or "undated"}
        answers.append({**held, "statement_id": statement.statement_id, "quote_ids": sorted(said)})
    return answers


@dataclass(frozen=True)
class StatementOrigins:
    """Finds the origin of each statement. `shown` as for `Origins`."""

    shown: tuple[tuple[str | None, str | None], ...]

    def __call__(self, rows: Rows) -> list[Row]:
        """Return for each statement its row of the contract."""
        names, answers = names_shown(self.shown), []
        for row in rows:
            quotes = [quote_from(each["record"]) for each in row["quotes"]]
            readings = _known(each["reading"] for each in row["quotes"])
            (found,) = statements_with_origins([statement_from(row["record"])], readings, quotes, names)
            answers.append(asdict(found))
        return answers


def by_article(rows: Sequence[Row]) -> dict[str, list[Row]]:
    """Return rows by their article."""
    held: dict[str, list[Row]] = {}
    for row in rows:
        held.setdefault(row["article_id"], []).append(row)
    return held
