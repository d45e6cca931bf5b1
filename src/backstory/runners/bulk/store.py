"""A place for tables in (a folder, s3://…), its files out: finished parts, each marked by one small file, written last.

A mark is written whole or not at all, on disks by renaming and in object stores by nature. What has no mark was never
finished and is written anew under the same name, so a worker or a driver that is killed leaves nothing half done.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet
from pyarrow import fs

from backstory.errors import NotFoundError

__all__ = ["InputFile", "Store", "input_files"]

Rows = Iterable[Mapping[str, Any]]
COMPRESSION = "zstd"


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file to read as it is now; `modified` in nanoseconds since 1970."""

    uri: str
    size: int
    modified: int


@dataclass(frozen=True)
class Store:
    """The place where the bulk path keeps all that it makes. It travels to workers as its address alone."""

    root: str

    @property
    def _fs(self) -> fs.FileSystem:
        return _system(self.root)[0]

    def path(self, name: str) -> str:
        """Return where `name` lies, for the engine: a path or an address."""
        return f"{self.root.rstrip('/')}/{name}"

    def write(self, name: str, rows: Rows, schema: pa.Schema) -> None:
        """Write rows as one Parquet file."""
        held = [_clean(row) for row in rows]
        table = pa.Table.from_pylist(held, schema=schema)
        with self._create(name) as stream:
            pyarrow.parquet.write_table(table, stream, compression=COMPRESSION)

    def read(
        self, name: str, columns: list[str] | None = None, filters: list[tuple[str, str, object]] | None = None
    ) -> list[dict[str, Any]]:
        """Return the rows of one Parquet file."""
        system, path = _system(self.path(name))
        rows: list[dict[str, Any]] = pyarrow.parquet.read_table(
            path, filesystem=system, columns=columns, filters=filters, partitioning=None
        ).to_pylist()
        return rows

    def mark(self, stage: str, part: str, held: Mapping[str, Any]) -> None:
        """Say that a part is finished and what it holds."""
        self.write_json(f"marks/{stage}/{part}.json", held)

    def marks(self, stage: str) -> list[dict[str, Any]]:
        """Return what the finished parts of a stage hold, in the order of their names."""
        return [json.loads(self._bytes(name)) for name in self.files(f"marks/{stage}", ".json")]

    def write_json(self, name: str, held: Mapping[str, Any]) -> None:
        """Write one small file, whole or not at all."""
        with self._create(name) as stream:
            stream.write(json.dumps(held, ensure_ascii=False, indent=1, sort_keys=True).encode("utf-8", "replace"))

    def write_bytes(self, name: str, data: bytes) -> None:
        """Write one file, whole or not at all, unless one of its name is there."""
        system, path = _system(self.path(name))
        if system.get_file_info(path).type == fs.FileType.NotFound:
            with self._create(name) as stream:
                stream.write(data)

    def read_json(self, name: str) -> dict[str, Any] | None:
        """Return what `write_json` wrote, or None where nothing was written."""
        try:
            held: dict[str, Any] = json.loads(self._bytes(name))
        except FileNotFoundError:
            return None
        return held

    def files(self, folder: str, ending: str = ".parquet") -> list[str]:
        """Return the names of the files below `folder`, in order."""
        system, path = _system(self.path(folder))
        found = system.get_file_info(fs.FileSelector(path, allow_not_found=True, recursive=True))
        names = [info.path for info in found if info.type == fs.FileType.File and info.path.endswith(ending)]
        return sorted(f"{folder}/{os.path.relpath(name, path)}" for name in names)

    def delete(self, name: str) -> None:
        """Delete a file or a folder, if it is there."""
        system, path = _system(self.path(name))
        kind = system.get_file_info(path).type
        if kind == fs.FileType.Directory:
            system.delete_dir(path)
        elif kind == fs.FileType.File:
            system.delete_file(path)

    def _bytes(self, name: str) -> bytes:
        system, path = _system(self.path(name))
        with system.open_input_stream(path) as stream:
            data: bytes = stream.read()
            return data

    @contextmanager
    def _create(self, name: str) -> Iterator[Any]:
        system, path = _system(self.path(name))
        system.create_dir(os.path.dirname(path), recursive=True)
        local = isinstance(system, fs.LocalFileSystem)
        made = f"{path}.{os.getpid()}.part" if local else path
        with system.open_output_stream(made) as stream:
            yield stream
        if local:
            os.replace(made, path)


def _clean(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a row that Arrow can hold: half of a surrogate pair is no character; offsets stay what they are."""
    for value in row.values():
        if isinstance(value, str) and not value.isascii() and any("\ud800" <= letter <= "\udfff" for letter in value):
            return {key: _whole(held) if isinstance(held, str) else held for key, held in row.items()}
    return row


def _whole(text: str) -> str:
    return "".join("\ufffd" if "\ud800" <= letter <= "\udfff" else letter for letter in text)


def _system(address: str) -> tuple[fs.FileSystem, str]:
    """Return the file system of an address and the path within; `AWS_ENDPOINT_URL` names another S3 than Amazon's."""
    if "://" not in address:
        return fs.LocalFileSystem(), os.path.abspath(address)
    endpoint = os.environ.get("AWS_ENDPOINT_URL")
    if address.startswith("s3://") and endpoint:
        scheme, _, host = endpoint.partition("://")
        return fs.S3FileSystem(endpoint_override=host, scheme=scheme, allow_bucket_creation=True), address[5:]
    system, path = fs.FileSystem.from_uri(address)
    return system, path


def input_files(address: str) -> list[InputFile]:
    """Return the files at and below an address, in order; a last part with `*` or `?` is a pattern.

    Raises:
        NotFoundError: there is none.
    """
    if "://" not in address and not any(mark in address for mark in "*?"):
        return _local_files(address)
    from fnmatch import fnmatch

    wild = next((at for at, part in enumerate(address.split("/")) if "*" in part or "?" in part), None)
    folder = address if wild is None else "/".join(address.split("/")[:wild])
    system, path = _system(folder or "/")
    infos = [system.get_file_info(path)] if wild is None else []
    if wild is not None or infos[0].type == fs.FileType.Directory:
        infos = system.get_file_info(fs.FileSelector(path, recursive=True, allow_not_found=True))
    prefix = folder[: len(folder) - len(path)] if "://" in address else ""
    found = sorted(
        (
            InputFile(prefix + info.path, info.size, info.mtime_ns or 0)
            for info in infos
            if info.type == fs.FileType.File
        ),
        key=lambda file: file.uri,
    )
    wanted = address if "://" in address else os.path.abspath(address)
    kept = [file for file in found if wild is None or fnmatch(file.uri, wanted)]
    if not kept:
        raise NotFoundError(f"nothing is at {address}: check the name")
    return kept


def _local_files(address: str) -> list[InputFile]:
    from backstory.read import files_of

    if not os.path.lexists(address):
        raise NotFoundError(f"{address} is not there: check the name")
    found = []
    for name in files_of(address):
        try:
            status = os.stat(name)
            found.append(InputFile(name, status.st_size, status.st_mtime_ns))
        except OSError:
            found.append(InputFile(name, -1, 0))
    return found


@contextmanager
def at_hand(uri: str) -> Iterator[str]:
    """Lend a local path to a file, fetched where it lies elsewhere; its name stays what it is."""
    if "://" not in uri:
        yield uri
        return
    system, path = _system(uri)
    with tempfile.TemporaryDirectory() as folder:
        local = Path(folder, os.path.basename(path))
        with system.open_input_stream(path) as stream, local.open("wb") as file:
            shutil.copyfileobj(stream, file, 1 << 20)
        yield str(local)
