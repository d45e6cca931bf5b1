"""A story's sentences with their times and names in, where articles differ on a day, a time, a place or a name out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from backstory.records import Figure, Mention, TimeExpression
from backstory.timelines.accounts import Given, about
from backstory.timelines.dates import clock_times, days, kind_of_clock, kind_of_day
from backstory.timelines.facts import telling
from backstory.timelines.figures import Disagreement
from backstory.timelines.people import ages, kind_of_age, spellings
from backstory.timelines.places import kind_of_place, persons, places
from backstory.timelines.said import Sentence
from backstory.timelines.things import Amount

__all__ = ["accounts"]


def accounts(
    sentences: Sequence[Sentence],
    times: Mapping[str, Sequence[TimeExpression]],
    mentions: Mapping[str, Sequence[Mention]],
) -> list[Disagreement]:
    """Return where the articles of a story give another day, clock time, place, person, age or spelling.

    Args:
        sentences: of the story's articles.
        times: each article's time expressions.
        mentions: each article's names.
    """
    sentences = sorted(sentences, key=lambda one: (one.article_id, one.span.start))
    told = telling(sentences, {})
    found = [_told("date", kind_of_day(group), group) for group in days(told, times)]
    found += [_told("time", kind_of_clock(group), group) for group in clock_times(told, times)]
    found += [_told("place", kind_of_place(group), group) for group in places(told, mentions)]
    found += [_told("name", "conflict", group) for group in persons(told, mentions)]
    found += [_of_person("age", kind_of_age(group), group, mentions) for group in ages(sentences, mentions)]
    found += [_of_person("spelling", "rounding", group, mentions) for group in spellings(sentences, mentions)]
    return sorted(found, key=lambda one: (one.of, [m.figure.article_id for m in one.members]))


def _told(unit: str, kind: str, group: Sequence[Given]) -> Disagreement:
    words = about([one.sentence for one in group])
    return Disagreement(f"{unit}: {words}" if words else unit, kind, _members(unit, group))


def _of_person(unit: str, kind: str, group: Sequence[Given], mentions: Mapping[str, Sequence[Mention]]) -> Disagreement:
    return Disagreement(f"{unit} of {_name(unit, group, mentions)}", kind, _members(unit, group))


def _name(unit: str, group: Sequence[Given], mentions: Mapping[str, Sequence[Mention]]) -> str:
    """Return the fullest name of whom a group is about, of these the one that most articles write."""
    if unit == "spelling":
        names = Counter(one.value for one in group)
    else:
        names = Counter(" ".join(_nearest(one, mentions).split()) for one in group)
    return min(names, key=lambda name: (-len(name.split()), -names[name], name))


def _nearest(one: Given, mentions: Mapping[str, Sequence[Mention]]) -> str:
    """Return the person's name that stands nearest to an age."""
    named = [m for m in mentions[one.sentence.article_id] if m.kind == "person"]
    return min(named, key=lambda m: (min(abs(m.end - one.start), abs(m.start - one.end)), m.start)).text


def _members(unit: str, group: Sequence[Given]) -> tuple[Amount, ...]:
    """Return each article's first telling of each value, those of the earliest day first."""
    firsts: dict[tuple[str, str], Amount] = {}
    for one in group:
        sentence = one.sentence
        value = float(one.value) if unit == "age" else 0.0
        figure = Figure(
            sentence.article_id, one.start, one.end, one.text, value, None, unit, "exact" if one.exact else "about",
            None, None,
        )  # fmt: skip
        said = None if unit == "age" else one.value
        firsts.setdefault((sentence.article_id, one.value), Amount(figure, sentence, sentence.published, said=said))
    return tuple(sorted(firsts.values(), key=lambda a: (a.day or "9999", a.figure.article_id, a.figure.start)))
