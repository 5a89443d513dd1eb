"""In a tunnel, names have no IPv6 address; elsewhere DNS is left alone."""

import pytest
from mitmproxy.net.dns import types
from mitmproxy.proxy import mode_specs
from mitmproxy.test import tflow

from wxgate.connections.tunnel_dns import TunnelDns
from wxgate.layers.internals import with_ipv6

CASES = [
    ("IPv6 in a tunnel", "wireguard", types.AAAA, True),
    ("IPv4 in a tunnel", "wireguard", types.A, False),
    ("IPv6 elsewhere", "dns", types.AAAA, False),
]


@pytest.mark.parametrize(("case", "mode", "kind", "is_answered"), CASES, ids=[each[0] for each in CASES])
def test_who_is_answered(case, mode, kind, is_answered):
    flow = tflow.tdnsflow()
    flow.client_conn.proxy_mode = mode_specs.ProxyMode.parse(mode)
    flow.request.questions[0].type = kind
    TunnelDns().dns_request(flow)
    assert (flow.response is not None) is is_answered
    assert not is_answered or flow.response.answers == []


def test_the_tunnel_takes_ipv6_too():
    told = with_ipv6("[Interface]\nAddress = 10.0.0.1/32\n[Peer]\nAllowedIPs = 0.0.0.0/0\n")
    assert "AllowedIPs = 0.0.0.0/0, ::/0" in told and "/128" in told
