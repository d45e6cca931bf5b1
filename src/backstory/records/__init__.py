"""The vocabulary as frozen dataclasses: what each stage hands to the next.

Every offset is a Unicode code point into the text of its source, end exclusive. A value that is not known is None.
A confidence is a probability from 0 to 1. Times are ISO 8601 strings, as precise as known.
"""

from backstory.records.annotations import Annotations, Figure, Mention, Name, Quote, TimeExpression
from backstory.records.articles import Article, Block, Cleaned, Line, Paragraph, Reading
from backstory.records.reuse import Change, Copy, Member, Origin, Passage, Statement, Version
from backstory.records.sources import Item, Kind, Mark, PublishedHow, Source, Span, Stated, content_id

__all__ = [
    "Annotations",
    "Article",
    "Block",
    "Change",
    "Cleaned",
    "Copy",
    "Figure",
    "Item",
    "Kind",
    "Line",
    "Mark",
    "Member",
    "Mention",
    "Name",
    "Origin",
    "Paragraph",
    "Passage",
    "PublishedHow",
    "Quote",
    "Reading",
    "Source",
    "Span",
    "Stated",
    "Statement",
    "TimeExpression",
    "Version",
    "content_id",
]
