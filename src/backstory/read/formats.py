"""The table of formats: an entry in, the format that reads it out. A new format is one file here and one line below.

A format is a module with

- `NAME`: the format's name, also the prefix of its rules ("html" for "html/1");
- `claims(head, name) -> bool`: whether an entry with these first bytes and this file name is of this format;
- `read(entry, options) -> Iterator[Source]`: its sources, streamed; a source that fails is yielded with its problem;
- `RULES`: for every version of its rule, the function `(raw, encoding) -> text` that makes a source's text from its
  bytes. A rule never changes once released: a better one gets the next number, and the old one stays. What a rule
  needs to know besides the bytes stands behind a `?` in the source's rule and is passed on as `parameters=`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from typing import Any, Protocol, cast

from backstory.errors import ReadError
from backstory.read.entries import Entry, Options
from backstory.records import Source

__all__ = ["FORMATS", "Format", "format_of", "text_of"]

FORMATS = ("warc", "pdf", "exports", "opml", "feed", "mail", "tables", "html", "text")
"""The modules of this folder that read a format, asked in this order; the first that claims an entry reads it."""


class Format(Protocol):
    """What a format's module offers."""

    NAME: str
    RULES: dict[str, Callable[..., str]]

    def claims(self, head: bytes, name: str) -> bool: ...  # noqa: D102 said in the module's docstring
    def read(self, entry: Entry, options: Options) -> Iterator[Source]: ...  # noqa: D102


@cache
def _format(name: str) -> Format:
    return cast(Format, import_module(f"backstory.read.{name}"))


def format_of(entry: Entry) -> Format:
    """Return the first format of the table that claims `entry`."""
    return next(_format(name) for name in FORMATS if _format(name).claims(entry.head, entry.name))


def text_of(raw: bytes, rule: str, encoding: str | None = None) -> str:
    """Make a source's text from its bytes anew, by the rule that made it.

    Raises:
        ReadError: the rule is not known to this version of Backstory.
    """
    name, _, parameters = rule.partition("?")
    if name == "none/1":
        return ""
    wanted: dict[str, Any] = {"parameters": parameters} if parameters else {}
    for module in FORMATS:
        rules = _format(module).RULES
        if name in rules:
            return rules[name](raw, encoding, **wanted)
    raise ReadError(f"no rule {rule!r} in this version: upgrade Backstory to the version that read this source")
