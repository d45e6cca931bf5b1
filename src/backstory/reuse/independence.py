"""Articles in, their independent origins out: seven outlets, two origins, and what shows it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

from backstory.records import Origin, Passage, Reading
from backstory.reuse.credits import Credit, credits_of, names_of
from backstory.reuse.order import earliest
from backstory.reuse.origins import TOLD_WORDS, told_words

__all__ = ["independent_origins"]

SAME_WORDS = 40
"""So many shared words outside quotation marks show that two articles have one origin."""
SAME_SHARE = 0.2
"""So great a share of the shorter article shows it too."""

Pair = tuple[str, str]


def independent_origins(readings: Iterable[Reading], passages: Iterable[Passage]) -> list[Origin]:
    """Return the independent origins of articles, such as those of a story or those that tell a fact; count them.

    Two articles have one origin if both credit one wire service for all that they print, or if they share enough words
    outside quotation marks. What remains alone is an outlet's own, or unknown where the outlet is.
    """
    known = {reading.article.article_id: reading for reading in readings}
    names = names_of(known.values())
    credits = {key: credits_of(known[key], names) for key in sorted(known)}
    reasons: dict[Pair, str] = {}
    for passage in passages:
        if not passage.boilerplate:
            for pair, words in _copied(passage, known).items():
                reasons.setdefault(pair, f"share {words} words in a row that are nobody’s quotation")
    for wire, keys in sorted(_credited(credits).items()):
        for other in keys[1:]:
            reasons.setdefault((keys[0], other), f"both credit {wire}")
    return [_origin(group, known, credits, reasons) for group in _groups(sorted(known), reasons)]


def _credited(credits: Mapping[str, Sequence[Credit]]) -> dict[str, list[str]]:
    said: dict[str, list[str]] = defaultdict(list)
    for key in sorted(credits):
        for credit in credits[key]:
            if credit.whole:
                said[credit.name].append(key)
    return said


def _copied(passage: Passage, known: Mapping[str, Reading]) -> dict[Pair, int]:
    """Return the pairs of articles that a passage shows to have one origin, with the words that show it."""
    told: dict[str, int] = defaultdict(int)
    for member in passage.members:
        if member.article_id in known:
            told[member.article_id] = max(told[member.article_id], told_words(member, known[member.article_id]))
    pairs = {}
    for one, two in combinations(sorted(told), 2):
        words = min(told[one], told[two])
        shorter = min(known[one].article.words or len(known[one].of().split()), known[two].article.words or 10**6)
        if words >= SAME_WORDS or words >= max(SAME_SHARE * shorter, TOLD_WORDS):
            pairs[one, two] = words
    return pairs


def _groups(keys: Sequence[str], pairs: Iterable[Pair]) -> list[list[str]]:
    root = {key: key for key in keys}

    def find(key: str) -> str:
        while root[key] != key:
            key = root[key]
        return key

    for one, two in pairs:
        low, high = sorted((find(one), find(two)))
        root[high] = low
    groups: dict[str, list[str]] = defaultdict(list)
    for key in keys:
        groups[find(key)].append(key)
    return list(groups.values())


def _origin(
    group: Sequence[str],
    known: Mapping[str, Reading],
    credits: Mapping[str, Sequence[Credit]],
    reasons: Mapping[Pair, str],
) -> Origin:
    articles = [known[key].article for key in group]
    wires = {credit.name: (key, credit) for key in reversed(group) for credit in credits[key] if credit.whole}
    shown = [why for pair, why in sorted(reasons.items()) if pair[0] in group]
    linked = f"{len(group)} articles {shown[0]}" if shown else "no other article shares its words or its credit"
    if len(wires) == 1:
        ((wire, (key, credit)),) = wires.items()
        who = known[key].article.outlet or "an article"
        return Origin("wire", wire, tuple(group), f"{linked}; {who} credits {wire}: {credit.how}")
    first = earliest(articles)
    outlets = {article.outlet for article in articles}
    if len(outlets) == 1 and None not in outlets:
        return Origin("outlet", articles[0].outlet, tuple(group), linked)
    came_first = next((article.outlet for article in articles if article.article_id == first), None)
    if came_first and not wires:
        return Origin("outlet", came_first, tuple(group), f"{linked}; {came_first} came first")
    return Origin("unknown", None, tuple(group), linked)
