"""Bytes in, sources out. Streams: memory does not grow with the input."""

from __future__ import annotations

from collections.abc import Iterator

from backstory.errors import ReadError
from backstory.read.entries import STDIN, Options, entries_of, files_of, problem_source
from backstory.read.formats import format_of, text_of
from backstory.records import Source

__all__ = ["STDIN", "Options", "files_of", "read_file", "text_of"]


def read_file(path: str, options: Options | None = None) -> Iterator[Source]:
    """Yield every source in one file, an archive's members included; what cannot be read comes with its problem."""
    options = options or Options()
    for entry in entries_of(path, options):
        if isinstance(entry, Source):
            yield entry
            continue
        try:
            yield from format_of(entry).read(entry, options)
        except (ReadError, OSError, RecursionError, MemoryError) as error:
            problem = f"{entry.name} could not be read to its end ({error}): what came before it is kept"
            yield problem_source(entry.uri, "application/octet-stream", entry.head, problem)
        except Exception as error:  # a reader's own mistake must not stop the other files
            what = f"{type(error).__name__}: {error}"
            problem = f"{entry.name} could not be read to its end ({what}): please report it; what came before is kept"
            yield problem_source(entry.uri, "application/octet-stream", b"", problem)
