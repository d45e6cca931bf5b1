"""Feeds in, what is new in them out, again and again: politely, and with a state that a desk keeps.

A feed that did not change costs its server a few bytes (ETag, Last-Modified). A host is asked no more often than once
an interval, and a feed that fails is asked ever more seldom. What is new is handed to `fold` before the state is kept,
so a watch that is killed anywhere loses nothing: at worst it folds the same sources again.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from email.utils import parsedate_to_datetime
from hashlib import sha256
from urllib.parse import urlsplit

from backstory.errors import ReadError
from backstory.read.entries import HEAD_BYTES, Entry, Options
from backstory.read.feed import FeedEntry, claims, entries_of_feed
from backstory.read.formats import format_of
from backstory.records import Source
from backstory.watch.fetch import Answer, Limits, fetched, host_of
from backstory.watch.robots import Robots
from backstory.watch.state import FeedState, State

__all__ = ["Polled", "Watching", "watch"]

KEPT_ENTRIES = 5_000
"""A feed's entries are remembered up to this many, oldest forgotten first: the longest feeds list 1,000."""

LONGEST_WAIT = 24 * 3600.0
"""Even a feed that has failed for weeks, or asks for months of patience, is asked once a day."""


@dataclass(frozen=True, slots=True)
class Watching:
    """How to watch; the defaults are polite."""

    interval: float = 900.0
    """Seconds between two polls of one feed: most news feeds change a few times an hour."""
    host_interval: float = 5.0
    """Seconds between two requests to one host, or more where its robots.txt asks for more."""
    pages: bool = False
    """Whether the page of each new entry is fetched and read instead of what the feed holds of it."""
    robots: bool = True
    limits: Limits = field(default=Limits())
    reading: Options = field(default=Options())


@dataclass(frozen=True, slots=True)
class Polled:
    """What one poll of one feed gave."""

    url: str
    sources: tuple[Source, ...] = ()
    problems: tuple[str, ...] = ()
    unchanged: bool = False


Fold = Callable[[list[Source]], None]


def watch(
    feeds: Iterable[str],
    fold: Fold,
    *,
    state: State,
    watching: Watching | None = None,
    clock: Callable[[], float] = time.time,
    sleep: Callable[[float], None] = time.sleep,
    rounds: int | None = None,
) -> Iterator[Polled]:
    """Poll `feeds` as they fall due, hand what is new to `fold`, and yield what each poll gave; ends after `rounds`."""
    poller = _Poller(watching or Watching(), state, clock, sleep)
    urls = list(dict.fromkeys(feeds))
    done = 0
    while rounds is None or done < rounds:
        for url in urls:
            known = state.load(url)
            if not known.gone and known.next_at <= clock():
                yield poller.poll(known, fold)
        done += 1
        waiting = [known.next_at for url in urls if not (known := state.load(url)).gone]
        if not waiting:
            return
        if rounds is None or done < rounds:
            sleep(max(1.0, min(waiting) - clock()))


