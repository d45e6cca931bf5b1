"""A table's row in, its article's text by a fixed rule and what the row states of it out.

The rule `table/1` has the columns that make the text as its parameters, so the row's bytes are enough to make it anew:
`table/1?form=json&title=headline&text=content`, or `table/1?form=csv&delimiter=%2C&title=1&text=4` with the places of
the columns. The text is title, standfirst and text, each of which begins a line, in that order. A title that the text
begins with and a standfirst that the text holds are not repeated. A value with tags becomes its visible lines, see
`markup`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import unescape
from urllib.parse import parse_qsl, urlencode, urlsplit

from backstory.errors import UsageError
from backstory.read.languages import language_code
from backstory.read.markup import looks_like_markup, plain, visible_text
from backstory.read.stated_dates import iso_date
from backstory.read.wordlists import named_lists
from backstory.records import Kind, Mark, Stated

__all__ = ["Value", "Wanted", "chosen", "composed", "has_text", "marks_of", "parameters_of", "stated_of", "wanted"]

Value = str | int | float | bool | None | list["Value"] | dict[str, "Value"]

TEXT_FIELDS = ("title", "standfirst", "text")
_KINDS = {"title": Kind.HEADLINE, "standfirst": Kind.STANDFIRST, "text": Kind.BODY}
_ALIASES = {"date": "published", "source": "outlet", "author": "byline", "publisher": "outlet", "content": "text"}

COLUMN_IS_TEXT = 0.9
"""How sure a text column's lines are body: crawled columns still hold captions and notices, about one line in ten."""

MAX_DEPTH = 3
"""How many objects deep a column may lie: `response.fields.bodyText` is the deepest of the known APIs."""

_ENTITY = re.compile(r"&(?:#\d{2,6}|#x[0-9a-f]{2,5}|[a-z]{2,8});", re.IGNORECASE)
_WRAPPERS = frozenset({"article", "data", "item", "doc", "source_", "attributes", "news"})
_VALUE_KEYS = ("value", "text", "rendered", "content", "name", "main", "title")


@dataclass(frozen=True, slots=True)
class Wanted:
    """The columns to look for, per field of ours, first choice first; `said` are the fields that the user mapped."""

    columns: Mapping[str, tuple[str, ...]]
    said: frozenset[str]


def _key(name: str) -> str:
    """Return a column's name as the lists have it: without case, spaces, hyphens and underscores, and no wrapper."""
    parts = [re.sub(r"[\W_]+", "", part.casefold()) for part in name.split(".")]
    while len(parts) > 1 and (parts[0] in _WRAPPERS or not parts[0]):
        parts.pop(0)
    return ".".join(parts)


def wanted(options: Iterable[tuple[str, str]]) -> Wanted:
    """Return the columns to look for: the known names, or for a field what the user said.

    Raises:
        UsageError: a field that is none of ours.
    """
    columns = dict(named_lists("table_columns"))
    said = set()
    for field, column in options:
        name = _ALIASES.get(field.strip().casefold(), field.strip().casefold())
        if name not in columns:
            raise UsageError(f"{field!r} is no field that a column can be mapped to: use one of {', '.join(columns)}")
        columns[name] = (_key(column),)
        said.add(name)
    return Wanted(columns, frozenset(said))


def _flattened(row: Mapping[str, Value]) -> dict[str, str]:
    """Return the columns of a row by the key that the lists have them under, objects entered; the first wins."""
    keys: dict[str, str] = {}
    todo: list[tuple[str, Mapping[str, Value]]] = [("", row)]
    while todo:
        prefix, found = todo.pop(0)
        for name, value in found.items():
            path = f"{prefix}{name}"
            if not path.isascii() and plain(path) != path:
                continue
            keys.setdefault(_key(path), path)
            if isinstance(value, dict) and path.count(".") + 1 < MAX_DEPTH:
                todo.append((f"{path}.", value))
    return keys


def _at(row: Mapping[str, Value], path: str) -> Value:
    """Return the value at `path`; a name that itself has dots is tried first."""
    if path in row:
        return row[path]
    head, _, rest = path.partition(".")
    while rest:
        inner = row.get(head)
        if isinstance(inner, dict):
            return _at(inner, rest)
        more, _, rest = rest.partition(".")
        head = f"{head}.{more}"
    return None


