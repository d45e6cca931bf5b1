"""Paths in, entries out: every file to read, also those inside compressed files and archives, one at a time.

Nothing is ever unpacked to a path that an archive names: members are streamed, or spooled in a nameless temporary file.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import sys
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, cast

import zstandard

from backstory.errors import ReadError
from backstory.records import Source

__all__ = ["HEAD_BYTES", "STDIN", "Entry", "Options", "entries_of", "files_of", "problem_source"]

HEAD_BYTES = 8192
"""How many bytes of an entry a format may look at to claim it: enough for a page's doctype behind a long comment."""

STDIN = "-"
"""The path that stands for standard input."""

BOMB_FLOOR = 64 << 20
"""An entry that unpacks to less than this is never called a bomb: it fits in memory."""

_SPOOL_BYTES = 8 << 20
_ARCHIVE_OF_RECORDS = (".warc.gz", ".arc.gz", ".wet.gz", ".warc.zst")
_BROKEN = (EOFError, zlib.error, lzma.LZMAError, zstandard.ZstdError, tarfile.TarError, zipfile.BadZipFile, OSError)


@dataclass(frozen=True, slots=True)
class Options:
    """How to read; the defaults suit most input."""

    columns: tuple[tuple[str, str], ...] = ()
    """`--map`: pairs of our field and the table's column."""
    max_source_bytes: int = 64 << 20
    """A single source's bytes (a page, a message, a row) beyond this are a listed problem."""
    max_ratio: int = 200
    """Uncompressed over compressed size beyond which an archive member counts as a decompression bomb: news text
    compresses 3 to 12 times, the most repetitive of logs about 100 times."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One stream of bytes with a name: a file, or a member of an archive.

    `open` returns a fresh binary stream from the start, already decompressed; `head` is its first bytes.
    """

    uri: str
    name: str
    head: bytes
    open: Callable[[], BinaryIO]
    size: int | None = None


def problem_source(uri: str, media_type: str, raw: bytes, problem: str) -> Source:
    """Return a source that could not be read: listed with its problem, with the bytes that there are."""
    return Source(
        source_id=sha256(raw).hexdigest(),
        uri=uri,
        media_type=media_type,
        raw=raw,
        text="",
        rule="none/1",
        problem=problem,
    )


def files_of(path: str | Path) -> Iterator[str]:
    """Yield the files at and below `path` in order of their names.

    Hidden files and folders are passed over, and so is a folder that a symbolic link leads back to.
    """
    text = str(path)
    if text == STDIN or not os.path.isdir(text):
        yield text
        return
    seen: set[str] = set()
    for folder, folders, files in os.walk(text, followlinks=True):
        real = os.path.realpath(folder)
        if real in seen:
            folders.clear()
            continue
        seen.add(real)
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (os.path.join(folder, name) for name in sorted(files) if not name.startswith("."))


def entries_of(path: str, options: Options) -> Iterator[Entry | Source]:
    """Yield what is to be read in one file: itself, or every member of an archive; or a source with its problem."""
    try:
        if path == STDIN:
            with _spooled(cast(BinaryIO, sys.stdin.buffer), None) as spool:
                yield from _unpacked(_entry("stdin:", "stdin", partial(_again, spool)), options, depth=0)
            return
        entry = _entry(path, os.path.basename(path), partial(_open_file, path), _size(path))
        yield from _unpacked(entry, options, depth=0)
    except (*_BROKEN, ReadError) as error:
        yield problem_source(path, "application/octet-stream", b"", _reason(path, error))


def _reason(path: str, error: BaseException) -> str:
    if isinstance(error, FileNotFoundError):
        return f"{path} is not there: check the name, or whether it was moved while being read"
    if isinstance(error, PermissionError):
        return f"{path} may not be read: change its permissions or run as a user who may"
    if isinstance(error, IsADirectoryError):
        return f"{path} is a folder"
    if isinstance(error, ReadError):
        return str(error)
    what = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return f"{path} is damaged or cut short ({what}): get a whole copy, what could be read is kept"


def _open_file(path: str) -> BinaryIO:
    return open(path, "rb")


def _size(path: str) -> int | None:
    status = os.stat(path)
    if not os.path.isfile(path):
        raise ReadError(f"{path} is neither a file nor a folder")
    return status.st_size


def _entry(uri: str, name: str, opener: Callable[[], BinaryIO], size: int | None = None) -> Entry:
    with opener() as stream:
        head = stream.read(HEAD_BYTES)
    return Entry(uri=uri, name=name, head=head, open=opener, size=size)


def _unpacked(entry: Entry, options: Options, depth: int) -> Iterator[Entry | Source]:
    """Yield the entry itself, or what it holds where it is compressed or an archive; at most two layers deep."""
    lower = entry.name.lower()
    unpack = None if lower.endswith(_ARCHIVE_OF_RECORDS) else _unpacker(lower)
    if unpack is None or depth > 2:
        yield entry
        return
    try:
        for member in unpack(entry, options):
            if isinstance(member, Source):
                yield member
            else:
                yield from _unpacked(member, options, depth + 1)
    except Exception as error:  # of any kind: a damaged header makes tarfile and zipfile raise TypeError and the like
        yield problem_source(entry.uri, "application/octet-stream", entry.head, _reason(entry.name, error))


