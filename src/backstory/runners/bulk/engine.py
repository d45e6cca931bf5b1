"""Daft, on this machine or on Ray: frames over the store's tables, functions mapped over them, results kept.

All that the bulk path asks of the engine passes through here and `joins`; no function that is mapped knows of it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from backstory.errors import UsageError
from backstory.runners.bulk.shapes import own
from backstory.runners.bulk.store import Store

if TYPE_CHECKING:
    from daft import DataFrame, Series
    from daft.io import IOConfig

__all__ = ["RUNNERS", "Engine", "engine_for"]

RUNNERS = ("daft", "ray")
ROWS_AT_ONCE = 256
"""Rows handed to a function in one call, unless it asks for fewer."""
RAY_MEMORY = 512 << 20
"""Bytes of the object store of a Ray that is started here; a cluster that is there already keeps its own."""

Function = Callable[[Any], Sequence[Any]]
"""Rows in, as dictionaries or as an array of structs, one answer for each out."""
Worker = Any
"""A class of the engine's making, which no type describes."""


def engine_for(store: Store, runner: str, jobs: int) -> Engine:
    """Return an engine: Daft's own, or Daft on the Ray cluster that `RAY_ADDRESS` names, else one started here.

    Raises:
        UsageError: the extra `scale` is not installed.
    """
    os.environ.setdefault("DO_NOT_TRACK", "1")
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    try:
        import daft
    except ImportError as error:
        raise UsageError("--runner needs Daft: install the extra, pip install 'backstory[scale]'") from error
    config = _storage()
    if config is not None:
        daft.set_planning_config(default_io_config=config)
    if runner == "ray":
        _start_ray(jobs)
        _choose("ray", daft.set_runner_ray)
    else:
        _choose("native", daft.set_runner_native)
    return Engine(store, jobs, distributed=runner == "ray")


def _start_ray(jobs: int) -> None:
    """Join the cluster that `RAY_ADDRESS` names, or start one of this machine's that ends with this process."""
    try:
        import ray
    except ImportError as error:
        raise UsageError("--runner ray needs Ray: install the extra, pip install 'backstory[scale]'") from error
    if ray.is_initialized():
        return
    quiet = {"log_to_driver": False, "logging_level": "ERROR"}
    if os.environ.get("RAY_ADDRESS"):
        ray.init(**quiet)
    else:
        ray.init("local", num_cpus=jobs, object_store_memory=RAY_MEMORY, include_dashboard=False, **quiet)


def _choose(name: str, choose: Callable[[], object]) -> None:
    """Let Daft run on the engine `name`, which a process can choose once."""
    import daft
    from daft.exceptions import DaftCoreException

    try:
        choose()
    except DaftCoreException as error:
        if daft.get_or_infer_runner_type() != name:
            raise UsageError("Daft runs on another engine in this process already: start another process") from error


def _storage() -> IOConfig | None:
    """Return how the engine reaches an S3 other than Amazon's, which `AWS_ENDPOINT_URL` names."""
    endpoint = os.environ.get("AWS_ENDPOINT_URL")
    if not endpoint:
        return None
    from daft.io import IOConfig, S3Config

    return IOConfig(
        s3=S3Config(
            endpoint_url=endpoint,
            key_id=os.environ.get("AWS_ACCESS_KEY_ID"),
            access_key=os.environ.get("AWS_SECRET_ACCESS_KEY"),
            region_name=os.environ.get("AWS_REGION", "us-east-1"),
            use_ssl=endpoint.startswith("https"),
        )
    )


