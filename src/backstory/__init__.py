"""Backstory turns a pile of raw news into cited stories.

>>> import backstory
>>> for reading in backstory.read("clippings"):  # doctest: +SKIP
...     print(reading.article.title, reading.article.published)
"""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from backstory.errors import BackstoryError, DeskError, MissingExtraError, NotFoundError, ReadError, UsageError

if TYPE_CHECKING:
    from backstory.desk import Desk
    from backstory.records import Reading

__all__ = [
    "BackstoryError",
    "Desk",
    "DeskError",
    "MissingExtraError",
    "NotFoundError",
    "ReadError",
    "UsageError",
    "__version__",
    "read",
]

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:  # noqa: ANN401 a module's attribute can be anything
    if name == "Desk":
        from backstory.desk import Desk

        return Desk
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def read(*paths: str | Path) -> list[Reading]:
    """Read files and folders and return their articles, cleaned, in the order of their sources.

    Nothing is written: to keep what was found, and to go on where a run was killed, build a `Desk`.

    Raises:
        NotFoundError: a path is not there.
    """
    from backstory.desk import Desk
    from backstory.pipeline import build

    with Desk(":memory:", create=True) as desk:
        build(desk, [str(path) for path in paths])
        return sorted(desk.readings(), key=lambda found: (found.article.source_id, found.article.start))


class _Package(ModuleType):
    """This package. `backstory.read` stays the function above also once the folder `read/` is imported."""

    def __setattr__(self, name: str, value: object) -> None:
        if not (name == "read" and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
