"""An hour of a newsroom at once: feeds watched, files built, pages served under load, a reader asking.

    python -m benchmarks soak [--minutes 60]

Feeds lie on a server of this machine, which gives new entries all the time; one process watches them throughout. Every
minute the memory of watcher and server and the rows of the desk are noted. It fails where a process ended, a lock was
met that nobody explained, memory grew beyond a quarter after the first fifth, a source that was there is gone, one that
was given is missing, or the server answered otherwise than with a page.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

from backstory.desk import Desk
from benchmarks.crawl import texts

NOTED_EVERY = 60.0
FEEDS = 12
"""Feeds, each asked as often as `watch` asks any: four times an hour, so that one falls due every 75 seconds."""
FOLDED_WITHIN = 300.0
"""Seconds after which what a feed gave is to be in the desk, on a machine with much else to do."""
REST = 15.0
"""Seconds between two builds."""
ASKED = ("/", "/api/v1/articles?limit=20", "/api/v1/stories", "/api/v1/search?q=said")
GROWTH = 1.25
BATCH = 4


class Feed(BaseHTTPRequestHandler):
    """Gives feeds, each of which has one more entry every five minutes."""

    said: tuple[str, ...] = ()
    given: ClassVar[dict[int, float]] = {}
    began = time.monotonic()

    def do_GET(self) -> None:  # noqa: N802 the base class's name
        if not re.fullmatch(r"/feed\d+\.xml", self.path):
            self.send_error(404)
            return
        own = range(int(self.path[5:-4]), len(self.said), FEEDS)
        given = own[: int(time.monotonic() - self.began) // 300 + 2][-20:]
        for n in given:
            self.given.setdefault(n, time.monotonic())
        items = "".join(
            f"<item><title>Item {n}</title><link>http://news.example/{n}</link><guid>{n}</guid>"
            f"<description><![CDATA[{self.said[n]}]]></description></item>"
            for n in given
        )
        body = f'<?xml version="1.0"?><rss version="2.0"><channel><title>Soak</title>{items}</channel></rss>'.encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/rss+xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("name", nargs="?")
    options.add_argument("--minutes", type=float, default=60)
    chosen = options.parse_args()
    said = texts(4000)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "in").mkdir()
        desk = folder / "soak.desk"
        write(folder / "in", said, 0)
        subprocess.run(command("build", folder / "in", "--desk", desk, "--quiet"), check=True)
        Feed.said = tuple(said[2000:])
        with feeds() as feed, working(folder, desk, feed) as processes:
            faults = watched(folder, desk, processes, said, chosen.minutes * 60)
        faults += [*logged(folder), *missing(folder, desk)]
        faults += [f"verify: {fault}" for fault in verified(desk)]
    print(f"{chosen.minutes:g} minutes, {len(faults)} faults")
    for fault in faults:
        print(f"  {fault}")
    return int(bool(faults))


def command(*words: object) -> list[str]:
    return [sys.executable, "-m", "backstory.cli", *map(str, words)]


def write(folder: Path, said: list[str], first: int) -> None:
    for number in range(first, first + BATCH):
        (folder / f"{number:05}.txt").write_text(said[number % 2000], "utf-8")


@contextmanager
def feeds() -> Iterator[list[str]]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Feed)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield [f"http://127.0.0.1:{server.server_address[1]}/feed{number}.xml" for number in range(FEEDS)]
    server.shutdown()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def working(folder: Path, desk: Path, addresses: list[str]) -> Iterator[dict[str, subprocess.Popen[bytes]]]:
    """Run what runs at once: a watcher, a server and one who asks it; builds come and go beside them."""
    port = free_port()
    wanted = {
        "serve": command("serve", "--desk", desk, "--port", port, "--rate", 1000),
        "watch": command("watch", *addresses, "--desk", desk, "--allow-private", "127.0.0.1"),
    }
    processes = {}
    for name, words in wanted.items():
        with (folder / f"{name}.log").open("wb") as log:
            processes[name] = subprocess.Popen(words, stdout=log, stderr=log)
    stop = threading.Event()
    asking = threading.Thread(target=ask, args=(port, stop, folder / "asked.log"), daemon=True)
    asking.start()
    yield processes
    stop.set()
    asking.join(timeout=60)
    for process in processes.values():
        process.send_signal(signal.SIGINT)
    for process in processes.values():
        try:
            process.wait(timeout=120)
        except subprocess.TimeoutExpired:
            process.kill()


def ask(port: int, stop: threading.Event, log: Path) -> None:
    """Ask the server one question after another, and note what it answers."""
    answers: dict[str, int] = {}
    while not stop.wait(0.5):
        for path in ASKED:
            began = time.monotonic()
            try:
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
                connection.request("GET", path)
                status = str(connection.getresponse().status)
                connection.close()
            except OSError as error:
                status = type(error).__name__ if answers.get("200") else "before it had started"
            answers[status] = answers.get(status, 0) + 1
            slowest = max(answers.get("slowest, ms", 0), int(1000 * (time.monotonic() - began)))
            answers["slowest, ms"] = slowest if answers.get("200") else 0
        kept = log.with_suffix(".part")
        kept.write_text(json.dumps(answers))
        kept.replace(log)


def watched(
    folder: Path, desk: Path, processes: dict[str, subprocess.Popen[bytes]], said: list[str], seconds: float
) -> list[str]:
    """Build a few files again and again, note memory and rows, and return what went wrong."""
    faults, memory = [], {name: list[int]() for name in processes}
    began, noted, first = time.monotonic(), 0.0, BATCH
    held: set[str] = set()
    while time.monotonic() - began < seconds:
        write(folder / "in", said, first)
        first += BATCH
        build = subprocess.run(
            command("build", folder / "in", "--desk", desk, "--quiet"), capture_output=True, text=True, check=False
        )
        if build.returncode and "another process is building" not in build.stderr:
            faults.append(f"build: {build.stderr.strip()[-300:]}")
        with Desk(desk, read_only=True) as reader:
            now, articles = {row["source_id"] for row in reader.rows("sources")}, reader.status().articles
        if held - now:
            faults.append(f"{len(held - now)} sources went")
        held = now
        for name, process in processes.items():
            if process.poll() is not None:
                return [*faults, f"{name} ended with {process.returncode}"]
            memory[name].append(resident(process.pid))
        if time.monotonic() - noted >= NOTED_EVERY:
            noted = time.monotonic()
            sizes = ", ".join(f"{name} {own[-1]} MB" for name, own in memory.items())
            print(f"{(noted - began) / 60:5.1f} min  {len(held)} sources, {articles} articles  {sizes}", flush=True)
        time.sleep(REST)
    for name, own in memory.items():
        early = max(own[: max(1, len(own) // 5)], default=0)
        if own and own[-1] > GROWTH * early:
            faults.append(f"{name} grew from {early} to {own[-1]} MB")
    answers = json.loads((folder / "asked.log").read_text())
    print(f"the server answered {answers}")
    known = ("200", "before it had started", "slowest, ms")
    return [*faults, *(f"{count} answers of {status}" for status, count in answers.items() if status not in known)]


def missing(folder: Path, desk: Path) -> list[str]:
    """Return what was given, by files or by feeds, and is not in the desk after one more build.

    What a feed gave in the last minutes may still have waited when the watcher was ended, so it is not asked for.
    """
    subprocess.run(command("build", folder / "in", "--desk", desk, "--quiet"), check=True)
    until = time.monotonic() - FOLDED_WITHIN
    with Desk(desk, read_only=True) as reader:
        there = {row["uri"] for row in reader.rows("sources")}
    entries = [f"http://news.example/{n}" for n, at in Feed.given.items() if at < until]
    print(f"{len(entries)} entries of feeds, {len(list((folder / 'in').iterdir()))} files")
    given = {*(str(path) for path in (folder / "in").iterdir()), *entries}
    return [f"{uri} is missing" for uri in sorted(given - there)]


def resident(pid: int) -> int:
    """Return the megabytes of a process that are in memory."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGESIZE") >> 20


def logged(folder: Path) -> list[str]:
    """Return the lines of the logs that speak of locks or of errors."""
    return [
        f"{path.stem}: {line}"
        for path in sorted(folder.glob("*.log"))
        for line in path.read_text("utf-8", "replace").splitlines()
        if "locked" in line.lower() or "Traceback" in line
    ]


def verified(desk: Path) -> list[str]:
    with Desk(desk, read_only=True) as opened:
        return [fault.what for checked in opened.verify() for fault in checked.faults if fault.broken]


if __name__ == "__main__":
    sys.exit(main())
