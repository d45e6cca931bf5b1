"""Sentences of a story in, its facts out: told by which outlets, and not told by which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from backstory.timelines.said import Sentence, same

__all__ = ["Fact", "omissions"]

MOST = 30
"""Facts of a story that are kept, those that most outlets tell first."""


@dataclass(frozen=True, slots=True)
class Fact:
    """What several articles say, the sentence that speaks for it, who tells it and who does not."""

    sentence: Sentence
    also: tuple[Sentence, ...]
    told_by: tuple[str, ...]
    untold_by: tuple[str, ...]


def omissions(sentences: Sequence[Sentence], outlets: Sequence[str]) -> list[Fact]:
    """Return the facts that at least two of a story's `outlets` tell and at least one does not."""
    found = []
    for group in same(sentences):
        members = [sentences[at] for at in group]
        told = {member.outlet for member in members if member.outlet}
        untold = set(outlets) - told
        if len(told) >= 2 and untold:
            found.append(Fact(members[0], tuple(members[1:]), tuple(sorted(told)), tuple(sorted(untold))))
    found.sort(key=lambda fact: (-len(fact.told_by), fact.sentence.place, fact.sentence.article_id))
    return found[:MOST]
