"""Where a running mitmproxy accepts clients, mode by mode."""

from mitmproxy.master import Master

from wxgate.layers.internals import listening_servers
from wxgate.layers.wireguard import wireguard_configuration
from wxgate.start.addresses import reachable_at
from wxreport.entrance import Entrance


def entrances(master: Master) -> list[Entrance]:
    """In the order of ``--mode``; a mode that does not listen (``local``) has port 0."""
    found: list[Entrance] = []
    for server in listening_servers(master):
        hosts: dict[str, None] = {}
        port = 0
        # Without a host it listens on IPv4 and IPv6.
        wanted = server.mode.listen_host(master.options.listen_host)
        for address, bound_port in (place[:2] for place in server.listen_addrs):
            port = port or bound_port
            hosts |= dict.fromkeys(reachable_at(wanted if wanted == "" else address))
        kind = server.mode.type_name
        target = server.mode.data if kind in ("reverse", "upstream") else ""
        tunnels = sum(entrance.kind == "wireguard" for entrance in found)
        configuration = wireguard_configuration(server, tunnels + 1)
        found.append(Entrance(kind, tuple(hosts), port, configuration, target))
    return found


def place_for_programs(found: list[Entrance]) -> tuple[str, int]:
    """The HTTP proxy's address for a program on this machine."""
    first = next((entrance for entrance in found if entrance.is_explicit), found[0])
    return (next((host for host in first.hosts if host in ("127.0.0.1", "::1")), first.hosts[0]), first.port)
