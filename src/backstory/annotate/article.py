"""One article in, its annotations out: the steps of annotating in their order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from backstory.annotate.coreference import Answer, Cast, cast
from backstory.annotate.figures import figures
from backstory.annotate.lexicon import DEFAULT, known_language, pairs
from backstory.annotate.marks import quoted
from backstory.annotate.mentions import named
from backstory.annotate.pronouns import Context
from backstory.annotate.quotes import FEWEST_WORDS_INDIRECT, Draft, drafts
from backstory.annotate.sentences import sentences
from backstory.annotate.spans import Seen
from backstory.annotate.speakers import speaker_of
from backstory.annotate.times import times
from backstory.annotate.witnesses import heard
from backstory.records import Annotations, Kind, Mention, Name, Quote, Reading, Span, content_id

__all__ = ["Reads", "annotated", "local_names"]

Referred = tuple[Span, int, float]
"""A role or a pronoun, the number of the entity it stands for, and how sure that is."""
READ = (Kind.HEADLINE, Kind.STANDFIRST, Kind.BODY, Kind.CAPTION)


class Reads(Protocol):
    """The model: an article in, what it found in it out."""

    def seen(self, reading: Reading) -> Seen:
        """Return what the model finds in one article."""
        ...


def annotated(reading: Reading, reader: Reads | None = None) -> Annotations:
    """Return the annotations of one article."""
    seen = reader.seen(reading) if reader is not None else Seen()
    language = known_language(reading.article.language)
    text, paragraphs = reading.text, [p for p in reading.paragraphs if p.kind in READ]
    spans = [Span(p.start, p.end) for p in paragraphs]
    ends = seen.sentences or tuple(s for p in spans for s in sentences(text, p.start, p.end, language))
    people = cast(named(text, spans, seen.entities, language), reading.article.published)
    body = [Span(p.start, p.end) for p in paragraphs if p.kind == Kind.BODY]
    foreign = (reading.article.language or DEFAULT).lower()[:2] != DEFAULT
    found = drafts(text, body, language, foreign=foreign)
    for paragraph in paragraphs:
        if paragraph.kind != Kind.BODY:
            found += drafts(text, [Span(paragraph.start, paragraph.end)], language)
    found = heard(text, found, seen.attributions, quoted(text, body), spans)
    dated = times(reading.article, text, ends, seen.times, language)
    taken = [Span(name.start, name.end) for name in people.names]
    quotes, stood_for = _spoken(reading, found, people, ends)
    return Annotations(
        reading.article.article_id,
        sentences=ends,
        mentions=_mentions(reading, people, stood_for),
        times=dated,
        figures=figures(reading.article, text, ends, dated, taken, language),
        quotes=quotes,
        names=local_names(reading, people)[0],
        vector=_packed(seen),
    )


def _packed(seen: Seen) -> bytes | None:
    """Return the article's vector, where a model that makes one has read it."""
    vector = getattr(seen, "vector", None)
    return vector.astype("<f4").tobytes() if vector is not None and vector.any() else None


def name_id(reading: Reading, people: Cast, number: int) -> str:
    """Return the id of an entity within its article; `names.merge` maps it to that of the name across articles."""
    entity = people.entities[number]
    return content_id("name", reading.article.article_id, entity.kind, entity.label)


def _mentions(reading: Reading, people: Cast, stood_for: Sequence[Referred]) -> tuple[Mention, ...]:
    """Return the names, and the roles and pronouns that were resolved since they speak or are spoken to."""
    names = [
        Mention(
            reading.article.article_id, name.start, name.end, name.text, people.entities[number].kind, "name",
            name_id(reading, people, number), round(name.confidence, 3),
        )
        for name in people.names
        if (number := people.entity_of.get((name.start, name.end))) is not None
    ]  # fmt: skip
    taken = [(mention.start, mention.end) for mention in names]
    for span, number, confidence in stood_for:
        if not any(start < span.end and span.start < end for start, end in taken):
            names.append(_reference(reading, people, span, number, confidence))
            taken.append((span.start, span.end))
    return tuple(sorted(names, key=lambda mention: (mention.start, mention.end)))


