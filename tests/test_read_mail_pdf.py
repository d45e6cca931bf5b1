"""PDF and e-mail, all invented: their texts, what they state, and files that cannot be read."""

from __future__ import annotations

import io
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backstory.read import mail, pdf
from backstory.read.entries import HEAD_BYTES, Entry, Options
from backstory.records import Kind, Source

Run = tuple[int, int, int, str]


def _entry(raw: bytes, name: str) -> Entry:
    return Entry(uri=name, name=name, head=raw[:HEAD_BYTES], open=lambda: io.BytesIO(raw), size=len(raw))


def _pdf(pages: list[list[Run]], *, title: str = "") -> bytes:
    """Return a PDF whose pages have these lines: size of type, place across, height, text."""
    objects = [b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"]
    tree = 2 + 2 * len(pages)
    for runs in pages:
        said = [(s, x, y, text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")) for s, x, y, text in runs]
        drawn = "".join(f"/F1 {size} Tf 1 0 0 1 {x} {y} Tm ({text}) Tj\n" for size, x, y, text in said)
        stream = f"BT\n{drawn}ET".encode("cp1252")
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
        objects.append(
            b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 595 842] /Contents %d 0 R" % (tree, len(objects))
            + b" /Resources << /Font << /F1 1 0 R >> >> >>"
        )
    kids = b" ".join(b"%d 0 R" % (3 + 2 * number) for number in range(len(pages)))
    objects.append(b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(pages), kids))
    objects.append(b"<< /Title (%s) >>" % title.encode())
    objects.append(b"<< /Type /Catalog /Pages %d 0 R >>" % tree)
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    trailer = b"trailer << /Size %d /Root %d 0 R /Info %d 0 R >>\nstartxref\n%d\n%%%%EOF\n"
    return out + b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table) + trailer % (size, size - 1, size - 2, len(out))


def _page(number: int, body: list[str]) -> list[Run]:
    head: Run = (9, 50, 810, f"The Wharf Herald, 3 March 2021, {number}")
    lines: list[Run] = [(10, 50, 780 - 12 * place, text) for place, text in enumerate(body)]
    return [head, *lines, (9, 290, 30, f"Page {number} of 3")]


STORY = [
    "The bridge over the harbour was shut on Monday after a ferry struck the west-",
    "ern pier, and the well-known landmark may stay shut until the com-",
    "mission has met.",
    "Nobody was hurt, the mayor said. She thanked the crew and the coxswain for a",
    "calm and well-known way of going about it.",
]


def _read_pdf(raw: bytes, name: str = "paper.pdf", *, options: Options | None = None) -> Source:
    (source,) = pdf.read(_entry(raw, name), options or Options())
    return source


def test_lines_of_a_pdf_are_joined_to_paragraphs() -> None:
    text = _read_pdf(_pdf([_page(1, STORY)])).text
    assert text.split("\n")[1:3] == [
        "The bridge over the harbour was shut on Monday after a ferry struck the west\u00adern pier, and the well-known"
        " landmark may stay shut until the com\u00admission has met.",
        "Nobody was hurt, the mayor said. She thanked the crew and the coxswain for a calm and well-known way of going "
        "about it.",
    ]


def test_a_word_that_has_its_hyphen_elsewhere_too_keeps_it_at_a_line_end() -> None:
    body = ["It was a well-known pier, a well-known bridge and, as all agreed, a most well-", "known harbour."]
    assert "a most well-known harbour." in _read_pdf(_pdf([_page(1, body)])).text


def test_running_heads_and_page_numbers_are_marked_as_furniture() -> None:
    source = _read_pdf(
        _pdf([_page(number, [f"{word} {line}" for line in STORY]) for number, word in enumerate("ABC", 1)])
    )
    marked = [source.text[mark.start : mark.end] for mark in source.marks if mark.kind is Kind.FURNITURE]
    assert marked == [
        line for number in (1, 2, 3) for line in (f"The Wharf Herald, 3 March 2021, {number}", f"Page {number} of 3")
    ]


