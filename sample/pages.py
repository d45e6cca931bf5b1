"""An article in, a saved web page out, with the furniture of its outlet and metadata in some state of repair."""

from __future__ import annotations

import json
from html import escape
from typing import Any

from markup import Article, Line

_MODIFIED = {"courier-dam-3": "2026-03-06T08:10:00+01:00"}
_FIRST = {"courier-dam-3": "2026-03-05T19:45:00+01:00"}


def html_page(article: Article, lines: list[Line], outlet: dict[str, Any], variant: str, url: str) -> str:
    """Return the page. `variant` is jsonld, broken-jsonld, opengraph, microdata, amp, live, paywall or plain."""
    item = ' itemscope itemtype="https://schema.org/NewsArticle"' if variant == "microdata" else ""
    body = "\n".join(_line(line, article, variant) for line in lines)
    if variant == "paywall":
        body += f'\n<div class="paywall"><p>{escape(outlet["appeal"], quote=False)}</p></div>'
    html = " amp" if variant == "amp" else ""
    return (
        f'<!DOCTYPE html>\n<html{html} lang="{outlet["language"]}">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{escape(article.title, quote=False)} | {article.head['outlet']}</title>\n"
        f"{_metadata(article, outlet, variant, url)}"
        f"{_scripts(variant)}</head>\n<body>\n"
        f'<div class="cookie-banner" role="dialog">{escape(outlet["cookie"], quote=False)}</div>\n'
        f"<header><nav><ul>{_items(outlet['nav'])}</ul></nav></header>\n"
        f"<main>\n<article{item}>\n{body}\n</article>\n"
        f'<aside class="related"><ul>{_items(outlet["aside"])}</ul></aside>\n</main>\n'
        f"<footer><ul>{_items(outlet['foot'])}</ul></footer>\n</body>\n</html>\n"
    )


def _items(texts: list[str]) -> str:
    return "".join(f'<li><a href="#">{escape(text, quote=False)}</a></li>' for text in texts)


def _line(line: Line, article: Article, variant: str) -> str:
    text = escape(line.text, quote=False)
    if line.kind == "headline":
        return f'<h1 itemprop="headline">{text}</h1>' if variant == "microdata" else f"<h1>{text}</h1>"
    if line.kind == "date":
        when = _FIRST.get(article.key, article.head["date"])
        return f'<p class="dateline"><time datetime="{when}" itemprop="datePublished">{text}</time></p>'
    if line.kind in ("image", "caption"):
        return f'<figure><img src="/img/{article.key}.jpg" alt=""><figcaption>{text}</figcaption></figure>'
    if line.kind == "furniture":
        tag = "time" if variant == "live" else "span"
        return f'<div class="promo"><{tag}>{text}</{tag}></div>'
    names = {"standfirst": "standfirst", "byline": "byline"}
    kind = f' class="{names[line.kind]}"' if line.kind in names else ""
    if variant in ("jsonld", "opengraph"):
        text = _linked(text)
    return f"<p{kind}>{text}</p>"


def _linked(text: str) -> str:
    for name in ("Vestkraft", "Kelby", "Tessera", "Harnby Institute of Marine Biology", "Vaux-la-Mer"):
        if name in text:
            return text.replace(name, f'<a href="/topics/{name.lower().replace(" ", "-")}">{name}</a>', 1)
    return text


def _metadata(article: Article, outlet: dict[str, Any], variant: str, url: str) -> str:
    first = _FIRST.get(article.key, article.head["date"])
    modified = _MODIFIED.get(article.key, article.head["date"])
    if variant in ("jsonld", "broken-jsonld", "amp", "paywall"):
        data = {
            "@context": "https://schema.org",
            "@type": "NewsArticle",
            "headline": article.title,
            "datePublished": first,
            "dateModified": modified,
            "author": [{"@type": "Person", "name": name} for name in authors_of(article)],
            "publisher": {"@type": "Organization", "name": article.head["outlet"]},
            "mainEntityOfPage": url,
            "articleSection": article.head.get("section", "News"),
            "isAccessibleForFree": variant != "paywall",
        }
        text = json.dumps(data, ensure_ascii=False, indent=1)
        if variant == "broken-jsonld":
            text = text.replace('"@type": "NewsArticle",\n', '"@type": "NewsArticle"\n').removesuffix("}") + ",}"
        return f'<link rel="canonical" href="{url}">\n<script type="application/ld+json">\n{text}\n</script>\n'
    if variant == "opengraph":
        pairs = {
            "og:type": "article",
            "og:title": article.title,
            "og:site_name": article.head["outlet"],
            "og:url": url,
            "article:published_time": first,
            "article:modified_time": modified,
            "article:author": ", ".join(authors_of(article)),
        }
        return "".join(f'<meta property="{key}" content="{escape(value)}">\n' for key, value in pairs.items())
    if variant == "microdata":
        return f'<link rel="canonical" href="{url}">\n<meta itemprop="dateModified" content="{modified}">\n'
    return ""


def authors_of(article: Article) -> list[str]:
    """Return the people and agencies that an article's byline names."""
    byline = article.head.get("byline", "").split(",")[0].split(" in ")[0].split(" at ")[0]
    return [name for name in byline.split(" and ") if name]


_AMP = """<script async src="https://cdn.example/v0.js"></script>
<style amp-boilerplate>body{animation:none}</style>
"""
_PLAIN = """<style>body{font:16px/1.5 serif}</style>
<script>window.dataLayer=window.dataLayer||[];dataLayer.push({'event':'pageview'});</script>
"""


def _scripts(variant: str) -> str:
    return _AMP if variant == "amp" else _PLAIN
