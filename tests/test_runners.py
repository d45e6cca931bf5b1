"""The pool: results in order, processes that are killed, batches that kill."""

from __future__ import annotations

import os
import signal
import time

import pytest

from backstory import BackstoryError
from backstory.runners.local import Pool


def square(number):
    time.sleep(0.002 * (number % 3))
    return number * number


def killed_once(task):
    number, mark = task
    if number == 5 and not os.path.exists(mark):
        open(mark, "w").close()
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def always_killed(number):
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


@pytest.mark.parametrize("jobs", [1, 2, 3])
def test_results_come_in_the_order_of_the_items(jobs):
    with Pool(jobs) as pool:
        assert list(pool(square, range(30))) == [number * number for number in range(30)]
        assert list(pool(square, [])) == []
        assert list(pool(square, [7])) == [49]


def test_a_killed_process_loses_no_item_and_repeats_none(tmp_path):
    with Pool(2) as pool:
        tasks = [(number, str(tmp_path / "killed")) for number in range(20)]
        assert list(pool(killed_once, tasks)) == list(range(20))


def test_a_batch_that_always_kills_ends_with_what_to_do():
    with Pool(2) as pool, pytest.raises(BackstoryError, match="--jobs 1, it goes on from here"):
        list(pool(always_killed, range(10)))
