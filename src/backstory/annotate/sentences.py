"""A paragraph in, its sentences out, by rules: the stand-in wherever the model's sentence ends are absent."""

import re

from backstory.annotate.lexicon import words
from backstory.records import Span

__all__ = ["sentences"]

END = re.compile(r"(?P<point>[.!?…]+|[。！？])(?P<close>[\"”’'»)\]]*)(?=\s|$)")
LAST_WORD = re.compile(r"[^\s\"“”‘’'(\[]+$")
INITIALS = re.compile(r"(?:[A-Za-z]\.)*[A-Za-z]")
AHEAD = 60
"""Characters behind a point that are looked at: a paragraph may be a megabyte."""
OPENERS = "\"“‘'«„([—–-"


def sentences(text: str, start: int, end: int, language: str = "en") -> list[Span]:
    """Return the sentences of `text[start:end]`, without the blanks around them."""
    result, begin = [], start
    for match in END.finditer(text, start, end):
        if ends_here(text, match, begin, end, language):
            result.append((begin, match.end()))
            begin = match.end()
    result.append((begin, end))
    return [span for span in (trimmed(text, *pair) for pair in result) if span.start < span.end]


def ends_here(text: str, match: re.Match[str], begin: int, end: int, language: str) -> bool:
    """Say whether a sentence ends at the point that `match` found."""
    following = text[match.end() : min(end, match.end() + AHEAD)].lstrip()
    if not following:
        return True
    head = following.lstrip(OPENERS)[:1]
    if head.islower() or match["point"] != ".":
        return not head.islower()
    last = LAST_WORD.search(text, max(begin, match.start() - AHEAD), match.start())
    if last is None:
        return True
    word = last.group()
    if word.lower() in words("abbreviations", language):
        return False
    initials = INITIALS.fullmatch(word) and (word[-1].isupper() or word.lower() in {"a.m", "p.m"})
    return not (initials and not starts_afresh(following))


def starts_afresh(following: str) -> bool:
    """Say whether the text after initials ("the U.S. ...") opens with a word that seldom goes on within a sentence."""
    return following.split(maxsplit=1)[0].lower().strip(OPENERS) in words("sentence_openers")


def trimmed(text: str, start: int, end: int) -> Span:
    """Return the span without the blanks at its ends."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)
