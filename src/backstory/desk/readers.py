"""A desk's path in, connections that read out: a few, opened once and lent in turn, each answer bounded in time.

Servers ask through these. `version` names the state of the desk, so that an answer can be kept until the next commit.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from queue import LifoQueue

import apsw

from backstory.desk.connection import connect
from backstory.errors import DeskError, NotFoundError, TooCostlyError

__all__ = ["Readers", "readers_of"]

MOST_OPEN = 4
"""Python runs one thread at a time: more connections wait for each other and hold 64 MiB of pages each."""

QUERY_SECONDS = 5.0
"""A hundred times the median search over 100,000 articles: what takes longer was asked too broadly."""

STEPS_BETWEEN_LOOKS = 20_000
"""Steps of SQLite's machine between two looks at the clock: well under a millisecond, and no cost to be seen."""

WAL_INDEX_HEADER = 48
"""Bytes of the WAL index's header: it holds the last frame's number and checksum, so every commit changes it."""

LOOKS = 1000
"""At a header whose two copies differ: a writer needs microseconds between them, and one that was killed never ends."""


class Readers:
    """Read-only connections to one desk, lent one at a time to whichever thread asks."""

    def __init__(self, path: str | Path, *, most: int = MOST_OPEN) -> None:
        """Open nothing yet: the desk at `path` is opened when it is first asked."""
        self.path = Path(path)
        self._idle: LifoQueue[apsw.Connection | None] = LifoQueue()
        self._clock: apsw.Connection | None = None
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

        It is the same in every process, and costs about ten microseconds. Ask for it before making an answer: then the
        answer is never older than the version that it is kept under.

        Raises:
            NotFoundError: there is no desk at the path.
            DeskError: it cannot be opened.
        """
        if self._clock is None:
            self._clock = connect(self.path, read_only=True)
        return _version(self.path)

    def close(self) -> None:
        """Close every connection that is not lent."""
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


def _version(path: Path) -> int:
    """Return what every commit changes: the header of the WAL index, and the file's time where no WAL is left."""
    try:
        held = path.stat()
    except FileNotFoundError as error:
        raise NotFoundError(f"the desk at {path} is gone: stop the server, or put it back") from error
    except OSError as error:
        raise DeskError(f"{path} cannot be read: check its permissions") from error
    digest = hashlib.blake2b(f"{held.st_ino} {held.st_mtime_ns} {held.st_size} ".encode(), digest_size=6)
    digest.update(_wal_index(f"{path}-shm"))
    return int.from_bytes(digest.digest())


def _wal_index(path: str) -> bytes:
    """Return the header, which is there twice, once both copies agree: a commit writes one after the other."""
    try:
        with open(path, "rb", buffering=0) as file:
            for _ in range(LOOKS):
                both = os.pread(file.fileno(), 2 * WAL_INDEX_HEADER, 0)
                if both[:WAL_INDEX_HEADER] == both[WAL_INDEX_HEADER:]:
                    break
            return both
    except FileNotFoundError:
        return b""


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
