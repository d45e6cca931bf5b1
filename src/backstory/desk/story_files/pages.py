"""A story file in, Markdown or one self-contained HTML page out, a citation behind every line."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from typing import Any

from backstory.desk.tables import Row

__all__ = ["as_html", "as_markdown"]

PRONOUNS = frozenset(
    ["he", "she", "it", "they", "who", "we", "i", "his", "her", "its", "their", "our", "my", "him", "them", "us", "me"]
)
"""Speakers of whom nobody knows who they are."""
FACTS = 12
OF_ONE = 8
"""Facts that several outlets tell, and that one alone does, that a page shows."""
ALONE = 6
VOICES = 12
LONGEST = 320
"""Characters of a passage that a page shows; its citation leads to the rest."""
LEFT_OUT = 160
"""The same of what a version leaves out; the fullest version, with all of it, stands above."""

Articles = dict[str, Row]


def as_markdown(held: dict[str, Any]) -> str:
    """Return a story file as Markdown."""
    return "\n".join(_sections(held)) + "\n"


def _sections(held: dict[str, Any]) -> Iterator[str]:
    articles: Articles = {row["article_id"]: row for row in held["articles"]}
    yield from _head(held)
    for title, lines in (
        ("What happened", _leads(held, articles)),
        ("When", _timeline(held, articles, announced=False)),
        ("Announced beforehand", _timeline(held, articles, announced=True)),
        ("Who said what", _statements(held)),
        ("Quoted by one outlet alone", _lone(held)),
        ("Who repeats whom", _passages(held)),
        ("Figures that outlets give alike", _figures(held)),
        ("Where accounts differ", _disagreements(held, articles)),
        ("Told by some, not by others", _facts(held, articles, several=True)),
        ("Told by one outlet alone", _facts(held, articles, several=False)),
        ("Who is heard", _voices(held)),
        ("Sources", _sources(held)),
    ):
        told = list(lines)
        if told:
            yield from ("", f"## {title}", "", *told)


def _head(held: dict[str, Any]) -> Iterator[str]:
    story = held["story"]
    yield f"# {_line(story['title'] or 'Story without a headline')}"
    yield ""
    count, origins = len(story["article_ids"]), story["origins"]
    facts = f"{_number(count, 'article')} from {_number(origins, 'independent origin')}"
    dates = [day[:10] for day in (story["first_published"], story["last_published"]) if day]
    parts = [facts, " to ".join(dict.fromkeys(dates)) or "undated", ", ".join(story["places"])]
    cite = f"[title: {story['title_source_id'][:10]}:{story['title_start']}-{story['title_end']}]"
    yield " · ".join(part for part in parts if part) + (f" {cite}" if story["title_source_id"] else "")


def _leads(held: dict[str, Any], articles: Articles) -> Iterator[str]:
    for row in held["leads"]:
        yield f"- {_line(row['text'])} {_cite(row, _outlet(articles.get(row['article_id'])))}"


def _timeline(held: dict[str, Any], articles: Articles, *, announced: bool) -> Iterator[str]:
    for row in held["timeline"]:
        if row["announced"] == announced:
            others = [outlet for outlet in row["outlets"] if outlet != row["outlet"]]
            also = f" Also {_listed(others)}." if others else ""
            cite = _cite(row, _outlet(articles.get(row["article_id"])))
            yield f"- **{row['date']}**: {_line(row['text'])}{also} {cite}"


def _statements(held: dict[str, Any]) -> Iterator[str]:
    for row in held["statements"]:
        fullest, *others = _distinct(row["versions"])
        who = row["name"] or row["speaker"]
        outlets = {version["outlet"] for version in (fullest, *others)}
        if who is None or who.casefold() in PRONOUNS or (fullest["kind"] == "indirect" and len(outlets) < 2):
            continue
        yield f"- **{_line(who)}**: {_line(fullest['text'])} {_cite(fullest, fullest['outlet'])}"
        for version in others:
            said = f"{_line(version['text'])}{_left_out(version)}"
            yield f"  - {version['cut']}: {said} {_cite(version, version['outlet'])}"


def _distinct(versions: Sequence[Row]) -> list[Row]:
    """Return versions without those that are word for word an outlet's own before: a page that was kept twice."""
    found: dict[tuple[str | None, str], Row] = {}
    for version in versions:
        found.setdefault((version["outlet"], _line(version["text"])), version)
    return list(found.values())


def _left_out(version: Row) -> str:
    """Say what a version leaves out, a negation or condition above all."""
    missing = [_line(part) for part in version["left_out"] if part.strip()]
    told = f" Left out: “{_short(' … '.join(missing), LEFT_OUT)}”." if missing else ""
    return f"{told} A negation or condition is lost." if version["loses_negation"] else told


def _lone(held: dict[str, Any]) -> Iterator[str]:
    shown = {version["quote_id"] for row in held["statements"] for version in row["versions"]}
    unseen = [one for one in held["lone_quotes"] if one["quote_id"] not in shown]
    for row in [one for one in unseen if (one["name"] or one["speaker"]).casefold() not in PRONOUNS][:ALONE]:
        span = row | {"start": row["spans"][0][0], "end": row["spans"][-1][1]}
        yield f"- **{_line(row['name'] or row['speaker'])}**: {_line(row['text'])} {_cite(span, row['outlet'])}"


def _passages(held: dict[str, Any]) -> Iterator[str]:
    for row in held["passages"]:
        first = row["members"][0]
        who = sorted({_outlet(member) for member in row["members"]})
        origin = f", from {_line(row['origin'])}" if row["origin"] else ""
        text = _short(_line(first["text"]), LONGEST)
        yield f"- {_number(row['words'], 'word')} in {_listed(who)}{origin}: {text} {_cite(first, _outlet(first))}"


