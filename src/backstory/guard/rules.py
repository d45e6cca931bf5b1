"""What a server allows, in one place."""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["LOOPBACK", "Rules"]

LOOPBACK = ("localhost", "127.0.0.1", "::1")
"""The hosts that only this machine reaches."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What a server allows: on loopback by default, to whoever sits at the machine.

    hosts: names under which the server is known beyond loopback; a request for another name is refused.
    addresses: requests by IP address pass too: nobody can point a name of theirs at a literal address.
    demand_token: every request needs a token; otherwise all may read and, with their session's proof, edit.
    rate, burst: requests a second of one client, and how many it may save up.
    body_bytes, target_bytes, header_bytes: the most that a request may hold.
    guesses: wrong tokens of one client a minute.
    unchanging: paths whose POST changes nothing, so that it needs neither the edit role nor the session's proof.
    session_key: what sessions are signed with; processes that serve one desk share it, and empty makes one.
    """

    hosts: tuple[str, ...] = ()
    addresses: bool = False
    demand_token: bool = False
    rate: float = 500.0
    burst: int = 1000
    body_bytes: int = 1 << 20
    target_bytes: int = 8 << 10
    header_bytes: int = 32 << 10
    guesses: int = 10
    unchanging: tuple[str, ...] = ("/mcp",)
    session_key: bytes = field(default=b"", repr=False)
