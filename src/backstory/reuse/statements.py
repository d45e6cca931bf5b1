"""Quotes of many articles in, statements out: the versions of one utterance brought together, each with its cut.

Two quotes are versions of one utterance if they share enough of its words for what is known of their speakers. Each
quote joins the longer one that it shares most with, so that a short fragment never ties two utterances together, and
nothing depends on the order of quotes.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

import numpy as np

from backstory.records import Article, Quote, Statement, content_id
from backstory.reuse.align import Run, aligned
from backstory.reuse.cuts import version_of
from backstory.reuse.denials import denier
from backstory.reuse.hashing import Flags, Hashes, Ints, grams, mix
from backstory.reuse.order import first_key, window
from backstory.reuse.tokens import hash_of_word
from backstory.reuse.utterances import RUN_WORDS, Utterance, same_voice, utterance_of

__all__ = [
    "BLOCK_COMMON",
    "find_statements",
    "is_fragment",
    "keys_of",
    "order_of",
    "statement_id_of",
    "statement_of",
    "strength_of",
]

BLOCK_WORDS = 3
"""Two quotes are compared if they share so many words in a row, or words that carry meaning by the same voice."""
BLOCK_COMMON = 200
"""What more quotes than this share brings none of them together."""
SAME = (4, 0.5)
UNKNOWN = (6, 0.6)
OTHER = (12, 0.8)
"""Words in shared runs, and their share of the shorter quote, that make one utterance of two quotes: of one voice, of
voices that may be one, and of voices that outlets name differently. The last is a disagreement about who spoke."""
LONG = 12
"""So many words in one shared run are one utterance whatever their share, unless the voices differ."""
COPIED = 24
"""So many shared words are copied, whenever they were printed, even if one of the two lost a "not"."""
FRAGMENT_DAYS = 3
"""A fragment of fewer words than `SAME` asks belongs to an utterance of the same voice within so many days."""
PARAPHRASE = (2, 0.5)
"""Words that carry meaning, and their share of the rendering, that an indirect quote of the same days must share."""
REWORDING = (4, 0.6)
"""The same for words given as the speaker's own."""

Strength = tuple[float, int, int]


def find_statements(
    quotes: Iterable[Quote], articles: Mapping[str, Article], *, common: int = BLOCK_COMMON
) -> list[Statement]:
    """Return the statements of `quotes`, one that nobody else carries being a statement of one version.

    Args:
        quotes: quotes of any number of articles, in any order.
        articles: by id, for outlets and dates; an article that is missing has neither.
        common: words that more quotes than this share bring none of them together.
    """
    said = sorted((utterance_of(quote, articles.get(quote.article_id)) for quote in quotes), key=order_of)
    said = [each for each in said if len(each.hashes)]
    best: dict[int, tuple[Strength, int]] = {}
    for host, other in _candidates(said, common):
        strength = strength_of(said[host], said[other])
        if strength and (other not in best or (strength, -host) > (best[other][0], -best[other][1])):
            best[other] = (strength, host)
    groups: dict[int, list[tuple[Utterance, Utterance | None]]] = defaultdict(list)
    root: dict[int, int] = {}
    for number, each in enumerate(said):
        root[number] = root[best[number][1]] if number in best else number
        groups[root[number]].append((each, said[best[number][1]] if number in best else None))
    statements = [statement_of(group) for group in groups.values()]
    return sorted(statements, key=lambda statement: statement.statement_id)


def order_of(said: Utterance) -> tuple[int, int, str]:
    """Return what sorts utterances from the fullest on: most words of the speaker's own, then most words, then id."""
    return (-int(said.verbatim.sum()), -len(said.hashes), said.quote.quote_id)


def _candidates(said: Sequence[Utterance], common: int) -> list[tuple[int, int]]:
    """Return the pairs of places in `said`, in order, that share a run of words, or a voice and a word of meaning."""
    keys: list[Hashes] = []
    owners: list[Ints] = []
    for number, each in enumerate(said):
        keys.append(keys_of(each))
        owners.append(np.full(len(keys[-1]), number))
    short = np.array([is_fragment(each) for each in said], dtype=bool)
    return _pairs(np.concatenate(keys), np.concatenate(owners), short, common) if keys else []


def keys_of(said: Utterance) -> Hashes:
    """Return the keys by which a quote finds those it may be a version of: runs of words, a voice with a word."""
    own = [grams(said.hashes, BLOCK_WORDS)]
    voices = {said.quote.speaker_name_id, *(said.voice[-1:])} - {None}
    stems = np.array([hash_of_word(stem) for stem in sorted(said.stems)], dtype=np.uint64)
    own.extend(mix(stems ^ np.uint64(hash_of_word(str(voice)))) for voice in sorted(map(str, voices)))
    return np.unique(np.concatenate(own))


def _pairs(keys: Hashes, owners: Ints, short: Flags, common: int) -> list[tuple[int, int]]:
    """Return the pairs of owners with two keys in common, or one where the second owner is short."""
    order = np.lexsort((owners, keys))
    keys, owners = keys[order], owners[order]
    begins = np.flatnonzero(np.diff(keys, prepend=~keys[:1]))
    sizes = np.diff(begins, append=len(keys))
    pairs = [np.zeros((0, 2), dtype=np.int64)]
    for size in np.unique(sizes[(sizes > 1) & (sizes <= common)]).tolist():
        one, two = np.triu_indices(size, 1)
        rows = begins[sizes == size][:, None]
        pairs.append(np.stack((owners[rows + one].ravel(), owners[rows + two].ravel()), axis=1))
    found, shared = np.unique(np.concatenate(pairs), axis=0, return_counts=True)
    return [(one, two) for one, two in found[(shared > 1) | short[found[:, 1]]].tolist()]


