"""The whole flow, top to bottom: paths in, a desk with all that was found out.

Every stage takes what waits for it from the desk, a batch at a time, and keeps what it makes in one transaction. So a
run that is killed anywhere goes on where it was, and the tables depend on the set of sources alone. How a batch is
worked on, here or in other processes, is the runner's affair.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass, field
from functools import cache
from itertools import islice
from typing import Protocol, TypeVar

from backstory.annotate import annotate
from backstory.annotate.article import Reads
from backstory.annotate.carrying import Held, Once
from backstory.annotate.reader import Reader
from backstory.clean import clean
from backstory.desk import Desk
from backstory.desk.connection import explaining
from backstory.desk.grouping.annotating import (
    ToAnnotate,
    count_to_annotate,
    forget_what_went,
    put_annotations,
    to_annotate,
)
from backstory.desk.grouping.naming import merge_names
from backstory.desk.grouping.repeating import update_reuse
from backstory.desk.grouping.stories import update_stories
from backstory.desk.search import index_words
from backstory.desk.write import FileRead, Waiting, add_sources, is_read, put_cleaned, to_clean
from backstory.errors import NotFoundError, UsageError
from backstory.read import STDIN, Options, files_of, read_file
from backstory.records import Annotations, Block, Cleaned, Kind, Reading, Source

__all__ = [
    "STAGES",
    "Progress",
    "Report",
    "Runner",
    "annotate_or_keep",
    "build",
    "clean_or_keep",
    "fold",
    "in_turn",
    "shipped_reader",
    "uncleaned",
]

A = TypeVar("A")
B = TypeVar("B")

STAGES = ("read", "clean", "annotate", "names", "reuse", "stories", "index")
"""The stages in their order; each needs those before it."""

BATCH_CHARS = 1 << 20
"""A batch's text: large enough that handing it to another process costs under 1% of working on it."""
BATCH_SOURCES = 256
BATCH_ARTICLES = 16
"""Few, so that two processes end at nearly the same time: of five batches of 64, one of them works on three."""
SMALL_FILE_BYTES = 4 << 20
"""A larger file is streamed; smaller ones are read by the runner, many at a time."""


class Runner(Protocol):
    """Applies a function to every item, here or elsewhere, and yields the results in the order of the items."""

    def __call__(self, function: Callable[[A], B], items: Iterable[A], /) -> Iterator[B]: ...  # noqa: D102


class Progress(Protocol):
    """Is told how far the work is: `stage` begins, `done` more units are done of `total` (None where not known)."""

    def __call__(self, stage: str, done: int, total: int | None, /) -> None: ...  # noqa: D102


@dataclass(slots=True)
class Report:
    """What a run did."""

    files: int = 0
    unchanged: int = 0
    sources: int = 0
    new: int = 0
    cleaned: int = 0
    articles: int = 0
    annotated: int = 0
    problems: list[tuple[str, str]] = field(default_factory=list)


def in_turn(function: Callable[[A], B], items: Iterable[A], /) -> Iterator[B]:
    """The runner that works on one item after another in this process."""
    return map(function, items)


def _quiet(stage: str, done: int, total: int | None, /) -> None:
    """Tell nobody."""


def build(
    desk: Desk,
    paths: Iterable[str],
    *,
    options: Options | None = None,
    until: str = STAGES[-1],
    runner: Runner = in_turn,
    progress: Progress = _quiet,
) -> Report:
    """Read `paths` into `desk` and bring everything in it up to date, `until` a stage of `STAGES`.

    Raises:
        NotFoundError: a path is not there; nothing was done.
        UsageError: `until` is no stage.
        DeskError: the desk cannot be written; what was written before is kept and the next run goes on.
    """
    if until not in STAGES:
        raise UsageError(f"no stage {until!r}: there are {', '.join(STAGES)}")
    report = Report()
    with explaining(desk.path):
        _read(desk, list(paths), options or Options(), runner, progress, report)
        for stage in _LATER[: STAGES.index(until)]:
            stage(desk, runner, progress, report)
    return report


