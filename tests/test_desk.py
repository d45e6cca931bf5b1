"""The desk: asked, exported, verified; and every way in which `verify` must be able to fail."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import apsw
import pyarrow.parquet
import pytest
from piles import tables, write_pile

import backstory
from backstory import DeskError, NotFoundError, UsageError
from backstory.desk import Desk, writer_lock
from backstory.desk.packing import pack, unpack
from backstory.pipeline import build


@pytest.fixture
def desk(tmp_path):
    write_pile(tmp_path / "pile", 12)
    with Desk(tmp_path / "news.desk", create=True) as desk:
        build(desk, [str(tmp_path / "pile")])
        yield desk


def faults(desk):
    return [fault.what for checked in desk.verify() for fault in checked.faults if fault.broken]


def a_content(desk):
    return desk.connection.execute("SELECT id, raw FROM contents WHERE text IS NULL AND chars > 500 LIMIT 1").fetchone()


def test_a_desk_that_nobody_touched_verifies(desk):
    assert faults(desk) == []


def test_verify_names_a_source_whose_bytes_changed(desk):
    content, raw = a_content(desk)
    changed = unpack(raw).replace(b"e", b"a", 1)
    desk.connection.execute("UPDATE contents SET raw = ? WHERE id = ?", (pack(changed), content))
    assert "the bytes do not have the hash that names them" in faults(desk)
    assert "the text does not have its hash or length" in faults(desk)


def test_verify_names_a_source_whose_kept_bytes_are_damaged(desk):
    content, raw = a_content(desk)
    desk.connection.execute("UPDATE contents SET raw = ? WHERE id = ?", (raw[:-3] + b"\x00\x01\x02", content))
    assert any("damaged" in what or "hash" in what for what in faults(desk))


def test_verify_names_a_text_that_its_bytes_do_not_make(desk):
    content, raw = a_content(desk)
    text = unpack(raw).decode().replace("e", "a", 1)
    desk.connection.execute("UPDATE contents SET text = ? WHERE id = ?", (pack(text.encode()), content))
    assert "the text made anew from the bytes by text/1 is another" in faults(desk)


@pytest.mark.parametrize("table", ["blocks", "articles"])
@pytest.mark.parametrize("change", ['"end" + 100000', "start - 1"])
def test_verify_names_a_span_that_moved(desk, table, change):
    desk.connection.execute(f'UPDATE {table} SET "end" = {change} WHERE start = (SELECT max(start) FROM {table})')
    assert any("its span" in what for what in faults(desk))


def test_verify_names_characters_that_are_in_no_block(desk):
    desk.connection.execute("DELETE FROM blocks WHERE kind = 'furniture'")
    assert any("in no block" in what for what in faults(desk))


def test_verify_names_a_title_that_no_source_carries(desk):
    desk.connection.execute("UPDATE articles SET title = 'Nobody wrote this' WHERE title IS NOT NULL")
    assert any("title" in what for what in faults(desk))


def test_verify_names_a_block_of_an_article_that_is_not_there(desk):
    desk.connection.pragma("foreign_keys", False)
    desk.connection.execute("UPDATE blocks SET article_id = 'feedfacefeedfacefeed' WHERE kind = 'body'")
    assert any("refers to a row of articles that is not there" in what for what in faults(desk))


def test_questions_are_answered_with_filters(desk):
    everything = list(desk.articles())
    assert len(everything) >= 12
    assert all("plan 3" in article.title for article in desk.articles(title="PLAN 3"))
    assert len(list(desk.articles(limit=3))) == 3
    assert list(desk.articles(outlet="nobody")) == []
    one = everything[0]
    assert desk.article(one.article_id[:8]) == one
    reading = desk.reading(one)
    assert reading.paragraphs
    assert all(one.start <= p.start < p.end <= one.end for p in reading.paragraphs)


def test_what_is_not_there_is_named_with_what_to_do(desk, tmp_path):
    with pytest.raises(NotFoundError, match="no article 'abcdef0' in this desk"):
        desk.article("abcdef0")
    with pytest.raises(NotFoundError, match="more than one article begins with ''|no article ''"):
        desk.article("")
    with pytest.raises(NotFoundError, match="make one with `backstory build"):
        Desk(tmp_path / "none.desk")
    with pytest.raises(UsageError, match="no table 'nonsense'"):
        list(desk.rows("nonsense"))


def test_a_file_that_is_no_desk_is_refused(tmp_path):
    (tmp_path / "text.desk").write_text("no database at all" * 100)
    with pytest.raises(DeskError, match="is no desk"):
        Desk(tmp_path / "text.desk")
    with sqlite3.connect(tmp_path / "other.desk") as other:
        other.execute("CREATE TABLE t (x)")
    other.close()
    with pytest.raises(DeskError, match="is an SQLite file but no desk"):
        Desk(tmp_path / "other.desk")


def test_a_desk_of_a_newer_version_is_refused(tmp_path):
    path = tmp_path / "new.desk"
    Desk(path, create=True).close()
    connection = apsw.Connection(str(path))
    connection.pragma("user_version", 99)
    connection.close()
    with pytest.raises(DeskError, match="upgrade Backstory"):
        Desk(path)


def test_two_builders_do_not_write_one_desk(tmp_path):
    path = tmp_path / "news.desk"
    code = "import sys; from backstory.desk import writer_lock\nwith writer_lock(sys.argv[1]): pass"
    with writer_lock(path):
        other = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=False)
    assert "another process is building" in other.stderr
    assert subprocess.run([sys.executable, "-c", code, str(path)], check=False).returncode == 0


def test_threads_unpack_at_once_what_each_of_them_packed():
    texts = [f"{number} ".encode() * 200_000 for number in range(8)]
    with ThreadPoolExecutor(8) as threads:
        for _ in range(20):
            assert list(threads.map(lambda text: unpack(pack(text)), texts)) == texts


def test_who_has_patience_waits_for_another_builder(tmp_path):
    path = tmp_path / "news.desk"
    code = "import sys; from backstory.desk import writer_lock\nwith writer_lock(sys.argv[1], 60): print('mine')"
    with writer_lock(path):
        other = subprocess.Popen([sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE, text=True)
        with pytest.raises(subprocess.TimeoutExpired):
            other.communicate(timeout=3)
    assert other.communicate(timeout=60)[0] == "mine\n"


def test_a_full_disk_loses_nothing_and_says_what_to_do(tmp_path):
    write_pile(tmp_path / "pile", 30)
    with Desk(tmp_path / "full.desk", create=True) as desk:
        desk.connection.pragma("max_page_count", desk.connection.pragma("page_count") + 4)
        with pytest.raises(DeskError, match="is full: free some space"):
            build(desk, [str(tmp_path / "pile")])
        desk.connection.pragma("max_page_count", 1 << 30)
        build(desk, [str(tmp_path / "pile")])
        with Desk(tmp_path / "whole.desk", create=True) as whole:
            build(whole, [str(tmp_path / "pile")])
            assert tables(desk) == tables(whole)


@pytest.mark.parametrize("format", ["jsonl", "parquet"])
def test_an_export_holds_every_row_of_every_table(desk, tmp_path, format):
    counts = desk.export(tmp_path / "out", format=format, texts=True)
    assert set(counts) == {*desk.tables, "texts"}
    for name in desk.tables:
        path = tmp_path / "out" / f"{name}.{format}"
        if format == "jsonl":
            written = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        else:
            written = pyarrow.parquet.read_table(path).to_pylist()
        assert written == list(desk.rows(name))


def test_an_unknown_format_is_refused(desk, tmp_path):
    with pytest.raises(UsageError, match="there are jsonl, parquet"):
        desk.export(tmp_path, format="xls")


def test_reading_a_folder_from_python_gives_its_articles(tmp_path):
    write_pile(tmp_path, 5)
    readings = backstory.read(tmp_path)
    assert len(readings) >= 5
    assert all(reading.of() for reading in readings)
    assert not [name for name in os.listdir(tmp_path) if name.endswith(".desk")]
