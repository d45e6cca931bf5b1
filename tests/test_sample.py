"""The sample is what its world says, every label holds, and making it again gives the same bytes."""

from __future__ import annotations

import csv
import email
import gzip
import io
import json
import re
import subprocess
import sys
from collections import Counter
from email.policy import default
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from backstory.read.text import decode

SAMPLE = Path(__file__).resolve().parents[1] / "sample"
TABLES = ["sources", "blocks", "articles", "names", "mentions", "times", "figures", "quotes", "passages", "statements"]
TABLES += ["stories", "links", "threads", "happenings", "disagreements", "omissions"]
SPANNED = ("blocks", "mentions", "times", "figures", "happenings")

Row = dict[str, Any]


@cache
def gold(table: str) -> tuple[Row, ...]:
    lines = (SAMPLE / "gold" / f"{table}.jsonl").read_text(encoding="utf-8").splitlines()
    return tuple(json.loads(line) for line in lines)


@cache
def raw(uri: str) -> bytes:
    data = (SAMPLE / "sources" / uri).read_bytes()
    return gzip.decompress(data) if uri.endswith(".gz") else data


def _strings(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for held in value.values() for text in _strings(held)]
    if isinstance(value, list):
        return [text for held in value for text in _strings(held)]
    return [value] if isinstance(value, str) else []


@cache
def visible(uri: str) -> str:
    """What the file says once its container is taken away, by means that are not the readers' own."""
    data = raw(uri)
    if uri.endswith((".jsonl", ".json")):
        rows = [json.loads(line) for line in data.decode().splitlines()] if uri.endswith("l") else json.loads(data)
        return "\n".join(_strings(rows))
    if uri.endswith(".csv"):
        return "\n".join(cell for row in csv.reader(io.StringIO(data.decode())) for cell in row)
    if uri.endswith(".eml"):
        return str(email.message_from_bytes(data, policy=default).get_content())
    if uri.endswith((".html", ".warc.gz", ".rss", ".atom")):
        return unescape(re.sub(r"<[^>]*>", "", unescape(unescape(re.sub(r"</?a\b[^>]*>", "", data.decode())))))
    return decode(data)[0]


def _text_sources() -> list[str]:
    return [row["uri"] for row in gold("sources") if row["shape"] == "text"]


def test_making_the_sample_again_gives_the_same_bytes(tmp_path: Path) -> None:
    subprocess.run([sys.executable, str(SAMPLE / "make.py"), "--to", str(tmp_path)], check=True, capture_output=True)
    for part in ("sources", "gold"):
        made = {path.relative_to(tmp_path): path for path in (tmp_path / part).rglob("*") if path.is_file()}
        kept = {path.relative_to(SAMPLE): path for path in (SAMPLE / part).rglob("*") if path.is_file()}
        assert made.keys() == kept.keys()
        for name, path in made.items():
            unpack = gzip.decompress if name.suffix == ".gz" else bytes
            assert unpack(path.read_bytes()) == unpack(kept[name].read_bytes()), name


@pytest.mark.parametrize("table", TABLES)
def test_every_table_has_gold_whose_keys_are_unique_and_whose_sources_exist(table: str) -> None:
    rows = gold(table)
    assert rows
    assert max(Counter(row["key"] for row in rows).values()) == 1
    for row in rows:
        assert "uri" in row or table == "names"
        assert table == "names" or (SAMPLE / "sources" / row["uri"]).is_file()


def test_the_blocks_of_a_text_hold_every_visible_character_once() -> None:
    for uri in _text_sources():
        text = visible(uri)
        covered = [0] * len(text)
        for row in gold("blocks"):
            if row["uri"] == uri:
                assert row["start"] < row["end"] <= len(text)
                for at in range(row["start"], row["end"]):
                    covered[at] += 1
        for at, character in enumerate(text):
            assert covered[at] == (not character.isspace()) or (character.isspace() and covered[at] < 2), (uri, at)


def _spans(row: Row) -> list[Row]:
    found = [row] if "text" in row and "start" in row else []
    for name in ("cue", "speaker", "addressee", "fact"):
        found += [row[name]] if name in row else []
    for name in ("members", "also", "parts"):
        for held in row.get(name, ()):
            found += _spans({"uri": row["uri"], **held})
    return [{"uri": row["uri"], **part} for part in found]