class _Poller:
    """Polls feeds one after another and remembers when each host was last asked."""

    def __init__(
        self, watching: Watching, state: State, clock: Callable[[], float], sleep: Callable[[float], None]
    ) -> None:
        self._watching, self._state, self._clock, self._sleep = watching, state, clock, sleep
        self._robots = Robots(watching.limits, clock)
        self._asked: dict[str, float] = {}

    def poll(self, known: FeedState, fold: Fold) -> Polled:
        """Ask for a feed, fold what is new in it, and keep its new state."""
        try:
            answer = self._fetch(known.url, _conditions(known))
        except ReadError as error:
            return self._failed(known, str(error), None)
        if answer.status == 304:
            self._state.keep(replace(known, failures=0, next_at=self._due(answer)))
            return Polled(known.url, unchanged=True)
        if answer.status == 410:
            self._state.keep(replace(known, gone=True))
            return Polled(known.url, problems=(f"{known.url} is gone for good (410): it is not asked again",))
        if answer.status != 200:
            return self._failed(known, f"{known.url} answered {answer.status}: it is tried again later", answer)
        if not claims(answer.body[:HEAD_BYTES], known.url):
            return self._failed(known, f"{known.url} is no feed: give the address of an RSS, Atom or JSON feed", answer)
        return self._new(known, answer, fold)

    def _new(self, known: FeedState, answer: Answer, fold: Fold) -> Polled:
        seen = dict(known.seen)
        sources: list[Source] = []
        problems: list[str] = []
        for found in entries_of_feed(answer.body, known.url, known.url):
            mark = sha256(found.source.text.encode()).hexdigest()
            if seen.get(found.key) == mark:
                continue
            if found.source.problem:
                problems.append(found.source.problem)
            seen.pop(found.key, None)
            seen[found.key] = mark
            sources += self._of_entry(known.url, found, problems)
        if sources:
            fold(sources)
        self._state.keep(
            FeedState(
                url=known.url,
                etag=answer.headers.get("etag"),
                modified=answer.headers.get("last-modified"),
                next_at=self._due(answer),
                seen=tuple(seen.items())[-KEPT_ENTRIES:],
            )
        )
        return Polled(known.url, tuple(sources), tuple(problems), unchanged=not sources)

    def _of_entry(self, feed: str, found: FeedEntry, problems: list[str]) -> list[Source]:
        """Return the entry's source under its own address, or the sources of its page."""
        link = found.source.stated.url
        entry = replace(found.source, uri=link or f"{feed}#{found.key}")
        if not self._watching.pages or not link or found.source.problem:
            return [entry]
        try:
            answer = self._fetch(link, {})
            if answer.status != 200:
                raise ReadError(f"{link} answered {answer.status}: what the feed holds of it is kept")
            return list(self._page(link, answer)) or [entry]
        except (ReadError, OSError, RecursionError, MemoryError) as error:
            problems.append(str(error))
            return [entry]

    def _page(self, link: str, answer: Answer) -> Iterator[Source]:
        is_html = "html" in answer.headers.get("content-type", "html")
        name = (urlsplit(link).path.rsplit("/", 1)[-1] or "index") + (".html" if is_html else "")
        body = answer.body
        page = Entry(link, name, body[:HEAD_BYTES], lambda: io.BytesIO(body), len(body))
        return format_of(page).read(page, self._watching.reading)

    def _fetch(self, url: str, conditions: dict[str, str]) -> Answer:
        if self._watching.robots and not self._robots.allows(url):
            raise ReadError(f"{url} is not fetched: {self._robots.why_not(url)}")
        host = host_of(url)
        asked_for = self._robots.delay(url) if self._watching.robots else 0.0
        wait = self._asked.get(host, 0.0) + max(self._watching.host_interval, asked_for) - self._clock()
        if wait > 0:
            self._sleep(wait)
        try:
            return fetched(url, self._watching.limits, headers=conditions)
        finally:
            self._asked[host] = self._clock()

    def _due(self, answer: Answer) -> float:
        """Return when to ask again: after the interval, or later where the server says how long its answer holds."""
        holds = _max_age(answer.headers.get("cache-control", ""))
        return self._clock() + max(self._watching.interval, min(holds, LONGEST_WAIT))

    def _failed(self, known: FeedState, problem: str, answer: Answer | None) -> Polled:
        """Keep that the feed failed: each failure in a row doubles the wait."""
        wait = self._watching.interval * 2.0 ** min(known.failures + 1, 20)
        asked_for = _retry_after(answer.headers.get("retry-after", ""), self._clock()) if answer else 0.0
        next_at = self._clock() + min(max(wait, asked_for), LONGEST_WAIT)
        self._state.keep(replace(known, failures=known.failures + 1, next_at=next_at))
        return Polled(known.url, problems=(problem,))


def _conditions(known: FeedState) -> dict[str, str]:
    said = {"If-None-Match": known.etag, "If-Modified-Since": known.modified}
    return {name: value for name, value in said.items() if value}


def _max_age(control: str) -> float:
    for part in control.split(","):
        name, _, seconds = part.strip().partition("=")
        if name.lower() == "max-age" and seconds.strip('"').isdecimal():
            return float(seconds.strip('"')[:9])
    return 0.0


def _retry_after(said: str, now: float) -> float:
    """Return the seconds that a server asks to wait, given as seconds or as a date."""
    if said.strip().isdecimal():
        return float(said.strip()[:9])
    try:
        return max(0.0, parsedate_to_datetime(said).timestamp() - now)
    except (ValueError, TypeError, IndexError, OverflowError):
        return 0.0
