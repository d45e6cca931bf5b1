"""Development sets in, whole articles out: title, paragraphs and the lines that a container puts around them.

The texts belong to their publishers. They are read from the folder of shared data (`../shared`, or `$BACKSTORY_SHARED`)
and never copied into the project.
"""

from __future__ import annotations

import csv
import html
import io
import json
import os
import random
import re
import tarfile
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree
from zlib import crc32

__all__ = [
    "EXPORTS",
    "LEFT_OUT",
    "Article",
    "detokenised",
    "everything",
    "exports",
    "made",
    "paragraphs",
    "sentences",
    "shared",
]

SENTENCE_END = re.compile(r"(?<!\b[A-Z])(?<!\b(?:Mr|Dr|Ms|St|Co|No))([.!?][\"'”’]?)\s+(?=[\"'“‘]?[A-Z])")
DATA = Path(os.environ.get("BACKSTORY_SHARED", Path(__file__).resolve().parents[2] / ".." / "shared")) / "data"


@dataclass(frozen=True, slots=True)
class Article:
    """One whole article. `group` is what its neighbours in a glued file share: an outlet and a day, or an export."""

    corpus: str
    group: str
    title: str
    body: tuple[str, ...]
    above: tuple[str, ...] = ()
    """Lines that a container puts above the body: outlet, date, section, byline."""
    below: tuple[str, ...] = ()


def shared() -> Path | None:
    """Return the folder of shared data, or None where it is absent."""
    return DATA if DATA.is_dir() else None


def everything() -> Iterator[Article]:
    """Yield every article of every set that may be trained on."""
    yield from reuters()
    yield from polnear()
    yield from naeb()
    yield from fakenews()
    yield from timebank()
    yield from timelines()
    yield from ecb()
    for articles in exports().values():
        yield from articles


def _tidy(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("\xa0", " ")).strip()


def made(corpus: str, group: str, title: str, body: list[str], **lines: tuple[str, ...]) -> Iterator[Article]:
    kept = tuple(line for line in map(_tidy, body) if line)
    if kept and sum(map(len, kept)) > 150:
        yield Article(corpus, group, _tidy(title), kept, **lines)


def reuters() -> Iterator[Article]:
    """Yield the articles of Reuters, 2010 to 2011; their group is the day."""
    with tarfile.open(DATA / "reuters-2010-2011.tar.gz") as archive:
        for member in sorted(archive.getmembers(), key=lambda m: m.name):
            handle = archive.extractfile(member)
            if handle is None or not member.name.endswith(".txt"):
                continue
            lines = handle.read().decode("utf-8", "replace").split("\n")
            head = [line[3:] for line in lines if line.startswith("-- ")]
            body = [line for line in lines if not line.startswith("-- ")]
            above = tuple(_tidy(line) for line in head[1:-1] if line.strip())
            body = paragraphs(" ".join(body), crc32(member.name.encode()))
            yield from made("reuters", member.name.split("/")[0], head[0] if head else "", body, above=above)


def paragraphs(text: str, seed: int) -> list[str]:
    """Return `text`, whose paragraph ends are lost, as paragraphs of one to three sentences."""
    rng = random.Random(seed)
    found = sentences(text)
    made_of: list[str] = []
    while found:
        size = rng.choices((1, 2, 3), (0.6, 0.3, 0.1))[0]
        made_of.append(" ".join(found[:size]))
        found = found[size:]
    return made_of


def sentences(text: str) -> list[str]:
    """Return the sentences of `text`, roughly: good enough to lay text out anew."""
    return SENTENCE_END.sub("\\1\n", _tidy(text)).split("\n")


def polnear() -> Iterator[Article]:
    """Yield the articles of PolNeAR's training and development parts; their group is the outlet."""
    with zipfile.ZipFile(DATA / "polnear-train-dev.zip") as archive:
        for name in sorted(archive.namelist()):
            if not name.endswith(".txt"):
                continue
            outlet = name.rsplit("/", 1)[1].split("_")[0]
            title, _, body = archive.read(name).decode("utf-8", "replace").partition("\n\n")
            if len(_tidy(title)) > 200:
                title, body = "", f"{title}\n\n{body}"
            yield from made("polnear", outlet, title.rstrip(". "), body.split("\n\n"))


