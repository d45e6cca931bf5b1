"""A source in, its lines out: each a line or a part of one, with its kind, a confidence and the evidence in words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from backstory.clean.phrases import listed, phrases_in, plain, starts_with, words_of
from backstory.clean.pieces import Piece, pieces_of
from backstory.records import Kind, Line, Source

__all__ = ["lines_of"]

_IMAGE = re.compile(r"!\[[^\]]*\]\(\S*\)?$|\S+\.(?:jpe?g|png|gif|webp|svg)(?:\?\S*)?$", re.IGNORECASE)
_RUNNING_TIME = re.compile(r"\(?\d{1,3}:\d{2}(?::\d{2})?\)?(?:\s*/\s*\d{1,3}:\d{2}(?::\d{2})?)?$")
_ENDS = re.compile(r"[.!?…:;,][\"'”’»)\]]*$")


@dataclass(frozen=True, slots=True)
class Verdict:
    """A kind with its confidence and the evidence."""

    kind: Kind
    confidence: float
    evidence: tuple[str, ...]


def lines_of(source: Source, repeats: Sequence[int] = ()) -> tuple[Line, ...]:
    """Return the lines of `source`; `repeats[i]` says in how many other sources its i-th non-blank line stands."""
    text = source.text
    pieces = pieces_of(text)
    contents = [text[piece.start : piece.end] for piece in pieces]
    verdicts: list[Verdict] = []
    for at in range(len(pieces)):
        verdicts.append(_verdict(at, pieces, contents, verdicts))
    return tuple(
        Line(piece.start, piece.end, verdict.kind, verdict.confidence, verdict.evidence)
        for piece, verdict in zip(pieces, verdicts, strict=True)
    )


def _verdict(at: int, pieces: list[Piece], contents: list[str], before: list[Verdict]) -> Verdict:
    piece, content = pieces[at], contents[at]
    if piece.hint:
        return Verdict(piece.hint, 0.95, (piece.because,))
    return _by_phrases(content) or _by_place(at, contents, before)


def _by_phrases(content: str) -> Verdict | None:
    simple = plain(content)
    words = words_of(simple)
    text = " ".join(words)
    if _IMAGE.match(content):
        return Verdict(Kind.IMAGE, 0.99, ("is an image",))
    if _RUNNING_TIME.match(content) or not words:
        return Verdict(Kind.FURNITURE, 0.9, ("has no words",))
    if text in listed("furniture_lines"):
        return Verdict(Kind.FURNITURE, 0.97, (f'is "{text}"',))
    if phrase := starts_with("caption_starts", simple):
        return Verdict(Kind.CAPTION, 0.95, (f'begins with "{phrase}"',))
    if len(words) < 60 and (phrase := starts_with("furniture_starts", simple)):
        return Verdict(Kind.FURNITURE, 0.9, (f'begins with "{phrase}"',))
    says = phrases_in("furniture_words", words)
    if len(says) * 20 > len(words) and (len(says) > 1 or len(words) < 14):
        return Verdict(Kind.FURNITURE, 0.8, tuple(f'says "{phrase}"' for phrase in dict.fromkeys(says)))
    if len(words) <= 10 and starts_with("byline_starts", simple) and not _ENDS.search(content):
        return Verdict(Kind.BYLINE, 0.8, ("begins like a byline",))
    return None


def _by_place(at: int, contents: list[str], before: list[Verdict]) -> Verdict:
    content = contents[at]
    count = len(content.split())
    following = contents[at + 1] if at + 1 < len(contents) else ""
    if following == content and count > 3:
        return Verdict(Kind.CAPTION, 0.95, ("stands again with a credit below",))
    if before and before[-1].kind is Kind.IMAGE and not _ENDS.search(content) and count < 40:
        return Verdict(Kind.CAPTION, 0.8, ("follows an image",))
    if before and before[-1].kind is Kind.FURNITURE and content[0] in "‘'" and count < 25:
        return Verdict(Kind.CAPTION, 0.6, ("is a title in quotation marks below a player",))
    ended = bool(_ENDS.search(content))
    opened = all(verdict.kind in (Kind.FURNITURE, Kind.IMAGE, Kind.DATE) for verdict in before)
    if not ended and count <= 25 and opened and following:
        if " ".join(words_of(plain(content))) in listed("sections"):
            return Verdict(Kind.FURNITURE, 0.8, ("is the name of a section",))
        return Verdict(Kind.HEADLINE, 0.8, ("first line, no full stop",))
    if ended or count >= 12:
        return Verdict(Kind.BODY, 0.9, (f"{count} words",))
    return Verdict(Kind.UNKNOWN, 0.4, ("short",)) if count < 3 else Verdict(Kind.BODY, 0.5, ("short",))
