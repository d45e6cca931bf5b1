"""Tables, all invented: rows as sources with their own bytes, guessed and mapped columns, and bad rows."""

from __future__ import annotations

import csv
import io
import json
import time
import tracemalloc
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backstory.errors import UsageError
from backstory.read import tables
from backstory.read.entries import HEAD_BYTES, Entry, Options
from backstory.records import Kind, Source

pyarrow = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")

ROW = {
    "id": 7,
    "headline": "Tram vote delayed",
    "content": "The vote was put off.\nIt will be held in May.",
    "date": "2021-03-04",
}


def _read(raw: bytes, name: str, *, options: Options | None = None) -> list[Source]:
    made = Entry(uri=name, name=name, head=raw[:HEAD_BYTES], open=lambda: io.BytesIO(raw), size=len(raw))
    return list(tables.read(made, options or Options()))


def _anew(source: Source) -> str:
    rule, _, parameters = source.rule.partition("?")
    return tables.RULES[rule](source.raw, source.encoding, parameters=parameters)


def _lines(*rows: dict[str, object]) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def _parquet(rows: list[dict[str, object]]) -> bytes:
    made = io.BytesIO()
    parquet.write_table(pyarrow.Table.from_pylist(rows), made)
    return made.getvalue()


def test_a_line_of_json_is_a_source_with_the_bytes_of_its_line() -> None:
    raw = _lines(ROW, {**ROW, "headline": "Dam holds"})
    first, second = _read(raw, "news.jsonl")
    assert first.raw + b"\n" + second.raw + b"\n" == raw
    assert first.text == "Tram vote delayed\nThe vote was put off.\nIt will be held in May."
    assert first.rule == "table/1?form=json&title=headline&text=content"
    assert (first.stated.title, first.stated.published) == ("Tram vote delayed", "2021-03-04")
    assert (first.uri, second.uri) == ("news.jsonl#row=1", "news.jsonl#row=2")


def test_the_parts_of_a_row_are_marked() -> None:
    (source,) = _read(_lines(ROW), "news.jsonl")
    marked = [(mark.kind, source.text[mark.start : mark.end]) for mark in source.marks]
    assert marked == [
        (Kind.HEADLINE, "Tram vote delayed"),
        (Kind.BODY, "The vote was put off."),
        (Kind.BODY, "It will be held in May."),
    ]


@pytest.mark.parametrize("make", ["lines", "array", "object", "pretty", "csv", "tsv", "parquet"])
def test_the_same_rows_give_the_same_texts_from_every_form(make: str) -> None:
    rows = [ROW, {**ROW, "headline": 'Dam, "holds"', "content": "Rains ended; the dam held.\nSee also: —"}]
    raw, name = _written(rows, make)
    sources = _read(raw, name)
    assert [source.text for source in sources] == [f"{row['headline']}\n{row['content']}" for row in rows]
    assert [source.stated.published for source in sources] == ["2021-03-04"] * 2
    assert [_anew(source) for source in sources] == [source.text for source in sources]


def _written(rows: list[dict[str, object]], form: str) -> tuple[bytes, str]:
    if form == "lines":
        return _lines(*rows), "news.ndjson"
    if form == "array":
        return json.dumps(rows).encode(), "news.json"
    if form == "object":
        return json.dumps({"status": "ok", "response": {"docs": rows}}).encode(), "news.json"
    if form == "pretty":
        return "\n".join(json.dumps(row, indent=2) for row in rows).encode(), "news.json"
    if form == "parquet":
        return _parquet(rows), "news.parquet"
    made = io.StringIO()
    writer = csv.DictWriter(made, list(rows[0]), delimiter="\t" if form == "tsv" else ";")
    writer.writeheader()
    writer.writerows(rows)
    return made.getvalue().encode(), f"news.{form}"


def test_a_csv_record_keeps_its_own_bytes_over_several_lines() -> None:
    raw = b'title,text\r\n"Tram, delayed","The vote\r\nwas put off."\r\nDam,It held.\r\n'
    first, second = _read(raw, "news.csv")
    assert first.raw == b'"Tram, delayed","The vote\r\nwas put off."\r\n'
    assert (first.text, second.text) == ("Tram, delayed\nThe vote\nwas put off.", "Dam\nIt held.")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_csv_in_another_encoding_is_read(encoding: str) -> None:
    raw = "title;text\nBrücke zu;Die Brücke bleibt geschlossen.\n".encode(encoding)
    (source,) = _read(raw, "news.csv")
    assert source.text == "Brücke zu\nDie Brücke bleibt geschlossen."
    assert _anew(source) == source.text


