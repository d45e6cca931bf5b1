"""What annotating makes of articles: which wait for it, and its rows, kept in one transaction a batch."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from types import MappingProxyType

import apsw

from backstory.annotate.carrying import Held, edition
from backstory.desk.ask import article_from, reading
from backstory.desk.connection import transaction
from backstory.desk.tables import Row, rows
from backstory.records import Annotations, Name, Quote, Reading
from backstory.reuse.corpus import text_key

__all__ = ["ToAnnotate", "count_to_annotate", "forget_what_went", "put_annotations", "to_annotate"]

_WAITING = "article_id NOT IN (SELECT article_id FROM annotated)"


def count_to_annotate(connection: apsw.Connection) -> int:
    """Return how many articles wait for annotating."""
    found = connection.execute(f"SELECT count(*) FROM articles WHERE {_WAITING}").fetchone()
    return int(found[0]) if found else 0


@dataclass(frozen=True, slots=True)
class ToAnnotate:
    """An article that waits: itself, a key of its text, and what the model found in an article with the same text."""

    reading: Reading
    key: str
    held: Held | None


def to_annotate(connection: apsw.Connection, *, twins: bool = False) -> Iterator[ToAnnotate]:
    """Yield the articles that wait for annotating, in the order of their ids; of those with one text only the first.

    With `twins` all of them, once what the model found in the first is kept.
    """
    after, texts = "", set[str]()
    where = f"WHERE article_id > :after AND {_WAITING}"
    while found := next(rows(connection, "articles", where, {"after": after}, "article_id LIMIT 1"), None):
        after = found["article_id"]
        one = reading(connection, article_from(found))
        key = f"{text_key(one)}-{edition()}"
        known = connection.execute(_SEEN, {"key": key}).fetchone()
        if twins or known or key not in texts:
            texts.add(key)
            yield ToAnnotate(one, key, known)


_SEEN = (
    "SELECT seen, vector FROM annotated WHERE text_key = :key"
    " UNION ALL SELECT seen, vector FROM seen_gone WHERE text_key = :key LIMIT 1"
)


def forget_what_went(connection: apsw.Connection) -> None:
    """Forget what the model found in articles that went, once all that wait are annotated."""
    connection.execute("DELETE FROM seen_gone")


_UNKNOWN: Mapping[str, tuple[str, Held]] = MappingProxyType({})
_NO_PROBLEMS: Mapping[str, str] = MappingProxyType({})
_TELL = (
    "UPDATE sources SET problem = :problem"
    " WHERE source_id = (SELECT source_id FROM articles WHERE article_id = :article_id)"
    " AND (problem IS NULL OR (problem GLOB 'could not be annotated*' AND problem > :problem))"
)


def put_annotations(
    connection: apsw.Connection,
    batch: Sequence[Annotations],
    held: Mapping[str, tuple[str, Held]] = _UNKNOWN,
    problems: Mapping[str, str] = _NO_PROBLEMS,
) -> None:
    """Keep what annotating made of articles; `held` are the keys of their texts and what the model found there, by id.

    An article that went meanwhile is passed over. Its source tells the `problems` of those that could not be annotated.
    """
    with transaction(connection):
        for found in batch:
            if connection.execute("SELECT 1 FROM articles WHERE article_id = ?", (found.article_id,)).fetchone():
                key, (seen, _) = held.get(found.article_id, (None, (None, None)))
                _put(connection, found, key, seen)
                if problem := problems.get(found.article_id):
                    connection.execute(_TELL, {"problem": problem, "article_id": found.article_id})


def _put(connection: apsw.Connection, found: Annotations, key: str | None, seen: bytes | None) -> None:
    article_id = found.article_id
    sentences = json.dumps([[span.start, span.end] for span in found.sentences])
    row = (article_id, sentences, found.vector, key, seen)
    connection.execute("INSERT INTO annotated VALUES (?, ?, ?, ?, ?)", row)
    connection.executemany(
        "INSERT INTO mentions VALUES (:article_id, :start, :end, :text, :kind, :form, :name_id, NULL, :confidence)",
        [asdict(mention) for mention in found.mentions],
    )
    connection.executemany(
        "INSERT INTO times VALUES (:article_id, :start, :end, :text, :type, :value, :earliest, :latest, :anchor)",
        [asdict(time) for time in found.times],
    )
    connection.executemany(
        "INSERT INTO figures VALUES (:article_id, :start, :end, :text, :value, :value_to, :unit, :qualifier, :of,"
        " :as_of)",
        [asdict(figure) for figure in found.figures],
    )
    connection.executemany(_INSERT_QUOTE, [_quote(quote) for quote in found.quotes])
    connection.executemany(
        "INSERT INTO local_names VALUES (:article_id, :name_id, :kind, :label, :forms, :gender, :roles, NULL, NULL)",
        [_name(article_id, name) for name in found.names],
    )


_INSERT_QUOTE = (
    "INSERT INTO quotes VALUES (:quote_id, :article_id, :spans, :text, :kind, :cue_start, :cue_end, :cue,"
    " :speaker_start, :speaker_end, :speaker, :speaker_name_id, NULL, :addressee, :addressee_name_id, NULL,"
    " :confidence, NULL, :candidates) ON CONFLICT DO NOTHING"
)


def _quote(quote: Quote) -> Row:
    spans = json.dumps([[span.start, span.end] for span in quote.spans])
    return asdict(quote) | {"spans": spans, "candidates": json.dumps(quote.candidates)}


def _name(article_id: str, name: Name) -> Row:
    forms, roles = json.dumps(name.forms, ensure_ascii=False), json.dumps(name.roles, ensure_ascii=False)
    return asdict(name) | {"article_id": article_id, "forms": forms, "roles": roles}
