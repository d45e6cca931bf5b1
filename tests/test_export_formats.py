"""Exports: each is read by a consumer of its format, or held against the structure that its standard demands."""

from __future__ import annotations

import asyncio
import csv
import json
from collections import Counter
from datetime import date, timedelta
from urllib.parse import unquote

import apsw
import pytest
from export_desk import write_news

from backstory import NotFoundError, UsageError
from backstory.desk import Desk, Selection
from backstory.desk.export import FORMATS
from backstory.desk.exporting.annotations import fragment
from backstory.desk.exporting.shapes import schema_of
from backstory.desk.tables import TABLES
from backstory.pipeline import build


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    folder = write_news(tmp_path_factory.mktemp("news"))
    with Desk(":memory:", create=True) as desk:
        build(desk, [str(folder)])
        yield desk


@pytest.fixture(scope="module")
def out(desk, tmp_path_factory):
    folder = tmp_path_factory.mktemp("out")
    counts = {name: desk.export(folder / name, format=name, texts=True) for name in FORMATS}
    return folder, counts


def test_csv_has_the_rows_and_columns_of_the_tables_and_no_formula(desk, out):
    folder, counts = out
    for table in desk.tables:
        with (folder / "csv" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert len(rows) == counts["csv"][table] == counts["jsonl"][table]
        for row in rows:
            assert not any(
                cell.lstrip().startswith(("=", "+", "-", "@", "＝")) for cell in row.values() if not number(cell)
            )
    with (folder / "csv" / "articles.csv").open(encoding="utf-8", newline="") as file:
        titles = [row["title"] for row in csv.DictReader(file)]
    assert any(title.startswith("'=cmd|") for title in titles)


def number(cell):
    try:
        float(cell)
    except ValueError:
        return False
    return True


def test_parquet_has_one_schema_and_the_rows_of_the_tables(desk, out):
    import pyarrow.parquet

    folder, counts = out
    for table in desk.tables:
        read = pyarrow.parquet.read_table(folder / "parquet" / f"{table}.parquet")
        assert read.num_rows == counts["jsonl"][table]
        assert not any(str(field.type) == "null" for field in read.schema)
        wanted = [json.loads(line) for line in (folder / "jsonl" / f"{table}.jsonl").read_text("utf-8").splitlines()]
        if table not in ("times", "links", "thread_links", "disagreements", "statements"):
            assert [without_nulls(row) for row in read.to_pylist()] == [without_nulls(row) for row in wanted]


def without_nulls(value):
    if isinstance(value, dict):
        return {key: without_nulls(one) for key, one in value.items() if one is not None}
    return [without_nulls(one) for one in value] if isinstance(value, list) else value


def test_sqlite_holds_every_row_with_references_that_resolve(desk, out):
    folder, counts = out
    made = apsw.Connection(str(folder / "sqlite" / "desk.db"), flags=apsw.SQLITE_OPEN_READONLY)
    assert made.execute("PRAGMA foreign_key_check").fetchall() == []
    assert made.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    for table in desk.tables:
        if table != "sources":
            assert made.execute(f'SELECT count(*) FROM "{table}"').fetchall() == [(counts["jsonl"][table],)]
    found = made.execute("SELECT rowid FROM articles_fts WHERE articles_fts MATCH 'council'").fetchall()
    assert found
    assert made.execute("SELECT typeof(value) FROM times WHERE value IS NOT NULL LIMIT 1").fetchall() == [("text",)]
    made.close()


@pytest.mark.filterwarnings("ignore")
def test_datasette_shows_references_and_searches(out):
    from datasette.app import Datasette

    async def ask(path):
        response = await Datasette([str(out[0] / "sqlite" / "desk.db")]).client.get(path)
        assert response.status_code == 200
        return response

    tables = asyncio.run(ask("/desk.json")).json()["tables"]
    by_name = {table["name"]: table for table in tables}
    assert by_name["articles"]["fts_table"] == "articles_fts"
    refers = {key["column"]: key["other_table"] for key in by_name["quotes"]["foreign_keys"]["outgoing"]}
    assert refers["article_id"] == "articles"
    assert refers["speaker_name_id"] == "names"
    found = asyncio.run(ask("/desk/articles.json?_search=council&_shape=array")).json()
    assert found
    assert "<script>alert" not in asyncio.run(ask("/desk/articles")).text


def test_annotations_have_the_structure_of_the_standard_and_select_what_they_say(desk, out):
    import jsonschema

    page = json.loads((out[0] / "annotations" / "annotations.jsonld").read_text("utf-8"))
    jsonschema.validate(page, ANNOTATION_PAGE)
    assert {one["motivation"] for one in page["items"]} >= {"identifying", "tagging"}
    assert len({one["id"] for one in page["items"]}) == len(page["items"])
    checked = 0
    for one in page["items"]:
        for target in one["target"] if isinstance(one["target"], list) else [one["target"]]:
            if isinstance(target["source"], dict):
                text = desk.text(target["source"]["id"].removeprefix("urn:sha256:"))
                position, quoted = target["selector"]
                start, end = position["start"], position["end"]
                assert quoted["exact"].encode("utf-8", "replace").decode() == text[start:end]
                assert text[:start].endswith(quoted["prefix"])
                assert text[end:].startswith(quoted["suffix"])
                checked += 1
            else:
                assert target["source"].startswith("https://")
    assert checked > 50


SELECTORS = {
    "TextPositionSelector": {
        "required": ["start", "end"],
        "properties": {"start": {"type": "integer", "minimum": 0}, "end": {"type": "integer", "minimum": 0}},
    },
    "TextQuoteSelector": {
        "required": ["exact"],
        "properties": {name: {"type": "string"} for name in ("exact", "prefix", "suffix")},
    },
    "FragmentSelector": {
        "required": ["value"],
        "properties": {"value": {"type": "string"}, "conformsTo": {"type": "string", "format": "uri"}},
    },
}
SELECTOR = {
    "oneOf": [
        {
            **rules,
            "type": "object",
            "required": ["type", *rules["required"]],
            "properties": {**rules["properties"], "type": {"const": name}},
        }
        for name, rules in SELECTORS.items()
    ]
}
TARGET = {
    "type": "object",
    "required": ["type", "source", "selector"],
    "properties": {
        "type": {"const": "SpecificResource"},
        "source": {"oneOf": [{"type": "string"}, {"type": "object", "required": ["id"]}]},
        "selector": {"oneOf": [SELECTOR, {"type": "array", "items": SELECTOR, "minItems": 1}]},
    },
}
MOTIVATIONS = (
    "assessing bookmarking classifying commenting describing editing highlighting identifying linking moderating"
)
ANNOTATION_PAGE = {
    "type": "object",
    "required": ["@context", "id", "type", "items"],
    "properties": {
        "@context": {"const": "http://www.w3.org/ns/anno.jsonld"},
        "type": {"const": "AnnotationPage"},
        "items": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["@context", "id", "type", "target"],
                "properties": {
                    "type": {"const": "Annotation"},
                    "motivation": {"enum": [*MOTIVATIONS.split(), "moderating", "questioning", "replying", "tagging"]},
                    "body": {
                        "type": "object",
                        "required": ["type", "value"],
                        "properties": {"type": {"const": "TextualBody"}, "value": {"type": "string"}},
                    },
                    "target": {"oneOf": [TARGET, {"type": "array", "items": TARGET, "minItems": 1}]},
                },
            },
        },
    },
}
"""What sections 3 and 4 of the Web Annotation Data Model say MUST be there."""


