"""What people decide about stories, names and kinds of lines; the log of it, and undo. Needs the role edit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Annotated, Any, Literal, TypeVar

import apsw
from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from backstory.api.answers import answer
from backstory.api.parameters import HEX, readers
from backstory.api.schemas import Items, Name, Story, Thread
from backstory.api.shapes import DecisionRow
from backstory.desk import Desk, writer_lock
from backstory.desk.decided import lines as relabelling
from backstory.desk.decided import names as naming
from backstory.desk.decided import stories as deciding
from backstory.desk.decided.decisions import decisions, undo
from backstory.desk.decided.threads import join_thread, part_thread
from backstory.pipeline import fold

__all__ = ["router"]

router = APIRouter(tags=["decisions"])

Made = TypeVar("Made")
AnId = Annotated[str, Field(pattern=HEX)]
Form = Annotated[str, Field(min_length=1, max_length=200)]
Number = Annotated[int, Path(ge=1, lt=1 << 53)]


class Asked(BaseModel):
    """What is not named is not taken."""

    model_config = ConfigDict(extra="forbid")


class StoryMerge(Asked):
    """Two stories are one: `other` becomes part of `into`."""

    action: Literal["merge"]
    into: AnId
    other: AnId


class StorySplit(Asked):
    """Some articles of a story are a story of their own."""

    action: Literal["split"]
    story: AnId
    articles: list[AnId] = Field(min_length=1, max_length=1000)


class StoryMove(Asked):
    """An article belongs to another story."""

    action: Literal["move"]
    article: AnId
    to: AnId


class StoryTitle(Asked):
    """A story carries the headline of one of its articles."""

    action: Literal["title"]
    story: AnId
    article: AnId


class ThreadJoin(Asked):
    """A story, or the stories of a thread, belong into the thread of another story."""

    action: Literal["join"]
    into: AnId
    other: AnId


class ThreadPart(Asked):
    """Stories do not belong into a thread."""

    action: Literal["part"]
    thread: AnId
    stories: list[AnId] = Field(min_length=1, max_length=1000)


class NameMerge(Asked):
    """Two names are one."""

    action: Literal["merge"]
    into: AnId
    other: AnId


class NameSplit(Asked):
    """Some forms of a name, or the name in some articles, are another's."""

    action: Literal["split"]
    name: AnId
    forms: list[Form] = Field(default=[], max_length=100)
    articles: list[AnId] = Field(default=[], max_length=1000)


class NameLabel(Asked):
    """What a name is called."""

    action: Literal["label"]
    name: AnId
    label: Form


class LineKind(Asked):
    """Of which kind the line of a source is that begins at `start`."""

    source: AnId
    start: int = Field(ge=0, lt=1 << 40)
    kind: Literal["headline", "standfirst", "byline", "date", "body", "caption", "image", "furniture"]


@router.get("/decisions", response_model=Items[DecisionRow], operation_id="decisions")
def log(request: Request, limit: Annotated[int, Query(ge=1, le=1000)] = 50) -> Response:
    """List what people decided, the latest first: who, what, when, and what was undone."""
    with readers(request).reading() as connection:
        found = [asdict(each) for each in decisions(connection, limit=limit)]
    return answer({"items": found})


@router.post("/decisions/stories", response_model=Story, operation_id="decide_story", status_code=201)
def about_stories(
    request: Request, asked: Annotated[StoryMerge | StorySplit | StoryMove | StoryTitle, Field(discriminator="action")]
) -> Response:
    """Merge two stories, split one, move an article, choose a title; return the story that came of it."""

    def decide(connection: apsw.Connection) -> dict[str, Any]:
        by = _who(request)
        match asked:
            case StoryMerge():
                return deciding.merge_stories(connection, asked.into, asked.other, by=by)
            case StorySplit():
                return deciding.split_story(connection, asked.story, asked.articles, by=by)
            case StoryMove():
                return deciding.move_article(connection, asked.article, asked.to, by=by)
            case StoryTitle():
                return deciding.choose_title(connection, asked.story, asked.article, by=by)

    return answer(_carried_out(request, decide), 201)


@router.post("/decisions/threads", response_model=Thread | None, operation_id="decide_thread", status_code=201)
def about_threads(
    request: Request, asked: Annotated[ThreadJoin | ThreadPart, Field(discriminator="action")]
) -> Response:
    """Put a story or thread into another thread, or take stories out; return the thread, null where none is left."""

    def decide(connection: apsw.Connection) -> dict[str, Any] | None:
        by = _who(request)
        match asked:
            case ThreadJoin():
                return join_thread(connection, asked.into, asked.other, by=by)
            case ThreadPart():
                return part_thread(connection, asked.thread, asked.stories, by=by)

    return answer(_carried_out(request, decide), 201)


@router.post("/decisions/names", response_model=Name, operation_id="decide_name", status_code=201)
def about_names(
    request: Request, asked: Annotated[NameMerge | NameSplit | NameLabel, Field(discriminator="action")]
) -> Response:
    """Merge two names, split one, or say what one is called; return the name that came of it."""

    def decide(connection: apsw.Connection) -> int:
        by = _who(request)
        match asked:
            case NameMerge():
                return naming.merge_two_names(connection, asked.into, asked.other, by=by)
            case NameSplit():
                return naming.split_name(connection, asked.name, forms=asked.forms, articles=asked.articles, by=by)
            case NameLabel():
                return naming.label_name(connection, asked.name, asked.label, by=by)

    _carried_out(request, decide)
    with readers(request).reading() as connection:
        found = naming.find_name(connection, asked.into if isinstance(asked, NameMerge) else asked.name)
    return answer(found, 201)


@router.post("/decisions/lines", response_model=DecisionRow, operation_id="decide_line", status_code=201)
def about_lines(request: Request, asked: LineKind) -> Response:
    """Say of which kind a line is; the articles of its source are made anew."""

    def decide(connection: apsw.Connection) -> int:
        return relabelling.relabel(connection, asked.source, asked.start, asked.kind, by=_who(request))

    number = _carried_out(request, decide)
    with readers(request).reading() as connection:
        found = next(each for each in decisions(connection) if each.decision_id == number)
    return answer(asdict(found), 201)


@router.delete("/decisions/{number}", response_model=DecisionRow, operation_id="undo")
def take_back(request: Request, number: Number) -> Response:
    """Take a decision back, as if it had never been; the others stand."""
    taken = _carried_out(request, lambda connection: undo(connection, number, by=_who(request)))
    return answer(asdict(taken))


def _carried_out(request: Request, decide: Callable[[apsw.Connection], Made]) -> Made:
    """Let a decision be made, and bring up to date what follows from it."""
    path = readers(request).path
    with writer_lock(path), Desk(path) as desk:
        made = decide(desk.connection)
        fold(desk, ())
    return made


def _who(request: Request) -> str:
    return str(getattr(request.state, "who", "somebody"))
