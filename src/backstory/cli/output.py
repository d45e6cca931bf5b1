"""Rows in, what the terminal or the next program reads out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from backstory.pipeline import Progress

__all__ = ["json_lines", "number", "plain", "progress_bar", "table"]


WRAPPED = ("problem", "source")
"""The columns whose end matters as much as their beginning."""

PIPED_WIDTH = 160
"""The width of a table that does not go to a terminal."""


def json_lines(rows: Iterable[Mapping[str, Any]]) -> None:
    """Print every row as one line of JSON."""
    for row in rows:
        typer.echo(json.dumps(row, ensure_ascii=False))


def number(value: int) -> str:
    """Return a number with its thousands apart."""
    return f"{value:,}"


def plain(text: str | None) -> str:
    """Return hostile text fit for a terminal: one line, no control characters, no markup."""
    return "".join(letter if letter.isprintable() else " " for letter in text or "")


def table(columns: Sequence[str], rows: Iterable[Sequence[str | None]], *, empty: str, wrap: bool = False) -> None:
    """Print rows under their columns, or `empty` where there are none; with `wrap` every cell is shown whole."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    shown = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for name in columns:
        whole = wrap or name in WRAPPED
        width = 10 if name == "id" else min(len(name), 10) + 2
        shown.add_column(name, min_width=width, no_wrap=not whole, overflow="fold" if whole else "ellipsis")
    for row in rows:
        shown.add_row(*(Text(plain(value)) for value in row))
    if not shown.row_count:
        typer.echo(empty)
        return
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=PIPED_WIDTH)
    console.print(shown)


@contextmanager
def progress_bar(*, quiet: bool) -> Iterator[Progress]:
    """Show how far the work is on standard error: counts, rate and time for every stage."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description:<10}"),
        BarColumn(bar_width=24),
        TextColumn("{task.completed:,.0f}{task.fields[of]} {task.fields[rate]}"),
        TimeElapsedColumn(),
    )
    tasks: dict[str, TaskID] = {}
    with Progress(*columns, console=console, transient=True, disable=quiet or not console.is_terminal) as bar:

        def advance(stage: str, done: int, total: int | None, /) -> None:
            of = "" if total is None else f" of {total:,}"
            if stage not in tasks:
                tasks[stage] = bar.add_task(stage, total=total, of=of, rate="")
            task = bar.tasks[tasks[stage]]
            speed = (task.completed + done) / task.elapsed if task.elapsed else 0
            bar.update(tasks[stage], advance=done, of=of, rate=f"({speed:,.0f}/s)" if speed else "")

        yield advance
