"""Where the evaluation sets and the sample are: the sets stay outside the repository, for their texts are not ours."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["ROOT", "SAMPLE", "shared"]

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "sample" / "sources"


def shared(name: str) -> Path | None:
    """Return the path of a set in ../shared (or where BACKSTORY_SHARED says), or None and say that it was left out."""
    path = Path(os.environ.get("BACKSTORY_SHARED", ROOT.parent / "shared")) / name
    if path.exists():
        return path
    print(f"left out: {name} is not there (../shared, or the folder that BACKSTORY_SHARED names)")
    return None
