"""An hour of a newsroom at once: feeds watched, files built, pages served under load, a reader asking.

    python -m benchmarks soak [--minutes 60]

Feeds lie on a server of this machine, which gives new entries all the time. Every half minute the server's memory and
the rows of the desk are noted. It fails where a process ended, a lock was met that nobody explained, memory grew beyond
a quarter after the first fifth, or a row that was there is gone.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
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

from backstory.desk import Desk
from benchmarks.crawl import texts

NOTED_EVERY = 30.0
ASKED = ("/", "/api/v1/articles?limit=20", "/api/v1/stories", "/api/v1/search?q=said")
GROWTH = 1.25
BATCH = 4


class Feed(BaseHTTPRequestHandler):
    """Gives a feed whose entries grow by one with every second."""

    said: tuple[str, ...] = ()
    began = time.monotonic()

    def do_GET(self) -> None:  # noqa: N802 the base class's name
        if self.path != "/feed.xml":
            self.send_error(404)
            return
        count = min(int(time.monotonic() - self.began) // 10 + 3, len(self.said))
        items = "".join(
            f"<item><title>Item {n}</title><link>http://news.example/{n}</link><guid>{n}</guid>"
            f"<description><![CDATA[{self.said[n]}]]></description></item>"
            for n in range(max(0, count - 20), count)
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
        faults += logged(folder)
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
def feeds() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Feed)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/feed.xml"
    server.shutdown()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def working(folder: Path, desk: Path, feed: str) -> Iterator[dict[str, subprocess.Popen[bytes]]]:
    """Run what runs at once: a watcher and a server; builds come and go beside them."""
    port = free_port()
    with (folder / "serve.log").open("wb") as log:
        words = command("serve", "--desk", desk, "--port", port, "--rate", 1000)
        processes = {"serve": subprocess.Popen(words, stdout=log, stderr=log)}
    stop = threading.Event()
    threads = [
        threading.Thread(target=ask, args=(port, stop, folder / "asked.log"), daemon=True),
        threading.Thread(target=watch, args=(desk, feed, stop, folder / "watch.log"), daemon=True),
    ]
    for thread in threads:
        thread.start()
    yield processes
    stop.set()
    for thread in threads:
        thread.join(timeout=60)
    for process in processes.values():
        process.send_signal(signal.SIGINT)
    for process in processes.values():
        try:
            process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()


def watch(desk: Path, feed: str, stop: threading.Event, log: Path) -> None:
    """Ask the feed again and again; where a build is at work, the watcher says so and comes again."""
    words = command("watch", feed, "--desk", desk, "--once", "--allow-private", "127.0.0.1")
    while not stop.wait(5):
        run = subprocess.run(words, capture_output=True, text=True, check=False)
        if run.returncode and "another process is building" not in run.stderr:
            with log.open("a") as file:
                file.write(f"Traceback or refusal: {run.stderr[-500:]}\n")


def ask(port: int, stop: threading.Event, log: Path) -> None:
    """Ask the server one question after another, and note what it answers."""
    answers: dict[int, int] = {}
    while not stop.wait(0.2):
        for path in ASKED:
            try:
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
                connection.request("GET", path)
                status = connection.getresponse().status
                connection.close()
            except OSError:
                status = 0
            answers[status] = answers.get(status, 0) + 1
        log.write_text(json.dumps(sorted(answers.items())))


def watched(
    folder: Path, desk: Path, processes: dict[str, subprocess.Popen[bytes]], said: list[str], seconds: float
) -> list[str]:
    """Build a few files again and again, note memory and rows, and return what went wrong."""
    faults, memory = [], {name: list[int]() for name in processes}
    began, noted, articles, first = time.monotonic(), 0.0, 0, BATCH
    while time.monotonic() - began < seconds:
        write(folder / "in", said, first)
        first += BATCH
        build = subprocess.run(
            command("build", folder / "in", "--desk", desk, "--quiet"), capture_output=True, text=True, check=False
        )
        if build.returncode and "another process is building" not in build.stderr:
            faults.append(f"build: {build.stderr.strip()[-300:]}")
        with Desk(desk, read_only=True) as reader:
            now = reader.status().articles
        if now < articles:
            faults.append(f"{articles - now} articles went")
        articles = now
        for name, process in processes.items():
            if process.poll() is not None:
                return [*faults, f"{name} ended with {process.returncode}"]
            memory[name].append(resident(process.pid))
        if time.monotonic() - noted >= NOTED_EVERY:
            noted = time.monotonic()
            held = ", ".join(f"{name} {sizes[-1]} MB" for name, sizes in memory.items())
            print(f"{(noted - began) / 60:5.1f} min  {articles} articles  {held}", flush=True)
    for name, sizes in memory.items():
        early = max(sizes[: max(1, len(sizes) // 5)], default=0)
        if sizes and sizes[-1] > GROWTH * early:
            faults.append(f"{name} grew from {early} to {sizes[-1]} MB")
    answers = json.loads((folder / "asked.log").read_text())
    print(f"the server answered {answers}; 0 is while it started")
    return [*faults, *(f"{count} answers of {status}" for status, count in answers if status not in (0, 200))]


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
