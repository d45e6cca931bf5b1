"""Articles in, tables and a newsletter out."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any

from markup import Article, Line
from placing import MAILED, Placed, Spec, Unit, body_of, flow, plain, published, unit_of, url_of, whole


def jsonl_file(spec: Spec, articles: dict[str, Article], outlets: dict[str, Any]) -> tuple[bytes, list[Unit]]:
    rows, units = [], []
    for number, key in enumerate(spec["parts"], start=1):
        article, placed = plain(key, articles)
        row = {
            "id": f"nw{published(article):%Y%m%d}{number:03d}",
            "source": article.head["outlet"],
            "title": article.title,
            "author": article.head["byline"],
            "date": article.head["date"],
            "url": url_of(article, outlets),
            "language": "en",
            "text": "\n".join(body_of(placed)),
        }
        rows.append(json.dumps(row, ensure_ascii=False) + "\n")
        units.append(unit_of(spec, f"row={number}", "table", placed))
    return "".join(rows).encode(), units


def csv_file(spec: Spec, articles: dict[str, Article], outlets: dict[str, Any]) -> tuple[bytes, list[Unit]]:
    stream, units = io.StringIO(), []
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(["headline", "body", "link", "pubdate", "publisher"])
    for number, key in enumerate(spec["parts"], start=1):
        article, placed = plain(key, articles)
        row = [article.title, "\n\n".join(body_of(placed)), url_of(article, outlets)]
        writer.writerow([*row, f"{published(article):%Y-%m-%d %H:%M}", article.head["outlet"]])
        units.append(unit_of(spec, f"row={number}", "table", placed))
    return stream.getvalue().encode(), units


def eml_file(spec: Spec, articles: dict[str, Article], outlets: dict[str, Any]) -> tuple[bytes, list[Unit]]:
    text, placed_all = "", []
    opening = [
        "View this email in your browser",
        "THE GAZETTE BY POST",
        "Good evening. Here is what the week left on the tide line.",
    ]
    closing = [
        "High water tomorrow 06.12 and 18.40.",
        "You are getting this because you asked for it at the fish market. Unsubscribe",
    ]
    lines = [Placed(None, Line("furniture", text)) for text in opening]
    for key in spec["parts"]:
        lines += whole(key, articles, "BDI")
    lines += [Placed(None, Line("furniture", text)) for text in closing]
    text, placed_all = flow(lines, "\n\n")
    message = EmailMessage(policy=SMTP)
    message["From"] = "Skerry Gazette <post@skerrygazette.example>"
    message["To"] = "reader@mail.example"
    message["Subject"] = "The Gazette by post: beaten, not broken"
    message["Date"] = format_datetime(datetime.fromisoformat(MAILED))
    message["Message-ID"] = "<20260403.1730@skerrygazette.example>"
    message["List-Unsubscribe"] = "<mailto:leave@skerrygazette.example>"
    message.set_content(text, cte="quoted-printable")
    placed = tuple(replace(item, start=None) for item in placed_all)
    return message.as_bytes(), [Unit(spec["path"], "", "mail", placed, None, frozenset({"outlet", "published"}))]
