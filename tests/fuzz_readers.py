"""Feed the readers mutated files for a while and stop at the first that raises, hangs or loses its text.

    PYTHONPATH=src python tests/fuzz_readers.py --seconds 600 [--seed 1]

Starts from the invented files of the tests. What it finds belongs into the tests as a case.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import sys
import time
from collections import Counter
from importlib import import_module
from pathlib import Path
from tempfile import gettempdir
from types import ModuleType

from test_read_exports import FACTIVA, PROQUEST, _docx, _lexis_paragraphs, _marks, _nexis_html, _wrapped_nexis
from test_read_feeds import ALL as FEEDS
from test_read_feeds import LIST
from test_read_mail_pdf import STORY, _message, _page, _pdf
from test_read_tables import ROW, _written

from backstory.read import html, text
from backstory.read.entries import HEAD_BYTES, Entry, Options
from backstory.records import Source

SLOW_SECONDS = 10.0
PIECES = [
    b"<",
    b">",
    b"&",
    b"]]>",
    b"<![CDATA[",
    b"<!--",
    b'"',
    b"\n",
    b"\x00",
    b"\xff",
    b"{",
    b"[" * 500,
    b"<a>" * 500,
]
PIECES += [
    b"End of Document\n",
    b"LENGTH: 3 words\n",
    b"2 of 9 DOCUMENTS\n",
    b"%s" % (b"9" * 400),
    b"\xef\xbb\xbf",
    b"\r",
]
PIECES += [b"\\u", b"\\ud800", b"From \n", b"--", b"endobj", b"<item>", b"</item>", b"&lol;", b"=?utf-8?b?"]


TABLES = ("lines", "array", "object", "csv", "tsv", "parquet")


def seeds() -> dict[str, list[tuple[str, bytes]]]:
    lines = _lexis_paragraphs(2)
    rtf = "{\\rtf1\\ansi{\\fonttbl\\f0 A;}" + "\\par\n".join(lines) + "}"
    letter = _message(text="It held.\n" * 20, html="<p>It held.</p>" * 20).as_bytes()
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
        "tables": [
            (name, raw)
            for raw, name in (
                _written([ROW, ROW], form) for form in ("lines", "array", "object", "csv", "tsv", "parquet")
            )
        ],
        "mail": [
            ("m.eml", letter),
            ("m.mbox", b"From a@b 2021\n" + letter + b"\nFrom c 2022\n" + letter),
        ],
        "pdf": [("p.pdf", _pdf([_page(1, STORY), _page(2, STORY)], title="x"))],
    }


def mutated(raw: bytes, others: list[bytes], chance: random.Random) -> bytes:
    data = bytearray(raw)
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        at, to = sorted(chance.randrange(len(data) + 1) for _ in range(2))
        action = chance.randrange(7)
        if action == 0 and data:
            data[min(at, len(data) - 1)] = chance.randrange(256)
        elif action == 1:
            data[at:at] = chance.choice(PIECES)
        elif action == 2:
            del data[at : at + chance.randrange(1, 200)]
        elif action == 3:
            data[at:at] = data[at : min(to, at + 4000)]
        elif action == 4:
            del data[to:]
        elif action == 5:
            other = chance.choice(others)
            start = chance.randrange(len(other) + 1)
            data[at:to] = other[start : start + 500]
        else:
            data[at:at] = chance.randbytes(chance.randrange(1, 40))
    return bytes(data[: 1 << 20])


def anew(module: ModuleType, source: Source) -> str:
    rule, _, parameters = source.rule.partition("?")
    wanted = {"parameters": parameters} if parameters else {}
    return (module.RULES | text.RULES | html.RULES)[rule](source.raw, source.encoding, **wanted)


def check(reader: str, name: str, raw: bytes) -> None:
    began = time.monotonic()
    entry = Entry(name, name, raw[:HEAD_BYTES], lambda: io.BytesIO(raw), len(raw))
    module = import_module(f"backstory.read.{reader}")
    module.claims(entry.head, name)
    for source in module.read(entry, Options()):
        assert source.rule == "none/1" or anew(module, source) == source.text, source.uri
        assert source.text or source.problem, source.uri
        for mark in source.marks:
            assert 0 <= mark.start < mark.end <= len(source.text), source.uri
        f"{source.text}{source.problem}{source.uri}{source.rule}{source.stated}".encode()
    assert time.monotonic() - began < SLOW_SECONDS, "too slow"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--seconds", type=float, default=60.0)
    arguments.add_argument("--seed", type=int, default=1)
    chosen = arguments.parse_args()
    chance = random.Random(chosen.seed)
    corpus = seeds()
    every = [raw for files in corpus.values() for _, raw in files]
    counts: Counter[str] = Counter()
    until = time.monotonic() + chosen.seconds
    while time.monotonic() < until:
        reader = chance.choice(sorted(corpus))
        name, seed = chance.choice(corpus[reader])
        raw = mutated(seed, every, chance)
        try:
            check(reader, name, raw)
        except BaseException:
            kept = Path(gettempdir()) / f"found-{reader}-{name}"
            kept.write_bytes(raw)
            sys.stdout.write(f"{reader} failed on {kept}\n")
            raise
        counts[reader] += 1
    sys.stdout.write(json.dumps(dict(counts)) + "\n")


if __name__ == "__main__":
    main()
