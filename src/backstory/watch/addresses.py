"""A host's name in, the addresses that may be connected to out: resolved once and checked, to be used as they are."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Collection

from backstory.errors import ReadError

__all__ = ["EVERY_HOST", "Resolve", "permitted", "resolved"]

EVERY_HOST = "*"
"""Among the hosts that may be private, this stands for all."""

Resolve = Callable[[str, int], list[str]]
"""A host's name and port in, its numeric addresses out."""

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def resolved(host: str, port: int) -> list[str]:
    """Return the addresses of `host` by the system's resolver.

    Raises:
        ReadError: the name has no address.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise ReadError(f"{host} has no address ({error}): check the name and the connection") from error
    return list(dict.fromkeys(str(one[4][0]).split("%")[0] for one in found))


def permitted(host: str, port: int, *, private: Collection[str] = (), resolve: Resolve = resolved) -> list[str]:
    """Return the addresses of `host`, each of which may be connected to.

    All of a host's addresses must be public ones, unless the host is among `private`. Whoever connects must use these
    addresses and not resolve the name again: a second answer could be another.

    Raises:
        ReadError: the name has no address, or one that is not public.
    """
    addresses = resolve(host, port)
    if not addresses:
        raise ReadError(f"{host} has no address: check the name")
    if host in private or EVERY_HOST in private:
        return addresses
    for address in addresses:
        if not _is_public(address):
            why = f"{host} is at {address}, which is no public address: refused"
            raise ReadError(f"{why}; if you trust it, say --allow-private {host}")
    return addresses


def _is_public(address: str) -> bool:
    try:
        return all(one.is_global and not one.is_multicast for one in _with_embedded(ipaddress.ip_address(address)))
    except ValueError:
        return False


def _with_embedded(address: _Address) -> list[_Address]:
    """Return the address and those of the older internet that it stands for: mapped, 6to4, Teredo, NAT64."""
    if isinstance(address, ipaddress.IPv4Address):
        return [address]
    if address.ipv4_mapped:
        return [address.ipv4_mapped]
    embedded: list[_Address] = [address]
    if address.sixtofour:
        embedded.append(address.sixtofour)
    if address.teredo:
        embedded += address.teredo
    if address in _NAT64:
        return [ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)]
    return embedded