def test_a_fragment_names_short_text_whole_and_long_text_by_its_ends():
    assert fragment("The wall, of Sele-on-Sea") == ":~:text=The%20wall%2C%20of%20Sele%2Don%2DSea"
    long = " ".join(f"word{number}" for number in range(40))
    first, last = fragment(long).removeprefix(":~:text=").split(",")
    assert long.startswith(unquote(first))
    assert long.endswith(unquote(last))


def test_the_timeline_has_the_structure_that_timelinejs_documents(out):
    import jsonschema

    when = {
        "type": "object",
        "required": ["year"],
        "properties": {
            "year": {"type": "integer"},
            "month": {"type": "integer", "minimum": 1, "maximum": 12},
            "day": {"type": "integer", "minimum": 1, "maximum": 31},
        },
        "additionalProperties": False,
    }
    words = {"type": "object", "properties": {"headline": {"type": "string"}, "text": {"type": "string"}}}
    slide = {
        "type": "object",
        "required": ["start_date", "text", "unique_id"],
        "properties": {
            "start_date": when, "end_date": when, "text": words, "group": {"type": "string"},
            "unique_id": {"type": "string"},
        },
        "additionalProperties": False,
    }  # fmt: skip
    schema = {
        "type": "object",
        "required": ["events"],
        "properties": {"title": {"type": "object"}, "events": {"type": "array", "items": slide, "minItems": 1}},
    }
    made = json.loads((out[0] / "timelinejs" / "timeline.json").read_text("utf-8"))
    jsonschema.validate(made, schema)
    assert len({one["unique_id"] for one in made["events"]}) == len(made["events"])


