"""Phones in a WireGuard tunnel of mitmproxy's: what their app needs, and by which address each of them counts."""

import re
from typing import Any

# A phone's addresses in its tunnel begin so, and end in one number: mitmproxy's, and unique local ones (RFC 4193) of our own.
_TUNNEL_IPV4, _TUNNEL_IPV6 = "10.0.0.", "fd6d:7073:616e::"


def wireguard_configuration(server: Any, number: int = 1) -> str | None:
    """What a phone's WireGuard app needs, None of a server that does not speak WireGuard. Its Endpoint is what the server listens on.

    ``number`` counts the tunnels: mitmproxy gives all of them one address, by which phones would be one device.
    """
    found = server.client_conf() if hasattr(server, "client_conf") else None
    return with_ipv6(found, number) if found is not None else None


def with_ipv6(configuration: str, number: int = 1) -> str:
    """mitmproxy routes IPv4 alone, and what a phone sends by IPv6 would go around the tunnel unseen."""
    # 10.0.0.53 is the tunnel's resolver.
    last = number if number < 53 else number + 1
    own = f"Address = {_TUNNEL_IPV4}{last}/32, {_TUNNEL_IPV6}{last:x}/128"
    return configuration.replace("Address = 10.0.0.1/32", own).replace(
        "AllowedIPs = 0.0.0.0/0", "AllowedIPs = 0.0.0.0/0, ::/0"
    )


def of_one_phone(address: str) -> str:
    """The address by which a phone counts that has this one: in its tunnel, that of IPv4."""
    if not address.startswith(_TUNNEL_IPV6):
        return address
    number = address.removeprefix(_TUNNEL_IPV6)
    return f"{_TUNNEL_IPV4}{int(number, 16)}" if re.fullmatch("[0-9a-f]{1,2}", number) else address
