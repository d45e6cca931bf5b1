"""Feed the readers mutated files for a while and stop at the first that raises, hangs or loses its text.

    PYTHONPATH=src python tests/fuzz_readers.py --seconds 600 [--seed 1] [--pages FOLDER] [--guided]

Starts from the invented files of the tests and the sample, and from the saved pages of a folder. `--guided` lets the
coverage of `backstory.read` lead the way, by atheris (`pip install atheris`); without it the mutations are random and
the seed makes them again. What it finds belongs into the tests as a case.
"""

from __future__ import annotations

import argparse
import bz2
import gzip
import io
import json
import lzma
import random
import sys
import tarfile
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from types import ModuleType

if "--guided" in sys.argv:
    import atheris

    atheris.instrument_imports(include=["backstory.read"]).__enter__()

from test_read_exports import FACTIVA, PROQUEST, _docx, _lexis_paragraphs, _marks, _nexis_html, _wrapped_nexis
from test_read_feeds import ALL as FEEDS
from test_read_feeds import LIST
from test_read_mail_pdf import STORY, _message, _page, _pdf
from test_read_tables import ROW, _written
from test_read_text import NEWS
from test_read_warc import FILEDESC, PAGES, arc, packed, record

from backstory.read import html, read_file, text
from backstory.read.entries import HEAD_BYTES, Entry, Options
from backstory.records import Source

SAMPLE = Path(__file__).resolve().parents[1] / "sample" / "sources"
SLOW_SECONDS = 20.0
LARGEST = 1 << 20
TABLES = ("lines", "array", "object", "csv", "tsv", "parquet")
MARKUP = """< > </ & ]]> <![CDATA[ <!-- --> " ' = &# &#x110000; <?xml?> <script> </script> <template> <pre> <td> <svg>
<title> <a <item> </item> &lol; {"@type":"NewsArticle", <html lang= charset=utf-16 \\u \\ud800 -- endobj =?utf-8?b?"""
PIECES = [piece.encode() for piece in MARKUP.split()]
PIECES += [b"[" * 999, b"<a>" * 500, b"<b><i>" * 99, b"9" * 400]
PIECES += [b"\n", b"\r", b"\r\n\r\n", b"\x00", b"\xff", b"\xff\xfe", b"\xe9\x80", b"\xef\xbb\xbf", b"\x1f\x8b\x08"]
PIECES += [
    b"End of Document\n",
    b"LENGTH: 3 words\n",
    b"2 of 9 DOCUMENTS\n",
    b"From \n",
    b"WARC/1.0\r\n",
    b"PK\x03\x04",
]
Files = list[tuple[str, bytes]]


def seeds(folder: Path | None) -> dict[str, Files]:
    """Return for each reader the names and bytes of files that it reads; `packed` are files of archives."""
    lines = _lexis_paragraphs(2)
    rtf = "{\\rtf1\\ansi{\\fonttbl\\f0 A;}" + "\\par\n".join(lines) + "}"
    letter = _message(text="It held.\n" * 20, html="<p>It held.</p>" * 20).as_bytes()
    pages = [path for path in sorted((folder or SAMPLE).rglob("*.html")) if path.stat().st_size < 400_000]
    tables = [_written([ROW, ROW], form) for form in TABLES]
    archives = [packed(map(record, PAGES)), b"".join(map(record, PAGES)), FILEDESC + b"".join(map(arc, PAGES))]
    return {
        "exports": [
            ("e.html", _nexis_html(_marks(3), 3)),
            ("e.html", FACTIVA.encode("latin-1")),
            ("e.txt", PROQUEST.encode()),
            ("e.txt", _wrapped_nexis(2).encode()),
            ("e.docx", _docx(lines)),
            ("e.rtf", rtf.encode()),
        ],
        "feed": [("f.xml", raw) for raw in FEEDS],
        "opml": [("o.opml", LIST.encode())],
        "tables": [(name, raw) for raw, name in tables],
        "mail": [("m.eml", letter), ("m.mbox", b"From a@b 2021\n" + letter + b"\nFrom c 2022\n" + letter)],
        "pdf": [("p.pdf", _pdf([_page(1, STORY), _page(2, STORY)], title="x"))],
        "html": [(path.name, path.read_bytes()) for path in pages],
        "warc": [*(("w.warc.gz", raw) for raw in archives), ("w.arc.gz", packed([FILEDESC, *map(arc, PAGES)]))],
        "text": [("t.txt", NEWS.encode(codec)) for codec in ("utf-8", "utf-16", "utf-32-le", "cp1252")],
        "packed": list(_packed([("a.txt", NEWS.encode()), ("../b.html", PAGES[0]), ("c.jsonl", tables[0][0])])),
    }


def _packed(files: Files) -> Iterator[tuple[str, bytes]]:
    """Yield files packed in every way that is unpacked, one way within another among them."""
    name, raw = files[0]
    for ending, pack in ((".gz", gzip.compress), (".bz2", bz2.compress), (".xz", lzma.compress)):
        yield name + ending, pack(raw)
    tar, zipped = io.BytesIO(), io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w") as bundle, zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, raw in files:
            info = tarfile.TarInfo(name)
            info.size = len(raw)
            bundle.addfile(info, io.BytesIO(raw))
            archive.writestr(name, raw)
    yield from (("x.tar", tar.getvalue()), ("x.tgz", gzip.compress(tar.getvalue())), ("x.zip", zipped.getvalue()))
    outer = io.BytesIO()
    with zipfile.ZipFile(outer, "w") as archive:
        archive.writestr("inner.zip", zipped.getvalue())
        archive.writestr("x.tar.xz", lzma.compress(tar.getvalue()))
    yield "nested.zip", outer.getvalue()


