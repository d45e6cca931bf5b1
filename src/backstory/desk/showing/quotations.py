"""A quotation as somebody gives it in, whether the desk's articles carry it so out, and where it differs."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby

import apsw

from backstory.desk import ask
from backstory.desk.citing import citations
from backstory.desk.searching.shelving import QUOTES, SHIFT
from backstory.desk.tables import Row
from backstory.errors import UsageError
from backstory.records import Quote

__all__ = ["check_quotation"]

MOST_WORDS = 150
"""More than a person quotes: the cost stays bounded."""
PHRASE_WORDS = 24
"""Words of a quotation that the index is asked for as one phrase; what it finds is compared whole."""
SOUGHT_WORDS = 8
"""The longest words of a quotation, which tell it from others, asked for where no article has it as it stands."""
CANDIDATES = 40
EDGE = 3
"""Words at either end of a quotation that may stand for as many others of the article."""
LIKE_ENOUGH = 0.6
"""Share of words in common, in order, under which two runs of words are not versions of one quotation."""
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class _Word:
    plain: str
    start: int
    end: int
    part: int


@dataclass(frozen=True, slots=True)
class _Match:
    """Where an article says something like it: `near` is 1 where it says just that."""

    article_id: str
    quote_id: str | None
    near: float
    spans: tuple[tuple[int, int], ...]
    differences: tuple[Row, ...]


def check_quotation(connection: apsw.Connection, words: str, *, limit: int = 5) -> Row:
    """Say whether the desk carries a quotation: `verdict` is exact, altered or not found.

    `found` has at most `limit` places, the nearest first: who is said to have said it, how near it is (1 is word for
    word; case, marks and accents aside), what differs, and the citations.

    Raises:
        UsageError: it has fewer than two words, or more than `MOST_WORDS`.
    """
    claim = list(_words(words, 0, len(words), 0))
    if not 2 <= len(claim) <= MOST_WORDS:
        raise UsageError(f"a quotation to check has 2 to {MOST_WORDS} words")
    matches = _best(connection, claim, _phrase(claim))
    if not matches or matches[0].near < 1:
        matches = _distinct(sorted(matches + _best(connection, claim, _alike(claim)), key=_order))
    near = matches[0].near if matches else 0.0
    verdict = "exact" if near == 1 else "altered" if near >= LIKE_ENOUGH else "not found"
    shown = [match for match in matches if match.near >= min(near, LIKE_ENOUGH)][:limit] if matches else []
    return {"verdict": verdict, "found": [_told(connection, match) for match in shown if verdict != "not found"]}


def _phrase(claim: Sequence[_Word]) -> str:
    return '"' + " ".join(word.plain for word in claim[:PHRASE_WORDS]) + '"'


def _alike(claim: Sequence[_Word]) -> str:
    longest = sorted({word.plain for word in claim}, key=lambda word: (-len(word), word))[:SOUGHT_WORDS]
    return " OR ".join(f'"{word}"' for word in longest)


def _best(connection: apsw.Connection, claim: Sequence[_Word], wanted: str) -> list[_Match]:
    """Return the matches among what the index finds, the nearest first, one for each article."""
    question = (
        "SELECT s.article_id, iif(words.rowid & :quotes, s.quotes ->> ('$[' || ((words.rowid & :quotes) - 1) || ']'),"
        " NULL) FROM words JOIN shelves s ON s.number = words.rowid >> :shift"
        " WHERE words MATCH :wanted AND s.kind = 'article' ORDER BY words.rank, words.rowid LIMIT :most"
    )
    asked = {"wanted": f"text: ({wanted})", "most": CANDIDATES, "shift": SHIFT, "quotes": QUOTES}
    matches = []
    for article_id, quote_id in connection.execute(question, asked).fetchall():
        matches.append(_compared(connection, claim, str(article_id), None if quote_id is None else str(quote_id)))
    return _distinct(sorted(matches, key=_order))


def _order(match: _Match) -> tuple[float, bool, str]:
    return -match.near, match.quote_id is None, match.article_id


def _distinct(matches: Sequence[_Match]) -> list[_Match]:
    kept: dict[str, _Match] = {}
    for match in matches:
        kept.setdefault(match.article_id, match)
    return list(kept.values())


def _compared(connection: apsw.Connection, claim: Sequence[_Word], article_id: str, quote_id: str | None) -> _Match:
    said = list(_said(connection, article_id, quote_id))
    wanted, there = [word.plain for word in claim], [word.plain for word in said]
    at = next((n for n in range(len(there) - len(wanted) + 1) if there[n : n + len(wanted)] == wanted), None)
    if at is not None:
        return _Match(article_id, quote_id, 1.0, _spans(said[at : at + len(wanted)]), ())
    matcher = SequenceMatcher(None, wanted, there, autojunk=False)
    first, last = _window(matcher, len(wanted), len(there))
    matcher.set_seq2(there[first:last])
    return _Match(
        article_id,
        quote_id,
        round(min(matcher.ratio(), 0.999), 3),
        _spans(said[first:last]),
        tuple(_differences(matcher, claim, said[first:last])),
    )


def _window(matcher: SequenceMatcher[str], wanted: int, there: int) -> tuple[int, int]:
    """Return which words of the text stand beside the quotation: from its first to its last run of shared words."""
    longest = matcher.find_longest_match()
    begin, end = longest.b - longest.a - wanted // 4, longest.b - longest.a + wanted + wanted // 4
    blocks = [block for block in matcher.get_matching_blocks() if block.size and begin <= block.b < end]
    if not blocks:
        return 0, min(there, wanted)
    head, tail = blocks[0], blocks[-1]
    before, after = min(head.a, EDGE), min(wanted - tail.a - tail.size, EDGE)
    return max(0, head.b - before), min(there, tail.b + tail.size + after)


def _differences(matcher: SequenceMatcher[str], claim: Sequence[_Word], said: Sequence[_Word]) -> Iterator[Row]:
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind != "equal":
            given, there = ([word.plain for word in part] for part in (claim[a:b], said[c:d]))
            yield {"given": " ".join(given), "article": " ".join(there)}


def _said(connection: apsw.Connection, article_id: str, quote_id: str | None) -> Iterator[_Word]:
    """Yield the words of a quote, or of all paragraphs of an article, in order."""
    article = ask.find_article(connection, article_id)
    if quote_id is None:
        reading = ask.reading(connection, article)
        for number, paragraph in enumerate(reading.paragraphs):
            yield from _words(reading.text, paragraph.start, paragraph.end, number)
        return
    for quote in ask.quotes(connection, article_id):
        if quote.quote_id == quote_id:
            text = ask.text(connection, article.source_id)
            for number, span in enumerate(quote.spans):
                yield from _words(text, span.start, span.end, number)


def _words(text: str, start: int, end: int, part: int) -> Iterator[_Word]:
    for found in _WORD.finditer(text, start, end):
        yield _Word(_plain(found.group()), found.start(), found.end(), part)


def _plain(word: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(c))


def _spans(said: Sequence[_Word]) -> tuple[tuple[int, int], ...]:
    """Return the spans of a run of words, one for each paragraph or part of a quote that it goes through."""
    parts = [list(part) for _, part in groupby(said, key=lambda word: word.part)]
    return tuple((part[0].start, part[-1].end) for part in parts)


def _told(connection: apsw.Connection, match: _Match) -> Row:
    quotes = list(ask.quotes(connection, match.article_id))
    quote = next((one for one in quotes if one.quote_id == match.quote_id), None) or _holding(quotes, match)
    return {
        "near": match.near,
        "differences": list(match.differences),
        "quote_id": quote and quote.quote_id,
        "statement_id": quote and quote.statement_id,
        "kind": quote and quote.kind,
        "speaker": quote and quote.speaker,
        "speaker_name_id": quote and quote.speaker_name_id,
        "citations": citations(connection, match.article_id, match.spans),
    }


def _holding(quotes: Sequence[Quote], match: _Match) -> Quote | None:
    """Return the quote that holds all of a match in an article's running text, if one does."""
    if not match.spans:
        return None
    start, end = match.spans[0][0], match.spans[-1][1]
    return next((one for one in quotes if one.spans[0].start <= start and end <= one.spans[-1].end), None)
