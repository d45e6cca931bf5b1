"""A sentence in, its figures out: value or range, unit, how exact, what it counts and as of when.

Dates, times and lengths of time are left to `times`; numbers that are parts of names ("Number 10", "Boeing 787"),
ordinals, scores ("2-1"), telephone numbers and version numbers are no figures. Ages are figures of the unit "year".
"Dozens", "hundreds" and "thousands" count as at least 24, 200 and 2,000: the least that they can mean.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from backstory.annotate.amounts import Amount, amounts, currency
from backstory.annotate.lexicon import pairs, words
from backstory.records import Article, Figure, Span, TimeExpression

__all__ = ["figures"]

WORD = re.compile(r"[^\W\d_][\w’'-]*|[%°]\w?|[^\s\w]")
TOKEN_NAME = re.compile(
    r"\s?(?P<token>[A-Z][A-Z0-9]{1,6})\b(?:\s\([A-Z0-9]{2,7}\))?|\s(?P<coin>[A-Z][a-z]+)\s\((?P<code>[A-Z0-9]{2,7})\)"
)
AGE = re.compile(r"[-\s]years?[-\s]old\b", re.IGNORECASE)
AGED = re.compile(r"\baged?\s$", re.IGNORECASE)
ONE_IN = re.compile(r"\s(?:in|out of)(?:\severy)?\s$", re.IGNORECASE)
SCORE = re.compile(r"\d{1,3}\s?[-–]\s?\d{1,3}")
FRACTION = re.compile(
    r"\b(?:(?P<count>a|one|two|three|four)[\s-])?(?P<part>half|thirds?|quarters?|fifths?|tenths?)\s"
    r"(?:of\s)?(?=(?:the|its|their|all|those|his|her|[a-z]+s)\b)",
    re.IGNORECASE,
)
LINK = re.compile(r"\s(?:worth of|worth|of|in(?=\s(?:[A-Z]{2,}\b|[a-z]+s?\b(?<!the)(?<!this)(?<!last))))\s")
AFTERTHOUGHT = re.compile(r"\s(?:or more|or so|or fewer|plus)(?=\s)|\+(?=\s)")
SMALLEST_DEFINITE = 10
"""Smaller numbers in words after "the" point back at people named before ("the two leaders") and count nothing anew."""
LONGEST_UNIT = 3
LONGEST_QUALIFIER = 24
"""Characters before a figure in which its qualifier ends."""
LONGEST_PHRASE = 8
LONGEST_NOUN = 4
"""Words between a number and the noun that it counts, the noun among them: "50 allied defence ministers"."""


@dataclass(frozen=True, slots=True)
class _Measured:
    """What the words after an amount say: the unit, where it ends, what is counted."""

    unit: str | None
    end: int
    of: str | None = None
    factor: float = 1.0


def figures(
    article: Article, text: str, sentences: Sequence[Span], times: Sequence[TimeExpression], names: Sequence[Span],
    language: str = "en",
) -> tuple[Figure, ...]:  # fmt: skip
    """Return the figures in `sentences`, in order. `times` and `names` are what the article's other readers found."""
    found: list[Figure] = []
    starts = [name.start for name in names]
    for sentence in sentences:
        dated = [t for t in times if sentence.start <= t.start < sentence.end]
        first, last = (bisect_left(starts, at) for at in (sentence.start, sentence.end))
        here = names[first:last]
        taken = [(t.start, t.end) for t in dated] + [(n.start, n.end) for n in here]
        row = _shares(text, sentence, language) + _measured(text, sentence, taken, language)
        as_of = next((t.value for t in dated if t.type == "DATE" and t.value and t.value[0].isdigit()), None)
        as_of = as_of or (article.published[:10] if article.published else None)
        for start, end, amount, measured, qualifier in _disjoint(row):
            value_to = amount.value_to * measured.factor if amount.value_to is not None else None
            found.append(
                Figure(article.article_id, start, end, text[start:end], amount.value * measured.factor, value_to,
                       measured.unit, qualifier, measured.of, as_of)
            )  # fmt: skip
    return tuple(sorted(found, key=lambda figure: (figure.start, figure.end)))


Row = tuple[int, int, Amount, _Measured, str]


def _disjoint(rows: Sequence[Row]) -> list[Row]:
    result: list[Row] = []
    for row in sorted(rows, key=lambda r: (r[0], -r[1])):
        if not result or row[0] >= result[-1][1]:
            result.append(row)
    return result


def _measured(text: str, sentence: Span, taken: Sequence[tuple[int, int]], language: str) -> list[Row]:
    rows: list[Row] = []
    for amount in amounts(text, sentence.start, sentence.end, language):
        if any(start < amount.end and amount.start < end for start, end in taken):
            continue
        measured = _unit(text, amount, sentence, language)
        if measured is None:
            continue
        qualifier, start, end = _qualifier(text, amount.start, measured.end, sentence, language)
        if qualifier == "exact":  # "1,000 or so people"
            qualifier = _qualifier(text, amount.start, amount.end, sentence, language)[0]
        rows.append((start, end, amount, measured, "at least" if amount.vague else qualifier))
    return rows


