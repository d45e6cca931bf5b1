"""Feeds on the web in, their new articles out as they appear; the only part that makes network calls, when asked to."""

from __future__ import annotations

from backstory.watch.addresses import EVERY_HOST
from backstory.watch.fetch import Answer, Limits, fetched
from backstory.watch.lists import feeds_named
from backstory.watch.poll import Polled, Watching, watch
from backstory.watch.state import FeedState, FileState, MemoryState, State

__all__ = [
    "EVERY_HOST",
    "Answer",
    "FeedState",
    "FileState",
    "Limits",
    "MemoryState",
    "Polled",
    "State",
    "Watching",
    "feeds_named",
    "fetched",
    "watch",
]