def mutated(raw: bytes, others: list[bytes], chance: random.Random) -> bytes:
    data = bytearray(raw)
    for _ in range(chance.choice((1, 1, 2, 4, 16, 100))):
        at, to = sorted(chance.randrange(len(data) + 1) for _ in range(2))
        action = chance.randrange(7)
        if action == 0 and data:
            data[min(at, len(data) - 1)] = chance.randrange(256)
        elif action == 1:
            data[at:at] = chance.choice(PIECES)
        elif action == 2:
            del data[at : at + chance.choice((1, 20, 200, 1000))]
        elif action == 3:
            data[at:at] = data[at : min(to, at + 4000)] * chance.choice((1, 1, 3))
        elif action == 4 and chance.random() < 0.3:
            del data[to:]
        elif action == 5:
            other = chance.choice(others)
            start = chance.randrange(len(other) + 1)
            data[at : min(to, at + 1000)] = other[start : start + 500]
        else:
            data[at:at] = chance.randbytes(chance.randrange(1, 40))
    return bytes(data[:LARGEST])


def anew(module: ModuleType, source: Source) -> str:
    rule, _, parameters = source.rule.partition("?")
    wanted = {"parameters": parameters} if parameters else {}
    return (module.RULES | text.RULES | html.RULES)[rule](source.raw, source.encoding, **wanted)


def check(reader: str, name: str, raw: bytes) -> None:
    """Raise where a file makes a reader break a promise."""
    began = time.process_time()
    if reader == "packed":
        _check_packed(name, raw)
    else:
        entry = Entry(name, name, raw[:HEAD_BYTES], lambda: io.BytesIO(raw), len(raw))
        module = import_module(f"backstory.read.{reader}")
        module.claims(entry.head, name)
        for source in module.read(entry, Options()):
            assert source.rule == "none/1" or anew(module, source) == source.text, source.uri
            _check_source(source)
    assert time.process_time() - began < SLOW_SECONDS, "too slow"


def _check_packed(name: str, raw: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.write_bytes(raw)
        for source in read_file(str(path)):
            assert "please report it" not in (source.problem or ""), source.problem
            _check_source(source)
        assert [each.name for each in Path(folder).iterdir()] == [name], "something was unpacked"


def _check_source(source: Source) -> None:
    assert source.text or source.problem, source.uri
    for mark in (*source.marks, *source.items):
        assert 0 <= mark.start < mark.end <= len(source.text), source.uri
    f"{source.text}{source.problem}{source.uri}{source.rule}{source.stated}".encode()


def keep(reader: str, name: str, raw: bytes) -> None:
    kept = Path(gettempdir()) / f"found-{reader}-{name}"
    kept.write_bytes(raw)
    sys.stdout.write(f"{reader} failed on {kept}\n")


def at_random(corpus: dict[str, Files], seconds: float, seed: int) -> Counter[str]:
    chance = random.Random(seed)
    every = [raw for files in corpus.values() for _, raw in files]
    counts: Counter[str] = Counter()
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        reader = chance.choice(sorted(corpus))
        name, raw = chance.choice(corpus[reader])
        raw = mutated(raw, every, chance)
        try:
            check(reader, name, raw)
        except BaseException:
            keep(reader, name, raw)
            raise
        counts[reader] += 1
    return counts


def guided(corpus: dict[str, Files], seconds: float, seed: int) -> Counter[str]:
    """Let atheris choose: the first byte of its input chooses the reader, the second the name of the file."""
    readers = sorted(corpus)
    names = {reader: sorted({name for name, _ in corpus[reader]}) for reader in readers}
    counts: Counter[str] = Counter()

    def one(data: bytes) -> None:
        if len(data) < 3:
            return
        reader = readers[data[0] % len(readers)]
        name = names[reader][data[1] % len(names[reader])]
        try:
            check(reader, name, data[2:])
        except BaseException:
            keep(reader, name, data[2:])
            raise
        counts[reader] += 1
        if counts.total() % 100 == 0:
            Path(gettempdir(), "fuzz-guided.json").write_text(json.dumps(counts))

    with TemporaryDirectory() as folder:
        for place, reader in enumerate(readers):
            for number, (name, raw) in enumerate(corpus[reader]):
                data = bytes([place, names[reader].index(name)]) + raw
                Path(folder, f"{reader}-{number}").write_bytes(data)
        wanted = [f"-max_total_time={int(seconds)}", f"-seed={seed}", "-max_len=200000", "-timeout=60"]
        atheris.Setup([sys.argv[0], folder, *wanted, "-rss_limit_mb=3000"], one)
        atheris.Fuzz()
    return counts


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--seconds", type=float, default=60.0)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--pages", type=Path)
    arguments.add_argument("--guided", action="store_true")
    chosen = arguments.parse_args()
    counts = (guided if chosen.guided else at_random)(seeds(chosen.pages), chosen.seconds, chosen.seed)
    sys.stdout.write(json.dumps(dict(sorted(counts.items()))) + "\n")


if __name__ == "__main__":
    main()
