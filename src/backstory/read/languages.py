"""A language's name as an archive or a table states it in, its ISO 639-1 code out."""

from __future__ import annotations

import re

from backstory.read.wordlists import named_sets

__all__ = ["language_code"]


def language_code(name: str) -> str | None:
    """Return the ISO 639-1 code of the first language that `name` names in one of the known languages."""
    first = re.split(r"[;,/]", name)[0].strip().casefold()
    known = named_sets("language_names")
    return next((code for code in sorted(known) if first in known[code]), None)