@dataclass(frozen=True)
class Engine:
    """Frames over a store. `jobs` processes work at once; `distributed` where they are Ray's."""

    store: Store
    jobs: int
    distributed: bool

    def rows(self, held: Sequence[Mapping[str, Any]], schema: pa.Schema) -> DataFrame:
        """Return a frame of `held`."""
        import daft

        return daft.from_arrow(pa.Table.from_pylist(list(held), schema=schema))

    def part(self, stage: str, table: str, *columns: str) -> DataFrame:
        """Return a table of all finished parts of a stage; columns that are not named are not read."""
        import daft

        marks = self.store.marks(stage)
        chunks = [chunk for mark in marks for chunk in mark.get("chunks", [mark.get("part")])]
        wanted = list(columns) or own(stage, table).names
        if not chunks:
            schema = own(stage, table)
            return self.rows([], pa.schema([schema.field(name) for name in wanted]))
        files = [self.store.path(f"parts/{stage}/{chunk}/{table}.parquet") for chunk in chunks]
        return daft.read_parquet(files).select(*wanted)

    def kept(self, frame: DataFrame, name: str) -> DataFrame:
        """Work a frame out, keep it in the store until the run is over, and return it as read from there."""
        import daft

        self.store.delete(f"work/{name}")
        paths = self.written(frame, f"work/{name}")
        return daft.read_parquet(paths) if paths else self.rows([], frame.schema().to_pyarrow_schema())

    def written(self, frame: DataFrame, folder: str) -> list[str]:
        """Write a frame into a folder of the store beside what is there; return the paths of its files."""
        where = self.store.path(folder)
        if "://" not in where:
            os.makedirs(where, exist_ok=True)
        written = frame.write_parquet(where, write_mode="append", compression="zstd").to_pydict()["path"]
        return [f"{where}/{path.rsplit('/', 1)[-1]}" for path in written]

    def mapped(
        self,
        frame: DataFrame,
        function: Function,
        returns: pa.DataType,
        *,
        name: str = "out",
        at_once: int = ROWS_AT_ONCE,
        processes: bool = False,
        arrow: bool = False,
    ) -> DataFrame:
        """Return `frame` with a column `name` of what `function` answers to its rows.

        With `processes` it runs in as many processes as there are jobs, each of which loads what it needs once. With
        `arrow` it is handed an array of structs instead of dictionaries.
        """
        from daft import col
        from daft.functions import to_struct

        worker = _worker(
            returns, at_once, self.jobs if processes and (self.jobs > 1 or self.distributed) else None, arrow=arrow
        )
        whole = to_struct(**{column: col(column) for column in frame.column_names})
        return frame.with_column(name, worker(function).apply(whole))

    def exploded(
        self, frame: DataFrame, function: Function, schema: pa.Schema, *, at_once: int = ROWS_AT_ONCE
    ) -> DataFrame:
        """Return the rows, of `schema`, that `function` answers with: a list for every row of `frame`."""
        from daft import col

        made = self.mapped(frame, function, pa.list_(pa.struct(list(schema))), at_once=at_once).select("out")
        made = made.where(col("out").list_count() > 0).explode("out")
        return made.select(*(col("out").get(field.name).alias(field.name) for field in schema))

    def grouped(self, frame: DataFrame, by: str, name: str = "held") -> DataFrame:
        """Return one row for each value of `by`, with its rows as a list of structs in `name`."""
        from daft import col
        from daft.functions import to_struct

        rest = {column: col(column) for column in frame.column_names if column != by}
        return frame.select(by, to_struct(**rest).alias(name)).groupby(by).agg(col(name).list_agg().alias(name))


def _worker(returns: pa.DataType, at_once: int, processes: int | None, *, arrow: bool) -> Worker:
    """Return a class that the engine makes once in each worker, and whose method it calls with batches of rows."""
    import daft

    kind = daft.DataType.from_arrow_type(returns)

    class Calls:
        def __init__(self, function: Function) -> None:
            self.function = function

        @daft.method.batch(return_dtype=kind, batch_size=at_once)  # type: ignore[untyped-decorator]
        def apply(self, rows: Series) -> pa.Array:
            if not len(rows):
                return pa.array([], type=returns)
            return pa.array(self.function(rows.to_arrow() if arrow else rows.to_pylist()), type=returns)

    if processes is None:
        return daft.cls(Calls)
    return daft.cls(Calls, max_concurrency=processes, use_process=True)
