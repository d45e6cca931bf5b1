"""Feeds and lists of feeds, all invented: entries as sources with their own bytes, and feeds that are refused."""

from __future__ import annotations

import io
import json
import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backstory.clean import clean
from backstory.errors import ReadError
from backstory.read import feed, opml
from backstory.read.entries import HEAD_BYTES, Entry, Options
from backstory.records import Kind, Source

RSS2 = """<?xml version="1.0" encoding="UTF-8"?>
<?xml-stylesheet href="x.css"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:media="http://search.yahoo.com/mrss/"><channel>
<title>Wharf Herald &amp; Post</title><link>https://wharf.example/</link><language>en-GB</language>
<image><title>logo</title><url>https://wharf.example/logo.png</url></image>
<item><media:title>not this</media:title><title>Tram vote delayed</title><link>https://wharf.example/tram</link>
<guid isPermaLink="false">tag:wharf,1</guid><dc:creator>Ada Mork</dc:creator><category>Transport</category>
<pubDate>Thu, 04 Mar 2021 08:15:00 +0100</pubDate>
<description>The vote was put off.</description>
<content:encoded><![CDATA[<p>The vote was put off.</p><p>It will be held in May &mdash; or later.</p>
<script>track()</script>]]></content:encoded></item>
<item><title><![CDATA[Dam <b>holds</b>]]></title>
<description>&lt;p&gt;Rains ended; AT&amp;amp;T said.&lt;/p&gt;</description>
<pubDate>5 March 2021</pubDate></item>
</channel></rss>"""

RSS1 = """<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="https://fen.example/"><title>Fenland Post</title>
<items><rdf:Seq><rdf:li resource="x"/></rdf:Seq></items>
</channel><item rdf:about="https://fen.example/dam"><title>Dam holds</title><link>https://fen.example/dam</link>
<description>Rains ended.</description><dc:date>2021-03-05T08:00:00+01:00</dc:date></item></rdf:RDF>"""

