"""Exports of newspaper archives, all invented: what they state, the bytes of their items, odd marks and bad files."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backstory.read import exports, text_of
from backstory.read.entries import HEAD_BYTES, Entry, Options
from backstory.read.exports import forms
from backstory.read.stated_dates import iso_date
from backstory.read.wrapped import unwrapped
from backstory.records import Kind, Source

Read = Callable[..., list[Source]]

TITLES = ["Harbour bridge shut after ferry strikes pier", "Council delays vote on tram", "Rains end, dam holds"]


def _read(raw: bytes, name: str) -> list[Source]:
    made = Entry(uri=name, name=name, head=raw[:HEAD_BYTES], open=lambda: io.BytesIO(raw), size=len(raw))
    return list(exports.read(made, Options()))


def _items(sources: list[Source]) -> list[Source]:
    return [source for source in sources if "#item=" in source.uri]


def _nexis_html(marks: list[str], total: int) -> bytes:
    page = f'<HTML><HEAD><META TOPIC="null" DOCUMENTS="{total}" /></HEAD><BODY>\n<P>Terms: tram OR bridge</P>\n'
    for number, mark in enumerate(marks):
        page += f"""<BR><DIV CLASS="c0"><P CLASS="c1"><SPAN CLASS="c2">{mark}</SPAN></P></DIV>
<BR><DIV><P><SPAN>The Wharf Herald (Port Anders)</SPAN></P></DIV>
<BR><DIV><P><SPAN>March {number + 3}, 2021 Wednesday 9:50 PM GMT+1</SPAN></P></DIV>
<BR><DIV><P><SPAN>Late Edition - Final</SPAN></P></DIV>
<BR><DIV><P><SPAN>{TITLES[number % 3]}</SPAN></P></DIV>
<BR><DIV><P><SPAN>BYLINE: </SPAN><SPAN>By Ada M&ouml;rk</SPAN></P></DIV>
<BR><DIV><P><SPAN>SECTION: </SPAN><SPAN>NEWS; Pg. 4</SPAN></P></DIV>
<BR><DIV><P><SPAN>LENGTH: </SPAN><SPAN>1,204 words</SPAN></P></DIV>
<BR><DIV><P><SPAN>The mayor spoke first.</SPAN></P><P>Nobody was hurt, she said &mdash; item {number}.</P></DIV>
<BR><DIV><P><SPAN>LOAD-DATE: </SPAN><SPAN>March 5, 2021</SPAN></P></DIV>
<BR><DIV><P><SPAN>LANGUAGE: </SPAN><SPAN>ENGLISH</SPAN></P></DIV>
<BR><DIV><P><SPAN>Copyright 2021 Wharf Media</SPAN></P></DIV>
"""
    return (page + "</BODY></HTML>").encode()


def _marks(count: int) -> list[str]:
    return [f"{number} of {count} DOCUMENTS" for number in range(1, count + 1)]


def _lexis_paragraphs(count: int, *, ends: bool = True) -> list[str]:
    lines = ["User Name: A READER", f"Documents ({count})"]
    for number in range(count):
        lines += [f"{number + 1}. {TITLES[number % 3]}", "Search Terms: tram"]
    for number in range(count):
        lines += ["", TITLES[number % 3], "The Wharf Herald", f"April {number + 1}, 2022 Friday", ""]
        lines += ["Copyright 2022 Wharf Media All Rights Reserved", "Section: NEWS", "Length: 640 words"]
        lines += ["Byline: Ada Mork", "Body", "", "The harbour opened at noon.", "Graphic", "Photo: a crane", ""]
        lines += ["Load-Date: April 9, 2022", ""] + (["End of Document"] if ends or number != 1 else [])
    return lines


def _docx(paragraphs: list[str]) -> bytes:
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    body = "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in paragraphs)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", f'<w:document xmlns:w="{word}"><w:body>{body}</w:body></w:document>')
    return made.getvalue()


FACTIVA = """<html><head><title>Factiva</title></head><body><h1>Dow Jones Factiva</h1>
<div id="article-WHAF000020210304eh3400001" class="article"><div class="article enArticle">
<div>City Desk; A</div><div id="hd"><span class="enHeadline">Council delays vote on tram </span></div>
<div class="author">By Ada Mork </div><div>877 W\xf6rter</div><div>9 M\xe4rz 2021</div><div>08:15 GMT</div>
<div>The Wharf Herald</div><div>WHAF</div><div>4</div><div>Englisch</div><div>Copyright 2021 Wharf Media.  </div>
<p class="articleParagraph enarticleParagraph">The vote was put off.  </p>
<p class="articleParagraph enarticleParagraph">It will be held in May.  </p>
<p>Wharf Media</p><p>Dokument WHAF000020210304eh3400001</p></div></div>
<div id="article-WHAF000020210304eh3400002" class="article"><div class="article enArticle">
<div id="hd"><span class="enHeadline">Rains end, dam holds</span></div>
<div>120 words</div><div>4 March 2021</div><div>The Wharf Herald</div><div>WHAF</div><div>English</div>
<div>(c) 2021 Wharf Media</div><p class="articleParagraph enarticleParagraph">The dam held.</p>
<p>Document WHAF000020210304eh3400002</p></div></div>
<div>\xa9 2021 Factiva, Inc. All rights reserved.</div></body></html>"""

PROQUEST = """____________________________________________________________

