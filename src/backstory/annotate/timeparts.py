"""The tokens of one time expression in, what they say out: number, unit, direction, modifier; the shape of values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from backstory.annotate.calendar import bounds
from backstory.annotate.lexicon import words as listed
from backstory.annotate.timewords import Word

__all__ = ["Parts", "Setting", "Value", "day_of", "open_value", "tense"]

FROM_BEFORE = frozenset({"following", "previous", "preceding"})
"""Behind "the": counted from the date that the article named before."""
OPENING = 3
"""Tokens before an expression that opens a sentence: the verb behind its comma is its own."""
SINCE = 4
"""Tokens: "since shortly after the Oct. 23 killing"."""
REACH = 10
"""Tokens to each side of a weekday or month in which a word like "will" makes it one to come."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What a value depends on. `ahead` is None where the sentence does not tell whether it looks ahead."""

    published: date | None
    ahead: bool | None = False
    behind: bool = False
    """Whether a verb right before the expression tells that it is past."""
    ends: bool = False
    """Whether "ended" or "ending" follows the expression."""
    quarter: str | None = None
    """The last quarter that the article named, as "1989-Q3"."""
    before: str | None = None
    """The value of the last date that the article named."""


@dataclass(frozen=True, slots=True)
class Value:
    """A TIMEX3 type, value and modifier, with the zone of a time (TIMEX3 values in the sets carry none).

    `relative` is published or before for what the value was counted from.
    """

    type: str
    value: str
    mod: str | None = None
    relative: str | None = "published"
    zone: str | None = None


@dataclass(frozen=True, slots=True)
class Parts:
    """The tokens of an expression, asked for by symbol."""

    words: Sequence[Word]
    text: str

    def value(self, symbol: str) -> str | None:
        """Return the value of the first token with the symbol."""
        return next((word.value for word in self.words if word.symbol == symbol), None)

    def has(self, symbol: str) -> bool:
        """Say whether a token has the symbol."""
        return any(word.symbol == symbol for word in self.words)

    @property
    def shift(self) -> int:
        """-1 for last, 1 for next, 0 for this or nothing."""
        return next((int(word.value) for word in self.words if word.symbol in "lk"), 0)

    @property
    def counts_from_before(self) -> bool:
        """Whether the words point at the date named before: "that day", "the following year", "the previous Friday"."""
        relative = self.has("t") and any(word.text.lower() in FROM_BEFORE for word in self.words)
        return relative or self.has("A")

    @property
    def mod(self) -> str | None:
        """START, MID or END where the words say so."""
        return self.value("j")

    @property
    def unit(self) -> str:
        """The letter of the last unit."""
        return next((word.value for word in reversed(self.words) if word.symbol == "u"), "")

    @property
    def plural(self) -> bool:
        """Whether a unit stands in the plural."""
        return any(word.symbol == "u" and word.text.lower().endswith("s") for word in self.words)

    @property
    def number(self) -> float | None:
        """The number that the words make; None if there is none or it is vague."""
        total, found = 0.0, False
        for word in self.words:
            if word.symbol == "n" and word.value.replace(".", "", 1).isdigit():
                amount = float(word.value)
                total = total * amount if amount >= 100 and total and not word.text[0].isdigit() else total + amount
                found = True
            elif word.symbol == "a" and not found:
                total, found = 1.0, True
            elif word.symbol == "f":
                return float(word.value) if word.value.isdigit() else None
        if self.has("H"):
            total, found = (total + 0.5 if self.has("&") or self.text.count("n") else 0.5), True
        return total if found else None

    @property
    def vague(self) -> bool:
        """Whether the number is one like "several"."""
        return any(word.symbol == "f" and not word.value.isdigit() for word in self.words)

    @property
    def approximate(self) -> str | None:
        """The TIMEX3 modifier of "about", "more than" and the like."""
        marks = [word.value for word in self.words if word.symbol == "q"]
        if marks:
            return marks[0]
        bound = self.value("R") or self.value("B")
        return {"MORE": "MORE_THAN", "LESS": "LESS_THAN", "LEAST": "EQUAL_OR_MORE", "MOST": "EQUAL_OR_LESS"}.get(
            bound or ""
        )


def day_of(value: str | None) -> date | None:
    """Return the first day that a TIMEX3 value can mean."""
    span = bounds(value) if value else None
    return date.fromisoformat(span[0][:10]) if span else None


def tense(words: Sequence[Word], first: int, last: int, language: str = "en") -> bool | None:
    """Say whether the expression [first, last) lies ahead: the nearest telling verb before it says, else one after."""
    if first and words[first - 1].text.lower() == "as":
        return True
    if last < len(words) and words[last].symbol == "'":
        return False
    if any(words[at].text.lower() == "since" for at in range(max(0, first - SINCE), first)):
        return False
    for at in range(first - 1, max(-1, first - 1 - REACH), -1):
        looks = _looks(words, at, language)
        if looks is not None:
            return looks
    for at in range(last, min(len(words), last + REACH)):
        if first > OPENING and words[at].symbol == ",":
            return None
        looks = _looks(words, at, language)
        if looks is not None:
            return looks
    return None


def done(words: Sequence[Word], first: int, language: str = "en") -> bool:
    """Say whether a verb right before the expression tells that it is past: "ended March 31", "last seen on Nov. 3"."""
    at = first - 1
    while at >= 0 and words[at].text.lower() in {"on", "in", "the", "last"}:
        at -= 1
    return at >= 0 and _looks(words, at, language) is False


def _looks(words: Sequence[Word], at: int, language: str) -> bool | None:
    """Say whether the word looks ahead (True) or back (False); None where it tells nothing."""
    lower = words[at].text.lower().replace("’", "'")
    if lower == "to" and at and words[at - 1].text.lower() in listed("before_plan", language):
        return True
    if lower in listed("future_cues", language):
        return True
    before = words[at - 1].text.lower() if at else ""
    if lower == "be" and before == "to":
        return True
    if before == "be":
        return None
    if lower in listed("past_verbs", language):
        for_later = lower == "set" and at + 1 < len(words) and words[at + 1].text.lower() in {"for", "to"}
        return None if for_later else False
    past = lower.endswith("ed") and len(lower) > 4 and words[at].text.islower()
    promised = at + 1 < len(words) and words[at + 1].text.lower() == "to"
    return None if not past or promised or _is_no_verb(words, at) else False


def _is_no_verb(words: Sequence[Word], at: int) -> bool:
    """Say whether a word in -ed stands behind an article, or an adverb behind one: "a still unspecified date"."""
    before = at - 1
    while before > 0 and (words[before].text.lower() in {"still", "not", "yet"} or words[before].text.endswith("ly")):
        before -= 1
    return before >= 0 and words[before].text.lower() in {"a", "an", "the"}


def open_value(kind: str, value: str) -> Value:
    """Return a value that depends on nothing: the day of publication is not known."""
    return Value(kind, value, None)