@pytest.mark.parametrize(
    ("row", "text", "stated"),
    [
        ({"id": "p1", "text": "The dam held.", "series": "fenland"}, "The dam held.", {"outlet": "fenland"}),
        (
            {
                "title": "Dam holds",
                "plain_text": "It held.",
                "publisher": "Fenland Post",
                "published_date": "2021-03-05",
            }
            | {"requested_url": "https://fenland.example/dam", "author": "Ada Mork", "language": "en"},
            "Dam holds\nIt held.",
            {"outlet": "Fenland Post", "published": "2021-03-05", "url": "https://fenland.example/dam"},
        ),
        (
            {"uri": "urn:1", "headline": "Dam holds", "body_text": "It held.", "versioncreated": "2021-03-05T10:00:00Z"}
            | {"byline": "Ada Mork", "firstcreated": "2021-03-05T08:00:00Z"},
            "Dam holds\nIt held.",
            {"byline": "Ada Mork", "published": "2021-03-05T08:00:00Z", "modified": "2021-03-05T10:00:00Z"},
        ),
        (
            {"headlines": [{"role": "main", "value": "Dam holds"}], "firstCreated": "2021-03-05T08:00:00Z"}
            | {
                "bodies": [
                    {"contenttype": "text/html", "value": "<p>x</p>"},
                    {"contenttype": "text/plain", "value": "It held."},
                ]
            }
            | {"infoSources": [{"name": "Fenland News Agency", "role": "source"}]},
            "Dam holds\nIt held.",
            {"outlet": "Fenland News Agency", "published": "2021-03-05T08:00:00Z"},
        ),
        (
            {
                "title": {"rendered": "Dam &amp; dyke"},
                "content": {"rendered": "<p>It held.</p><p>So did&nbsp;they.</p>"},
            },
            "Dam & dyke\nIt held.\nSo did they.",
            {"title": "Dam & dyke"},
        ),
        (
            {"webTitle": "Dam holds", "fields": {"bodyText": "It held.", "byline": "Ada Mork"}},
            "Dam holds\nIt held.",
            {"byline": "Ada Mork"},
        ),
        (
            {"source": {"id": None, "name": "Fenland Post"}, "title": "Dam holds", "content": "It held."}
            | {"publishedAt": "2021-03-05T08:00:00Z", "author": None},
            "Dam holds\nIt held.",
            {"outlet": "Fenland Post", "byline": None},
        ),
        (
            {"headline": "Dam holds", "articleBody": "Dam holds\nIt held."},
            "Dam holds\nIt held.",
            {"title": "Dam holds"},
        ),
        ({"maintext": "It held.", "authors": ["Ada Mork", "Ben Ost"]}, "It held.", {"byline": "Ada Mork, Ben Ost"}),
        (
            {"body": "It held.", "timestamp": 1614931200, "source": "https://fenland.example/a"},
            "It held.",
            {"outlet": "fenland.example"},
        ),
    ],
    ids=["passim", "ccnews", "ninjs1", "ninjs3", "wordpress", "guardian", "newsapi", "schema", "newsplease", "epoch"],
)
def test_known_columns_are_found(row: dict[str, object], text: str, stated: dict[str, str | None]) -> None:
    (source,) = _read(_lines(row), "news.jsonl")
    assert source.text == text
    assert {field: getattr(source.stated, field) for field in stated} == stated
    assert _anew(source) == source.text


def test_a_column_whose_name_is_no_text_is_passed_over() -> None:
    found, none = _read(b'{"x\\ud800": {"text": "a"}, "text": "It held."}\n{"\\ud800": "x"}\n', "news.jsonl")
    assert found.text == "It held."
    assert none.problem is not None
    assert none.problem.encode()


def test_a_mapping_says_otherwise() -> None:
    row = {"text": "a summary", "corpo": "It held.", "quando": "5 March 2021", "titolo2": "Dam"}
    options = Options(columns=(("text", "corpo"), ("date", "quando"), ("title", "Titolo2")))
    (source,) = _read(_lines(row), "news.jsonl", options=options)
    assert (source.text, source.stated.published) == ("Dam\nIt held.", "2021-03-05")


def test_a_mapping_to_a_field_that_is_none_is_an_error_that_lists_the_fields() -> None:
    with pytest.raises(UsageError, match="'txt' is no field.*text, title"):
        _read(_lines(ROW), "news.jsonl", options=Options(columns=(("txt", "content"),)))


