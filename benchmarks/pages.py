"""Pages a second against trafilatura with metadata, and a web archive's records against fastwarc's own rate.

    python -m benchmarks pages [--pages 120] [--megabytes 256]

The same pages in the same run, in turns of one page each, so that a busy machine slows both alike. Pages: the
evaluation set where it is there, the sample's otherwise. The archive is written from them; memory is the peak of a
process that reads the whole of it and keeps nothing.
"""

from __future__ import annotations

import argparse
import gzip
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from itertools import cycle
from pathlib import Path

import trafilatura
from fastwarc.warc import ArchiveIterator, WarcRecordType

from backstory.clean.lines import lines_of
from backstory.read.entries import Options
from backstory.read.html import page_source
from backstory.read.warc import captures_of
from evaluation.paths import SAMPLE, shared
from evaluation.saved_pages import SET, gold_pages

ARCHIVE_PAGE = 60_000
"""Bytes of a page in the archive of the benchmark, about what CC-NEWS has."""


def pages(count: int) -> list[bytes]:
    path = shared(SET)
    if path is not None:
        return [page.raw for page in gold_pages(path)][:count]
    return [path.read_bytes() for path in sorted(SAMPLE.rglob("*.html"))][:count]


def ours(raw: bytes) -> None:
    lines_of(page_source(raw, "page"))


def theirs(raw: bytes) -> None:
    trafilatura.bare_extraction(raw.decode("utf-8", errors="replace"), with_metadata=True, include_comments=False)


def rates(raws: list[bytes]) -> None:
    seconds: Counter[str] = Counter()
    ours(raws[0])
    theirs(raws[0])
    for raw in raws:
        for name, read in (("read", page_source), ("read and labelled", ours), ("trafilatura", theirs)):
            began = time.perf_counter()
            read(raw, "page") if read is page_source else read(raw)
            seconds[name] += time.perf_counter() - began
    for name, spent in seconds.items():
        ratio = seconds["trafilatura"] / spent
        print(f"{name:20} {len(raws) / spent:7.1f} pages/s  {ratio:5.2f} of trafilatura with metadata")


def write_archive(raws: list[bytes], path: Path, megabytes: int) -> int:
    """Write an archive of so many megabytes of unpacked pages and return its number of records."""
    records = 0
    written = 0
    packed = [gzip.compress(_record(raw[:ARCHIVE_PAGE], number), 1) for number, raw in enumerate(raws)]
    with path.open("wb") as stream:
        for number, record in cycle(enumerate(packed)):
            stream.write(record)
            written += len(_record(raws[number][:ARCHIVE_PAGE], number))
            records += 1
            if written >> 20 >= megabytes:
                return records
    return records


def _record(raw: bytes, number: int) -> bytes:
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + raw
    head = (
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Date: 2026-03-02T00:00:00Z\r\n"
        f"WARC-Target-URI: https://post.example/{number}\r\nWARC-Record-ID: <urn:uuid:{number}>\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
    )
    return head.encode() + http + b"\r\n\r\n"


def archive_rates(path: Path, records: int) -> None:
    for name, read in (("fastwarc alone", _fastwarc), ("our records", _captures)):
        began = time.perf_counter()
        found = read(path)
        seconds = time.perf_counter() - began
        print(f"{name:20} {found / seconds:9,.0f} records/s  ({found} of {records})")


def _fastwarc(path: Path) -> int:
    with path.open("rb") as stream:
        return sum(1 for _ in ArchiveIterator(stream, record_types=WarcRecordType.response, parse_http=True))


def _captures(path: Path) -> int:
    passed: Counter[str] = Counter()
    return sum(1 for _ in captures_of(lambda: path.open("rb"), Options(), passed, []))


def memory(path: Path) -> None:
    """Print the peak of a process that reads the archive from end to end."""
    code = (
        "import sys; from benchmarks.pages import _captures, peak; from pathlib import Path;"
        "before = peak(); _captures(Path(sys.argv[1])); print(before, peak())"
    )
    run = subprocess.run([sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE, check=True, text=True)
    before, after = map(int, run.stdout.split())
    print(f"peak memory: {before} MB before, {after} MB after {path.stat().st_size >> 20} MB of archive")


def peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--pages", type=int, default=120)
    arguments.add_argument("--megabytes", type=int, default=256, help="unpacked size of the archive")
    chosen, _ = arguments.parse_known_args()
    raws = pages(chosen.pages)
    rates(raws)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pages.warc.gz"
        records = write_archive(raws, path, chosen.megabytes)
        archive_rates(path, records)
        memory(path)


if __name__ == "__main__":
    main()
