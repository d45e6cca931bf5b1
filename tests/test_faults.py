"""What a machine does to a run: kills, full disks, clocks that jump, two builders, desks that may not be written."""

from __future__ import annotations

import datetime as clock
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import piles
import pytest

from backstory.desk import Desk, writer_lock
from backstory.errors import DeskError
from backstory.pipeline import build

COMMAND = [sys.executable, "-m", "backstory.cli", "build"]
KILLS = 3
"""`python -m benchmarks faults` tries 200."""
HOLD = """
import sys, time
from backstory.desk import writer_lock
with writer_lock(sys.argv[1]):
    print("held", flush=True)
    time.sleep(60)
"""
LIMIT = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, ({0}, {0}))
sys.argv = ["backstory", *sys.argv[1:]]
from backstory.cli import main
main()
"""


@pytest.fixture(scope="module")
def pile(tmp_path_factory):
    """Return a folder of sources and what a desk that nobody disturbs makes of it."""
    folder = tmp_path_factory.mktemp("faults")
    piles.write_pile(folder / "in", 8)
    with Desk(folder / "calm.desk", create=True) as desk:
        build(desk, [str(folder / "in")])
        return folder / "in", piles.tables(desk)


def made(path):
    with Desk(path) as desk:
        assert not any(fault.broken for checked in desk.verify() for fault in checked.faults)
        return piles.tables(desk)


def run(*words):
    return subprocess.run([*COMMAND, *map(str, words), "--quiet"], capture_output=True, text=True, check=False)


def test_a_build_killed_at_random_moments_ends_with_the_tables_of_a_calm_one(pile, tmp_path):
    folder, calm = pile
    desk, moments = tmp_path / "killed.desk", random.Random(8)
    for _ in range(KILLS):
        process = subprocess.Popen(
            [*COMMAND, str(folder), "--desk", str(desk), "--jobs", "1", "--quiet"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        time.sleep(moments.uniform(0.3, 2.5))
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert run(folder, "--desk", desk, "--jobs", 1).returncode == 0
    assert made(desk) == calm


def test_a_disk_that_fills_up_ends_a_build_with_what_to_do_and_the_next_run_goes_on(pile, tmp_path):
    folder, calm = pile
    desk = tmp_path / "full.desk"
    command = [sys.executable, "-c", LIMIT.format(300_000), "build", str(folder), "--desk", str(desk), "--jobs", "1"]
    stopped = subprocess.run(command, capture_output=True, text=True, check=False)
    assert stopped.returncode == 2, stopped.stderr
    assert "run the same command again" in stopped.stderr
    assert "Traceback" not in stopped.stderr
    assert run(folder, "--desk", desk, "--jobs", 1).returncode == 0
    assert made(desk) == calm


def test_a_clock_that_jumps_back_and_forth_changes_nothing_but_the_time_of_reading(pile, tmp_path, monkeypatch):
    folder, calm = pile
    hours = random.Random(4)

    class Jumping(clock.datetime):
        @classmethod
        def now(cls, tz=None):
            return clock.datetime(2020, 1, 1, tzinfo=clock.UTC) + clock.timedelta(hours=hours.randrange(90_000))

    monkeypatch.setattr("backstory.desk.write.datetime", Jumping)
    with Desk(tmp_path / "jumped.desk", create=True) as desk:
        build(desk, [str(folder)], until="clean")
        os.utime(next(folder.iterdir()), (0, 0))
        build(desk, [str(folder)])
    assert made(tmp_path / "jumped.desk") == calm


def test_a_second_builder_says_that_another_is_at_work(pile, tmp_path):
    folder, _ = pile
    with writer_lock(tmp_path / "two.desk"):
        second = run(folder, "--desk", tmp_path / "two.desk")
    assert second.returncode == 2
    assert "another process is building" in second.stderr


def test_the_lock_of_a_killed_builder_is_free_again(pile, tmp_path):
    folder, _ = pile
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path / "x.desk")], stdout=subprocess.PIPE, text=True)
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(DeskError), writer_lock(tmp_path / "x.desk"):
        pass
    holder.kill()
    holder.wait()
    holder.stdout.close()
    with writer_lock(tmp_path / "x.desk"):
        pass


def test_a_desk_opened_to_read_alone_is_asked_while_another_process_writes_and_refuses_to_be_written(pile, tmp_path):
    folder, calm = pile
    path = tmp_path / "read.desk"
    with Desk(path, create=True) as writing, Desk(path, read_only=True) as reading:
        build(writing, [str(folder)], until="clean")
        assert reading.status().articles == len(calm["articles"])
        with pytest.raises(DeskError, match="may not be written"):
            build(reading, [str(folder)])


def test_what_a_killed_bulk_run_finished_is_kept_and_the_next_ends_with_the_same_files(pile, tmp_path):
    from backstory.runners.bulk.flow import build_tables

    folder, _ = pile
    process = subprocess.Popen(
        [*COMMAND, str(folder), "--to", str(tmp_path / "out"), "--jobs", "1"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    for _ in range(600):
        if list((tmp_path / "out").glob("marks/clean/*.json")) or process.poll() is not None:
            break
        time.sleep(0.1)
    process.kill()
    process.wait()
    kept = {path: path.stat().st_mtime_ns for path in (tmp_path / "out" / "marks").rglob("*.json")}
    assert kept
    assert not (tmp_path / "out" / "manifest.json").exists() or process.returncode == 0
    for out in ("out", "calm"):
        build_tables([str(folder)], str(tmp_path / out), jobs=1)
    assert all(path.stat().st_mtime_ns == at for path, at in kept.items())
    ours, calm = (json.loads(Path(tmp_path, out, "manifest.json").read_text())["tables"] for out in ("out", "calm"))
    assert ours == calm
