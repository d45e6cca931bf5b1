"""The forms by which people say what a story, a name or a line is; what they say outlives every later run."""

from __future__ import annotations

from typing import Any

import apsw
from starlette.requests import Request

from backstory.desk.ask import explain
from backstory.desk.decided import lines as relabelling
from backstory.desk.decided import names as naming
from backstory.desk.decided import stories as deciding
from backstory.desk.decided.decisions import decisions, undo
from backstory.desk.decided.threads import join_thread, part_thread
from backstory.desk.showing.name import beside, find_name_row, mentions_of
from backstory.desk.showing.nearby import nearby_stories
from backstory.desk.showing.story import articles_of
from backstory.errors import NotFoundError, UsageError
from backstory.records import Kind
from backstory.web.asking import number, word
from backstory.web.site import Form, Page, Site

__all__ = ["add"]

LOGGED = 200
KINDS = tuple(kind.value for kind in Kind if kind is not Kind.UNKNOWN)


def add(site: Site) -> None:
    """Add the forms, what they do, and the log."""
    site.get("/corrections", log)
    site.get("/story/{story}/correct", story)
    site.get("/name/{name}/correct", name)
    site.get("/source/{source}/line", line)
    site.post("/corrections/undo", take_back)
    site.post("/corrections/story", correct_story)
    site.post("/corrections/name", correct_name)
    site.post("/corrections/line", correct_line)
    site.post("/corrections/thread", correct_thread)


def log(connection: apsw.Connection, request: Request) -> Page:
    """Show who decided what and when."""
    return Page("corrections.html", {"decisions": list(decisions(connection, limit=LOGGED)), "shown": LOGGED})


def story(connection: apsw.Connection, request: Request) -> Page:
    """Show the forms about a story."""
    row = deciding.find_story(connection, request.path_params["story"])
    key = row["story_id"]
    values = {"story": row, "articles": articles_of(connection, key), "near": nearby_stories(connection, key)}
    return Page("correct_story.html", values)


def name(connection: apsw.Connection, request: Request) -> Page:
    """Show the forms about a name."""
    row = find_name_row(connection, request.path_params["name"])
    key = row["name_id"]
    values = {"name": row, "mentions": mentions_of(connection, key, limit=60), "near": _alike(connection, row)}
    return Page("correct_name.html", values)


def _alike(connection: apsw.Connection, row: dict[str, Any]) -> list[dict[str, Any]]:
    """Return names of the same kind that share the last word of this one, then those told of beside it."""
    last = row["label"].split()[-1] if row["label"].split() else row["label"]
    question = (
        "SELECT name_id, label, articles FROM names WHERE kind = ? AND name_id <> ? AND forms LIKE ? ESCAPE '\\'"
        " ORDER BY articles DESC, name_id LIMIT 12"
    )
    pattern = "%" + "".join(f"\\{letter}" if letter in "%_\\" else letter for letter in last) + "%"
    found = connection.execute(question, (row["kind"], row["name_id"], pattern)).fetchall()
    alike = [dict(zip(("name_id", "label", "count"), each, strict=True)) for each in found]
    held = {one["name_id"] for one in alike}
    return alike + [one for one in beside(connection, row["name_id"]) if one["name_id"] not in held]


def line(connection: apsw.Connection, request: Request) -> Page:
    """Show the form about the line of a source that holds the character `start`."""
    wanted = number(request, "start", default=0, most=1 << 40) if word(request, "start") != "0" else 0
    cleaned, text = explain(connection, request.path_params["source"])
    found = next((one for one in cleaned.lines if wanted < one.end), None)
    if found is None:
        raise NotFoundError("this source has no line there")
    values = {
        "source_id": cleaned.source_id,
        "line": found,
        "text": text[found.start : found.end],
        "kind": found.kind.value,
        "kinds": KINDS,
    }
    return Page("correct_line.html", values)


def take_back(connection: apsw.Connection, form: Form, by: str) -> str:
    """Take a decision back."""
    asked = form.one("decision")
    if not (asked.isascii() and asked.isdecimal() and len(asked) < 12):
        raise UsageError("which decision is to be undone was not said")
    undo(connection, int(asked), by=by)
    return "/corrections"


def correct_story(connection: apsw.Connection, form: Form, by: str) -> str:
    """Merge, split, move or title, as the button that was pressed says."""
    key, action = form.one("story"), form.one("action")
    if action == "merge":
        row = deciding.merge_stories(connection, key, form.one("other") or form.one("near"), by=by)
    elif action == "split":
        row = deciding.split_story(connection, key, form.all("article"), by=by)
    elif action == "move":
        row = deciding.move_article(connection, form.one("article"), form.one("other") or form.one("near"), by=by)
    elif action == "title":
        row = deciding.choose_title(connection, key, form.one("article"), by=by)
    else:
        raise UsageError("what is to be done with the story was not said")
    return f"/story/{row['story_id']}"


def correct_name(connection: apsw.Connection, form: Form, by: str) -> str:
    """Merge, split or label, as the button that was pressed says."""
    key, action = form.one("name"), form.one("action")
    if action == "merge":
        naming.merge_two_names(connection, key, form.one("other") or form.one("near"), by=by)
    elif action == "split":
        naming.split_name(connection, key, forms=form.all("form"), articles=form.all("article"), by=by)
    elif action == "label":
        naming.label_name(connection, key, form.one("label"), by=by)
    else:
        raise UsageError("what is to be done with the name was not said")
    return f"/name/{key}"


def correct_line(connection: apsw.Connection, form: Form, by: str) -> str:
    """Say of which kind a line is."""
    start = form.one("start")
    if not (start.isascii() and start.isdecimal() and len(start) < 13):
        raise UsageError("which line is meant was not said")
    relabelling.relabel(connection, form.one("source"), int(start), form.one("kind"), by=by)
    return f"/source/{form.one('source')}?at={start}-{int(start) + 1}#at"


def correct_thread(connection: apsw.Connection, form: Form, by: str) -> str:
    """Join or part, as the button that was pressed says."""
    key, action = form.one("thread"), form.one("action")
    if action == "join":
        return f"/thread/{join_thread(connection, key, form.one('other'), by=by)['thread_id']}"
    if action != "part":
        raise UsageError("what is to be done with the thread was not said")
    left = part_thread(connection, key, form.all("story"), by=by)
    return f"/thread/{left['thread_id']}" if left else "/threads"