@pytest.mark.parametrize(
    ("head", "claimed"),
    [(b"%PDF-1.7\n", True), (b"HTTP/1.1 200 OK\r\n%PDF-1.4", True), (b"A file begins with %PDF-1.4.\n", False)],
)
def test_a_pdf_is_known_by_the_mark_that_begins_a_line(head: bytes, claimed: bool) -> None:
    assert pdf.claims(head, "x") is claimed


def test_large_type_is_a_headline_and_stays_apart_from_the_text() -> None:
    page = _page(1, STORY)
    page.insert(1, (18, 50, 795, "Harbour bridge shut after a ferry strikes its western pier on a Monday"))
    source = _read_pdf(_pdf([page], title="harbour bridge shut"))
    headlines = [source.text[mark.start : mark.end] for mark in source.marks if mark.kind is Kind.HEADLINE]
    assert headlines == ["Harbour bridge shut after a ferry strikes its western pier on a Monday"]
    assert source.stated.title == "harbour bridge shut"


def test_a_title_that_is_not_in_the_text_is_not_stated() -> None:
    assert _read_pdf(_pdf([_page(1, STORY)], title="Microsoft Word - neu.doc")).stated.title is None


def test_the_text_of_a_pdf_is_made_anew_from_its_bytes() -> None:
    source = _read_pdf(_pdf([_page(1, STORY), _page(2, STORY)]))
    rule, _, parameters = source.rule.partition("?")
    assert parameters.startswith("pypdf=")
    assert pdf.RULES[rule](source.raw, source.encoding, parameters=parameters) == source.text


@pytest.mark.parametrize(
    "raw",
    [
        b"%PDF-1.7 cut off",
        _pdf([_page(1, STORY)])[:-200].replace(b"endobj", b""),
        b"%PDF-",
        b"%PDF-1.4\n" + b"<<" * 50_000,
    ]
    + [_pdf([_page(1, STORY)]).replace(b"/Kids [3 0 R]", b"/Kids [4 0 R]")],
    ids=["cut", "mangled", "empty", "deep", "its own parent"],
)
def test_a_damaged_pdf_is_a_listed_problem(raw: bytes) -> None:
    source = _read_pdf(raw)
    assert source.problem is not None
    assert "paper.pdf" in source.problem


def test_a_pdf_of_pictures_is_a_listed_problem_that_names_the_remedy() -> None:
    source = _read_pdf(_pdf([[]]))
    assert source.problem is not None
    assert "OCR" in source.problem


def test_a_pdf_beyond_the_limits_is_a_listed_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = _pdf([_page(1, STORY), _page(2, STORY)])
    assert "larger than" in (_read_pdf(raw, options=Options(max_source_bytes=100)).problem or "")
    monkeypatch.setattr(pdf, "MAX_PAGES", 1)
    assert "more than 1 pages" in (_read_pdf(raw).problem or "")
    monkeypatch.setattr(pdf, "MAX_PAGES", 9)
    monkeypatch.setattr(pdf, "MAX_DRAWN_BYTES", 300)
    assert "draws more than" in (_read_pdf(raw).problem or "")
    monkeypatch.setattr(pdf, "MAX_DRAWN_BYTES", 1 << 20)
    monkeypatch.setattr(pdf, "MAX_CHARS", 100)
    assert "more than 100 characters" in (_read_pdf(raw).problem or "")


@given(st.data())
def test_a_pdf_with_changed_bytes_gives_a_source_or_a_problem(data: st.DataObject) -> None:
    raw = bytearray(_pdf([_page(1, STORY)]))
    for _ in range(data.draw(st.integers(1, 6))):
        raw[data.draw(st.integers(5, len(raw) - 1))] = data.draw(st.integers(0, 255))
    source = _read_pdf(bytes(raw))
    assert source.problem or source.text


