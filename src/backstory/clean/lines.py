"""A source in, its lines out: each a line or a part of one, with its kind, a confidence and the evidence in words.

The labeller gives each line a chance of being a report's own text; what the word lists, the reader's marks and the
lines around it say is added as log odds, so that no single word decides. Lines that are not the report's own text get
the kind for which most speaks.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from backstory.clean.features import Features, dense_names, features_of
from backstory.clean.labeller import body_chances
from backstory.clean.marks import Marked, marked_by
from backstory.clean.phrases import starts_with
from backstory.clean.pieces import Piece, pieces_of
from backstory.records import Kind, Line, Source

__all__ = ["lines_of", "title_like"]

WEIGHTS = {
    'is "': -5.0,
    "is a running time": -6.0,
    "has no words": -4.0,
    "is the name of a section": -2.0,
    'begins with "reporting by"': -7.0,
    'begins with "additional reporting by"': -7.0,
    'begins with "editing by"': -7.0,
    "begins with": -3.0,
    "names a writer's job": 0.0,
    "is a date": -3.0,
    "is the date of a link": -5.0,
    "is an image": -9.0,
    "credits a picture": -5.0,
}
"""What a word list's finding adds to the log odds of body, by how its evidence begins; the first that fits counts."""

PER_PHRASE = -0.7
"""What each notice phrase that a line says adds: the labeller knows most of it already."""

RUNNING, SHORT_SOURCE = 0.65, 60
"""A source is text rather than a whole page from this share of running text, or up to so many lines: pages of 421 sites
have 200 lines in the median and seldom under 60."""

SENTENCE, SENTENCE_LEAST = 1.0, 8
"""In such a source a whole sentence of so many words of which nothing else is known is this much likelier to be body:
the labeller has learned from pages, where most lines are not. Crawled files gain .003, pages lose .005 of body F1."""

MARK, BESIDE_MARKS = 1.2, 0.8
"""How much a reader's mark counts, and what is left of the labeller's odds beside one: on 36 pages body F1 by words is
.959 by marks alone and .968 by both; 40 pages of other sites chose the weights."""

DOUBLED = -6.0
AFTER_IMAGE = -2.5
BELOW_PLAYER = -8.0

SURENESS = 0.65
"""What the log odds are worth: lines called 86% sure were right in 71% of cases on unseen sites, with this 76%."""

UNSURE = 0.58
"""A line that is neither body nor known to be anything else at this confidence is unknown."""

MIDDLING = 40
SHORTEST = 12
"""Characters of the shortest sentence that is taken for body where a source holds nothing surer."""

_ANY_END = re.compile(r"[.!?…。！？؟।][\"'”’»」)\]]*$")
_ENDS = re.compile(r"[.!?…][\"'”’»)\]]*$")
_NAME = r"[A-ZÀ-ÖØ-Þ][\w.'’-]*"
_NAMES_ONLY = re.compile(
    rf"{_NAME}(?: {_NAME}){{1,3}}(?:(?:,| and| und| et| y) {_NAME}(?: {_NAME}){{1,3}})*(?:,? [^.!?]{{2,50}})?$"
)
_TIME = re.compile(r"\d{1,2}:\d\d(?::\d\d)?$")
_ENDED, _RUNNING, _LINES = map(dense_names().index, ("long and ended", "share running", "log lines"))
_REPORTING = re.compile(r"(?:additional |with )?(?:reporting|editing|writing) by\b", re.IGNORECASE)
_PLAYER = re.compile(r"\d:\d\d$|player$|video$", re.IGNORECASE)


@dataclass(slots=True)
class Weighed:
    """What is known of one line while it is weighed: the log odds of body, and what speaks for other kinds."""

    odds: float
    kinds: dict[Kind, float]
    evidence: list[str]

    def speaks(self, kind: Kind, weight: float, why: str) -> None:
        """Add what speaks for `kind`: for body to the odds, for another kind to its own sum and against body."""
        if kind is Kind.BODY:
            self.odds += weight
        else:
            self.kinds[kind] = self.kinds.get(kind, 0.0) + weight
            self.odds -= weight
        self.evidence.append(why)


def lines_of(source: Source, repeats: Sequence[int] = ()) -> tuple[Line, ...]:
    """Return the lines of `source`; `repeats[i]` says in how many other sources its i-th non-blank line stands."""
    text = source.text
    pieces = pieces_of(text)
    if not pieces:
        return ()
    contents = [text[piece.start : piece.end] for piece in pieces]
    features = features_of(contents, pieces, text, repeats)
    chances = body_chances(features)
    marked = marked_by(source.marks, pieces)
    weighed = [_weighed(at, float(chances[at]), features, pieces[at], marked[at]) for at in range(len(pieces))]
    _weigh_neighbours(contents, pieces, weighed)
    _note_repeats(pieces, repeats, weighed)
    lines = [_line(piece, content, known) for piece, content, known in zip(pieces, contents, weighed, strict=True)]
    if not any(line.kind is Kind.BODY for line in lines) and not source.marks:
        lines = [_else_body(*known) for known in zip(lines, contents, weighed, strict=True)]
    return tuple(lines)


def _else_body(line: Line, content: str, known: Weighed) -> Line:
    """Return a sentence of which nothing else is known as body: a source without any is short, or in another script."""
    if known.kinds or len(content) < SHORTEST or not _ANY_END.search(content):
        return line
    return replace(line, kind=Kind.BODY, confidence=0.5, evidence=(*line.evidence, "nothing in the source is surer"))


