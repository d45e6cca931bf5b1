"""Web archives: every page at its offset, whatever the compression, and of damaged archives all that can be read."""

import gzip
import io
import logging
import zlib
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backstory.errors import ReadError
from backstory.read import warc
from backstory.read.entries import Entry, Options
from backstory.read.http_body import http_body

PAGES = [f"<h1>Report {n}</h1><p>Water stood at {n} metres in the lower town on Monday.</p>".encode() for n in range(4)]


def record(body, *, kind="response", content_type="text/html; charset=utf-8", status="200 OK", more="", length=None):
    http = f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\n{more}\r\n".encode() + body
    block_type = "application/http; msgtype=response"
    if kind in ("conversion", "resource"):
        http, block_type = body, content_type
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: https://post.example/{len(body)}\r\n"
        f"WARC-Date: 2026-03-02T00:00:00Z\r\nWARC-Record-ID: <urn:uuid:1>\r\nContent-Type: {block_type}\r\n"
        f"Content-Length: {len(http) if length is None else length}\r\n\r\n"
    )
    return head.encode() + http + b"\r\n\r\n"


def arc(body, url="http://old.example/page"):
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + body
    return f"{url} 192.0.2.1 20010203040506 text/html {len(block)}\n".encode() + block + b"\n"


FILEDESC = b"filedesc://old.arc 0.0.0.0 20010203040506 text/plain 21\n1 0 Invented archive\n\n"


def sources(raw, name="news.warc", **options):
    entry = Entry(uri=name, name=name, head=raw[:8192], open=lambda: io.BytesIO(raw), size=len(raw))
    assert warc.claims(entry.head, name)
    return list(warc.read(entry, replace(Options(), **options)))


def packed(records):
    return b"".join(gzip.compress(one, mtime=0) for one in records)


@pytest.mark.parametrize("pack", [b"".join, packed])
@pytest.mark.parametrize(("first", "make", "name"), [(None, record, "x.warc.gz"), (FILEDESC, arc, "x.arc.gz")])
def test_every_page_is_a_source_whose_uri_leads_back_to_its_bytes(tmp_path, pack, first, make, name):
    raw = pack([*([first] if first else []), *map(make, PAGES)])
    path = tmp_path / name
    path.write_bytes(raw)
    found = sources(raw, name)
    assert [source.raw for source in found] == PAGES
    assert [source.stated.title for source in found] == [f"Report {n}" for n in range(4)]
    for source in found:
        assert warc.read_record(str(path), int(source.uri.rpartition("#offset=")[2])) == source.raw


def test_a_page_keeps_its_address_and_the_charset_of_its_header():
    (source,) = sources(record("<p>Grüße</p>".encode("latin-1"), content_type="text/html; charset=latin-1"))
    assert source.text == "Grüße"
    assert source.stated.url == "https://post.example/12"


def test_what_is_no_page_is_passed_over_and_counted(caplog):
    raw = b"".join(
        [
            record(b"\x89PNG", content_type="image/png"),
            record(b"gone", status="404 Not Found"),
            record(b"", kind="revisit"),
            record(b"x", kind="request"),
            record(PAGES[0]),
            record(b"Plain words.", kind="conversion", content_type="text/plain"),
        ]
    )
    with caplog.at_level(logging.INFO):
        page, plain = sources(raw)
    assert (page.rule, plain.rule, plain.text) == ("html/1", "text/1", "Plain words.")
    assert "1 captures of other types, 1 redirects and errors, 1 repeats of an earlier capture" in caplog.text


@pytest.mark.parametrize("first", [None, FILEDESC])
def test_rules_for_robots_are_passed_over_with_notice(caplog, first):
    rules = b"User-agent: *\nDisallow: /private\n"
    if first:
        records = [first, arc(rules, url="http://old.example/robots.txt"), arc(PAGES[0])]
    else:
        asked = record(rules, content_type="text/plain")
        address = asked.split(b"WARC-Target-URI: ")[1].split(b"\r\n")[0]
        records = [asked.replace(address, b"https://post.example/robots.txt"), record(PAGES[0])]
    with caplog.at_level(logging.INFO):
        found = sources(b"".join(records))
    assert [source.raw for source in found] == [PAGES[0]]
    assert "1 rules for robots" in caplog.text


def test_an_archive_of_arc_version_2_is_read():
    first = b"filedesc://old.arc 192.0.2.1 20010203040506 text/plain 200 - - 0 old.arc 9\n2 0 Tarn\n\n"
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + PAGES[1]
    head = f"http://old.example/page 192.0.2.1 20010203040506 text/html 200 a1b2c3 - 95 old.arc {len(block)}\n"
    raw = first + head.encode() + block + b"\n"
    for name, packing in (("x.arc", b"".join), ("x.arc.gz", packed)):
        found = sources(packing([first, raw[len(first) :]]), name)
        assert [source.raw for source in found] == [PAGES[1]]