def naeb() -> Iterator[Article]:
    """Yield the gold bodies of NAEB's pages; their group is the site."""
    with zipfile.ZipFile(DATA / "naeb-html.zip") as archive:
        rows = list(json.loads(archive.read("articles.json")).values())
    for row in rows:
        yield from made("naeb", row.get("site") or "", row["title"], row["articleBody"].split("\n\n"))


def fakenews() -> Iterator[Article]:
    """Yield raw crawled articles from many unreliable outlets; their group is the outlet."""
    csv.field_size_limit(10**9)
    with zipfile.ZipFile(DATA / "fakenews-raw-sample.zip") as archive:
        rows = list(csv.DictReader(io.StringIO(archive.read("news_sample.csv").decode("utf-8", "replace"))))
    for row in rows:
        yield from made("fakenews", row["domain"], row["title"], row["content"].split("\n"))


def timebank() -> Iterator[Article]:
    """Yield TimeBank's and AQUAINT's articles; their group is the agency."""
    with zipfile.ZipFile(DATA / "tempeval3-train.zip") as archive:
        for name in sorted(archive.namelist()):
            found = re.search(r"<TEXT>(.*?)</TEXT>", archive.read(name).decode("utf-8", "replace"), re.S)
            if found is None:
                continue
            text = html.unescape(re.sub(r"<[^>]+>", "", found[1])).replace("``", '"').replace("''", '"')
            body = re.split(r"\n\s*\n|\n\s{2,}", text)
            group = re.match(r"[A-Za-z]+", name.rsplit("/", 1)[1])
            yield from made("timebank", group[0].lower() if group else "", "", body)


def timelines() -> Iterator[Article]:
    """Yield the articles of T17's topics, whose paragraph ends are lost; their group is the topic."""
    csv.field_size_limit(10**9)
    with zipfile.ZipFile(DATA / "timelines-t17-dev.zip") as archive:
        for name in sorted(archive.namelist()):
            if not name.startswith("articles/"):
                continue
            rows = csv.DictReader(io.StringIO(archive.read(name).decode("utf-8", "replace")))
            seen: set[str] = set()
            for place, row in enumerate(rows):
                text = detokenised(row["text"].replace("\n", " "))
                if text[200:300] not in seen:
                    yield from made("timelines", name, "", paragraphs(text, place))
                seen.add(text[200:300])


def ecb() -> Iterator[Article]:
    """Yield the articles of ECB+'s topics 1 to 35, short and of many outlets; their group is the topic."""
    with zipfile.ZipFile(DATA / "ecbplus-topics-1-35.zip") as archive:
        for place, name in enumerate(sorted(name for name in archive.namelist() if name.endswith(".xml"))):
            rows: dict[int, list[str]] = defaultdict(list)
            for token in ElementTree.fromstring(archive.read(name)).iter("token"):
                rows[int(token.get("sentence", 0))].append(token.text or "")
            lines = [
                re.sub(r"(?<=[“‘]) | (?=[”’])", "", detokenised(" ".join(rows[number]))) for number in sorted(rows)
            ]
            own = [line for line in lines if not re.match(r"(https?|www)", line.replace(" ", ""))]
            titled = len(own) > 1 and not own[0].endswith((".", '"'))
            body = paragraphs(" ".join(own[titled:]), place)
            yield from made("ecb", name.split("/")[1], own[0] if titled else "", body)


def detokenised(text: str) -> str:
    text = text.replace("-LRB-", "(").replace("-RRB-", ")").replace("``", '"').replace("''", '"')
    text = re.sub(r" (n't|'s|'re|'ve|'ll|'d|'m)\b", r"\1", text)
    text = re.sub(r'" ([^"]*?) "', r'"\1"', text)
    return _tidy(re.sub(r"\$ (?=\d)", "$", re.sub(r"([(]) ", r"\1", re.sub(r" ([.,;:!?%)]|' )", r"\1", text))))


