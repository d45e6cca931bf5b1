"""A desk of an older schema in, the same desk of today's out, with a backup of what it was beside it.

Version 1 is the first that is released. Whoever changes `schema.sql` after a release raises `SCHEMA_VERSION` by one and
adds the step that makes the new version of the one before.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import apsw

from backstory.errors import DeskError

__all__ = ["STEPS", "migrate"]

STEPS: Mapping[int, str] = {}
"""For each version after the first, the SQL that makes it of the version before."""


def migrate(connection: apsw.Connection, path: Path, to: int, steps: Mapping[int, str] | None = None) -> Path:
    """Bring a desk forwards to version `to`, step by step, all or nothing; return where its backup lies.

    The caller holds the writer's lock and has opened the desk for writing.

    Raises:
        DeskError: a step is missing or fails, or the backup cannot be written; the desk stays what it was.
    """
    steps = STEPS if steps is None else steps
    version = int(connection.pragma("user_version"))
    missing = [str(number) for number in range(version + 1, to + 1) if number not in steps]
    if missing:
        raise DeskError(f"{path} is of version {version} and no step leads to {', '.join(missing)}: build it anew")
    backup = _backed_up(connection, path, version)
    connection.pragma("foreign_keys", False)  # a step may make a table anew; what it leaves is checked below
    try:
        connection.execute("BEGIN IMMEDIATE")
        for number in range(version + 1, to + 1):
            connection.execute(steps[number])
        if connection.execute("PRAGMA foreign_key_check").fetchall():
            raise DeskError(f"{path} could not be brought to version {to}: rows would lose what they refer to")
        connection.execute(f"PRAGMA user_version = {to}")
        connection.execute("COMMIT")
    except (apsw.Error, DeskError) as error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise DeskError(f"{path} stays of version {version} ({error}); a copy is {backup}") from error
    finally:
        connection.pragma("foreign_keys", True)
    return backup


def _backed_up(connection: apsw.Connection, path: Path, version: int) -> Path:
    """Write a whole copy of a desk beside it, under a name that tells its version; one that is there is kept."""
    backup = path.with_name(f"{path.name}.version-{version}")
    if backup.exists():
        return backup
    made = path.with_name(f"{backup.name}.part")
    made.unlink(missing_ok=True)
    try:
        connection.execute("VACUUM INTO ?", (str(made),))
        with open(made, "rb") as file:
            os.fsync(file.fileno())
        os.replace(made, backup)
    except (apsw.Error, OSError) as error:
        made.unlink(missing_ok=True)
        raise DeskError(
            f"no backup of {path} could be written ({error}): free some space, nothing was changed"
        ) from error
    return backup
