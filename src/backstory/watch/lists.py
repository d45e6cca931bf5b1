"""What `watch` is told to watch in, the addresses of feeds out: addresses as they are, lists of feeds opened."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from backstory.errors import NotFoundError, ReadError, UsageError
from backstory.read.opml import claims, feeds_of

__all__ = ["feeds_named"]


def feeds_named(arguments: Iterable[str]) -> list[str]:
    """Return the addresses of the feeds that `arguments` name, each once: addresses, or files of OPML.

    Raises:
        NotFoundError: a file is not there.
        UsageError: a file is no list of feeds.
    """
    feeds: dict[str, None] = {}
    for argument in arguments:
        if argument.startswith(("http://", "https://")):
            feeds[argument] = None
        else:
            feeds.update(dict.fromkeys(_listed(argument)))
    return list(feeds)


def _listed(path: str) -> list[str]:
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise NotFoundError(f"{path} cannot be read ({error.strerror}): give an address or a file of OPML") from error
    if not claims(data[:8192], path):
        raise UsageError(f"{path} is no list of feeds: give an address, or a file of OPML; files are read by build")
    try:
        return [feed.url for feed in feeds_of(data)]
    except ReadError as error:
        raise UsageError(f"{path} cannot be used: {error}") from error