Document 1 of 2

Council delays vote on tram

Author: Mork, Ada

Publication info: The Wharf Herald ; Port Anders [Port Anders]04 Mar 2021: 4.

Abstract: The council wants more time.

Full text: The vote was put off.
It will be held in May: that much is certain.

Subject: Trams; Councils

Publication title: The Wharf Herald; Port Anders

Publication date: Mar 4, 2021

Section: News

Language of publication: English

Database: Newsstream
____________________________________________________________

Document 2 of 2

Rains end, dam holds

Full text: The dam held.

Publication title: Fenland Post

Publication date: Mar 5, 2021

Database: Newsstream
____________________________________________________________

Contact us at: the library
"""


def _wrapped_nexis(count: int) -> str:
    text = ""
    for number in range(1, count + 1):
        text += f"""
                               {number} of {count} DOCUMENTS


                              The Wharf Herald

                            January 11, 2010 Monday

{TITLES[number % 3]}

BYLINE: Ada Mork

LENGTH: 232 words

The harbour master said on Monday that the bridge would stay closed until the
pier had been inspected by divers, and that ferries would run from the old quay
in the meantime.

Traders on the quay said that they had heard nothing of the plan before Monday
and asked the council for a meeting.

LOAD-DATE: January 12, 2010

LANGUAGE: ENGLISH

                        Copyright 2010 Wharf Media Ltd
                              All Rights Reserved
