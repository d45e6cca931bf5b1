"""The promises of the design, as properties: proof, nothing vanishes, same output, it says so, one bad article."""

from __future__ import annotations

import os
import random
import signal
import tempfile
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from piles import tables, texts, write_pile

from backstory import pipeline
from backstory.desk import Desk
from backstory.pipeline import build
from backstory.runners.local import Pool

KILLS = 50


def desk_of(paths, **options):
    desk = Desk(":memory:", create=True)
    build(desk, [str(path) for path in paths], **options)
    return desk


def broken(desk):
    return [fault for checked in desk.verify() for fault in checked.faults if fault.broken]


@given(st.lists(texts, max_size=6))
def test_every_span_of_any_pile_verifies_and_no_character_vanishes(pile):
    with tempfile.TemporaryDirectory() as folder:
        for number, text in enumerate(pile):
            (Path(folder) / f"{number}.txt").write_text(text, encoding="utf-8", errors="replace")
        with desk_of([folder]) as desk:
            assert broken(desk) == []
            for source in desk.rows("sources"):
                text = desk.text(source["source_id"])
                held = "".join(text[b.start : b.end] for b in desk.blocks(source["source_id"]))
                assert "".join(held.split()) == "".join(text.split())


@settings(max_examples=25)
@given(st.lists(texts, min_size=2, max_size=6), st.randoms(use_true_random=False))
def test_any_order_and_any_batches_give_the_same_tables(pile, chance):
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{number}.txt" for number in range(len(pile))]
        for path, text in zip(paths, pile, strict=True):
            path.write_text(text, encoding="utf-8", errors="replace")
        with desk_of(paths) as whole:
            expected = tables(whole)
        chance.shuffle(paths)
        with Desk(":memory:", create=True) as desk:
            while paths:
                some = [str(paths.pop()) for _ in range(chance.randint(1, len(paths)))]
                build(desk, some)
            assert tables(desk) == expected


def test_one_process_and_two_give_the_same_tables(tmp_path, monkeypatch):
    monkeypatch.setattr(pipeline, "BATCH_CHARS", 3_000)
    write_pile(tmp_path, 20)
    with desk_of([tmp_path]) as alone, Pool(2) as pool, desk_of([tmp_path], runner=pool) as shared:
        assert tables(alone) == tables(shared)
        assert broken(shared) == []


def test_a_second_run_does_nothing_twice_and_changes_nothing(tmp_path):
    write_pile(tmp_path, 30)
    with desk_of([tmp_path]) as desk:
        before = tables(desk)
        report = build(desk, [str(tmp_path)])
        assert (report.sources, report.cleaned, report.unchanged) == (0, 0, 30)
        assert tables(desk) == before


def test_an_article_without_a_date_says_so(tmp_path):
    (tmp_path / "a.txt").write_text("Council meets in Sele\nThe council of Sele has met to talk about the sea wall.\n")
    with desk_of([tmp_path]) as desk:
        (article,) = desk.articles()
        assert article.published is None
        assert article.published_how is None


def test_an_article_that_cannot_be_cleaned_is_kept_whole_and_stops_nothing(tmp_path, monkeypatch):
    write_pile(tmp_path, 10)
    whole = pipeline.clean

    def poisoned(source, *more):
        if "plan 3 " in source.text:
            raise ZeroDivisionError("poison")
        return whole(source, *more)

    monkeypatch.setattr(pipeline, "clean", poisoned)
    with desk_of([tmp_path]) as desk:
        (row,) = desk.sources(problems=True)
        assert "could not be cleaned (ZeroDivisionError: poison)" in row["problem"]
        assert desk.status().articles >= 9
        assert broken(desk) == []


def test_an_article_that_cannot_be_annotated_is_kept_with_its_problem_and_stops_nothing(tmp_path, monkeypatch):
    write_pile(tmp_path, 10)
    whole = pipeline.annotate

    def poisoned(readings, **more):
        (reading,) = readings
        if "plan 3 " in reading.text:
            raise ZeroDivisionError("poison")
        return whole([reading], **more)

    monkeypatch.setattr(pipeline, "annotate", poisoned)
    with desk_of([tmp_path]) as desk:
        (row,) = desk.sources(problems=True)
        assert "could not be annotated (ZeroDivisionError: poison)" in row["problem"]
        assert desk.status().articles == desk.connection.execute("SELECT count(*) FROM annotated").fetchone()[0] >= 9
        assert broken(desk) == []


def test_a_file_that_changed_is_read_again(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("The first edition of the paper.\n")
    with desk_of([path]) as desk:
        path.write_text("The second edition of the paper, corrected.\n")
        report = build(desk, [str(path)])
        assert (report.new, report.unchanged) == (1, 0)
        assert desk.status().sources == 2


def run_and_kill(desk_path: Path, folder: Path, delay: float) -> bool:
    """Build in a child process, kill it after `delay` seconds, and say whether that was before it was done."""
    child = os.fork()
    if child == 0:
        try:
            with Desk(desk_path, create=True) as desk:
                build(desk, [str(folder)])
        finally:
            os._exit(0)
    time.sleep(delay)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_build_killed_at_any_point_ends_with_the_tables_of_one_that_was_not(tmp_path, monkeypatch):
    monkeypatch.setattr(pipeline, "BATCH_CHARS", 2_000)
    monkeypatch.setattr(pipeline, "BATCH_ARTICLES", 2)
    monkeypatch.setattr(pipeline, "BATCH_SOURCES", 3)
    folder = tmp_path / "pile"
    write_pile(folder, 12)
    began = time.monotonic()
    with desk_of([folder]) as whole:
        expected = tables(whole)
    lasts = time.monotonic() - began
    chance = random.Random(20)
    killed = 0
    for number in range(KILLS):
        path = tmp_path / f"{number}.desk"
        killed += run_and_kill(path, folder, chance.uniform(0, lasts))
        with Desk(path, create=True) as desk:
            build(desk, [str(folder)])
            assert tables(desk) == expected
        path.unlink()
    assert killed > KILLS // 2
