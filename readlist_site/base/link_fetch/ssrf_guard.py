"""Allows connections to public addresses only, whatever the name, the redirects or the name server's answers.

A name is looked up once, all its addresses are checked, and the connection goes to one of them, so a name server that
answers differently the second time gains nothing."""

import socket
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import quote, urlsplit

MAX_URL_LENGTH = 2000

_PORTS = {"http": 80, "https": 443}
_GLOBAL_UNICAST = IPv6Network("2000::/3")
# Every block of IANA's registries of special-purpose addresses (iana-ipv4-special-registry and -ipv6-special-registry),
# as of October 2025, whether it is globally reachable or not: no page worth a link has its address there. Python's own
# list differs from version to version. A block inside of another one is left out.
SPECIAL_PURPOSE = tuple(
    ip_network(block)
    for block in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "240.0.0.0/4",
        "::/128",
        "::1/128",
        "::ffff:0:0/96",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "100::/64",
        "100:0:0:1::/64",
        "2001::/23",
        "2001:db8::/32",
        "2002::/16",
        "2620:4f:8000::/48",
        "3fff::/20",
        "5f00::/16",
        "fc00::/7",
        "fe80::/10",
    )
)
# The internal servers of a cloud provider, in no registry.
_NOT_PUBLIC = (*SPECIAL_PURPOSE, ip_network("168.63.129.16/32"))

# Names that have no meaning on the public internet: RFC 6761, 6762, 8375, 9476, and ICANN's "internal".
_PRIVATE_NAMES = (
    ".localhost", ".local", ".internal", ".home.arpa", ".test", ".invalid", ".alt", ".lan", ".localdomain",
)  # fmt: skip

IP = IPv4Address | IPv6Address


class ForbiddenUrl(Exception):
    """A URL that must not be fetched: `code` says why, with `facts`."""

    def __init__(self, code: str, **facts: str | int) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts


@dataclass(frozen=True, slots=True)
class Target:
    """The addresses to connect to, and the path to request."""

    url: str
    scheme: str
    host: str
    port: int
    addresses: tuple[str, ...]
    path: str


def is_public(address: IP) -> bool:
    """Returns whether this address is on the public internet."""
    if any(address in network for network in _NOT_PUBLIC if network.version == address.version):
        return False
    if address.version == 6 and address not in _GLOBAL_UNICAST:
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def may_be_public(host: str) -> bool:
    """Returns whether a host may be on the public internet, as far as that is known without a lookup: it is no address
    of another kind, and no name that is kept for private networks."""
    name = host.rstrip(".").lower()
    try:
        return is_public(ip_address(name.partition("%")[0]))
    except ValueError:
        pass
    try:
        # As the system's resolver reads "127.1", "0x7f000001" and "2130706433".
        return is_public(IPv4Address(socket.inet_aton(name)))
    except OSError:
        return "." in name and not name.endswith(_PRIVATE_NAMES)


def look_up(host: str, port: int) -> list[str]:
    """Returns all addresses of a name, by the system's resolver."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


@dataclass(frozen=True, slots=True)
class SsrfGuard:
    """Decides which URLs may be fetched. The default allows the public internet on the default ports; tests allow
    more."""

    allows: Callable[[IP], bool] = is_public
    look_up: Callable[[str, int], list[str]] = look_up
    ports: frozenset[int] | None = frozenset(_PORTS.values())

    def target(self, url: str) -> Target:
        """Returns the checked target of a URL. Raises ForbiddenUrl, or the OSError of the lookup."""
        try:
            parts = urlsplit(url)
            port = parts.port or _PORTS.get(parts.scheme, 0)
            host = (parts.hostname or "").rstrip(".")
            name = host if ":" in host else host.encode("idna").decode()
        except ValueError as error:
            raise ForbiddenUrl("not_web") from error
        if parts.scheme not in _PORTS or not name or len(url) > MAX_URL_LENGTH or not _is_plain(name):
            raise ForbiddenUrl("not_web")
        if parts.username is not None or parts.password is not None:
            raise ForbiddenUrl("holds_password")
        if self.ports is not None and port not in self.ports:
            raise ForbiddenUrl("port", port=port)
        addresses = self.look_up(name, port)
        if not addresses or not all(self.allows(ip_address(address)) for address in addresses):
            raise ForbiddenUrl("not_public", host=host)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return Target(url, parts.scheme, name, port, tuple(addresses), quoted(path))


def quoted(address: str) -> str:
    """Returns a URL, or a part of one, with percent-encoding of all characters that are not allowed in URLs."""
    return quote(address, safe="%/:=&?~#+!$,;'@()*[]")


def _is_plain(name: str) -> bool:
    return all(character.isalnum() or character in "-._:" for character in name) and len(name) < 254