def _figures(held: dict[str, Any]) -> Iterator[str]:
    for row in held["figures"]:
        where = row["sentence"] or row
        said = f"**{_line(row['text'])}** ({_listed(row['outlets'])}): {_line(where['text'])}"
        yield f"- {said} {_cite(row | where, row['outlet'])}"


def _disagreements(held: dict[str, Any], articles: Articles) -> Iterator[str]:
    for row in held["disagreements"]:
        yield f"- **{_line(row['of'])}**: {row['kind']}"
        values: dict[object, list[Row]] = {}
        for member in row["members"]:
            values.setdefault(member["value"] if member.get("value_text") is None else member["value_text"], []).append(
                member
            )
        for first, *others in values.values():
            outlet = _outlet(articles.get(first["article_id"]))
            told = dict.fromkeys(_outlet(articles.get(other["article_id"])) for other in others)
            also = f"; also {_listed([name for name in told if name != outlet])}" if set(told) - {outlet} else ""
            day = first["as_of"] or "undated"
            word = f", by {_line(first['speaker'])}" if first.get("speaker") else ""
            yield f"  - {_as_given(first)} ({outlet}, {day}{word}{also}) {_cite(first, outlet)}"


def _as_given(member: Row) -> str:
    """Return what a member gives as it is written, a day with its date: "Saturday (2031-03-08)"."""
    text, said = _line(member["text"]), member.get("value_text")
    return f"{text} ({said})" if member["unit"] == "date" and said and said not in text else text


def _facts(held: dict[str, Any], articles: Articles, *, several: bool) -> Iterator[str]:
    rows = [row for row in held["omissions"] if (len(_tellers(row, articles)) > 1) == several]
    for row in rows[: FACTS if several else OF_ONE]:
        fact = row["fact"]
        by = f" Told by {_listed(_tellers(row, articles))}; not by {_listed(row['untold_by'])}." if several else ""
        yield f"- {_line(fact['text'])}{by} {_cite(fact, _outlet(articles.get(fact['article_id'])))}"


def _tellers(row: Row, articles: Articles) -> list[str]:
    """Return who tells a fact: outlets, and how many articles of unknown outlet."""
    keys = {one["article_id"] for one in (row["fact"], *row["also"])}
    unknown = sum(not (articles.get(key) or {}).get("outlet") for key in keys)
    return [*row["told_by"], *([_number(unknown, "article") + " of unknown outlet"] if unknown else [])]


def _voices(held: dict[str, Any]) -> Iterator[str]:
    for row in held["voices"][:VOICES]:
        told = _listed([f"{outlet} ({count})" for outlet, count in row["outlets"].items()]) or "outlets unknown"
        missing = f"; not by {_listed(row['unheard_by'])}" if row["unheard_by"] and len(row["outlets"]) > 1 else ""
        yield f"- **{_line(row['name'])}**: {_number(row['quotes'], 'quote')}, in {told}{missing}"


def _sources(held: dict[str, Any]) -> Iterator[str]:
    for row in held["articles"]:
        where = f"characters {row['start']} to {row['end']} of {row['source_id'][:10]}"
        told = f"{_outlet(row)}, {row['published'] or 'undated'}: {_line(row['title'] or 'no headline')}"
        yield f"- `{row['article_id'][:10]}` {told} ({_line(row['uri'])}, {where})"


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[:most].rsplit(" ", 1)[0] + " …"


def _number(count: int, noun: str) -> str:
    return f"{count:,} {noun}" + ("" if count == 1 else "s")


def _listed(names: Sequence[str]) -> str:
    """Return names as a person lists them: "A, B and C"."""
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def _line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def _outlet(row: Row | None) -> str:
    return (row or {}).get("outlet") or "outlet unknown"


def _cite(row: Row, outlet: str | None) -> str:
    return f"[{outlet or 'outlet unknown'}, {row['source_id'][:10]}:{row['start']}-{row['end']}]"


PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title><style>body{{max-width:46rem;margin:2rem auto;padding:0 1rem;font:1rem/1.5 Georgia,serif}}
li{{margin:.4rem 0}}cite{{color:#666;font:.8rem sans-serif}}</style></head><body>
{body}
</body></html>
"""
CITATION = re.compile(r"(\[[^\[\]]+:\d+-\d+\])$")
BOLD = re.compile(r"^\*\*(.+?)\*\*")


def as_html(held: dict[str, Any]) -> str:
    """Return a story file as one page that needs nothing else; whatever sources say is escaped."""
    body: list[str] = []
    depth = 0
    for line in _sections(held):
        level = 2 if line.startswith("  - ") else 1 if line.startswith("- ") else 0
        if not line:
            continue
        body += ["<ul>"] * max(level - depth, 0) + ["</ul>"] * max(depth - level, 0)
        depth = level
        body.append(_element(line, level))
    title = html.escape(_line(held["story"]["title"] or "Story"))
    return PAGE.format(title=title, body="\n".join([*body, *["</ul>"] * depth]))


def _element(line: str, level: int) -> str:
    if level:
        said = CITATION.sub(r"<cite>\1</cite>", html.escape(line.lstrip()[2:]))
        return "<li>" + BOLD.sub(r"<strong>\1</strong>", said) + "</li>"
    if line.startswith("## "):
        return f"<h2>{html.escape(line[3:])}</h2>"
    if line.startswith("# "):
        return f"<h1>{html.escape(line[2:])}</h1>"
    cited = CITATION.sub(r"<cite>\1</cite>", html.escape(line))
    return f"<p>{cited}</p>"
