"""The bulk path: the desk's own answers, whatever the engine, the order, the days and what is killed on the way."""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
from pathlib import Path

import cloudpickle
import piles
import pyarrow.parquet
import pytest

from backstory.desk import Desk
from backstory.desk.tables import TABLES
from backstory.errors import DeskError, NotFoundError, UsageError
from backstory.pipeline import build
from backstory.runners.bulk.engine import engine_for
from backstory.runners.bulk.flow import build_tables, to_clean
from backstory.runners.bulk.from_desk import tables_of_desk
from backstory.runners.bulk.joins import current_sources
from backstory.runners.bulk.lease import lease
from backstory.runners.bulk.slices import open_slice
from backstory.runners.bulk.store import Store, input_files
from backstory.runners.bulk.units import finish, unit
from backstory.runners.bulk.work import read_part

SAMPLE = Path(__file__).parents[1] / "sample" / "sources"
DAYS = (
    ("crawl/009_nordwire_20260303.txt", "crawl/026_ledger_politics.txt", "crawl/024_aco_barrage.txt"),
    ("crawl/013_bell_wall.txt", "crawl/023_nordwire_verdict.txt", "feeds/messager.json"),
)
"""Parts of the sample that stand for days; together they hold copies, passages, versions of quotes, stories of many."""


def of(day):
    """Return the paths of a day, in no order."""
    return [str(SAMPLE / name) for name in reversed(day)]


def tables(out):
    """Return every row of the tables at `out`."""
    store = Store(str(out))
    manifest = store.read_json("manifest.json")
    return {
        name: [row for file in files for row in store.read(file["path"])] for name, files in manifest["tables"].items()
    }


def plain(rows):
    """Return rows in an order of their own, as JSON: without the time of reading, anchors as text, nothing null."""

    def held(value, key=None):
        if isinstance(value, dict):
            return {k: held(v, k) for k, v in sorted(value.items()) if v is not None and k != "read_at"}
        if isinstance(value, list | tuple):
            return [held(each) for each in value]
        return str(value) if key == "anchor" else round(value, 9) if isinstance(value, float) else value

    return sorted(json.dumps(held(row), sort_keys=True, ensure_ascii=False) for row in rows)


