"""A function and items in, its results out in the order of the items: worked on by processes of this machine."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import chain, islice
from types import TracebackType
from typing import Self, TypeVar

from backstory.errors import BackstoryError

__all__ = ["Pool", "processors"]

A = TypeVar("A")
B = TypeVar("B")

AHEAD = 2
"""Batches in flight for each process: one being worked on, one waiting, so that none idles and memory stays flat."""


def processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _leave_interrupts_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


class Pool:
    """A runner with processes of its own, started when they are first needed."""

    def __init__(self, jobs: int | None = None) -> None:
        self.jobs = jobs or processors()
        self._executor: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._executor is not None:
            self._executor.shutdown(wait=True, cancel_futures=True)

    def __call__(self, function: Callable[[A], B], items: Iterable[A], /) -> Iterator[B]:
        """Yield `function(item)` for every item in order; a single item is worked on here."""
        items = iter(items)
        first = list(islice(items, 2))
        if len(first) < 2 or self.jobs < 2:
            yield from map(function, chain(first, items))
            return
        flying: deque[tuple[Future[B], A]] = deque()
        for item in chain(first, items):
            if len(flying) >= self.jobs * AHEAD:
                yield self._landed(function, flying)
            flying.append((self._start().submit(function, item), item))
        while flying:
            yield self._landed(function, flying)

    def _landed(self, function: Callable[[A], B], flying: deque[tuple[Future[B], A]]) -> B:
        """Wait for the oldest item; where a process was killed meanwhile, work on it and those behind it once more."""
        future, item = flying.popleft()
        try:
            return future.result()
        except BrokenProcessPool:
            self._executor = None
            behind = [item for _, item in flying]
            flying.clear()
        try:
            result = self._start().submit(function, item).result()
        except BrokenProcessPool as error:
            raise BackstoryError(
                "a process was killed twice over the same batch, most likely for want of memory: "
                "run the same command with --jobs 1, it goes on from here"
            ) from error
        flying.extend((self._start().submit(function, item), item) for item in behind)
        return result

    def _start(self) -> ProcessPoolExecutor:
        if self._executor is None:
            context = multiprocessing.get_context("forkserver")
            self._executor = ProcessPoolExecutor(self.jobs, context, _leave_interrupts_to_the_parent)
        return self._executor
