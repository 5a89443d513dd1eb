"""What a client asked for, before options and other addons made something else of it."""

import ipaddress
from dataclasses import dataclass

from mitmproxy.proxy.context import Context
from mitmproxy.proxy.layers.http import HttpStream
from mitmproxy.proxy.layers.modes import DestinationKnown


@dataclass(frozen=True, slots=True)
class Asked:
    """``host`` as CONNECT, SOCKS, an absolute URL or a reverse target named it; ``sni`` as the client's TLS did."""

    host: str
    port: int
    sni: str | None = None

    @property
    def certificate_name(self) -> str:
        """Whose certificate the origin must have: the name of CONNECT, or the SNI where that is an address."""
        return self.sni if self.sni and (not self.host or is_address(self.host)) else self.host


def is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


def asked_in(context: Context) -> Asked | None:
    """What was asked for where a tunnel, SOCKS or a mode named it; None where each request names its own host."""
    for layer in reversed(context.layers):
        target: tuple[str, int] | None = None
        if isinstance(layer, HttpStream):
            flow = getattr(layer, "flow", None)
            if flow is not None and flow.request.method == "CONNECT":
                target = getattr(layer, "target", None) or (flow.request.host, flow.request.port)
        elif isinstance(layer, DestinationKnown):
            target = getattr(layer, "target", None) or context.server.address
        if target is not None:
            return Asked(target[0], target[1], context.client.sni)
    return None
