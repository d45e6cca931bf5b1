"""The parts of search, which `desk.search` joins: what was typed, the index, columns in memory, counts, snippets."""

from __future__ import annotations

__all__: list[str] = []
