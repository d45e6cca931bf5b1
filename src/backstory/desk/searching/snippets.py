"""An article's text and what was looked for in, the characters that show it best out, with the words in them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from backstory.desk.searching.query import Query
from backstory.records import Kind, Paragraph, Reading, Span

__all__ = ["highlights", "plain", "snippet"]

SNIPPET_CHARS = 280
NOTHING = re.compile(r"(?!)")


class _Plain(dict[int, str]):
    """One letter for each letter, as the index holds it: without case and diacritics."""

    def __missing__(self, code: int) -> str:
        decomposed = unicodedata.normalize("NFKD", chr(code))[:1].lower()[:1] or chr(code)
        self[code] = decomposed
        return decomposed


_PLAIN = _Plain()


def plain(text: str) -> str:
    """Return a text letter by letter as the index holds it, as long as it was."""
    return text.lower() if text.isascii() else text.translate(_PLAIN)


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


def snippet(reading: Reading, query: Query) -> tuple[int, int]:
    """Return the span of the paragraph that has most of what is looked for, cut to a snippet around the first of it.

    A phrase counts for more than all words. The headline is taken only where no other paragraph has any of it: it is
    shown above the snippet anyway. Where nothing stands in the text, the first paragraph of the body is returned.
    """
    words, runs = pattern(query), phrases(query)
    text = plain(reading.text[reading.article.start : reading.article.end])
    shift = reading.article.start
    best: tuple[tuple[int, int], Paragraph, int] | None = None
    for paragraph in reading.paragraphs:
        begin, end = paragraph.start - shift, paragraph.end - shift
        found = {match.group(): match.start() for match in reversed(list(words.finditer(text, begin, end)))}
        whole = [match.start() for run in runs if (match := run.search(text, begin, end))]
        value = (len(found) + 100 * len(whole), int(paragraph.kind != Kind.HEADLINE))
        if paragraph.kind == Kind.HEADLINE:
            value = (int(bool(found)), 0)
        if best is None or value > best[0]:
            best = value, paragraph, shift + min(whole or found.values(), default=begin)
    if best is None:
        return reading.article.start, reading.article.start
    return _around(best[1], best[2], reading.text)


def _around(paragraph: Paragraph, first: int, text: str) -> tuple[int, int]:
    start, end = paragraph.start, paragraph.end
    if end - start <= SNIPPET_CHARS:
        return start, end
    begin = max(start, min(first - SNIPPET_CHARS // 3, end - SNIPPET_CHARS))
    if begin > start:
        begin = text.find(" ", begin, first) + 1 or begin
    stop = min(end, begin + SNIPPET_CHARS)
    if stop < end:
        stop = max(text.rfind(" ", begin, stop), begin + 1)
    return begin, stop
