"""Saved pages: the text rule, the encodings, what a page states, its marks, and pages made to break a reader."""

import io
import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backstory.read import html
from backstory.read.entries import Entry, Options
from backstory.read.linked_data import articles_of
from backstory.read.page_charset import MIXED, characters, encoding_of
from backstory.read.page_markup import TEXT, attributes_of, tokens_of
from backstory.read.page_text import page_of
from backstory.records import Kind


def text(markup):
    return page_of(markup).text


def source(markup, **known):
    raw = markup if isinstance(markup, bytes) else markup.encode()
    return html.page_source(raw, "page.html", **known)


# The golden forms of the rule html/1: none of these may ever change. A better rule gets the next number.
GOLDEN = [
    ("<p>One<p>Two", "One\nTwo"),
    ("<p>One <b>bold</b>, <i>slanted</i> word</p>", "One bold, slanted word"),
    ("Before<div>Inside<br>below</div>after", "Before\nInside\nbelow\nafter"),
    ("<ul><li>a<li>b</ul>", "a\nb"),
    ("<table><tr><td>Wheat<td>12<tr><th>Oats</th><td>9</td></tr></table>", "Wheat\t12\nOats\t9"),
    ("<pre>  kept\n   as is </pre>", "  kept\n   as is"),
    ("a &amp; b &lt;c&gt; &eacute;&#233;&#x2014;&nbsp;d", "a & b <c> éé— d"),
    ("Wi\u00adth\u200bout &shy;marks\ufeff", "Without marks"),
    ("<title>Not text</title><script>no('<p>')</script><style>p{}</style>Yes", "Yes"),
    ("<noscript><img alt=x>no</noscript><template><p>no</template><textarea>no</textarea>yes", "yes"),
    ("<select><option>no</select><svg><title>no</title><text>no</text></svg>yes", "yes"),
    ("a<!-- <p>no</p> -->b<!DOCTYPE x><?php no ?>c", "abc"),
    ("<p>seen <img src=x alt='no'> around</p>", "seen around"),
    ("<p hidden>kept</p><p style='display:none'>kept too</p>", "kept\nkept too"),
    ("<a href=1>Home</a><a href=2>News</a>", "Home News"),
    ("<p>drop<span>ped</span> cap</p>", "dropped cap"),
    ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
    ("<p>un<wbr>broken", "unbroken"),
    ("<news-card>One</news-card><news-card>Two</news-card>", "One\nTwo"),
    ("<p>in a <fancy-word>sentence</fancy-word> kept</p>", "in a sentence kept"),
    ("<SCRIPT>no</ScRiPt >yes", "yes"),
    ('<a title="a > b" href=x>link</a>', "link"),
    ("<b <i>odd</b>", "odd"),
    ('<?xml version="1.0"?><html><script src="x"/><p>read<br/>on</p><![CDATA[a & b]]></html>', "read\non\na & b"),
    ("\x00null\x07bell\x1besc", "nullbellesc"),
    ("<pre></pre>one\n  two", "one two"),
    ("", ""),
]


@pytest.mark.parametrize(("markup", "expected"), GOLDEN)
def test_the_rule_html_1_makes_the_same_text_for_ever(markup, expected):
    assert text(markup) == expected


def test_the_text_is_made_again_from_bytes_and_encoding():
    read = source("<p>Straße</p>".encode("latin-1"), content_type="text/html; charset=iso-8859-1")
    assert html.RULES[read.rule](read.raw, read.encoding) == read.text == "Straße"


