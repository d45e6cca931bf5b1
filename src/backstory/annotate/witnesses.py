"""The rules' quotes and the model's attributions in, one list of quotes out: each witness where it is the better one.

Quotation marks are facts: a direct quote keeps the spans that its marks give, and the source that the words beside it
name; the model fills what is missing. For words without marks the model knows better where they end and whose they
are, so a quote that both found takes the model's span, and what the model alone is sure of is added.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from backstory.annotate.lexicon import pairs, words
from backstory.annotate.marks import Quoted
from backstory.annotate.quotes import Draft
from backstory.annotate.spans import Found, Told
from backstory.records import Span

__all__ = ["heard"]

SURE_CONTENT, SURE_SOURCE, SURE_LINK = 0.35, 0.4, 0.3
"""Under these confidences a content, a source or a link of the model's is not heard."""
SURE_ALONE = 0.6
"""Confidence from which a quote that the model alone found is taken: beneath, most are attitudes, not words."""
SAME = 0.5
"""Overlap, as a share of the shorter span, from which two contents are one."""
UNSUPPORTED = 0.6
"""What is left of an indirect quote's confidence where the model read the article and saw no attribution."""
FURTHEST_APART = 3
"""Characters between two contents of one attribution that are one content: a comma, a mark, a blank."""


@dataclass(frozen=True, slots=True)
class _Heard:
    """One attribution of the model's that is sure enough."""

    spans: tuple[Span, ...]
    cue: Span | None
    source: Span | None
    confidence: float


def heard(
    text: str, ruled: Sequence[Draft], told: Sequence[Told], marked: Sequence[Quoted], paragraphs: Sequence[Span]
) -> list[Draft]:
    """Return the quotes of both witnesses, in order. `marked` is what stands in quotation marks."""
    cues = [attribution.cue.start for attribution in told if attribution.cue is not None]
    sure = [one for attribution in told if (one := _sure(attribution, paragraphs, cues)) is not None]
    if not told:
        return sorted(_once(text, ruled), key=lambda draft: (draft.start, draft.spans[-1].end))
    result = [_confirmed(draft, sure) for draft in ruled]
    for one in sure:
        alone = not any(_overlap(one.spans, draft.spans) >= SAME for draft in result)
        kind = _kind(one.spans, marked)
        if alone and one.confidence >= SURE_ALONE and (kind != "indirect" or _renders(text, one.cue)):
            result.append(Draft(one.spans, kind, one.confidence, one.cue, one.source))
    return sorted(_once(text, result), key=lambda draft: (draft.start, draft.spans[-1].end))


def _renders(text: str, cue: Span | None) -> bool:
    """Say whether a cue can give words: "pictures show" and "Britain has sought" give none."""
    lists = ("reporting_verbs", "naming_verbs", "rendering_verbs", "documents")
    written = text[cue.start : cue.end].lower().split() if cue is not None else []
    return cue is None or any(word in words(name) for word in written for name in lists)


def _once(text: str, drafts: Sequence[Draft]) -> list[Draft]:
    """Return the quotes without those that are a part of another: one row for what was said once.

    Where two with one cue share words, the surer stays. "He said he doubted her will" holds no second quote "her
    will". And a span that another cue stands beside belongs to that one.
    """
    kept: list[Draft] = []
    for draft in drafts:
        if draft.kind == "direct":
            kept.append(draft)
            continue
        others = [other for other in drafts if other is not draft and other.kind != "direct"]
        spans = tuple(span for span in draft.spans if len(draft.spans) == 1 or not _belongs_to(span, draft, others))
        if spans and not any(_within(text, draft, other) or _weaker(draft, other) for other in others):
            kept.append(replace(draft, spans=spans))
    return kept


def _belongs_to(span: Span, draft: Draft, others: Sequence[Draft]) -> bool:
    return any(
        other.cue != draft.cue and len(other.spans) == 1 and _overlap((span,), other.spans) >= SAME for other in others
    )


