"""Articles in, annotations out: who said what, who is who, when, and how much. One article at a time.

`annotate` is pure: an article's annotations depend on that article and the model alone, whatever was read before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from backstory.annotate.article import Reads
    from backstory.records import Annotations, Reading

__all__ = ["annotate"]


def annotate(readings: Iterable[Reading], *, reader: Reads | None = None) -> Iterator[Annotations]:
    """Yield the annotations of each article, in the order of `readings`.

    Args:
        readings: articles with their source's text, however many; they are read one after another.
        reader: the model. Without one the rules work alone: fewer indirect quotes, kinds of name less sure.
    """
    from backstory.annotate.article import annotated  # word lists and tables load with the first article

    for reading in readings:
        yield annotated(reading, reader)