@pytest.mark.parametrize(
    ("raw", "header", "encoding", "expected"),
    [
        ("é".encode(), None, "utf-8", "é"),
        ("é".encode("utf-8-sig"), "text/html; charset=latin-1", "utf-8-sig", "é"),
        ("é".encode("utf-16-le"), None, None, None),
        (b"\xff\xfe" + "é".encode("utf-16-le"), None, "utf-16-le", "é"),
        (b"<meta charset=windows-1251>" + "Привет".encode("cp1251"), None, "cp1251", "Привет"),
        (b"caf\xe9 \x93so\x94", "text/html; charset=ISO-8859-1", "cp1252", "café “so”"),
        ("日本".encode("shift_jis"), 'text/html; charset="Shift_JIS"', "cp932", "日本"),
        ("é".encode(), "text/html; charset=utf-7", "utf-8", "é"),
        (b"\xe9", "text/html; charset=unicode_escape", None, None),
    ],
)
def test_the_encoding_is_found_by_mark_header_meta_or_bytes(raw, header, encoding, expected):
    found = encoding_of(raw, header)
    assert encoding is None or found == encoding
    if expected is not None:
        assert characters(raw, found).endswith(expected) or text(characters(raw, found)) == expected


def test_a_page_of_mixed_encodings_is_read_as_both():
    raw = b'<meta charset="utf-8"><p>' + "Zürich und Genève".encode() + b"</p><p>Stra\xdfe \x96 ein Zitat</p>"
    read = source(raw)
    assert read.encoding == MIXED
    assert read.text == "Zürich und Genève\nStraße – ein Zitat"


def test_attributes_are_read_as_browsers_read_them():
    assert attributes_of(" A=1 b='2 > 1' c=\"x&amp;y\" a=9 d checked = yes ") == {
        "a": "1",
        "b": "2 > 1",
        "c": "x&y",
        "d": "",
        "checked": "yes",
    }


PAGE = """<!DOCTYPE html><html lang="en-GB"><head><title>Ferry strike ends | The Harbour Post</title>
<link rel="canonical" href="/news/ferry-strike-ends">
<meta property="og:site_name" content="The Harbour Post"><meta property="og:title" content="Ferry strike ends">
<meta property="article:section" content="Transport">
<script type="application/ld+json">{"@context":"https://schema.org","@graph":[{"@type":"WebSite","name":"x"},
{"@type":"NewsArticle","headline":"Ferry strike ends","datePublished":"2026-03-02T07:15:00+01:00",
"dateModified":"2026-03-02T09:00:00Z","author":[{"@type":"Person","name":"Ana Reyes"},
{"@type":"Person","name":"The Harbour Post"}],"publisher":{"name":"The Harbour Post"}}]}</script></head><body>
<nav><a href="/">Home</a> <a href="/news">News</a></nav><main><article><h1>Ferry strike ends</h1>
<p class="byline">By <a rel="author" href="/ana">Ana Reyes</a></p><time datetime="2026-03-02">2 March 2026</time>
<p>Ferries to the outer islands run again from Monday morning, the operator said after a night of talks.</p>
<figure><img src=f.jpg alt="A ferry"><figcaption>The first boat leaves the quay.</figcaption></figure>
<p>Crews had stopped work for nine days over rosters, and some villages had run short of fresh food and medicine.</p>
</article></main><footer>About us Contact Privacy</footer></body></html>"""


def test_a_page_states_title_outlet_author_times_section_address_and_language():
    stated = source(PAGE, url="https://harbour.example/a?b").stated
    assert stated.title == "Ferry strike ends"
    assert stated.outlet == "The Harbour Post"
    assert stated.byline == "Ana Reyes"
    assert stated.published == "2026-03-02T07:15:00+01:00"
    assert stated.modified == "2026-03-02T09:00:00+00:00"
    assert stated.section == "Transport"
    assert stated.url == "https://harbour.example/news/ferry-strike-ends"
    assert stated.language == "en"


def test_marks_lie_on_lines_and_tell_what_the_markup_tells():
    read = source(PAGE)
    by_text = {read.text[mark.start : mark.end]: mark.kind for mark in read.marks}
    assert set(by_text) == set(read.text.split("\n"))
    assert by_text["Ferry strike ends"] is Kind.HEADLINE
    assert by_text["By Ana Reyes"] is Kind.BYLINE
    assert by_text["2 March 2026"] is Kind.DATE
    assert by_text["The first boat leaves the quay."] is Kind.CAPTION
    assert by_text["Home News"] is Kind.FURNITURE
    assert by_text["About us Contact Privacy"] is Kind.FURNITURE
    assert sum(kind is Kind.BODY for kind in by_text.values()) == 2


