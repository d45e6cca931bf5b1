"""Plain text: encodings, line ends, invisible characters, parts of large files."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backstory.read import Options, text, text_of

NEWS = "Der Bürgermeister sagte: „Das Rathaus bleibt“ – 3 €.\nZweite Zeile über Straßen in Ulmenau.\n"


def only(entry, raw, name="news.txt"):
    sources = list(text.read(entry(raw, name), Options()))
    assert len(sources) == 1
    return sources[0]


@pytest.mark.parametrize(
    ("raw", "encoding"),
    [
        (NEWS.encode(), "utf-8"),
        (codecs.BOM_UTF8 + NEWS.encode(), "utf-8"),
        (codecs.BOM_UTF16_LE + NEWS.encode("utf-16-le"), "utf-16-le"),
        (codecs.BOM_UTF16_BE + NEWS.encode("utf-16-be"), "utf-16-be"),
        (NEWS.encode("utf-16-le"), "utf-16-le"),
        (NEWS.encode("utf-16-be"), "utf-16-be"),
        (codecs.BOM_UTF32_LE + NEWS.encode("utf-32-le"), "utf-32-le"),
        (NEWS.encode("cp1252"), "cp1252"),
    ],
)
def test_the_same_news_in_every_encoding_has_the_same_text(entry, raw, encoding):
    source = only(entry, raw)
    assert (source.text, source.encoding, source.problem) == (NEWS, encoding, None)
    assert text_of(source.raw, source.rule, source.encoding) == NEWS


def test_latin_1_is_what_remains_where_windows_1252_has_no_such_byte(entry):
    source = only(entry, b"caf\xe9 \x81 cr\xe8me br\xfbl\xe9e\n")
    assert source.encoding == "latin-1"
    assert source.text == "café  crème brûlée\n"


def test_one_broken_byte_does_not_turn_utf_8_into_another_encoding(entry):
    raw = NEWS.encode() * 5 + b"broken \xff here\n"
    source = only(entry, raw)
    assert source.encoding == "utf-8"
    assert "broken \ufffd here" in source.text
    assert "Bürgermeister" in source.text


def test_every_line_end_becomes_a_line_feed(entry):
    assert only(entry, b"one\r\ntwo\rthree\nfour\x0bfive\x0csix\xc2\x85seven\xe2\x80\xa8eight").text == "\n".join(
        ("one", "two", "three", "four", "five", "six", "seven", "eight")
    )


def test_nuls_controls_and_zero_width_characters_are_left_out_of_words(entry):
    assert only(entry, "Uk\x00rai\u200bne\ufeff \x07talks \u202egnihton\u202c be\u00adgin".encode()).text == (
        "Ukraine talks gnihton begin"
    )


def test_an_empty_file_is_listed_with_its_problem(entry):
    source = only(entry, b"", "empty.txt")
    assert source.problem == "empty.txt is empty: there is nothing to read"


def test_a_file_without_line_ends_is_one_line(entry):
    assert only(entry, b"No line end at all").text == "No line end at all"


@pytest.mark.parametrize(
    ("raw", "what"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "a PNG image"),
        (bytes(range(256)) * 20, "binary"),
        (b"%PDF-1.7 ...", "a PDF document"),
    ],
)
def test_a_binary_file_called_txt_is_listed_with_what_it_is(entry, raw, what):
    source = only(entry, raw, "report.txt")
    assert what in source.problem
    assert source.text == ""


def test_a_large_file_is_read_in_parts_that_join_to_the_whole(entry, monkeypatch):
    monkeypatch.setattr(text, "PART_BYTES", 1000)
    raw = b"".join(f"Paragraph {n} of a long export, with an umlaut \u00fc.\n\n".encode() for n in range(200))
    sources = list(text.read(entry(raw), Options()))
    assert len(sources) > 5
    assert b"".join(source.raw for source in sources) == raw
    assert all(source.text.endswith("\n\n") for source in sources)
    assert sources[1].uri == f"news.txt#bytes={len(sources[0].raw)}-{len(sources[0].raw) + len(sources[1].raw) - 1}"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be", "utf-32", "cp1252"])
@pytest.mark.parametrize("unit", ["ä" * 50, "Ein Satz über alles. ", "line\r\n", "one\n\n"])
def test_parts_never_break_a_character(entry, monkeypatch, encoding, unit):
    monkeypatch.setattr(text, "PART_BYTES", 1004)
    whole = unit * 300
    sources = list(text.read(entry(whole.encode(encoding)), Options()))
    assert "".join(source.text for source in sources) == text.tidy(whole)
    for source in sources:
        assert text_of(source.raw, source.rule, source.encoding) == source.text


@given(st.binary(max_size=400))
def test_any_bytes_have_a_text_that_is_made_the_same_way_again(raw):
    made, encoding = text.decode(raw)
    assert text.decode(raw, encoding)[0] == made
    assert text.tidy(made) == made


@given(st.text(max_size=300))
def test_any_text_keeps_its_visible_characters(whole):
    made, _ = text.decode(whole.encode("utf-8", "replace"), "utf-8")
    assert [c for c in made if c.isalnum()] == [c for c in whole.encode("utf-8", "replace").decode() if c.isalnum()]
