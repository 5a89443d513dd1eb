"""Names in a tunnel resolve to IPv4 addresses alone.

The tunnel takes a phone's IPv6 too (see ``with_ipv6``), so that nothing goes around it; but
whether this machine has IPv6 itself is not known to the phone, and a name without an IPv6
address is called by IPv4 at once instead of after a failure.
"""

from mitmproxy import dns
from mitmproxy.net.dns import types
from mitmproxy.proxy import mode_specs


class TunnelDns:
    def dns_request(self, flow: dns.DNSFlow) -> None:
        question = flow.request.question
        is_of_a_tunnel = isinstance(flow.client_conn.proxy_mode, mode_specs.WireGuardMode)
        if is_of_a_tunnel and question is not None and question.type == types.AAAA:
            flow.response = flow.request.succeed([])
