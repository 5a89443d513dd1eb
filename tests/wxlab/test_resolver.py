"""Names live on loopback by the map alone; nothing else is reached."""

import asyncio
import json
import socket

import pytest
from mitmproxy import connection
from mitmproxy import ctx
from mitmproxy import exceptions
from mitmproxy.proxy.server_hooks import ServerConnectionHookData
from mitmproxy.test import taddons
from mitmproxy.test import tflow

from wxlab.resolver import ResolveLocally
from wxlab.resolver import is_loopback


@pytest.fixture
def resolver(tmp_path):
    (tmp_path / "map.json").write_text(json.dumps({"API.example.com:443": 4000, "192.168.1.5:8080": 4001}))
    addon = ResolveLocally()
    with taddons.context(addon) as context:
        context.configure(addon, resolve_map=str(tmp_path / "map.json"))
        yield addon
        addon.done()


@pytest.mark.parametrize(
    ("case", "asked", "reached"),
    [
        ("a name in the map", ("api.example.com", 443), ("127.0.0.1", 4000)),
        ("in other letters, with the root's dot", ("Api.Example.Com.", 443), ("127.0.0.1", 4000)),
        ("an address in the map", ("192.168.1.5", 8080), ("127.0.0.1", 4001)),
        ("loopback itself", ("127.0.0.1", 9), ("127.0.0.1", 9)),
        ("loopback in IPv6", ("::1", 9), ("::1", 9)),
        ("localhost", ("localhost", 9), ("localhost", 9)),
        ("another port of a name in the map", ("api.example.com", 80), None),
        ("another name", ("example.com", 443), None),
        ("another address", ("93.184.216.34", 443), None),
    ],
)
def test_where_a_name_is_reached(resolver, case, asked, reached):
    if reached is None:
        with pytest.raises(socket.gaierror, match="not in the resolve map"):
            resolver.resolve(*asked)
    else:
        assert resolver.resolve(*asked) == reached


def test_every_way_to_a_socket_goes_by_the_map(resolver):
    found = socket.getaddrinfo("api.example.com", 443, type=socket.SOCK_STREAM)
    assert [each[4] for each in found] == [("127.0.0.1", 4000)]
    with pytest.raises(socket.gaierror):
        socket.create_connection(("example.com", 443))
    for host in ("example.com", "93.184.216.34"):
        with pytest.raises(socket.gaierror, match="not in the resolve map"):
            asyncio.run(asyncio.open_connection(host, 443))


def test_what_one_listens_on_is_not_looked_up(resolver):
    for host in (None, "0.0.0.0", "127.0.0.1"):
        assert socket.getaddrinfo(host, 0, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)


def test_all_is_as_before_once_it_is_done(resolver):
    resolver.done()
    assert socket.getaddrinfo.__module__ == "socket"
    assert asyncio.open_connection.__module__ == "asyncio.streams"


def test_http3_is_kept_on_loopback_too(resolver):
    def connect(host):
        server = connection.Server(address=(host, 443), transport_protocol="udp")
        resolver.server_connect(ServerConnectionHookData(client=tflow.tclient_conn(), server=server))
        return server.error

    assert connect("127.0.0.1") is None
    assert "not in the resolve map" in connect("example.com")


def test_the_map_is_read_again_after_it_was_replaced(resolver, tmp_path):
    part = tmp_path / "part"
    part.write_text(json.dumps({"new.example.com:443": 4002}))
    part.replace(tmp_path / "map.json")
    assert resolver.resolve("new.example.com", 443) == ("127.0.0.1", 4002)
    with pytest.raises(socket.gaierror):
        resolver.resolve("api.example.com", 443)


def test_a_map_that_is_no_file_is_a_mistake_in_the_options(resolver):
    with pytest.raises(exceptions.OptionsError, match="not a file"):
        ctx.options.update(resolve_map="/nowhere/map.json")
        resolver.configure({"resolve_map"})


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "[::1]", "localhost", "LOCALHOST."])
def test_loopback_by_name_and_address(host):
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "10.0.0.1", "localhost.example.com", "", "::2"])
def test_what_only_looks_like_loopback(host):
    assert not is_loopback(host)
