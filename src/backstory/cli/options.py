"""The options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["AsJson", "DeskPath", "Limit"]

DeskPath = Annotated[
    Path, typer.Option("--desk", "-d", envvar="BACKSTORY_DESK", help="The desk, one SQLite file.", show_default=True)
]
AsJson = Annotated[bool, typer.Option("--json", help="Answer in JSON, one object a line.")]
Limit = Annotated[int | None, typer.Option("--limit", "-n", min=1, help="At most so many rows.")]
