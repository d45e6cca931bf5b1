"""Pieces in, numbers out: what each line says, how it is shaped and where it stands, for the labeller to weigh.

A line's words are hashed: single words, pairs, and its first and last words kept apart. Beside them stands a row of
named numbers. Nothing here knows a language but the word lists.
"""

from __future__ import annotations

import math
import re
from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import median
from zlib import crc32

import numpy as np
import numpy.typing as npt

from backstory.clean.characters import shapes_of
from backstory.clean.phrases import listed, phrases_in, plain, starts_with, words_in
from backstory.clean.pieces import Piece, is_credit_line
from backstory.clean.stamps import is_date_line
from backstory.records import Kind

__all__ = ["BUCKETS", "Features", "Told", "dense_names", "features_of", "told_by"]

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

BUCKETS = 1 << 15
"""Rows for hashed words and pairs of words."""

HEAD, TAIL = 40, 12
"""Words of a line that are hashed, from its front and from its end."""

HEAD_CHARACTERS, TAIL_CHARACTERS = 320, 100
"""Characters in which those words are sought."""

LABEL_WORDS = 8
"""Words up to which a line that begins like a label ("More on Oldport") is one, if it has no full stop."""

LONG = 15
"""Words from which a line counts as running text in what its neighbours know of it."""

IMAGE = re.compile(r"!\[[^\]]*\]\(\S*\)?$|\S+\.(?:jpe?g|png|gif|webp|svg)(?:\?\S*)?$", re.IGNORECASE)
RUNNING_TIME = re.compile(r"\(?\d{1,3}:\d{2}(?::\d{2})?\)?(?:\s*/\s*\d{1,3}:\d{2}(?::\d{2})?)?$")
_TOKEN = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?|\d+|[^\w\s]")
_ENDINGS = ".", "!", "?", "…", ":", ",", ";", "-"
_CLOSERS = "\"'”’»)]"
_OPENERS = "\"'“‘«(["
_LINK_DATE = re.compile(r"[-•*] ?(?:Published|Updated)\d")
_QUOTES = re.compile('["“”«»]')
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_CLOCK = re.compile(r"\d:\d\d")
_LINK = re.compile(r"https?:|www\.|@\w|\w\.(?:com|org|net|co\.uk|de|fr)\b")
_NAMES = re.compile(r"(?<=[a-z,;] )[A-ZÀ-ÖØ-Þ][\w’'-]{2,}|[A-ZÀ-ÖØ-Þ]\w+(?= [A-ZÀ-ÖØ-Þ])")


@dataclass(frozen=True, slots=True)
class Told:
    """What the word lists tell of one line: kinds with why, and its words without numbers and marks."""

    words: tuple[str, ...]
    kinds: tuple[tuple[Kind, str], ...]
    says: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Features:
    """`ids` are the hashed words of all lines, one after the other; `starts[i]` is where those of line i begin."""

    ids: Ints
    starts: Ints
    dense: Floats
    told: tuple[Told, ...]


def told_by(content: str) -> Told:
    """Return what the word lists tell of a line."""
    simple = plain(content)
    words = words_in(content)
    kinds = [*_by_whole_line(content, words), *_by_beginning(simple, words)]
    if is_date_line(content) and not _LINK_DATE.match(content):
        kinds.append((Kind.DATE, "is a date"))
    return Told(words, tuple(kinds), tuple(dict.fromkeys(phrases_in(words, "furniture_words"))))


def _by_whole_line(content: str, words: tuple[str, ...]) -> Iterator[tuple[Kind, str]]:
    if _LINK_DATE.match(content):
        yield Kind.FURNITURE, "is the date of a link"
    if IMAGE.match(content):
        yield Kind.IMAGE, "is an image"
    if not words:
        yield Kind.FURNITURE, "is a running time" if RUNNING_TIME.match(content) else "has no words"
    text = " ".join(words) if len(words) < 12 else ""
    if text in listed("furniture_lines"):
        yield Kind.FURNITURE, f'is "{text}"'
    if text in listed("sections"):
        yield Kind.FURNITURE, "is the name of a section"
    if len(words) <= 6 and is_credit_line(content):
        yield Kind.FURNITURE, "credits a picture"


def _by_beginning(simple: str, words: tuple[str, ...]) -> Iterator[tuple[Kind, str]]:
    for name, kind in (("furniture_starts", Kind.FURNITURE), ("caption_starts", Kind.CAPTION)):
        phrase = starts_with(name, simple)
        if phrase:
            yield kind, f'begins with "{phrase}"'
    label = starts_with("furniture_labels", simple) if len(words) <= LABEL_WORDS and simple[-1:] not in ".!?" else None
    if label:
        yield Kind.FURNITURE, f'begins with "{label}"'
    phrase = starts_with("byline_starts", simple.lstrip("(")) if len(words) <= 30 else None
    reports = phrase is not None and phrase.endswith("ing by")
    if reports or (len(words) <= 14 and (phrase or not listed("byline_roles").isdisjoint(words))):
        yield Kind.BYLINE, f'begins with "{phrase}"' if phrase else "names a writer's job"