def fold(desk: Desk, sources: Sequence[Source], *, runner: Runner = in_turn) -> Report:
    """Take `sources` into `desk`, as `watch` finds them, and bring everything in it up to date."""
    with explaining(desk.path):
        report = Report(sources=len(sources), new=add_sources(desk.connection, sources))
        for stage in _LATER:
            stage(desk, runner, _quiet, report)
    return report


def _read(desk: Desk, paths: list[str], options: Options, runner: Runner, progress: Progress, report: Report) -> None:
    for path in paths:
        if path != STDIN and not os.path.lexists(path):
            raise NotFoundError(f"{path} is not there: check the name")
    files = _to_read(desk, paths, options, report)
    for batch in _batches(_sources(files, options, runner)):
        sources = [source for found, _ in batch for source in found]
        done = [file for found, file in batch if file is not None and _is_done(found, file)]
        report.new += add_sources(desk.connection, sources, done)
        report.files += len(done)
        report.sources += len(sources)
        report.problems += [(source.uri, source.problem) for source in sources if source.problem]
        progress("reading", len(sources), None)


def _to_read(desk: Desk, paths: list[str], options: Options, report: Report) -> Iterator[FileRead]:
    seen: set[str] = set()
    for path in paths:
        for name in files_of(path):
            file = _as_it_is(name, options)
            if name in seen or (file.size >= 0 and is_read(desk.connection, file)):
                report.unchanged += name not in seen
            elif os.path.abspath(name) not in _own_files(desk):
                yield file
            seen.add(name)


def _own_files(desk: Desk) -> tuple[str, ...]:
    own = os.path.abspath(desk.path)
    return (own, f"{own}-wal", f"{own}-shm", f"{own}-lock", f"{own}-journal")


def _as_it_is(path: str, options: Options) -> FileRead:
    """Return the file as it is now; one that cannot be looked at has a size of -1 and is never taken for read."""
    try:
        status = os.stat(path)
    except OSError:
        return FileRead(path, -1, 0, "")
    return FileRead(path, status.st_size, status.st_mtime_ns, repr(astuple(options)))


def _is_done(found: list[Source], file: FileRead) -> bool:
    """Whether the file was there, could be opened, and did not change while it was read."""
    if file.size > 0 and any(source.problem and not source.raw for source in found):
        return False
    try:
        status = os.stat(file.path)
    except OSError:
        return False
    return (status.st_size, status.st_mtime_ns) == (file.size, file.modified)


Found = tuple[list[Source], FileRead | None]
"""Sources, and the file that ends with them, if one does."""


def _sources(files: Iterator[FileRead], options: Options, runner: Runner) -> Iterator[Found]:
    """Yield what is in the files, in their order: small ones through the runner, large ones streamed."""
    small: list[FileRead] = []
    for file in files:
        if 0 <= file.size <= SMALL_FILE_BYTES:
            small.append(file)
            if len(small) < BATCH_SOURCES:
                continue
        yield from _small(small, options, runner)
        if not small or small[-1] is not file:
            for source in read_file(file.path, options):
                yield [source], None
            yield [], file
        small = []
    yield from _small(small, options, runner)


def _small(files: list[FileRead], options: Options, runner: Runner) -> Iterator[Found]:
    groups = [files[at : at + 16] for at in range(0, len(files), 16)]
    for group, found in zip(groups, runner(_ReadFiles(options), groups), strict=True):
        yield from zip(found, group, strict=True)


@dataclass(frozen=True, slots=True)
class _ReadFiles:
    """Reads files to their end; a dataclass so that it can be sent to another process."""

    options: Options

    def __call__(self, files: list[FileRead]) -> list[list[Source]]:
        return [list(read_file(file.path, self.options)) for file in files]


def _batches(found: Iterator[Found]) -> Iterator[list[Found]]:
    batch: list[Found] = []
    count = chars = 0
    for sources, file in found:
        batch.append((sources, file))
        count += len(sources)
        chars += sum(len(source.text) for source in sources)
        if count >= BATCH_SOURCES or chars >= BATCH_CHARS:
            yield batch
            batch, count, chars = [], 0, 0
    if batch:
        yield batch


