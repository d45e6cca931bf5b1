"""Folders, compressed files and archives: every member is read, and a bad one stops nothing."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import sys
import tarfile
import zipfile

import pytest
import zstandard

from backstory.read import entries as entries_module
from backstory.read import files_of, read_file

NEWS = b"The harbour at Sele reopened on Monday, the port authority said.\n"


def texts(path):
    return {source.uri.rsplit("/", 1)[-1]: (source.text, source.problem) for source in read_file(str(path))}


@pytest.mark.parametrize(
    ("ending", "compress"),
    [(".gz", gzip.compress), (".bz2", bz2.compress), (".xz", lzma.compress), (".zst", zstandard.compress)],
)
def test_a_compressed_file_is_read_as_what_it_holds(tmp_path, ending, compress):
    path = tmp_path / f"news.txt{ending}"
    path.write_bytes(compress(NEWS))
    assert texts(path) == {f"news.txt{ending}": (NEWS.decode(), None)}


def test_every_member_of_a_zip_is_a_source_named_after_the_archive(tmp_path):
    path = tmp_path / "news.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("b/two.txt", NEWS + b"2")
        archive.writestr("../../etc/one.txt", NEWS + b"1")
    found = list(read_file(str(path)))
    assert [source.uri for source in found] == [f"{path}!/../../etc/one.txt", f"{path}!/b/two.txt"]
    assert not (tmp_path.parent.parent / "etc").exists()


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
def test_every_member_of_a_tar_is_a_source(tmp_path, mode):
    path = tmp_path / f"news.tar{mode[1:].replace(':', '.')}"
    with tarfile.open(path, mode) as archive:
        for number in range(3):
            info = tarfile.TarInfo(f"day/{number}.txt")
            info.size = len(NEWS)
            archive.addfile(info, io.BytesIO(NEWS))
        link = tarfile.TarInfo("day/link.txt")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    assert sorted(texts(path)) == ["0.txt", "1.txt", "2.txt"]


def test_a_compressed_member_of_an_archive_is_read_too(tmp_path):
    path = tmp_path / "news.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("one.txt.gz", gzip.compress(NEWS))
    assert texts(path) == {"one.txt.gz": (NEWS.decode(), None)}


def test_an_archive_cut_short_keeps_what_was_whole_and_lists_the_rest(tmp_path):
    path = tmp_path / "news.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for number in range(40):
            body = os.urandom(2000).hex().encode()
            info = tarfile.TarInfo(f"{number}.txt")
            info.size = len(body)
            archive.addfile(info, io.BytesIO(body))
    path.write_bytes(path.read_bytes()[:-20000])
    found = list(read_file(str(path)))
    assert sum(source.problem is None for source in found) > 20
    assert "cut short" in found[-1].problem


def test_a_file_cut_short_keeps_its_beginning(tmp_path):
    path = tmp_path / "news.txt.gz"
    path.write_bytes(gzip.compress(os.urandom(50_000).hex().encode())[:-9000])
    (source,) = read_file(str(path))
    assert "cut short" in source.problem
    assert len(source.text) > 10_000


def test_a_decompression_bomb_is_listed_and_not_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(entries_module, "BOMB_FLOOR", 1 << 20)
    path = tmp_path / "bomb.txt.gz"
    path.write_bytes(gzip.compress(bytes([32]) * (8 << 20)))
    found = list(read_file(str(path)))
    assert "decompression bomb" in found[-1].problem
    assert sum(len(source.raw) for source in found) <= 2 << 20


def test_a_damaged_zip_is_listed(tmp_path):
    path = tmp_path / "news.zip"
    path.write_bytes(b"PK\x03\x04 no archive at all")
    (source,) = read_file(str(path))
    assert source.problem


@pytest.mark.parametrize("header", [b"\x1f\x8b\x08\xd7\x11", b"\x1f\x8b\x08\x04" + b"\x00" * 6])
def test_a_compressed_tar_that_ends_within_its_header_is_listed(tmp_path, header):
    path = tmp_path / "news.tgz"
    path.write_bytes(header)
    (source,) = read_file(str(path))
    assert source.problem.startswith("news.tgz is damaged or cut short")


def test_a_missing_file_is_listed_with_what_to_do(tmp_path):
    (source,) = read_file(str(tmp_path / "gone.txt"))
    assert "is not there: check the name" in source.problem


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_listed(tmp_path):
    path = tmp_path / "secret.txt"
    path.write_bytes(NEWS)
    path.chmod(0)
    (source,) = read_file(str(path))
    assert "may not be read" in source.problem


def test_a_pipe_is_not_waited_for(tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    (source,) = read_file(str(path))
    assert "neither a file nor a folder" in source.problem


def test_folders_are_walked_in_order_without_hidden_files_and_loops(tmp_path):
    (tmp_path / "b").mkdir()
    (tmp_path / ".git").mkdir()
    for name in ("b/two.txt", "a.txt", ".hidden", ".git/config", "c.txt"):
        (tmp_path / name).write_bytes(NEWS)
    (tmp_path / "b" / "loop").symlink_to(tmp_path)
    found = [os.path.relpath(path, tmp_path) for path in files_of(tmp_path)]
    assert found == ["a.txt", "c.txt", "b/two.txt"]


def test_standard_input_is_read(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(NEWS)))
    (source,) = read_file("-")
    assert (source.uri, source.text) == ("stdin:", NEWS.decode())
