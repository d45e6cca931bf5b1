"""A store in, the right to write there out: a second run says so instead of writing between the first one's lines."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

from backstory.desk.connection import writer_lock
from backstory.errors import DeskError
from backstory.runners.bulk.store import Store

__all__ = ["lease"]

LEASE = "lease.json"
LEASE_SECONDS = 6 * 3600
"""An object store knows no locks that end with their holder: an older lease was left by a run that was killed."""


@contextmanager
def lease(store: Store) -> Iterator[None]:
    """Hold the right to write to a store: in a folder the system's lock, elsewhere a file that says who writes.

    Raises:
        DeskError: another run writes there.
    """
    if "://" not in store.root:
        os.makedirs(store.root, exist_ok=True)
        with writer_lock(os.path.join(store.root, "run")):
            yield
        return
    held = store.read_json(LEASE)
    if held is not None and time.time() - float(held["since"]) < LEASE_SECONDS:
        raise DeskError(
            f"{store.root} is being written by {held['by']}: wait for it; if that run was killed, delete {LEASE} there"
        )
    store.write_json(LEASE, {"by": f"{socket.gethostname()}, process {os.getpid()}", "since": time.time()})
    try:
        yield
    finally:
        store.delete(LEASE)
