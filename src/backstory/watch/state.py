"""What is known of each feed between two polls, and where it is kept."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

from backstory.errors import DeskError

__all__ = ["FeedState", "FileState", "MemoryState", "State"]


@dataclass(frozen=True, slots=True)
class FeedState:
    """What is known of one feed between two polls."""

    url: str
    etag: str | None = None
    modified: str | None = None
    next_at: float = 0.0
    """The feed is not asked before this time, in seconds since 1970."""
    failures: int = 0
    gone: bool = False
    """The server said that the feed will not come back (410)."""
    seen: tuple[tuple[str, str], ...] = ()
    """By what the feed knows each entry seen, and the SHA-256 of the text it had, oldest first."""


class State(Protocol):
    """Where the state of feeds is kept between polls and runs."""

    def load(self, url: str, /) -> FeedState:
        """Return the state of a feed, a fresh one if nothing is known of it."""

    def keep(self, state: FeedState, /) -> None:
        """Keep the state of a feed."""


class MemoryState:
    """A state that lasts as long as this object."""

    def __init__(self) -> None:
        self._states: dict[str, FeedState] = {}

    def load(self, url: str, /) -> FeedState:
        """Return the state of a feed, a fresh one if nothing is known of it."""
        return self._states.get(url, FeedState(url))

    def keep(self, state: FeedState, /) -> None:
        """Keep the state of a feed."""
        self._states[state.url] = state


class FileState(MemoryState):
    """A state in a file of JSON beside the desk, replaced as a whole so that it is never half written."""

    def __init__(self, path: Path) -> None:
        """Read what `path` holds, if it is there.

        Raises:
            DeskError: it is there and is no such state.
        """
        super().__init__()
        self._path = path
        try:
            kept = json.loads(path.read_text("utf-8"))
            self._states = {url: FeedState(**{**said, "seen": _pairs(said["seen"])}) for url, said in kept.items()}
        except FileNotFoundError:
            return
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise DeskError(f"{path} is no state of feeds ({error}): remove it, and all feeds are read anew") from error

    def keep(self, state: FeedState, /) -> None:
        """Keep the state of a feed.

        Raises:
            DeskError: the file cannot be written.
        """
        super().keep(state)
        fresh = self._path.with_name(f"{self._path.name}.new")
        try:
            fresh.write_text(json.dumps({url: asdict(kept) for url, kept in self._states.items()}), "utf-8")
            os.replace(fresh, self._path)
        except OSError as error:
            raise DeskError(
                f"{self._path} cannot be written ({error.strerror}): the feeds' state is not kept"
            ) from error


def _pairs(seen: list[list[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((key, mark) for key, mark in seen)
