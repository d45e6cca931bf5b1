"""Whole articles in, documents like crawled files out: with notices, captions, bylines and dates of our own put in.

Text whose article is whole and clean is read from the shared sets; what is put around and into it is invented
(`notices.txt`, `appeals.txt`, `captions.txt`) or taken from the pages that the same training sees.
"""

from __future__ import annotations

import random
import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from backstory.records import Kind
from training.lines.documents import KINDS, Document

__all__ = ["Makings", "Whole", "groups_of", "invent"]

HERE = Path(__file__).parent

FIRST = [
    "Anna",
    "Ben",
    "Carla",
    "David",
    "Elena",
    "Farid",
    "Grace",
    "Hugo",
    "Ines",
    "Jonas",
    "Karim",
    "Lena",
    "Marta",
    "Noah",
    "Olga",
    "Pavel",
    "Rosa",
    "Samuel",
    "Tara",
    "Viktor",
]
LAST = [
    "Abbott",
    "Brandt",
    "Castro",
    "Doyle",
    "Eriksen",
    "Fischer",
    "Garner",
    "Haddad",
    "Ivanov",
    "Jansen",
    "Keller",
    "Lund",
    "Moreau",
    "Novak",
    "Okafor",
    "Price",
    "Quinn",
    "Reyes",
    "Sato",
    "Weber",
]
PLACES = (
    "Oldport",
    "Marlow Bridge",
    "Westhaven",
    "Karsk",
    "Porto Lume",
    "Liverpool",
    "Kyiv",
    "Berlin",
    "Ohio",
    "Nairobi",
    "Lille",
    "Madrid",
    "Wales",
    "the Midlands",
    "Brussels",
    "Texas",
    "Osaka",
    "Lagos",
)
TOPICS = (
    "Politics",
    "Climate",
    "Football",
    "Crypto",
    "War in Ukraine",
    "Housing",
    "Health",
    "Bitcoin",
    "Elections",
    "Rail strikes",
    "Reform",
    "Artificial intelligence",
    "Royal Family",
    "Energy",
    "Migration",
    "Courts",
    "Science",
    "Travel",
)
OUTLETS = (
    "The Harbour Post",
    "Northline News",
    "The Daily Courier",
    "Atlas",
    "Westhaven Gazette",
    "Chainwatch",
    "Radio Delta",
)
AGENCIES = (
    "AP",
    "Reuters",
    "PA",
    "AFP",
    "Getty Images",
    "EPA",
    "dpa",
    "Bloomberg",
    "Shutterstock",
    "AP Photo",
    "PA Wire",
)
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
SUBHEADS = (
    "What happens next?",
    "Background",
    "Why it matters",
    "A long road",
    "The cost of delay",
    "'It was a mistake'",
    "Who is in the running?",
    "Key points of the deal",
    "Reaction",
    "Full list of candidates:",
    "How did we get here?",
    "Rising prices",
    "‘We will not give up’",
    "A test for the coalition",
    "In numbers",
    "The wider picture",
    "Next steps",
    "1. A new law",
    "2. The courts",
    "Hope and fear",
    "Price analysis",
    "What analysts say",
    "Was passiert jetzt?",
    "Le contexte",
)


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole article: a title, which may be empty, and its paragraphs."""

    title: str
    body: tuple[str, ...]
    group: str = ""


@dataclass(frozen=True, slots=True)
class Makings:
    """What documents are made of. `runs` are runs of furniture lines and `captions` captions of pages."""

    articles: Sequence[Whole]
    titles: Sequence[str]
    runs: Sequence[Sequence[str]]
    captions: Sequence[str]
    notices: Sequence[Sequence[str]]
    own_captions: Sequence[str]


def groups_of(name: str) -> list[list[str]]:
    """Return the paragraphs of a file of this folder, each as its lines; comments are left out."""
    text = (HERE / name).read_text("utf-8")
    lines = [line for line in text.split("\n") if not line.startswith("#")]
    return [group.split("\n") for group in "\n".join(lines).strip().split("\n\n") if group.strip()]


Labelled = list[tuple[str, Kind]]


class _Maker:
    """Makes one document after another from one stream of random numbers."""

    def __init__(self, makings: Makings, rng: random.Random) -> None:
        self.makings = makings
        self.rng = rng

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    def name(self) -> str:
        return f"{self.rng.choice(FIRST)} {self.rng.choice(LAST)}"

    def slot(self, found: re.Match[str]) -> str:
        rng, kind = self.rng, found[1]
        if kind == "name":
            return self.name()
        if kind == "time":
            return f"{rng.randint(0, 12)}:{rng.randint(0, 59):02}"
        if kind == "date":
            return self.date()
        if kind == "title":
            return rng.choice(self.makings.titles)
        if kind == "handle":
            return "@" + self.name().replace(" ", "").lower()
        lists = {"place": PLACES, "topic": TOPICS, "outlet": OUTLETS, "month": MONTHS, "agency": AGENCIES}
        if kind in lists:
            return rng.choice(lists[kind])
        return rng.choice(("harbourpost.example", "northline.example")) if kind == "url" else str(rng.randint(2, 60))

    def filled(self, text: str) -> str:
        return re.sub(r"\{(\w+)\}", self.slot, text)

    def date(self) -> str:
        rng = self.rng
        day, month, year = rng.randint(1, 28), rng.randint(1, 12), rng.randint(2005, 2026)
        name = MONTHS[month - 1]
        short = name[:3]
        clock = f"{rng.randint(0, 23):02}:{rng.randint(0, 59):02}"
        return rng.choice(
            (
                f"{day} {name} {year}",
                f"{name} {day}, {year}",
                f"{short} {day}, {year}",
                f"{short}. {day}, {year}, {clock} AM EST",
                f"{rng.choice(DAYS)} {day} {name} {year} {clock} GMT",
                f"{rng.choice(DAYS)}, {name} {day}, {year}",
                f"{year}-{month:02}-{day:02}",
                f"{year}-{month:02}-{day:02}T{clock}:00Z",
                f"{day} {short} {year}",
                f"{day}. {rng.choice(('Januar', 'März', 'Mai', 'Oktober'))} {year}, {clock} Uhr",
                f"{day} {rng.choice(('janvier', 'mars', 'mai', 'octobre'))} {year}",
            )
        )

    def date_line(self) -> str:
        before = (
            "",
            "",
            "",
            "Published: ",
            "Published ",
            "Updated ",
            "Last updated: ",
            "Posted on ",
            "date ",
            "First published on ",
        )
        return self.rng.choice(before) + self.date()

    def byline(self) -> list[str]:
        one, two, outlet = self.name(), self.name(), self.rng.choice(OUTLETS)
        job = self.rng.choice(
            ("Political correspondent", "Reporter", "Business editor", "in Brussels", "Staff writer", "Health reporter")
        )
        return self.rng.choice(
            (
                [f"By {one}"],
                [f"By {one}"],
                [f"By {one} and {two}"],
                [f"By {one}, {outlet}"],
                [f"BY {one.upper()}"],
                [one],
                [one, job],
                [f"By {one}", job],
                [f"{one}, {job}"],
                [f"By {one} | {outlet}"],
                [f"{outlet} Staff"],
                [f"By {one} in {self.rng.choice(PLACES)}"],
                [f"Written by {one}"],
                [f"Von {one}"],
                [f"Par {one}"],
                [f"By {outlet}"],
            )
        )

    def caption(self, body: Sequence[str]) -> Labelled:
        rng = self.rng
        marked = rng.random()
        plain = self.filled(rng.choice(self.makings.own_captions))
        if self.chance(0.5) and self.makings.captions:
            plain = rng.choice(self.makings.captions)
        elif self.chance(0.3):
            plain = rng.choice(re.split(r"(?<=[.!?]) ", rng.choice(body)))[:160]
        agency, name = rng.choice(AGENCIES), self.name()
        credit = rng.choice(
            (
                f"({name}/{agency})",
                f"[{name}/{agency}]",
                f"({agency})",
                f"Pic: {agency}",
                f"Photograph: {name}/{agency}",
                f"Source: {rng.choice(OUTLETS)}",
                f"Photo: {agency}",
                f"({agency} Photo/{name})",
                f"Image: {agency}",
                f"Credit: {agency}",
            )
        )
        if marked < 0.3:
            label = rng.choice(
                ("Image: ", "Image: ", "Photo: ", "Pic: ", "Image caption, ", "Picture: ", "Bild: ", "Caption: ")
            )
            end = rng.choice(("", "", f". {credit}", f" {credit}"))
            return [(label + plain + end, Kind.CAPTION)]
        if marked < 0.5:
            twice = [(plain, Kind.CAPTION)] if self.chance(0.5) else []
            again = f" {credit}" if self.chance(0.2) else ""
            return [*twice, (f"{plain} {credit}{again}", Kind.CAPTION)]
        if marked < 0.75:
            host = rng.choice(("harbourpost", "cdn", "static"))
            image = f"![{plain}](https://img.{host}.example/{rng.randrange(16**8):08x}.jpg)"
            below = [(plain, Kind.CAPTION)] if self.chance(0.6) else []
            source = [(credit, Kind.FURNITURE)] if self.chance(0.2) else []
            return [(image, Kind.IMAGE), *source, *below]
        if marked < 0.85:
            return [(plain.rstrip(".") + f". {credit}", Kind.CAPTION)]
        return [(plain.rstrip(".") if self.chance(0.7) else plain, Kind.CAPTION)]

    def notice(self) -> Labelled:
        if self.makings.runs and self.chance(0.3):
            return [(line, Kind.FURNITURE) for line in self.rng.choice(self.makings.runs)]
        group = self.rng.choice(self.makings.notices)
        return [(self.filled(line), Kind.FURNITURE) for line in group]

    def head(self, article: Whole) -> Labelled:
        lines: Labelled = []
        titled = bool(article.title) and self.chance(0.5)
        if self.chance(0.1):
            lines.append((self.rng.choice(TOPICS), Kind.FURNITURE))
        if titled:
            lines.append((article.title, Kind.HEADLINE))
            if self.chance(0.2) and len(article.body) > 4:
                lines.append((re.split(r"(?<=[.!?]) ", article.body[1])[0], Kind.STANDFIRST))
        extras: list[Labelled] = []
        if self.chance(0.35 if titled else 0.12):
            extras.append([(line, Kind.BYLINE) for line in self.byline()])
        if self.chance(0.35 if titled else 0.12):
            extras.append([(self.date_line(), Kind.DATE)])
        if self.chance(0.15):
            extras.append(self.caption(article.body))
        if self.chance(0.2):
            extras.append(self.notice())
        self.rng.shuffle(extras)
        return lines + [line for extra in extras for line in extra]

    def article(self, article: Whole) -> Labelled:
        lines = self.head(article)
        busy = self.rng.choice((0.0, 0.02, 0.06, 0.12, 0.2))
        for at, paragraph in enumerate(article.body):
            if at and self.chance(busy):
                lines += self.notice() if self.chance(0.5) else self.caption(article.body)
            if at and self.chance(0.03):
                lines.append((self.rng.choice(SUBHEADS), Kind.BODY))
            lines.append((paragraph, Kind.BODY))
        for _ in range(self.rng.choice((0, 0, 1, 1, 2, 4))):
            lines += self.notice()
        return lines

    def document(self) -> Document:
        rng = self.rng
        chosen = [rng.choice(self.makings.articles) for _ in range(rng.choice((1, 1, 1, 1, 2, 3, 5)))]
        lines: Labelled = []
        for article in chosen:
            lines += self.article(article)
        layout = rng.random()
        if layout < 0.08:
            return self.wrapped(lines)
        if layout < 0.12:
            lines = [(" ".join(article.body), Kind.BODY) for article in chosen]
        elif layout < 0.2:
            lines = [part for text, kind in lines for part in _by_sentence(text, kind)]
        kept = [(" ".join(text.split()), kind) for text, kind in lines if text.strip()]
        joint = rng.choice(("\n", "\n", "\n\n", "\n \n"))
        return Document(
            joint.join(text for text, _ in kept),
            [KINDS.index(kind) for _, kind in kept],
            chosen[0].group,
            self.repeats(kept),
        )

    def wrapped(self, lines: Labelled) -> Document:
        width = self.rng.randint(58, 90)
        rows: Labelled = []
        blocks = []
        for text, kind in lines:
            wrapped = textwrap.wrap(text, width) or [""]
            blocks.append("\n".join(wrapped))
            rows += [(row, kind) for row in wrapped if row.strip()]
        return Document("\n\n".join(blocks), [KINDS.index(kind) for _, kind in rows], "", self.repeats(rows))

    def repeats(self, lines: Labelled) -> list[int]:
        rng = self.rng
        if self.chance(0.5):
            return []
        copied = self.chance(0.45)
        known = rng.random()
        times = rng.randint(1, 3)
        return [
            rng.randint(1, 3)
            if (kind in (Kind.FURNITURE, Kind.IMAGE) and self.chance(known))
            else (times if copied and self.chance(0.9) else 0)
            for _, kind in lines
        ]


def _by_sentence(text: str, kind: Kind) -> Labelled:
    if kind is not Kind.BODY:
        return [(text, kind)]
    return [(part, kind) for part in re.split(r"(?<=[.!?][\"”]) |(?<=[a-z][.!?]) (?=[A-Z“\"])", text)]


def invent(makings: Makings, count: int, seed: int) -> list[Document]:
    """Return `count` documents, the same for the same makings and seed."""
    maker = _Maker(makings, random.Random(seed))
    return [maker.document() for _ in range(count)]
