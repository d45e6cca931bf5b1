"""The big desk of the benchmarks: 100,000 articles with stories, quotes, names, a search index and vectors.

    python -m benchmarks pile --to BIG.desk [--base BASE.desk] [--articles 100000]

**Base.** Of the earliest 2,000 agency reports of 2010 and 2011, rows of a table (headline, text in paragraphs of three
sentences, date, byline, an invented outlet and address), the 384 whose article ids are least go through
`backstory build`, every stage of it: read, cleaned, annotated by the model, named, compared, grouped, indexed. `--base`
keeps it for the next time.

**Worlds.** Annotating 100,000 articles takes two cores some four hours, so the others are the base repeated in worlds
of their own (`pile_worlds`). In a world, half of the words of four letters and more are other words of the same length
and about the same frequency, throughout the world; figures, times, cues, short and very frequent words stay, and dates
move by thirteen weeks a world. So offsets stay true, every source has bytes, a hash and a text of its own, spans hold
their texts, and the index has as many words, as frequent, as news of that size has. The sources are read by the reader
of tables; sources, blocks and articles are written by the functions that `build` writes them with. Annotations and
what articles make together (names, copies, passages, statements, stories, links, happenings, disagreements, omissions)
are the base's rows with the world's ids, dates and words; names of one label are one name, else articles of different
worlds share none of it. An article's vector is the base's with noise, its cosine to it .95. The index is made by the
stage that makes it. `backstory verify` found nothing on a small desk after two repairs; the large one was not verified.

What the big desk is not: news of 100,000 different events in good English. It is made for speed, not for scores. A
later `backstory build` into it goes on as into any other, but for two indices that are not repeated: fingerprints of
reuse and keys of stories, so a new article finds no copy and no story among those that the worlds repeat.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Collection, Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import apsw

from backstory.desk import Desk, transaction
from backstory.desk.ask import article_from
from backstory.desk.search import index_words
from backstory.desk.tables import rows
from backstory.desk.write import add_sources, put_cleaned
from backstory.read import Options, read_file
from backstory.records import Block, Cleaned, Kind, Source, content_id
from benchmarks.pile_worlds import Vocabulary, World
from evaluation.reuters import reports

REPORTS = 2_000
BASE_ARTICLES = 384
OUTLETS = (
    "The Harbour Post", "Morning Ledger", "North Sea Wire", "Kestrel Daily", "The Tallow Gazette", "Meridian Business",
    "Evening Beacon", "Upland Courier", "The Quayside", "Capital Register", "Bright Coast Radio", "The Fenland Mail",
    "Ironbridge Observer", "The Lantern", "Market Dispatch", "Southbank Review", "Clearwater Times", "The Long View",
    "Westmoor Herald", "Tidewater Tribune", "The Night Desk", "Granite State News", "Delta Monitor",
    "The Plain Speaker",
)  # fmt: skip
"""Invented. The first carries most: outlet n as much as one in n, as among real outlets."""
PARAGRAPH = re.compile(r"(?:.+?[.!?][\"”]?(?=\s+[A-Z\"“(]|$)\s*){1,3}|.+$", re.DOTALL)


def table_rows(most: int) -> Iterator[dict[str, str]]:
    """Yield the earliest reports as rows of a table, in the order of their dates."""
    for reading in sorted(reports(), key=lambda one: (one.article.published or "", one.article.article_id))[:most]:
        lines = reading.text.splitlines()
        head = [line[2:].strip() for line in lines if line.startswith("--")]
        body = " ".join(" ".join(line for line in lines if not line.startswith("--")).split())
        if head and body:
            yield table_row(reading.article.article_id, head, body, reading.article.published or "2010-10-01")


def table_row(name: str, head: list[str], body: str, published: str) -> dict[str, str]:
    """Return one report as a row of a table."""
    outlet = OUTLETS[share(name)]
    byline = next((line[3:].strip() for line in head if line.startswith("By ")), "")
    site = re.sub(r"\W", "", outlet.lower())
    return {
        "title": head[0],
        "text": "\n".join(part.group().strip() for part in PARAGRAPH.finditer(body)),
        "published": published,
        "outlet": outlet,
        "author": " ".join(byline.split()),
        "url": f"https://{site}.example/{published[:10].replace('-', '/')}/{name}",
    }


def share(name: str) -> int:
    """Return an outlet's number for an article: n as often as one in n."""
    at = int(sha256(name.encode()).hexdigest()[:8], 16) / 0xFFFFFFFF * sum(1 / n for n in range(1, len(OUTLETS) + 1))
    for number in range(1, len(OUTLETS) + 1):
        at -= 1 / number
        if at <= 0:
            return number - 1
    return 0