def test_the_calendar_is_read_by_icalendar_with_days_and_what_is_only_announced(out):
    import icalendar

    raw = (out[0] / "ical" / "happenings.ics").read_bytes()
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    calendar = icalendar.Calendar.from_ical(raw)
    events = calendar.walk("VEVENT")
    assert len(events) == out[1]["ical"]["events"]
    assert not calendar.walk("VALARM")
    assert {str(event["STATUS"]) for event in events} == {"TENTATIVE", "CONFIRMED"}
    ready = [event for event in events if event.decoded("DTSTART") == date(2031, 6, 3)]
    assert ready
    assert ready[0].decoded("DTEND") == date(2031, 6, 3) + timedelta(days=1)
    assert ready[0]["STATUS"] == "TENTATIVE"
    assert "\n[" in str(ready[0]["DESCRIPTION"])
    assert all(not event.errors for event in events)


@pytest.mark.filterwarnings("ignore")
def test_entities_are_taken_by_followthemoney_with_every_value(out):
    from followthemoney import model

    seen, refers = {}, []
    for line in (out[0] / "ftm" / "entities.ftm.json").read_text("utf-8").splitlines():
        held = json.loads(line)
        entity = model.get_proxy({"id": held["id"], "schema": held["schema"], "properties": {}}, cleaned=False)
        for name, values in held["properties"].items():
            prop = entity.schema.get(name)
            assert prop is not None, (held["schema"], name)
            for value in values:
                entity.add(name, value, cleaned=False)
                if prop.type.name == "entity":
                    refers.append((value, prop.range))
                elif name in ("startDate", "endDate", "publishedAt"):
                    assert entity.get(name) == [value]
        seen[held["id"]] = entity.schema
    assert Counter(schema.name for schema in seen.values()) == out[1]["ftm"]
    for key, wanted in refers:
        assert key in seen
        assert wanted is None or seen[key].is_a(wanted)


def test_the_list_of_feeds_is_read_by_listparser(desk, out):
    import listparser

    read = listparser.parse((out[0] / "opml" / "feeds.opml").read_text("utf-8"))
    assert not read.bozo
    assert [feed.url for feed in read.feeds] == ["https://sele.example/feed?a=1&b=2"]
    assert read.feeds[0].title == '<script>alert(1)</script> "x'
    assert read.opportunities == []


@pytest.mark.filterwarnings("ignore")
def test_the_page_is_html_without_an_error_that_loads_and_runs_nothing(out):
    import html5lib

    page = (out[0] / "html" / "stories.html").read_text("utf-8")
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)
    names = Counter(element.tag for element in tree.iter() if isinstance(element.tag, str))
    assert not set(names) & {"script", "img", "svg", "iframe", "link", "object", "form", "base", "textarea"}
    assert names["style"] == 1
    assert names["section"] == out[1]["html"]["stories"]
    assert all(not name.startswith("on") for element in tree.iter() for name in element.attrib)
    anchors = [element.attrib["href"] for element in tree.iter("a")]
    targets = {element.attrib["id"] for element in tree.iter("section")}
    assert {anchor.removeprefix("#") for anchor in anchors} == targets


