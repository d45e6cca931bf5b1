"""A desk in, files out: its tables, its stories as pages, or what other tools take, all of it or a selection."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import apsw

from backstory.desk.exporting.annotations import write_annotations
from backstory.desk.exporting.calendar import write_calendar
from backstory.desk.exporting.entities import write_entities
from backstory.desk.exporting.opml import write_opml
from backstory.desk.exporting.pages import write_html, write_markdown
from backstory.desk.exporting.selecting import Chosen, Selection, chosen
from backstory.desk.exporting.sqlite import write_sqlite
from backstory.desk.exporting.tables import write_csv, write_jsonl, write_parquet
from backstory.desk.exporting.timelinejs import write_timelinejs
from backstory.errors import UsageError

__all__ = ["FORMATS", "Format", "Selection", "export"]


class Write(Protocol):
    """Writes a selection of a desk and returns how many rows of what it wrote."""

    def __call__(  # noqa: D102
        self, connection: apsw.Connection, to: Path, wanted: Chosen, *, with_texts: bool
    ) -> dict[str, int]: ...


@dataclass(frozen=True, slots=True)
class Format:
    """A format: what writes it, what it is, and the name of its file; None where it is a folder with a file a table."""

    write: Write
    what: str
    file: str | None = None


FORMATS: dict[str, Format] = {
    "jsonl": Format(write_jsonl, "JSON Lines, a file a table"),
    "parquet": Format(write_parquet, "Parquet, a file a table"),
    "csv": Format(write_csv, "CSV, a file a table, safe to open in a spreadsheet"),
    "sqlite": Format(write_sqlite, "one SQLite file with foreign keys and full text, as Datasette takes it", "desk.db"),
    "markdown": Format(write_markdown, "the stories as Markdown", "stories.md"),
    "html": Format(write_html, "the stories as one page that needs nothing else", "stories.html"),
    "annotations": Format(write_annotations, "W3C Web Annotations: quotes, happenings, passages", "annotations.jsonld"),
    "timelinejs": Format(write_timelinejs, "a timeline for TimelineJS", "timeline.json"),
    "ical": Format(write_calendar, "happenings as a calendar, those to come as tentative", "happenings.ics"),
    "ftm": Format(write_entities, "FollowTheMoney entities, one a line", "entities.ftm.json"),
    "opml": Format(write_opml, "feeds and outlets", "feeds.opml"),
}


def export(
    connection: apsw.Connection,
    to: str | Path,
    *,
    format: str = "jsonl",
    texts: bool = False,
    selection: Selection | None = None,
    advance: Callable[[str], None] | None = None,
) -> dict[str, int]:
    """Write a desk, or a selection of it, and return how many rows of what were written.

    Args:
        connection: to the desk.
        to: a folder; for a format of one file also that file, where the name has an ending.
        format: a name of FORMATS.
        texts: also the sources' texts, where tables are written.
        selection: what of the desk; all of it unless given.
        advance: is told the file that is written.

    Raises:
        UsageError: the format is not known.
        NotFoundError: there is no story as selected.
    """
    if format not in FORMATS:
        raise UsageError(f"no format {format!r}: there are {', '.join(FORMATS)}")
    chosen_format, path = FORMATS[format], Path(to)
    wanted = chosen(connection, selection or Selection())
    if chosen_format.file is None or not path.suffix or path.is_dir():
        path.mkdir(parents=True, exist_ok=True)
        path = path / chosen_format.file if chosen_format.file else path
    if advance is not None:
        advance(str(path))
    return chosen_format.write(connection, path, wanted, with_texts=texts)