def _weaker(draft: Draft, other: Draft) -> bool:
    """Say whether the other has the same cue, shares words, and is surer, or as sure and longer."""
    if draft.cue is None or draft.cue != other.cue or not _overlap(draft.spans, other.spans):
        return False
    mine, theirs = (sum(s.end - s.start for s in one.spans) for one in (draft, other))
    return (draft.confidence, mine, -draft.start) < (other.confidence, theirs, -other.start)


def _within(text: str, draft: Draft, other: Draft) -> bool:
    """Say whether the quote stands, with its cue, in another whose speaker speaks of himself."""
    if draft.cue is None or draft.source is None or draft.kind != "indirect":
        return False
    inside = any(span.start <= draft.start and draft.spans[-1].end <= span.end for span in other.spans)
    cue_inside = any(span.start <= draft.cue.start < span.end for span in other.spans)
    return inside and cue_inside and text[draft.source.start : draft.source.end].lower() in pairs("pronouns", "en")


def _sure(attribution: Told, paragraphs: Sequence[Span], cues: Sequence[int]) -> _Heard | None:
    source = attribution.source
    anchor = attribution.cue or source
    if source is None or anchor is None:
        return None
    home = next((p for p in paragraphs if p.start <= anchor.start < p.end), None)
    contents = [
        content
        for content in attribution.contents
        if content.confidence >= SURE_CONTENT and home is not None and home.start <= content.start < home.end
        and not any(content.end <= cue < anchor.start or anchor.end <= cue < content.start for cue in cues)
    ]  # fmt: skip
    if home is None or source.start >= home.end:
        return None  # a source in a later paragraph is a link gone wrong
    if not contents or source.confidence < SURE_SOURCE or attribution.probability < SURE_LINK:
        return None
    cue = attribution.cue
    confidence = min(content.confidence for content in contents) ** 0.5 * source.confidence**0.5
    return _Heard(
        _joined(contents),
        Span(cue.start, cue.end) if cue else None,
        Span(source.start, source.end),
        round(confidence, 3),
    )


def _joined(contents: Sequence[Found]) -> tuple[Span, ...]:
    spans: list[Span] = []
    for content in contents:
        if spans and content.start - spans[-1].end <= FURTHEST_APART:
            spans[-1] = Span(spans[-1].start, content.end)
        else:
            spans.append(Span(content.start, content.end))
    return tuple(spans)


def _confirmed(draft: Draft, sure: Sequence[_Heard]) -> Draft:
    """Return the rules' quote with what the model knows better."""
    best = max(sure, key=lambda one: _overlap(one.spans, draft.spans), default=None)
    if best is None or _overlap(best.spans, draft.spans) < SAME:
        lone = draft.kind == "indirect"
        return replace(draft, confidence=round(draft.confidence * UNSUPPORTED, 3)) if lone else draft
    if draft.kind == "direct":
        if draft.source is not None:
            return draft
        return replace(draft, source=best.source, cue=best.cue, confidence=best.confidence, follows=False)
    better = _agree(draft.cue, best.cue) and draft.kind == "indirect" and draft.addressee is None
    spans = best.spans if better else draft.spans
    return replace(
        draft, spans=spans, source=draft.source or best.source, confidence=max(draft.confidence, best.confidence)
    )


def _agree(one: Span | None, other: Span | None) -> bool:
    return one is not None and other is not None and one.start < other.end and other.start < one.end


def _overlap(one: Sequence[Span], other: Sequence[Span]) -> float:
    shared = sum(max(0, min(a.end, b.end) - max(a.start, b.start)) for a in one for b in other)
    shorter = min(sum(a.end - a.start for a in one), sum(b.end - b.start for b in other))
    return shared / shorter if shorter else 0.0


def _kind(spans: Sequence[Span], marked: Sequence[Quoted]) -> str:
    """Return the kind of a content by how much of it stands in quotation marks."""
    quoted = [span for quote in marked for span in quote.spans]
    share = _overlap(spans, quoted) if quoted else 0.0
    inside = sum(max(0, min(a.end, b.end) - max(a.start, b.start)) for a in spans for b in quoted)
    whole = sum(a.end - a.start for a in spans)
    if inside >= 0.9 * whole - 2:
        return "direct"
    return "mixed" if share > 0 else "indirect"
