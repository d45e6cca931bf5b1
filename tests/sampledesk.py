"""A desk of the sample, built once for all tests that look at its pages."""

from __future__ import annotations

import fcntl
from pathlib import Path

import pytest

from backstory.desk import Desk
from backstory.pipeline import build

SOURCES = Path(__file__).parents[1] / "sample" / "sources"


@pytest.fixture(scope="session")
def sample_path(tmp_path_factory):
    """Return the path of the desk; nothing may be written into it. Test processes side by side share one."""
    folder = tmp_path_factory.getbasetemp()
    if folder.name.startswith("popen-"):
        folder = folder.parent
    path = folder / "sample.desk"
    with (folder / "sample.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "sample.built").exists():
            with Desk(path, create=True) as desk:
                build(desk, [str(SOURCES)])
            (folder / "sample.built").touch()
    return path