def _unit(text: str, amount: Amount, sentence: Span, language: str) -> _Measured | None:
    """Return what the amount is of, or None where it is no figure."""
    if amount.currency is not None:
        end = _past_currency_words(text, amount, sentence, language)
        return _Measured(amount.currency, end, _counted_thing(text, end, sentence, language))
    if AGE.match(text, amount.end, sentence.end) or AGED.search(text, sentence.start, amount.start):
        age = AGE.match(text, amount.end, sentence.end)
        return _Measured("year", age.end() if age else amount.end)
    return (
        _measure(text, amount, sentence, language)
        or _money(text, amount, sentence, language)
        or _token(text, amount, sentence)
        or _count(text, amount, sentence, language)
    )


def _following(text: str, start: int, sentence: Span, limit: int) -> list[re.Match[str]]:
    """Return the next words after `start`, up to `limit`, as long as only single blanks and hyphens part them."""
    result: list[re.Match[str]] = []
    at = start
    while len(result) < limit:
        gap = re.compile(r"[\s-]?").match(text, at, sentence.end)
        match = WORD.match(text, gap.end() if gap else at, sentence.end)
        if match is None:
            break
        result.append(match)
        at = match.end()
    return result


def _listed(text: str, start: int, sentence: Span, table: dict[str, str]) -> tuple[str, int] | None:
    """Return the entry of `table` that the next one to three words make, and where it ends."""
    run = _following(text, start, sentence, LONGEST_UNIT)
    for size in range(len(run), 0, -1):
        entry = table.get(text[run[0].start() : run[size - 1].end()].lower().replace("-", " "))
        if entry is not None:
            return entry, run[size - 1].end()
    return None


def _measure(text: str, amount: Amount, sentence: Span, language: str) -> _Measured | None:
    found = _listed(text, amount.end, sentence, pairs("measures", language))
    if found is None:
        return None
    of = _counted_thing(text, found[1], sentence, language, bare=found[0] == "%")
    return _Measured(found[0], found[1], of)


def _money(text: str, amount: Amount, sentence: Span, language: str) -> _Measured | None:
    small = _listed(text, amount.end, sentence, pairs("small_money", language))
    if small is not None and not amount.in_words:
        return _Measured(small[0], small[1], _counted_thing(text, small[1], sentence, language), 0.01)
    run = _following(text, amount.end, sentence, LONGEST_UNIT)
    for size in range(len(run), 0, -1):
        code = currency(text[run[0].start() : run[size - 1].end()], language)
        if code is not None and not text[run[0].start() : run[0].end()].isdigit():
            end = run[size - 1].end()
            return _Measured(code, end, _counted_thing(text, end, sentence, language))
    return None


def _past_currency_words(text: str, amount: Amount, sentence: Span, language: str) -> int:
    """Skip a currency's name that repeats its sign: "$5m US dollars"."""
    del sentence, language
    trailing = re.compile(r"\s?(?:USD|EUR|GBP|AUD|CAD)\b").match(text, amount.end)
    return trailing.end() if trailing else amount.end


def _token(text: str, amount: Amount, sentence: Span) -> _Measured | None:
    """Read "5.7 million USDC (USDC)" and "1200 Solana (SOL)": a token's code is the unit."""
    match = TOKEN_NAME.match(text, amount.end, sentence.end)
    if match is None or amount.in_words and amount.value < 100:
        return None
    code = match["token"] or match["code"]
    if match["token"] and _plural_follows(text, match.end("token"), sentence):
        return None
    return _Measured(code, match.end("token") if match["token"] else match.end("coin"))


def _plural_follows(text: str, start: int, sentence: Span) -> bool:
    run = _following(text, start, sentence, 2)
    return bool(run) and any(m.group().islower() and m.group().endswith("s") for m in run)


def _count(text: str, amount: Amount, sentence: Span, language: str) -> _Measured | None:
    """Read "7,000 lenders" and "17 people": the unit is the noun. A number that counts nothing is no figure."""
    if _part_of_name(text, amount, sentence) or SCORE.fullmatch(text[amount.start : amount.end]):
        return None
    extra = AFTERTHOUGHT.match(text, amount.end, sentence.end)
    start = extra.end() if extra else amount.end
    if amount.vague:
        start = re.compile(r"\sof(?:\sthe(?:se|ir)?)?|\sof").match(text, amount.end).end()  # type: ignore[union-attr]
    run = _following(text, start, sentence, LONGEST_NOUN)
    for match in run:
        word = match.group().lower()
        if not word[0].isalpha() or word in words("not_counted", language) or word in words("phrase_ends", language):
            return None
        if _countable(match.group(), language):
            of = text[run[0].start() : match.end()]
            return _Measured(word, match.end(), of) if amount.value != 1 else None
    return None