NOT_REPEATED = frozenset(
    [
        "contents",
        "sources",
        "files",
        "line_sources",
        "articles",
        "blocks",
        "stale",
        "touched",
        "touched_stories",
        "profile_keys",
        "theme_keys",
        "reuse_prints",
        "reuse_common",
        "decisions",
        "entries",
        "name_shapes",
        "name_cells",
        "names_told",
        "shelves",
        "shelves_gone",
        "shelf_clock",
    ]
)
"""Written by the desk's own functions, made anew from the others, or not needed by any page."""


def make_base(path: Path) -> None:
    """Build the base desk, by every stage; where it is there already, what is missing of it."""
    table = path.with_suffix(".jsonl")
    if not table.exists():
        table.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in table_rows(REPORTS)), "utf-8")
    _build(table, path, "clean")
    with Desk(path) as desk, transaction(desk.connection):
        desk.connection.execute(
            "CREATE TEMP TABLE kept AS SELECT source_id FROM articles ORDER BY article_id LIMIT ?", (BASE_ARTICLES,)
        )
        for table_name in ("blocks", "articles", "sources"):
            desk.connection.execute(f"DELETE FROM {table_name} WHERE source_id NOT IN (SELECT source_id FROM kept)")
        gone = "SELECT id FROM contents WHERE source_id NOT IN (SELECT source_id FROM kept)"
        desk.connection.execute(f"DELETE FROM line_sources WHERE content IN ({gone})")
        desk.connection.execute(f"DELETE FROM contents WHERE id IN ({gone})")
    _build(table, path, "index")


def _build(table: Path, desk: Path, until: str) -> None:
    command = [sys.executable, "-m", "backstory.cli", "build", str(table), "--desk", str(desk), "--until", until, "-q"]
    subprocess.run(command, check=True)


def make(to: Path, base: Path, articles: int) -> None:
    """Make the desk `to` of at least so many articles, in whole worlds, from the desk `base`."""
    with Desk(base, read_only=True) as source, Desk(to, create=True) as desk:
        desk.connection.pragma("synchronous", "off")
        desk.connection.pragma("cache_size", -(1 << 20))
        words = Vocabulary((source.text(row["source_id"]) for row in source.rows("sources")), _kept(source.connection))
        number = 0
        while desk.status().articles < articles:
            world = World(number, words.other_words(number) if number else {})
            repeat(source, desk, world, base.with_suffix(".jsonl"))
            number += 1
            print(f"world {number}: {desk.status().articles:,} articles", flush=True)
        finish(desk)


def finish(desk: Desk) -> None:
    """Count names over all worlds, and make the index."""
    with transaction(desk.connection):
        desk.connection.execute(
            "UPDATE names SET articles ="
            " (SELECT count(DISTINCT article_id) FROM mentions m WHERE m.name_id = names.name_id)"
        )
        desk.connection.execute("UPDATE contents SET cleaned = 1 WHERE cleaned = 0")
        desk.connection.execute("UPDATE local_names SET shape = NULL, seen = NULL")
        desk.connection.execute("DELETE FROM stale; DELETE FROM touched; DELETE FROM touched_stories")
    index_words(desk.connection)
    desk.connection.execute("ANALYZE")


def _kept(connection: apsw.Connection) -> Iterator[str]:
    """Yield the texts whose words stay as they are: what figures, times and cues are made of."""
    for question in ("SELECT text FROM times", "SELECT text FROM figures", "SELECT cue FROM quotes"):
        for (text,) in connection.execute(question):
            yield str(text or "")