def _weighed(at: int, chance: float, features: Features, piece: Piece, marked: Marked | None) -> Weighed:
    chance = min(max(chance, 0.001), 0.999)
    told = features.told[at]
    known = Weighed(math.log(chance / (1 - chance)), {}, [])
    count = round(math.expm1(float(features.dense[at, 0])))
    known.evidence.append(f"{'like' if chance >= 0.5 else 'unlike'} body: {count} words")
    if piece.hint:
        known.speaks(piece.hint, 9.0, piece.because)
    for kind, why in told.kinds:
        weight = next(weight for start, weight in WEIGHTS.items() if why.startswith(start))
        if weight and not (count > MIDDLING and kind in (Kind.FURNITURE, Kind.BYLINE)):
            known.speaks(kind, -weight, why)
    for phrase in told.says[:4]:
        known.speaks(Kind.FURNITURE, -PER_PHRASE, f'says "{phrase}"')
    dense = features.dense[at]
    if not known.kinds and count >= SENTENCE_LEAST and dense[_ENDED] and _reads_like_text(dense):
        known.odds += SENTENCE
    if marked:
        known.odds *= BESIDE_MARKS
        known.speaks(marked.kind, MARK * marked.weight, marked.because)
    return known


def _reads_like_text(dense: npt.NDArray[np.float32]) -> bool:
    """Return whether a line's source is mostly running text, or too short to be a whole page."""
    return bool(dense[_RUNNING] >= RUNNING or dense[_LINES] <= math.log1p(SHORT_SOURCE))


def _weigh_neighbours(contents: Sequence[str], pieces: Sequence[Piece], weighed: Sequence[Weighed]) -> None:
    """Add what a line's neighbours say: captions stand twice, below images, and as titles below players."""
    for at, content in enumerate(contents):
        known = weighed[at]
        before = weighed[at - 1].kinds if at else {}
        count = content.count(" ") + 1
        ended = bool(_ENDS.search(content))
        if count > 3 and at + 1 < len(contents) and _shows_again(content, contents[at + 1], weighed[at + 1]):
            known.speaks(Kind.CAPTION, -DOUBLED, "stands again below with a credit")
        elif Kind.IMAGE in before and count < MIDDLING and not known.kinds and not (ended and count > 25):
            known.speaks(Kind.CAPTION, -AFTER_IMAGE + (0 if ended else 2.0), "follows an image")
        elif at and count < 25 and not known.kinds and Kind.FURNITURE in before:
            quoted = content[0] in "‘'\"“" and content.rstrip(".")[-1:] in "’'\"”"
            if (quoted or not ended) and _is_player(contents, at):
                known.speaks(Kind.FURNITURE, -BELOW_PLAYER, "is the title of a player")


def _shows_again(content: str, after: str, below: Weighed) -> bool:
    return after == content and Kind.CAPTION in below.kinds


def _is_player(contents: Sequence[str], at: int) -> bool:
    """Return whether a player's message or running time stands within two lines above, or its time right below."""
    below = at + 1 < len(contents) and _TIME.match(contents[at + 1])
    return bool(below) or any(_PLAYER.search(contents[up]) for up in range(max(0, at - 2), at))


def _note_repeats(pieces: Sequence[Piece], repeats: Sequence[int], weighed: Sequence[Weighed]) -> None:
    for piece, known in zip(pieces, weighed, strict=True):
        times = repeats[piece.row] if piece.row < len(repeats) else 0
        if times:
            known.evidence.append(f"stands in {times if times < 3 else '3 or more'} other source{'s' * (times > 1)}")


def _line(piece: Piece, content: str, known: Weighed) -> Line:
    body = 1 / (1 + math.exp(-max(-30.0, min(30.0, SURENESS * known.odds))))
    if body >= 0.5:
        return Line(piece.start, piece.end, Kind.BODY, round(body, 3), tuple(known.evidence))
    kind = _other(content, known)
    confidence = 1 - body
    if kind is Kind.FURNITURE and not known.kinds and confidence < UNSURE:
        kind = Kind.UNKNOWN
    return Line(piece.start, piece.end, kind, round(confidence, 3), tuple(known.evidence))


def _other(content: str, known: Weighed) -> Kind:
    """Return the kind of a line that is not body: what most speaks for, if its shape allows it."""
    for kind, _ in sorted(known.kinds.items(), key=lambda item: (-item[1], item[0])):
        if kind is Kind.BYLINE and not _byline_like(content):
            continue
        return kind
    return Kind.FURNITURE


def _byline_like(content: str) -> bool:
    """Return whether a line is names by its shape: with what stands before them, or a report's credit at its end."""
    bare = content.strip("() ")
    if _REPORTING.match(bare):
        return len(bare.split()) <= 30
    phrase = starts_with("byline_starts", bare.casefold())
    rest = bare[len(phrase) :].strip(" :") if phrase else bare
    short = len(rest.split()) <= 14 and not _ENDS.search(rest)
    return short and (rest.isupper() or bool(_NAMES_ONLY.match(rest)))


def title_like(content: str) -> bool:
    """Return whether a line could be a headline by its shape."""
    count = content.count(" ") + 1
    return 3 <= count <= 28 and len(content) <= 200 and content[-1] not in ".,;:…" and any(map(str.isalpha, content))
