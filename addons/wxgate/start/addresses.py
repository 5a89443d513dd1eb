"""The addresses of this machine that a phone in the same network can reach, the likeliest first."""

import ipaddress
import re
import socket
from collections.abc import Iterable
from dataclasses import dataclass

import ifaddr

EVERYWHERE = ("", "0.0.0.0", "::")
# Reserved for documentation (RFC 5737): a UDP socket that is connected there sends nothing, and shows the route that
# packets would take.
_SOMEWHERE_ELSE = ("192.0.2.1", "2001:db8::1")
# Tunnels, containers and virtual machines: no phone is on the other side of them.
_VIRTUAL = re.compile(
    r"^(docker|br-|veth|virbr|vmnet|vboxnet|vnic|tun|tap|utun|wg|ppp|ipsec|tailscale|zt|lxc|lxd|cni|flannel|cali|podman"
    r"|nordlynx|proton|kube|cilium|dummy|awdl|llw|gif|stf|feth|clash|mihomo|meta$)"
    r"|vEthernet|VMware|VirtualBox|Hyper-V|TAP-|WireGuard|Wintun|OpenVPN|Tailscale|ZeroTier|VPN",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Interface:
    name: str
    addresses: tuple[str, ...]


def lan_addresses(*, ipv6: bool = False) -> list[str]:
    """Without loopback and link-local addresses. IPv4 unless ``ipv6``."""
    return ranked(_interfaces(), _route_source(_SOMEWHERE_ELSE[ipv6], ipv6=ipv6), ipv6=ipv6)


def ranked(interfaces: Iterable[Interface], route: str | None, *, ipv6: bool = False) -> list[str]:
    """``route`` is the source address of this machine's own packets to other networks. It comes first, unless it is a
    tunnel's: a VPN takes the default route, and its address is not in the LAN."""
    found: dict[str, tuple[bool, bool, bool]] = {}
    for interface in interfaces:
        is_virtual = bool(_VIRTUAL.search(interface.name))
        for text in interface.addresses:
            address = ipaddress.ip_address(text)
            if (address.version == 6) is ipv6 and not address.is_loopback and not address.is_link_local:
                rank = (is_virtual, text != route, not address.is_private)
                found[text] = min(rank, found.get(text, rank))
    return sorted(found, key=lambda text: (found[text], ipaddress.ip_address(text)))


def own_addresses() -> list[str]:
    """Every address of this machine's interfaces, as text."""
    return [address for interface in _interfaces() for address in interface.addresses]


def reachable_at(listen_host: str) -> list[str]:
    """The hosts under which a client may reach a proxy that listens on ``listen_host``: ``::`` takes IPv6 only."""
    if listen_host == "::":
        return [*lan_addresses(ipv6=True), "::1"]
    if listen_host in EVERYWHERE:
        return [*lan_addresses(), "127.0.0.1"]
    return [listen_host]


def _interfaces() -> list[Interface]:
    found = []
    for adapter in ifaddr.get_adapters():
        # IPv6 comes as a tuple, with the interface's number.
        texts = [each.ip if isinstance(each.ip, str) else each.ip[0].partition("%")[0] for each in adapter.ips]
        found.append(Interface(adapter.nice_name or adapter.name, tuple(texts)))
    return found


def _route_source(elsewhere: str, *, ipv6: bool) -> str | None:
    try:
        with socket.socket(socket.AF_INET6 if ipv6 else socket.AF_INET, socket.SOCK_DGRAM) as asked:
            asked.connect((elsewhere, 9))
            return str(asked.getsockname()[0])
    except OSError:
        return None  # no route