EXPORTS = (
    "factiva/irish-independence_1_2017-11-14.html",
    "factiva/nyt_1_1993-01-03.html",
    "lexis/guardian3.docx",
    "lexis/misc.docx",
    "lexis/nyt1.docx",
    "lexis/usa-today.docx",
    "nexis/guardian_1986-01-01_0001.html",
    "nexis/spiegel_2012-02-01_0001.html",
)

LEFT_OUT = tuple((EXPORTS[k], EXPORTS[k + 2]) for k in (0, 1, 4, 5))
"""The two exports left out of each of the four networks that the evaluation uses. Two outlets have two exports each,
many years apart; these are not left out together."""


def exports() -> dict[str, list[Article]]:
    """Return the articles of each newspaper export, in its order."""
    readers = {"factiva": _factiva, "lexis": _lexis, "nexis": _nexis}
    with zipfile.ZipFile(DATA / "newspaper-exports-dev.zip") as archive:
        return {name: list(readers[name.split("/")[0]](name, archive.read(name))) for name in EXPORTS}


def _factiva(name: str, raw: bytes) -> Iterator[Article]:
    from selectolax.lexbor import LexborHTMLParser

    for node in LexborHTMLParser(raw.decode("utf-8", "replace")).css("div[id^=article-]"):
        head = node.css_first("#hd")
        body = [p.text() for p in node.css("p.articleParagraph")]
        rows = [_tidy(div.text(deep=False)) for div in node.css("div")]
        above = tuple(row for row in rows if row and len(row) < 100)
        yield from made("exports", name, head.text() if head else "", body, above=above)


def _lexis(name: str, raw: bytes) -> Iterator[Article]:
    import docx

    lines = [_tidy(p.text) for p in docx.Document(io.BytesIO(raw)).paragraphs]
    item: list[str] = []
    for line in lines:
        if line == "End of Document":
            yield from _lexis_item(name, item)
            item = []
        else:
            item.append(line)


def _lexis_item(name: str, item: list[str]) -> Iterator[Article]:
    start = item.index("Body")
    head = [line for line in item[:start] if line]
    if any(line.startswith("Job Number") for line in head):
        head = head[-8:]
        dates = [k for k, line in enumerate(head) if line.startswith("Copyright")]
        head = head[max(dates[0] - 3, 0) :] if dates else head
    stops = [
        k
        for k in range(start, len(item))
        if re.match(r"(Classification|Graphic|Notes|Correction)$|Load-Date:", item[k])
    ]
    stop = stops[0] if stops else len(item)
    below = tuple(line for line in item[stop:] if line)
    body = [line for line in item[start + 1 : stop] if not line.startswith("http")]
    yield from made("exports", name, head[0], body, above=tuple(head[1:]), below=below)


def _nexis(name: str, raw: bytes) -> Iterator[Article]:
    from selectolax.lexbor import LexborHTMLParser

    text = raw.decode("utf-8", "replace")
    for part in re.split(r'<A NAME="DOC_ID_\d+_\d+"></A>', text)[1:]:
        blocks = [[_tidy(p.text()) for p in div.css("p")] for div in LexborHTMLParser(part).css("div")]
        lines = [block[0] for block in blocks if len(block) == 1 and block[0]]
        bodies = [block for block in blocks if len(block) > 1]
        plain = [line for line in lines if not re.match(r"\d+ (of|von) \d+ DO|[A-ZÄÖÜ-]{4,}:", line)]
        if not bodies or len(plain) < 2:
            continue
        title = plain[2] if len(plain) > 2 and not plain[2].startswith("Copyright") else ""
        body = [line for block in bodies for line in block]
        yield from made("exports", name, title, body, above=tuple(plain[:2]))
