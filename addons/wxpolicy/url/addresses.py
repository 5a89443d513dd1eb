"""An IP address in its one spelling: a dual-stack socket shows the IPv4 client 10.0.0.1 as ::ffff:10.0.0.1."""

import ipaddress
from functools import lru_cache

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


def plain_ip(address: str) -> IpAddress:
    """The address, IPv4 where it is IPv4 in IPv6's clothes. Raises ValueError for what is none."""
    found = ipaddress.ip_address(address)
    return (found.ipv4_mapped or found) if isinstance(found, ipaddress.IPv6Address) else found


@lru_cache(maxsize=1024)
def plain_address(address: str) -> str:
    """The address in its one spelling; what is no address ("any", "unknown", "") stays as it is."""
    try:
        return str(plain_ip(address))
    except ValueError:
        return address
