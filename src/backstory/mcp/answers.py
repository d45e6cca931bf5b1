"""A connection and a question in, what an assistant is told out: few rows, each with its citation.

A citation names the source by its SHA-256, has start and end, the exact text, and the selectors of the W3C.
"""

from __future__ import annotations

from typing import Any

import apsw

from backstory.desk.ask import find_article, reading
from backstory.desk.citing import citations
from backstory.desk.decided.stories import find_story
from backstory.desk.decided.threads import find_thread
from backstory.desk.search import search
from backstory.desk.showing.name import find_name_row, quotes_of
from backstory.desk.showing.quotations import check_quotation
from backstory.desk.showing.story import (
    articles_of,
    carried,
    disagreements_of,
    leads_of,
    statements_of,
    versions_told,
)
from backstory.desk.showing.thread import happenings_of_thread, stories_of_thread
from backstory.desk.story_files.collecting import timeline as of_story
from backstory.desk.tables import Row, rows
from backstory.errors import NotFoundError
from backstory.reuse.compare import compare

__all__ = ["compared", "found", "happened", "quotation", "said", "told"]

ARTICLES = 20
OMISSIONS = 3
DISAGREEMENTS = 5
STATEMENTS = 5
VERSIONS = 12
RUNS = 12
SHORTEST_SHARED = 6
"""Words that a shared run has at least to be worth telling."""


def found(connection: apsw.Connection, query: str, limit: int) -> dict[str, Any]:
    """Return the best hits of a search, one a story."""
    held = search(connection, query, limit=limit)
    about = carried(connection, [hit.article.article_id for hit in held.hits])
    hits = [
        {
            "kind": hit.kind,
            "id": hit.ref,
            "story_id": about[hit.article.article_id]["story_id"],
            "others_in_story": hit.others,
            "citation": _cite(connection, hit.article.article_id, hit.start, hit.end),
        }
        for hit in held.hits
    ]
    return {"total": held.total, "stories": held.groups, "hits": hits}


def told(connection: apsw.Connection, wanted: str) -> dict[str, Any]:
    """Return what a story is: leads, statements, where figures differ, what some leave out, its articles."""
    row = find_story(connection, wanted)
    held = articles_of(connection, row["story_id"], limit=ARTICLES)
    omitted = rows(connection, "omissions", "WHERE story_id = :id", {"id": row["story_id"]}, f"1 LIMIT {OMISSIONS}")
    return {
        **{key: row[key] for key in ("story_id", "thread_id", "title", "outlets", "origins", "places")},
        "first_published": row["first_published"],
        "last_published": row["last_published"],
        "leads": [
            _cite(connection, lead["article_id"], lead["start"], lead["end"]) for lead in leads_of(connection, held)
        ],
        "statements": [
            _short(each) for each in statements_of(connection, row["story_id"], limit=STATEMENTS)[:STATEMENTS]
        ],
        "disagreements": [
            {
                "of": each["of"],
                "kind": each["kind"],
                "values": [_cite(connection, m["article_id"], m["start"], m["end"]) for m in each["members"]],
            }
            for each in disagreements_of(connection, row["story_id"])[:DISAGREEMENTS]
        ],
        "left_out": [
            {"told_by": each["told_by"], "untold_by": each["untold_by"], "fact": _fact(connection, each["fact"])}
            for each in omitted
        ],
        "articles": [{key: each[key] for key in ("article_id", "outlet", "published", "title")} for each in held],
        "articles_in_all": len(row["article_ids"]),
    }


def said(connection: apsw.Connection, words: str, speaker: str, limit: int) -> dict[str, Any]:
    """Return the statements that have these words, each with every version: outlet, cut, what it leaves out."""
    query = f"kind:quote {words}" + (f' speaker:"{speaker.replace(chr(34), "")}"' if speaker else "")
    hits = search(connection, query, limit=4 * limit, grouped=False).hits
    keys = dict.fromkeys(
        str(row[0])
        for hit in hits
        for row in connection.execute(
            "SELECT statement_id FROM quotes WHERE quote_id = ? AND statement_id IS NOT NULL", (hit.ref,)
        )
    )
    return {"statements": [_versions(connection, row) for row in versions_told(connection, list(keys)[:limit])]}


