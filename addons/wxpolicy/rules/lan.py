"""Whether an address lies in the device's own subnet, as far as a proxy can tell (edition current only)."""

import ipaddress
from enum import StrEnum

from wxpolicy.call.facts import CallFacts
from wxpolicy.policy import Policy
from wxpolicy.url.hosts import Host
from wxpolicy.url.hosts import HostKind
from wxpolicy.url.hosts import read_host

# RFC 1918.
_PRIVATE = tuple(ipaddress.IPv4Network(text) for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))
# RFC 3927, RFC 4193, RFC 4291 §2.5.6: private as well, and it is unknown what a client does with them.
_PRIVATE_TOO = tuple(map(ipaddress.ip_network, ("169.254.0.0/16", "fc00::/7", "fe80::/10")))
# The netmask is not on the wire; this is what nearly every home and office network uses.
GUESSED_PREFIX_LENGTH = 24


class Lan(StrEnum):
    OUTSIDE = "outside"
    OWN_SUBNET = "own_subnet"  # by a guessed netmask
    UNKNOWN = "unknown"  # a private address, but mask and LAN address of the device are unknown


def is_lan_address(address: object) -> bool:
    return isinstance(address, ipaddress.IPv4Address) and any(address in network for network in _PRIVATE)


def _is_private_too(host: Host) -> bool:
    if host.kind is HostKind.IPV4:
        return host.spelled == host.ascii and ipaddress.ip_address(host.ascii) in _PRIVATE_TOO[0]
    return host.kind is HostKind.IPV6 and any(ipaddress.ip_address(host.ascii) in each for each in _PRIVATE_TOO[1:])


def lan_place(host: Host, call: CallFacts, policy: Policy) -> Lan:
    """Where ``host`` is, relative to the calling device (platform §1 [doc]).

    Never a violation for a private address: neither the netmask nor, behind a tunnel, the device's own address is on
    the wire. Only a plainly written private IPv4 address can be a LAN address: one in another form (decimal, octal,
    IPv4-mapped, with a trailing dot) is OUTSIDE. Other private addresses (link-local, IPv6) are UNKNOWN. In an edition
    without LAN access: always OUTSIDE.
    """
    if not policy.edition.has_lan:
        return Lan.OUTSIDE
    if _is_private_too(host):
        return Lan.UNKNOWN
    if host.kind is not HostKind.IPV4 or host.spelled != host.ascii:
        return Lan.OUTSIDE
    address = ipaddress.IPv4Address(host.ascii)
    if not is_lan_address(address):
        return Lan.OUTSIDE
    device = read_host(call.device).ip
    # Devtools on the proxy's own machine comes from loopback, which hides its LAN address.
    if not isinstance(device, ipaddress.IPv4Address) or device.is_loopback:
        return Lan.UNKNOWN
    if address == device:
        # Never allowed, but behind a tunnel this is not the device's own address.
        return Lan.UNKNOWN
    subnet = ipaddress.IPv4Network((device, GUESSED_PREFIX_LENGTH), strict=False)
    # The mask is not on the wire: beyond the guessed one may still be inside.
    return Lan.OWN_SUBNET if address in subnet else Lan.UNKNOWN
