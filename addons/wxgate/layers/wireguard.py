"""Phones in mitmproxy's WireGuard tunnel: what their app needs, and by which address each of them is identified."""

import re
from typing import Any

# A phone's addresses in its tunnel start with these, and end in one number: mitmproxy's, and our own unique local ones
# (RFC 4193).
_TUNNEL_IPV4, _TUNNEL_IPV6 = "10.0.0.", "fd6d:7073:616e::"


def wireguard_configuration(server: Any, number: int = 1) -> str | None:
    """What a phone's WireGuard app needs, None for a server that is not WireGuard.

    Its Endpoint is the address that the server listens on. ``number`` counts the tunnels: mitmproxy gives all of them
    the same address, so that their phones would count as one device.
    """
    found = server.client_conf() if hasattr(server, "client_conf") else None
    return with_ipv6(found, number) if found is not None else None


def with_ipv6(configuration: str, number: int = 1) -> str:
    """mitmproxy routes IPv4 only, and a phone's IPv6 traffic would bypass the tunnel unseen."""
    # 10.0.0.53 is the tunnel's resolver.
    last = number if number < 53 else number + 1
    own = f"Address = {_TUNNEL_IPV4}{last}/32, {_TUNNEL_IPV6}{last:x}/128"
    return configuration.replace("Address = 10.0.0.1/32", own).replace(
        "AllowedIPs = 0.0.0.0/0", "AllowedIPs = 0.0.0.0/0, ::/0"
    )


def of_one_phone(address: str) -> str:
    """The address that identifies the phone with this one: in its tunnel, its IPv4 address."""
    if not address.startswith(_TUNNEL_IPV6):
        return address
    number = address.removeprefix(_TUNNEL_IPV6)
    return f"{_TUNNEL_IPV4}{int(number, 16)}" if re.fullmatch("[0-9a-f]{1,2}", number) else address
