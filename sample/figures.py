"""A figure's words in, its value out: English, German and French numbers as the world's articles write them."""

from __future__ import annotations

import re
from dataclasses import dataclass

WORDS = {
    **{
        w: n
        for n, w in enumerate(
            ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
        )
    },
    **{
        "fifteen": 15,
        "seventeen": 17,
        "twenty": 20,
        "twenty-one": 21,
        "twenty-two": 22,
        "thirty": 30,
        "thirty-one": 31,
    },
    **{
        "forty": 40,
        "sixty": 60,
        "elf": 11,
        "zwei": 2,
        "deux": 2,
        "trois": 3,
        "vier": 4,
        "dreißig": 30,
        "onze": 11,
        "trentaine": 30,
        "quarante": 40,
    },
    **{"a third": 1 / 3, "a quarter": 0.25, "a fifth": 0.2, "a tenth": 0.1, "two-thirds": 2 / 3, "nine-tenths": 0.9},
    **{"half": 0.5, "la moitié": 0.5, "un tiers": 1 / 3, "un quart": 0.25, "ein drittel": 1 / 3, "one in six": 1 / 6},
    "a metre": 1,
}
FRACTIONS = (
    "a third|a quarter|a fifth|a tenth|two-thirds|nine-tenths|half|la moitié|un tiers|un quart|ein drittel|one in six"
)
SCALE = {"bn": 1e9, "billion": 1e9, "million": 1e6, "millions": 1e6, "m": 1e6, "millionen": 1e6, "hundred": 1e2}
SCALE |= {"thousand": 1e3, "tausend": 1e3}
QUALIFIERS = {
    "at least": ("at least",),
    "more than": ("more than", "over "),
    "at most": ("up to", "at most"),
    "less than": ("less than", "fewer than"),
    "about": (
        "about",
        "some ",
        "roughly",
        "around",
        "approximately",
        "estimated",
        "nearly",
        "almost",
        "close to",
        "une trentaine",
        "fast ",
    ),
}
MEASURES = {"metres": "m", "metre": "m", "meters": "m", "Meter": "m", "kilometres": "km", "centimetres": "cm"}
MEASURES |= {"Zentimeter": "cm", "millimetres": "mm", "miles": "mile"}
CURRENCIES = {"€": "EUR", "euro": "EUR", "$": "USD", "dollar": "USD"}
_NUMBER = re.compile(
    rf"(?P<fraction>{FRACTIONS})|(?P<digits>\d[\d  ,.]*\d|\d)"
    rf"|(?P<word>\b(?:{'|'.join(sorted(WORDS, key=len, reverse=True))})\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Amount:
    """What a figure's words say."""

    value: float
    value_to: float | None
    unit: str | None
    qualifier: str


def _digits(text: str, language: str) -> float:
    text = re.sub(r"[  ]", "", text)
    if language in ("de", "fr"):
        text = text.replace(".", "").replace(",", ".")
    return float(text.replace(",", ""))


def _numbers(text: str, language: str) -> list[tuple[float, int]]:
    found = []
    for match in _NUMBER.finditer(text):
        value = _digits(match[0], language) if match["digits"] else float(WORDS[match[0].lower()])
        end = match.end()
        scale = re.match(r"[ -]?(bn|billion|millions?|millionen|m|hundred|thousand)\b", text[end:], re.IGNORECASE)
        if scale:
            value, end = value * SCALE[scale[1].lower()], end + scale.end()
        found.append((round(value, 6), end))
    return found


_STARTS = re.compile(
    r"(?:more than|at least|at most|up to|nearly|almost|about|some|roughly|around|an estimated|between|all but|over) ",
    re.IGNORECASE,
)


def qualified(before: str, text: str) -> tuple[str, int]:
    """Return how exact the amount of `text` is, by its own first words or those `before` it, and where it starts."""
    start = _STARTS.match(text)
    said = start[0] if start else before[-14:]
    low = said.lower()
    for name, words in QUALIFIERS.items():
        if any(low.endswith(f"{word.strip()} ") for word in words):
            return name, start.end() if start else 0
    if text.lower().startswith("une trentaine"):
        return "about", 0
    return "exact", start.end() if start else 0


def read_amount(text: str, language: str, *, before: str = "") -> Amount:
    """Return the amount that `text` names, with the words `before` it."""
    low = text.lower()
    numbers = _numbers(text, language)
    if not numbers:
        raise ValueError(f"no number in {text!r}")
    ranged = low.startswith("between") and len(numbers) > 1
    value, end = numbers[0]
    value_to = numbers[1][0] if ranged else None
    qualifier, _ = qualified(before, text)
    rest = text[numbers[1][1] if ranged else end :]
    unit = _unit(text, rest, low)
    if unit == "share":
        return Amount(round(100 * value, 2), None, "%", "about" if qualifier == "exact" else qualifier)
    return Amount(value, value_to, MEASURES.get(unit or "", unit), qualifier)


def _unit(text: str, rest: str, low: str) -> str | None:
    if "points" in low:
        return "points"
    if "%" in text or "per cent" in low or "percent" in low:
        return "%"
    if "cents" in low:
        return "cent"
    for sign, code in CURRENCIES.items():
        if sign in low and "(" not in low.split(sign)[0]:
            return code
    if re.search(FRACTIONS, low):
        return "share"
    noun = re.sub(r"^[ -]+(?:de |d’|more |other |large )?", "", rest).strip(" .,")
    if low == "a metre":
        return "metre"
    return re.sub(r" (?:a|in|of|to|in a) .*$|-old$", "", noun) or None