def test_markdown_shows_marks_and_obeys_none(out):
    text = (out[0] / "markdown" / "stories.md").read_text("utf-8")
    assert "<script" not in text
    assert "&lt;script" in text
    assert "](javascript" not in text
    assert "![" not in text
    assert text.count("\n# ") + text.startswith("# ") == out[1]["markdown"]["stories"]


@pytest.mark.parametrize("name", sorted(set(FORMATS) - {"jsonl", "parquet", "sqlite", "csv"}))
def test_no_control_character_leaves_in_a_file_for_other_tools(out, name):
    (path,) = (out[0] / name).iterdir()
    text = path.read_text("utf-8")
    if name == "annotations":  # JSON escapes them, and a selector must have them
        return
    assert not set(text) & {*map(chr, range(9)), *map(chr, range(11, 13)), *map(chr, range(14, 32)), "\x7f", "\x85"}


def test_every_format_is_the_same_when_written_again(desk, out, tmp_path):
    for name in sorted(set(FORMATS) - {"jsonl", "parquet", "sqlite"}):
        desk.export(tmp_path / name, format=name, texts=True)
        for path in sorted((tmp_path / name).iterdir()):
            assert path.read_bytes() == (out[0] / name / path.name).read_bytes()


@pytest.mark.parametrize("format", FORMATS)
def test_a_selection_holds_no_article_of_another_outlet(desk, tmp_path, format):
    outlet = next(article.outlet for article in desk.articles() if article.outlet and "Post" in article.outlet)
    assert desk.export(tmp_path / format, format=format, selection=Selection(outlet=outlet))
    if format == "jsonl":
        rows = [json.loads(line) for line in (tmp_path / format / "articles.jsonl").read_text("utf-8").splitlines()]
        assert {row["outlet"] for row in rows} == {outlet}
        quotes = [json.loads(line) for line in (tmp_path / format / "quotes.jsonl").read_text("utf-8").splitlines()]
        assert {row["article_id"] for row in quotes} <= {row["article_id"] for row in rows}
    if format == "sqlite":
        made = apsw.Connection(str(tmp_path / format / "desk.db"))
        assert made.execute("SELECT DISTINCT outlet FROM articles").fetchall() == [(outlet,)]


def test_a_selection_by_story_and_by_date(desk, tmp_path):
    story = max(desk.rows("stories"), key=lambda row: (len(row["article_ids"]), row["story_id"]))
    desk.export(tmp_path / "one", selection=Selection(story=story["story_id"]))
    rows = [json.loads(line) for line in (tmp_path / "one" / "articles.jsonl").read_text("utf-8").splitlines()]
    assert sorted(row["article_id"] for row in rows) == sorted(story["article_ids"])
    desk.export(tmp_path / "late", selection=Selection(since="2031-03-13", until="2031-03-13"))
    rows = [json.loads(line) for line in (tmp_path / "late" / "articles.jsonl").read_text("utf-8").splitlines()]
    assert rows
    assert {row["published"][:10] for row in rows} == {"2031-03-13"}


def test_a_format_or_a_story_that_is_not_there_is_refused(desk, tmp_path):
    with pytest.raises(UsageError, match="no format 'xls'"):
        desk.export(tmp_path, format="xls")
    with pytest.raises(NotFoundError, match="no story"):
        desk.export(tmp_path, selection=Selection(story="ffff"))


def test_a_file_of_ones_own_name_takes_the_place_of_what_was_there_only_when_whole(desk, tmp_path):
    path = tmp_path / "mine.ics"
    path.write_text("old")
    desk.export(path, format="ical")
    assert path.read_text("utf-8").startswith("BEGIN:VCALENDAR")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["mine.ics"]


def test_every_nested_column_of_the_contract_has_a_shape_in_parquet():
    for table in TABLES.values():
        schema = schema_of(table.name, table.columns)
        assert not [column for column in table.nested if str(schema.field(column).type) == "string"]