def test_a_table_of_headlines_alone_is_read() -> None:
    sources = _read(b"id,title,publisher\n1,Dam holds,Fenland Post\n2,Tram delayed,Wharf Herald\n", "news.csv")
    assert [source.text for source in sources] == ["Dam holds", "Tram delayed"]


def test_a_row_that_states_nothing_of_an_article_may_hold_several() -> None:
    stating, silent = _read(_lines(ROW, {"id": 1, "text": "One report.\n\nAnother report."}), "news.jsonl")
    assert len(stating.items) == 1
    assert silent.items == ()


@pytest.mark.parametrize("text", ["", "   ", None, "<p> </p>"])
def test_a_row_without_text_is_a_listed_problem_and_the_others_are_read(text: str | None) -> None:
    bad, good = _read(_lines({**ROW, "content": text}, ROW), "news.jsonl")
    assert bad.problem is not None
    assert good.problem is None
    assert (bad.text, bad.rule) == ("", "none/1")


def test_a_table_without_a_text_column_says_what_its_columns_are() -> None:
    (source,) = _read(b"alpha,beta\n1,2\n3,4\n", "news.csv")
    assert source.problem is not None
    assert "alpha, beta" in source.problem
    assert "--map text=COLUMN" in source.problem


@pytest.mark.parametrize(
    ("raw", "name", "problems"),
    [
        (_lines(ROW) + b'{"text": "cut off\n' + _lines(ROW), "news.jsonl", 1),
        (_lines(ROW) + b"[1, 2]\n" + _lines(ROW), "news.jsonl", 1),
        (_lines(ROW) + b'{"text": ' + b"[" * 200_000 + b"\n" + _lines(ROW), "news.jsonl", 1),
        (json.dumps([ROW]).encode()[:-20], "news.json", 1),
        (b"[" * 300_000, "news.json", 1),
        (b"[" + json.dumps(ROW).encode() + b", 3, nonsense]", "news.json", 2),
        (b'{"a": ' * 50_000, "news.json", 1),
        (b"", "news.jsonl", 1),
        (b"\xff\xfe", "news.json", 1),
        (b"PAR1 cut", "news.parquet", 1),
        (_parquet([ROW])[:-30], "news.parquet", 1),
        (b"title,text\n", "news.csv", 1),
        (b'title,text\n"never closed,x\n', "news.csv", 1),
    ],
    ids=[
        "cut line",
        "no object",
        "deep line",
        "cut array",
        "deep",
        "mixed",
        "deep object",
        "empty",
        "bom",
        "cut parquet",
    ]
    + ["short parquet", "header alone", "open quote"],
)
def test_bad_rows_are_listed_and_the_others_are_read(raw: bytes, name: str, problems: int) -> None:
    sources = _read(raw, name)
    assert sum(source.problem is not None for source in sources) == problems
    assert all(source.text for source in sources if source.problem is None)


def test_a_quote_that_never_closes_costs_no_more_than_the_limit() -> None:
    raw = b'title,text\nA,"never closed\n' + b"B,It held.\n" * 2000
    sources = _read(raw, "news.csv", options=Options(max_source_bytes=4096))
    assert sources[0].problem is not None
    assert "never closes" in sources[0].problem
    assert sum(source.text == "B\nIt held." for source in sources) > 1500


def test_a_line_beyond_the_limit_is_a_problem_and_the_next_is_read() -> None:
    raw = _lines(ROW) + b'{"text": "' + b"x" * 9000 + b'"}\n' + _lines(ROW)
    sources = _read(raw, "news.jsonl", options=Options(max_source_bytes=4096))
    assert [source.problem is None for source in sources] == [True, False, True]


def test_a_parquet_file_that_unpacks_to_far_too_much_is_refused() -> None:
    made = io.BytesIO()
    rows = [{"text": "a" * 1_000_000} for _ in range(20)]
    parquet.write_table(pyarrow.Table.from_pylist(rows), made, use_dictionary=False, compression="zstd")
    (source,) = _read(made.getvalue(), "bomb.parquet", options=Options(max_source_bytes=1 << 20, max_ratio=10))
    assert source.problem is not None
    assert "decompression bomb" in source.problem


def test_cells_of_parquet_that_are_no_text_are_kept_in_the_rows_bytes() -> None:
    rows = [{"text": "It held.", "when": datetime(2021, 3, 5, 8), "blob": b"\xff\x00", "tags": ["dam"], "date": None}]
    (source,) = _read(_parquet(rows), "news.parquet")
    assert json.loads(source.raw) == {
        "text": "It held.",
        "when": "2021-03-05T08:00:00",
        "blob": "/wA=",
        "tags": ["dam"],
        "date": None,
    }


