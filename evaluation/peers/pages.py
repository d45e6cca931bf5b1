"""A folder of saved pages in; each peer's body, title, date and authors out as JSON Lines, with the seconds it took.

It runs in an environment of its own that has `trafilatura`, `resiliparse`, `newspaper4k` and `readability-lxml`, those
that are missing being left out: `python evaluation/peers/pages.py FOLDER > peers.jsonl`.
"""

from __future__ import annotations

import importlib
import json
import logging
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

Answer = dict[str, Any]


def trafilatura_answer(html: str, url: str) -> Answer:
    import trafilatura

    found = trafilatura.bare_extraction(html, url=url, with_metadata=True, include_comments=False)
    if found is None:
        return {"body": ""}
    authors = [name.strip() for name in (found.author or "").split(";") if name.strip()]
    return {"body": found.text or "", "title": found.title, "date": found.date, "authors": authors}


def trafilatura_precision_answer(html: str, url: str) -> Answer:
    import trafilatura

    found = trafilatura.bare_extraction(html, url=url, favor_precision=True, include_comments=False)
    return {"body": (found.text if found else "") or ""}


def resiliparse_answer(html: str, url: str) -> Answer:
    from resiliparse.extract.html2text import extract_plain_text
    from resiliparse.parse.html import HTMLTree

    tree = HTMLTree.parse(html)
    return {"body": extract_plain_text(tree, main_content=True, alt_texts=False, comments=False), "title": tree.title}


def newspaper_answer(html: str, url: str) -> Answer:
    import newspaper

    article = newspaper.Article(url or "http://example.org/", fetch_images=False)
    article.download(input_html=html)
    article.parse()
    date = article.publish_date
    day = date.date().isoformat() if hasattr(date, "date") else None
    return {"body": article.text, "title": article.title, "date": day, "authors": article.authors}


def readability_answer(html: str, url: str) -> Answer:
    from lxml import html as lxml_html
    from readability import Document

    document = Document(html)
    return {"body": lxml_html.fromstring(document.summary()).text_content(), "title": document.short_title()}


PEERS: dict[str, tuple[str, Callable[[str, str], Answer]]] = {
    "trafilatura": ("trafilatura", trafilatura_answer),
    "trafilatura for precision": ("trafilatura", trafilatura_precision_answer),
    "resiliparse": ("resiliparse", resiliparse_answer),
    "newspaper4k": ("newspaper", newspaper_answer),
    "readability-lxml": ("readability", readability_answer),
}


def answers(folder: Path) -> Iterator[Answer]:
    for name, (module, ask) in PEERS.items():
        try:
            importlib.import_module(module)
        except ImportError:
            print(f"{name} is not installed here: left out", file=sys.stderr)
            continue
        for path in sorted(folder.glob("*.html")):
            html = path.read_bytes().decode("utf-8", errors="replace")
            begun = time.perf_counter()
            try:
                answer = ask(html, "")
            except Exception as error:  # noqa: BLE001 a peer that fails on a page has no answer there
                print(f"{name} failed on {path.name}: {error!r}", file=sys.stderr)
                answer = {"body": ""}
            yield {"peer": name, "page": path.stem, "seconds": time.perf_counter() - begun, **answer}


def main() -> None:
    logging.disable(logging.CRITICAL)
    for answer in answers(Path(sys.argv[1])):
        print(json.dumps(answer, ensure_ascii=False))


if __name__ == "__main__":
    main()
