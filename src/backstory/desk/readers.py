"""A desk's path in, connections that read out: a few, opened once and lent in turn, each answer bounded in time.

Servers ask through these. `version` names the state of the desk, so that an answer can be kept until the next commit.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from queue import LifoQueue
from threading import Lock

import apsw

from backstory.desk.connection import connect
from backstory.errors import TooCostlyError

__all__ = ["Readers", "readers_of"]

MOST_OPEN = 4
"""Python runs one thread at a time: more connections wait for each other and hold 64 MiB of pages each."""

QUERY_SECONDS = 5.0
"""A hundred times the median search over 100,000 articles: what takes longer was asked too broadly."""

STEPS_BETWEEN_LOOKS = 20_000
"""Steps of SQLite's machine between two looks at the clock: well under a millisecond, and no cost to be seen."""


class Readers:
    """Read-only connections to one desk, lent one at a time to whichever thread asks."""

    def __init__(self, path: str | Path, *, most: int = MOST_OPEN) -> None:
        """Open nothing yet: the desk at `path` is opened when it is first asked."""
        self.path = Path(path)
        self._idle: LifoQueue[apsw.Connection | None] = LifoQueue()
        self._clock: apsw.Connection | None = None
        self._lock = Lock()
        for _ in range(most):
            self._idle.put(None)

    @contextmanager
    def reading(self, *, seconds: float = QUERY_SECONDS) -> Iterator[apsw.Connection]:
        """Lend a connection that sees one state of the desk, the newest committed one, until it is given back.

        Raises:
            NotFoundError: there is no desk at the path.
            DeskError: it cannot be opened.
            TooCostlyError: what was asked took longer than `seconds`.
        """
        connection = self._idle.get()
        try:
            connection = connection or connect(self.path, read_only=True)
            with _bounded(connection, seconds):
                connection.execute("BEGIN")
                try:
                    yield connection
                finally:
                    if connection.in_transaction:
                        connection.execute("ROLLBACK")
        finally:
            self._idle.put(connection)

    def version(self) -> int:
        """Return a number that changes with every commit to the desk: what was made of an older state is stale.

        It holds for these readers alone. Ask for it before making an answer: then the answer is never older than the
        version that it is kept under.

        Raises:
            NotFoundError: there is no desk at the path.
            DeskError: it cannot be opened.
        """
        with self._lock:
            if self._clock is None:
                self._clock = connect(self.path, read_only=True)
            return int(str(self._clock.pragma("data_version")))

    def close(self) -> None:
        """Close every connection that is not lent."""
        with self._lock:
            if self._clock is not None:
                self._clock.close()
                self._clock = None
        for connection in [self._idle.get() for _ in range(self._idle.qsize())]:
            if connection is not None:
                connection.close()
            self._idle.put(None)


@cache
def readers_of(path: Path) -> Readers:
    """Return the readers that the pages, the API and the feeds of one server share."""
    return Readers(path)


@contextmanager
def _bounded(connection: apsw.Connection, seconds: float) -> Iterator[None]:
    """Stop whatever the connection does once `seconds` have passed."""
    end = time.monotonic() + seconds
    connection.set_progress_handler(lambda: time.monotonic() > end, STEPS_BETWEEN_LOOKS)
    try:
        yield
    except apsw.InterruptError as error:
        raise TooCostlyError("this takes too long to answer: ask for less, or in more precise words") from error
    finally:
        connection.set_progress_handler(None)
