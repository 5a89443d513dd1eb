"""LOCAL_ADDRESS: a device requested an address of this machine that other devices may not use.

Any device in the same network may use the proxy, and for a service on loopback its connections come from this machine.
So connections to loopback, link-local, cloud metadata and unspecified addresses are refused to clients that are not
this machine, in every mode, by the address that the name led to. The machine's own LAN addresses stay reachable: a
phone calls the laptop's development server.

Says nothing:
    192.168.1.7 (a LAN address of this machine too)  203.0.113.7
Fails:
    127.0.0.1  ::1  ::ffff:127.0.0.1  169.254.169.254  100.100.100.200  fe80::1%eth0  0.0.0.0  ::
"""

import ipaddress
from collections.abc import Iterator

from wxpolicy.finding import Code
from wxpolicy.finding import Finding
from wxpolicy.rules.stage import Stage
from wxpolicy.url.hosts import HostKind
from wxpolicy.url.hosts import read_host

STAGE = Stage.ANY_TIME

# If the device requested an address, the line needs a name instead.
_ANY_NAME = "dev.example.com"
# RFC 6052, RFC 8215 (as a prefix of 96 bits) and RFC 7915's translated ones: the last 32 bits are an IPv4 address.
_IPV4_LAST = tuple(map(ipaddress.ip_network, ("64:ff9b::/96", "64:ff9b:1::/96", "::ffff:0:0:0/96")))
# Where clouds tell a machine its own credentials, beside 169.254.0.0/16: Alibaba Cloud, AWS by IPv6, Azure, Oracle.
# Like link-local addresses they can only be reached from the machine itself. [documented]
_METADATA = frozenset(map(ipaddress.ip_address, ("100.100.100.200", "fd00:ec2::254", "168.63.129.16", "192.0.0.192")))
_THIS_NETWORK = ipaddress.ip_network("0.0.0.0/8")


def kind_of(address: str) -> str | None:
    """ "loopback", "link_local", "metadata" or "unspecified"; None for any other address and for what is none."""
    try:
        found: ipaddress.IPv4Address | ipaddress.IPv6Address = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return None
    if isinstance(found, ipaddress.IPv6Address):
        found = _meant(found)
    if found.is_unspecified or (isinstance(found, ipaddress.IPv4Address) and found in _THIS_NETWORK):
        return "unspecified"
    if found.is_loopback:
        return "loopback"
    if found.is_link_local:
        return "link_local"
    return "metadata" if found in _METADATA else None


def kind_of_name(host: str) -> tuple[str, str] | None:
    """The kind and the address of a host as it was requested, in any spelling: behind an upstream proxy nothing else is
    known."""
    read = read_host(host)
    if read.kind is HostKind.LOCALHOST:
        return "loopback", "127.0.0.1"
    if read.kind not in (HostKind.IPV4, HostKind.IPV6):
        return None
    kind = kind_of(read.ascii.strip("[]"))
    return (kind, read.ascii.strip("[]")) if kind is not None else None


def check(asked_host: str, address: str, port: int, kind: str) -> Iterator[Finding]:
    """``asked_host`` led to ``address``, which is of that ``kind``."""
    host = read_host(asked_host)
    name = host.ascii if host.kind is HostKind.DOMAIN else _ANY_NAME
    place = f'"[{address}]:{port}"' if ":" in address else f"{address}:{port}"
    data = {"host": asked_host, "address": address, "port": port, "kind": kind, "line": f"{{{name}: {place}}}"}
    yield Finding(Code.LOCAL_ADDRESS, data)


def _meant(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    packed = int(address)
    # ::127.0.0.1 is the deprecated IPv4-compatible form; :: and ::1 are themselves.
    if any(address in prefix for prefix in _IPV4_LAST) or (packed >> 32 == 0 and packed > 1):
        return ipaddress.IPv4Address(packed & 0xFFFFFFFF)
    return address
