"""Tokens: made once and shown once, kept as hashes, checked in constant time, each with a role.

A token is `bst_<id>_<secret>`; the secret has 256 random bits, so one SHA-256 of it is as good at rest as a slow hash.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import json
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from backstory.errors import NotFoundError, UsageError

__all__ = ["ROLES", "Token", "TokenStore"]

ROLES = ("read", "edit")
"""Who may edit may read."""

_SHAPE = re.compile(r"bst_([0-9a-f]{8})_([A-Za-z0-9_-]{43})")
_NO_HASH = "0" * 64
LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Token:
    """What is kept of a token: nothing that lets anybody in."""

    token_id: str
    name: str
    role: str
    sha256: str


class TokenStore:
    """A file of tokens that only its owner may read. What another process writes into it counts at once."""

    def __init__(self, path: str | Path) -> None:
        """Keep the path; the file is made with the first token."""
        self.path = Path(path)
        self._read_at: tuple[int, int, int] | None = None
        self._tokens: dict[str, Token] = {}

    @classmethod
    def beside(cls, desk: str | Path) -> TokenStore:
        """Return the store that belongs to a desk; it is a file of its own, so that a desk can be given away."""
        return cls(f"{desk}-tokens")

    def tokens(self) -> list[Token]:
        """Return what is kept of all tokens, in the order in which they were made."""
        self._refresh()
        return list(self._tokens.values())

    def add(self, name: str, role: str) -> str:
        """Make a token and return it: this is the only time that it can be seen.

        Raises:
            UsageError: the role is none, or the name is too long, empty or not printable.
        """
        if role not in ROLES:
            raise UsageError(f"no role {role!r}: there are {', '.join(ROLES)}")
        if not name.strip() or not name.isprintable() or len(name) > LONGEST_NAME:
            raise UsageError(f"a token's name has 1 to {LONGEST_NAME} printable characters: say whose it is")
        token_id, secret = secrets.token_hex(4), secrets.token_urlsafe(32)
        with self._writing():
            self._tokens[token_id] = Token(token_id, name, role, _hash(secret))
        return f"bst_{token_id}_{secret}"

    def revoke(self, wanted: str) -> Token:
        """Forget the token with this id or name; whoever holds it is out at once.

        Raises:
            NotFoundError: there is none, or more than one.
        """
        with self._writing():
            found = [token for token in self._tokens.values() if wanted in (token.token_id, token.name)]
            if len(found) != 1:
                many = "more than one token is" if found else "no token is"
                raise NotFoundError(f"{many} called {wanted!r}: `backstory token list` shows their ids")
            return self._tokens.pop(found[0].token_id)

    def check(self, written: str) -> Token | None:
        """Return the token that `written` is, or None; how long it takes tells nothing of a secret."""
        self._refresh()
        shape = _SHAPE.fullmatch(written)
        kept = self._tokens.get(shape[1]) if shape else None
        same = hmac.compare_digest(_hash(shape[2] if shape else ""), kept.sha256 if kept else _NO_HASH)
        return kept if same else None

    def holds(self, token_id: str) -> Token | None:
        """Return the token with this id, while it is not revoked."""
        self._refresh()
        return self._tokens.get(token_id)

    def _refresh(self) -> None:
        """Read the file again where it changed."""
        try:
            held = self.path.stat()
        except FileNotFoundError:
            self._tokens, self._read_at = {}, None
            return
        version = (held.st_ino, held.st_mtime_ns, held.st_size)
        if version != self._read_at:
            kept = json.loads(self.path.read_text("utf-8"))
            self._tokens = {row["token_id"]: Token(**row) for row in kept["tokens"]}
            self._read_at = version

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Hold the file against other writers, and put the new one in its place whole."""
        lock = os.open(f"{self.path}-lock", os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self._refresh()
            yield
            fresh = Path(f"{self.path}-new")
            rows = [asdict(token) for token in self._tokens.values()]
            with os.fdopen(os.open(fresh, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as file:
                json.dump({"tokens": rows}, file, indent=1)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(self.path)
            self._read_at = None
        finally:
            os.close(lock)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