def test_a_large_file_of_lines_is_read_in_flat_memory(tmp_path: Path) -> None:
    path = tmp_path / "large.jsonl"
    line = json.dumps({**ROW, "content": "The dam held. " * 700}).encode() + b"\n"
    with path.open("wb") as stream:
        for _ in range(600):
            stream.write(line)
    large = Entry(str(path), path.name, line[:HEAD_BYTES], lambda: path.open("rb"), path.stat().st_size)
    tracemalloc.start()
    assert sum(1 for _ in tables.read(large, Options())) == 600
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert path.stat().st_size > 5 * peak


@pytest.mark.parametrize(
    ("head", "name", "claimed"),
    [
        (b'{"text": "x"}\n', "stdin", True),
        (b'[{"text": "x"}]', "stdin", True),
        (b"a,b\n", "news.csv", True),
        (b"PAR1", "x", True),
        (b'{"version": "https://jsonfeed.org/version/1.1"}', "feed.json", False),
        (b"{\\rtf1 x}", "x.rtf", False),
        (b"[The council met.]", "notes.txt", False),
        (b'{ "quote" he said', "notes.txt", False),
    ],
)
def test_tables_are_claimed_by_name_or_content(head: bytes, name: str, claimed: bool) -> None:
    assert tables.claims(head, name) is claimed


VALUES: st.SearchStrategy[object] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["value", "text", "a"]), inner, max_size=3)
    ),
    max_leaves=6,
)
COLUMNS = st.sampled_from(
    ["text", "title", "content", "body_html", "date", "source", "authors", "bodies", "x.y", "", "\ud800"]
)


@given(
    st.lists(st.dictionaries(COLUMNS, VALUES, max_size=5), max_size=4), st.sampled_from(["lines", "array", "object"])
)
def test_the_text_of_any_json_row_is_made_anew_from_its_bytes(rows: list[dict[str, object]], form: str) -> None:
    raw, name = _written(rows, form) if rows else (b"", "news.json")
    for source in _read(raw, name):
        assert source.rule == "none/1" or _anew(source) == source.text
        assert all(source.text[mark.start : mark.end].strip() for mark in source.marks)


@given(st.lists(st.tuples(st.text(max_size=20), st.text(max_size=40)), max_size=5), st.sampled_from(",;\t|"))
def test_the_text_of_any_csv_record_is_made_anew_from_its_bytes(rows: list[tuple[str, str]], delimiter: str) -> None:
    made = io.StringIO(newline="")
    csv.writer(made, delimiter=delimiter).writerows([("title", "text"), *rows])
    raw = made.getvalue().encode("utf-8", "replace")
    for source in _read(raw, "news.csv"):
        assert source.rule == "none/1" or _anew(source) == source.text


@given(st.binary(max_size=300), st.sampled_from(["x.jsonl", "x.json", "x.csv", "x.tsv", "x.parquet"]))
def test_random_bytes_give_sources_or_problems(raw: bytes, name: str) -> None:
    for prefix in (b"", b'{"text": "', b"PAR1", b"title,text\n", b"[{"):
        assert _read(prefix + raw, name)


class _Once(io.BytesIO):
    """A stream that can only be read forwards, as one out of a compressed file."""

    def seekable(self) -> bool:
        return False

    def seek(self, offset: int, whence: int = 0) -> int:
        raise OSError("not seekable")


def test_a_parquet_file_inside_a_compressed_one_is_read_with_times_in_nanoseconds() -> None:
    when = pyarrow.array([1_614_931_200_000_000_001], pyarrow.timestamp("ns", "UTC"))
    made = io.BytesIO()
    parquet.write_table(pyarrow.table({"text": ["It held."], "date": when}), made)
    raw = made.getvalue()
    (source,) = tables.read(Entry("news.parquet", "news.parquet", raw[:HEAD_BYTES], lambda: _Once(raw)), Options())
    assert (source.text, source.stated.published) == ("It held.", "2021-03-05T08:00:00+00:00")


def test_a_long_array_on_one_line_is_read_in_time_that_grows_with_its_length() -> None:
    raw = json.dumps([{"text": "It held. " * 20}] * 20_000).encode()
    began = time.process_time()
    assert len(_read(raw, "news.json")) == 20_000
    assert time.process_time() - began < 20
