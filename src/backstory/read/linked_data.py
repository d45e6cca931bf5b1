"""JSON-LD scripts in, what they say of the page's article out, also where the JSON is broken."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

__all__ = ["articles_of", "names_of", "text_of", "types_of"]

MAX_NODES = 20_000
"""Nodes of a page's linked data looked at; a site's whole graph has some hundreds."""

_DECODER = json.JSONDecoder(strict=False)
_WRAPPING = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>)\s*;?\s*$"
)
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_BAD_ESCAPE = re.compile(r"\\(?![\"\\/bfnrtu])")
_ARTICLE_TYPE = re.compile(r"(?:Article|Posting|Report|ReportageNews|BackgroundNews|Newspaper|Review)$")
_FIELD = re.compile(
    r'"(headline|datePublished|dateModified|articleSection|inLanguage|url)"\s*:\s*"((?:[^"\\]|\\.){1,600})"'
)
_AUTHOR_FIELD = re.compile(
    r'"author"\s*:\s*[\[{\s]*(?:"@type"\s*:\s*"Person"\s*,\s*)?"name"\s*:\s*"((?:[^"\\]|\\.){1,120})"'
)

Node = dict[str, Any]


def articles_of(scripts: list[str]) -> list[Node]:
    """Return the articles that a page's JSON-LD describes, in order; from broken JSON, its plain fields."""
    found = []
    for script in scripts:
        nodes = list(_values(script))
        found += [node for node in _walk(nodes) if is_article(node)]
        if not nodes and (broken := _broken(script)):
            found.append(broken)
    return found


def is_article(node: Node) -> bool:
    """Tell whether a node is an article of any kind."""
    return any(_ARTICLE_TYPE.search(name) for name in types_of(node))


def types_of(node: Node) -> list[str]:
    """Return the local names of a node's types."""
    types = node.get("@type") or node.get("type") or ()
    types = types if isinstance(types, list) else [types]
    return [name.rsplit("/", 1)[-1].rsplit(":", 1)[-1] for name in types if isinstance(name, str)]


def text_of(value: object) -> str:
    """Return a value as one line of text: the first of a list, the name of a node."""
    while isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, dict):
        value = value.get("name") or value.get("@value") or value.get("@id")
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    return " ".join(unescape(unescape(value)).split()) if isinstance(value, str) else ""


def names_of(value: object) -> list[str]:
    """Return the names of a person, an organisation or a list of them."""
    values = value if isinstance(value, list) else [value]
    names: list[str] = []
    for one in values[:50]:
        if isinstance(one, dict) and isinstance(one.get("name"), list):
            names += [text_of(name) for name in one["name"][:50]]
        else:
            names.append(text_of(one))
    return [name for name in names if name]


def _values(script: str) -> Iterator[object]:
    """Yield the JSON values of a script: as it stands, else with its usual faults repaired."""
    text = _WRAPPING.sub("", script).strip().rstrip(";")
    for repair in (str, _repaired, lambda broken: _repaired(unescape(broken))):
        try:
            values = list(_concatenated(repair(text)))
        except (ValueError, RecursionError):
            continue
        yield from values
        return


def _concatenated(text: str) -> Iterator[object]:
    position = 0
    while position < len(text):
        value, position = _DECODER.raw_decode(text, position)
        yield value
        while position < len(text) and text[position] in " \t\r\n,;":
            position += 1


def _repaired(text: str) -> str:
    return _BAD_ESCAPE.sub(r"\\\\", _TRAILING_COMMA.sub(r"\1", text))


def _walk(values: list[object]) -> Iterator[Node]:
    """Yield the nodes of a graph, breadth first, without following what a page only refers to."""
    waiting, seen = list(values), 0
    while waiting and seen < MAX_NODES:
        value = waiting[seen] if seen < len(waiting) else None
        if value is None and seen >= len(waiting):
            return
        seen += 1
        if isinstance(value, list):
            waiting += value
        elif isinstance(value, dict):
            yield value
            waiting += [value[key] for key in ("@graph", "mainEntity", "mainEntityOfPage", "hasPart") if key in value]


def _broken(script: str) -> Node:
    """Return the plain fields of linked data that no repair makes JSON."""
    if not re.search(r'"@type"\s*:\s*\[?\s*"[^"]*(?:Article|Posting)"', script):
        return {}
    node: Node = {"@type": "NewsArticle"}
    for name, value in _FIELD.findall(script):
        node.setdefault(name, value.replace('\\"', '"').replace("\\/", "/"))
    authors = _AUTHOR_FIELD.findall(script)
    if authors:
        node["author"] = [{"name": name} for name in dict.fromkeys(authors)]
    return node
