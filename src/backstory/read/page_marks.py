"""A walked page in, marks out: what each line is, as far as the markup and the page model tell."""

from __future__ import annotations

from backstory.read.page_metadata import Facts
from backstory.read.page_text import Page
from backstory.records import Mark, Stated

__all__ = ["marks_of"]


def marks_of(page: Page, facts: Facts, stated: Stated) -> tuple[Mark, ...]:
    """Return what is known of the lines of a page."""
    return ()
