"""The command line: arguments in, what was asked for out. `backstory --help` loads nothing but Typer."""

from __future__ import annotations

import os
import sys

import typer

from backstory.cli import (
    annotated,
    asking,
    building,
    deciding,
    positions,
    proving,
    reusing,
    searching,
    serving,
    stories,
    threads,
    timelines,
    watching,
)
from backstory.errors import BackstoryError

__all__ = ["app", "main"]

USAGE = 2
"""The exit status of a command that asks for what cannot be."""

INTERRUPTED = 130
"""The exit status of a command that Ctrl-C ended, as shells have it and Typer sets it."""

app = typer.Typer(
    name="backstory",
    help="Turn a pile of raw news into cited stories.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
MODULES = (
    building, watching, asking, annotated, reusing, stories, threads, timelines, positions, searching, deciding,
    proving, serving,
)  # fmt: skip
for module in MODULES:
    module.register(app)


@app.callback(invoke_without_command=True)
def _root(
    context: typer.Context,
    version: bool = typer.Option(False, "--version", help="Print the version and exit."),
) -> None:
    if version:
        from backstory import __version__

        typer.echo(f"backstory {__version__}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


def main() -> None:
    """Run the command line and exit with its status: 0 done, 1 it does not hold or nothing could be done, 2 usage."""
    try:
        app()
    except BackstoryError as error:
        typer.echo(f"backstory: {error}", err=True)
        sys.exit(USAGE)
    except (SystemExit, KeyboardInterrupt) as end:
        if isinstance(end, SystemExit) and end.code != INTERRUPTED:
            raise
        typer.echo("\nbackstory: stopped; what was done is kept, the same command goes on from here", err=True)
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
