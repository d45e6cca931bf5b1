"""A path in, an open desk file out: created, checked, and safe to share with readers and one writer."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

import apsw

from backstory.desk.migrate import migrate
from backstory.errors import BusyError, DeskError, NotFoundError

__all__ = ["SCHEMA_VERSION", "connect", "explaining", "transaction", "writer_lock"]

SCHEMA_VERSION = 1
APPLICATION_ID = 0x42535459  # "BSTY"
BUSY_MILLISECONDS = 10_000
CACHE_KIB = 64 << 10
LOCK_ASKED_EVERY = 0.2
"""Seconds between two questions for a lock that another process holds."""


def connect(path: str | Path, *, create: bool = False, read_only: bool = False) -> apsw.Connection:
    """Open the desk at `path`.

    One of an older schema is brought forwards, with a backup beside it.

    Raises:
        NotFoundError: it is not there and `create` was not asked for.
        DeskError: it is no desk, of a newer schema, of an older one and may not be written, or cannot be opened.
    """
    path = Path(path)
    if not create and not path.exists():
        raise NotFoundError(f"no desk at {path}: make one with `backstory build PATH... --desk {path}`")
    flags = apsw.SQLITE_OPEN_READONLY if read_only else apsw.SQLITE_OPEN_READWRITE
    if create:
        flags |= apsw.SQLITE_OPEN_CREATE
    try:
        connection = apsw.Connection(str(path), flags=flags)
        connection.set_busy_timeout(BUSY_MILLISECONDS)
        _prepare(connection, path, read_only)
    except apsw.Error as error:
        raise DeskError(_explained(path, error)) from error
    return connection


def _prepare(connection: apsw.Connection, path: Path, read_only: bool) -> None:
    version = connection.pragma("user_version")
    empty = not connection.pragma("schema_version")
    if not empty and connection.pragma("application_id") != APPLICATION_ID:
        raise DeskError(f"{path} is an SQLite file but no desk: name another with --desk")
    if not empty and version > SCHEMA_VERSION:
        raise DeskError(f"{path} was made by a newer Backstory (desk version {version}): upgrade Backstory to open it")
    if not empty and version < SCHEMA_VERSION and read_only:
        raise DeskError(
            f"{path} is of desk version {version}, and this Backstory's is {SCHEMA_VERSION}:"
            f" run `backstory build --desk {path}` with any path once, it is brought forwards with a backup"
        )
    connection.pragma("foreign_keys", True)
    connection.pragma("cache_size", -CACHE_KIB)
    if read_only:
        connection.pragma("query_only", True)
        return
    connection.pragma("journal_mode", "wal")
    connection.pragma("synchronous", "normal")
    if empty:
        with transaction(connection):
            if not connection.pragma("schema_version"):
                connection.execute(files("backstory.desk").joinpath("schema.sql").read_text("utf-8"))
                connection.execute(f"PRAGMA application_id={APPLICATION_ID}; PRAGMA user_version={SCHEMA_VERSION}")
    elif version < SCHEMA_VERSION:
        migrate(connection, path, SCHEMA_VERSION)


def _explained(path: Path, error: apsw.Error) -> str:
    if isinstance(error, apsw.FullError):
        return f"the disk that holds {path} is full: free some space and run the same command again, it goes on"
    if isinstance(error, apsw.BusyError):
        return f"{path} is being written by another process: wait for it to finish and run the same command again"
    if isinstance(error, apsw.ReadOnlyError):
        return f"{path} may not be written: change its permissions or name another desk with --desk"
    if isinstance(error, apsw.CantOpenError):
        return f"{path} cannot be opened: check that its folder is there and may be written"
    if isinstance(error, apsw.IOError):
        return f"{path} could not be written or read to its end ({error}): see to the disk, run the same command again"
    if isinstance(error, apsw.NotADBError):
        return f"{path} is no desk: name another with --desk"
    return f"{path} cannot be used ({error})"


@contextmanager
def explaining(path: Path) -> Iterator[None]:
    """Say of a fault of the desk at `path` what it means and what to do.

    Raises:
        DeskError: the disk is full or fails, or another process keeps the desk locked.
    """
    try:
        yield
    except apsw.Error as error:
        raise DeskError(_explained(path, error)) from error


@contextmanager
def transaction(connection: apsw.Connection) -> Iterator[None]:
    """Write all that happens within, or nothing.

    Raises:
        DeskError: the disk is full, or another process keeps the desk locked.
    """
    try:
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")
    except apsw.Error as error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise DeskError(_explained(Path(connection.filename), error)) from error


@contextmanager
def writer_lock(path: str | Path, patience: float = 0.0) -> Iterator[None]:
    """Hold the right to build the desk at `path`; the system gives it back when the process ends, however it ends.

    Where another process holds it, wait for it up to `patience` seconds.

    Raises:
        BusyError: another process is building it.
    """
    descriptor = os.open(f"{path}-lock", os.O_CREAT | os.O_RDWR, 0o644)
    until = time.monotonic() + patience
    try:
        while not _locked(descriptor):
            if time.monotonic() >= until:
                raise BusyError(f"another process is building {path}: wait for it, or name another desk")
            time.sleep(LOCK_ASKED_EVERY)
        yield
    finally:
        os.close(descriptor)


def _locked(descriptor: int) -> bool:
    """Take the lock on an open file; return whether it was free."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
