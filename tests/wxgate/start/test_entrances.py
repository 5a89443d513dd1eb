"""Each mode with its own port and addresses, as mitmproxy really listens."""

import asyncio

import pytest
from mitmproxy import options
from mitmproxy.addons.proxyserver import Proxyserver
from mitmproxy.master import Master

from wxgate.start.entrances import entrances
from wxgate.start.entrances import place_for_programs
from wxreport.entrance import Entrance


def listening(modes, host, tmp_path):
    """The entrances of a mitmproxy that listens in these modes on free ports."""

    async def run():
        master = Master(options.Options(), with_termlog=False)
        server = Proxyserver()
        master.addons.add(server)
        master.options.update(confdir=str(tmp_path), mode=modes, listen_host=host, listen_port=0)
        await server.setup_servers()
        try:
            return entrances(master)
        finally:
            for each in list(server.servers):
                await each.stop()

    return asyncio.run(run())


def test_two_modes_have_a_port_each_and_the_tunnels_is_its_own(tmp_path):
    explicit, tunnel = listening(["regular", "wireguard"], "0.0.0.0", tmp_path)
    assert (explicit.kind, tunnel.kind) == ("regular", "wireguard")
    assert explicit.port and tunnel.port and explicit.port != tunnel.port
    assert f"Endpoint = {tunnel.hosts[0]}:{tunnel.port}" in tunnel.tunnel
    assert explicit.tunnel is None


@pytest.mark.parametrize(
    ("mode", "kind", "target"),
    [("reverse:http://10.0.0.9:80", "reverse", "http://10.0.0.9:80"), ("socks5", "socks5", ""), ("upstream:http://10.0.0.9:3128", "upstream", "http://10.0.0.9:3128")],
)  # fmt: skip
def test_each_kind_is_told_with_its_target(mode, kind, target, tmp_path):
    (found,) = listening([mode], "127.0.0.1", tmp_path)
    assert (found.kind, found.target, found.hosts) == (kind, target, ("127.0.0.1",))


def test_without_a_host_both_families_are_listened_on(tmp_path):
    (explicit,) = listening(["regular"], "", tmp_path)
    assert explicit.hosts[-1] == "127.0.0.1" and explicit.port


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ([Entrance("wireguard", ("192.168.1.7",), 51820), Entrance("regular", ("192.168.1.7", "127.0.0.1"), 8080)], ("127.0.0.1", 8080)),
        ([Entrance("regular", ("::1",), 8080)], ("::1", 8080)),
        ([Entrance("regular", ("10.0.0.5",), 8080)], ("10.0.0.5", 8080)),
        ([Entrance("reverse", ("127.0.0.1",), 9000)], ("127.0.0.1", 9000)),
    ],
)  # fmt: skip
def test_a_program_of_this_machine_is_pointed_at_an_http_proxy(found, expected):
    assert place_for_programs(found) == expected
