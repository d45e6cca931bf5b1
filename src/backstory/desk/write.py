"""Records in, rows of a desk out. Every function here is one transaction: all of it is written, or nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, astuple, dataclass
from datetime import UTC, datetime
from hashlib import sha256

import apsw

from backstory.clean import line_hashes
from backstory.desk.connection import transaction
from backstory.desk.packing import pack, said_of, source_from
from backstory.desk.tables import Row, rows
from backstory.records import Article, Block, Cleaned, Kind, Source

__all__ = [
    "REPEATS_CAP",
    "FileRead",
    "Waiting",
    "add_sources",
    "is_read",
    "put_cleaned",
    "relabelled",
    "repeats_of",
    "to_clean",
]

REPEATS_CAP = 3
"""In how many other sources a line stands is counted up to here: more tells nothing more about furniture."""

_KEPT_SOURCES = REPEATS_CAP + 2
"""How many sources are kept for a line: enough to count `REPEATS_CAP` others for each of them, in any order."""


@dataclass(frozen=True, slots=True)
class FileRead:
    """A file as it was when it was read: `modified` in nanoseconds since 1970, `options` as text."""

    path: str
    size: int
    modified: int
    options: str


def add_sources(connection: apsw.Connection, sources: Iterable[Source], files: Iterable[FileRead] = ()) -> int:
    """Keep `sources`, and note that `files` were read to their end; what this changes is marked for cleaning.

    Returns:
        How many of the sources the desk did not hold.
    """
    read_at = datetime.now(UTC).isoformat(timespec="seconds")
    with transaction(connection):
        new = sum(_add(connection, source, read_at) for source in sources)
        connection.executemany("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?)", [astuple(file) for file in files])
    return new


def _add(connection: apsw.Connection, source: Source, read_at: str) -> bool:
    known = connection.execute(
        "SELECT id, rule, said, (SELECT min(uri) FROM sources WHERE source_id = :id) FROM contents"
        " WHERE source_id = :id",
        {"id": source.source_id},
    ).fetchone()
    said = said_of(source)
    if known is None:
        content = _insert_content(connection, source, said)
        _note_lines(connection, content, source.text)
    elif (source.rule, said) > (known[1], known[2]):
        _replace_content(connection, known[0], source, said)
    elif source.uri < known[3]:
        connection.execute("UPDATE contents SET cleaned = 0 WHERE id = ?", (known[0],))
    connection.execute(_FORGET_FAILURE, (source.uri, source.source_id))
    connection.execute(
        "INSERT INTO sources VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET problem = excluded.problem",
        (source.source_id, source.uri, source.media_type, len(source.raw), read_at, source.problem),
    )
    return known is None


_FORGET_FAILURE = "DELETE FROM sources WHERE uri = ? AND source_id <> ? AND bytes = 0 AND problem IS NOT NULL"
"""What could not even be opened, and now could, is no problem any more."""


def _content(source: Source, said: str) -> tuple[str, str | None, bytes, bytes | None, int, str, str]:
    text = source.text.encode("utf-8", "surrogatepass")
    kept = None if text == source.raw else pack(text)
    return source.rule, source.encoding, pack(source.raw), kept, len(source.text), sha256(text).hexdigest(), said


def _insert_content(connection: apsw.Connection, source: Source, said: str) -> int:
    connection.execute(
        "INSERT INTO contents (rule, encoding, raw, text, chars, text_sha256, said, source_id)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (*_content(source, said), source.source_id),
    )
    return connection.last_insert_rowid()


def _replace_content(connection: apsw.Connection, content: int, source: Source, said: str) -> None:
    """The same bytes were read in two ways: the greater rule and saying win, whichever came first."""
    connection.execute(
        "UPDATE contents SET rule = ?, encoding = ?, raw = ?, text = ?, chars = ?, text_sha256 = ?, said = ?,"
        " cleaned = 0 WHERE id = ?",
        (*_content(source, said), content),
    )
    connection.execute("DELETE FROM line_sources WHERE content = ?", (content,))
    _note_lines(connection, content, source.text)


def _note_lines(connection: apsw.Connection, content: int, text: str) -> None:
    """Note which lines a source holds, and mark the sources whose repeats this changes for cleaning."""
    for line in sorted(set(line_hashes(text))):
        holders = [row[0] for row in connection.execute(_HOLDERS, (line, _KEPT_SOURCES))]
        if len(holders) < _KEPT_SOURCES:
            connection.execute("INSERT INTO line_sources VALUES (?, ?)", (line, content))
        if len(holders) <= REPEATS_CAP:
            connection.executemany(_UNCLEAN, [(holder,) for holder in holders])


_HOLDERS = "SELECT content FROM line_sources WHERE line = ? LIMIT ?"
_UNCLEAN = "UPDATE contents SET cleaned = 0 WHERE id = ? AND cleaned <> 0"


Waiting = tuple[int, Source, list[int], dict[int, Kind]]
"""A source that waits for cleaning: its number in the desk, itself, its lines' repeats, the kinds people gave lines."""


