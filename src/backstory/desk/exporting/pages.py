"""Stories in, one Markdown file or one page of HTML out that needs nothing else, with a citation behind every line."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

import apsw

from backstory.desk.exporting.selecting import Chosen, story_rows
from backstory.desk.exporting.writing import visible, written
from backstory.desk.story_files.collecting import as_html, as_markdown, story_file

__all__ = ["write_html", "write_markdown"]

_MARKS = re.compile(r"([\\`*_{}\[\]()#|~!])")
_FIELD = re.compile("[a-z_]+")
"""A field's own name; other keys, such as outlets with their counts, are of the sources."""
_BODY = re.compile(r"<body>\n(.*)\n</body>", re.DOTALL)
_HEADING = re.compile(r"<(/?)h([1-5])>")
_LINE_START = re.compile(r"^(\s*)([-+=>]|\d+[.)])", re.MULTILINE)

HEAD = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="referrer" content="no-referrer"><title>{title}</title>
<style>:root{{color-scheme:light dark}}
body{{max-width:46rem;margin:2rem auto;padding:0 1rem;font:1rem/1.5 Georgia,serif}}
li{{margin:.4rem 0}}cite{{opacity:.7;font:.8rem sans-serif}}section{{border-top:1px solid;margin-top:3rem}}
@media print{{section{{break-before:page;border:0}}}}</style></head><body>
<h1>{title}</h1>
"""
TITLE = "Stories"


def write_markdown(connection: apsw.Connection, to: Path, wanted: Chosen, *, with_texts: bool) -> dict[str, int]:
    """Write every story as Markdown, the newest first; whatever marks sources carry are shown and not obeyed."""
    count = 0
    with written(to) as file:
        for row in story_rows(connection, wanted):
            file.write(("\n---\n\n" if count else "") + as_markdown(inert(story_file(connection, row["story_id"]))))
            count += 1
    return {"stories": count}


def inert(value: Any) -> Any:  # noqa: ANN401 - whatever a story file holds
    """Return all that a story file holds, its texts with every mark that Markdown or HTML would obey escaped."""
    if isinstance(value, dict):
        return {key if _FIELD.fullmatch(key) else inert(key): inert(one) for key, one in value.items()}
    if isinstance(value, list):
        return [inert(one) for one in value]
    if not isinstance(value, str):
        return value
    text = _MARKS.sub(r"\\\1", visible(value)).replace("&", "&amp;").replace("<", "&lt;").replace("://", "&#58;//")
    return _LINE_START.sub(r"\1\\\2", text) if text[:1] in "-+=>" else text


def write_html(connection: apsw.Connection, to: Path, wanted: Chosen, *, with_texts: bool) -> dict[str, int]:
    """Write every story into one page, the newest first, behind a list of them; it loads and runs nothing."""
    listed = []
    with written(to) as file:
        file.write(HEAD.format(title=TITLE) + "<nav><ol>\n")
        for row in story_rows(connection, wanted):
            listed.append(row["story_id"])
            said = html.escape(visible(" ".join((row["title"] or "Story without a headline").split())))
            days = dict.fromkeys(day[:10] for day in (row["first_published"], row["last_published"]) if day)
            told = html.escape(", ".join([*days, f"{len(row['article_ids'])} articles"]))
            file.write(f'<li><a href="#{row["story_id"]}">{said}</a> ({told})</li>\n')
        file.write("</ol></nav>\n")
        for story_id in listed:
            file.write(f'<section id="{story_id}">\n{_body(connection, story_id)}\n</section>\n')
        file.write("</body></html>\n")
    return {"stories": len(listed)}


def _body(connection: apsw.Connection, story_id: str) -> str:
    """Return a story's page without its head, its headings one step lower."""
    found = _BODY.search(as_html(story_file(connection, story_id)))
    body = found[1] if found else ""
    return visible(_HEADING.sub(lambda mark: f"<{mark[1]}h{int(mark[2]) + 1}>", body))
