"""Mutated pages and archives until the time is up: `python tests/fuzz/pages.py --minutes 5 [--seed 1] [FOLDER]`.

Pages come from the folder, else from the sample. Each is cut, spliced, doubled, and sown with markup that breaks
parsers; every result must be a text that the rule makes again with marks on its lines, or a listed problem, in time.
"""

import argparse
import gzip
import io
import random
import sys
import time
from pathlib import Path

from backstory.read import html, warc
from backstory.read.entries import Entry, Options

SAMPLE = Path(__file__).resolve().parents[2] / "sample" / "sources"
SEEDS = [
    b"<",
    b">",
    b"</",
    b"<!--",
    b"-->",
    b"<![CDATA[",
    b'"',
    b"'",
    b"=",
    b"&",
    b"&#",
    b"&#x110000;",
    b"\x00",
    b"\xff\xfe",
]
SEEDS += [
    b"<script>",
    b"</script>",
    b"<template>",
    b"<pre>",
    b"<td>",
    b"<svg>",
    b"<title>",
    b"<?xml?>",
    b"<a",
    b"<b><i>" * 99,
]
SEEDS += [
    b'{"@type":"NewsArticle",',
    b"[" * 999,
    b"\\",
    b"<html lang=",
    b"charset=utf-16",
    b"\xe9\x80",
    b"\r\n\r\n",
    b"\x1f\x8b\x08",
]
SLOW = 20.0
"""Seconds for one page, beyond which it counts as a hang."""


def mutated(raw: bytes, other: bytes, rng: random.Random) -> bytes:
    data = bytearray(raw)
    for _ in range(rng.choice((1, 3, 20, 200))):
        at = rng.randrange(len(data) + 1)
        kind = rng.randrange(6)
        if kind == 0:
            data[at:at] = rng.choice(SEEDS)
        elif kind == 1:
            del data[at : at + rng.choice((1, 10, 1000))]
        elif kind == 2 and data:
            data[rng.randrange(len(data))] = rng.randrange(256)
        elif kind == 3:
            data[at:at] = data[at : at + rng.choice((10, 1000))] * rng.choice((1, 3))
        elif kind == 4 and other:
            start = rng.randrange(len(other))
            data[at:at] = other[start : start + rng.choice((10, 1000))]
        elif kind == 5 and rng.random() < 0.05:
            del data[at:]
    return bytes(data)


def check_page(raw: bytes) -> bool:
    """Return whether the page was read; raise where it breaks a promise."""
    began = time.perf_counter()
    source = html.page_source(raw, "page")
    assert time.perf_counter() - began < SLOW, "a page took too long"
    if source.problem:
        return False
    assert html.RULES[source.rule](raw, source.encoding) == source.text
    lines = source.text.split("\n")
    assert [source.text[mark.start : mark.end] for mark in source.marks] == lines[: len(source.marks)]
    assert all(0 <= item.start < item.end <= len(source.text) for item in source.items)
    return True


def check_archive(pages: list[bytes], rng: random.Random) -> int:
    """Return how many pages came out of a damaged archive of these pages."""
    records = [_record(page) for page in pages]
    raw = b"".join(map(gzip.compress, records)) if rng.random() < 0.5 else b"".join(records)
    raw = mutated(raw, pages[0], rng)
    entry = Entry(uri="x", name="x.warc.gz", head=raw[:8192], open=lambda: io.BytesIO(raw), size=len(raw))
    sources = list(warc.read(entry, Options()))
    assert all(source.text or source.problem for source in sources)
    return len(sources)


def _record(page: bytes) -> bytes:
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + page
    head = f"WARC/1.0\r\nWARC-Type: response\r\nContent-Type: application/http\r\nContent-Length: {len(block)}\r\n\r\n"
    return head.encode() + block + b"\r\n\r\n"


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("folder", nargs="?", type=Path, default=SAMPLE)
    arguments.add_argument("--minutes", type=float, default=5)
    arguments.add_argument("--seed", type=int, default=1)
    chosen = arguments.parse_args()
    pages = [path.read_bytes() for path in sorted(chosen.folder.rglob("*.html")) if path.stat().st_size < 400_000]
    rng = random.Random(chosen.seed)
    until = time.monotonic() + 60 * chosen.minutes
    tried = read = archives = found = 0
    while time.monotonic() < until:
        raw = mutated(rng.choice(pages), rng.choice(pages), rng)
        try:
            tried, read = tried + 1, read + check_page(raw)
            if tried % 4 == 0:
                archives, found = (
                    archives + 1,
                    found + check_archive([rng.choice(pages)[:20_000] for _ in range(4)], rng),
                )
        except Exception:
            Path("fuzz-failure.bin").write_bytes(raw)
            sys.stderr.write("kept what failed in fuzz-failure.bin\n")
            raise
    sys.stdout.write(f"{tried} pages, {read} read; {archives} damaged archives, {found} sources; none failed\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
