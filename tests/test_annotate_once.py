"""The model reads each text once: what it found is carried over, and the annotations are those of reading it again."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest
from piles import report

import backstory
from backstory.annotate import annotate
from backstory.annotate.carrying import Once, held
from backstory.annotate.reader import Reader
from backstory.desk import Desk
from backstory.pipeline import build
from backstory.records import Paragraph, Reading

COLUMNS = {
    "quotes": ("spans", "text", "kind", "cue", "speaker", "confidence"),
    "times": ("start", "end", "text", "value", "earliest", "latest"),
    "figures": ("start", "end", "text", "value", "unit", "as_of"),
    "mentions": ("start", "end", "text", "kind", "form", "confidence"),
}


@cache
def model():
    return Reader()


def elsewhere(reading, published):
    """Return the same paragraphs in another source, with other things between them, published on another day."""
    text, paragraphs = "Menu\n", []
    for number, one in enumerate(reading.paragraphs):
        paragraphs.append(Paragraph(len(text), len(text) + one.end - one.start, one.kind))
        text += reading.text[one.start : one.end] + "\n" + "Share this story\n" * (number % 3)
    article = replace(
        reading.article, article_id="twin", source_id="other", published=published,
        published_earliest=published, published_latest=published, start=5, end=len(text),
    )  # fmt: skip
    return Reading(article, text, tuple(paragraphs))


@pytest.mark.parametrize("name", ["006_courier_dam.txt", "003_vpr_letter.txt", "024_aco_barrage.txt"])
def test_what_is_carried_over_is_what_reading_it_again_gives(name):
    (whole, *_) = backstory.read(f"sample/sources/crawl/{name}")
    one = Reading(whole.article, whole.text, whole.paragraphs)
    twin = elsewhere(one, "2031-05-06")
    once = Once(model(), {"twin": held(model().seen(one), one)})
    assert list(annotate([twin], reader=once)) == list(annotate([twin], reader=model()))


@pytest.fixture
def counted(monkeypatch):
    read, original = [], Reader.seen

    def seen(self, reading):
        read.append(reading.article.article_id)
        return original(self, reading)

    monkeypatch.setattr(Reader, "seen", seen)
    return read


def annotations(path, *folders):
    with Desk(path, create=True) as desk:
        build(desk, [str(folder) for folder in folders], until="annotate")
        ids = [row["article_id"] for row in desk.rows("articles")]
        made = {
            (name, row["article_id"], *(str(row[column]) for column in columns))
            for name, columns in COLUMNS.items()
            for row in desk.rows(name)
        }
    return ids, made


def test_a_desk_reads_equal_texts_once_whenever_they_come(tmp_path, counted):
    lines = report(3)
    for name, more in (("one", []), ("two", ["We use cookies and similar technologies to improve your experience."])):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.txt").write_text("\n".join([*more, *lines]))
    (tmp_path / "three").mkdir()
    (tmp_path / "three" / "a.txt").write_text("\n".join(["Share", "Published2 days ago", *lines]))
    folders = [tmp_path / name for name in ("one", "two", "three")]
    path = tmp_path / "news.desk"
    annotations(path, *folders[:2])
    assert len(counted) == 1
    ids, together = annotations(path, folders[2])
    assert len(ids) == 3
    assert len(counted) == 1
    apart = set.union(*(annotations(tmp_path / f"{folder.name}.desk", folder)[1] for folder in folders))
    assert len(counted) == 4
    assert together == apart
