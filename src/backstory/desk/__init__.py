"""The desk: one SQLite file where sources and all that was found in them are kept and can be asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from backstory.desk import ask
from backstory.desk.ask import Filter, Status
from backstory.desk.connection import connect, transaction, writer_lock
from backstory.desk.export import Selection, export
from backstory.desk.search import Found, Hit, search
from backstory.desk.tables import TABLES, Row, rows
from backstory.desk.verify import Fault, Verified, verify
from backstory.records import Article, Block, Cleaned, Origin, Passage, Quote, Reading, Source

__all__ = [
    "DEFAULT_DESK",
    "Desk",
    "Fault",
    "Filter",
    "Found",
    "Hit",
    "Selection",
    "Status",
    "Verified",
    "transaction",
    "writer_lock",
]

DEFAULT_DESK = "news.desk"


class Desk:
    """An open desk. Use it in a `with` statement, or call `close`.

    >>> with Desk("news.desk") as desk:  # doctest: +SKIP
    ...     for article in desk.articles(outlet="The Harbour Post"):
    ...         print(article.title)
    """

    def __init__(self, path: str | Path = DEFAULT_DESK, *, create: bool = False, read_only: bool = False) -> None:
        """Open the desk at `path`; `create` makes it where it is not there.

        Raises:
            NotFoundError: it is not there and `create` was not asked for.
            DeskError: it is no desk, of a newer schema, or cannot be opened.
        """
        self.path = Path(path)
        self.connection = connect(path, create=create, read_only=read_only)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the desk."""
        self.connection.close()

    def status(self) -> Status:
        """Count what the desk holds."""
        return ask.status(self.connection)

    def sources(self, *, problems: bool = False, limit: int | None = None) -> Iterator[Row]:
        """Yield the rows of `sources` by uri; with `problems` only those that have one."""
        return ask.sources(self.connection, problems=problems, limit=limit)

    def source(self, wanted: str) -> Source:
        """Return the source with this id, beginning of an id, or uri; raises NotFoundError."""
        return ask.find_source(self.connection, wanted)

    def articles(
        self,
        *,
        outlet: str | None = None,
        since: str | None = None,
        until: str | None = None,
        title: str | None = None,
        heads: bool = False,
        limit: int | None = None,
    ) -> Iterator[Article]:
        """Yield articles, the newest first and the undated last; dates are ISO 8601, `until` included.

        With `heads` only the earliest of articles that copy each other.
        """
        wanted = Filter(outlet=outlet, since=since, until=until, title=title, heads=heads, limit=limit)
        return ask.articles(self.connection, wanted)

    def article(self, article_id: str) -> Article:
        """Return the article with this id or beginning of an id; raises NotFoundError."""
        return ask.find_article(self.connection, article_id)

    def reading(self, article: Article) -> Reading:
        """Return an article with its source's text and its own paragraphs."""
        return ask.reading(self.connection, article)

    def readings(self, wanted: Filter | None = None) -> Iterator[Reading]:
        """Yield articles with their texts, the newest first."""
        return ask.readings(self.connection, wanted)

    def text(self, source_id: str) -> str:
        """Return the text of a source; raises NotFoundError."""
        return ask.text(self.connection, source_id)

    def blocks(self, source_id: str) -> Iterator[Block]:
        """Yield the blocks of a source in order."""
        return ask.blocks(self.connection, source_id)

    def explain(self, wanted: str) -> tuple[Cleaned, str]:
        """Return what cleaning makes of a source (or of an article's), line by line, and its text; NotFoundError."""
        return ask.explain(self.connection, wanted)

    def search(
        self,
        text: str = "",
        *,
        limit: int = 20,
        offset: int = 0,
        grouped: bool = True,
        by: str = "both",
        like: str | None = None,
    ) -> Found:
        """Find articles, quotes and passages by words, meaning or both, or those `like` an article or a story.

        Raises:
            UsageError: the search cannot be understood.
            NotFoundError: there is no article or story `like`.
        """
        return search(self.connection, text, limit=limit, offset=offset, grouped=grouped, by=by, like=like)

    def quotes(self, article_id: str | None = None) -> Iterator[Quote]:
        """Yield the quotes of one article, or of all."""
        return ask.quotes(self.connection, article_id)

    def passages(self) -> list[Passage]:
        """Return the passages that articles share."""
        return ask.passages(self.connection)

    def statements(
        self, *, speaker: str | None = None, topic: str | None = None, outlet: str | None = None, at_least: int = 1
    ) -> Iterator[Row]:
        """Yield the statements by a speaker, with words, carried by an outlet and by `at_least` articles."""
        return ask.statements(self.connection, speaker=speaker, topic=topic, outlet=outlet, at_least=at_least)

    def origins(self, article_ids: Iterable[str] | None = None) -> list[Origin]:
        """Return the independent origins of articles (all unless given), each with what shows it; NotFoundError."""
        return ask.origins(self.connection, article_ids)

    def rows(self, table: str) -> Iterator[Row]:
        """Yield the rows of a table of the contract; raises UsageError for a name that is none."""
        return rows(self.connection, table)

    @property
    def tables(self) -> tuple[str, ...]:
        """The names of the tables of the contract that this desk holds."""
        return tuple(TABLES)

    def verify(self) -> Iterator[Verified]:
        """Make every text anew and check every hash, span and text, source by source."""
        return verify(self.connection)

    def export(
        self, to: str | Path, *, format: str = "jsonl", texts: bool = False, selection: Selection | None = None
    ) -> dict[str, int]:
        """Write the desk, or a selection of it, to `to`; return how many rows of what were written.

        Raises:
            UsageError: the format is not known.
            NotFoundError: there is no story as selected.
        """
        return export(self.connection, to, format=format, texts=texts, selection=selection)
