"""Watching feeds, against real servers on this machine: politeness, limits, refusals, and what is new."""

from __future__ import annotations

import gzip
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from backstory.errors import DeskError, NotFoundError, ReadError, UsageError
from backstory.records import Source
from backstory.watch import (
    EVERY_HOST,
    FeedState,
    FileState,
    Limits,
    MemoryState,
    Polled,
    State,
    Watching,
    feeds_named,
    fetched,
    watch,
)
from backstory.watch.addresses import permitted

CERTIFICATE = Path(__file__).with_name("wharf_example.pem")
"""A key and a certificate of our own for the invented host wharf.example, for these tests alone."""


@dataclass
class Site:
    """A server on this machine: what it answers per path, and what it was asked."""

    url: str = ""
    pages: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    drip: bool = False

    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    with _served(site) as url:
        site.url = url
        yield site


@contextmanager
def _served(site: Site, secured: ssl.SSLContext | None = None) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
            status, headers, body = site.pages.get(self.path, (404, {}, b"not here"))
            if headers.get("ETag") and self.headers.get("If-None-Match") == headers["ETag"]:
                status, body = 304, b""
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if "Content-Length" not in headers:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            for start in range(0, len(body), 1 if site.drip else 1 << 20):
                self.wfile.write(body[start : start + (1 if site.drip else 1 << 20)])
                if site.drip:
                    time.sleep(0.05)

        def log_message(self, format: str, *args: object) -> None:
            pass

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            pass

    server = Quiet(("127.0.0.1", 0), Handler)
    if secured:
        server.socket = secured.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Clock:
    """A clock that only moves when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1_600_000_000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


HERE = Limits(private=frozenset({"127.0.0.1"}), seconds=5)
POLITE = Watching(limits=HERE)


def _rss(*titles: str, link: str = "") -> bytes:
    items = "".join(f"<item><guid>{title}</guid><title>{title}</title>{link}</item>" for title in titles)
    return f"<rss version='2.0'><channel><title>Wharf</title>{items}</channel></rss>".encode()


def _polled(
    site: Site,
    *,
    watching: Watching = POLITE,
    state: State | None = None,
    rounds: int = 1,
    clock: Clock | None = None,
) -> tuple[list[Polled], list[list[Source]]]:
    clock = clock or Clock()
    folded: list[list[Source]] = []
    polls = watch(
        [f"{site.url}/feed"],
        folded.append,
        state=state or MemoryState(),
        watching=watching,
        clock=clock,
        sleep=clock.sleep,
        rounds=rounds,
    )
    return list(polls), folded


def test_new_entries_are_folded_and_seen_ones_are_not(site: Site) -> None:
    state, clock = MemoryState(), Clock()
    site.pages["/feed"] = (200, {}, _rss("one", "two"))
    _polled(site, state=state, clock=clock)
    site.pages["/feed"] = (200, {}, _rss("one", "two", "three"))
    clock.now += 1000
    polls, folded = _polled(site, state=state, clock=clock)
    assert [source.text for source in folded[0]] == ["three"]
    assert polls[0].sources == tuple(folded[0])


def test_an_entry_whose_text_changed_is_folded_again(site: Site) -> None:
    state, clock = MemoryState(), Clock()
    for text in ("first", "corrected"):
        body = _rss("one").replace(b"</item>", f"<description>{text}</description></item>".encode())
        site.pages["/feed"] = (200, {}, body)
        _, folded = _polled(site, state=state, clock=clock)
        assert [source.text for source in folded[0]] == [f"one\n{text}"]
        clock.now += 1000


def test_an_unchanged_feed_is_asked_with_its_etag_and_costs_nothing(site: Site) -> None:
    site.pages["/feed"] = (200, {"ETag": '"v1"', "Last-Modified": "Thu, 04 Mar 2021 08:15:00 GMT"}, _rss("one"))
    polls, folded = _polled(site, rounds=2)
    assert [poll.unchanged for poll in polls] == [False, True]
    assert len(folded) == 1
    last = site.asked[-1][1]
    assert (last["if-none-match"], last["if-modified-since"]) == ('"v1"', "Thu, 04 Mar 2021 08:15:00 GMT")


def test_requests_say_who_asks(site: Site) -> None:
    site.pages["/feed"] = (200, {}, _rss("one"))
    _polled(site, watching=replace(POLITE, limits=replace(HERE, user_agent="Desk (desk@wharf.example)")))
    assert {headers["user-agent"] for _, headers in site.asked} == {"Desk (desk@wharf.example)"}


def test_a_feed_is_asked_once_an_interval_and_a_failing_one_ever_more_seldom(site: Site) -> None:
    site.pages["/feed"] = (500, {}, b"")
    clock = Clock()
    polls, _ = _polled(site, rounds=4, clock=clock)
    assert clock.slept == [1800.0, 3600.0, 7200.0]
    assert "answered 500" in polls[0].problems[0]


def test_a_recovered_feed_is_asked_at_its_interval_again(site: Site) -> None:
    state, clock = MemoryState(), Clock()
    site.pages["/feed"] = (503, {}, b"")
    _polled(site, state=state, clock=clock)
    clock.now += 2000
    site.pages["/feed"] = (200, {}, _rss("one"))
    _polled(site, state=state, clock=clock)
    known = state.load(f"{site.url}/feed")
    assert (known.failures, known.next_at) == (0, clock.now + 900)


@pytest.mark.parametrize(
    ("status", "headers", "wait"),
    [
        (429, {"Retry-After": "7000"}, 7000.0),
        (503, {"Retry-After": "99999999"}, 86400.0),
        (503, {"Retry-After": "soon"}, 1800.0),
        (200, {"Cache-Control": "public, max-age=5000"}, 5000.0),
        (200, {"Cache-Control": "max-age=60"}, 900.0),
    ],
)
def test_a_server_that_asks_for_patience_gets_it(site: Site, status: int, headers: dict[str, str], wait: float) -> None:
    site.pages["/feed"] = (status, headers, _rss("one"))
    clock = Clock()
    _polled(site, rounds=2, clock=clock)
    assert clock.slept == [wait]


def test_a_feed_that_is_gone_is_never_asked_again(site: Site) -> None:
    site.pages["/feed"] = (410, {}, b"")
    polls, _ = _polled(site, rounds=5)
    assert len(polls) == 1
    assert "gone for good" in polls[0].problems[0]


def test_robots_rules_are_kept(site: Site) -> None:
    site.pages["/robots.txt"] = (200, {}, b"User-agent: *\nDisallow: /fe*d$\n")
    site.pages["/feed"] = (200, {}, _rss("one"))
    polls, folded = _polled(site)
    assert site.paths() == ["/robots.txt"]
    assert folded == []
    assert "robots.txt" in polls[0].problems[0]


def test_a_host_whose_robots_rules_cannot_be_had_is_left_alone(site: Site) -> None:
    site.pages["/robots.txt"] = (500, {}, b"")
    site.pages["/feed"] = (200, {}, _rss("one"))
    _polled(site)
    assert site.paths() == ["/robots.txt"]


def test_pages_of_new_entries_are_fetched_with_a_pause_between_requests(site: Site) -> None:
    site.pages["/robots.txt"] = (200, {}, b"User-agent: *\nCrawl-delay: 9\nDisallow: /secret\n")
    site.pages["/feed"] = (200, {}, _rss("one", link=f"<link>{site.url}/one</link>"))
    site.pages["/one"] = (
        200,
        {"Content-Type": "text/html"},
        b"<html><body><p>The tram vote was put off.</p></body></html>",
    )
    clock = Clock()
    _, folded = _polled(site, watching=replace(POLITE, pages=True), clock=clock)
    assert "The tram vote was put off." in folded[0][0].text
    assert folded[0][0].uri == f"{site.url}/one"
    assert clock.slept == [9.0]


@pytest.mark.parametrize("page", ["/missing", "/secret"])
def test_an_entry_whose_page_cannot_be_had_is_kept_from_the_feed(site: Site, page: str) -> None:
    site.pages["/robots.txt"] = (200, {}, b"User-agent: *\nDisallow: /secret\n")
    site.pages["/feed"] = (200, {}, _rss("one", link=f"<link>{site.url}{page}</link>"))
    polls, folded = _polled(site, watching=replace(POLITE, pages=True))
    assert [source.text for source in folded[0]] == ["one"]
    assert len(polls[0].problems) == 1


def test_a_page_that_is_no_feed_says_so(site: Site) -> None:
    site.pages["/feed"] = (200, {}, b"<html><body>hello</body></html>")
    polls, _ = _polled(site)
    assert "is no feed" in polls[0].problems[0]


def test_the_state_is_kept_after_the_fold(site: Site) -> None:
    site.pages["/feed"] = (200, {}, _rss("one"))
    state = MemoryState()

    def fails(sources: list[Source]) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(watch([f"{site.url}/feed"], fails, state=state, watching=POLITE, rounds=1))
    assert state.load(f"{site.url}/feed") == FeedState(f"{site.url}/feed")


def test_a_state_in_a_file_outlives_the_run(site: Site, tmp_path: Path) -> None:
    path, clock = tmp_path / "news.feeds.json", Clock()
    site.pages["/feed"] = (200, {"ETag": '"v1"'}, _rss("one"))
    _polled(site, state=FileState(path), clock=clock)
    clock.now += 1000
    polls, folded = _polled(site, state=FileState(path), clock=clock)
    assert (polls[0].unchanged, folded) == (True, [])
    known = FileState(path).load(f"{site.url}/feed")
    assert (known.etag, [key for key, _ in known.seen]) == ('"v1"', ["one"])


@pytest.mark.parametrize("said", ["[]", "{", '{"x": {"seen": 3}}', '{"x": {"what": 1, "seen": []}}'])
def test_a_broken_state_says_what_to_do(tmp_path: Path, said: str) -> None:
    path = tmp_path / "news.feeds.json"
    path.write_text(said)
    with pytest.raises(DeskError, match="remove it"):
        FileState(path)
    with pytest.raises(DeskError, match="cannot be written"):
        FileState(tmp_path / "nowhere" / "x.json").keep(FeedState("u"))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "2130706433", "0.0.0.0"])
def test_this_machine_is_refused_unless_allowed(site: Site, host: str) -> None:
    port = site.url.rsplit(":", 1)[1]
    with pytest.raises(ReadError, match="no public address: refused|has no address"):
        fetched(f"http://{host}:{port}/feed", Limits())
    assert site.asked == []


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.1",
        "172.16.9.9",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
    ]
    + [
        "::1",
        "fe80::1",
        "fc00::1",
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",
        "2002:0a00:0001::",
        "::",
        "ff02::1",
        "nonsense",
    ],
)
def test_an_address_that_is_not_public_is_refused(address: str) -> None:
    with pytest.raises(ReadError, match="refused"):
        permitted("wharf.example", 80, resolve=lambda host, port: [address])


def test_a_host_with_one_private_address_among_public_ones_is_refused() -> None:
    with pytest.raises(ReadError, match=r"10\.0\.0\.1"):
        permitted("wharf.example", 80, resolve=lambda host, port: ["93.184.216.34", "10.0.0.1"])


def test_a_public_address_is_permitted() -> None:
    addresses = ["93.184.216.34", "2606:2800:220:1::1", "64:ff9b::5db8:d822"]
    assert permitted("wharf.example", 80, resolve=lambda host, port: addresses) == addresses


def test_a_redirect_to_a_private_address_is_refused(site: Site) -> None:
    port = site.url.rsplit(":", 1)[1]
    site.pages["/feed"] = (302, {"Location": f"http://localhost:{port}/secret"}, b"")
    site.pages["/secret"] = (200, {}, _rss("secret"))
    with pytest.raises(ReadError, match="localhost is at .* refused"):
        fetched(f"{site.url}/feed", HERE)
    assert site.paths() == ["/feed"]


def test_a_name_is_resolved_once_and_the_checked_address_is_used(site: Site) -> None:
    answers = iter([["127.0.0.1"], ["10.9.9.9"]])
    port = site.url.rsplit(":", 1)[1]
    site.pages["/feed"] = (200, {}, b"hello")
    limits = replace(HERE, private=frozenset({"rebind.example"}), resolve=lambda host, port: next(answers))
    assert fetched(f"http://rebind.example:{port}/feed", limits).body == b"hello"
    assert site.asked[0][1]["host"] == f"rebind.example:{port}"
    assert next(answers) == ["10.9.9.9"]


def test_every_host_may_be_allowed(site: Site) -> None:
    site.pages["/feed"] = (200, {}, b"hello")
    assert fetched(f"{site.url}/feed", Limits(private=frozenset({EVERY_HOST}))).status == 200


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://wharf.example/",
        "gopher://x",
        "http://",
        "http://a:b@127.0.0.1/",
        "http://x:99999/",
        "feed",
    ]
    + ["http://[::1", "javascript:alert(1)"],
)
def test_what_is_no_address_on_the_web_is_refused(url: str) -> None:
    with pytest.raises(ReadError):
        fetched(url, Limits(private=frozenset({EVERY_HOST})))


def test_a_redirect_to_a_file_is_refused(site: Site) -> None:
    site.pages["/feed"] = (301, {"Location": "file:///etc/passwd"}, b"")
    with pytest.raises(ReadError, match="must begin with http"):
        fetched(f"{site.url}/feed", HERE)


def test_redirects_are_followed_and_end(site: Site) -> None:
    site.pages["/feed"] = (301, {"Location": "/moved"}, b"")
    site.pages["/moved"] = (200, {}, b"here")
    assert fetched(f"{site.url}/feed", HERE).url == f"{site.url}/moved"
    site.pages["/moved"] = (302, {"Location": "/feed"}, b"")
    with pytest.raises(ReadError, match="more than 5 redirects"):
        fetched(f"{site.url}/feed", HERE)


@pytest.mark.parametrize("packed", [False, True])
def test_an_answer_that_is_too_large_is_refused(site: Site, packed: bool) -> None:
    body = b"a" * 3_000_000
    site.pages["/feed"] = (200, {"Content-Encoding": "gzip"}, gzip.compress(body)) if packed else (200, {}, body)
    with pytest.raises(ReadError, match="larger than 1000000"):
        fetched(f"{site.url}/feed", replace(HERE, max_bytes=1_000_000))


def test_a_packed_answer_is_unpacked(site: Site) -> None:
    site.pages["/feed"] = (200, {"Content-Encoding": "gzip"}, gzip.compress(b"hello" * 1000))
    assert fetched(f"{site.url}/feed", HERE).body == b"hello" * 1000


@pytest.mark.parametrize(
    ("headers", "body"),
    [({"Content-Encoding": "gzip"}, gzip.compress(b"hello" * 1000)[:-12]), ({"Content-Length": "99"}, b"short")]
    + [({"Content-Encoding": "gzip"}, b"no gzip at all")],
    ids=["cut gzip", "wrong length", "no gzip"],
)
def test_a_cut_answer_is_no_answer(site: Site, headers: dict[str, str], body: bytes) -> None:
    site.pages["/feed"] = (200, headers, body)
    with pytest.raises(ReadError, match="no whole answer"):
        fetched(f"{site.url}/feed", replace(HERE, seconds=1))


def test_an_answer_that_drips_is_cut_at_the_deadline(site: Site) -> None:
    site.drip = True
    site.pages["/feed"] = (200, {}, b"a" * 10_000)
    began = time.monotonic()
    with pytest.raises(ReadError, match="took longer than 0.4 s"):
        fetched(f"{site.url}/feed", replace(HERE, seconds=0.4))
    assert time.monotonic() - began < 2


def test_a_server_that_says_nothing_is_left_at_the_deadline() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/feed"
        with pytest.raises(ReadError, match="took longer"):
            fetched(url, replace(HERE, seconds=0.3))
        with pytest.raises(ReadError, match="took longer|no whole answer"):
            fetched(url.replace("http:", "https:"), replace(HERE, seconds=0.3))


@pytest.mark.parametrize(
    "sent", [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 500, b"HTTP/1.1 200 " + b"x" * 70000]
)
def test_a_server_that_talks_nonsense_is_a_problem(sent: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            connected, _ = server.accept()
            with connected:
                connected.recv(4096)
                connected.sendall(sent)

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(ReadError, match="no whole answer"):
            fetched(f"http://127.0.0.1:{server.getsockname()[1]}/", HERE)
        thread.join()


@contextmanager
def _secure(site: Site) -> Iterator[int]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    with _served(site, context) as url:
        yield int(url.rsplit(":", 1)[1])


def test_a_certificate_is_checked_against_the_name_not_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    site = Site(pages={"/feed": (200, {}, b"hello")})
    limits = replace(HERE, private=frozenset({EVERY_HOST}), resolve=lambda host, port: ["127.0.0.1"])
    with _secure(site) as port:
        with pytest.raises(ReadError, match="certificate verify failed"):
            fetched(f"https://wharf.example:{port}/feed", limits)
        monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
        assert fetched(f"https://wharf.example:{port}/feed", limits).body == b"hello"
        with pytest.raises(ReadError, match="certificate verify failed"):
            fetched(f"https://other.example:{port}/feed", limits)


def test_a_server_that_is_not_there_is_a_problem() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(ReadError, match="cannot be reached"):
        fetched(f"http://127.0.0.1:{port}/", HERE)


def test_addresses_and_lists_are_watched_each_feed_once(tmp_path: Path) -> None:
    path = tmp_path / "mine.opml"
    path.write_text('<opml><outline xmlUrl="https://a.example/f"/><outline xmlUrl="https://b.example/f"/></opml>')
    assert feeds_named(["https://b.example/f", str(path)]) == ["https://b.example/f", "https://a.example/f"]


def test_what_cannot_be_watched_says_why(tmp_path: Path) -> None:
    notes = tmp_path / "notes.txt"
    notes.write_text("hello")
    empty = tmp_path / "empty.opml"
    empty.write_text("<opml/>")
    with pytest.raises(NotFoundError, match="missing.opml cannot be read"):
        feeds_named([str(tmp_path / "missing.opml")])
    with pytest.raises(UsageError, match="is no list of feeds"):
        feeds_named([str(notes)])
    with pytest.raises(UsageError, match="xmlUrl"):
        feeds_named([str(empty)])
