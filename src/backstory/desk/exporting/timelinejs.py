"""Happenings in, the JSON of a TimelineJS timeline out; texts are escaped, for TimelineJS shows them as HTML."""

from __future__ import annotations

import html
import json
from pathlib import Path
from typing import Any

import apsw

from backstory.desk.exporting.happened import Happened, happened
from backstory.desk.exporting.selecting import Chosen, story_rows
from backstory.desk.exporting.writing import visible, web_address, written

__all__ = ["write_timelinejs"]

HEADLINE_CHARS = 100
ONE, MANY = (20, 2), (3, 1)
"""Days and happenings a day of a single story, and of each where there are several: slides are looked at one by one."""


def write_timelinejs(connection: apsw.Connection, to: Path, wanted: Chosen, *, with_texts: bool) -> dict[str, int]:
    """Write a slide for each of the weightiest happenings, grouped by story."""
    stories = [row for row, _ in zip(story_rows(connection, wanted), range(2), strict=False)]
    top, daily = ONE if len(stories) == 1 else MANY
    count = 0
    with written(to) as file:
        title = stories[0]["title"] if len(stories) == 1 else "What happened when"
        slide = {"text": {"headline": _shown(title or "Story")}}
        file.write(f'{{"scale":"human","title":{json.dumps(slide, ensure_ascii=False)},"events":[')
        for one in happened(connection, wanted, top=top, daily=daily):
            made = _slide(one)
            if made is not None:
                file.write((",\n" if count else "\n") + json.dumps(made, ensure_ascii=False))
                count += 1
        file.write("\n]}\n")
    return {"events": count}


def _slide(one: Happened) -> dict[str, Any] | None:
    start = _date(one.date)
    if start is None:
        return None
    told = _shown(one.outlet or "outlet unknown")
    url = web_address(one.url)
    if url:
        told = f'<a href="{html.escape(url)}" rel="noopener noreferrer">{told}</a>'
    cited = f"{told}, {one.source_id[:10]}:{one.start}-{one.end}" + (" (announced)" if one.announced else "")
    headline = one.text if len(one.text) <= HEADLINE_CHARS else one.text[:HEADLINE_CHARS].rsplit(" ", 1)[0] + " …"
    slide: dict[str, Any] = {
        "start_date": start,
        "text": {"headline": _shown(headline), "text": f"<p>{_shown(one.text)}</p><p>{cited}</p>"},
        "unique_id": one.key,
    }
    end = _date(one.date_to) if one.date_to else None
    return slide | ({"end_date": end} if end else {}) | ({"group": _shown(one.story)} if one.story else {})


def _date(value: str) -> dict[str, int] | None:
    parts = value[:10].split("-")
    if not all(part.isdigit() for part in parts):
        return None
    return dict(zip(("year", "month", "day"), map(int, parts), strict=False))


def _shown(text: str) -> str:
    return html.escape(" ".join(visible(text).split()))