def features_of(contents: Sequence[str], pieces: Sequence[Piece], text: str, repeats: Sequence[int]) -> Features:
    """Return the features of `pieces`, whose texts are `contents`; `repeats` is by the number of the line."""
    told = tuple(map(told_by, contents))
    flat = array("q")
    starts = []
    for content in contents:
        starts.append(len(flat))
        flat.extend(_hashed(content))
    shapes = shapes_of(text, pieces).tolist()
    known = zip(contents, pieces, told, shapes, strict=True)
    own = [_own(content, piece, what, shape) for content, piece, what, shape in known]
    around = _around(contents, pieces, text, repeats)
    dense = np.concatenate([np.asarray(own, dtype=np.float32), around], axis=1)
    return Features(np.frombuffer(flat, dtype=np.int64), np.asarray(starts, dtype=np.int64), dense, told)


@lru_cache(maxsize=1 << 14)
def _word_hash(token: str) -> int:
    return crc32(token.encode("utf-8", "surrogatepass"))


def _hashed(content: str) -> list[int]:
    """Return the rows that a line's words switch on; never empty."""
    front = _TOKEN.findall(content[:HEAD_CHARACTERS].replace("’", "'").casefold())
    tokens = ["0" if token[0].isdigit() else token for token in front]
    end = content[max(HEAD_CHARACTERS, len(content) - TAIL_CHARACTERS) :]
    tail = _TOKEN.findall(end.replace("’", "'").casefold())[1:]
    head = [_word_hash(token) for token in tokens[:HEAD]]
    rows = [value % BUCKETS for value in head]
    rows += [_word_hash(token) % BUCKETS for token in tail[-TAIL:]]
    rows += [(a * 31 + b * 7 + 3) % BUCKETS for a, b in zip(head, head[1:], strict=False)]
    rows += [(value * 13 + place + 11) % BUCKETS for place, value in enumerate(head[:2])]
    if tokens:
        rows.append((_word_hash(tokens[-1]) * 17 + 5) % BUCKETS)
    rows.append(min(len(tokens), 60) // 3)
    return rows


_HINTS = (Kind.FURNITURE, Kind.DATE, Kind.CAPTION)
_TOLD = (Kind.FURNITURE, Kind.IMAGE, Kind.CAPTION, Kind.BYLINE, Kind.DATE)

_OWN = (
    "log words", "log characters", *(f"ends with {mark}" for mark in _ENDINGS), "ends with a closer",
    "ends with a letter",
    "begins upper", "begins lower", "begins with a digit", "begins with an opener", "begins with a mark",
    "share capitalised", "share upper", "share digits", "share function words", "has a function word", "log sentences",
    "commas", "quotation marks", "mean word", "year", "clock", "link", "bar", "all upper", "says", "says share",
    *(f"hint {kind}" for kind in _HINTS), *(f"told {kind}" for kind in _TOLD), "cut", "long and ended",
)  # fmt: skip

_AROUND = (
    "from start", "from end", "share before", "log lines", "median words", "share running", "share long",
    "share ended", "repeats 1",
    "repeats 2", "repeats 3", "stands again", "log copies", "begins the next", "begins with the last", "blank before",
    "blank after", "all apart", "names known", "words known", "long before", "long after", "to long before",
    "to long after", "run of long", "last long", "wrapped",
)  # fmt: skip


def dense_names() -> tuple[str, ...]:
    """Return the names of the columns of `dense`."""
    return _OWN + _AROUND


def _own(content: str, piece: Piece, told: Told, shape: Sequence[float]) -> list[float]:
    count = content.count(" ") + 1
    last = content.rstrip(_CLOSERS)[-1:]
    first = content.lstrip(_OPENERS)[:1]
    said = told.words[:60]
    function = sum(map(listed("function_words").__contains__, said))
    size = max(1, len(said))
    kinds = {kind for kind, _ in told.kinds}
    ended = last in ".!?…"
    return [
        math.log1p(count),
        math.log1p(len(content)),
        *map(last.__eq__, _ENDINGS),
        content[-1] in _CLOSERS,
        content[-1].isalnum(),
        first.isupper(),
        first.islower(),
        first.isdigit(),
        content[0] in _OPENERS,
        not (content[0].isalnum() or content[0] in _OPENERS),
        *shape,
        function / size,
        function > 0,
        math.log1p(content.count(". ") + content.count("? ") + content.count("! ")),
        min(content.count(","), 10) / 10,
        min(len(_QUOTES.findall(content)), 8) / 8,
        min(len(content) / max(1, count), 15) / 15,
        _YEAR.search(content) is not None,
        _CLOCK.search(content) is not None,
        _LINK.search(content) is not None,
        "|" in content or "»" in content or "›" in content,
        content.isupper(),
        min(len(told.says), 4) / 4,
        min(1.0, 8 * len(told.says) / size),
        *(piece.hint is kind for kind in _HINTS),
        *(kind in kinds for kind in _TOLD),
        piece.because != "",
        ended and count >= 8,
    ]


def _around(contents: Sequence[str], pieces: Sequence[Piece], text: str, repeats: Sequence[int]) -> Floats:
    count = len(contents)
    lengths = np.asarray([content.count(" ") + 1 for content in contents], dtype=np.float32)
    ended = np.asarray([content.rstrip(_CLOSERS)[-1:] in ".!?…" for content in contents], dtype=bool)
    long = (lengths >= LONG) & ended
    copies = Counter(contents)
    again = np.asarray([copies[content] for content in contents], dtype=np.float32)
    apart = _apart(pieces, text)
    places = np.arange(count, dtype=np.float32)
    stands = np.asarray([repeats[piece.row] if piece.row < len(repeats) else 0 for piece in pieces], dtype=np.float32)
    before, after = _distances(long)
    follows = [float(b.startswith(a)) for a, b in zip(contents, [*contents[1:], ""], strict=True)]
    repeating = [float(len(a) > 3 and b.startswith(a)) for a, b in zip(["", *contents[:-1]], contents, strict=True)]
    names, known = _known(contents, long)
    shifted = np.zeros(count + 2, dtype=bool)
    shifted[1:-1] = long
    columns: list[npt.NDArray[np.generic] | float] = [
        np.log1p(places),
        np.log1p(places[::-1]),
        places / max(1, count - 1),
        math.log1p(count),
        math.log1p(median(lengths.tolist())),
        float(lengths[long].sum() / lengths.sum()),
        np.count_nonzero(long) / count,
        np.count_nonzero(ended) / count,
        stands == 1,
        stands == 2,
        stands >= 3,
        again > 1,
        np.log1p(again),
        np.asarray(follows),
        np.asarray(repeating),
        apart[:-1],
        apart[1:],
        float(apart.mean()),
        names,
        known,
        shifted[:-2],
        shifted[2:],
        np.log1p(before),
        np.log1p(after),
        np.log1p(_runs(long)),
        long & (after > 30),
        _wrapped(contents, ended),
    ]
    table = np.empty((len(columns), count), dtype=np.float32)
    for row, column in zip(table, columns, strict=True):
        row[:] = column
    return table.T


def _apart(pieces: Sequence[Piece], text: str) -> Floats:
    """Return for the gap before each piece, and after the last, whether an empty line is in it."""
    gaps = [text.count("\n", a.end, b.start) > 1 for a, b in zip(pieces, pieces[1:], strict=False)]
    return np.asarray([False, *gaps, False], dtype=np.float32)


FAR = 60.0


def _distances(long: npt.NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Return how many lines up and down the nearest other long line is; `FAR` where there is none."""
    places = np.arange(len(long))
    up = np.maximum.accumulate(np.where(long, places, -1000))
    down = np.minimum.accumulate(np.where(long, places, 10**9)[::-1])[::-1]
    before = places - np.concatenate([[-1000], up[:-1]])
    after = np.concatenate([down[1:], [10**9]]) - places
    return np.minimum(before, FAR).astype(np.float32), np.minimum(after, FAR).astype(np.float32)


def _runs(long: npt.NDArray[np.bool_]) -> Floats:
    """Return how many long lines stand within five lines up and down."""
    total = np.concatenate([[0], np.cumsum(long)])
    places = np.arange(len(long))
    within = total[np.minimum(places + 6, len(long))] - total[np.maximum(places - 5, 0)]
    return np.asarray(within, dtype=np.float32)


NAMES_IN = 800
"""Characters of a line whose names and longer words are held against other lines."""


def _known(contents: Sequence[str], long: npt.NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Return which share of a line's names, and of its longer words, the long lines of the source also have."""
    names = [set(_NAMES.findall(content[:NAMES_IN])) for content in contents]
    words = [{word for word in content[:NAMES_IN].split() if len(word) > 4} for content in contents]
    seen_names: Counter[str] = Counter()
    seen_words: Counter[str] = Counter()
    for at in np.flatnonzero(long).tolist():
        seen_names.update(names[at])
        seen_words.update(words[at])
    more_names = [{name for name, times in seen_names.items() if times > least} for least in (0, 1)]
    more_words = [{word for word, times in seen_words.items() if times > least} for least in (0, 1)]
    shares = []
    for at, (own, longer) in enumerate(zip(names, words, strict=True)):
        least = int(long[at])
        of_names = len(more_names[least].intersection(own)) / len(own) if own else 0.0
        of_words = len(more_words[least].intersection(longer)) / len(longer) if longer else 0.0
        shares.append((of_names, of_words))
    both = np.asarray(shares, dtype=np.float32).reshape(-1, 2)
    return both[:, 0], both[:, 1]


def _wrapped(contents: Sequence[str], ended: npt.NDArray[np.bool_]) -> float:
    """Return whether the text is hard-wrapped: its longer lines are of one width and mostly end in mid-sentence."""
    sizes = [len(content) for content in contents]
    long = [at for at, size in enumerate(sizes) if size >= 45]
    if len(long) < 4 or max(sizes) > 110:
        return 0.0
    middle = median(sizes[at] for at in long)
    close = sum(abs(sizes[at] - middle) < 12 for at in long) / len(long)
    return float(close > 0.6 and sum(ended[at] for at in long) < 0.5 * len(long))