"""
    return text


def test_an_item_of_a_nexis_page_states_its_fields() -> None:
    source = _items(_read(_nexis_html(_marks(3), 3), "nexis.html"))[1]
    stated = source.stated
    assert (stated.title, stated.outlet) == (TITLES[1], "The Wharf Herald (Port Anders)")
    assert (stated.byline, stated.section, stated.words) == ("Ada Mörk", "NEWS; Pg. 4", 1204)
    assert (stated.published, stated.language) == ("2021-03-04T21:50+01:00", "en")


def test_the_bytes_of_an_item_are_its_run_of_the_page_and_make_its_text_anew() -> None:
    raw = _nexis_html(_marks(3), 3)
    for source in _items(_read(raw, "nexis.html")):
        assert source.raw in raw
        assert exports.RULES[source.rule](source.raw, source.encoding) == source.text


def test_every_character_of_an_item_lies_in_a_marked_line() -> None:
    for source in _read(_nexis_html(_marks(3), 3), "nexis.html"):
        covered = {at for mark in source.marks for at in range(mark.start, mark.end)}
        assert all(at in covered or char.isspace() for at, char in enumerate(source.text))


def test_the_text_of_an_item_is_body_and_its_labels_are_not() -> None:
    source = _items(_read(_nexis_html(_marks(1), 1), "nexis.html"))[0]
    body = [source.text[mark.start : mark.end] for mark in source.marks if mark.kind is Kind.BODY]
    assert body == ["The mayor spoke first.", "Nobody was hurt, she said — item 0."]


@pytest.mark.parametrize("odd", ["", "2 OF 3 Document", "Page 8, 2of3 documents", "7 of 9 lines", "2 of 3 ARTICLES"])
def test_an_item_whose_mark_is_odd_is_still_found(odd: str) -> None:
    marks = _marks(3)
    marks[1] = odd
    found = _items(_read(_nexis_html(marks, 3), "nexis.html"))
    assert [source.stated.title for source in found] == TITLES


def test_an_export_that_holds_fewer_items_than_it_states_is_a_listed_problem() -> None:
    sources = _read(_nexis_html(_marks(5)[:3], 5), "nexis.html")
    problems = [source.problem for source in sources if source.problem]
    assert len(_items(sources)) == 3
    assert problems
    assert "5 items and 3 were found" in problems[0]


def test_an_export_that_holds_what_it_states_has_no_problem() -> None:
    assert not any(source.problem for source in _read(_nexis_html(_marks(4), 4), "nexis.html"))


def test_what_stands_before_the_first_item_is_kept_as_furniture() -> None:
    cover = _read(_nexis_html(_marks(1), 1), "nexis.html")[0]
    assert cover.text == "Terms: tram OR bridge"
    assert [mark.kind for mark in cover.marks] == [Kind.FURNITURE]


@pytest.mark.parametrize("make", [_docx, lambda lines: "\n".join(lines).encode()], ids=["docx", "text"])
def test_items_that_end_in_end_of_document_are_found_behind_a_list_of_contents(make: Callable[..., bytes]) -> None:
    found = _items(_read(make(_lexis_paragraphs(3)), "lexis.docx"))
    assert [source.stated.title for source in found] == TITLES
    assert [source.stated.published for source in found] == ["2022-04-01", "2022-04-02", "2022-04-03"]
    assert {source.stated.outlet for source in found} == {"The Wharf Herald"}


def test_a_caption_of_a_word_export_is_a_caption() -> None:
    source = _items(_read(_docx(_lexis_paragraphs(1)), "lexis.docx"))[0]
    captions = [source.text[mark.start : mark.end] for mark in source.marks if mark.kind is Kind.CAPTION]
    assert captions == ["Photo: a crane"]


def test_a_word_export_with_an_end_missing_still_gives_every_item() -> None:
    found = _items(_read(_docx(_lexis_paragraphs(3, ends=False)), "lexis.docx"))
    assert [source.stated.title for source in found] == TITLES


def test_an_item_without_a_line_that_begins_its_text_is_still_read() -> None:
    lines = [line for line in _lexis_paragraphs(2) if line != "Body"]
    first, second = _items(_read("\n".join(lines).encode(), "lexis.txt"))
    assert (first.stated.title, first.stated.outlet, first.stated.words) == (TITLES[0], "The Wharf Herald", 640)
    body = [second.text[mark.start : mark.end] for mark in second.marks if mark.kind is Kind.BODY]
    assert body == ["The harbour opened at noon."]


def test_a_count_in_an_items_text_is_no_mark() -> None:
    raw = _nexis_html(_marks(2), 2).replace(b"<P>Nobody", b"<P>1 of 3</P><P>Page 2 of 9</P><P>Nobody")
    assert len(_items(_read(raw, "nexis.html"))) == 2


def test_an_rtf_export_gives_the_same_items_as_its_text() -> None:
    lines = _lexis_paragraphs(2)
    rtf = "{\\rtf1\\ansi\\ansicpg1252{\\fonttbl\\f0 Arial;}" + "\\par\n".join(lines) + "\\par}"
    as_rtf = [source.stated for source in _items(_read(rtf.encode(), "lexis.rtf"))]
    as_text = [source.stated for source in _items(_read("\n".join(lines).encode(), "lexis.txt"))]
    assert as_rtf == as_text
    assert len(as_rtf) == 2


def test_wrapped_paragraphs_of_a_text_export_are_one_line_each() -> None:
    source = _items(_read(_wrapped_nexis(2).encode(), "nexis.txt"))[0]
    body = [source.text[mark.start : mark.end] for mark in source.marks if mark.kind is Kind.BODY]
    assert len(body) == 2
    assert body[1].endswith("and asked the council for a meeting.")
    assert source.stated.published == "2010-01-11"


def test_factiva_items_state_their_fields_in_two_languages_and_a_wrong_charset() -> None:
    sources = _read(FACTIVA.encode("latin-1"), "factiva.html")
    first, second = _items(sources)
    assert (first.stated.title, first.stated.byline) == ("Council delays vote on tram", "Ada Mork")
    assert (first.stated.words, first.stated.published) == (877, "2021-03-09T08:15+00:00")
    assert (first.stated.outlet, first.stated.section) == ("The Wharf Herald", "City Desk; A")
    assert (second.stated.published, second.stated.language) == ("2021-03-04", "en")
    assert sources[-1].text.startswith("© 2021 Factiva")


def test_factiva_fields_by_their_codes_are_read() -> None:
    rows = [("HD", "Rains end, dam holds"), ("BY", "Ada Mork"), ("WC", "120 words"), ("PD", "4 March 2021")]
    rows += [("ET", "08:15 GMT"), ("SN", "The Wharf Herald"), ("LA", "English"), ("LP", "The dam held.")]
    table = "".join(f"<tr><td><b>{code}</b></td><td>{text}</td></tr>" for code, text in rows)
    page = f'<html><title>Factiva</title><body><div class="article enArticle"><table>{table}</table>'
    page += "<p>Document WHAF000020210304eh3400001</p></div></body></html>"
    stated = _items(_read(page.encode(), "factiva.html"))[0].stated
    assert (stated.title, stated.outlet, stated.words) == ("Rains end, dam holds", "The Wharf Herald", 120)
    assert stated.published == "2021-03-04T08:15+00:00"


def test_proquest_items_state_their_fields() -> None:
    sources = _read(PROQUEST.encode(), "proquest.txt")
    first, second = _items(sources)
    assert (first.stated.title, first.stated.byline) == ("Council delays vote on tram", "Mork, Ada")
    assert (first.stated.outlet, first.stated.published) == ("The Wharf Herald", "2021-03-04")
    assert (second.stated.outlet, second.stated.language) == ("Fenland Post", None)
    body = [first.text[mark.start : mark.end] for mark in first.marks if mark.kind is Kind.BODY]
    assert body[-1] == "It will be held in May: that much is certain."
    assert not any(source.problem for source in sources)


def test_a_proquest_item_without_its_date_takes_that_of_its_publication_info() -> None:
    raw = PROQUEST.replace("Publication date: Mar 4, 2021\n", "").replace("]04 Mar 2021", "] 04 Mar 2021")
    assert _items(_read(raw.encode(), "proquest.txt"))[0].stated.published == "2021-03-04"


def test_a_proquest_item_without_its_rule_is_still_found() -> None:
    rule = "_" * 60
    head, _, tail = PROQUEST.partition(f"Database: Newsstream\n{rule}")
    assert len(_items(_read(f"{head}Database: Newsstream\n{tail}".encode(), "proquest.txt"))) == 2


@pytest.mark.parametrize(
    "raw",
    [_nexis_html(_marks(2), 2), FACTIVA.encode(), PROQUEST.encode(), _docx(["x"]), _wrapped_nexis(1).encode()],
    ids=["nexis", "factiva", "proquest", "docx", "text"],
)
def test_exports_are_recognised_by_what_they_hold(raw: bytes) -> None:
    assert exports.claims(raw[:HEAD_BYTES], "export.docx" if raw.startswith(b"PK") else "anything")


@pytest.mark.parametrize(
    "raw",
    [
        b"The council met. 3 of 74 documents were missing, the clerk said.\n",
        b"<html><body><p>3 of 74 documents were missing.</p></body></html>",
        b"Report\n____________________________________________\nSigned by the clerk\n",
        b"",
    ],
)
def test_other_files_are_not_taken_for_exports(raw: bytes) -> None:
    assert not exports.claims(raw, "notes.txt")


def test_a_word_document_that_is_no_export_is_one_source() -> None:
    sources = _read(_docx(["Minutes", "The harbour board met."]), "minutes.docx")
    assert [source.text.split() for source in sources] == [["Minutes", "The", "harbour", "board", "met."]]
    assert not sources[0].items


def _docx_with(body: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", body)
    return made.getvalue()


BOMB = '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><d>&b;</d>'


@pytest.mark.parametrize(
    "raw",
    [b"PK\x03\x04 cut off", _docx(["a" * 9000])[:-40], _docx_with("<broken"), _docx_with(BOMB), b"PK"],
    ids=["no archive", "cut", "broken markup", "entities", "empty"],
)
def test_a_damaged_word_document_is_a_listed_problem(raw: bytes) -> None:
    (source,) = _read(raw, "export.docx")
    assert source.problem
    assert "export.docx" in source.problem
    assert source.text == ""


@pytest.mark.parametrize("said", [r"\uc \u8217", r"\u99999999999 x", r"{\*\upr{", r"\bin99 x", r"\'zz"])
def test_a_damaged_rtf_gives_a_source_or_a_problem(said: str) -> None:
    (source,) = _read(f"{{\\rtf1 {said} text}}".encode(), "export.rtf")
    assert source.text or source.problem


def test_a_word_document_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms, "MAX_DOCX_XML", 10_000)
    (source,) = _read(_docx(["a" * 20_000]), "bomb.docx")
    assert source.problem
    assert "left out" in source.problem


def test_an_export_beyond_the_limit_is_a_listed_problem() -> None:
    raw = _nexis_html(_marks(3), 3)
    made = Entry("big.html", "big.html", raw[:HEAD_BYTES], lambda: io.BytesIO(raw))
    (source,) = exports.read(made, Options(max_source_bytes=100))
    assert source.problem
    assert "larger than" in source.problem


def test_a_text_that_only_mentions_a_length_is_read_as_text() -> None:
    raw = b"Notes on the exhibition\nLength: 12 metres\nThe boat stands in the hall.\n"
    assert exports.claims(raw, "notes.txt")
    assert [source.rule for source in _read(raw, "notes.txt")] == ["text/1"]


def test_an_export_as_text_beyond_the_limit_is_read_in_parts() -> None:
    raw = _wrapped_nexis(3).encode()
    made = Entry("big.txt", "big.txt", raw[:HEAD_BYTES], lambda: io.BytesIO(raw))
    assert [source.rule for source in exports.read(made, Options(max_source_bytes=100))] == ["text/1"]


@given(st.lists(st.sampled_from(_nexis_html(_marks(2), 2).decode().split("\n") + _lexis_paragraphs(2) + ["<", ">"])))
def test_shuffled_lines_of_exports_never_lose_a_byte_or_raise(lines: list[str]) -> None:
    raw = "\n".join(lines).encode()
    sources = _read(raw, "shuffled.html")
    assert all(text_of(s.raw, s.rule, s.encoding) == s.text for s in sources)
    kept = "".join("".join(source.text.split()) for source in sources if source.rule != "none/1")
    whole = "".join(_read_whole(raw).split())
    assert kept == whole


def _read_whole(raw: bytes) -> str:
    document = exports.document_of(raw, "whole")
    if not any(layout.recognises(document.lines) for layout in exports.LAYOUTS):
        return "".join(source.text for source in _read(raw, "shuffled.html"))
    return exports.RULES[document.rule](raw, document.encoding)


@given(st.binary(max_size=400), st.sampled_from(["x.docx", "x.rtf", "x.txt"]))
def test_random_bytes_never_raise(raw: bytes, name: str) -> None:
    for prefix in (b"", b"PK\x03\x04", b"{\\rtf1 "):
        assert _read(prefix + raw, name) is not None


@pytest.mark.parametrize(
    ("stated", "iso"),
    [
        ("January 31, 1986", "1986-01-31"),
        ("27. Februar 2012 Montag 9:50 PM GMT+1", "2012-02-27T21:50+01:00"),
        ("May 2, 2002, Thursday,, FINAL EDITION", "2002-05-02"),
        ("November 5, 2002 4:38 AM EST", "2002-11-05T04:38-05:00"),
        ("3 de enero de 2020", "2020-01-03"),
        ("1er janvier 2020", "2020-01-01"),
        ("2020年1月3日", "2020-01-03"),
        ("March 2011", "2011-03"),
        ("2024-05-06T07:08:09+0200", "2024-05-06T07:08:09+02:00"),
        ("20240506T070809Z", "2024-05-06T07:08:09Z"),
        ("Mon, 06 May 2024 07:08:09 +0200", "2024-05-06T07:08:09+02:00"),
        ("06 May 2024 07:08 +0200", "2024-05-06T07:08+02:00"),
        ("1714979289", "2024-05-06T07:08:09+00:00"),
        ("03/04/2012", None),
        ("February 30, 2012", None),
        ("The council met in May 2012 and again in June 2013", None),
        ("", None),
    ],
)
def test_a_stated_date_becomes_iso_only_where_it_is_certain(stated: str, iso: str | None) -> None:
    assert iso_date(stated) == iso


@given(st.text(max_size=40))
def test_no_text_makes_the_date_reader_raise(text: str) -> None:
    when = iso_date(text)
    assert when is None or when[:4].isdecimal()


@given(st.text(alphabet=st.sampled_from("ab \n"), max_size=400))
def test_unwrapping_changes_nothing_but_white_space(text: str) -> None:
    assert unwrapped(text).split() == text.split()


def test_lines_that_were_not_wrapped_stay_lines() -> None:
    text = "A headline of some length that stands alone here\nA second paragraph.\nA third one, a bit longer."
    assert unwrapped(text) == text


def test_factiva_items_of_an_rtf_export_are_told_apart_by_their_last_lines() -> None:
    lines: list[str] = ["Dow Jones Factiva"]
    for number, title in enumerate(TITLES, start=1):
        lines += [title, "By Ada Mork", f"{number}20 words", f"{number} March 2021", "The Wharf Herald", "WHAF"]
        lines += ["English", "(c) 2021 Wharf Media", "The mayor spoke first.", "Nobody was hurt, she said."]
        lines += [f"Document WHAF00002021030{number}eh340000{number}"]
    lines += ["© 2021 Factiva, Inc. All rights reserved."]
    rtf = "{\\rtf1\\ansi\\ansicpg1252{\\fonttbl\\f0 Arial;}" + "\\par\n".join(lines).replace("©", "\\'a9") + "\\par}"
    sources = _read(rtf.encode(), "factiva.rtf")
    found = _items(sources)
    assert [source.stated.title for source in found] == TITLES
    assert [source.stated.published for source in found] == ["2021-03-01", "2021-03-02", "2021-03-03"]
    assert {(source.stated.outlet, source.stated.byline) for source in found} == {("The Wharf Herald", "Ada Mork")}
    bodies = [[s.text[m.start : m.end] for m in s.marks if m.kind is Kind.BODY] for s in found]
    assert bodies == [["The mayor spoke first.", "Nobody was hurt, she said."]] * 3
