"""What an article and its page's furniture say in, the outlet out: by address, picture host, notice or headline.

An outlet that a report names ("told Sky News") is not taken for its own: only what pages say of themselves counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from backstory.clean.phrases import pairs, plain
from backstory.records import Kind, Line

__all__ = ["host_of", "outlet_at", "outlet_in", "without_outlet"]

_URL = re.compile(r"https?://([^/\s:)\]]+)", re.IGNORECASE)
_COPYRIGHT = re.compile(
    r"(?:©|\(c\)|\bcopyright\b)\s*(?:©|\(c\))?\s*(?:(?:19|20)\d\d(?:\s?[-–]\s?(?:19|20)?\d\d)?)?,?\s*(?:by\s+)?"
    r"(?P<name>[A-ZÀ-ÖØ-Þ][\w'’&.-]*(?: [\w'’&.-]+){0,4}?)(?:,? (?:Inc|Ltd|LLC|GmbH|plc|Co)\b\.?)?(?:\s*[.,|]|\s*$)",
    re.IGNORECASE,
)  # fmt: skip
_FOLLOW = re.compile(
    r"Follow (?:the )?(?P<name>[A-ZÀ-ÖØ-Þ][\w'’&]*(?: [A-ZÀ-ÖØ-Þ\d][\w'’&]*){0,3})(?:’s|'s)?"
    r" on (?:WhatsApp|Facebook|X|Twitter|Instagram|Threads|Bluesky|Google News|TikTok|Telegram)\b"
)
_AFTER_BAR = re.compile(r"\s[|–—-]\s([^|–—]{2,40})$")
_ADDRESS_PARTS = ("www.", "m.", "amp.", "edition.", "news.")


def host_of(address: str | None) -> str | None:
    """Return the host that a URL names, None for a path."""
    found = _URL.match(address or "")
    return found[1].casefold() if found else None


def outlet_at(host: str) -> str | None:
    """Return the outlet whose site `host` is, itself or as a subdomain of it; None where it is not listed."""
    known = pairs("outlets", "\t")
    parts = host.split(".")
    for at in range(len(parts) - 1):
        name = known.get(".".join(parts[at:]))
        if name:
            return name
    return None


def bare(host: str) -> str:
    """Return `host` without the parts that say nothing of whose it is."""
    for part in _ADDRESS_PARTS:
        host = host.removeprefix(part) if host.count(".") > 1 else host
    return host


@cache
def _names() -> dict[str, str]:
    listed_names = {name.casefold(): name for name in pairs("outlets", "\t").values()}
    listed_names["bbc"] = "BBC News"
    return listed_names


def outlet_in(text: str, lines: Sequence[Line], addresses: Sequence[str | None]) -> tuple[str, str] | None:
    """Return the outlet of an article and why: `lines` are its own with the furniture between and around them."""
    hosts = [host for host in map(host_of, addresses) if host]
    for host in hosts:
        name = outlet_at(host)
        if name:
            return name, f"the address is of {host}"
    found = next(_claims(text, lines), None)
    if found:
        return found
    return (bare(hosts[0]), f"the address is of {hosts[0]}") if hosts else None


def _claims(text: str, lines: Sequence[Line]) -> Iterator[tuple[str, str]]:
    for line in lines:
        content = text[line.start : min(line.end, line.start + 4000)]
        if line.kind is Kind.IMAGE:
            for found in _URL.finditer(content):
                name = outlet_at(found[1].casefold())
                if name:
                    yield name, f"its picture is at {found[1].casefold()}"
        elif line.kind is Kind.FURNITURE:
            yield from _notices(content)
        elif line.kind is Kind.BYLINE:
            name = _names().get(re.split(r", | \| | for | - ", content)[-1].casefold())
            if name and len(content.split()) > 2:
                yield name, f'the byline says "{name}"'
        elif line.kind is Kind.HEADLINE:
            tail = _AFTER_BAR.search(content)
            if tail and tail[1].casefold() in _names():
                yield _names()[tail[1].casefold()], f'the headline ends with "{tail[1]}"'


def _notices(content: str) -> Iterator[tuple[str, str]]:
    simple = plain(content)
    for phrase, name in pairs("outlet_phrases", "\t").items():
        if phrase in simple:
            yield name, f'a notice says "{phrase}"'
    followed = _FOLLOW.match(content)
    if followed:
        name = _names().get(followed["name"].casefold(), followed["name"])
        yield ("BBC News" if name.startswith("BBC ") else name), f'a notice says "{followed[0]}"'
    if "©" in content or "copyright" in simple or "(c)" in simple:
        found = _COPYRIGHT.search(content)
        name = found["name"].strip(" .,") if found else ""
        if (
            name
            and name[:1].isupper()
            and not name.casefold().startswith(("all rights", "reserved", "policy", "notice"))
        ):
            yield _names().get(name.casefold(), name), f'the copyright is of "{name}"'


def without_outlet(title: str) -> str:
    """Return a headline without the outlet that pages put behind it."""
    tail = _AFTER_BAR.search(title)
    return title[: tail.start()].rstrip() if tail and tail[1].casefold() in _names() else title
