"""A page and the chances of its lines in, chances weighed with what resiliparse and trafilatura take for the body out.

resiliparse takes four milliseconds and is always asked; trafilatura takes thirty and is asked where the page model is
unsure, which is on a quarter of news pages. On pages of hosts that the model did not see, the shingle F1 rises from
.926 to .936, and to .933 where trafilatura is always asked. They give evidence for marks alone: no offset and no text
depends on them, so a newer version of either moves nothing.
"""

from __future__ import annotations

import logging

import numpy as np
from numpy.typing import NDArray
from resiliparse.extract.html2text import extract_plain_text
from resiliparse.parse.html import HTMLTree

from backstory.read.page_features import Features, tokens_in
from backstory.read.page_text import Page

__all__ = ["weighed"]

QUICK_WEIGHT, SLOW_WEIGHT = 0.1, 0.3
"""What an opinion is worth beside the page model; chosen on two of five folds of hosts."""

UNSURE = 0.25
"""Share of a page's likely words with a probability that is neither low nor high from which trafilatura is asked."""

LIKELY, SURE = 0.15, 0.75

MAX_CHARACTERS, MAX_DEPTH, MAX_UNCLOSED = 4_000_000, 150, 60
"""Pages beyond are not given to parsers whose time or memory may grow with the square of what is nested or unclosed;
of 421 news pages the largest has 2.9 million characters."""

Probabilities = NDArray[np.float64]


def weighed(probabilities: Probabilities, features: Features, page: Page, markup: str) -> Probabilities:
    """Return the probabilities mixed with the two opinions, as far as each is asked and answers."""
    if len(markup) > MAX_CHARACTERS or page.deepest > MAX_DEPTH or page.unclosed > MAX_UNCLOSED:
        return probabilities
    quick = _quick_body(markup)
    slow = _slow_body(markup) if _unsureness(probabilities, features) >= UNSURE else None
    mixed = probabilities.copy()
    for body, weight in ((quick, QUICK_WEIGHT), (slow, SLOW_WEIGHT)):
        if body is not None:
            mixed += weight * (_shares(features.tokens, body) - probabilities)
    return mixed


def _unsureness(probabilities: Probabilities, features: Features) -> float:
    likely = float(features.words[probabilities > LIKELY].sum())
    unsure = float(features.words[(probabilities > LIKELY) & (probabilities < SURE)].sum())
    return unsure / likely if likely else 1.0


def _quick_body(markup: str) -> str | None:
    try:
        return str(extract_plain_text(HTMLTree.parse(markup), main_content=True, alt_texts=False, comments=False))
    except (ValueError, RuntimeError):
        return None


def _slow_body(markup: str) -> str | None:
    """Return trafilatura's body; it takes a second to import, so it is imported once a page needs it."""
    try:
        from trafilatura import bare_extraction
    except ImportError:
        return None
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    try:
        found = bare_extraction(markup, favor_precision=True, include_comments=False)
    except Exception:  # whatever it stumbles over, it then has no opinion
        return None
    return None if found is None else str(getattr(found, "text", None) or "")


def _shares(lines: list[list[str]], body: str) -> Probabilities:
    """Return the share of each line's runs of four words, fewer in a shorter line, that a body has."""
    words = tokens_in(body)
    runs = {size: set(zip(*(words[skip:] for skip in range(size)), strict=False)) for size in range(1, 5)}
    shares = np.zeros(len(lines))
    for number, line in enumerate(lines):
        size = min(4, len(line))
        if size:
            own = list(zip(*(line[skip:] for skip in range(size)), strict=False))
            shares[number] = sum(run in runs[size] for run in own) / len(own)
    return shares
