"""What people say of lines: which kind one is of. It outlives every run, whatever later labels lines."""

from __future__ import annotations

import apsw

from backstory.desk import ask
from backstory.desk.connection import transaction
from backstory.desk.decided.decisions import ANYBODY, decide
from backstory.errors import NotFoundError, UsageError
from backstory.records import Kind

__all__ = ["relabel"]


def relabel(connection: apsw.Connection, wanted: str, start: int, kind: str, *, by: str = ANYBODY) -> int:
    """Say of which kind the line of a source is that begins at `start`; the next run of the later stages obeys.

    `wanted` is the source's or one of its articles' id. Returns the number of the decision.

    Raises:
        NotFoundError: there is no such source, or none of its lines begins at `start`.
        UsageError: `kind` is none.
    """
    if kind not in {one.value for one in Kind}:
        raise UsageError(f"no kind {kind!r}: there are {', '.join(one.value for one in Kind)}")
    cleaned, text = ask.explain(connection, wanted)
    line = next((one for one in cleaned.lines if one.start == start), None)
    if line is None:
        raise NotFoundError(f"no line of source {cleaned.source_id[:10]} begins at {start}: see `show ID --source`")
    words = " ".join(text[line.start : line.end].split())
    told = f"“{words[:60]}{'…' if len(words) > 60 else ''}” is {kind}, not {line.kind.value}"
    effect = {"source_id": cleaned.source_id, "start": start, "kind": kind}
    with transaction(connection):
        return decide(connection, "line kind", told, effect, by=by)