def test_a_response_without_headers_does_not_stop_the_archive():
    empty = record(b"").split(b"HTTP/1.1")[0].replace(b"Content-Length: 59", b"Content-Length: 0") + b"\r\n\r\n"
    for broken in (empty, record(b"", status="nonsense"), record(b"", status="")):
        found = sources(broken + record(PAGES[0]))
        assert PAGES[0] in [source.raw for source in found]


def test_an_archive_cut_in_the_middle_of_a_record_gives_what_came_before():
    for raw in (b"".join(map(record, PAGES)), packed(map(record, PAGES))):
        found = sources(raw[:-60], "x.warc.gz")
        assert [source.raw for source in found[:3]] == PAGES[:3]
        assert all("cut short" in source.problem or "cannot be read" in source.problem for source in found[3:])


def test_reading_goes_on_behind_a_damaged_record():
    records = [gzip.compress(record(page), mtime=0) for page in PAGES]
    records[1] = records[1][:40] + b"\xff" * 20 + records[1][60:]
    *pages, problem = sources(b"".join(records), "x.warc.gz")
    assert [page.raw for page in pages] == [PAGES[0], PAGES[2], PAGES[3]]
    assert "is damaged" in problem.problem


@pytest.mark.parametrize("length", [3, 100, 10**12, -5, "many"])
def test_a_wrong_length_loses_no_more_than_its_own_record(length):
    found = sources(record(PAGES[0], length=length) + record(PAGES[1]) + record(PAGES[2]) + record(PAGES[3]))
    texts = "\n".join(source.text for source in found)
    assert "Report 3" in texts or length == 10**12
    assert any(source.problem for source in found) or "Report 1" in texts


@pytest.mark.parametrize(
    ("coding", "encode"),
    [("gzip", gzip.compress), ("deflate", zlib.compress), ("x-gzip", gzip.compress), ("identity", bytes)],
)
def test_compressed_bodies_are_unpacked(coding, encode):
    (source,) = sources(record(encode(PAGES[0]), more=f"Content-Encoding: {coding}\r\n"))
    assert source.raw == PAGES[0]


def test_chunks_are_joined_and_headers_of_bodies_already_unpacked_are_passed_over():
    chunked = b"5\r\n<p>Hi\r\n7;x=y\r\n there.\r\n0\r\n\r\n"
    (source,) = sources(record(chunked, more="Transfer-Encoding: chunked\r\n"))
    assert source.text == "Hi there."
    (source,) = sources(record(PAGES[0], more="Transfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n"))
    assert source.raw == PAGES[0]


def test_a_decompression_bomb_and_a_page_beyond_the_limit_are_listed_problems():
    bomb = gzip.compress(b"<p>" + b"0" * 10_000_000)
    for body, more in ((bomb, "Content-Encoding: gzip\r\n"), (b"<p>word " * 100_000, "")):
        large, small = sources(record(body, more=more) + record(PAGES[0]), max_source_bytes=100_000)
        assert "larger than" in large.problem
        assert len(large.raw) <= warc.KEPT
        assert small.raw == PAGES[0]


def test_a_body_whose_compression_breaks_keeps_what_could_be_unpacked():
    whole = gzip.compress(b"<p>" + b" ".join(str(n).encode() for n in range(5000)))
    body, broken = http_body(whole[:-500], {"content-encoding": "gzip"}, 1 << 20)
    assert body.startswith(b"<p>0 1 2")
    assert broken == "gzip compression"


def test_an_offset_without_a_record_is_an_error_that_says_where_offsets_come_from(tmp_path):
    path = tmp_path / "x.warc"
    path.write_bytes(record(PAGES[0]))
    with pytest.raises(ReadError, match="take the offset from a source's uri"):
        warc.read_record(str(path), 7)


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_any_damage_ends_as_sources_and_problems(data):
    pack = data.draw(st.sampled_from([b"".join, packed]))
    make, first = data.draw(st.sampled_from([(record, b""), (arc, FILEDESC)]))
    raw = bytearray(pack([one for one in (first, *map(make, PAGES)) if one]))
    for _ in range(data.draw(st.integers(0, 4))):
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at : at + data.draw(st.integers(0, 30))] = data.draw(st.binary(max_size=30))
    entry = Entry(uri="x", name="x.warc.gz", head=bytes(raw[:8192]), open=lambda: io.BytesIO(bytes(raw)), size=len(raw))
    for source in warc.read(entry, Options()):
        assert source.text or source.problem
