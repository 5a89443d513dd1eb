"""The canonical spelling of an IP address: a dual-stack socket shows the IPv4 client 10.0.0.1 as ::ffff:10.0.0.1."""

import ipaddress
from functools import lru_cache

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


def plain_ip(address: str) -> IpAddress:
    """The address, as IPv4 if it is IPv4-mapped IPv6. Raises ValueError if it is not an address."""
    found = ipaddress.ip_address(address)
    return (found.ipv4_mapped or found) if isinstance(found, ipaddress.IPv6Address) else found


@lru_cache(maxsize=1024)
def plain_address(address: str) -> str:
    """The address in its canonical spelling; what is not an address ("any", "unknown", "") is not changed."""
    try:
        return str(plain_ip(address))
    except ValueError:
        return address