def to_clean(connection: apsw.Connection) -> Iterator[Waiting]:
    """Yield every source that waits for cleaning."""
    after = 0
    question = (
        "SELECT c.id, c.source_id, c.raw, c.text, c.rule, c.encoding, c.said, s.uri, s.media_type, s.problem"
        " FROM contents c JOIN sources s ON s.source_id = c.source_id"
        " AND s.uri = (SELECT min(uri) FROM sources WHERE source_id = c.source_id)"
        " WHERE c.cleaned = 0 AND c.id > ? ORDER BY c.id LIMIT 1"
    )
    columns = ("id", "source_id", "raw", "text", "rule", "encoding", "said", "uri", "media_type", "problem")
    while found := connection.execute(question, (after,)).fetchone():
        row: Row = dict(zip(columns, found, strict=True))
        after = row["id"]
        source = source_from(row)
        yield after, source, repeats_of(connection, after, source.text), relabelled(connection, source.source_id)


def relabelled(connection: apsw.Connection, source_id: str) -> dict[int, Kind]:
    """Return the kinds that people gave to lines of a source, by the lines' starts."""
    question = "SELECT start, kind FROM relabelled WHERE source_id = ? ORDER BY start"
    return {int(start): Kind(kind) for start, kind in connection.execute(question, (source_id,))}


def repeats_of(connection: apsw.Connection, content: int, text: str) -> list[int]:
    """Return in how many other sources each line of `text` stands, counted up to `REPEATS_CAP`."""
    lines = line_hashes(text)
    counts: dict[int, int] = {}
    for line in lines:
        if line not in counts:
            holders = [row[0] for row in connection.execute(_HOLDERS, (line, _KEPT_SOURCES))]
            counts[line] = min(REPEATS_CAP, len(holders) - (content in holders))
    return [counts[line] for line in lines]


def put_cleaned(connection: apsw.Connection, batch: Sequence[tuple[int, Cleaned]]) -> int:
    """Keep what cleaning made of sources, in place of what it made before; return how many articles there are."""
    with transaction(connection):
        for content, cleaned in batch:
            _put(connection, content, cleaned)
    return sum(len(cleaned.articles) for _, cleaned in batch)


def _put(connection: apsw.Connection, content: int, cleaned: Cleaned) -> None:
    key = (cleaned.source_id,)
    articles = [_article_row(article) for article in cleaned.articles]
    blocks = [_block_row(block) for block in cleaned.blocks]
    if (articles, blocks) != _kept(connection, cleaned.source_id):
        connection.execute("DELETE FROM blocks WHERE source_id = ?", key)
        connection.execute("DELETE FROM articles WHERE source_id = ?", key)
        connection.executemany(_INSERT_ARTICLE, articles)
        connection.executemany(_INSERT_BLOCK, blocks)
    if cleaned.problem:
        connection.execute("UPDATE sources SET problem = ? WHERE source_id = ?", (cleaned.problem, *key))
    found = (cleaned.expected, len(cleaned.articles), content)
    connection.execute("UPDATE contents SET cleaned = 1, expected = ?, found = ? WHERE id = ?", found)


def _kept(connection: apsw.Connection, source_id: str) -> tuple[list[Row], list[Row]]:
    """Return what the desk holds of a source's articles and blocks; where it is the same, annotations stay."""
    own = {"id": source_id}
    articles = list(rows(connection, "articles", "WHERE source_id = :id", own, "start, article_id"))
    for row in articles:
        row["evidence"] = json.dumps(row["evidence"])
        del row["copy_of"], row["story_id"]
    return articles, list(rows(connection, "blocks", "WHERE source_id = :id", own))


_INSERT_BLOCK = "INSERT INTO blocks VALUES (:source_id, :start, :end, :kind, :confidence, :article_id)"
_INSERT_ARTICLE = (
    "INSERT INTO articles VALUES (:article_id, :source_id, :start, :end, :title, :outlet, :byline, :section, :language,"
    " :published, :published_how, :published_earliest, :published_latest, :words, NULL, NULL, :place_line, :url,"
    " :confidence, :evidence)"
)


def _article_row(article: Article) -> Row:
    how = article.published_how
    return asdict(article) | {"published_how": how and how.value, "evidence": json.dumps(article.evidence)}


def _block_row(block: Block) -> Row:
    return asdict(block) | {"kind": block.kind.value}


def is_read(connection: apsw.Connection, file: FileRead) -> bool:
    """Whether the file was read to its end, in this way, and has not changed since."""
    question = "SELECT 1 FROM files WHERE path = ? AND bytes = ? AND modified = ? AND options = ?"
    return connection.execute(question, astuple(file)).fetchone() is not None