@pytest.mark.parametrize(
    ("script", "headline"),
    [
        ('{"@type":"NewsArticle","headline":"A &quot;quoted&quot; word"}', 'A "quoted" word'),
        ('<!-- {"@type":"NewsArticle","headline":"Wrapped",} -->', "Wrapped"),
        ('{"@type":["Article","NewsArticle"],"headline":"Line\nend"}', "Line end"),
        ('{"@type":"NewsArticle","headline":"Cut off","author":{"name":"B. Ode"},"body":"no end', "Cut off"),
        ('{"@type":"Thing"}{"@type":"Report","headline":"Second value"}', "Second value"),
        (r'{"@type":"NewsArticle","headline":"Bad \escape"}', r"Bad \escape"),
    ],
)
def test_broken_linked_data_still_gives_its_headline(script, headline):
    page = f'<script type="application/ld+json">{script}</script><h1>x</h1>'
    facts = articles_of(page_of(page).linked_data)
    assert " ".join(facts[0]["headline"].replace("&quot;", '"').split()) == headline


def test_a_title_loses_the_outlet_and_the_kicker():
    page = (
        '<title>Dam holds - Valley News</title><meta property="og:title" content="Dam holds"><h1>Opinion Dam holds</h1>'
    )
    assert source(page).stated.title == "Dam holds"
    assert source("<title>Bridge opens after years of delay | Valley News</title><p>Text.").stated.title == (
        "Bridge opens after years of delay"
    )


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("By Ana Reyes and Tom Okoro", "Ana Reyes, Tom Okoro"),
        ("By Staff Reporter", None),
        ("Ana Reyes | Valley News", "Ana Reyes"),
        ("newsroom@valley.example", None),
        ("https://valley.example/ana", None),
    ],
)
def test_rather_fewer_authors_than_wrong_ones(byline, names):
    assert source(f'<meta name="author" content="{byline}"><p>Text.</p>').stated.byline == names


def test_a_date_that_only_its_markup_shows_is_found_and_a_page_without_one_has_none():
    dated = '<div class="entry-date">Posted on <span class="published">2026-05-03</span></div>'
    body = "<h1>Ferry runs aground</h1>" + "<p>A ferry ran aground off Sele.</p>" * 12
    assert source(f"{body}<footer>{dated}</footer>").stated.published == "2026-05-03"
    assert source(body).stated.published is None


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("2026-03-02T07:15:00Z", "2026-03-02T07:15:00+00:00"),
        ("2026-03-02 07:15:00 -0500", "2026-03-02T07:15:00-05:00"),
        ("Mon, 02 Mar 2026 07:15:00 GMT", "2026-03-02T07:15:00+00:00"),
        ("March 2, 2026", "2026-03-02"),
        ("1772435700", "2026-03-02T07:15:00+00:00"),
        ("0001-01-01T00:00:00Z", None),
        ("2026-13-45", None),
        ("soon", None),
    ],
)
def test_published_keeps_its_zone_and_its_precision(written, iso):
    page = f'<meta property="article:published_time" content="{written}"><p>Text.</p>'
    assert source(page).stated.published == iso


