"""The addresses of this machine that a phone in the same network can reach."""

import ipaddress

import ifaddr


def lan_addresses() -> list[str]:
    """IPv4 addresses of this machine's interfaces, private ones first; loopback is left out."""
    found = []
    for adapter in ifaddr.get_adapters():
        for each in adapter.ips:
            if not isinstance(each.ip, str):
                continue  # IPv6 comes as a tuple; phones are given the IPv4 address
            address = ipaddress.ip_address(each.ip)
            if not address.is_loopback and not address.is_link_local:
                found.append(address)
    return [str(address) for address in sorted(set(found), key=lambda address: (not address.is_private, address))]


def own_addresses() -> list[str]:
    """Every address of this machine's interfaces, as text."""
    found = []
    for adapter in ifaddr.get_adapters():
        found += [each.ip if isinstance(each.ip, str) else each.ip[0].partition("%")[0] for each in adapter.ips]
    return found


def reachable_at(listen_host: str) -> list[str]:
    """The hosts under which a client may reach a proxy that listens on ``listen_host``."""
    if listen_host in ("", "0.0.0.0", "::"):
        return [*lan_addresses(), "127.0.0.1"]
    return [listen_host]