def _said(value: Value) -> str:
    """Return a value as text: the wording of an object, the plain one of several bodies, a list's strings as lines."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return next((said for key in _VALUE_KEYS if (said := _said(value.get(key)))), "")
    if isinstance(value, list):
        bodies = [one for one in value if isinstance(one, dict)]
        if bodies:
            plain_ones = [one for one in bodies if "plain" in str(one.get("contenttype", one.get("contentType", "")))]
            return _said((plain_ones or bodies)[0])
        return "\n".join(one for one in value if isinstance(one, str))
    return "" if value is None or isinstance(value, bool) else str(value)


def _names(value: Value) -> str:
    """Return one or several names as one line."""
    if isinstance(value, list):
        return ", ".join(name for one in value if (name := _said(one).strip()))
    return _said(value).strip()


def chosen(row: Mapping[str, Value], looked: Wanted) -> dict[str, str]:
    """Return for every field the path of the first of its columns that holds something in this row."""
    keys = _flattened(row)
    found: dict[str, str] = {}
    for field, columns in looked.columns.items():
        for column in columns:
            path = keys.get(column)
            if path is not None and path not in found.values() and _names(_at(row, path)):
                found[field] = path
                break
    return found


def has_text(row: Mapping[str, Value], looked: Wanted, paths: Mapping[str, str]) -> bool:
    """Return whether the row has a text: a title alone is one in a table that has no column for texts at all."""
    if "text" in paths or "title" not in paths or "text" in looked.said:
        return "text" in paths
    return not set(_flattened(row)) & set(looked.columns["text"])


def parameters_of(form: str, paths: Mapping[str, str], more: Mapping[str, str] | None = None) -> str:
    """Return the parameters of the rule for a row whose columns were `chosen`."""
    fields = {field: paths[field] for field in TEXT_FIELDS if field in paths}
    return urlencode({"form": form, **(more or {}), **fields})


def composed(row: Mapping[str, Value], parameters: str) -> list[tuple[str, str]]:
    """Return the parts of the row's text by the rule: pairs of a field and its lines, none of them empty."""
    paths = dict(parse_qsl(parameters))
    parts = {field: _worded(_said(_at(row, paths[field]))) for field in TEXT_FIELDS if field in paths}
    text = parts.get("text", "")
    if text.split("\n", 1)[0].strip() == parts.get("title", "").strip():
        parts.pop("title", None)
    if parts.get("standfirst", "") in text:
        parts.pop("standfirst", None)
    return [(field, part) for field, part in parts.items() if part]


def _worded(value: str) -> str:
    if looks_like_markup(value):
        return visible_text(value)
    if _ENTITY.search(value):
        value = unescape(value)
    return plain(value).strip()


def marks_of(parts: Iterable[tuple[str, str]]) -> list[Mark]:
    """Return the marks of a composed text's parts: every line of them that is not blank."""
    marks: list[Mark] = []
    start = 0
    for field, part in parts:
        for line in part.split("\n"):
            if line.strip():
                sure = COLUMN_IS_TEXT if field == "text" else 0.99
                marks.append(Mark(start, start + len(line), _KINDS[field], sure, f"the {field} of the table's row"))
            start += len(line) + 1
    return marks


def stated_of(row: Mapping[str, Value], paths: Mapping[str, str]) -> Stated:
    """Return what the row states of its article."""

    def value(field: str) -> str | None:
        said = _names(_at(row, paths[field])) if field in paths else ""
        return " ".join(plain(said).split()) or None

    title = value("title")
    return Stated(
        title=_worded(title) if title else None,
        outlet=_outlet(value("outlet")),
        byline=value("byline"),
        section=value("section"),
        language=_language(value("language")),
        published=iso_date(value("published") or ""),
        modified=iso_date(value("modified") or ""),
        url=value("url"),
    )


def _outlet(said: str | None) -> str | None:
    if said and "://" in said:
        try:
            return urlsplit(said).hostname
        except ValueError:
            return said
    return said


def _language(said: str | None) -> str | None:
    if said is None:
        return None
    return said.lower() if re.fullmatch(r"[A-Za-z]{2,3}([-_][A-Za-z]{2,4})?", said) else language_code(said)
