"""Where an article ends and the next begins: by marks with certainty, else by what the text says."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backstory.clean.certain_cues import cue_odds, has_dateline
from backstory.clean.gaps import evidence_of, features_of
from backstory.clean.markers import marks_of
from backstory.clean.parting import parting_odds
from backstory.clean.split import cut
from backstory.clean.units import ASCII_TOKEN, TOKEN, units_of
from backstory.clean.weights import weights
from backstory.records import Item, Kind, Line

HARBOUR = [
    "Plans to close the fish market at Port Aldwin were put on hold on Tuesday after the "
    "harbour board received more than "
    "4,000 letters of protest.",
    "Marta Quillon, who chairs the board, said the decision would be looked at again before the summer season begins.",
    '"We have heard the traders loud and clear, and we will not rush this," Ms Quillon told a '
    "meeting at the town hall.",
    "Traders say the market brings 90,000 visitors a year to the quay. They fear that flats would take its place.",
    "Ms Quillon said the board had not received any offer for the land. A report on the market's costs is due in May.",
]
REACTOR = [
    "Engineers at the Lindmoor nuclear plant have shut down its second reactor after a cooling "
    "pump failed overnight, the "
    "energy regulator said.",
    "No radiation was released and nobody was hurt, according to Tobias Renner, the plant's director.",
    "Mr Renner said the pump had been serviced in March. The reactor supplies power to about 600,000 homes.",
    "The regulator has sent two inspectors to Lindmoor. They will look at the pump's bearings "
    "and at its service record.",
    "The plant's first reactor is still running. Mr Renner expects the second to be back within ten days.",
]
CRICKET = [
    "Denby beat Wexcombe by four wickets in the county final on Saturday to lift the trophy "
    "for the first time in 31 years.",
    "Opening batter Aisha Malik hit 112 from 98 balls before she was caught on the boundary "
    "with Denby needing nine runs.",
    "Malik, 19, said she had not slept the night before. Her captain called it the best "
    "innings he had seen at this ground.",
    "Wexcombe had been 204 for three, but lost their last seven wickets for 40 runs.",
]


MISSING_BOAT = [
    "A fishing boat with five crew on board has been missing since Sunday off Skerravoe, the coastguard said.",
    "Two helicopters and three lifeboats searched an area of 400 square miles on Monday but found no sign of her.",
    "Coastguard commander Elin Tait said conditions were as bad as they get at this time of year.",
    '"We have not given up hope. These are experienced men and the life raft is designed for this," she added.',
]
CHIPS = [
    "Shares in the chip maker Lumora fell by 14% on Wednesday after the company cut its sales forecast for the year.",
    "The group now expects revenue of between €3.1bn and €3.3bn, down from an earlier range of €3.6bn to €3.8bn.",
    "Chief executive Joost van Reen said customers were running down stocks.",
    "Lumora employs 11,400 people and said it would freeze hiring until the end of the second quarter.",
]
FERRY_IN_GERMAN = [
    "Der Fährverkehr zwischen Norderhafen und der Insel Amrun bleibt bis Freitag eingestellt.",
    "Das teilte die Reederei am Donnerstag mit. Grund sei ein Schaden am Anleger, der bei dem Sturm entstanden war.",
    "Etwa 300 Urlauber sitzen auf der Insel fest, sagte eine Sprecherin der Gemeinde.",
]


def laid_out(paragraphs: Sequence[str], kinds: dict[int, Kind] | None = None) -> tuple[str, list[Line]]:
    lines, place = [], 0
    for number, paragraph in enumerate(paragraphs):
        lines.append(Line(place, place + len(paragraph), (kinds or {}).get(number, Kind.BODY), 1.0))
        place += len(paragraph) + 1
    return "\n".join(paragraphs), lines


def starts(paragraphs: Sequence[str]) -> list[int]:
    return [segment.lines[0] for segment in cut(*laid_out(paragraphs))]


def test_articles_glued_without_any_mark_are_cut_at_the_lead() -> None:
    assert starts([*HARBOUR, *REACTOR, *CRICKET]) == [0, len(HARBOUR), len(HARBOUR) + len(REACTOR)]


def test_short_reports_on_different_subjects_are_cut_at_the_lead() -> None:
    assert starts([*CHIPS, *MISSING_BOAT, *CRICKET]) == [0, 4, 8]


def test_a_change_of_language_begins_another_article() -> None:
    assert starts([*MISSING_BOAT, *FERRY_IN_GERMAN]) == [0, 4]


@pytest.mark.parametrize("article", [HARBOUR, REACTOR, CRICKET])
def test_a_single_article_stays_whole(article: list[str]) -> None:
    assert starts(article) == [0]


def test_a_headline_begins_its_article() -> None:
    glued = [*HARBOUR, "Pump failure shuts down second reactor at Lindmoor", *REACTOR]
    assert starts(glued) == [0, len(HARBOUR)]


def test_every_boundary_says_why_and_how_sure() -> None:
    second = cut(*laid_out([*HARBOUR, *REACTOR]))[1]
    assert 0.5 < second.confidence <= 1
    assert second.evidence
    assert all(isinstance(reason, str) and reason for reason in second.evidence)


def test_furniture_goes_with_the_article_that_it_follows() -> None:
    glued = [*HARBOUR, "Sign up for our newsletter", *REACTOR]
    segments = cut(*laid_out(glued, {len(HARBOUR): Kind.FURNITURE}))
    assert [segment.lines[0] for segment in segments] == [0, len(HARBOUR) + 1]
    assert len(HARBOUR) in segments[0].lines


def test_numbered_documents_cut_with_certainty_and_say_how_many_there_should_be() -> None:
    segments = cut(*laid_out(["3 of 74 DOCUMENTS", *HARBOUR, "4 of 74 DOCUMENTS", *HARBOUR]))
    assert [segment.lines[0] for segment in segments] == [0, len(HARBOUR) + 1]
    assert [segment.confidence for segment in segments] == [1.0, 1.0]
    assert {segment.expected for segment in segments} == {74}
    assert segments[0].evidence == ("marker 3 of 74 DOCUMENTS",)


@pytest.mark.parametrize("mark", ["End of Document", "Document ABCD000020170911ed9b0001x", "_" * 60])
def test_a_closing_mark_ends_the_article_before_it(mark: str) -> None:
    segments = cut(*laid_out([*HARBOUR, mark, *REACTOR, mark]))
    assert [segment.lines[0] for segment in segments] == [0, len(HARBOUR) + 1]


@pytest.mark.parametrize("line", ["2 of 3", "Document in hand, he left", "____", "74 of 3 documents"])
def test_what_only_looks_like_a_mark_is_none(line: str) -> None:
    assert not marks_of([*HARBOUR, line, *REACTOR]).begins


def test_the_items_of_a_container_are_the_segments() -> None:
    text, lines = laid_out([*HARBOUR, *REACTOR])
    middle = lines[2].end
    segments = cut(text, lines, items=[Item(0, middle), Item(middle, len(text))])
    assert [segment.lines for segment in segments] == [(0, 1, 2), tuple(range(3, 10))]


def test_hard_wrapped_lines_are_joined_before_they_are_weighed() -> None:
    wrapped = []
    for paragraph in [*HARBOUR, *REACTOR]:
        line = ""
        for word in paragraph.split():
            if len(line) + len(word) + 1 > 64:
                wrapped.append(line)
                line = word
            else:
                line = f"{line} {word}".strip()
        wrapped += [line, ""]
    text, lines = laid_out(wrapped)
    units = units_of(text, lines)
    assert [unit.text for unit in units] == [*HARBOUR, *REACTOR]
    segments = cut(text, lines)
    assert [text[lines[segment.lines[0]].start :].split("\n")[0] for segment in segments] == [
        wrapped[0],
        wrapped[wrapped.index("") * 0 + next(k for k, line in enumerate(wrapped) if line.startswith("Engineers"))],
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("OTTAWA (CP) -- A new poll suggests that support is steady.", True),
        ("Geneva (Reuters) - Talks on fishing rights broke up.", True),
        ("AURORA, Ont. -- When she shook his hand one year ago, it rained.", True),
        ("The World Health Organization (WHO) said that it was too early to tell.", False),
        ("PORT ALDWIN is a town of 9,000.", False),
        ("Mr Renner - the plant's director - said nothing.", False),
    ],
)
def test_a_dateline_is_told_from_an_abbreviation_in_brackets(text: str, expected: bool) -> None:
    assert has_dateline(text) is expected


def test_a_dateline_speaks_for_the_headline_above_it_and_not_within_a_round_up() -> None:
    report = "OTTAWA (CP) -- A new poll suggests that support is steady."
    texts = ["It rained all day.", "Support steady, poll says", report, "The poll asked 900 people.", "It cost little."]
    units = units_of(*laid_out(texts))
    assert np.flatnonzero(cue_odds(units, np.asarray([0, 0, 2, 1, 0, 0], np.float32)[1:])).tolist() == [1]
    listed = units_of(*laid_out([*texts[:1], report, "PARIS - Shares rose.", "TOKYO - Shares fell."]))
    assert not cue_odds(listed, np.zeros(len(listed), np.float32)).any()


def test_a_text_of_nothing_but_blanks_has_no_segment() -> None:
    assert cut(*laid_out(["", "   "])) == ()


PARAGRAPH = st.sampled_from([*HARBOUR, *REACTOR, *CRICKET, "", "Related topics", "—", "ΑΒΓ δεζ", "\u200b", "''"])


@given(st.lists(PARAGRAPH, max_size=30))
def test_every_written_line_is_in_exactly_one_segment_and_a_second_run_agrees(paragraphs: list[str]) -> None:
    text, lines = laid_out(paragraphs)
    segments = cut(text, lines)
    held = sorted(place for segment in segments for place in segment.lines)
    assert held == [place for place, line in enumerate(lines) if text[line.start : line.end].strip()]
    assert all(list(segment.lines) == sorted(segment.lines) for segment in segments)
    assert cut(text, lines) == segments


def test_what_stands_in_other_sources_parts_from_what_does_not():
    odds = parting_odds([True] * 6 + [False] * 5)
    assert list(np.flatnonzero(odds)) == [6]
    assert not parting_odds([True] * 3 + [False] * 8).any()
    assert not parting_odds([False] * 12).any()
    assert not parting_odds([]).any()


def test_what_was_read_before_changes_nothing_to_the_last_bit() -> None:
    units = units_of(*laid_out([*HARBOUR, *REACTOR]))
    known = weights()
    first = features_of(evidence_of(units, known))
    known.lexicon.forget()
    evidence_of(units_of(*laid_out([*CRICKET[::-1], *REACTOR[::-1], *HARBOUR[::-1]])), known)
    assert np.array_equal(features_of(evidence_of(units, known)), first, equal_nan=True)


@given(st.text(st.characters(max_codepoint=127), max_size=60))
def test_ascii_text_has_the_tokens_that_any_text_has(text: str) -> None:
    assert ASCII_TOKEN.findall(text) == TOKEN.findall(text)