def strength_of(host: Utterance, other: Utterance) -> Strength | None:
    """Return how strongly two quotes are one utterance, or None where they are not."""
    voice = same_voice(host, other)
    if voice is False and host.quote.article_id == other.quote.article_id:
        return None
    beside = bool(voice) and _near_in_time(host, other, FRAGMENT_DAYS)
    in_a_row = not host.runs.isdisjoint(other.runs)
    if not in_a_row and not beside:
        return None
    runs = aligned(host.hashes, other.hashes) if in_a_row or is_fragment(other) else []
    shared = sum(run.length for run in runs if run.length >= RUN_WORDS and _means(host, run))
    quoted = int(other.verbatim.sum()) if other.quote.kind == "mixed" else len(other.hashes)
    shorter = max(min(len(host.hashes), quoted), 1)
    share = min(shared / shorter, 1.0)
    least, part = SAME if voice else UNKNOWN if voice is None else OTHER
    longest = max((run.length for run in runs), default=0)
    if other.quote.kind == "indirect" and longest < LONG and not _near_in_time(host, other, FRAGMENT_DAYS):
        return None  # a journalist's few words may be about anything said since; as many in a row are copied
    if runs and not _may_deny(host, other, runs, shared):
        return None
    if shared >= least and (share >= part or (longest >= LONG and voice is not False)):
        return (share, shared, longest)
    if beside:
        return _fragment(host, other, runs) or _rendering(host, other)
    return None


def _may_deny(host: Utterance, other: Utterance, runs: Sequence[Run], shared: int) -> bool:
    """Whether quotes of which one alone denies can be one utterance: copied at length, or cut from the other at once.

    "We will sell" in March and "we will not sell" in June are two utterances, and so are both in one article. A cut may
    lose a denial; none adds one.
    """
    denies = denier(host, other, runs)
    if denies is None or shared >= COPIED:
        return True
    if host.quote.article_id == other.quote.article_id or not _near_in_time(host, other, FRAGMENT_DAYS):
        return False
    return denies is host or shared >= LONG


def is_fragment(said: Utterance) -> bool:
    """Whether so little of a quote is the speaker's own words that one key in common is enough to compare it."""
    return int(said.verbatim.sum()) <= SAME[0]


def _means(said: Utterance, run: Run) -> bool:
    return bool(said.content[run.a : run.a + run.length].any())


def _fragment(host: Utterance, other: Utterance, runs: Sequence[Run]) -> Strength | None:
    """Return the strength of a few words in quotation marks that the host has just so."""
    own = np.flatnonzero(other.verbatim)
    if not 2 <= len(own) <= SAME[0] or not other.content[own].any():
        return None
    for run in runs:
        if run.b <= own[0] and own[-1] < run.b + run.length:
            return (0.5, len(own), run.length)
    return None


def _rendering(host: Utterance, other: Utterance) -> Strength | None:
    """Return the strength of a quote that shares most of its words of meaning with the host, if not their order."""
    least, part = REWORDING if other.quote.kind == "direct" else PARAPHRASE
    both = len(host.stems & other.stems)
    share = both / max(len(other.stems), 1)
    return (share / 2, both, 0) if both >= least and share >= part else None


def _near_in_time(one: Utterance, two: Utterance, days: int) -> bool:
    first, second = (window(each.article) if each.article else None for each in (one, two))
    if one.quote.article_id == two.quote.article_id:
        return True
    if not first or not second:
        return False
    return max(first[0], second[0]) - min(first[1], second[1]) <= timedelta(days=days)


def statement_of(hosted: Sequence[tuple[Utterance, Utterance | None]]) -> Statement:
    """Return the statement of utterances, the fullest first, each with the one that it joined."""
    group = [each for each, _ in hosted]
    fullest = group[0]
    names = Counter(each.quote.speaker_name_id for each in group if each.quote.speaker_name_id)
    name = min(names, key=lambda key: (-names[key], key), default=None)
    dated = [each.article for each in group if each.article and window(each.article)]
    earliest = min(dated, key=first_key, default=None)
    return Statement(
        statement_id=statement_id_of(fullest.quote.quote_id),
        speaker_name_id=name,
        speaker=_speaker(group, name),
        said_on=(earliest.published or "")[:10] or None if earliest else None,
        fullest_quote_id=fullest.quote.quote_id,
        versions=tuple(version_of(each, fullest, host) for each, host in sorted(hosted, key=_version_order)),
        speakers=_speakers(group),
    )


def statement_id_of(fullest_quote_id: str) -> str:
    """Return the id of the statement whose fullest version is that quote."""
    return content_id("statement", fullest_quote_id)


def _version_order(hosted: tuple[Utterance, Utterance | None]) -> tuple[str, int, str]:
    said = hosted[0]
    return (said.quote.article_id, said.quote.spans[0].start if said.quote.spans else 0, said.quote.quote_id)


def _speaker(group: Sequence[Utterance], name: str | None) -> str | None:
    """Return the speaker as written where it says most: the longest that names somebody, else the longest of all."""
    of_name = [each for each in group if name is None or each.quote.speaker_name_id == name]
    named = sorted((-len(each.voice), -len(each.quote.speaker or ""), each.quote.speaker or "") for each in of_name)
    return named[0][2] or None if named else None


def _speakers(group: Sequence[Utterance]) -> tuple[str, ...]:
    """Return the speakers that outlets name where two of them cannot be one."""
    at_odds = {
        each.quote.speaker
        for each in group
        for other in group
        if each.quote.speaker and other.quote.speaker and same_voice(each, other) is False
    }
    return tuple(sorted(speaker for speaker in at_odds if speaker))
