"""A walked page in, marks out: what each line is, as far as the markup and the page model tell, and why."""

from __future__ import annotations

from backstory.read.page_context import evened, threshold_of
from backstory.read.page_elements import Flag
from backstory.read.page_features import features_of
from backstory.read.page_metadata import Facts
from backstory.read.page_model import Trees, body_probabilities, package_trees
from backstory.read.page_opinions import weighed
from backstory.read.page_text import Page, PageLine
from backstory.read.page_titles import words_of
from backstory.records import Kind, Mark, Stated

__all__ = ["marks_of"]

MOSTLY = 0.6
"""Share of a line that a `<time>` or an author's element fills from which the line is a date or a byline."""

MAX_DATE, MAX_BYLINE = 80, 160
"""Characters of a date line and of a byline; what is longer is running text that names a day or a writer."""

_FURNITURE = (
    (Flag.NAVIGATION, "in a navigation element"),
    (Flag.FOOTER, "in a footer"),
    (Flag.ASIDE, "in an aside"),
    (Flag.FORM, "in a form"),
    (Flag.BUTTON, "in a button"),
    (Flag.CONCEALED, "hidden until a script shows it"),
    (Flag.HEADER, "in a page header"),
)


def marks_of(page: Page, facts: Facts, stated: Stated, markup: str, trees: Trees | None = None) -> tuple[Mark, ...]:
    """Return a mark a line: what is known of it; `trees` is the page model, the package's unless given."""
    if not page.lines:
        return ()
    features = features_of(page, facts, stated)
    marked = _by_markup(page, stated)
    probabilities = body_probabilities(features, trees or package_trees())
    probabilities = weighed(probabilities, features, page, markup)
    probabilities[list(marked)] = 0.0
    probabilities = evened(probabilities, features)
    threshold = threshold_of(probabilities, features)
    return tuple(
        marked.get(number) or _by_model(line, float(probability), threshold)
        for number, (line, probability) in enumerate(zip(page.lines, probabilities, strict=True))
    )


def _by_markup(page: Page, stated: Stated) -> dict[int, Mark]:
    """Return the marks of the lines of which the markup alone tells what they are."""
    titled = words_of(stated.title or "")
    found: dict[int, Mark] = {}
    headed = False
    for number, line in enumerate(page.lines):
        mark = None if headed else _headline(page, line, titled)
        headed = headed or mark is not None
        mark = mark or _by_element(line)
        if mark is not None:
            found[number] = mark
    return found


def _headline(page: Page, line: PageLine, titled: frozenset[str]) -> Mark | None:
    """Return a mark if this line is the heading that the title was taken from."""
    if not titled or not line.frame.flags & Flag.HEADING:
        return None
    if words_of(page.text[line.start : line.end]) != titled:
        return None
    return Mark(line.start, line.end, Kind.HEADLINE, 0.98, "the heading that agrees with the stated title")


def _by_element(line: PageLine) -> Mark | None:
    """Return what the elements that a line stands in tell of it."""
    size = line.end - line.start
    if line.frame.flags & Flag.CAPTION:
        return Mark(line.start, line.end, Kind.CAPTION, 0.95, "in a caption element")
    if line.timed >= MOSTLY * size and size <= MAX_DATE:
        return Mark(line.start, line.end, Kind.DATE, 0.9, "in a time element")
    if line.authored >= MOSTLY * size and size <= MAX_BYLINE and line.timed == 0:
        return Mark(line.start, line.end, Kind.BYLINE, 0.8, "in an author's element")
    return None


def _by_model(line: PageLine, probability: float, threshold: float) -> Mark:
    """Return body or furniture, as sure as the probability is far from the page's threshold."""
    if probability >= threshold:
        sure = 0.5 + 0.5 * (probability - threshold) / (1.0 - threshold)
        return Mark(line.start, line.end, Kind.BODY, sure, "body by its place, shape and neighbours on the page")
    sure = 1.0 - 0.5 * max(0.0, probability) / threshold
    return Mark(line.start, line.end, Kind.FURNITURE, sure, _why_furniture(line))


def _why_furniture(line: PageLine) -> str:
    flags = line.frame.flags
    return next((why for flag, why in _FURNITURE if flags & flag), "no body by its place, shape and neighbours")