Unpacker = Callable[[Entry, Options], Iterator["Entry | Source"]]


def _unpacker(name: str) -> Unpacker | None:
    if name.endswith((".tar", ".tgz", ".tbz2", ".txz")) or ".tar." in name[-9:]:
        return _tar
    if name.endswith(".zip"):
        return _zip
    for ending, decompress in _DECOMPRESSORS.items():
        if name.endswith(ending):
            return partial(_single, ending=ending, decompress=decompress)
    return None


def _zstd(stream: BinaryIO) -> BinaryIO:
    reader = zstandard.ZstdDecompressor().stream_reader(stream, read_across_frames=True, closefd=True)
    return cast(BinaryIO, io.BufferedReader(cast(io.RawIOBase, reader)))


_DECOMPRESSORS: dict[str, Callable[[BinaryIO], BinaryIO]] = {
    ".gz": lambda stream: cast(BinaryIO, gzip.GzipFile(fileobj=stream)),
    ".bz2": lambda stream: cast(BinaryIO, bz2.BZ2File(stream)),
    ".xz": lambda stream: cast(BinaryIO, lzma.LZMAFile(stream)),  # noqa: SIM115 the caller closes it
    ".zst": _zstd,
}


class _Guarded(io.RawIOBase):
    """A stream that refuses to unpack to more than `limit` bytes and closes what it reads from."""

    def __init__(self, stream: BinaryIO, below: BinaryIO | None, name: str, limit: int) -> None:
        self._stream, self._below, self._name, self._left = stream, below, name, limit

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            data = self._stream.read(len(buffer))
        except _BROKEN as error:
            raise ReadError(_reason(self._name, error)) from error
        self._left -= len(data)
        if self._left < 0:
            raise ReadError(f"{self._name} unpacks to far more than its size allows (a decompression bomb): left out")
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._stream.close()
            if self._below is not None:
                self._below.close()
        super().close()


def _guarded(stream: BinaryIO, below: BinaryIO | None, name: str, packed: int | None, options: Options) -> BinaryIO:
    limit = max(BOMB_FLOOR, (packed or 0) * options.max_ratio)
    return cast(BinaryIO, io.BufferedReader(_Guarded(stream, below, name, limit), 1 << 16))


def _single(
    entry: Entry, options: Options, *, ending: str, decompress: Callable[[BinaryIO], BinaryIO]
) -> Iterator[Entry | Source]:
    def opener() -> BinaryIO:
        below = entry.open()
        return _guarded(decompress(below), below, entry.name, entry.size, options)

    yield _entry(entry.uri, entry.name[: -len(ending)], opener)


def _zip(entry: Entry, options: Options) -> Iterator[Entry | Source]:
    with closing(entry.open()) as stream, zipfile.ZipFile(stream) as archive:
        for info in sorted(archive.infolist(), key=lambda info: info.filename):
            if info.is_dir():
                continue
            uri = f"{entry.uri}!/{info.filename}"

            def opener(info: zipfile.ZipInfo = info) -> BinaryIO:
                member = cast(BinaryIO, archive.open(info))
                return _guarded(member, None, info.filename, info.compress_size, options)

            try:
                member = _entry(uri, os.path.basename(info.filename), opener, info.file_size)
            except Exception as error:  # of any kind, as above: the other members may be whole
                yield problem_source(uri, "application/octet-stream", b"", _reason(info.filename, error))
                continue
            yield member


def _tar(entry: Entry, options: Options) -> Iterator[Entry | Source]:
    with closing(entry.open()) as stream, tarfile.open(fileobj=stream, mode="r|*") as archive:
        for info in archive:
            member = archive.extractfile(info) if info.isfile() else None
            if member is None:
                continue
            uri = f"{entry.uri}!/{info.name}"
            guarded = _guarded(cast(BinaryIO, member), None, info.name, entry.size, options)
            with _spooled(guarded, info.size) as spool:
                yield _entry(uri, os.path.basename(info.name), partial(_again, spool), info.size)


def _spooled(stream: BinaryIO, size: int | None) -> BinaryIO:
    """Copy a stream that can be read only once; beyond 8 MiB it goes to a nameless temporary file."""
    with ExitStack() as on_failure:
        spool = on_failure.enter_context(tempfile.SpooledTemporaryFile(max_size=_SPOOL_BYTES))
        while chunk := stream.read(1 << 16):
            spool.write(chunk)
        on_failure.pop_all()
    return cast(BinaryIO, spool)


class _View(io.RawIOBase):
    """A fresh reading of a spool that does not close it."""

    def __init__(self, spool: BinaryIO) -> None:
        self._spool, self._at = spool, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        self._spool.seek(self._at)
        data = self._spool.read(len(buffer))
        self._at += len(data)
        buffer[: len(data)] = data
        return len(data)


def _again(spool: BinaryIO) -> BinaryIO:
    return cast(BinaryIO, io.BufferedReader(_View(spool), 1 << 16))
