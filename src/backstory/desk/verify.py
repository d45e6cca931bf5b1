"""A desk in, whatever does not hold out: every text is made anew, every hash, span and text is checked."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

import apsw
import zstandard

from backstory.desk.packing import unpack
from backstory.errors import ReadError
from backstory.read import text_of

__all__ = ["Fault", "Verified", "verify"]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that does not hold. A fault that is not `broken` is worth knowing and no failure."""

    table: str
    row: str
    what: str
    broken: bool = True


@dataclass(frozen=True, slots=True)
class Verified:
    """What was checked of one source."""

    source_id: str
    spans: int
    faults: tuple[Fault, ...]


_SPANS = "SELECT {name}, {start}, {end}, {text} FROM {table} JOIN articles a USING (article_id) WHERE a.source_id = ?"


def _question(table: str, name: str, start: str = "t.start", end: str = 't."end"', text: str = "t.text") -> str:
    return _SPANS.format(table=f"{table} t", name=name, start=start, end=end, text=text)


SPANNED: dict[str, tuple[str, ...]] = {
    "articles": ('SELECT article_id, start, "end", NULL FROM articles WHERE source_id = ?',),
    **{table: (_question(table, "article_id || ':' || t.start"),) for table in ("mentions", "times", "figures")},
    "quotes": (
        _question("quotes", "quote_id", "cue_start", "cue_end", "cue") + " AND cue_start IS NOT NULL",
        _question("quotes", "quote_id", "speaker_start", "speaker_end", "speaker") + " AND speaker_start IS NOT NULL",
    ),
    "passages": (_question("passage_members", "passage_id"),),
    "happenings": ('SELECT story_id, start, "end", text FROM happenings WHERE source_id = ?',),
    "omissions": ('SELECT story_id, start, "end", text FROM omissions WHERE source_id = ?',),
    "stories": ("SELECT story_id, title_start, title_end, title FROM stories WHERE title_source_id = ?",),
    "threads": ("SELECT thread_id, label_start, label_end, label FROM threads WHERE label_source_id = ?",),
}
"""For every table with spans: the questions for (name of the row, start, end, text) in a source."""


def verify(connection: apsw.Connection) -> Iterator[Verified]:
    """Check the desk source by source; what the desk as a whole breaks comes last, under an empty source_id."""
    question = (
        "SELECT source_id, rule, encoding, raw, text, chars, text_sha256, cleaned FROM contents ORDER BY source_id"
    )
    for row in connection.execute(question):
        yield _source(connection, *row)
    lost = connection.execute("PRAGMA foreign_key_check").fetchall()
    integrity = [row[0] for row in connection.execute("PRAGMA integrity_check(10)") if row[0] != "ok"]
    faults = [Fault(str(t), str(r), f"refers to a row of {parent} that is not there") for t, r, parent, _ in lost]
    faults += [Fault("desk", "", f"the file is damaged: {what}") for what in integrity]
    yield Verified("", 0, tuple(faults))


def _source(
    connection: apsw.Connection,
    source_id: str,
    rule: str,
    encoding: str | None,
    packed: bytes,
    packed_text: bytes | None,
    chars: int,
    text_sha256: str,
    cleaned: int,
) -> Verified:
    faults: list[Fault] = []
    try:
        raw = unpack(packed)
        kept = raw if packed_text is None else unpack(packed_text)
        text = kept.decode("utf-8", "surrogatepass")
    except (zstandard.ZstdError, UnicodeDecodeError) as error:
        return Verified(source_id, 0, (Fault("texts", source_id, f"the kept bytes are damaged ({error})"),))
    if sha256(raw).hexdigest() != source_id:
        faults.append(Fault("sources", source_id, "the bytes do not have the hash that names them"))
    if sha256(kept).hexdigest() != text_sha256 or len(text) != chars:
        faults.append(Fault("texts", source_id, "the text does not have its hash or length"))
    faults += _anew(source_id, raw, rule, encoding, text)
    if not cleaned:
        faults.append(Fault("blocks", source_id, "it waits for cleaning: run `backstory build` again", broken=False))
        return Verified(source_id, 0, tuple(faults))
    spans, spanned = _spans(connection, source_id, text)
    quoted, misquoted = _quotes(connection, source_id, text)
    blocks, covered = _blocks(connection, source_id, text)
    faults += (*spanned, *misquoted, *covered, *_words(connection, source_id, text))
    return Verified(source_id, spans + quoted + blocks, tuple(faults))