def files(out):
    manifest = json.loads((Path(out) / "manifest.json").read_text())
    return {name: [file["path"] for file in held] for name, held in manifest["tables"].items()}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Return a desk, and tables of the same sources made in one go."""
    folder = tmp_path_factory.mktemp("bulk")
    paths = [path for day in DAYS for path in of(day)]
    with Desk(folder / "one.desk", create=True) as desk:
        build(desk, paths)
    build_tables(paths, str(folder / "out"), jobs=1)
    return folder


def test_every_table_of_the_desk_is_there_row_by_row(made):
    ours = tables(made / "out")
    assert set(ours) == set(TABLES)
    with Desk(made / "one.desk") as desk:
        theirs = {name: list(desk.rows(name)) for name in TABLES}
    for name in TABLES:
        assert plain(ours[name]) == plain(theirs[name]), name
    told = {name for name in TABLES if ours[name]}
    assert {"copies", "passages", "statements", "links", "stories", "quotes", "names", "happenings"} <= told


def test_day_by_day_and_in_another_order_leave_the_very_same_files(made, tmp_path):
    out = str(tmp_path / "out")
    for day in reversed(DAYS):
        build_tables(of(day), out, jobs=1)
    assert files(out) == files(made / "out")


def test_a_second_run_reads_no_file_and_writes_no_table(made):
    before = {path: path.stat().st_mtime_ns for path in (made / "out").rglob("*.parquet") if "current" not in str(path)}
    done = build_tables([path for day in DAYS for path in of(day)], str(made / "out"), jobs=1)
    after = {path: path.stat().st_mtime_ns for path in (made / "out").rglob("*.parquet") if "current" not in str(path)}
    assert (done.files, done.files - done.unchanged, done.written) == (done.unchanged, 0, 0)
    assert before == after


def test_tables_lie_by_day_under_the_hash_of_what_they_hold_and_the_manifest_names_no_other(made):
    out = made / "out"
    named = {path for held in files(out).values() for path in held}
    assert named == {str(path.relative_to(out)) for path in (out / "tables").rglob("*.parquet")}
    day = next(path for path in sorted(named) if path.startswith("tables/articles/day=2"))
    rows = pyarrow.parquet.read_table(out / day, partitioning=None).to_pylist()
    assert {row["published_earliest"][:10] for row in rows} == {day.split("day=")[1][:10]}
    assert not list(out.glob("work/*"))


def test_the_desk_of_all_tables_is_the_desk_built_directly(made, tmp_path):
    count = open_slice(str(made / "out"), tmp_path / "all.desk")
    with Desk(tmp_path / "all.desk") as desk, Desk(made / "one.desk") as other:
        assert count == desk.status().articles
        theirs, ours = piles.tables(other), piles.tables(desk)
        assert ours == theirs
        assert not any(checked.faults for checked in desk.verify())


def test_a_slice_holds_what_the_condition_chooses_and_verifies(made, tmp_path):
    rows = [row for row in tables(made / "out")["articles"] if row["outlet"] and row["published_earliest"]]
    outlet, day = rows[0]["outlet"], rows[0]["published_earliest"][:10]
    open_slice(str(made / "out"), tmp_path / "slice.desk", f"outlet = '{outlet}' and day >= '{day}'")
    wanted = {r["article_id"] for r in rows if r["outlet"] == outlet and r["published_earliest"][:10] >= day}
    with Desk(tmp_path / "slice.desk") as desk:
        held = {article.article_id for article in desk.articles()}
        assert wanted <= held
        assert len(held) < len(tables(made / "out")["articles"])
        assert not any(checked.faults for checked in desk.verify())


def test_conditions_that_choose_nothing_or_make_no_sense_say_so(made, tmp_path):
    with pytest.raises(NotFoundError, match="no article"):
        open_slice(str(made / "out"), tmp_path / "none.desk", "outlet = 'The Nowhere Times'")
    with pytest.raises(UsageError, match="cannot be understood"):
        open_slice(str(made / "out"), tmp_path / "none.desk", "outlet === 3")
    with pytest.raises(NotFoundError, match="no tables"):
        open_slice(str(tmp_path / "nowhere"), tmp_path / "none.desk")


def test_a_desk_writes_the_very_files_that_the_bulk_path_writes(made, tmp_path):
    with Desk(made / "one.desk", read_only=True) as desk:
        tables_of_desk(desk, str(tmp_path / "out"))
    ours, theirs = files(tmp_path / "out"), files(made / "out")
    assert {name for name in TABLES if ours[name] != theirs[name]} <= {"sources"}, "a desk knows when it read a source"


def test_paths_that_are_not_there_stop_a_run_before_it_does_anything(tmp_path):
    with pytest.raises(NotFoundError, match="is not there"):
        build_tables([str(tmp_path / "nothing")], str(tmp_path / "out"))
    with pytest.raises(NotFoundError, match="nothing is at"):
        input_files(f"{tmp_path}/*.txt")
    assert not (tmp_path / "out" / "marks").exists()


def test_patterns_find_files_in_order(tmp_path):
    for name in ("b.txt", "a.txt", "c.html"):
        (tmp_path / name).write_text("x")
    assert [Path(file.uri).name for file in input_files(f"{tmp_path}/*.txt")] == ["a.txt", "b.txt"]


def test_a_second_run_on_the_same_tables_says_that_another_writes_there(tmp_path):
    with lease(Store(str(tmp_path / "out"))), pytest.raises(DeskError, match="another process is building"):
        build_tables([str(SAMPLE / "feeds")], str(tmp_path / "out"))


def poisoned(store, held):
    """Read as ever, but end the process at any unit that holds the poisoned file."""
    if any("poison" in uri for uri, _, _ in held["files"]):
        os._exit(9)
    read_part(store, held)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")
def test_a_record_that_kills_its_worker_is_found_and_listed_and_the_rest_is_done(tmp_path):
    cloudpickle.register_pickle_by_value(sys.modules[__name__])
    paths = piles.write_pile(tmp_path / "in", 1)
    (tmp_path / "in" / "poison.txt").write_text("\n".join(piles.report(7)))
    store = Store(str(tmp_path / "out"))
    engine = engine_for(store, "daft", 2)
    held = [(file.uri, file.size, file.modified) for file in input_files(str(tmp_path / "in"))]
    options = {"columns": [], "max_source_bytes": 1 << 20, "max_ratio": 200}
    finish(engine, "read", [unit("read", held, options=options)], poisoned)
    rows = engine.part("read", "sources", "uri", "problem", "chars").to_pylist()
    assert sorted(Path(row["uri"]).name for row in rows) == sorted([*(path.name for path in paths), "poison.txt"])
    problems = {Path(row["uri"]).name: row["problem"] for row in rows if row["problem"]}
    assert "could not be worked on" in problems["poison.txt"]
    assert not any(row["chars"] == 0 for row in rows if Path(row["uri"]).name not in problems)
    gc.collect()  # the engine leaves its pipes to dead workers open, and says so when they are collected


def refusing(store, held):
    raise ValueError("this stage refuses everything")


def test_what_cannot_be_cleaned_is_kept_whole_with_its_problem(tmp_path):
    piles.write_pile(tmp_path / "in", 2)
    engine = engine_for(Store(str(tmp_path / "out")), "daft", 1)
    held = [(file.uri, file.size, file.modified) for file in input_files(str(tmp_path / "in"))]
    options = {"columns": [], "max_source_bytes": 1 << 20, "max_ratio": 200}
    finish(engine, "read", [unit("read", held, options=options)])
    finish(engine, "clean", to_clean(engine, current_sources(engine)), refusing)
    cleaned = engine.part("clean", "cleaned", "problem").to_pylist()
    assert len(cleaned) == 2
    assert all("this stage refuses everything" in row["problem"] for row in cleaned)
    assert [row["kind"] for row in engine.part("clean", "blocks", "kind").to_pylist()] == ["unknown", "unknown"]


RAY = """
import sys
from backstory.runners.bulk.flow import build_tables, to_clean
build_tables([sys.argv[1]], sys.argv[2], runner="ray", jobs=2)
"""


def test_two_ray_workers_leave_the_very_same_files(tmp_path):
    piles.write_pile(tmp_path / "in", 3)
    quiet = {**os.environ, "DO_NOT_TRACK": "1", "RAY_USAGE_STATS_ENABLED": "0", "RAY_DEDUP_LOGS": "0"}
    run = subprocess.run(
        [sys.executable, "-c", RAY, str(tmp_path / "in"), str(tmp_path / "ray")],
        env=quiet, capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr[-3000:]
    build_tables([str(tmp_path / "in")], str(tmp_path / "daft"), jobs=1)
    assert files(tmp_path / "ray") == files(tmp_path / "daft")
