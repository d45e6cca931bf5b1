"""Paragraphs in, time expressions out: TIMEX3 type and value, and the earliest and latest instant that each can mean.

Spans come from a grammar: every token has a symbol (`data/<language>/time_words.tsv`), and patterns run over the
symbols (`time_patterns.tsv`). What the model found beside that is added where the grammar can read it. Values follow
TimeML (ISO 8601 with its weeks, quarters, seasons and XX) against the article's published date.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache

from backstory.annotate.calendar import bounds, when
from backstory.annotate.lexicon import entries
from backstory.annotate.spans import Found, overlapping
from backstory.annotate.timeparts import Setting, Value, done, tense
from backstory.annotate.timevalues import valued
from backstory.annotate.timewords import Word, symbols, time_tokens
from backstory.records import Article, Span, TimeExpression

__all__ = ["Match", "matches", "times"]

NUMBER = "n(?:[-&]?n)*"
ABOUT = "(?:q|R%|@B)?"
EARLIEST_BARE = "1500"
"""A number of four digits below this is a year only after "in", "since" and the like."""
OWNERS = frozenset({"its", "the", "his", "her", "their", "'s", "’s"})
"""Before a bare year: "its 2014 borders"."""
SPELLS = frozenset({"for", "in", "within", "over", "after"})
"""Before a unit in the plural alone: "for weeks", "in years"."""
AGE_DIGITS = 2
"""Digits of a decade of somebody's life: "in her 30s"."""
SILENT = frozenset({"age"})
"""Rules whose matches are no time expressions, and keep others from reading a part of them: "a 34-year-old"."""


@dataclass(frozen=True, slots=True)
class Match:
    """A run of tokens [first, last) that a rule of the grammar takes for a time expression."""

    rule: str
    first: int
    last: int


