"""Where clients connect: each mode in which the proxy listens, with what a phone needs for it."""

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass

from wxpolicy.url.hosts import with_brackets

# Modes that a phone's Wi-Fi settings can use.
EXPLICIT = ("regular", "upstream")


@dataclass(frozen=True, slots=True)
class Entrance:
    """``kind`` is mitmproxy's name of the mode. ``hosts`` are addresses of this machine, the likeliest first.

    ``configuration`` is what a phone's WireGuard app needs, ``target`` where a reverse or upstream mode sends to.
    """

    kind: str
    hosts: tuple[str, ...]
    port: int
    configuration: str | None = None
    target: str = ""

    @property
    def is_explicit(self) -> bool:
        return self.kind in EXPLICIT

    @property
    def for_a_phone(self) -> str | None:
        """The first address that is not loopback; None if no other device can connect."""
        return next((host for host in self.hosts if not is_loopback(host)), None)

    @property
    def places(self) -> list[str]:
        return [f"{with_brackets(host)}:{self.port}" for host in self.hosts]

    @property
    def tunnel(self) -> str | None:
        """The configuration with an Endpoint that a phone can reach: mitmproxy writes the address that it listens
        on."""
        if self.configuration is None:
            return None
        host = self.for_a_phone or self.hosts[0]
        return re.sub(r"(?m)^Endpoint = .*$", f"Endpoint = {with_brackets(host)}:{self.port}", self.configuration)

    @property
    def scan(self) -> str | None:
        """The text of a QR code for a phone's camera, or its WireGuard app."""
        if self.for_a_phone is None:
            return None
        if self.is_explicit:
            return f"http://{with_brackets(self.for_a_phone)}:{self.port}/"
        return self.tunnel


def to_scan(entrances: Iterable[Entrance]) -> Entrance | None:
    """The entrance whose code is shown if there is room for one only."""
    return next((entrance for entrance in entrances if entrance.scan), None)


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return host == "localhost"
