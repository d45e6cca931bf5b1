"""Every request in, only those that may pass out: hosts, sizes, rates, tokens, roles, forged changes, headers.

Pure ASGI: it knows no page and no question. What passes finds in `request.state` the `role` (read or edit), `who` asks,
for the log of decisions, and `csrf`, which a form sends back in a field of that name or a script in X-CSRF-Token.
"""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

from backstory.guard.access import Access
from backstory.guard.failures import Failures
from backstory.guard.headers import SecurityHeaders
from backstory.guard.hosts import HostCheck
from backstory.guard.limits import Limits
from backstory.guard.rules import LOOPBACK, Rules
from backstory.guard.tokens import ROLES, Token, TokenStore

__all__ = ["Guard", "LOOPBACK", "ROLES", "Rules", "Token", "TokenStore"]


class Guard:
    """An app behind every guard; the headers come outermost, so that refusals carry them too."""

    def __init__(self, app: ASGIApp, *, rules: Rules, tokens: TokenStore | None = None) -> None:
        """Wrap `app`; where tokens are demanded, `tokens` knows them."""
        limited = Limits(Access(Failures(app), rules=rules, tokens=tokens), rules=rules)
        self.app = SecurityHeaders(HostCheck(limited, rules=rules))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse."""
        await self.app(scope, receive, send)
