"""Sessions of browsers: a signed cookie in, who it is and the proof that its forms send back out. Nothing is stored."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["COOKIE", "Session", "Sessions"]

COOKIE = "backstory_session"
SECONDS = 14 * 24 * 3600
"""A session lasts two weeks, or until the server is started anew: the key lives in its memory only."""
NOBODY = "-"


@dataclass(frozen=True, slots=True)
class Session:
    """A browser that was here before: with the token that it signed in with, if any."""

    token_id: str | None
    cookie: str
    csrf: str


class Sessions:
    """Makes and checks sessions under one key."""

    def __init__(self, key: bytes = b"", *, clock: Callable[[], float] = time.time) -> None:
        """Take the key that processes which serve one desk share, or make one that nobody knows."""
        self._key = key or secrets.token_bytes(32)
        self._clock = clock

    def new(self, token_id: str | None = None) -> Session:
        """Return a new session."""
        body = f"{token_id or NOBODY}.{int(self._clock()) + SECONDS}.{secrets.token_urlsafe(18)}"
        return self._session(token_id, f"{body}.{self._sign('session', body)}")

    def read(self, cookie: str) -> Session | None:
        """Return the session of a cookie, or None where we did not sign it or it is over."""
        body, _, signature = cookie.rpartition(".")
        if not hmac.compare_digest(signature.encode(), self._sign("session", body).encode()):
            return None
        token_id, until, _ = body.split(".")
        if int(until) < self._clock():
            return None
        return self._session(None if token_id == NOBODY else token_id, cookie)

    def proves(self, session: Session, written: str) -> bool:
        """Return whether `written` is the proof that only pages of this session hold."""
        return hmac.compare_digest(session.csrf.encode(), written.encode())

    def _session(self, token_id: str | None, cookie: str) -> Session:
        return Session(token_id, cookie, self._sign("csrf", cookie))

    def _sign(self, purpose: str, body: str) -> str:
        return hmac.new(self._key, f"{purpose}:{body}".encode(), hashlib.sha256).hexdigest()
