"""A desk's path in, connections that read out: a few, opened once and lent in turn, so that memory is bounded."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import LifoQueue
from threading import Lock

import apsw

from backstory.desk.connection import connect

__all__ = ["Readers"]

MOST_OPEN = 4
"""Python runs one thread at a time: more connections wait for each other and hold 64 MiB of pages each."""


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
    def reading(self) -> Iterator[apsw.Connection]:
        """Lend a connection that sees one state of the desk, the newest committed one, until it is given back.

        Raises:
            NotFoundError: there is no desk at the path.
            DeskError: it cannot be opened.
        """
        connection = self._idle.get()
        try:
            connection = connection or connect(self.path, read_only=True)
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                connection.execute("ROLLBACK")
        finally:
            self._idle.put(connection)

    def version(self) -> int:
        """Return a number that changes with every commit to the desk: what was made of an older state is stale.

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
