"""Names in a tunnel resolve to IPv4 addresses only, and the phone's page has an address there.

The tunnel also takes a phone's IPv6 traffic (see ``with_ipv6``), so that nothing bypasses it. The phone does not know
whether this machine has IPv6, and calls a name without an IPv6 address by IPv4 at once instead of after a failure.
"""

from ipaddress import IPv4Address

from mitmproxy import dns
from mitmproxy.net.dns import types
from mitmproxy.proxy import mode_specs

from wxgate.phone.names import DEVICE_PAGE_ADDRESS
from wxgate.phone.names import own_names

_TTL_S = 60


class TunnelDns:
    """Answers phones that use the tunnel's resolver, or this machine's (``--mode dns``) with a transparent proxy.
    mitmproxy's own resolver has run before: its result for these names is discarded."""

    def dns_request(self, flow: dns.DNSFlow) -> None:
        question = flow.request.question
        if question is None:
            return
        mode = flow.client_conn.proxy_mode
        is_ours = question.name.lower() in own_names()
        if is_ours and isinstance(mode, (mode_specs.WireGuardMode, mode_specs.DnsMode)):
            if question.type == types.A:
                answer = dns.ResourceRecord.A(question.name, IPv4Address(DEVICE_PAGE_ADDRESS), ttl=_TTL_S)
                flow.response = flow.request.succeed([answer])
            else:
                flow.response = flow.request.succeed([])
        elif question.type == types.AAAA and isinstance(mode, mode_specs.WireGuardMode):
            flow.response = flow.request.succeed([])
