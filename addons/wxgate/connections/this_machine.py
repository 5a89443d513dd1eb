"""Whether a client runs on this machine, according to its connection."""

import ipaddress
import time
from collections.abc import Callable
from collections.abc import Collection

from mitmproxy import connection
from mitmproxy.proxy import mode_specs

from wxgate.start.addresses import own_addresses

# How long a result is cached: an address may move to another machine.
_KNOWN_FOR_S = 5.0


class ThisMachine:
    """The kernel accepts no packet from outside with a source address of loopback or of this machine.

    Packets of a tunnel come out of our own process, with any source address that their sender wrote: a client of a
    tunnel never counts as this machine. ``foreign`` are addresses that tests treat as another machine's.
    """

    def __init__(self, addresses: Callable[[], Collection[str]] = own_addresses) -> None:
        self.foreign: frozenset[str] = frozenset()
        self._addresses = addresses
        self._own: frozenset[str] = frozenset()
        self._read_at = float("-inf")

    def is_client(self, client: connection.Client) -> bool:
        if isinstance(client.proxy_mode, mode_specs.LocalMode):
            return True
        if isinstance(client.proxy_mode, mode_specs.WireGuardMode) or not client.peername:
            return False
        return self.has(str(client.peername[0]))

    def has(self, address: str) -> bool:
        plain = _plain(address)
        if plain is None or str(plain) in self.foreign:
            return False
        if plain.is_loopback:
            return True
        now = time.monotonic()
        if now - self._read_at > _KNOWN_FOR_S:
            self._own, self._read_at = frozenset(self._addresses()), now
        return str(plain) in self._own


def _plain(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """A dual-stack socket shows an IPv4 client as ::ffff:1.2.3.4, and IPv6 with the interface it arrived on."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found
