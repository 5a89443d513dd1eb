"""A mitmproxy flow as facts: every name that the call carries, as spelled, and the URL as its developer knows it."""

import pytest
from mitmproxy import connection
from mitmproxy import http
from mitmproxy.proxy import mode_specs
from mitmproxy.test import tflow

from wxgate.call.facts import call_facts
from wxgate.call.facts import call_url
from wxgate.call.facts import device_of
from wxpolicy.call.facts import Where


def flow_to(url, *, sni=None, tls=True, mode="regular", **headers):
    flow = tflow.tflow(req=http.Request.make("GET", url))
    flow.client_conn.sni = sni
    flow.client_conn.timestamp_tls_setup = 1.0 if tls else None
    flow.client_conn.proxy_mode = mode_specs.ProxyMode.parse(mode)
    for name, value in headers.items():
        flow.request.headers[name] = value
    return flow


def names(flow):
    return [(each.where, each.host, each.port) for each in call_facts(flow).names]


@pytest.mark.parametrize(
    ("case", "flow", "expected", "url"),
    [
        (
            "an intercepted tunnel",
            flow_to("https://api.example.com/x", sni="api.example.com", host="api.example.com"),
            [
                (Where.CONNECT, "api.example.com", 443),
                (Where.SNI, "api.example.com", None),
                (Where.HOST, "api.example.com", None),
            ],
            "https://api.example.com/x",
        ),
        (
            "names that differ are all kept",
            flow_to("https://203.0.113.7/x", sni="sni.example.com", host="host.example.com:8443"),
            [
                (Where.CONNECT, "203.0.113.7", 443),
                (Where.SNI, "sni.example.com", None),
                (Where.HOST, "host.example.com", 8443),
            ],
            "https://host.example.com:8443/x",
        ),
        (
            "an empty port is none",
            flow_to("https://api.example.com/x", sni="api.example.com", host="api.example.com:"),
            [
                (Where.CONNECT, "api.example.com", 443),
                (Where.SNI, "api.example.com", None),
                (Where.HOST, "api.example.com", None),
            ],
            "https://api.example.com/x",
        ),
        (
            "a plain request through the proxy, with its default port unspelled",
            flow_to("http://api.example.com/x", tls=False),
            [(Where.URL, "api.example.com", None)],
            "http://api.example.com/x",
        ),
        (
            "an address that the client's code never named",
            flow_to("https://203.0.113.7/x", sni="api.example.com", mode="wireguard"),
            [(Where.SNI, "api.example.com", None)],
            "https://api.example.com/x",
        ),
        (
            "a port that is none stays a part of the host",
            flow_to("http://api.example.com/x", tls=False, host="api.example.com:99999999"),
            [(Where.URL, "api.example.com", None), (Where.HOST, "api.example.com:99999999", None)],
            "http://[api.example.com:99999999]/x",
        ),
    ],
    ids=lambda value: value.replace(" ", "-") if isinstance(value, str) and " " in value else "",
)
def test_the_names_of_a_call(case, flow, expected, url):
    assert names(flow) == expected
    assert call_url(call_facts(flow)) == url


@pytest.mark.parametrize(
    ("peername", "device"),
    [
        (("10.0.0.2", 5), "10.0.0.2"),
        (("::ffff:10.0.0.2", 5, 0, 0), "10.0.0.2"),
        (("fe80::1%eth0", 5, 0, 0), "fe80::1%eth0"),
        (("10.0.0.1", 5), "10.0.0.1"),
        (("fd6d:7073:616e::1", 5, 0, 0), "10.0.0.1"),
        (("fd6d:7073:616e::36", 5, 0, 0), "10.0.0.54"),
        (("fd6d:7073:616e::1:1", 5, 0, 0), "fd6d:7073:616e::1:1"),
        (None, "unknown"),
    ],
)
def test_a_device_is_an_address(peername, device):
    assert device_of(connection.Client(peername=peername, sockname=("10.0.0.1", 8080))) == device


@pytest.mark.parametrize(("url", "scheme"), [("https://a.com/", "wss"), ("http://a.com/", "ws")])
def test_an_upgrade_is_a_socket(url, scheme):
    assert call_facts(flow_to(url, upgrade=" WebSocket ")).scheme == scheme


def test_a_request_without_a_scheme_has_its_names():
    # The form of CONNECT with another method; what becomes of it is not decided here.
    flow = flow_to("http://api.example.com:8080/", tls=False)
    flow.request.scheme = ""
    assert (Where.URL, "api.example.com", 8080) in names(flow)