def _countable(word: str, language: str) -> bool:
    lower = word.lower()
    plural = lower.endswith("s") and not lower.endswith(("ss", "us", "is", "'s", "’s")) and len(lower) > 3
    return (plural and not word.isupper()) or lower in words("counted", language)


def _part_of_name(text: str, amount: Amount, sentence: Span) -> bool:
    """Say whether the number belongs to what stands before it: "Article 5", "Boeing 787", "#220", "No 10"."""
    before = text[sentence.start : amount.start]
    if before.endswith(("#", "/", "+", "No ", "no ")):
        return True
    if amount.in_words and before.strip() and text[amount.start].isupper():
        return True
    if amount.in_words and re.search(r"\b(?:the|these|those|both|this|that)\s$", before, re.IGNORECASE):
        return amount.value < SMALLEST_DEFINITE
    last = re.search(r"(\w[\w’'-]*)\s$", before)
    capital = last is not None and last[1][0].isupper() and before.strip() != last[1]
    return capital and amount.value_to is None and amount.value == int(amount.value) and not amount.in_words


def _counted_thing(text: str, start: int, sentence: Span, language: str, *, bare: bool = True) -> str | None:
    """Return what a share or a sum is of: the noun phrase after "of" or "worth of", or the words right after it.

    "In" links money alone, and no place or date ("$40 million in damages"). `bare` allows the words right after.
    """
    link = LINK.match(text, start, sentence.end)
    if link is None and not bare:
        return None
    taken: list[re.Match[str]] = []
    for match in _following(text, link.end() if link else start, sentence, LONGEST_PHRASE if link else 2):
        if not match.group()[0].isalpha() or (taken and _ends_phrase(match.group().lower(), language)):
            break
        taken.append(match)
    if not taken or _ends_phrase(taken[0].group().lower(), language):
        return None
    if link is None and (not taken[0].group().islower() or taken[0].group() in words("determiners", language)):
        return None
    return text[taken[0].start() : taken[-1].end()]


def _ends_phrase(lower: str, language: str) -> bool:
    lists = ("phrase_ends", "prepositions", "clause_openers")
    return lower == "of" or any(lower in words(name, language) for name in lists)


def _owned(text: str, start: int, sentence: Span) -> str | None:
    """Return what follows "half" without "of": "half its wealth"."""
    match = re.compile(r"\s((?:its|their|his|her|the|all)\s[\w’'-]+(?:\s[a-z]\w+)?)").match(text, start, sentence.end)
    return match[1] if match else None


@cache
def _qualifiers(language: str) -> tuple[tuple[str, tuple[str, str]], ...]:
    """Return the words before a figure that say how exact it is, longest first, and how a text ends with them."""
    ordered = sorted(pairs("qualifiers", language), key=lambda p: (-len(p), p))
    return tuple((phrase, (" " + phrase, "(" + phrase)) for phrase in ordered)


def _qualifier(text: str, start: int, end: int, sentence: Span, language: str) -> tuple[str, int, int]:
    """Return how exact the words before and after say that the figure is, and the span with these words."""
    base = max(sentence.start, start - LONGEST_QUALIFIER)
    near = text[base:start].lower()
    before = re.sub(r"\b(?:a|an|the|top|another)$", "", near.rstrip()).rstrip()
    table = pairs("qualifiers", language)
    for phrase, endings in _qualifiers(language):
        if before == phrase or before.endswith(endings):
            return table[phrase], base + near.rfind(phrase), end
    after = text[end : min(sentence.end, end + 12)].lower()
    for phrase, meaning in sorted(pairs("qualifiers_after", language).items()):
        if after.startswith(" " + phrase):
            return meaning, start, end + len(phrase) + 1
    if before.endswith("~"):
        return "about", start - 1, end
    return ("at least", start, end + 1) if after.startswith("+") else ("exact", start, end)


def _shares(text: str, sentence: Span, language: str) -> list[Row]:
    """Read "a third of voters" and "two in five people": shares in percent."""
    rows: list[Row] = []
    for match in FRACTION.finditer(text, sentence.start, sentence.end):
        if match["part"].lower() != "half" and not match["count"]:
            continue
        count = {"a": 1, None: 1}.get(match["count"] and match["count"].lower(), 0)
        count = count or int(pairs("number_words", language)[match["count"].lower()])
        percent = float(pairs("fractions", language)[match["part"].lower()]) * count
        end = match.end("part")
        of = _counted_thing(text, end, sentence, language) or _owned(text, end, sentence)
        rows.append(
            (match.start(), end, Amount(match.start(), end, round(percent, 2)), _Measured("%", end, of), "about")
        )
    held: Amount | None = None
    for amount in amounts(text, sentence.start, sentence.end, language):
        if held is not None and ONE_IN.fullmatch(text[held.end : amount.start]) and 0 < held.value < amount.value:
            value = round(100 * held.value / amount.value, 2)
            of = _counted_thing(text, amount.end, sentence, language)
            rows.append(
                (held.start, amount.end, Amount(held.start, amount.end, value), _Measured("%", amount.end, of), "about")
            )
        held = amount
    return rows
