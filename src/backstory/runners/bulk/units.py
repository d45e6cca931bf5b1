"""Units of work in, their finished parts out, whatever happens to the processes that work on them.

A unit that is finished has its mark in the store, so only what has none is worked on. Where a process is killed, what
it left is tried again; where that happens over and over, the units are halved until the one record that kills is found
and listed with its problem.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from backstory.errors import BackstoryError
from backstory.records import content_id
from backstory.runners.bulk.store import Store
from backstory.runners.bulk.work import WORK, give_up

if TYPE_CHECKING:
    from backstory.runners.bulk.engine import Engine

__all__ = ["Unit", "finish", "unit"]

Unit = dict[str, Any]
Work = Callable[[Store, Mapping[str, Any]], None]

TRIES = 2
"""How often units are tried together before they are halved: a node that is lost once has no culprit."""
MOST_GIVEN_UP = 100
"""Records of one run that are given up; where more fail, as where a disk is full, the run ends and says so."""
_RECORDS = {"read": "files", "clean": "records", "annotate": "records"}


def unit(stage: str, records: Sequence[Any], **more: object) -> Unit:
    """Return a unit of `records`; its id derives from all that it holds."""
    held = {_RECORDS[stage]: list(records), **more}
    return {"id": content_id(stage, json.dumps(held, sort_keys=True, ensure_ascii=True)), **held}


@dataclass(frozen=True)
class _Do:
    """Works on units of a stage in a worker. It travels there as the store's address and the stage's function."""

    store: Store
    work: Work

    def __call__(self, rows: list[dict[str, Any]]) -> list[str | None]:
        return [self._done(json.loads(row["unit"])) for row in rows]

    def _done(self, held: Unit) -> str | None:
        """Finish a unit; return what went wrong, if anything did."""
        try:
            self.work(self.store, held)
        except Exception as error:
            return f"{type(error).__name__}: {error}"
        return None


def finish(engine: Engine, stage: str, units: Sequence[Unit], work: Work | None = None) -> None:
    """Work on `units` until each is finished, if only by the problem that its one record has.

    `work` is what is done to a unit, the stage's own unless it is given.

    Raises:
        BackstoryError: more than `MOST_GIVEN_UP` records cannot be worked on: the fault is not theirs.
    """
    work, left = work or WORK[stage], list(units)
    for _ in range(TRIES):
        if left:
            _run(engine, work, left)
            left = _left(engine, stage, left)
    alone = len(left) == 1 and len(left[0][_RECORDS[stage]]) > 1
    _halve(engine, stage, _halves(stage, left[0]) if alone else left, work, [0])


def _left(engine: Engine, stage: str, units: Sequence[Unit]) -> list[Unit]:
    done = set(engine.store.files(f"marks/{stage}", ".json"))
    return [each for each in units if f"marks/{stage}/{each['id']}.json" not in done]


def _run(engine: Engine, work: Work, units: Sequence[Unit]) -> str | None:
    """Work on units; return what went wrong with one of them, if anything did."""
    held = [{"unit": json.dumps(each, ensure_ascii=True)} for each in units]
    frame = engine.rows(held, pa.schema([("unit", pa.string())]))
    if engine.distributed:
        frame = frame.into_partitions(max(1, min(len(units), 4 * engine.jobs)))
    done = engine.mapped(frame, _Do(engine.store, work), pa.string(), at_once=1, processes=True)
    try:
        return next((row["out"] for row in done.select("out").to_pylist() if row["out"]), None)
    except Exception as error:  # of any kind: the engine says in many ways that a process of its own was killed
        return f"ended the process that worked on it ({type(error).__name__})"


def _halve(engine: Engine, stage: str, units: Sequence[Unit], work: Work, given_up: list[int]) -> None:
    """Finish units of which some fail or end every process that works on them."""
    for each in units:
        records = each[_RECORDS[stage]]
        problem = _run(engine, work, [each])
        if problem is None:
            continue
        if len(records) == 1:
            given_up[0] += 1
            if given_up[0] > MOST_GIVEN_UP:
                raise BackstoryError(f"{stage} fails on one record after another, the last time since it {problem}")
            give_up(engine.store, stage, each, problem)
            continue
        _halve(engine, stage, _halves(stage, each), work, given_up)


def _halves(stage: str, whole: Unit) -> list[Unit]:
    records = whole[_RECORDS[stage]]
    rest = {key: value for key, value in whole.items() if key not in ("id", _RECORDS[stage])}
    middle = len(records) // 2
    return [unit(stage, part, **rest) for part in (records[:middle], records[middle:])]
