"""The server under load: mixed pages at a steady rate while a build writes into the same desk.

    python -m benchmarks load [--desk BIG.desk] [--rate 200] [--seconds 30] [--quiet] [--processes 2] [--wrk]

The desk is copied, `backstory serve` answers on loopback, `backstory build` adds articles to the copy until the end;
`--quiet` leaves the build out. Requests leave at fixed moments whether or not earlier ones were answered, and each is
timed from the moment at which it should have left: a generator that waits for answers, as wrk and locust do, hides the
waits that it causes. `--wrk` lets wrk ask all the same (Debian's package `wrk`, `mixed.lua`): it takes less of the
processor than a generator in Python, and its rate falls where the server is slow, so look at the rate too. Half of the
requests are for one of a hundred things, half for any of the desk. Once a second a title is changed and committed, and
the pages that show it are asked for at once: a page with the old one is stale.

Without --desk the sample's desk is made and asked, which says little about a large one.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles
from urllib.parse import quote

from backstory.desk import Desk, transaction

ROOT = Path(__file__).parents[1]
CONNECTIONS = 64
PATIENCE = 10.0
"""Seconds after which an answer counts as an error."""
HOT = 100
EXTRA = 4_000
"""Articles that the build reads: more than it gets through in the time."""
MIX = {
    "front": 8, "stories": 6, "story": 18, "article": 18, "name": 8, "search": 16, "outlet": 3, "static": 4,
    "api article": 5, "api stories": 4, "api search": 5, "feed": 5,
}  # fmt: skip
"""How often each kind of page is asked for, in a hundred."""


@dataclass(slots=True)
class Seen:
    """What was measured: seconds by kind, and what went wrong."""

    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: Counter[str] = field(default_factory=Counter)
    checked: int = 0
    stale: int = 0
    commits: int = 0
    cookie: str = ""


class Addresses:
    """Draws addresses of the desk's pages, the same ones in every run."""

    def __init__(self, desk: Desk, seed: int = 7) -> None:
        self.random = random.Random(seed)

        def ids(question: str) -> list[str]:
            return [str(row[0]) for row in desk.connection.execute(question)]

        self.articles = ids("SELECT article_id FROM articles ORDER BY article_id")
        self.stories = ids("SELECT story_id FROM stories WHERE json_array_length(article_ids) > 1 ORDER BY story_id")
        self.names = ids("SELECT name_id FROM names WHERE articles > 1 ORDER BY name_id")
        self.outlets = ids("SELECT DISTINCT outlet FROM articles WHERE outlet IS NOT NULL ORDER BY 1")
        titles = ids("SELECT title FROM articles WHERE title IS NOT NULL ORDER BY article_id LIMIT 20000")
        self.words = sorted({word for title in titles for word in title.split() if word.isalpha() and len(word) > 4})

    def one(self, among: list[str]) -> str:
        return self.random.choice(among[:: max(1, len(among) // HOT)][:HOT] if self.random.random() < 0.5 else among)

    def query(self) -> str:
        return quote(" ".join(self.one(self.words) for _ in range(self.random.choice((1, 1, 2)))))

    def draw(self) -> tuple[str, str]:
        (kind,) = self.random.choices(list(MIX), list(MIX.values()))
        make: dict[str, Callable[[], str]] = {
            "front": lambda: "/",
            "stories": lambda: f"/stories?page={self.random.choice((1, 1, 2, 3))}",
            "story": lambda: f"/story/{self.one(self.stories)}",
            "article": lambda: f"/article/{self.one(self.articles)}",
            "name": lambda: f"/name/{self.one(self.names)}",
            "search": lambda: f"/search?q={self.query()}",
            "outlet": lambda: f"/outlet?name={quote(self.one(self.outlets))}",
            "static": lambda: "/static/desk.css",
            "api article": lambda: f"/api/v1/articles/{self.one(self.articles)}",
            "api stories": lambda: "/api/v1/stories?limit=20",
            "api search": lambda: f"/api/v1/search?q={self.query()}&limit=10",
            "feed": lambda: f"/api/v1/feeds/stories/{self.one(self.stories)}.atom",
        }
        return kind, make[kind]()


class Wire:
    """One kept connection that asks and reads whole answers."""

    def __init__(self, port: int, seen: Seen) -> None:
        self.port = port
        self.seen = seen
        self.streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def get(self, path: str) -> tuple[int, bytes]:
        """Ask; once more where the server had closed the kept connection meanwhile, as every browser does."""
        kept = self.streams is not None
        try:
            return await self._get(path)
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            if not kept or getattr(error, "partial", b""):
                raise
            return await self._get(path)

    async def _get(self, path: str) -> tuple[int, bytes]:
        if self.streams is None:
            self.streams = await asyncio.open_connection("127.0.0.1", self.port)
        reader, writer = self.streams
        cookie = f"Cookie: {self.seen.cookie}\r\n" if self.seen.cookie else ""
        head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nAccept: text/html,*/*\r\n{cookie}\r\n"
        try:
            writer.write(head.encode())
            lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:])}
            body = await reader.readexactly(int(headers.get("content-length", 0)))
        except BaseException:
            writer.close()
            self.streams = None
            raise
        if not self.seen.cookie and "backstory_session" in headers.get("set-cookie", ""):
            self.seen.cookie = headers["set-cookie"].partition(";")[0]
        return int(lines[0].split()[1]), body


async def ask(wires: asyncio.LifoQueue[Wire], seen: Seen, kind: str, path: str, due: float) -> None:
    """Ask once on whichever connection is free, and keep how long it took since `due`."""
    wire = await wires.get()
    try:
        status, _ = await asyncio.wait_for(wire.get(path), max(0.1, PATIENCE - (time.perf_counter() - due)))
        if status == 200:
            seen.times[kind].append(time.perf_counter() - due)
        else:
            seen.errors[f"{status} {kind}"] += 1
    except (TimeoutError, OSError, asyncio.IncompleteReadError) as error:
        seen.errors[f"{type(error).__name__} {kind}"] += 1
    finally:
        wires.put_nowait(wire)


async def press(port: int, seen: Seen, addresses: Addresses, rate: float, seconds: float) -> float:
    """Send requests at `rate` for `seconds`; return how long it took until the last answer."""
    wires: asyncio.LifoQueue[Wire] = asyncio.LifoQueue()
    for _ in range(CONNECTIONS):
        wires.put_nowait(Wire(port, seen))
    begun, tasks = time.perf_counter(), []
    for number in range(int(rate * seconds)):
        due = begun + number / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        kind, path = addresses.draw()
        tasks.append(asyncio.create_task(ask(wires, seen, kind, path, due)))
    await asyncio.gather(*tasks)
    return time.perf_counter() - begun


async def change(path: Path, port: int, seen: Seen, addresses: Addresses, stop: asyncio.Event) -> None:
    """Commit a new title every second and see whether pages show it."""
    wire = Wire(port, seen)
    article = addresses.articles[len(addresses.articles) // 2]

    def commit(title: str) -> None:
        with Desk(path) as desk, transaction(desk.connection):
            desk.connection.execute("UPDATE articles SET title = ? WHERE article_id = ?", (title, article))

    number = 0
    while not stop.is_set():
        number += 1
        title = f"Title number {number} of the load"
        await asyncio.to_thread(commit, title)
        for address in (f"/api/v1/articles/{article}", f"/article/{article}"):
            with suppress(OSError, asyncio.TimeoutError, asyncio.IncompleteReadError):
                status, body = await asyncio.wait_for(wire.get(address), PATIENCE)
                seen.checked += status == 200
                seen.stale += status == 200 and title.encode() not in body
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(stop.wait(), 1)


def wrk(port: int, seen: Seen, addresses: Addresses, folder: Path, options: argparse.Namespace) -> float:
    """Let wrk ask for the same mix of pages at the rate, on as many connections; return how long it took."""
    begun, paths = time.perf_counter(), folder / "paths.txt"
    drawn = (addresses.draw() for _ in range(int(2 * options.rate * options.seconds)))
    paths.write_text("".join(f"{kind}\t{path}\n" for kind, path in drawn))
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{options.seconds:.0f}s", "--timeout", f"{PATIENCE:.0f}s"]
    command += ["-s", str(Path(__file__).with_name("mixed.lua")), f"http://127.0.0.1:{port}", "--"]
    command += [str(paths), str(options.rate), str(CONNECTIONS), seen.cookie]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    each = 1
    for line in told.splitlines():
        kind, _, value = line.partition("\t")
        if kind == "each":
            each = int(value)
        elif kind == "time":
            seen.times["all"] += [float(value) / 1e6] * each
        elif kind == "error":
            seen.errors[value] += 1
        elif kind == "took":
            begun = time.perf_counter() - float(value) / 1e6
    return time.perf_counter() - begun


def invented(path: Path, count: int, words: list[str]) -> None:
    """Write articles for the build: sentences of the desk's own words, with quotes, names and amounts."""
    draw = random.Random(11)

    def sentence() -> str:
        return " ".join(draw.choices(words, k=14)).lower().capitalize()

    with path.open("w", encoding="utf-8") as file:
        for number in range(count):
            speaker = f"{draw.choice(words)} {draw.choice(words)}".title()
            body = [
                f"{sentence()}.",
                f"“{sentence()},” said {speaker}, the mayor.",
                f"About {number} of them {sentence()}.",
            ]
            row = {"title": sentence()[:60], "text": "\n\n".join(body * 4), "date": f"2031-03-{1 + number % 28:02}"}
            file.write(json.dumps(row) + "\n")


@contextmanager
def running(command: list[str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command of Backstory, and end it."""
    with log.open("wb") as file:
        process = subprocess.Popen([sys.executable, "-m", "backstory.cli", *command], stdout=file, stderr=file)
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


def cpu_seconds(process: subprocess.Popen[bytes]) -> float:
    """Return the processor time that a process and those that it began have used."""
    ticks = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            held = path.read_text().rpartition(")")[2].split()
            if process.pid in (int(path.parent.name), int(held[1])):
                ticks += sum(map(int, held[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")


def wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(1800):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        if server.poll() is not None:
            raise SystemExit("the server ended: see its log")
        time.sleep(0.1)
    raise SystemExit("the server does not answer")


def copied(desk: str | None, folder: Path) -> Path:
    """Return a copy of the desk, or the sample's."""
    path = folder / "load.desk"
    if desk is None:
        command = [
            sys.executable,
            "-m",
            "backstory.cli",
            "build",
            str(ROOT / "sample" / "sources"),
            "--desk",
            str(path),
        ]
        subprocess.run(command, check=True, capture_output=True)
    else:
        shutil.copy(desk, path)
    return path


def measured(path: Path, folder: Path, options: argparse.Namespace) -> tuple[Seen, float, float]:
    """Run the load; return what was seen, how long it took, and the server's processor time."""
    with Desk(path, read_only=True) as desk:
        addresses = Addresses(desk)
    invented(folder / "extra.jsonl", EXTRA, addresses.words)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    seen = Seen()

    async def all_of_it() -> float:
        stop = asyncio.Event()
        for kind in ("/", f"/search?q={addresses.query()}"):
            await Wire(port, seen).get(kind)
        changing = asyncio.create_task(change(path, port, seen, addresses, stop))
        if options.wrk:
            took = await asyncio.to_thread(wrk, port, seen, addresses, folder, options)
        else:
            took = await press(port, seen, addresses, options.rate, options.seconds)
        stop.set()
        await changing
        return took

    serve = ["serve", "--desk", str(path), "--port", str(port), "--rate", "100000"]
    serve += ["--processes", str(options.processes)]
    with running(serve, folder / "serve.log") as server:
        wait_for(port, server)
        build = ["build", str(folder / "extra.jsonl"), "--desk", str(path)]
        if options.quiet:
            before = cpu_seconds(server)
            return seen, asyncio.run(all_of_it()), cpu_seconds(server) - before
        with running(build, folder / "build.log") as builder:
            time.sleep(options.warm)
            before = cpu_seconds(server)
            took = asyncio.run(all_of_it())
            seen.commits = builder.poll() is None
            return seen, took, cpu_seconds(server) - before


def tell(seen: Seen, took: float, cpu: float) -> None:
    everything = sorted(second for times in seen.times.values() for second in times)
    if len(everything) < 2:
        print(f"nothing was answered: {dict(seen.errors)}")
        return

    def parts(times: list[float]) -> str:
        cuts = quantiles(times, n=100) if len(times) > 1 else times * 99
        return f"median {1000 * cuts[49]:6.1f} ms, 95th {1000 * cuts[94]:7.1f} ms, 99th {1000 * cuts[98]:7.1f} ms"

    print(
        f"{len(everything)} answers in {took:.1f} s: {len(everything) / took:.0f}/s, {sum(seen.errors.values())} errors"
    )
    print(f"{'all':12s} {parts(everything)}; the server used {1000 * cpu / len(everything):.1f} ms of processor each")
    for kind in MIX:
        if times := seen.times.get(kind):
            print(f"{kind:12s} {parts(times)}")
    print(f"{seen.checked} pages asked for right after a commit, {seen.stale} stale")
    for what, count in seen.errors.most_common():
        print(f"error: {what}, {count} times")


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks load", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--desk", help="A large desk; it is copied and not changed.")
    parser.add_argument("--rate", type=float, default=200.0)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument(
        "--warm", type=float, default=6.0, help="Seconds for the build to load before the requests begin."
    )
    parser.add_argument("--processes", type=int, default=1, help="Of the server.")
    parser.add_argument("--wrk", action="store_true", help="Let wrk ask instead of the generator in here.")
    parser.add_argument("--quiet", action="store_true", help="No build beside it.")
    parser.add_argument("--folder", help="Where the copy lies meanwhile.")
    given = sys.argv[2:] if sys.argv[1:2] == ["load"] else sys.argv[1:]
    options = parser.parse_args(given)
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        path = copied(options.desk, Path(folder))
        with Desk(path, read_only=True) as desk:
            count = desk.connection.execute("SELECT count(*) FROM articles").fetchall()[0][0]
        print(f"{count:,} articles, {options.rate:.0f} requests a second, machine load {os.getloadavg()[0]:.1f}")
        tell(*measured(path, Path(folder), options))


if __name__ == "__main__":
    main()