WORDS = st.text(st.sampled_from("ab-. AB\u00e4"), min_size=1, max_size=30).filter(str.strip)


@given(st.lists(st.lists(WORDS, max_size=6), max_size=4))
def test_joining_lines_keeps_every_letter_in_order(pages: list[list[str]]) -> None:
    lines = [[pdf.Line(text.strip(), 10.0, 0.0) for text in page] for page in pages]
    joined = pdf.lines_joined(lines, pdf.running_heads(lines))
    kept = "".join("".join(line.text.split()) for line, _ in joined).replace("\u00ad", "-")
    assert kept == "".join("".join(line.text.split()) for page in lines for line in page)


def _message(*, subject: str = "Tram vote delayed", text: str | None = None, html: str | None = None) -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Wharf Herald Briefing <news@wharf.example>"
    message["Subject"] = subject
    message["Date"] = "Thu, 04 Mar 2021 08:15:00 +0100"
    if text is not None:
        message.set_content(text)
    if html is not None and text is not None:
        message.add_alternative(html, subtype="html")
    elif html is not None:
        message.set_content(html, subtype="html")
    message["Content-Language"] = "en-GB"
    return message


def _read_mail(raw: bytes, name: str = "letter.eml", *, options: Options | None = None) -> list[Source]:
    return list(mail.read(_entry(raw, name), options or Options()))


def test_a_message_is_its_subject_and_its_plain_text() -> None:
    (source,) = _read_mail(
        _message(subject="Müller: “no”", text="The vote was put off.\n\nMay it is.", html="<p>x</p>").as_bytes()
    )
    assert source.text == "Müller: “no”\nThe vote was put off.\n\nMay it is."
    assert source.text[source.marks[0].start : source.marks[0].end] == "Müller: “no”"
    assert mail.RULES[source.rule](source.raw, source.encoding) == source.text


def test_a_message_states_who_sent_it_and_when() -> None:
    stated = _read_mail(_message(text="The vote was put off.").as_bytes())[0].stated
    assert (stated.title, stated.outlet) == ("Tram vote delayed", "Wharf Herald Briefing")
    assert (stated.published, stated.language) == ("2021-03-04T08:15:00+01:00", "en-gb")


def test_html_is_read_where_the_plain_part_only_points_to_it() -> None:
    html = "<style>p {}</style><p>The vote was put off.</p><p>It will be held in May, if at all.</p>"
    (source,) = _read_mail(_message(text="Open in a browser.", html=html).as_bytes())
    assert source.text == "Tram vote delayed\nThe vote was put off.\nIt will be held in May, if at all."


def test_an_attachment_is_no_text() -> None:
    message = _message(text="The vote was put off.")
    message.add_attachment("secret notes " * 50, filename="notes.txt")
    message.add_attachment(b"\x00\x01", maintype="image", subtype="png", filename="x.png")
    (source,) = _read_mail(message.as_bytes())
    assert source.text == "Tram vote delayed\nThe vote was put off."


def test_wrapped_and_flowed_paragraphs_are_one_line_each() -> None:
    wrapped = (
        "The harbour master said on Monday that the bridge would stay closed\n"
        "until the pier had been inspected by divers, and that ferries would\n"
        "run from the old quay in the meantime.\n"
    )
    (plain,) = _read_mail(_message(text=wrapped).as_bytes())
    assert plain.text == f"Tram vote delayed\n{' '.join(wrapped.split())}"
    head = b"From: a@b.example\nSubject: S\nContent-Type: text/plain; format=flowed\n\n"
    (flowed,) = _read_mail(head + b"One line \ngoes on.\nAnother.\n")
    assert flowed.text == "S\nOne line goes on.\nAnother."