@cache
def _grammar(language: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    rows = (entry.split("\t") for entry in entries("time_patterns.tsv", language))
    return tuple((rule, re.compile(pattern.replace("<n>", NUMBER).replace("<q>", ABOUT))) for rule, pattern in rows)


def matches(words: Sequence[Word], language: str = "en") -> list[Match]:
    """Return the runs of tokens that are time expressions: from each place the longest, none overlapping."""
    row = symbols(list(words))
    candidates: list[tuple[int, int, int, str]] = []
    for order, (rule, pattern) in enumerate(_grammar(language)):
        for found in pattern.finditer(row):
            if found.end() > found.start() and _holds(rule, words[found.start() : found.end()], words, found.start()):
                candidates.append((found.start(), found.end() - found.start(), order, rule))
    return _longest(candidates)


def _longest(candidates: Sequence[tuple[int, int, int, str]]) -> list[Match]:
    """Keep the longest candidate of each overlapping group, the earlier rule among equals."""
    result: list[Match] = []
    taken: set[int] = set()
    for start, size, _, rule in sorted(candidates, key=lambda c: (-c[1], c[0], c[2])):
        cells = range(start, start + size)
        if taken.isdisjoint(cells):
            taken.update(cells)
            result.append(Match(rule, start, start + size))
    return sorted(result, key=lambda match: match.first)


def _holds(rule: str, run: Sequence[Word], words: Sequence[Word], start: int) -> bool:
    """Say whether the words around a match let it be a time: what symbols alone cannot tell."""
    if rule == "year" and run[0].symbol == "t" and run[1].symbol == "u":
        return run[1].value == "Y"
    if rule == "year":
        return _year_holds(run, words, start)
    if rule == "duration" and run[-1].value == "Q":
        return [word.text.lower() for word in words[start + len(run) : start + len(run) + 1]] != ["of"]  # a share
    if run[-1].symbol == "s" and rule in {"season", "near", "same"}:
        return _season_holds(run)
    return rule not in NEEDS or NEEDS[rule](run, words[start - 1].text.lower() if start else "")


def _season_holds(run: Sequence[Word]) -> bool:
    """Read "the winter", not "the Winter Olympics"; and "last fall", not "the fall"."""
    named = run[0].symbol != "t" or run[-1].text.islower()
    return named and (run[-1].text.lower() != "fall" or run[0].symbol in "lkhA")


def _month_holds(run: Sequence[Word], before: str) -> bool:
    """Leave out abbreviations without their points ("Jan", "Mar"), which are names as often."""
    del before
    return len(run) > 1 or len(run[0].text) > 3 or run[0].text == "May"


def _has_unit(run: Sequence[Word], unit: str) -> bool:
    return any(word.symbol == "u" and word.value == unit for word in run)


def _vague_holds(run: Sequence[Word], before: str) -> bool:
    """Read "the current" and "in the past", not "the last"."""
    if run[-1].symbol == "l":
        return run[-1].text.lower() == "past" and before == "in"
    return run[0].symbol != "h" or run[0].text.lower() == "current"


NEEDS: dict[str, Callable[[Sequence[Word], str], bool]] = {
    "vague": _vague_holds,
    "yearend": lambda run, _: run[-1].value == "END",
    "spell": lambda run, before: run[0].text.lower().endswith("s") and before in SPELLS,
    "weekof": lambda run, _: run[1].value == "W",
    "decade": lambda run, before: not (before in OWNERS - {"the"} and len(run[-1].value) == AGE_DIGITS),
    "month": _month_holds,
    "quarter": lambda run, _: any(word.symbol == "E" for word in run) or _has_unit(run, "Q"),
    "century": lambda run, _: _has_unit(run, "C"),
    "thing": lambda run, _: run[-1].value in {"Q", "Y", "K", "W"},
    "period": lambda run, _: run[-1].symbol == "G" or run[-1].value == "Q",
}
"""What a rule asks of the words it found and the word before them."""


def _year_holds(run: Sequence[Word], words: Sequence[Word], start: int) -> bool:
    """Tell a year from a count: no currency before it, no noun in the plural or unit after it."""
    before = words[start - 1].text if start else ""
    after = words[start + len(run)].text if start + len(run) < len(words) else ""
    if (
        len(run) == 1
        and run[0].value < EARLIEST_BARE
        and before.lower() not in {"in", "since", "of", "by", "until", "to"}
    ):
        return False
    if before in {"$", "£", "€", "¥", "#", "."} or after in {"%", "$", "€"}:
        return False
    if before.lower() in OWNERS and run[0].value >= "1900":
        return True
    return len(run) > 1 or not (
        after.islower() and after.endswith("s") and after not in {"was", "is", "has", "as", "'s", "’s"}
    )


def times(
    article: Article, text: str, sentences: Sequence[Span], seen: Sequence[Found] = (), language: str = "en"
) -> tuple[TimeExpression, ...]:
    """Return the time expressions in `sentences`, in order.

    `seen` are the spans that the model found; the article's published date, or the interval in which it must lie, is
    what "last month" is counted from. Without either, values keep XX for what is not known and instants are None.
    """
    settings = _settings(article)
    found: list[TimeExpression] = []
    memory = [replace(setting) for setting in settings]
    for sentence in sentences:
        words = time_tokens(text, sentence.start, sentence.end, language)
        for match in _with_model(words, matches(words, language), seen, language):
            if match.rule in SILENT:
                continue
            run = words[match.first : match.last]
            ahead = tense(words, match.first, match.last, language)
            behind = done(words, match.first, language)
            ends = match.last < len(words) and words[match.last].text.lower() in {"ended", "ending"}
            told = [replace(setting, ahead=ahead, behind=behind, ends=ends) for setting in memory]
            values = [valued(match.rule, run, setting) for setting in told]
            known = [value for value in values if value is not None]
            if len(known) < len(values):
                continue
            made = _expression(article, text, run, known, settings, found)
            found.append(made)
            memory = [_remember(setting, value) for setting, value in zip(memory, known, strict=True)]
    return tuple(found)


def _settings(article: Article) -> list[Setting]:
    """Return the days that values are counted from: one where the date is known, two where only an interval is."""
    stated = when(article.published)
    if stated is not None:
        return [Setting(stated)]
    ends = [day for day in (when(article.published_earliest), when(article.published_latest)) if day is not None]
    return [Setting(day) for day in sorted(set(ends))] if len(ends) > 1 else [Setting(None)]


def _remember(setting: Setting, value: Value) -> Setting:
    if value.type not in {"DATE", "TIME"} or not value.value[:1].isdigit():
        return setting
    quarter = value.value if "-Q" in value.value and value.relative != "before" else setting.quarter
    return replace(setting, before=value.value, quarter=quarter)


def _with_model(words: Sequence[Word], ruled: list[Match], seen: Sequence[Found], language: str) -> Iterable[Match]:
    """Return the grammar's matches, with those that the model alone found and the grammar can read within its span."""
    del language
    if not seen or not words:
        return ruled
    extra = []
    for span in overlapping(seen, words[0].start, words[-1].end):
        inside = [at for at, word in enumerate(words) if word.start >= span.start and word.end <= span.end]
        clear = all(match.last <= inside[0] or match.first > inside[-1] for match in ruled) if inside else False
        if clear and any(words[at].symbol in "uvsp" for at in inside):
            extra.append(Match(_rule_for(words, inside), inside[0], inside[-1] + 1))
    return sorted([*ruled, *extra], key=lambda match: match.first)


def _rule_for(words: Sequence[Word], inside: Sequence[int]) -> str:
    row = {words[at].symbol for at in inside}
    return "vague" if "v" in row else "season" if "s" in row else "part" if "p" in row else "duration"


def _expression(
    article: Article, text: str, run: Sequence[Word], values: Sequence[Value], settings: Sequence[Setting],
    found: Sequence[TimeExpression],
) -> TimeExpression:  # fmt: skip
    """Make the record; two values (from both ends of an interval) that differ leave the value open, and widen it."""
    start, end = run[0].start, run[-1].end
    first = values[0]
    same = all(value.value == first.value for value in values)
    instants = [_instants(value, setting, _zone(article)) for value, setting in zip(values, settings, strict=True)]
    known = [pair for pair in instants if pair is not None]
    anchor: str | int | None = first.relative
    if anchor == "before":
        anchor = found[-1].start if found else "published"
    return TimeExpression(
        article.article_id, start, end, text[start:end], first.type, first.value if same else None,
        min((pair[0] for pair in known), default=None), max((pair[1] for pair in known), default=None), anchor,
    )  # fmt: skip


def _instants(value: Value, setting: Setting, zone: str) -> tuple[str, str] | None:
    """Return the earliest and latest instant of a date or time, narrowed by early, mid and late."""
    if value.type not in {"DATE", "TIME"}:
        return None
    if value.value == "PRESENT_REF" and setting.published:
        span: tuple[str, str] | None = (setting.published.isoformat(), setting.published.isoformat())
    else:
        span = bounds(value.value + (value.zone or ""))
    if span is None:
        return None
    if value.mod in {"START", "MID", "END"} and "T" not in span[0]:
        span = _narrowed(span[0], span[1], value.mod)
    return _instant(span[0], "00:00:00", zone), _instant(span[1], "23:59:59", zone)


def _instant(stamp: str, time: str, zone: str) -> str:
    """Complete a day or a time to seconds, with the article's zone where it states none itself."""
    if "T" not in stamp:
        return f"{stamp}T{time}{zone}"
    clock = stamp[11:]
    if len(clock) == CLOCK:
        return f"{stamp}:{time[-2:] if time.startswith('23') else '00'}{zone}"
    return f"{stamp[:16]}:{time[-2:] if time.startswith('23') else '00'}{stamp[16:]}"


CLOCK = 5
"""Characters of a clock time without a zone: "09:30"."""
ZONE = re.compile(r"T.*?(Z|[+-]\d\d:\d\d)$")


def _zone(article: Article) -> str:
    """Return the zone of the article's published date: what its own days are counted in."""
    match = ZONE.search(article.published or "")
    return match[1] if match else ""


def _narrowed(earliest: str, latest: str, mod: str) -> tuple[str, str]:
    """Cut a span of days to its first, middle or last half: "early" and "late" are not exact."""
    first, last = date.fromisoformat(earliest), date.fromisoformat(latest)
    days = (last - first).days
    if mod == "START":
        return earliest, (first + timedelta(days=days // 2)).isoformat()
    if mod == "END":
        return (last - timedelta(days=days // 2)).isoformat(), latest
    return (first + timedelta(days=days // 4)).isoformat(), (last - timedelta(days=days // 4)).isoformat()
