"""One article at a time in, copies and passages out: what finding them all at once would give, in whatever order.

The state is a few tables of a SQLite database. An article that arrives looks up its own fingerprints and is compared
with the texts that answer, so its cost does not depend on how many articles there are. What a phrase had led to before
it became common is left out when the tables are read, which makes the order of arrival change nothing. Which texts a
change touches is noted until `settled`, so that whoever keeps copies and passages brings only those up to date.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import numpy as np

from backstory.records import Copy, Passage, Reading
from backstory.reuse.corpus import Corpus, Text, corpus_of, corpus_of_texts, texts_of
from backstory.reuse.duplicates import PROMISING, alike, copies_of
from backstory.reuse.fingerprints import COMMON, SEED_WORDS, Meetings, Prints, fingerprints, meetings
from backstory.reuse.hashing import Flags, Ints
from backstory.reuse.links import Connection, Links
from backstory.reuse.passages import Stretch, passage_of, place_of
from backstory.reuse.runs import Runs, shared_runs

__all__ = ["Connection", "ReuseIndex"]

VERSION = 3
"""Of how words and fingerprints are made: an index of another version begins anew."""

SCHEMA = (
    "CREATE TABLE IF NOT EXISTS reuse_texts (text INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE,"
    " words INTEGER NOT NULL, prints BLOB NOT NULL)",
    "CREATE TABLE IF NOT EXISTS reuse_carriers (article_id TEXT PRIMARY KEY, text INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE INDEX IF NOT EXISTS reuse_carriers_text ON reuse_carriers (text, article_id)",
    "CREATE TABLE IF NOT EXISTS reuse_prints (hash INTEGER NOT NULL, text INTEGER NOT NULL,"
    " PRIMARY KEY (hash, text)) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS reuse_common (hash INTEGER PRIMARY KEY)",
    "CREATE TABLE IF NOT EXISTS reuse_runs (text_a INTEGER NOT NULL, text_b INTEGER NOT NULL, a INTEGER NOT NULL,"
    " a_end INTEGER NOT NULL, b INTEGER NOT NULL, b_end INTEGER NOT NULL, words INTEGER NOT NULL,"
    " kernel_a INTEGER NOT NULL, kernel_b INTEGER NOT NULL, kernel INTEGER NOT NULL, seeds BLOB NOT NULL,"
    " PRIMARY KEY (text_a, text_b, kernel_a, kernel_b)) WITHOUT ROWID",
    "CREATE INDEX IF NOT EXISTS reuse_runs_b ON reuse_runs (text_b)",
    "CREATE TABLE IF NOT EXISTS reuse_pairs (text_a INTEGER NOT NULL, text_b INTEGER NOT NULL,"
    " similarity REAL NOT NULL, containment REAL NOT NULL, PRIMARY KEY (text_a, text_b)) WITHOUT ROWID",
    "CREATE INDEX IF NOT EXISTS reuse_pairs_b ON reuse_pairs (text_b)",
    "CREATE TABLE IF NOT EXISTS reuse_touched (text INTEGER PRIMARY KEY)",
)
"""The tables. `text` numbers distinct texts in the order of arrival; nothing that is handed out depends on it."""

TABLES = ("reuse_texts", "reuse_carriers", "reuse_prints", "reuse_common", "reuse_runs", "reuse_pairs", "reuse_touched")
AT_ONCE = 128
"""Articles that are compared in one go; a larger number is hardly faster and takes more memory."""
Row = tuple[Any, ...]
Pair = tuple[int, int, float, float]


class ReuseIndex:
    """Who repeats whom among the articles added so far.

    `reading_of` gives an article that was added, by its id. The caller begins and commits transactions.
    """

    def __init__(self, connection: Connection, reading_of: Callable[[str], Reading], *, common: int = COMMON) -> None:
        self.connection = connection
        self.reading_of = reading_of
        self.common = common
        self.is_new = False
        """Whether there was no index of this version, so that nothing made of an older one can be relied on."""
        connection.execute("CREATE TABLE IF NOT EXISTS reuse_version (version INTEGER PRIMARY KEY)")
        if self._rows("SELECT version FROM reuse_version") != [(VERSION,)]:
            self.is_new = True
            self._begin_anew()
        for statement in SCHEMA:
            connection.execute(statement)

    def _begin_anew(self) -> None:
        for table in TABLES:
            self._rows(f"DROP TABLE IF EXISTS {table}")
        self._rows("DELETE FROM reuse_version")
        self._rows("INSERT INTO reuse_version VALUES (?)", VERSION)

    def add(self, readings: Iterable[Reading]) -> None:
        """Take in `readings`; one that is there already changes nothing."""
        common = set(self._common().tolist())
        waiting = iter(readings)
        while batch := list(texts_of(islice(waiting, AT_ONCE))):
            self._add(batch, common)

    def remove(self, article_ids: Iterable[str]) -> None:
        """Forget articles; those that are not there change nothing. An article whose text changed goes and comes."""
        freed: set[int] = set()
        for article_id in article_ids:
            self.touch([article_id])
            carried = self._rows("SELECT text FROM reuse_carriers WHERE article_id = ?", article_id)
            self._rows("DELETE FROM reuse_carriers WHERE article_id = ?", article_id)
            for (number,) in carried:
                if not self._rows("SELECT 1 FROM reuse_carriers WHERE text = ? LIMIT 1", number):
                    freed.update(self._forget(number))
        self._no_longer_common(freed)

    def touched(self) -> list[int]:
        """Return the texts of which copies or passages may be others than when the index was last settled."""
        return [row[0] for row in self._rows("SELECT text FROM reuse_touched ORDER BY text")]

    def touch(self, article_ids: Iterable[str]) -> None:
        """Note that what is known of articles besides their words changed."""
        question = "INSERT OR IGNORE INTO reuse_touched SELECT text FROM reuse_carriers WHERE article_id = ?"
        self.connection.executemany(question, [(article_id,) for article_id in article_ids])

    def settled(self) -> None:
        """Note that copies and passages are up to date."""
        self._rows("DELETE FROM reuse_touched")

    def carriers(self, numbers: Iterable[int]) -> list[str]:
        """Return the articles that carry any of the texts."""
        question = "SELECT article_id FROM reuse_carriers WHERE text = ?"
        return sorted(row[0] for number in numbers for row in self._rows(question, number))

    def copies(self, *, changes: bool = True, of: Iterable[int] | None = None) -> list[Copy]:
        """Return what `find_copies` returns for all articles added; with `of` only what any of those texts is in."""
        if of is None:
            rows = self._rows("SELECT * FROM reuse_pairs")
            own = {row[0] for row in self._rows("SELECT text FROM reuse_carriers GROUP BY text HAVING count(*) > 1")}
        else:
            own = set(of)
            question = "SELECT * FROM reuse_pairs WHERE text_a = ?1 UNION SELECT * FROM reuse_pairs WHERE text_b = ?1"
            rows = sorted({row for number in own for row in self._rows(question, number)})
        corpus, place, known = self.corpus({number for row in rows for number in row[:2]} | own)
        pairs: list[Pair] = [(place[a], place[b], similarity, containment) for a, b, similarity, containment in rows]
        common = self._common()
        if len(common):
            pairs = _living_pairs(corpus, pairs, common)
        return copies_of(corpus, sorted(pairs), known, changes=changes)

    def passages(self) -> list[Passage]:
        """Return what `find_passages` returns for all articles added."""
        made = [passage for _, passage in self.passages_around()]
        return sorted(made, key=place_of)

    def passages_around(
        self, texts: Iterable[int] | None = None, stretches: Iterable[Stretch] = ()
    ) -> list[tuple[list[Stretch], Passage]]:
        """Return the passages that any of the texts or stretches is in, each with the stretches of text it is made of.

        All passages unless `texts` are given. Stretches are in words of numbered texts; those that are shared with no
        other text any more are in none.
        """
        if texts is None:
            texts = [row[0] for row in self._rows("SELECT text FROM reuse_texts")]
        links = Links(self.connection, frozenset(self._common().tolist()))
        groups = links.groups([*(node for text in texts for node in links.of(text)), *stretches])
        corpus, place, known = self.corpus({node.text for group in groups for node in group})
        return [
            (group, passage_of(corpus, [Stretch(place[text], *ends) for text, *ends in group], known))
            for group in groups
        ]

    def _add(self, texts: Iterable[Text], common: set[int]) -> None:
        fresh: dict[int, Text] = {}
        for text in texts:
            if len(text) and not self._rows("SELECT 1 FROM reuse_carriers WHERE article_id = ?", text.article_id):
                self._rows(_INSERT_TEXT, text.key, len(text))
                ((number,),) = self._rows("SELECT text FROM reuse_texts WHERE key = ?", text.key)
                if not self._rows("SELECT 1 FROM reuse_carriers WHERE text = ? LIMIT 1", number):
                    fresh[number] = text
                self._rows("INSERT INTO reuse_carriers VALUES (?, ?)", text.article_id, number)
                self._rows("INSERT OR IGNORE INTO reuse_touched VALUES (?)", number)
        hashes = {number: _signed(fingerprints(corpus_of_texts([text]))) for number, text in fresh.items()}
        blobs = [(own.tobytes(), number) for number, own in hashes.items()]
        self.connection.executemany("UPDATE reuse_texts SET prints = ? WHERE text = ?", blobs)
        rows = sorted((each, number) for number, own in hashes.items() for each in own.tolist())
        self.connection.executemany("INSERT INTO reuse_prints VALUES (?, ?)", rows)
        near = self._neighbours({each for each, _ in rows}, common)
        if near:
            self._meet(fresh, sorted(near - fresh.keys()), common)

    def _neighbours(self, hashes: set[int], common: set[int]) -> set[int]:
        """Return the texts that share one of `hashes`, but for common ones; note which have become so."""
        holders: dict[int, list[int]] = defaultdict(list)
        for each, number in self._rows(_HOLDERS, json.dumps(sorted(hashes - common))):
            holders[each].append(number)
        many = {each for each, numbers in holders.items() if len(numbers) > self.common}
        self.connection.executemany("INSERT INTO reuse_common VALUES (?)", [(each,) for each in sorted(many)])
        losing = sorted({number for each in many for number in holders[each]})
        self.connection.executemany(_TOUCH, [(number,) for number in losing])
        common |= many
        return {n for each, numbers in holders.items() if each not in many and len(numbers) > 1 for n in numbers}

    def _forget(self, number: int) -> list[int]:
        """Take out a text that no article carries any more; return its fingerprints."""
        ((blob,),) = self._rows("SELECT prints FROM reuse_texts WHERE text = ?", number)
        hashes: list[int] = np.frombuffer(blob, dtype=np.int64).tolist()
        rows = [(each, number) for each in hashes]
        self.connection.executemany("DELETE FROM reuse_prints WHERE hash = ? AND text = ?", rows)
        for table in ("reuse_runs", "reuse_pairs"):
            self._rows(f"DELETE FROM {table} WHERE text_a = ?", number)
            self._rows(f"DELETE FROM {table} WHERE text_b = ?", number)
        self._rows("DELETE FROM reuse_texts WHERE text = ?", number)
        return hashes

    def _no_longer_common(self, freed: set[int]) -> None:
        """Compare the texts that a fingerprint leads to again, since fewer have it."""
        common = set(self._common().tolist())
        near: set[int] = set()
        for each in sorted(freed & common):
            rows = self._rows("SELECT text FROM reuse_prints WHERE hash = ? LIMIT ?", each, self.common + 1)
            if len(rows) <= self.common:
                self._rows("DELETE FROM reuse_common WHERE hash = ?", each)
                common.discard(each)
                near.update(row[0] for row in rows)
        self.connection.executemany(_TOUCH, [(number,) for number in sorted(near)])
        if near:
            self._meet(self._texts(near), [], common)

    def _texts(self, numbers: Iterable[int]) -> dict[int, Text]:
        known = sorted(numbers)
        texts = texts_of(self.reading_of(self._first_carrier(number)) for number in known)
        return dict(zip(known, texts, strict=True))

    def _meet(self, fresh: Mapping[int, Text], others: Iterable[int], common: set[int]) -> None:
        """Compare texts with each other and with `others`; keep the runs they share, and how alike copies are."""
        texts = {**fresh, **self._texts(others)}
        corpus = corpus_of_texts(texts.values())
        numbers = {each.key: number for number, each in texts.items()}
        at = [numbers[each.key] for each in corpus.texts]
        prints = fingerprints(corpus)
        met = _meetings_with(corpus, prints, np.array([number in fresh for number in at]), common)
        rows = _run_rows(corpus, shared_runs(corpus, met), prints, at)
        self.connection.executemany("INSERT OR IGNORE INTO reuse_runs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
        pairs = [(at[one], at[two], *rest) for one, two, *rest in alike(corpus, prints, met)]
        self.connection.executemany("INSERT OR IGNORE INTO reuse_pairs VALUES (?, ?, ?, ?)", pairs)

    def corpus(self, numbers: Iterable[int]) -> tuple[Corpus, dict[int, int], dict[str, Reading]]:
        """Return texts as a corpus, the place of each in it, and the articles that carry them."""
        carried: dict[str, int] = {}
        for number in sorted(numbers):
            for (article_id,) in self._rows("SELECT article_id FROM reuse_carriers WHERE text = ?", number):
                carried[article_id] = number
        known = {article_id: self.reading_of(article_id) for article_id in carried}
        corpus = corpus_of(known.values())
        places = {carried[text.article_id]: place for place, text in enumerate(corpus.texts)}
        return corpus, places, known

    def _first_carrier(self, number: int) -> str:
        ((article_id,),) = self._rows("SELECT min(article_id) FROM reuse_carriers WHERE text = ?", number)
        return str(article_id)

    def _common(self) -> Ints:
        return np.array([row[0] for row in self._rows("SELECT hash FROM reuse_common ORDER BY hash")], dtype=np.int64)

    def _rows(self, sql: str, *values: object) -> list[Row]:
        return self.connection.execute(sql, values).fetchall()


_INSERT_TEXT = "INSERT OR IGNORE INTO reuse_texts (key, words, prints) VALUES (?, ?, x'')"
_TOUCH = "INSERT OR IGNORE INTO reuse_touched VALUES (?)"
_HOLDERS = "SELECT hash, text FROM reuse_prints WHERE hash IN (SELECT value FROM json_each(?))"


def _signed(prints: Prints) -> Ints:
    """Return the distinct hashes as SQLite holds them."""
    return np.unique(prints.hashes.view(np.int64))


def _meetings_with(corpus: Corpus, prints: Prints, fresh: Flags, common: set[int]) -> Meetings:
    """Return where texts that are `fresh` meet any, by fingerprints that are not common so far."""
    used = ~np.isin(prints.hashes.view(np.int64), np.array(sorted(common), dtype=np.int64))
    met = meetings(Prints(prints.hashes[used], prints.places[used]), corpus, len(corpus.texts))
    kept = fresh[corpus.owner[met.left]] | fresh[corpus.owner[met.right]]
    return Meetings(met.left[kept], met.right[kept])


def _run_rows(corpus: Corpus, runs: Runs, prints: Prints, at: Sequence[int]) -> list[Row]:
    text_a, text_b = corpus.owner[runs.a], corpus.owner[runs.b]
    from_a, from_b = corpus.bounds[text_a], corpus.bounds[text_b]
    numbers = np.array(at, dtype=np.int64)
    columns = (numbers[text_a], numbers[text_b], runs.a - from_a, runs.a_end - from_a, runs.b - from_b)
    more = (runs.b_end - from_b, runs.words, runs.kernel_a - from_a, runs.kernel_b - from_b, runs.kernel)
    return list(zip(*(column.tolist() for column in (*columns, *more)), _seeds(corpus, runs, prints), strict=True))


def _seeds(corpus: Corpus, runs: Runs, prints: Prints) -> Iterator[bytes]:
    """Yield the fingerprints that both sides of each run have in its kernel: while one is not common, it holds."""
    printed = np.zeros(len(corpus.words), dtype=bool)
    printed[prints.places] = True
    firsts = np.searchsorted(prints.places, runs.kernel_a).tolist()
    lasts = np.searchsorted(prints.places, runs.kernel_a + runs.kernel - SEED_WORDS + 1).tolist()
    hashes, apart = prints.hashes.view(np.int64), (runs.kernel_b - runs.kernel_a).tolist()
    for first, last, shift in zip(firsts, lasts, apart, strict=True):
        both = printed[prints.places[first:last] + shift]
        yield np.unique(hashes[first:last][both]).tobytes()


def _living_pairs(corpus: Corpus, pairs: Iterable[Pair], common: Ints) -> list[Pair]:
    """Return the pairs that fingerprints which are not common make promising."""
    prints = fingerprints(corpus)
    owners = corpus.owner[prints.places]
    each = np.bincount(owners, minlength=len(corpus.texts))
    hashes = np.split(prints.hashes.view(np.int64), np.cumsum(each)[:-1])
    kept = []
    for pair in pairs:
        (ones, count_one), (twos, count_two) = (np.unique(hashes[text], return_counts=True) for text in pair[:2])
        both, at_one, at_two = np.intersect1d(ones, twos, assume_unique=True, return_indices=True)
        met = np.where(np.isin(both, common), 0, count_one[at_one] * count_two[at_two]).sum()
        if met >= PROMISING * min(each[pair[0]], each[pair[1]]) and met:
            kept.append(pair)
    return kept
