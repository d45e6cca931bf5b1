"""passim's JSON Lines: what is written can be read again, and what is not passim's is refused with a remedy."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from newsroom import piles, reading

from backstory.errors import ReadError
from backstory.records import Kind
from backstory.reuse.passages import find_passages
from backstory.reuse.passim import clusters, documents, passages_from


@given(piles())
def test_passages_come_back_from_passim_s_own_shape(readings):
    known = {one.article.article_id: one for one in readings}
    passages = find_passages(readings)
    again = passages_from(clusters(passages, known), known)
    places = [{(m.article_id, m.start, m.end, m.text) for m in passage.members} for passage in passages]
    assert sorted(places, key=sorted) == sorted(
        ({(m.article_id, m.start, m.end, m.text) for m in passage.members} for passage in again), key=sorted
    )


def test_documents_hold_the_body_and_clusters_cite_it():
    said = "one two three four five six seven eight nine ten eleven twelve thirteen"
    one = reading("a", "Sign up", said, kinds=[Kind.FURNITURE, Kind.BODY], published="2031-03-01T08:00:00Z")
    two = reading("b", "Headline", "Before it. " + said, outlet=None, kinds=[Kind.HEADLINE, Kind.BODY])
    rows = [json.loads(line) for line in documents([one, two])]
    assert rows[0] == {"id": "a", "series": "Sele Courier", "text": said, "date": "2031-03-01"}
    assert rows[1]["series"] == "source-b"
    texts = {row["id"]: row["text"] for row in rows}
    for line in clusters(find_passages([one, two]), {"a": one, "b": two}):
        row = json.loads(line)
        assert texts[row["id"]][row["begin"] : row["end"]] == row["text"] == said


WRONG = ["not json", '{"cluster": 1}', '{"id": "z", "cluster": 1, "begin": 0, "end": 3}', "[]"]


@pytest.mark.parametrize("line", WRONG)
def test_a_line_that_is_not_passim_s_is_refused(line):
    with pytest.raises(ReadError, match="line 1 is not a line of passim's output"):
        passages_from([line], {"a": reading("a", "text")})