def test_a_box_gives_its_messages_one_by_one() -> None:
    first, second = (
        _message(subject="One", text="A.\n\n>From here on").as_bytes(),
        _message(subject="Two", text="B.").as_bytes(),
    )
    box = b"From a@b Thu Mar  4 08:15:00 2021\n" + first + b"\nFrom a@b Thu Mar  4 08:16:00 2021\n" + second
    assert mail.claims(box[:HEAD_BYTES], "archive")
    sources = _read_mail(box, "archive")
    assert [source.stated.title for source in sources] == ["One", "Two"]
    assert b"".join(source.raw for source in sources) == box
    assert [source.uri for source in sources] == ["archive#message=1", "archive#message=2"]


@pytest.mark.parametrize("charset", ["iso-8859-1", "windows-1252", "no-such-charset", "utf-8"])
def test_a_charset_that_is_wrong_or_unknown_costs_no_letter(charset: str) -> None:
    head = f"From: a@b.example\nSubject: S\nContent-Type: text/plain; charset={charset}\n\n".encode()
    (source,) = _read_mail(head + "Brücke".encode("cp1252"))
    assert source.text == "S\nBrücke"


@pytest.mark.parametrize(
    ("raw", "claimed"),
    [
        (b"Return-Path: <a@b>\nFrom: a\nDate: x\n\nHello", True),
        (b"From a@b Thu Mar  4 08:15:00 2021\nFrom: a\n\nHello", True),
        (b"From Monday on, the bridge is shut.\n", False),
        (b"Subject: to the vote of 2021\nthe tram will run.\n", False),
        (b"Date: Monday\nThe council met.\n", False),
    ],
)
def test_messages_are_known_by_their_headers(raw: bytes, claimed: bool) -> None:
    assert mail.claims(raw, "x") is claimed


def _nested(depth: int) -> bytes:
    opened = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(depth))
    return b"From: a@b.example\n" + opened.encode() + b"Content-Type: text/plain\n\nHello\n"


@pytest.mark.parametrize(
    "raw",
    [
        b"From: a@b.example\nSubject: S\n\n",
        b"",
        b"\x00" * 100,
        _nested(5000),
        b"From: a\nContent-Type: image/png\n\nabc",
    ]
    + [b"From: a\nSubject: =?utf-16?b?AAA?= =?x?q?=FF?=\n\n"],
    ids=["no text", "empty", "zeros", "nested", "picture", "odd subject"],
)
def test_a_message_without_text_is_a_listed_problem(raw: bytes) -> None:
    (source,) = _read_mail(raw)
    assert source.problem is not None
    assert "letter.eml" in source.problem


def test_a_message_beyond_the_limit_is_a_problem_and_the_next_is_read() -> None:
    small = _message(text="B.").as_bytes()
    box = b"From a@b 2021\n" + _message(text="long " * 2000).as_bytes() + b"\nFrom a@b 2021\n" + small
    large, read = _read_mail(box, "box.mbox", options=Options(max_source_bytes=4000))
    assert large.problem is not None
    assert read.text == "Tram vote delayed\nB."


HEADERS = st.sampled_from(["Subject: ", "From: ", "Date: ", "Content-Type: ", "Content-Transfer-Encoding: ", "X: "])
SAID = st.text(max_size=20) | st.sampled_from(
    ["=?utf-8?b?w6Q=?=", "multipart/mixed; boundary=b", "base64", "text/html; charset=x"]
)


@given(st.lists(st.tuples(HEADERS, SAID), max_size=6), st.text(max_size=60) | st.just("--b\n\nx\n--b--"))
def test_any_headers_give_a_source_or_a_problem(headers: list[tuple[str, str]], body: str) -> None:
    raw = ("".join(f"{name}{said}\n" for name, said in headers) + "\n" + body).encode("utf-8", "replace")
    for source in _read_mail(raw):
        assert source.rule == "none/1" or mail.RULES[source.rule](source.raw, source.encoding) == source.text


@given(st.binary(max_size=300))
def test_random_bytes_give_sources_or_problems(raw: bytes) -> None:
    assert _read_mail(raw)
    assert _read_mail(b"From a@b 2021\n" + raw)
    assert _read_pdf(b"%PDF-1.4\n" + raw).rule