@pytest.mark.parametrize(
    ("written", "shown", "iso"),
    [
        ("2026-05-04T03:00:46Z", "May 3, 2026 10:00 PM", "2026-05-03T22:00:46-05:00"),
        ("2026-05-04T22:03:00Z", "5 May 2026 - 8.03am", "2026-05-05T08:03:00+10:00"),
        ("2026-05-04T03:00:00Z", "May 3, 2026", "2026-05-03"),
        (
            "2026-05-04T01:48:19Z",
            "Published: May 3, 2026 at 8:48 p.m. | Updated: May 4, 2026",
            "2026-05-03T20:48:19-05:00",
        ),
        # another moment: an update, a day too early in the morning, the day itself, a zone that there is not
        ("2026-05-04T16:22:00Z", "Updated 5 May 2026 06:22", "2026-05-04T16:22:00+00:00"),
        ("2026-05-04T16:22:00Z", "Tuesday 5 May 2026 05:39", "2026-05-04T16:22:00+00:00"),
        ("2026-05-04T09:00:00Z", "5 May 2026", "2026-05-04T09:00:00+00:00"),
        ("2026-05-04T23:00:00Z", "4 May 2026. A reader wrote on 5 May 2026", "2026-05-04T23:00:00+00:00"),
        ("2026-05-04T03:00:00Z", "May 3, 2026 99:99", "2026-05-04T03:00:00+00:00"),
        ("2026-05-04T03:00:00+02:00", "May 3, 2026 10:00 PM", "2026-05-04T03:00:00+02:00"),
    ],
)
def test_a_moment_stated_in_utc_has_the_day_that_the_page_shows(written, shown, iso):
    head = f'<meta property="article:published_time" content="{written}"><title>Ferry runs again</title>'
    assert source(f"{head}<h1>Ferry runs again</h1><p>{shown}</p><p>Text.</p>").stated.published == iso


def test_a_time_of_the_page_that_is_the_stated_moment_gives_its_zone():
    head = '<meta property="article:published_time" content="2026-05-04T18:30:00Z">'
    page = head + '<p>Text <time datetime="{}">5 May</time></p>'
    same, other = "2026-05-05T05:30:00+11:00", "2026-05-05T07:30:00+11:00"
    assert source(page.format(same)).stated.published == same
    assert source(page.format(other)).stated.published == "2026-05-04T18:30:00+00:00"


def test_the_day_shown_comes_before_that_of_the_address_if_they_are_neighbours():
    head = '<link rel=canonical href="https://post.example/2026/05/04/ferry/">'
    page = head + "<h1>Ferry runs</h1><p>May {}, 2026</p><p>Text.</p>"
    assert source(page.format(5)).stated.published == "2026-05-05"
    assert source(page.format(9)).stated.published == "2026-05-04"


def test_a_date_shown_below_the_title_is_found_where_none_is_stated():
    page = "<h1>Harbour wall to be raised by a metre</h1><p>Published 4 May 2026</p><p>The council has agreed.</p>"
    assert source(page).stated.published == "2026-05-04"


def test_the_updates_of_a_live_blog_are_items_in_the_order_of_the_text():
    updates = ",".join(
        f'{{"@type":"BlogPosting","headline":"Update number {n}","articleBody":"At hour {n} the water rose again.",'
        f'"datePublished":"2026-05-04T0{n}:00:00Z"}}'
        for n in (1, 2, 3)
    )
    shown = "".join(f"<h2>Update number {n}</h2><p>At hour {n} the water rose again.</p>" for n in (3, 2, 1))
    page = '<script type="application/ld+json">{"@type":"LiveBlogPosting","headline":"Flood live",'
    page += f'"liveBlogUpdate":[{updates}]}}</script><h1>Flood live</h1>{shown}<footer>About</footer>'
    read = source(page)
    assert [item.stated.title for item in read.items] == [f"Update number {n}" for n in (3, 2, 1)]
    assert read.items[0].stated.published == "2026-05-04T03:00:00+00:00"
    spans = [read.text[item.start : item.end] for item in read.items]
    assert spans == [f"Update number {n}\nAt hour {n} the water rose again." for n in (3, 2, 1)]


# Bad input: each ends as a listed problem or is read, soon and within its memory.


def entry(raw, name="page.html"):
    return Entry(uri=name, name=name, head=raw[:8192], open=lambda: io.BytesIO(raw), size=len(raw))


def test_a_page_beyond_the_limit_is_a_listed_problem():
    small = replace(Options(), max_source_bytes=1000)
    (read,) = html.read(entry(b"<p>word " * 1000), small)
    assert "larger than" in read.problem
    assert read.text == ""