def repeat(source: Desk, desk: Desk, world: World, table: Path) -> None:
    """Write one world's rows."""
    uris = {int(row["uri"].rpartition("#row=")[2]): row["source_id"] for row in source.rows("sources")}
    uris = dict(sorted(uris.items()))
    made = dict(zip(uris.values(), _sources(world, table, uris.keys()), strict=True))
    world.sources = {old: one.source_id for old, one in made.items()}
    world.texts = {one.source_id: one.text for one in made.values()}
    add_sources(desk.connection, made.values())
    chosen = list(source.rows("articles"))
    _articles(source, desk, world, chosen)
    for row in source.rows("names"):
        world.ids[row["name_id"]] = content_id("name", row["kind"], world.edited(row["label"]))
    with transaction(desk.connection):
        for name in _tables(source.connection, desk.connection):
            _rows(source.connection, desk.connection, name, world)
        desk.connection.executemany(
            "UPDATE articles SET story_id = ?, copy_of = ? WHERE article_id = ?",
            [
                (world.value("", row["story_id"]), world.value("", row["copy_of"]), world.articles[row["article_id"]])
                for row in chosen
            ],
        )


def _sources(world: World, table: Path, wanted: Collection[int]) -> Iterator[Source]:
    """Yield the wanted rows of the table in the world's words, read as any table is."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"world-{world.number}.jsonl")
        with table.open(encoding="utf-8") as lines, path.open("w", encoding="utf-8") as file:
            for place, line in enumerate(lines, 1):
                if place not in wanted:
                    continue
                row = {name: world.value(name, value) for name, value in json.loads(line).items()}
                row["url"] = world.address(row["url"])
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
        for one in read_file(str(path), Options()):
            yield replace(one, uri=f"world-{world.number}.jsonl#{one.uri.rpartition('#')[2]}")


def _articles(source: Desk, desk: Desk, world: World, chosen: list[dict[str, object]]) -> None:
    numbers = dict(desk.connection.execute("SELECT source_id, id FROM contents"))
    batch = []
    for row in chosen:
        new = {name: world.value(name, value) for name, value in row.items()}
        new["article_id"] = world.articles[row["article_id"]] = content_id(new["source_id"], new["start"], new["end"])
        world.source_of[new["article_id"]] = new["source_id"]
        new["url"] = world.address(row["url"])
        blocks = [
            Block(
                **one
                | {
                    "source_id": new["source_id"],
                    "article_id": one["article_id"] and new["article_id"],
                    "kind": Kind(one["kind"]),
                }
            )
            for one in rows(source.connection, "blocks", "WHERE source_id = :id", {"id": row["source_id"]})
        ]
        cleaned = Cleaned(new["source_id"], (), tuple(blocks), (article_from(new),))
        batch.append((numbers[new["source_id"]], cleaned))
    put_cleaned(desk.connection, batch)


def _tables(base: apsw.Connection, to: apsw.Connection) -> list[str]:
    """Return the tables to repeat, those that others refer to first."""
    question = (
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'words%' AND name NOT LIKE 'sqlite%'"
    )
    here = {str(row[0]) for row in base.execute(question)} - NOT_REPEATED
    for (sql,) in base.execute("SELECT sql FROM sqlite_master WHERE name LIKE 'reuse%' AND sql IS NOT NULL").fetchall():
        to.execute(re.sub(r"^CREATE (TABLE|INDEX|TRIGGER) (?:IF NOT EXISTS )?", r"CREATE \1 IF NOT EXISTS ", str(sql)))
    there = [str(row[0]) for row in to.execute(question)]
    return [name for name in there if name in here]


def _rows(base: apsw.Connection, to: apsw.Connection, name: str, world: World) -> None:
    columns = [str(row[1]) for row in base.execute(f"PRAGMA table_info({name})")]
    names = ", ".join(f'"{column}"' for column in columns)
    insert = f"INSERT OR IGNORE INTO {name} ({names}) VALUES ({', '.join('?' * len(columns))})"
    make_row = world.row(name, columns)
    to.executemany(insert, (make_row(row) for row in base.execute(f"SELECT {names} FROM {name}")))


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("name", nargs="?")
    options.add_argument("--to", type=Path, help="the desk to make; nothing is made without it")
    options.add_argument("--base", type=Path, default=Path(".cache/pile-base.desk"))
    options.add_argument("--articles", type=int, default=100_000)
    chosen = options.parse_args()
    if chosen.to is None:
        print("  nothing to measure here: --to BIG.desk makes the big desk")
    elif not reports():
        print("  left out: the reports are not here")
    else:
        chosen.base.parent.mkdir(parents=True, exist_ok=True)
        make_base(chosen.base)
        make(chosen.to, chosen.base, chosen.articles)
    return 0


if __name__ == "__main__":
    sys.exit(main())
