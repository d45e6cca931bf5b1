"""The articles of a thread's stories in, its label out: words that its headlines and leads carry, where they stand."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from backstory.records import Kind, Reading
from backstory.stories.words import function_words, weight

__all__ = ["Label", "label_of"]

WORD = re.compile(r"[^\W_]+(?:[-’'][^\W_]+)*")
LONGEST = 4
"""Words of a label."""
SHORTEST = 2
MOST_ARTICLES = 20
"""Articles of a story whose headline and first paragraph are looked at."""
RAREST = 6.0
"""Weight from which a rarer word makes no better label."""


@dataclass(frozen=True, slots=True)
class Label:
    """A run of words where it stands in a source."""

    text: str
    source_id: str
    start: int
    end: int


def label_of(stories: Sequence[Sequence[Reading]]) -> Label | None:
    """Return the run of words that most stories carry and that says most; None if they share none."""
    holders: dict[str, set[int]] = defaultdict(set)
    articles: dict[str, int] = defaultdict(int)
    first: dict[str, Label] = {}
    for number, readings in enumerate(stories):
        for reading in readings[:MOST_ARTICLES]:
            own = {label.text.casefold(): label for label in reversed(list(_runs(reading)))}
            for words, label in own.items():
                holders[words].add(number)
                articles[words] += 1
                first.setdefault(words, label)
    shared = [words for words in holders if len(holders[words]) > 1]
    best = min(
        shared, key=lambda words: (-(len(holders[words]) ** 2) * _says(words), -articles[words], words), default=None
    )
    return first[best] if best is not None else None


def _says(words: str) -> float:
    """Return how much a run of words says: what its words weigh, names and rare words no more than RAREST."""
    return sum(min(weight(word), RAREST) for word in WORD.findall(words) if word not in function_words())


def _runs(reading: Reading) -> Iterator[Label]:
    """Yield runs of words of the headline and the first paragraph."""
    shown = [p for p in reading.paragraphs if p.kind in (Kind.HEADLINE, Kind.STANDFIRST, Kind.BODY)]
    for paragraph in [*[p for p in shown if p.kind == Kind.HEADLINE], *[p for p in shown if p.kind == Kind.BODY][:1]]:
        words = list(WORD.finditer(reading.text, paragraph.start, paragraph.end))
        parted = [reading.text[a.end() : b.start()] != " " for a, b in pairwise(words)]
        for at in range(len(words)):
            for length in range(SHORTEST, LONGEST + 1):
                run = words[at : at + length]
                if len(run) < length or any(parted[at : at + length - 1]) or not _is_label(run[0], run[-1]):
                    continue
                start, end = run[0].start(), run[-1].end()
                yield Label(reading.text[start:end], reading.article.source_id, start, end)


def _is_label(first: re.Match[str], last: re.Match[str]) -> bool:
    """Whether a run may begin and end so: with words that say something, one of them a name as far as case tells."""
    ends = (first.group(), last.group())
    return all(word.casefold() not in function_words() for word in ends) and any(word[0].isupper() for word in ends)
