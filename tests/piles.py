"""Piles of invented news for tests: files in a folder, and what a desk made of them as plain tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from backstory.desk import Desk

TOWNS = ("Sele", "Marrow Bay", "Ulmenau", "Port Kessel", "Tarn Hill")
PEOPLE = ("Mara Venn", "Joss Aldery", "Ilse Korb", "Tomas Reyk")

FURNITURE = (
    "We use cookies and similar technologies to improve your experience.",
    "Sign up for our morning newsletter",
    "Related Topics:",
    "Share",
    "Published2 days ago",
    "Please enable JavaScript to watch this video",
    "1:42",
)
CAPTIONS = ("Image: Flood water in the old town of Sele. Pic: Kestrel Images", "![A bridge](https://img.example/1.jpg)")


def report(number: int) -> list[str]:
    """Return the lines of one invented report."""
    town, person = TOWNS[number % len(TOWNS)], PEOPLE[number % len(PEOPLE)]
    family = person.split()[1]
    return [
        f"{town} council approves plan {number} for a new sea wall",
        f"Councillors in {town} have approved a plan for a new sea wall after a debate of {number % 5 + 2} hours.",
        f"{person}, the mayor of {town}, said the wall would cost {number + 3} million crowns and take two years.",
        f"“We have waited long enough for plan {number},” {family} told reporters outside the town hall on Tuesday.",
        f"Opponents say that the money would be better spent on the {number % 9 + 2} schools of the district.",
        "Work is expected to begin in the spring.",
    ]


def write_pile(folder: Path, count: int) -> list[Path]:
    """Write `count` files: single reports, glued ones, with furniture and captions, and some that cannot be read."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for number in range(count):
        lines = report(number)
        lines.insert(number % 5 + 1, FURNITURE[number % len(FURNITURE)])
        if number % 3 == 0:
            lines.insert(3, CAPTIONS[number % 2])
        if number % 4 == 0:
            lines += report(number + 1000)
        raw = "\n".join(lines).encode("utf-16" if number % 7 == 0 else "utf-8")
        if number % 25 == 24:
            raw = b"" if number % 2 else b"\x89PNG\r\n\x1a\n" + bytes(50)
        path = folder / f"{number:03}.txt"
        path.write_bytes(raw)
        paths.append(path)
    return paths


def tables(desk: Desk) -> dict[str, list[dict[str, Any]]]:
    """Return every table of the contract, without the time at which sources were read."""
    return {
        name: [{key: value for key, value in row.items() if key != "read_at"} for row in desk.rows(name)]
        for name in desk.tables
    }


lines = st.one_of(
    st.sampled_from(FURNITURE + CAPTIONS),
    st.integers(0, 40).flatmap(lambda number: st.sampled_from(report(number))),
    st.text(max_size=60),
)
"""Lines of news, of furniture, and of anything at all."""

texts = st.lists(lines, max_size=25).map("\n".join)