def _reference(reading: Reading, people: Cast, span: Span, number: int, confidence: float) -> Mention:
    text = reading.text[span.start : span.end]
    form = "pronoun" if text.lower() in pairs("pronouns", known_language(reading.article.language)) else "role"
    return Mention(
        reading.article.article_id, span.start, span.end, text, people.entities[number].kind, form,
        name_id(reading, people, number), round(confidence, 3),
    )  # fmt: skip


def local_names(reading: Reading, people: Cast) -> tuple[tuple[Name, ...], dict[int, str]]:
    """Return the article's names, each once, ordered by id, and the id of each entity of its cast."""
    rows, identity = {}, {}
    for number, entity in enumerate(people.entities):
        key = identity[number] = name_id(reading, people, number)
        forms = tuple(sorted(entity.forms))
        roles = tuple(sorted({f"{role.head}|{role.of or ''}" for role in entity.roles}))
        rows[key] = Name(key, entity.kind, entity.label, forms, reading.article.published, 1, entity.gender, roles)
    return tuple(rows[key] for key in sorted(rows)), identity


def _spoken(
    reading: Reading, found: Sequence[Draft], people: Cast, ends: Sequence[Span]
) -> tuple[tuple[Quote, ...], list[Referred]]:
    """Return the quotes with their speakers, resolved in the order of the text, and what stood for these."""
    stood_for: list[Referred] = []
    institutions = frozenset(n for n, entity in enumerate(people.entities) if entity.kind == "organisation")
    inside = tuple(span for draft in found if draft.kind == "direct" for span in draft.spans)
    context = Context(
        reading.text,
        tuple(ends),
        [],
        [entity.gender for entity in people.entities],
        institutions,
        inside,
        known_language(reading.article.language),
    )
    made: list[Quote] = []
    last = Answer(None)
    for draft in found:
        if draft.kind == "indirect" and _words(reading.text, draft) < FEWEST_WORDS_INDIRECT:
            continue
        if not draft.follows:
            last = speaker_of(reading.text, draft.source, people, context) if draft.source else Answer(None)
        if draft.source is not None:
            context.note(draft.start, last.entity)
            if last.entity is not None:
                people.note(last.entity, draft.source.start, draft.source.end)
                stood_for.append((draft.source, last.entity, last.confidence))
        made.append(_quote(reading, draft, last, people, context))
    return tuple(made), stood_for


def _words(text: str, draft: Draft) -> int:
    return sum(len(text[span.start : span.end].split()) for span in draft.spans)


def _quote(reading: Reading, draft: Draft, answer: Answer, people: Cast, context: Context) -> Quote:
    text, article_id = reading.text, reading.article.article_id
    source, cue, to = draft.source, draft.cue, draft.addressee
    told = speaker_of(text, to, people, context) if to else Answer(None)
    return Quote(
        content_id("quote", article_id, draft.start, draft.spans[-1].end),
        article_id,
        draft.spans,
        " ".join(text[span.start : span.end] for span in draft.spans),
        draft.kind,
        round(draft.confidence, 3),
        cue=text[cue.start : cue.end] if cue else None,
        cue_start=cue.start if cue else None,
        cue_end=cue.end if cue else None,
        speaker=text[source.start : source.end] if source else None,
        speaker_start=source.start if source else None,
        speaker_end=source.end if source else None,
        speaker_name_id=name_id(reading, people, answer.entity) if answer.entity is not None else None,
        addressee=text[to.start : to.end] if to else None,
        addressee_name_id=name_id(reading, people, told.entity) if told.entity is not None else None,
        candidates=tuple((name_id(reading, people, number), share) for number, share in answer.candidates),
    )