def happened(connection: apsw.Connection, wanted: str, days: int) -> dict[str, Any]:
    """Return what happened when: in a story, in a thread, or what a name said."""
    try:
        row = find_story(connection, wanted)
        held = of_story(connection, row["story_id"], top=days)
        return {"of": "story", "title": row["title"], "entries": [_entry(connection, each) for each in held]}
    except NotFoundError:
        pass
    try:
        thread = find_thread(connection, wanted)
        held = happenings_of_thread(connection, stories_of_thread(connection, thread["thread_id"]), limit=days)
        return {"of": "thread", "title": thread["label"], "entries": [_entry(connection, each) for each in held]}
    except NotFoundError:
        pass
    name = find_name_row(connection, wanted)
    quotes = quotes_of(connection, name["name_id"]).rows[:days]
    entries = [
        {"date": each["published"], "citation": _cite(connection, each["article_id"], each["start"], each["end"])}
        for each in quotes
    ]
    return {"of": "name", "title": name["label"], "entries": entries}


def compared(connection: apsw.Connection, one: str, other: str) -> dict[str, Any]:
    """Return what two articles share and what each has alone, the longest runs first."""
    a, b = (reading(connection, find_article(connection, each)) for each in (one, other))
    kept: dict[str, list[tuple[int, Row]]] = {"shared": [], "changed": [], "cut": [], "added": []}
    for change in compare(a, b):
        spans = {side: span for side, span in (("a", change.a), ("b", change.b)) if span is not None}
        length = max(len(held.text[span.start : span.end].split()) for held, span in _sides(a, b, spans))
        if length >= SHORTEST_SHARED or change.kind == "changed":
            kept[change.kind].append((length, spans))
    row: dict[str, Any] = {"a": _about(a.article), "b": _about(b.article)}
    names = {"shared": "shared", "changed": "changed", "cut": "only_a", "added": "only_b"}
    for kind, name in names.items():
        longest = sorted(kept[kind], key=lambda pair: -pair[0])[:RUNS]
        row[name] = [
            {
                side: _cite(connection, held.article.article_id, span.start, span.end)
                for side, (held, span) in zip(spans, _sides(a, b, spans), strict=True)
            }
            for _, spans in longest
        ]
        row[f"{name}_in_all"] = len(kept[kind])
    return row


def quotation(connection: apsw.Connection, text: str, limit: int) -> dict[str, Any]:
    """Return whether the desk carries a quotation, and where."""
    return check_quotation(connection, text, limit=limit)


def _sides(a: Any, b: Any, spans: Row) -> list[tuple[Any, Any]]:  # noqa: ANN401
    return [(a if side == "a" else b, span) for side, span in spans.items()]


def _about(article: Any) -> Row:  # noqa: ANN401
    return {key: getattr(article, key) for key in ("article_id", "outlet", "published", "title")}


def _cite(connection: apsw.Connection, article_id: str, start: int, end: int) -> Row:
    (cited,) = citations(connection, article_id, [(start, end)])
    return cited


def _fact(connection: apsw.Connection, fact: Row) -> Row:
    return _cite(connection, fact["article_id"], fact["start"], fact["end"])


def _entry(connection: apsw.Connection, row: Row) -> Row:
    cited = _cite(connection, row["article_id"], row["start"], row["end"])
    return {
        "date": row["date"],
        "date_to": row.get("date_to"),
        "announced": row.get("announced", False),
        "told_also_by": len(row.get("also") or ()),
        "citation": cited,
    }


def _short(row: Row) -> Row:
    """Return a statement in one line: who, what in the fullest version, and how each outlet cut it."""
    fullest = row["versions"][0]
    return {
        "statement_id": row["statement_id"],
        "speaker": row["name"] or row["speaker"],
        "text": fullest["text"],
        "article_id": fullest["article_id"],
        "source_id": fullest["source_id"],
        "start": fullest["start"],
        "end": fullest["end"],
        "cuts": {each["outlet"] or each["article_id"]: each["cut"] for each in row["versions"]},
    }


def _versions(connection: apsw.Connection, row: Row) -> Row:
    versions = []
    for each in row["versions"][:VERSIONS]:
        spans = [
            span
            for q in rows(connection, "quotes", "WHERE quote_id = :id", {"id": each["quote_id"]})
            for span in q["spans"]
        ]
        versions.append(
            {
                **{
                    key: each[key]
                    for key in ("quote_id", "outlet", "published", "cue", "cut", "left_out", "loses_negation")
                },
                "citations": citations(connection, each["article_id"], spans),
            }
        )
    return {
        "statement_id": row["statement_id"],
        "speaker": row["name"] or row["speaker"],
        "speaker_name_id": row["speaker_name_id"],
        "said_on": row["said_on"],
        "origin": row["origin"] or row["origin_kind"],
        "because": row["because"],
        "first": min(versions, key=lambda each: each["published"] or "9999")["quote_id"],
        "versions": versions,
        "versions_in_all": len(row["versions"]),
    }
