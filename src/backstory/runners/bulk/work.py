"""What a worker does: one unit of a stage in, its finished part in the store out. No engine is known here.

The three stages look at one thing at a time: a file, a source, an article. What a unit is to do stands in the unit, so
any worker can do it, twice does no harm, and a part with a mark is never done again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, astuple, replace
from hashlib import sha256
from typing import Any

from backstory.annotate.carrying import Held, Once, edition
from backstory.annotate.name_keys import block_keys
from backstory.clean import line_hashes
from backstory.desk.ask import SHOWN_KINDS, paragraphs_of
from backstory.desk.packing import pack, said_of, source_from
from backstory.pipeline import annotate_or_keep, clean_or_keep, shipped_reader, uncleaned
from backstory.read import Options, read_file
from backstory.read.entries import problem_source
from backstory.records import Annotations, Article, Cleaned, Reading, Source, content_id
from backstory.reuse.corpus import corpus_of_texts, text_key, text_of
from backstory.reuse.credits import place_line_name
from backstory.reuse.fingerprints import fingerprints
from backstory.runners.bulk.codec import pack_annotations, pack_json, pack_reading, reading_from
from backstory.runners.bulk.shapes import OWN
from backstory.runners.bulk.store import InputFile, Store, at_hand
from backstory.stories.blocking import day_of, keys_of
from backstory.stories.profile import profile

__all__ = ["WORK", "day_of_article", "give_up"]

Row = dict[str, Any]
Unit = Mapping[str, Any]
Tables = dict[str, list[Row]]

CHUNK_SOURCES = 256
CHUNK_CHARS = 4 << 20
"""A part's sources: tens of seconds of work, so that little is lost with a worker and one large archive is shared."""
UNDATED = "undated"


def read_part(store: Store, unit: Unit) -> None:
    """Read the files of a unit into chunks of sources, and mark the files as read."""
    chunks = []
    for number, sources in enumerate(_chunks(_sources(unit["files"], _options(unit["options"])))):
        name = f"{unit['id']}-{number:04}"
        held: Tables = {"sources": [_source_row(name, source) for source in sources]}
        held["lines"] = [
            {"line": line, "content": row["content"]}
            for row, source in zip(held["sources"], sources, strict=True)
            for line in sorted(set(line_hashes(source.text)))
        ]
        _write(store, "read", name, held)
        chunks.append(name)
    store.mark("read", unit["id"], {"files": unit["files"], "options": unit["options"], "chunks": chunks})


def _options(held: Mapping[str, Any]) -> Options:
    return Options(**{**held, "columns": tuple((ours, theirs) for ours, theirs in held["columns"])})


def _sources(files: Iterable[list[Any]], options: Options) -> Iterator[Source]:
    for file in (InputFile(*each) for each in files):
        try:
            with at_hand(file.uri) as local:
                for source in read_file(local, options):
                    yield source if local == file.uri else _moved(source, local, file.uri)
        except OSError as error:
            problem = f"{file.uri} could not be fetched ({error}): run the same command again"
            yield problem_source(file.uri, "application/octet-stream", b"", problem)


def _moved(source: Source, local: str, uri: str) -> Source:
    """Return a source that was read from a fetched copy with the address of the original."""
    return replace(
        source,
        uri=uri + source.uri[len(local) :] if source.uri.startswith(local) else source.uri,
        problem=source.problem and source.problem.replace(local, uri),
    )


def _chunks(sources: Iterator[Source]) -> Iterator[list[Source]]:
    held: list[Source] = []
    chars = 0
    for source in sources:
        held.append(source)
        chars += len(source.text)
        if len(held) >= CHUNK_SOURCES or chars >= CHUNK_CHARS:
            yield held
            held, chars = [], 0
    if held:
        yield held


def _source_row(chunk: str, source: Source) -> Row:
    said, text = said_of(source), source.text.encode("utf-8", "surrogatepass")
    rank = f"{source.rule}\x01{said}"
    return {
        "chunk": chunk,
        "content": _number(source.source_id, rank),
        "source_id": source.source_id,
        "uri": source.uri,
        "media_type": source.media_type,
        "bytes": len(source.raw),
        "read_at": None,
        "problem": source.problem,
        "rank": rank,
        "rule": source.rule,
        "encoding": source.encoding,
        "chars": len(source.text),
        "text_sha256": sha256(text).hexdigest(),
        "said": said,
        "raw": pack(source.raw),
        "text": None if text == source.raw else pack(text),
    }