@pytest.mark.parametrize("table", [*SPANNED, "quotes", "passages", "disagreements", "omissions"])
def test_every_span_holds(table: str) -> None:
    spans = [span for row in gold(table) for span in _spans(row)]
    assert spans or table == "blocks"
    for span in spans:
        text = visible(span["uri"])
        if span["start"] is None:
            assert span["text"] in text, (span["uri"], span["text"])
        else:
            assert text[span["start"] : span["end"]] == span["text"], span


def test_a_quote_of_a_text_is_its_spans_joined_by_one_space() -> None:
    for row in gold("quotes"):
        if row["spans"][0]["start"] is None:
            texts = [part["text"] for part in row["spans"]]
        else:
            texts = [visible(row["uri"])[part["start"] : part["end"]] for part in row["spans"]]
        assert row["text"] == " ".join(texts)


def test_every_key_that_a_row_names_is_there() -> None:
    articles = {row["key"] for row in gold("articles")}
    stories = {row["key"] for row in gold("stories")}
    names = {row["key"] for row in gold("names")}
    for table in ("mentions", "times", "figures", "quotes", "happenings"):
        assert {row["article"] for row in gold(table)} <= articles
    assert {row["name"] for row in gold("mentions")} <= names
    assert {row["speaker_name"] for row in gold("quotes") if "speaker_name" in row} <= names
    assert {row["story"] for row in gold("articles")} == stories
    assert {key for row in gold("threads") for key in row["stories"]} <= stories
    for row in gold("statements"):
        assert {version["quote"] for version in row["versions"]} <= {quote["key"] for quote in gold("quotes")}


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def test_a_whole_version_has_the_words_of_the_fullest_and_a_trimmed_one_fewer() -> None:
    quotes = {row["key"]: row for row in gold("quotes")}
    languages = {row["key"]: row["language"] for row in gold("articles")}
    for row in gold("statements"):
        fullest = quotes[row["fullest_quote"]]
        for version in row["versions"]:
            words = _words(quotes[version["quote"]]["text"])
            if languages[version["article"]] != languages[fullest["article"]]:
                assert version["translated"]
            elif version["cut"] == "whole":
                assert words == _words(fullest["text"]), version
            elif version["cut"] in ("trimmed", "spliced"):
                assert version["left_out"], version


def test_every_passage_is_the_same_words_in_each_of_its_members() -> None:
    for row in gold("passages"):
        said = {" ".join(_words(" ".join(part["text"] for part in member["parts"]))) for member in row["members"]}
        assert len(said) == 1, row
        assert row["words"] >= 12
        assert len(row["members"]) >= 2


def test_the_sample_has_what_its_page_promises() -> None:
    sources, articles = gold("sources"), gold("articles")
    assert len(sources) == 90
    assert len({row["outlet"] for row in articles}) == 10
    assert len(gold("stories")) == 21
    assert len(gold("threads")) == 4
    assert {row["shape"] for row in sources} == {"text", "html", "warc", "feed", "export", "table", "mail", "opml"}
    assert {row["language"] for row in articles} == {"en", "de", "fr"}
    assert any("published" not in row for row in articles)
    assert {row["kind"] for row in gold("disagreements")} == {"update", "rounding", "conflict"}
    assert {row["kind"] for row in gold("quotes")} == {"direct", "indirect", "mixed"}
    cuts = {version["cut"] for row in gold("statements") for version in row["versions"]}
    assert cuts == {"whole", "trimmed", "spliced", "reworded", "paraphrased"}
    size = sum(path.stat().st_size for path in SAMPLE.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    assert size < 1_500_000


def test_two_people_of_one_surname_are_two_names_and_two_spellings_are_one() -> None:
    names = {row["key"]: row for row in gold("names")}
    assert "Marsh" in names["marsh-owen"]["forms"]
    assert "Marsh" in names["marsh-lydia"]["forms"]
    assert {"Arkadi Velichko", "Arkady Velitchko", "Arkadij Welitschko"} <= set(names["velichko"]["forms"])
