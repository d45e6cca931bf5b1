"""A page in, the day that htmldate finds in it out: asked only where the page states no date of its article."""

from __future__ import annotations

import logging

__all__ = ["found_date"]

MAX_MARKUP = 1 << 20
"""Characters of markup beyond which it is not asked: its parser takes seconds for what is mostly script."""
EARLIEST, LATEST = "1995-01-01", "2100-01-01"
"""Fixed, so that the same page has the same date whenever it is read; there were hardly any news pages before."""


def found_date(markup: str) -> str | None:
    """Return the first day that is marked as that of publication, ISO 8601; None where only a guess would give one.

    Of 421 pages five state no date that we find; htmldate finds the right day of three of these and none on one,
    which has none. Its extensive search guesses there: a date of the menu's.
    """
    if len(markup) > MAX_MARKUP:
        return None
    from htmldate import find_date

    logging.getLogger("htmldate").setLevel(logging.CRITICAL)
    try:
        found = find_date(markup, extensive_search=False, original_date=True, min_date=EARLIEST, max_date=LATEST)
    except Exception:  # whatever it stumbles over, it then has no opinion
        return None
    return str(found) if found else None