def _clean(desk: Desk, runner: Runner, progress: Progress, report: Report) -> None:
    total = desk.status().waiting
    progress("cleaning", 0, total)
    for batch in runner(_clean_batch, _waiting_batches(to_clean(desk.connection))):
        report.articles += put_cleaned(desk.connection, batch)
        report.cleaned += len(batch)
        progress("cleaning", len(batch), total)


def _waiting_batches(waiting: Iterator[Waiting]) -> Iterator[list[Waiting]]:
    batch: list[Waiting] = []
    chars = 0
    for one in waiting:
        batch.append(one)
        chars += len(one[1].text)
        if len(batch) >= BATCH_SOURCES or chars >= BATCH_CHARS:
            yield batch
            batch, chars = [], 0
    if batch:
        yield batch


def _clean_batch(batch: list[Waiting]) -> list[tuple[int, Cleaned]]:
    return [(content, clean_or_keep(source, repeats, told)) for content, source, repeats, told in batch]


def _annotate(desk: Desk, runner: Runner, progress: Progress, report: Report) -> None:
    total = count_to_annotate(desk.connection)
    progress("annotating", 0, total)
    for twins in (False, True):
        waiting = _reading_batches(to_annotate(desk.connection, twins=twins))
        for batch, held, problems in runner(_annotate_batch, waiting):
            put_annotations(desk.connection, batch, held, problems)
            report.annotated += len(batch)
            progress("annotating", len(batch), total)
    forget_what_went(desk.connection)


def _names(desk: Desk, runner: Runner, progress: Progress, report: Report) -> None:
    merge_names(desk.connection)


def _reuse(desk: Desk, runner: Runner, progress: Progress, report: Report) -> None:
    update_reuse(desk.connection, lambda done: progress("comparing", done, None))


def _stories(desk: Desk, runner: Runner, progress: Progress, report: Report) -> None:
    update_stories(desk.connection, lambda done: progress("grouping", done, None))


def _index(desk: Desk, runner: Runner, progress: Progress, report: Report) -> None:
    index_words(desk.connection)


def _reading_batches(waiting: Iterator[ToAnnotate]) -> Iterator[list[ToAnnotate]]:
    while batch := list(islice(waiting, BATCH_ARTICLES)):
        yield batch


def _annotate_batch(batch: list[ToAnnotate]) -> tuple[list[Annotations], dict[str, tuple[str, Held]], dict[str, str]]:
    """Return the annotations of articles, what the model found, so that it reads no text twice, and problems."""
    keys = {one.reading.article.article_id: one.key for one in batch}
    once = Once(shipped_reader(), {one.reading.article.article_id: one.held for one in batch if one.held})
    made = [annotate_or_keep(one.reading, once) for one in batch]
    problems = {found.article_id: problem for found, problem in made if problem}
    seen = {article_id: (keys[article_id], held) for article_id, held in once.known.items()}
    return [found for found, _ in made], seen, problems


def annotate_or_keep(reading: Reading, reader: Reads) -> tuple[Annotations, str | None]:
    """Annotate one article; one that cannot be annotated is kept with the reason, and the rest goes on."""
    try:
        return next(annotate([reading], reader=reader)), None
    except Exception as error:
        problem = f"could not be annotated ({type(error).__name__}: {error}): please report it"
        return Annotations(reading.article.article_id), problem


@cache
def shipped_reader() -> Reader:
    """Return the model, loaded once in each process."""
    return Reader()


def clean_or_keep(source: Source, repeats: list[int], told: dict[int, Kind]) -> Cleaned:
    """Clean one source; one that cannot be cleaned is kept whole as unknown, and the rest goes on."""
    try:
        return clean(source, repeats, told)
    except Exception as error:
        return uncleaned(source, f"could not be cleaned ({type(error).__name__}: {error}): please report it")


def uncleaned(source: Source, problem: str) -> Cleaned:
    """Return a source as one block of unknown kind, so that it loses nothing, with its problem."""
    kept = source.text.strip()
    start = source.text.find(kept)
    block = Block(source.source_id, None, start, start + len(kept), Kind.UNKNOWN, 0.0)
    return Cleaned(source.source_id, (), (block,) if kept else (), (), problem=problem)


_LATER = (_clean, _annotate, _names, _reuse, _stories, _index)
"""What follows reading, in the order of `STAGES`."""
