"""Formats in which a desk leaves the house, one a module: a desk and a selection of it in, files out, streamed."""

from __future__ import annotations

__all__: list[str] = []