def _number(*parts: str) -> int:
    """Return a signed 64-bit number that derives from `parts`."""
    digest = sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


def clean_part(store: Store, unit: Unit) -> None:
    """Clean the sources of a unit, all of one chunk."""
    wanted = {source["content"]: source for source in unit["records"]}
    rows = store.read(f"parts/read/{unit['chunk']}/sources.parquet", filters=[("content", "in", sorted(wanted))])
    held: Tables = {"cleaned": [], "articles": [], "blocks": []}
    for content, row in sorted({row["content"]: row for row in rows}.items()):
        told = wanted[content]
        source = source_from(row | {key: told[key] for key in ("uri", "media_type", "problem")})
        _put_cleaned(held, unit["id"], told["clean_key"], source, _cleaned(source, told))
    _write(store, "clean", unit["id"], held)
    store.mark("clean", unit["id"], {"chunks": [unit["id"]], "records": len(wanted)})


def _cleaned(source: Source, told: Mapping[str, Any]) -> Cleaned:
    if told.get("given_up"):
        return uncleaned(source, str(told["given_up"]))
    counts = dict(zip(told["lines"], told["times"], strict=True))
    return clean_or_keep(source, [counts.get(line, 0) for line in line_hashes(source.text)], {})


def _put_cleaned(held: Tables, chunk: str, key: str, source: Source, cleaned: Cleaned) -> None:
    days = [day_of_article(article) for article in cleaned.articles]
    held["cleaned"].append(
        {
            "clean_key": key,
            "source_id": source.source_id,
            "problem": cleaned.problem,
            "expected": cleaned.expected,
            "day": min(days, default=UNDATED),
        }
    )
    own = {"clean_key": key}
    held["blocks"] += [own | asdict(block) | {"kind": block.kind.value} for block in cleaned.blocks]
    for article in cleaned.articles:
        reading = _reading(article, source, cleaned)
        packed = pack_reading(reading)
        how = article.published_how
        held["articles"].append(
            own
            | asdict(article)
            | {
                "published_how": how and how.value,
                "chunk": chunk,
                "reading_key": content_id(sha256(packed).hexdigest()),
                "seen_key": f"{text_key(reading)}-{edition()}",
                "placed": place_line_name(reading),
                "meta": pack_json(asdict(article)),
                "reading": packed,
            }
        )


def _reading(article: Article, source: Source, cleaned: Cleaned) -> Reading:
    own = [block for block in cleaned.blocks if block.article_id == article.article_id and block.kind in SHOWN_KINDS]
    return Reading(article, source.text, tuple(p for block in own for p in paragraphs_of(block, source.text)))


def day_of_article(article: Article) -> str:
    """Return the first day on which an article may have come out, which is its partition."""
    return (article.published_earliest or "")[:10] or UNDATED


def annotate_part(store: Store, unit: Unit) -> None:
    """Annotate the articles of a unit, all of one chunk, and make of each what the joins compare.

    What the model found in an equal text is taken from the part that has it.
    """
    wanted = {record["reading_key"]: record for record in unit["records"]}
    name = f"parts/clean/{unit['chunk']}/articles.parquet"
    rows = store.read(name, ["reading_key", "reading"], [("reading_key", "in", sorted(wanted))])
    readings = {row["reading_key"]: reading_from(row["reading"]) for row in rows}
    known = _seen_elsewhere(store, unit["records"])
    own = {readings[key].article.article_id: wanted[key]["seen_key"] for key in readings}
    once = Once(shipped_reader(), {key: known[seen] for key, seen in own.items() if seen in known})
    held: Tables = {table: [] for table in OWN["annotate"]}
    for key, reading in sorted(readings.items()):
        found, problem = _annotated(reading, wanted[key], once)
        _put_annotations(held, key, reading, found, problem)
    seen = {own[key]: found for key, found in once.known.items() if own[key] not in known}
    held["seen"] = [
        {"seen_key": key, "part": unit["id"], "seen": found, "vector": vector}
        for key, (found, vector) in sorted(seen.items())
    ]
    _write(store, "annotate", unit["id"], held)
    store.mark("annotate", unit["id"], {"chunks": [unit["id"]], "records": len(wanted)})


