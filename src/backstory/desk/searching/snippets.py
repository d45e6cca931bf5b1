"""An article's text and what was looked for in, the characters that show it best out, with the words in them."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from backstory.desk.searching.query import Query
from backstory.records import Span

__all__ = ["highlights", "parts_of", "plain", "snippet"]

SNIPPET_CHARS = 280
NOTHING = re.compile(r"(?!)")


class _Plain(dict[int, str]):
    """One letter for each letter, as the index holds it: without case and diacritics."""

    def __missing__(self, code: int) -> str:
        decomposed = unicodedata.normalize("NFKD", chr(code))[:1].lower()[:1] or chr(code)
        self[code] = decomposed
        return decomposed


_PLAIN = _Plain()


_EVERYDAY = re.compile(r"[\x00-\x7f\xa0\xa3\xab\xbb\u2010-\u2027\u20ac]*")
"""What most English news consists of: no letter in it but ASCII's, so that making it plain is changing its case."""


def plain(text: str) -> str:
    """Return a text letter by letter as the index holds it, as long as it was."""
    return text.lower() if _EVERYDAY.fullmatch(text) else text.translate(_PLAIN)


@lru_cache(maxsize=64)
def pattern(query: Query) -> re.Pattern[str]:
    """Return what finds the query's words in a plain text."""
    whole = sorted(
        {re.escape(plain(word)) for term in query.terms for word in term}, key=lambda word: (-len(word), word)
    )
    begins = sorted({re.escape(plain(query.terms[number][-1])) for number in query.prefixes})
    parts = [f"(?:{'|'.join(begins)})\\w*"] if begins else []
    parts += [f"(?:{'|'.join(whole)})(?!\\w)"] if whole else []
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})") if parts else NOTHING


@lru_cache(maxsize=64)
def phrases(query: Query) -> tuple[re.Pattern[str], ...]:
    """Return what finds each phrase of the query in a plain text."""
    runs = (query.terms[number] for number in sorted(query.phrases))
    return tuple(re.compile(r"(?<!\w)" + r"\W+".join(re.escape(plain(word)) for word in run)) for run in runs)


def highlights(text: str, start: int, end: int, query: Query) -> Iterator[Span]:
    """Yield the words of `text[start:end]` that the query asks for."""
    begin = max(0, start - 1)
    for word in pattern(query).finditer(plain(text[begin : end + 1]), start - begin, end - begin):
        yield Span(begin + word.start(), begin + word.end())


Part = tuple[int, int, bool]
"""A paragraph: where it begins and ends in the source's text, and whether it is the headline."""


def parts_of(text: str, blocks: Iterable[tuple[int, int, bool]]) -> list[Part]:
    """Return the lines of an article's blocks that are not blank."""
    parts = []
    for start, end, headline in blocks:
        at = start
        for line in text[start:end].split("\n"):
            kept = line.strip()
            if kept:
                begin = at + line.index(kept[0])
                parts.append((begin, begin + len(kept), headline))
            at += len(line) + 1
    return parts


def snippet(text: str, parts: Sequence[Part], query: Query, otherwise: int) -> tuple[int, int]:
    """Return the span of the paragraph that has most of what is looked for, cut to a snippet around the first of it.

    A phrase counts for more than all words. The headline is taken only where no other paragraph has any of it: it is
    shown above the snippet anyway. Where nothing stands in the text, the first paragraph of the body is returned, and
    where there is none, the empty span at `otherwise`.
    """
    if not parts:
        return otherwise, otherwise
    shift = parts[0][0]
    folded = plain(text[shift : parts[-1][1]])
    found = _found(folded, shift, parts, query)
    runs = phrases(query)
    best: tuple[tuple[int, int], Part, int] | None = None
    for (start, end, headline), words in zip(parts, found, strict=True):
        whole = [match.start() for run in runs if (match := run.search(folded, start - shift, end - shift))]
        value = (int(bool(words)), 0) if headline else (len(words) + 100 * len(whole), 1)
        if best is None or value > best[0]:
            first = min(whole or words.values(), default=start - shift)
            best = value, (start, end, headline), shift + first
    return _around(best[1], best[2], text) if best else (otherwise, otherwise)


def _found(text: str, shift: int, parts: Sequence[Part], query: Query) -> list[dict[str, int]]:
    """Return for each paragraph the words in it that are looked for, and where each stands first in `text`."""
    found: list[dict[str, int]] = [{} for _ in parts]
    ends = [end - shift for _, end, _ in parts]
    for number, term in enumerate(query.terms):
        for place, word in enumerate(term, 1):
            begins = number in query.prefixes and place == len(term)
            for start, end in _standing(text, plain(word), begins=begins):
                at = bisect_right(ends, start)
                if at < len(parts) and parts[at][0] - shift <= start:
                    found[at].setdefault(text[start:end], start)
    return found


def _standing(text: str, word: str, *, begins: bool) -> Iterator[tuple[int, int]]:
    """Yield where a word stands by itself, or with `begins` where one begins so: a tenth of a pattern's time."""
    at = text.find(word)
    while at >= 0:
        end = at + len(word)
        while begins and end < len(text) and _is_letter(text[end]):
            end += 1
        if (at == 0 or not _is_letter(text[at - 1])) and (end == len(text) or not _is_letter(text[end])):
            yield at, end
        at = text.find(word, at + 1)


def _is_letter(letter: str) -> bool:
    return letter.isalnum() or letter == "_"


def _around(part: Part, first: int, text: str) -> tuple[int, int]:
    start, end, _ = part
    if end - start <= SNIPPET_CHARS:
        return start, end
    begin = max(start, min(first - SNIPPET_CHARS // 3, end - SNIPPET_CHARS))
    if begin > start:
        begin = text.find(" ", begin, first) + 1 or begin
    stop = min(end, begin + SNIPPET_CHARS)
    if stop < end:
        stop = max(text.rfind(" ", begin, stop), begin + 1)
    return begin, stop