RSS091 = """<?xml version="1.0"?><!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN"
 "http://my.netscape.com/publish/formats/rss-0.91.dtd"><rss version="0.91"><channel><title>Fenland Post</title>
<item><title>Dam holds</title><link>https://fen.example/dam</link></item></channel></rss>"""

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de"><title>Hafenblatt</title>
<entry><id>urn:1</id><title type="text">Rat &lt; Volk</title><author><name>Ada M\u00f6rk</name></author>
<link href="https://hafen.example/rat"/><updated>2021-03-04T10:00:00Z</updated>
<published>2021-03-04T09:00:00+01:00</published><summary>Kurz.</summary>
<source><title>Agentur Nord</title></source>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">
<p>Der Rat tagt.</p><p>Das Volk wartet.</p></div></content>
</entry></feed>"""

JSON_FEED = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "Fenland Post",
    "language": "en",
    "items": [
        {
            "id": "1",
            "title": "Dam holds",
            "content_html": "<p>Rains ended.</p>",
            "date_published": "2021-03-05T08:00:00Z",
        }
        | {"authors": [{"name": "Ada Mork"}], "url": "https://fen.example/dam", "tags": ["Weather"]},
        {"id": "2", "content_text": "Tram delayed."},
    ],
}

ALL = [RSS2.encode(), RSS1.encode(), RSS091.encode(), ATOM.encode(), json.dumps(JSON_FEED).encode()]


def _read(raw: bytes, name: str = "feed.xml", *, options: Options | None = None) -> list[Source]:
    made = Entry(uri=name, name=name, head=raw[:HEAD_BYTES], open=lambda: io.BytesIO(raw), size=len(raw))
    return list(feed.read(made, options or Options()))


def test_an_rss_entry_is_its_title_and_its_full_content() -> None:
    first, second = _read(RSS2.encode())
    assert first.text == "Tram vote delayed\nThe vote was put off.\nIt will be held in May — or later."
    assert second.text == "Dam holds\nRains ended; AT&T said."


def test_an_rss_entry_states_its_fields() -> None:
    stated = _read(RSS2.encode())[0].stated
    assert (stated.title, stated.outlet, stated.byline) == ("Tram vote delayed", "Wharf Herald & Post", "Ada Mork")
    assert (stated.published, stated.section) == ("2021-03-04T08:15:00+01:00", "Transport")
    assert (stated.url, stated.language) == ("https://wharf.example/tram", "en-gb")


def test_an_rdf_entry_outside_its_channel_is_found() -> None:
    (source,) = _read(RSS1.encode())
    assert (source.text, source.stated.outlet) == ("Dam holds\nRains ended.", "Fenland Post")
    assert source.stated.published == "2021-03-05T08:00:00+01:00"


def test_an_old_rss_entry_with_a_title_alone_is_read() -> None:
    (source,) = _read(RSS091.encode())
    assert (source.text, source.stated.url) == ("Dam holds", "https://fen.example/dam")


def test_an_atom_entry_keeps_the_zone_of_its_time_and_names_where_it_is_from() -> None:
    (source,) = _read(ATOM.encode())
    assert source.text == "Rat < Volk\nDer Rat tagt.\nDas Volk wartet."
    assert (source.stated.outlet, source.stated.byline) == ("Agentur Nord", "Ada Mörk")
    assert (source.stated.published, source.stated.language) == ("2021-03-04T09:00:00+01:00", "de")
    assert source.stated.modified == "2021-03-04T10:00:00Z"


def test_a_json_feed_is_read() -> None:
    first, second = _read(json.dumps(JSON_FEED).encode(), "feed.json")
    assert (first.text, second.text) == ("Dam holds\nRains ended.", "Tram delayed.")
    assert (first.stated.byline, first.stated.section, first.stated.language) == ("Ada Mork", "Weather", "en")


@pytest.mark.parametrize("raw", ALL, ids=["rss2", "rss1", "rss091", "atom", "json"])
def test_the_text_of_an_entry_is_made_anew_from_its_bytes_and_is_marked(raw: bytes) -> None:
    assert feed.claims(raw[:HEAD_BYTES], "x")
    for source in _read(raw):
        assert feed.RULES[source.rule](source.raw, source.encoding) == source.text
        assert "\n".join(source.text[mark.start : mark.end] for mark in source.marks) == source.text
        assert [item.end for item in source.items] == [len(source.text)]
        assert source.raw in raw or source.media_type == "application/feed+json"


@pytest.mark.parametrize("encoding", ["utf-16", "iso-8859-1", "windows-1252", "utf-8-sig"])
def test_a_feed_in_another_encoding_is_read(encoding: str) -> None:
    raw = ATOM.encode(encoding)
    if encoding in ("iso-8859-1", "windows-1252"):
        raw = f'<?xml version="1.0" encoding="{encoding}"?>'.encode() + raw
    assert _read(raw)[0].stated.byline == "Ada Mörk"


def test_mixed_encodings_in_one_feed_are_read_byte_by_byte() -> None:
    raw = ATOM.encode().replace(b"Der Rat", b"Der gro\xdfe Rat")
    source = _read(raw)[0]
    assert "Der große Rat" in source.text
    assert source.stated.byline == "Ada Mörk"


def test_one_broken_entry_does_not_spoil_the_others() -> None:
    raw = RSS2.replace(
        "<link>https://wharf.example/tram</link>", "<link>https://wharf.example/tram<b></x>&nope;"
    ).encode()
    assert [source.stated.title for source in _read(raw)] == ["Tram vote delayed", "Dam holds"]


def test_an_entry_that_its_parser_gives_up_is_read_without_it() -> None:
    (source,) = _read(RSS1.replace("http://purl.org/dc/elements/1.1/", "http:\u00a0/purl.org/dc").encode())
    assert (source.text, source.stated.title) == ("Dam holds\nRains ended.", "Dam holds")


def test_an_item_tag_inside_cdata_is_text() -> None:
    raw = RSS2.replace("<p>The vote was put off.</p>", "<p>He wrote &lt;item&gt;</p><item></item>").encode()
    assert len(_read(raw)) == 2


def test_a_feed_that_is_cut_within_an_entry_lists_that_entry_and_keeps_the_others() -> None:
    raw = RSS2.encode()[: RSS2.encode().index(b"Rains ended")]
    first, second = _read(raw)
    assert first.problem is None
    assert second.problem is not None
    assert "ends within entry 2" in second.problem


LAUGHS = '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">' + "".join(
    f'<!ENTITY lol{n} "{f"&lol{n - 1};" * 10}">' for n in range(1, 10)
)
BOMBS = [
    LAUGHS + "]><rss><channel><item><title>&lol9;</title></item></channel></rss>",
    '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel><item><title>&x;</title></item></channel></rss>',
    f'<!DOCTYPE r [<!ENTITY x "{"A" * 5000}">]><rss><channel><item><title>&x;&x;</title></item></channel></rss>',
    '<!DOCTYPE r [<!ENTITY % x SYSTEM "http://127.0.0.1/">%x;]><rss><channel><item><title>a</title></item></channel></rss>',
]


@pytest.mark.parametrize("bomb", BOMBS, ids=["billion laughs", "file", "long", "parameter"])
def test_a_feed_with_dangerous_entities_is_refused(bomb: str) -> None:
    assert feed.claims(bomb.encode()[:HEAD_BYTES], "feed.xml")
    (source,) = _read(bomb.encode())
    assert source.problem is not None
    assert source.problem.endswith("refused")


@pytest.mark.parametrize(
    "raw",
    [
        b"<rss><channel><title>Empty</title></channel></rss>",
        b"<rss><channel><item></item></channel></rss>",
        b"<rss",
        b"",
        b'{"version": "https://jsonfeed.org/version/1.1", "items": 3}',
        b'{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1"}',
        b"<rss><channel>" + b"<item><title>" * 3 + b"<a>" * 100_000,
        b"<rss>" + b"<a>" * 100_000,
        b"<rss>" + b"<!--" * 50_000,
        b"<rss><![CDATA[" + b"<item>" * 50_000,
    ],
    ids=["empty", "bare entry", "cut", "nothing", "json", "cut json", "deep entry", "deep", "comments", "cdata"],
)
def test_a_feed_that_gives_nothing_is_a_listed_problem(raw: bytes) -> None:
    sources = _read(raw)
    assert sources
    assert any(source.problem for source in sources)


def test_a_feed_with_too_many_entries_is_read_up_to_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "MAX_ENTRIES", 1)
    first, last = _read(RSS2.encode())
    assert first.problem is None
    assert last.problem == "feed.xml has more than 1 entries: split it"


def test_a_feed_beyond_the_limit_is_a_listed_problem() -> None:
    (source,) = _read(RSS2.encode(), options=Options(max_source_bytes=500))
    assert source.problem is not None
    assert "more than" in source.problem


@pytest.mark.parametrize(
    "head",
    [b"<html><body><feed>", b"<!DOCTYPE html><html>", b"<rdf:RDF xmlns:owl='x'>", b"He said <rss> is old", b'{"a": 1}'],
)
def test_other_files_are_not_taken_for_feeds(head: bytes) -> None:
    assert not feed.claims(head, "x")


PIECES = st.sampled_from(
    [
        "<item>",
        "</item>",
        "<title>",
        "</title>",
        "<![CDATA[",
        "]]>",
        "<!--",
        "-->",
        "<description>",
        "&lt;p&gt;",
        "&",
        "<",
    ]
    + [
        "</description>",
        "<content type='xhtml'>",
        "</content>",
        "<source>",
        "text",
        "é",
        "\x00",
        ">",
        "<x y='",
        "</rss>",
    ]
)


@given(st.lists(PIECES, max_size=30))
def test_any_pieces_of_a_feed_give_entries_or_problems(pieces: list[str]) -> None:
    for source in _read(("<rss><channel>" + "".join(pieces)).encode()):
        assert source.rule == "none/1" or feed.RULES[source.rule](source.raw, source.encoding) == source.text


@given(st.binary(max_size=300))
def test_random_bytes_give_entries_or_problems(raw: bytes) -> None:
    for prefix in (b"", b"<feed><entry>", b'{"version": "https://jsonfeed.org/version/1", "items": [', b"<?xml"):
        assert _read(prefix + raw)


LIST = """<?xml version="1.0"?><opml version="1.0"><head><title>Mine</title></head><body>
<outline text="News"><outline type="rss" text="Wharf &amp; Post" xmlUrl="https://wharf.example/rss?a=1&amp;b=2"/>
<outline text='Fen' xmlURL='https://fen.example/feed'/><outline text="again" xmlUrl="https://fen.example/feed"/>
</outline></body></opml>"""


def test_the_feeds_of_a_list_are_found_once_each() -> None:
    feeds = opml.feeds_of(LIST.encode())
    assert feeds == [
        opml.Feed("https://wharf.example/rss?a=1&b=2", "Wharf & Post"),
        opml.Feed("https://fen.example/feed", "Fen"),
    ]


TITLES = st.none() | st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1)


@given(st.lists(st.tuples(st.from_regex(r"https://[a-z&\"'<>]{1,9}\.example", fullmatch=True), TITLES)))
def test_a_written_list_reads_back(pairs: list[tuple[str, str | None]]) -> None:
    feeds = [opml.Feed(url, title) for url, title in dict(pairs).items()]
    if feeds:
        expected = [opml.Feed(one.url, one.title or one.url) for one in feeds]
        assert opml.feeds_of(opml.opml_of(feeds)) == expected


@pytest.mark.parametrize(
    "raw", [b"<opml></opml>", b"", b"<!DOCTYPE o [<!ENTITY a 'b'>]><opml/>", b"<outline " * 50_000]
)
def test_a_list_without_feeds_says_so(raw: bytes) -> None:
    with pytest.raises(ReadError):
        opml.feeds_of(raw)


def test_a_list_that_is_built_shows_its_feeds_and_says_what_reads_them(caplog: pytest.LogCaptureFixture) -> None:
    made = Entry("my.opml", "my.opml", LIST.encode(), lambda: io.BytesIO(LIST.encode()))
    with caplog.at_level(logging.INFO):
        (source,) = opml.read(made, Options())
    assert source.problem is None
    assert source.text == "Wharf & Post https://wharf.example/rss?a=1&b=2\nFen https://fen.example/feed"
    assert opml.RULES[source.rule](source.raw, source.encoding) == source.text
    assert clean(source, [0, 0]).articles == ()
    assert "my.opml lists 2 feeds: `backstory watch my.opml` reads them" in caplog.text


def test_a_list_that_cannot_be_read_is_a_listed_problem() -> None:
    made = Entry("my.opml", "my.opml", b"<opml></opml>", lambda: io.BytesIO(b"<opml></opml>"))
    (source,) = opml.read(made, Options())
    assert source.problem is not None
    assert "no feed is in it" in source.problem


def test_titles_are_headlines_and_content_is_body() -> None:
    kinds = [mark.kind for mark in _read(RSS2.encode())[0].marks]
    assert kinds == [Kind.HEADLINE, Kind.BODY, Kind.BODY]
