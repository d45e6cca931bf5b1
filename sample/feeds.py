"""Articles in, feeds out: RSS, Atom, JSON Feed and a list of feeds."""

from __future__ import annotations

import json
from email.utils import format_datetime
from html import escape
from typing import Any

from markup import Article
from placing import Spec, Unit, body_of, plain, published, unit_of, url_of, whole


def rss_file(spec: Spec, articles: dict[str, Article], outlets: dict[str, Any]) -> tuple[bytes, list[Unit]]:
    short = spec["shape"] == "headlines"
    items, units = [], list[Unit]()
    for key in spec["parts"]:
        article, placed = plain(key, articles)
        if short:
            placed = tuple([item for item in placed if item.line.kind == "headline"])
            placed += tuple([item for item in whole(key, articles, "HSBDIC")][:1])
        url, body = url_of(article, outlets), body_of(placed)
        content = "".join(f"<p>{escape(text, quote=False)}</p>" for text in body)
        items.append(
            f"    <item>\n      <title>{escape(article.title, quote=False)}</title>\n      <link>{url}</link>\n"
            f'      <guid isPermaLink="true">{url}</guid>\n'
            f"      <pubDate>{format_datetime(published(article))}</pubDate>\n"
            f"      <dc:creator>{escape(article.head.get('byline', ''))}</dc:creator>\n"
            f"      <description>{escape(body[0], quote=False)}</description>\n"
            + ("" if short else f"      <content:encoded><![CDATA[{content}]]></content:encoded>\n")
            + "    </item>\n"
        )
        units.append(unit_of(spec, f"entry={len(units) + 1}", "feed", placed))
    outlet = articles[spec["parts"][0]].head["outlet"]
    xml = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/">\n  <channel>\n'
        f"    <title>{outlet}</title>\n    <link>https://www.{outlets[outlet]['site']}/</link>\n"
        f"    <description>Latest from {outlet}</description>\n    <language>{outlets[outlet]['language']}</language>\n"
        + "".join(items)
        + "  </channel>\n</rss>\n"
    )
    return xml.encode(), units


def atom_file(spec: Spec, articles: dict[str, Article], outlets: dict[str, Any]) -> tuple[bytes, list[Unit]]:
    entries, units = [], list[Unit]()
    for key in spec["parts"]:
        article, placed = plain(key, articles)
        url, when = url_of(article, outlets), article.head["date"]
        content = escape("".join(f"<p>{escape(text, quote=False)}</p>" for text in body_of(placed)), quote=False)
        entries.append(
            f"  <entry>\n    <title>{escape(article.title, quote=False)}</title>\n    <id>{url}</id>\n"
            f'    <link href="{url}"/>\n    <published>{when}</published>\n    <updated>{when}</updated>\n'
            f"    <author><name>{article.head['byline']}</name></author>\n"
            f'    <content type="html">{content}</content>\n  </entry>\n'
        )
        units.append(unit_of(spec, f"entry={len(units) + 1}", "feed", placed))
    first = articles[spec["parts"][0]]
    site = f"https://www.{outlets[first.head['outlet']]['site']}/"
    xml = (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de">\n'
        f"  <title>{first.head['outlet']}</title>\n  <id>{site}</id>\n  <updated>{first.head['date']}</updated>\n"
        + "".join(entries)
        + "</feed>\n"
    )
    return xml.encode(), units


def jsonfeed_file(spec: Spec, articles: dict[str, Article], outlets: dict[str, Any]) -> tuple[bytes, list[Unit]]:
    items, units = [], list[Unit]()
    for key in spec["parts"]:
        article, placed = plain(key, articles)
        url = url_of(article, outlets)
        items.append(
            {
                "id": url,
                "url": url,
                "title": article.title,
                "content_text": "\n\n".join(body_of(placed)),
                "date_published": article.head["date"],
                "authors": [{"name": article.head["byline"]}],
                "language": article.head.get("language", "en"),
            }
        )
        units.append(unit_of(spec, f"entry={len(units) + 1}", "feed", placed))
    outlet = articles[spec["parts"][0]].head["outlet"]
    site = f"https://www.{outlets[outlet]['site']}/"
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": outlet, "home_page_url": site, "items": items}
    return (json.dumps(feed, ensure_ascii=False, indent=1) + "\n").encode(), units


def opml_file(spec: Spec, articles: dict[str, Article], outlets: dict[str, Any]) -> tuple[bytes, list[Unit]]:
    rows = [
        f'      <outline type="rss" text="{escape(name)}" title="{escape(name)}" '
        f'xmlUrl="https://www.{about["site"]}/feed" htmlUrl="https://www.{about["site"]}/"/>\n'
        for name, about in outlets.items()
        if not about.get("agency")
    ]
    xml = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0">\n'
        "  <head><title>My news</title></head>\n  <body>\n"
        '    <outline text="Papers and stations">\n' + "".join(rows) + "    </outline>\n  </body>\n</opml>\n"
    )
    return xml.encode(), [Unit(spec["path"], None, "opml", ())]
