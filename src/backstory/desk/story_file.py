"""A story in, all that can be cited of it out: as one JSON object, as Markdown, as one self-contained page.

Every line of it is a span of a source and names that span. Nothing is written but what its sources carry.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

import apsw

from backstory.desk.ask import article_from, find_source, reading
from backstory.desk.deciding import find_story
from backstory.desk.tables import Row, rows
from backstory.desk.timelines import story_timeline
from backstory.errors import NotFoundError
from backstory.records import Kind, Reading, Span

__all__ = ["as_html", "as_markdown", "story_file", "timeline"]

LEADS = 3
"""Lead sentences that tell what happened, each of another outlet."""
QUOTES = 12
TIMELINE = 10
OMISSIONS = 12
PASSAGES = 8
SHORTEST = 40
"""Characters that a lead sentence has at least; a shorter one is a label."""


def story_file(connection: apsw.Connection, wanted: str) -> dict[str, Any]:
    """Return all that is known of a story.

    Raises:
        NotFoundError: there is no such story, or more than one.
    """
    story = find_story(connection, wanted)
    keys: list[str] = story["article_ids"]
    readings = [_reading(connection, key) for key in keys]
    return {
        "story": story,
        "leads": _leads(connection, readings),
        "timeline": timeline(connection, story["story_id"], top=TIMELINE),
        "disagreements": _of_story(connection, "disagreements", story),
        "omissions": _of_story(connection, "omissions", story),
        "quotes": _quotes(connection, keys),
        "passages": _passages(connection, keys),
        "articles": [_source(connection, found) for found in readings],
    }


def _of_story(connection: apsw.Connection, table: str, story: Row) -> list[Row]:
    return list(rows(connection, table, "WHERE story_id = :id", {"id": story["story_id"]}))


def timeline(connection: apsw.Connection, story_id: str, *, top: int = 10, daily: int = 2) -> list[Row]:
    """Return the happenings of a story that matter most, as `backstory.desk.timelines.story_timeline` tells them."""
    return story_timeline(connection, story_id, top=top, daily=daily)


def _reading(connection: apsw.Connection, key: str) -> Reading:
    (row,) = rows(connection, "articles", "WHERE article_id = :id", {"id": key})
    return reading(connection, article_from(row))


def _cited(found: Reading, span: Span) -> Row:
    article = found.article
    return {
        "article_id": article.article_id,
        "source_id": article.source_id,
        "outlet": article.outlet,
        "start": span.start,
        "end": span.end,
        "text": found.text[span.start : span.end],
    }


def _leads(connection: apsw.Connection, readings: Sequence[Reading]) -> list[Row]:
    """Return the first sentences of the earliest articles, one an outlet, none that says what another said."""
    told: list[Row] = []
    for found in readings:
        span = _lead(connection, found)
        if span is None or len(told) == LEADS:
            continue
        row = _cited(found, span)
        words = set(row["text"].casefold().split())
        fresh = all(len(words & set(old["text"].casefold().split())) < 0.6 * len(words) for old in told)
        if fresh and row["outlet"] not in [old["outlet"] for old in told if old["outlet"]]:
            told.append(row)
    return told


def _lead(connection: apsw.Connection, found: Reading) -> Span | None:
    held = connection.execute("SELECT sentences FROM annotated WHERE article_id = ?", (found.article.article_id,))
    sentences = [Span(*pair) for (kept,) in held for pair in json.loads(str(kept))]
    body = [p for p in found.paragraphs if p.kind == Kind.BODY] or list(found.paragraphs)
    for paragraph in body:
        for span in sentences:
            if paragraph.start <= span.start and span.end <= paragraph.end and span.end - span.start >= SHORTEST:
                return span
    return None


def _quotes(connection: apsw.Connection, keys: Sequence[str]) -> list[Row]:
    """Return who said what: the surest of the longest quotes whose speaker is known."""
    found: list[Row] = []
    for key in keys:
        where = "WHERE article_id = :id AND speaker IS NOT NULL AND kind <> 'indirect'"
        found += rows(connection, "quotes", where, {"id": key})
    labels = {row["name_id"]: row["label"] for row in rows(connection, "names")} if found else {}
    found.sort(key=lambda row: (-row["confidence"] * min(len(row["text"]), 200), row["quote_id"]))
    told: list[Row] = []
    for row in found:
        said = row["text"].casefold()
        if len(told) < QUOTES and all(said not in old["text"].casefold() for old in told):
            told.append(row | {"name": labels.get(row["speaker_name_id"])})
    return told


def _passages(connection: apsw.Connection, keys: Sequence[str]) -> list[Row]:
    """Return who repeats whom: the longest runs of words that several articles of the story share."""
    found: dict[str, Row] = {}
    for key in keys:
        question = "WHERE passage_id IN (SELECT passage_id FROM passage_members WHERE article_id = :id)"
        for row in rows(connection, "passages", question, {"id": key}):
            found[row["passage_id"]] = row
    return sorted(found.values(), key=lambda row: (-row["words"], row["passage_id"]))[:PASSAGES]


def _source(connection: apsw.Connection, found: Reading) -> Row:
    article = found.article
    try:
        uri = find_source(connection, article.source_id).uri
    except NotFoundError:
        uri = ""
    names = ("article_id", "source_id", "start", "end", "title", "outlet", "published", "url")
    return {name: getattr(article, name) for name in names} | {"uri": uri}


def as_markdown(held: dict[str, Any]) -> str:
    """Return a story file as Markdown, a citation behind every line."""
    return "\n".join(_sections(held)) + "\n"


def _sections(held: dict[str, Any]) -> Iterator[str]:
    story, articles = held["story"], {row["article_id"]: row for row in held["articles"]}
    yield f"# {_line(story['title'] or 'Story without a headline')}"
    yield ""
    facts = f"{len(story['article_ids'])} articles, {story['origins']} independent origins"
    dates = [day[:10] for day in (story["first_published"], story["last_published"]) if day]
    yield " · ".join([facts, " to ".join(dict.fromkeys(dates)) or "undated", ", ".join(story["places"])])
    if held["leads"]:
        yield from ("", "## What happened", "")
        for row in held["leads"]:
            yield f"- {_line(row['text'])} {_cite(row, articles)}"
    yield from _compared(held, articles)
    if held["quotes"]:
        yield from ("", "## Who said what", "")
        for row in held["quotes"]:
            span = row | {"start": row["spans"][0][0], "end": row["spans"][-1][1]}
            yield f"- **{_line(row['name'] or row['speaker'])}**: {_line(row['text'])} {_cite(span, articles)}"
    if held["passages"]:
        yield from ("", "## Who repeats whom", "")
        for row in held["passages"]:
            who = sorted({_outlet(articles.get(member["article_id"])) for member in row["members"]})
            first = row["members"][0]
            yield f"- {row['words']} words, {', '.join(who)}: {_line(first['text'])[:300]} {_cite(first, articles)}"
    yield from ("", "## Sources", "")
    for row in held["articles"]:
        where = f"characters {row['start']} to {row['end']} of {row['source_id'][:10]}"
        told = f"{_outlet(row)}, {row['published'] or 'undated'}: {_line(row['title'] or 'no headline')}"
        yield f"- `{row['article_id'][:10]}` {told} ({_line(row['uri'])}, {where})"


def _compared(held: dict[str, Any], articles: dict[str, Row]) -> Iterator[str]:
    """Yield the timeline, the figures that differ and what some outlets leave out."""
    if held["timeline"]:
        yield from ("", "## When", "")
        for row in held["timeline"]:
            said = f", as do {len(row['also'])} more" if row["also"] else ""
            day = f"{row['date']} (announced)" if row["announced"] else row["date"]
            yield f"- **{day}**: {_line(row['text'])}{said} {_cite(row, articles)}"
    if held["disagreements"]:
        yield from ("", "## Where figures differ", "")
        for row in held["disagreements"]:
            for member in row["members"]:
                told = f"{_line(row['of'])}, {row['kind']}"
                yield f"- **{told}**: {_line(member['text'])} {_cite(member, articles)}"
    if held["omissions"]:
        yield from ("", "## What some leave out", "")
        for row in held["omissions"][:OMISSIONS]:
            told, untold = ", ".join(row["told_by"]), ", ".join(row["untold_by"])
            yield f"- {_line(row['fact']['text'])} Told by {told}; not by {untold} {_cite(row['fact'], articles)}"


def _line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def _outlet(row: Row | None) -> str:
    return (row or {}).get("outlet") or "outlet unknown"


def _cite(row: Row, articles: dict[str, Row]) -> str:
    outlet = _outlet(articles.get(row["article_id"]))
    return f"[{outlet}, {row['source_id'][:10]}:{row['start']}-{row['end']}]"


PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title><style>body{{max-width:46rem;margin:2rem auto;padding:0 1rem;font:1rem/1.5 Georgia,serif}}
li{{margin:.4rem 0}}cite{{color:#666;font:.8rem sans-serif}}</style></head><body>
{body}
</body></html>
"""
CITATION = re.compile(r"(\[[^\[\]]+:\d+-\d+\])$")
BOLD = re.compile(r"^\*\*(.+?)\*\*: ")


def as_html(held: dict[str, Any]) -> str:
    """Return a story file as one page that needs nothing else; whatever sources say is escaped."""
    body: list[str] = []
    for line in _sections(held):
        if line.startswith("# "):
            body.append(f"<h1>{html.escape(line[2:])}</h1>")
        elif line.startswith("## "):
            body.append(f"<h2>{html.escape(line[3:])}</h2>\n<ul>")
        elif line.startswith("- "):
            said = CITATION.sub(r"<cite>\1</cite>", html.escape(line[2:]))
            body.append("<li>" + BOLD.sub(r"<strong>\1</strong>: ", said) + "</li>")
        elif line:
            body.append(f"<p>{html.escape(line)}</p>")
        elif body and body[-1].startswith("<li>"):
            body.append("</ul>")
    title = html.escape(_line(held["story"]["title"] or "Story"))
    return PAGE.format(title=title, body="\n".join([*body, "</ul>"]))
