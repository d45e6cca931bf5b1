"""Text in, files out that are whole or not there; what a format cannot hold is left out of it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

__all__ = ["visible", "web_address", "written"]

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_ADDRESS = re.compile(r"https?://[^\s<>\"'`\\]+", re.IGNORECASE)


@contextmanager
def written(path: Path, *, newline: str = "\n") -> Iterator[IO[str]]:
    """Open a file of UTF-8 to write; it takes the place of what was there once it is whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    try:
        with part.open("w", encoding="utf-8", errors="replace", newline=newline) as file:
            yield file
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def visible(text: str) -> str:
    """Return a text without control characters and halves of characters, which XML, calendars and tables refuse."""
    return _CONTROLS.sub("", text)


def web_address(url: str | None) -> str | None:
    """Return an address if it is one of the web: whatever else stands in its place, such as javascript:, is none."""
    if not url or not _ADDRESS.fullmatch(url):
        return None
    try:
        return url if urlsplit(url).hostname else None
    except ValueError:
        return None
