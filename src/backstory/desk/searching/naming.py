"""A part of a name as typed in, the names that have it in one of their forms out; all forms are held in memory."""

from __future__ import annotations

import json
import re
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

import apsw
import numpy as np
from numpy.typing import NDArray

from backstory.desk.searching.snippets import plain

__all__ = ["names_with"]

DESKS = 4


@dataclass(frozen=True, slots=True)
class _Forms:
    """Every form of every name, one a line, and which line is whose."""

    revision: int
    text: str
    begins: NDArray[np.int64]
    keys: list[int]


_held: OrderedDict[tuple[str, str], _Forms] = OrderedDict()
_lock = Lock()


def names_with(connection: apsw.Connection, value: str) -> list[int]:
    """Return the first 8 bytes of the ids of names with the words of `value` in a form; `value*` is a beginning."""
    wanted = " ".join(plain(value).replace("*", " ").split())
    if not wanted:
        return []
    forms = _forms(connection)
    end = "" if value.endswith("*") else r"(?!\w)"
    found = [match.start() for match in re.finditer(rf"(?<!\w){re.escape(wanted)}{end}", forms.text)]
    places = np.unique(np.searchsorted(forms.begins, np.array(found, np.int64), side="right") - 1)
    return [forms.keys[place] for place in places.tolist()]


def _forms(connection: apsw.Connection) -> _Forms:
    """Return the forms, read anew where the names changed."""
    ((revision, made),) = connection.execute("SELECT names, made FROM shelf_clock").fetchall()
    key = (str(made), connection.filename)
    with _lock:
        held = _held.get(key)
        if held is None or held.revision < int(str(revision)):
            held = _held[key] = _loaded(connection, int(str(revision)))
            while len(_held) > DESKS:
                _held.popitem(last=False)
        _held.move_to_end(key)
        return held


def _loaded(connection: apsw.Connection, revision: int) -> _Forms:
    lines, keys = [], []
    for name_id, label, forms in connection.execute("SELECT name_id, label, forms FROM names ORDER BY name_id"):
        lines.append(plain("\x1f".join(dict.fromkeys([str(label), *json.loads(str(forms))])).replace("\n", " ")))
        keys.append(int(str(name_id)[:16], 16))
    lengths = np.fromiter((len(line) + 1 for line in lines), np.int64, len(lines))
    return _Forms(revision, "\n".join(lines), np.cumsum(lengths) - lengths, keys)
