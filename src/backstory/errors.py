"""The exception tree. Whatever Backstory raises on purpose is one of these.

BackstoryError
├── UsageError         the command or the call asks for something that cannot be
│   ├── NotFoundError  an id, a path or a desk that is not there
│   ├── MissingExtraError  a feature whose optional dependencies are not installed
│   └── TooCostlyError a question that takes longer than a server gives it
├── ReadError          one source cannot be read; it is listed with its problem and the rest goes on
└── DeskError          the desk itself cannot be used: of a newer schema, corrupt, out of space
    └── BusyError      another process is writing into it
"""

__all__ = [
    "BackstoryError",
    "BusyError",
    "DeskError",
    "MissingExtraError",
    "NotFoundError",
    "ReadError",
    "TooCostlyError",
    "UsageError",
]


class BackstoryError(Exception):
    """What happened, to which thing, and what to do."""


class UsageError(BackstoryError):
    """The command or the call asks for something that cannot be."""


class NotFoundError(UsageError):
    """An id, a path or a desk that is not there."""


class MissingExtraError(UsageError):
    """A feature whose optional dependencies are not installed; names the extra to install."""


class TooCostlyError(UsageError):
    """A question that takes longer than a server gives it."""


class ReadError(BackstoryError):
    """One source cannot be read. It is listed with this message as its problem and the rest goes on."""


class DeskError(BackstoryError):
    """The desk itself cannot be used: of a newer schema, corrupt, out of space."""


class BusyError(DeskError):
    """Another process is writing into the desk."""