def _anew(source_id: str, raw: bytes, rule: str, encoding: str | None, text: str) -> list[Fault]:
    try:
        again = text_of(raw, rule, encoding)
    except ReadError as error:
        return [Fault("texts", source_id, str(error), broken=False)]
    if again != text:
        return [Fault("texts", source_id, f"the text made anew from the bytes by {rule} is another")]
    return []


def _spans(connection: apsw.Connection, source_id: str, text: str) -> tuple[int, list[Fault]]:
    count, faults = 0, []
    asked = ((table, question) for table, questions in SPANNED.items() for question in questions)
    for table, question in asked:
        for name, start, end, said in connection.execute(question, (source_id,)):
            count += 1
            if not 0 <= start < end <= len(text):
                faults.append(
                    Fault(table, name, f"its span {start}-{end} is outside its source's {len(text)} characters")
                )
            elif said is not None and text[start:end] != said:
                faults.append(Fault(table, name, f"its text is not what stands at {start}-{end}"))
    return count, faults


def _quotes(connection: apsw.Connection, source_id: str, text: str) -> tuple[int, list[Fault]]:
    """Check that every quote's text is its spans, joined by one space."""
    question = "SELECT quote_id, spans, q.text FROM quotes q JOIN articles USING (article_id) WHERE source_id = ?"
    count, faults = 0, []
    for quote_id, spans, said in connection.execute(question, (source_id,)):
        count += 1
        if " ".join(text[start:end] for start, end in json.loads(spans)) != said:
            faults.append(Fault("quotes", quote_id, "its text is not what stands at its spans"))
    return count, faults


def _blocks(connection: apsw.Connection, source_id: str, text: str) -> tuple[int, list[Fault]]:
    """Check that the blocks do not overlap, lie within their article, and hold every non-blank character."""
    question = (
        'SELECT b.start, b."end", b.article_id, a.start, a."end" FROM blocks b LEFT JOIN articles a USING (article_id)'
        " WHERE b.source_id = ? ORDER BY b.start"
    )
    count, at, faults = 0, 0, []
    for start, end, article_id, article_start, article_end in connection.execute(question, (source_id,)):
        count += 1
        name = f"{source_id}:{start}"
        if not at <= start < end <= len(text):
            faults.append(Fault("blocks", name, f"its span {start}-{end} overlaps another or is outside its source"))
        if text[at:start].strip():
            faults.append(Fault("blocks", name, f"characters between {at} and {start} are in no block"))
        if article_id and article_start is not None and not article_start <= start <= end <= article_end:
            faults.append(Fault("blocks", name, f"it lies outside its article {article_id}"))
        at = max(at, end)
    if text[at:].strip():
        faults.append(Fault("blocks", source_id, f"characters after {at} are in no block"))
    return count, faults


WORDS = ("title", "byline", "place_line")
"""What an article takes from its source's text, or from what its container says."""


def _words(connection: apsw.Connection, source_id: str, text: str) -> list[Fault]:
    """Check that title, each name of the byline, and place line stand in the source, blanks and capitals aside."""
    question = (
        f"SELECT article_id, said, {', '.join(WORDS)} FROM articles JOIN contents USING (source_id) WHERE source_id = ?"
    )
    faults, whole = [], None
    for article_id, said, *values in connection.execute(question, (source_id,)):
        whole = whole or _plain(text)
        container = _plain(" ".join(_strings(json.loads(said))))
        for name, value in zip(WORDS, values, strict=True):
            parts = re.split(r", | and ", value or "") if name == "byline" else [value or ""]
            if not all(_plain(part) in whole or _plain(part) in container for part in parts):
                faults.append(Fault("articles", article_id, f"its {name} stands nowhere in its source"))
    return faults


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _strings(value: object) -> Iterator[str]:
    """Yield every string within a value of JSON."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)
