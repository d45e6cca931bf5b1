"""An address on the web in, its answer out: capped in size, time and redirects, and never from a private network.

Each hop of a redirect is checked anew. The name is resolved once and the connection goes to the address that was
checked, so an answer of the name server that changes in between changes nothing. Proxies of the environment are not
used: they would resolve names out of sight of the check.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import SplitResult, quote, urljoin, urlsplit, urlunsplit

from backstory.errors import ReadError
from backstory.watch.addresses import Resolve, permitted, resolved

__all__ = ["Answer", "Limits", "fetched", "host_of"]

REDIRECTS = frozenset({301, 302, 303, 307, 308})
CHUNK_BYTES = 1 << 16


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request may cost, and where it may go."""

    user_agent: str = "Backstory (a reader of news feeds, run by its user)"
    """How requests name themselves: add an address at which you can be reached."""
    max_bytes: int = 16 << 20
    """An answer larger than this, unpacked, is refused: feeds have under 5 MB, pages under 10."""
    seconds: float = 30.0
    """A request with all its redirects takes no longer."""
    max_redirects: int = 5
    private: frozenset[str] = frozenset()
    """Hosts that may be at private, loopback or link-local addresses; `*` for all."""
    resolve: Resolve = field(default=resolved)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered: status, headers in lower case, the body unpacked, and the address after redirects."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes


def host_of(url: str) -> str:
    """Return the host of an address, in lower case."""
    return (urlsplit(url).hostname or "").lower()


def fetched(url: str, limits: Limits, *, headers: Mapping[str, str] | None = None) -> Answer:
    """Return the answer to a GET for `url`.

    Raises:
        ReadError: no answer within the limits, or an address that may not be connected to.
    """
    deadline = time.monotonic() + limits.seconds
    for _ in range(limits.max_redirects + 1):
        answer = _once(url, limits, headers or {}, deadline)
        target = answer.headers.get("location")
        if answer.status not in REDIRECTS or not target:
            return answer
        url = urljoin(url, target)
    raise ReadError(f"{url} is behind more than {limits.max_redirects} redirects: check the address")


def _once(url: str, limits: Limits, headers: Mapping[str, str], deadline: float) -> Answer:
    parts, port = _checked(url)
    host = _ascii_host(parts)
    addresses = permitted(host, port, private=limits.private, resolve=limits.resolve)
    connection = _connection(parts.scheme, host, port, addresses, deadline)
    path = quote(urlunsplit(("", "", parts.path or "/", parts.query, "")), safe="/?&=%:@!$'()*+,;~[]-._")
    said = {"User-Agent": limits.user_agent, "Accept-Encoding": "gzip", "Connection": "close", **headers}
    try:
        with _until(connection, deadline):
            if isinstance(connection.sock, ssl.SSLSocket):
                connection.sock.do_handshake()
            connection.request("GET", path, headers=said)
            response = connection.getresponse()
            lower = {name.lower(): value for name, value in response.getheaders()}
            body = b"" if response.status in REDIRECTS else _body(response, lower, limits, url)
            if time.monotonic() >= deadline:
                raise TimeoutError
            return Answer(url, response.status, lower, body)
    except (OSError, http.client.HTTPException, zlib.error, ValueError) as error:
        late = time.monotonic() >= deadline
        why = f"took longer than {limits.seconds:g} s" if late else str(error) or type(error).__name__
        raise ReadError(f"{url} gave no whole answer ({why}): it is tried again later") from error
    finally:
        connection.close()


def _checked(url: str) -> tuple[SplitResult, int]:
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError as error:
        raise ReadError(f"{url} is no address on the web ({error})") from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ReadError(f"{url} is no address on the web: it must begin with http:// or https://")
    if parts.username or parts.password:
        raise ReadError(f"the address of {parts.hostname} holds a name or a password: leave them out")
    return parts, port


def _ascii_host(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".")
    try:
        return host if host.isascii() else host.encode("idna").decode()
    except UnicodeError as error:
        raise ReadError(f"{host} is no name of a host ({error})") from error


def _connection(scheme: str, host: str, port: int, addresses: list[str], deadline: float) -> http.client.HTTPConnection:
    """Return a connection to the first of the checked addresses that answers; TLS is checked against the name."""
    raised: OSError | None = None
    for address in addresses:
        left = deadline - time.monotonic()
        if left <= 0:
            break
        try:
            connected = socket.create_connection((address, port), timeout=left)
        except OSError as error:
            raised = error
            continue
        return _secured(connected, host, port) if scheme == "https" else _plain(connected, host, port)
    raise ReadError(f"{host} cannot be reached ({raised or 'no time left'}): it is tried again later") from raised


def _plain(connected: socket.socket, host: str, port: int) -> http.client.HTTPConnection:
    connection = http.client.HTTPConnection(host, port)
    connection.sock = connected
    return connection


def _secured(connected: socket.socket, host: str, port: int) -> http.client.HTTPConnection:
    """Return a connection whose certificate must be the host's; the handshake waits until the deadline is watched."""
    context = ssl.create_default_context()
    connection = http.client.HTTPSConnection(host, port, context=context)
    connection.sock = context.wrap_socket(connected, server_hostname=host, do_handshake_on_connect=False)
    return connection


@contextmanager
def _until(connection: http.client.HTTPConnection, deadline: float) -> Iterator[None]:
    """Cut the connection at the deadline, however slowly the other side keeps sending."""
    connected = connection.sock

    def cut() -> None:
        with suppress(OSError):
            connected.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(max(0.0, deadline - time.monotonic()), cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _body(response: http.client.HTTPResponse, headers: Mapping[str, str], limits: Limits, url: str) -> bytes:
    """Return the body, unpacked as it comes, so that neither form can grow beyond the limit."""
    packing = headers.get("content-encoding", "").strip().lower()
    unpack = _unpacker(packing)
    gathered = bytearray()
    received = 0
    while chunk := response.read(CHUNK_BYTES):
        received += len(chunk)
        gathered += unpack.decompress(chunk, limits.max_bytes + 1 - len(gathered)) if unpack else chunk
        if len(gathered) > limits.max_bytes or received > limits.max_bytes:
            raise ReadError(f"{url} is larger than {limits.max_bytes} bytes: refused")
    stated = headers.get("content-length", "")
    if (unpack and gathered and not unpack.eof) or (stated.isdecimal() and received != int(stated)):
        raise http.client.HTTPException("it is cut")
    return bytes(gathered)


def _unpacker(packing: str) -> zlib._Decompress | None:
    if packing in ("gzip", "x-gzip"):
        return zlib.decompressobj(wbits=31)
    return zlib.decompressobj() if packing == "deflate" else None
