"""What a host's robots.txt allows us, asked once a day (RFC 9309)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from protego import Protego

from backstory.errors import ReadError
from backstory.watch.fetch import Limits, fetched

__all__ = ["Robots"]

KEPT_SECONDS = 24 * 3600
"""RFC 9309 asks for no more than a day."""

FAILED_SECONDS = 1800
"""A host whose robots.txt could not be had is left alone for this long."""

MAX_BYTES = 512 << 10
"""RFC 9309 asks for at least 500 KiB."""

LONGEST_DELAY = 300.0
"""A crawl delay beyond this would stop a feed altogether."""


@dataclass(frozen=True, slots=True)
class _Rules:
    """One host's rules, and until when they hold; without rules all or nothing is allowed."""

    until: float
    parsed: Protego | None
    otherwise: bool
    why: str | None = None


class Robots:
    """The rules of the hosts met so far."""

    def __init__(self, limits: Limits, clock: Callable[[], float]) -> None:
        self._limits = replace(limits, max_bytes=MAX_BYTES)
        self._clock = clock
        self._rules: dict[str, _Rules] = {}

    def allows(self, url: str) -> bool:
        """Return whether the host of `url` lets our user agent fetch it; a host without rules does."""
        rules = self._of(url)
        if rules.parsed is None:
            return rules.otherwise
        return bool(rules.parsed.can_fetch(url, self._limits.user_agent))

    def why_not(self, url: str) -> str:
        """Return why `allows` says no, in words."""
        return self._of(url).why or f"the robots.txt of {urlsplit(url).hostname} does not allow it, or gave no answer"

    def delay(self, url: str) -> float:
        """Return how many seconds the host asks to leave between two requests, 0 if it does not ask."""
        parsed = self._of(url).parsed
        asked = parsed.crawl_delay(self._limits.user_agent) if parsed else None
        return min(float(asked or 0.0), LONGEST_DELAY)

    def _of(self, url: str) -> _Rules:
        parts = urlsplit(url)
        host = f"{parts.scheme}://{parts.netloc}"
        known = self._rules.get(host)
        if known is None or known.until <= self._clock():
            known = self._rules[host] = self._asked(host)
        return known

    def _asked(self, host: str) -> _Rules:
        now = self._clock()
        try:
            answer = fetched(f"{host}/robots.txt", self._limits)
        except ReadError as error:
            return _Rules(now + FAILED_SECONDS, None, otherwise=False, why=str(error))
        if answer.status >= 500 or answer.status == 429:
            return _Rules(now + FAILED_SECONDS, None, otherwise=False)
        if answer.status != 200:
            return _Rules(now + KEPT_SECONDS, None, otherwise=True)
        return _Rules(now + KEPT_SECONDS, Protego.parse(answer.body.decode("utf-8", "replace")), otherwise=True)