@pytest.mark.parametrize("raw", [b"", b"   \n", b"<html></html>", b"<script>load()</script><div id=app></div>"])
def test_a_page_without_text_is_a_listed_problem_that_says_what_to_do(raw):
    (read,) = html.read(entry(raw), Options())
    assert read.problem
    assert read.text == ""


HOSTILE = {
    "nested 100,000 deep": "<div>" * 100_000 + "core" + "</div>" * 100_000,
    "inline nested 100,000 deep": "<b><i>" * 50_000 + "core",
    "closing what never opened": "<div><table><td>" + "<b>" * 400 + "</div></i></p>" * 40_000 + "core",
    "formatting reopened in every paragraph": "".join(f"<b id={n}>" for n in range(5000)) + "<p>core" * 5000,
    "tags that never close": "<a " * 100_000 + "core",
    "angle brackets": "<" * 200_000 + "core",
    "an open quote": '<a b="' + "<p x='" * 50_000 + "> core",
    "comments that never close": "core<!--" * 50_000,
    "scripts that never close": "core<script>" + "</scrip" * 50_000,
    "one enormous attribute": "<p class='" + "x " * 200_000 + "'>core",
    "a million cells": "core<table><tr>" + "<td>1" * 100_000,
    "linked data nested 50,000 deep": '<script type="application/ld+json">' + "[" * 50_000 + "</script>core",
    "linked data of commas": '<script type="application/ld+json">{"@type":"Article"' + "," * 50_000 + "</script>core",
}


@pytest.mark.parametrize("markup", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_page_is_read_in_time(markup):
    begun = time.perf_counter()
    read = source(markup)
    assert "core" in read.text or markup.startswith("<a")
    assert time.perf_counter() - begun < 8


TAGS = ["p", "div", "b", "a", "table", "td", "script", "style", "title", "br", "pre", "time", "li", "x-y", "/p", "/div"]
MARKUP = st.lists(
    st.one_of(
        st.sampled_from([f"<{tag}>" for tag in TAGS] + [f"</{tag}>" for tag in TAGS]),
        st.sampled_from(["<!--", "-->", "<![CDATA[", "]]>", "<", ">", "&", "&amp;", "&#0;", "'", '"', "=", "\n", "\t"]),
        st.sampled_from(["<p hidden>", "<a rel=author>", "<div class='byline x' id=y>", "<html lang=en>", "<?xml?>"]),
        st.text(max_size=12),
    ),
    max_size=40,
).map("".join)


@settings(max_examples=150, deadline=None)
@given(MARKUP)
def test_any_markup_gives_tidy_lines_that_its_marks_cover(markup):
    read = source(markup.encode("utf-8", errors="surrogatepass"))
    if read.problem:
        return
    lines = read.text.split("\n")
    assert all(line.strip() and line == line.rstrip() for line in lines)
    assert "".join(read.text[mark.start : mark.end] for mark in read.marks) == "".join(lines)
    assert html.RULES[read.rule](read.raw, read.encoding) == read.text


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200), st.sampled_from([None, "text/html; charset=gbk", "charset=utf-16", "charset=\x00"]))
def test_any_bytes_end_as_text_or_as_a_problem(raw, header):
    read = source(raw, content_type=header)
    assert read.problem or html.RULES[read.rule](read.raw, read.encoding) == read.text


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet=st.characters(exclude_characters="<&\x00", exclude_categories=["Cs"]), max_size=60))
def test_words_without_markup_come_out_as_they_went_in(words):
    assert [value for kind, _, value, _ in tokens_of(words) if kind == TEXT] == ([words] if words else [])
    assert text(words).split() == [word for part in words.split() if (word := text(part))]


def test_a_page_is_claimed_by_its_beginning_and_no_other_text_is():
    assert html.claims(b"\xef\xbb\xbf <!-- saved --> <!DOCTYPE html><html>", "x")
    assert html.claims(b"<p>A piece of markup</p>", "piece.htm")
    assert not html.claims(b"Plain words < 3 lines", "notes.txt")
    assert not html.claims(b"<rss version='2.0'>", "feed.xml")
