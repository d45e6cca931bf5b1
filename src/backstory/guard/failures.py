"""Whatever goes wrong in, an answer without a word of it out: the log has the details."""

from __future__ import annotations

import logging

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backstory.guard.answers import refusal
from backstory.guard.limits import TooLargeError

__all__ = ["Failures"]

log = logging.getLogger("backstory.server")


class Failures:
    """Answers 500 where the app fails, and writes the failure to the log."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap `app`."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer."""
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except TooLargeError:
            raise
        except Exception:
            if scope["type"] != "http":
                raise
            log.exception("%s %r failed", scope["method"], scope["path"])
            if not started:
                told = "something went wrong here, and the server's log says what: please report it"
                await refusal(scope, 500, told)(scope, receive, send)
