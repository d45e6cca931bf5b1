"""Who is said to say what: the record that the readers of cues give, in any language."""

from __future__ import annotations

from dataclasses import dataclass

from backstory.records import Span

__all__ = ["Attribution"]


@dataclass(frozen=True, slots=True)
class Attribution:
    """A cue with the span of whose words it gives, and where in the frame these words stand.

    `content` is the run of items [first, last) of the frame; `source` is None where the frame names none (a passive).
    `kind` is verb, naming (called, described as), passive or according.
    """

    cue: Span
    source: Span | None
    content: tuple[int, int]
    kind: str
    addressee: Span | None = None
    strength: float = 0.9
