"""A host in, its fold out, and the page model that saw no page of that fold: what the scorer labels pages with."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from zlib import crc32

from backstory.read.page_model import Trees, trees_from

FOLDS = 5
KEPT = Path(__file__).parent


def fold_of(host: str) -> int:
    """Return the fold of a host; `news.example.org` and `www.example.org` share one."""
    return crc32(".".join(host.split(".")[-2:]).encode()) % FOLDS


@cache
def fold_trees(fold: int) -> Trees:
    return trees_from(KEPT / f"fold{fold}.npz")