def _seen_elsewhere(store: Store, records: Iterable[Mapping[str, Any]]) -> dict[str, Held]:
    """Return what the model found in the texts of records, of those that a part has."""
    wanted: dict[str, set[str]] = {}
    for record in records:
        if record.get("seen_in"):
            wanted.setdefault(record["seen_in"], set()).add(record["seen_key"])
    return {
        row["seen_key"]: (row["seen"], row["vector"])
        for part, keys in sorted(wanted.items())
        for row in store.read(f"parts/annotate/{part}/seen.parquet", filters=[("seen_key", "in", sorted(keys))])
    }


def _annotated(reading: Reading, told: Mapping[str, Any], reader: Once) -> tuple[Annotations, str | None]:
    """Annotate one article; one that cannot be annotated keeps its problem, and the rest goes on."""
    if told.get("given_up"):
        return Annotations(reading.article.article_id), str(told["given_up"])
    return annotate_or_keep(reading, reader)


def _put_annotations(held: Tables, key: str, reading: Reading, found: Annotations, problem: str | None) -> None:
    article, text = reading.article, text_of(reading)
    own = {"reading_key": key, "article_id": article.article_id, "source_id": article.source_id}
    made = profile(reading, found)
    held["annotated"].append(
        own
        | {
            "text_key": text.key,
            "words": len(text),
            "hashes": text.hashes.tobytes(),
            "profile": made.to_json().encode("utf-8", "surrogatepass"),
            "steps": made.vector.tobytes(),
            "day": day_of(made),
            "problem": problem,
            "found": pack_annotations(found),
        }
    )
    held["mentions"] += [own | asdict(mention) for mention in found.mentions]
    held["times"] += [own | asdict(t) | {"anchor": None if t.anchor is None else str(t.anchor)} for t in found.times]
    held["figures"] += [own | asdict(figure) for figure in found.figures]
    quotes = {quote.quote_id: quote for quote in reversed(found.quotes)}
    for quote in quotes.values():
        row = asdict(quote)
        spans = [list(astuple(span)) for span in quote.spans]
        held["quotes"].append(own | row | {"spans": spans, "record": pack_json(row)})
    for name in found.names:
        seen = replace(name, first_seen=article.published_earliest)
        held["names"].append(own | {"name_id": name.name_id, "record": pack_json(asdict(seen))})
        ties = {"reading_key": key, "name_id": name.name_id}
        held["forms"] += [
            ties | {"key": _number(form), "looks": int(looks)} for form, looks in block_keys(seen).items()
        ]
    if len(text):
        prints = sorted(set(fingerprints(corpus_of_texts([text])).hashes.view("int64").tolist()))
        held["prints"] += [{"text_key": text.key, "hash": each} for each in prints]
    held["keys"] += [own | {"key": each, "day": day_of(made)} for each in keys_of(made)]


def _write(store: Store, stage: str, part: str, held: Tables) -> None:
    for table, schema in OWN[stage].items():
        names = set(schema.names)
        rows = [{column: value for column, value in row.items() if column in names} for row in held[table]]
        store.write(f"parts/{stage}/{part}/{table}.parquet", rows, schema)


def give_up(store: Store, stage: str, unit: Unit, problem: str) -> None:
    """Finish a unit of one record that cannot be worked on: the record is listed with its problem."""
    problem = f"could not be worked on, every time: {problem}: please report it"
    if stage == "read":
        ((uri, size, modified),) = unit["files"]
        source = problem_source(uri, "application/octet-stream", b"", f"{uri} {problem}")
        row = _source_row(f"{unit['id']}-0000", source)
        _write(store, "read", row["chunk"], {"sources": [row], "lines": []})
        store.mark("read", unit["id"], {**unit, "chunks": [row["chunk"]]})
    else:
        WORK[stage](store, {**unit, "records": [{**record, "given_up": problem} for record in unit["records"]]})


WORK: dict[str, Callable[[Store, Unit], None]] = {"read": read_part, "clean": clean_part, "annotate": annotate_part}
"""What is done to a unit of each stage."""
