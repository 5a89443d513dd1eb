"""In a tunnel, names have no IPv6 address, and the phone's page has one of IPv4; elsewhere DNS is left alone."""

import pytest
from mitmproxy.net.dns import types
from mitmproxy.proxy import mode_specs
from mitmproxy.test import taddons
from mitmproxy.test import tflow

from wxgate.connections.tunnel_dns import TunnelDns
from wxgate.layers.internals import with_ipv6

OTHER, OWN = "api.example.com", "MiniProgram.test"
CASES = [
    ("IPv6 in a tunnel", "wireguard", OTHER, types.AAAA, []),
    ("IPv4 in a tunnel", "wireguard", OTHER, types.A, None),
    ("IPv6 elsewhere", "dns", OTHER, types.AAAA, None),
    ("the phone's page in a tunnel", "wireguard", OWN, types.A, ["192.0.2.53"]),
    ("mitmproxy's certificate page in a tunnel", "wireguard", "mitm.it", types.A, ["192.0.2.53"]),
    ("the phone's page, IPv6", "wireguard", OWN, types.AAAA, []),
    ("the phone's page by this machine's resolver", "dns", OWN, types.A, ["192.0.2.53"]),
]


@pytest.mark.parametrize(("case", "mode", "name", "kind", "expected"), CASES, ids=[each[0] for each in CASES])
def test_who_is_answered(case, mode, name, kind, expected):
    with taddons.context() as context:
        context.options.add_option("onboarding_host", str, "mitm.it", "")
        flow = tflow.tdnsflow()
        flow.client_conn.proxy_mode = mode_specs.ProxyMode.parse(mode)
        flow.request.questions[0].type, flow.request.questions[0].name = kind, name
        TunnelDns().dns_request(flow)
    answered = None if flow.response is None else [str(each.ipv4_address) for each in flow.response.answers]
    assert answered == expected


def test_the_tunnel_takes_ipv6_too():
    told = with_ipv6("[Interface]\nAddress = 10.0.0.1/32\n[Peer]\nAllowedIPs = 0.0.0.0/0\n")
    assert "AllowedIPs = 0.0.0.0/0, ::/0" in told and "/128" in told


def test_each_tunnel_has_an_address_of_its_own():
    told = [with_ipv6("Address = 10.0.0.1/32\n", number) for number in (1, 2, 52, 53)]
    assert len(set(told)) == 4 and "10.0.0.2/32, fd6d:7073:616e::2/128" in told[1]
    assert not any("10.0.0.53/" in each for each in told), "the resolver's"
