"""Traffic that is not HTTP: WeChat's mmtls is passed raw; in ``scope: all``, other raw tunnels are judged.

Runs after mitmproxy has chosen the protocol of a connection and before it connects upstream, so that a refused tunnel
opens no connection.
"""

import ipaddress
import logging
import re
import time
import uuid
from collections.abc import Callable
from enum import Enum

from mitmproxy.proxy import layer
from mitmproxy.proxy import layers
from mitmproxy.proxy.context import Context
from mitmproxy.proxy.layers.http import HTTPMode
from mitmproxy.proxy.mode_specs import ReverseMode

from wxgate.call.facts import device_of
from wxgate.call.guard import named
from wxgate.call.guard import place_of
from wxgate.layers.asked import asked_in
from wxgate.layers.framed import FramedTunnel
from wxgate.recording.counters import Counters
from wxgate.start.policy_source import PolicySource
from wxgate.steering.app_states import now_ms
from wxpolicy.call import mmtls
from wxpolicy.call.events import Ended
from wxpolicy.call.events import RuleFailed
from wxpolicy.call.events import TunnelOpened
from wxpolicy.call.facts import CallFacts
from wxpolicy.call.facts import CarriedName
from wxpolicy.call.facts import Where
from wxpolicy.call.judgement import Judgement
from wxpolicy.call.record import CallRecord
from wxpolicy.call.record_maker import record_of
from wxpolicy.call.standing import Standing
from wxpolicy.call.standing import excludes_host
from wxpolicy.call.standing import is_excluded
from wxpolicy.policy import Policy
from wxpolicy.terms import Mode
from wxpolicy.terms import Scope
from wxpolicy.terms import Text
from wxpolicy.text.printable import printable

logger = logging.getLogger(__name__)

# platform §6: high-performance mode prefers QUIC.
QUIC_PORT = 443
_REQUESTS = tuple(
    f"{method} ".encode() for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH")
)
# FTP, SSH, Telnet, SMTP, POP3, NNTP, IMAP, SMTP submission, MySQL, VNC: the client waits for a greeting.
# No call uses these ports, so no host is contacted that would have been refused.
SERVER_SPEAKS_FIRST = frozenset({21, 22, 23, 25, 110, 119, 143, 587, 2525, 3306, 5900})


class Begun(Enum):
    """Whether an HTTP/1 request has started."""

    NOT = 0
    PERHAPS = 1
    SURELY = 2


def begins_a_request(start: bytes) -> Begun:
    if b"\n" in start:
        return Begun.NOT  # the first line is complete, and mitmproxy has parsed it
    if start.startswith(_REQUESTS):
        return Begun.SURELY
    return Begun.PERHAPS if start and any(each.startswith(start) for each in _REQUESTS) else Begun.NOT


class Tunnels:
    """``record`` is called with a judged tunnel, once, when it opens or is no longer framed; ``say`` reports a refused
    one."""

    def __init__(
        self,
        source: PolicySource,
        counters: Counters,
        record: Callable[[CallRecord], object],
        say: Callable[[Text], None] = lambda text: None,
    ) -> None:
        self.source = source
        self.counters = counters
        self.record = record
        self.say = say

    def waits_for_a_greeting(self, address: tuple[str, int]) -> bool:
        policy = self.source.policies.nameless
        judged = policy.scope is Scope.ALL and policy.mode is Mode.RELEASE
        return address[1] in SERVER_SPEAKS_FIRST and (not judged or excludes_host(policy, address[0]))

    def next_layer(self, nextlayer: layer.NextLayer) -> None:
        context = nextlayer.context
        start = nextlayer.data_client()
        option = _passing_option(nextlayer)
        if option is not None:
            self.counters.passed_by(option, _host(context))
            return
        if context.client.transport_protocol == "udp":
            self._keep_off_quic(nextlayer)
            return
        # A raw tunnel shows no appid: where there are several policies, all of them are for scope miniprogram.
        policy = self.source.policies.nameless
        is_mmtls = _is_mmtls(context, start)
        is_raw = isinstance(nextlayer.layer, layers.TCPLayer) and nextlayer.layer.flow is not None
        if is_raw and not nextlayer.data_server() and (begun := begins_a_request(start)) is not Begun.NOT:
            # mitmproxy takes a request whose first line is incomplete for a raw connection.
            nextlayer.layer = layers.HttpLayer(context, HTTPMode.transparent) if begun is Begun.SURELY else None
            return
        if policy.scope is Scope.MINIPROGRAM and (is_mmtls or is_raw):
            # Forwarded without keeping its bytes in memory.
            nextlayer.layer = layers.TCPLayer(context, ignore=True)
            self.counters.unjudged("mmtls" if is_mmtls else "raw")
            if is_raw and not is_mmtls:
                self.counters.unopened(_host(context))
        elif (is_mmtls or is_raw) and is_excluded(_tunnel_facts(context), policy):
            nextlayer.layer = layers.TCPLayer(context, ignore=True)
            self.counters.unjudged(Standing.EXCLUDED.value)
        elif is_mmtls:
            nextlayer.layer = FramedTunnel(context, _is_public, lambda: self._refuses(context, policy))
            self.counters.unjudged("mmtls")
        elif is_raw:
            if self._refuses(context, policy):
                # Opening this connection now fails with an error; see Server.error.
                context.server.error = "refused by the policy"
            nextlayer.layer = layers.TCPLayer(context, ignore=True)

    def _refuses(self, context: Context, policy: Policy) -> bool:
        """Judges a tunnel, records it, and reports it if it is refused."""
        record = judge_tunnel(context, policy)
        try:
            self.record(record)
        except Exception:
            logger.exception("a raw tunnel could not be recorded: %s", record.url)
        if record.acted != "fail":
            return False
        codes = ", ".join(dict.fromkeys(finding.code.value for finding in record.findings if finding.fails))
        shown = printable(record.url)
        self.say(Text(f"✗ 原始隧道 {shown}  {codes}", f"✗ raw tunnel {shown}  {codes}"))
        return True

    def _keep_off_quic(self, nextlayer: layer.NextLayer) -> None:
        """Makes a client that tries QUIC fall back to TCP, where its calls and their certificates can be judged.

        Clients do so by themselves, as in the many networks that block UDP 443. A reverse mode whose target is only
        reachable by UDP (http3, quic, udp, dtls) has no fallback.
        """
        address, mode = nextlayer.context.server.address, nextlayer.context.client.proxy_mode
        is_udp_alone = isinstance(mode, ReverseMode) and mode.scheme != "https"
        if not address or address[1] != QUIC_PORT or is_udp_alone or self.source.policies.all_observe:
            if isinstance(nextlayer.layer, layers.UDPLayer):
                self.counters.unjudged("udp")
            return
        nextlayer.context.server.error = "QUIC is kept off, so that the call comes by TCP"
        nextlayer.layer = layers.UDPLayer(nextlayer.context, ignore=True)
        self.counters.unjudged("quic")


def _is_mmtls(context: Context, start: bytes) -> bool:
    """mmtls is never inside another TLS: there it would reach an origin whose certificate nobody has judged."""
    address = context.server.address
    if address is None or address[1] not in mmtls.PORTS or context.client.tls_established:
        return False
    return len(start) >= 3 and mmtls.may_be_mmtls(start)


def _passing_option(nextlayer: layer.NextLayer) -> str | None:
    """The mitmproxy option that makes this connection pass unchanged."""
    chosen, context = nextlayer.layer, nextlayer.context
    if not isinstance(chosen, (layers.TCPLayer, layers.UDPLayer)):
        return None
    names = [context.client.sni or "", context.server.address[0] if context.server.address else ""]
    kind = "tcp_hosts" if isinstance(chosen, layers.TCPLayer) else "udp_hosts"
    if any(re.search(each, name, re.IGNORECASE) for each in getattr(context.options, kind) for name in names if name):
        return kind
    if chosen.flow is not None and not context.options.show_ignored_hosts:
        return None
    return "ignore_hosts" if context.options.ignore_hosts else "allow_hosts" if context.options.allow_hosts else None


def _host(context: Context) -> str:
    asked = asked_in(context)
    return (asked.certificate_name if asked is not None else context.client.sni) or "unknown"


def _is_public(address: str) -> bool:
    """WeChat's servers have public addresses. Loopback cannot be reached by another device, see local_addresses."""
    found = ipaddress.ip_address(address.partition("%")[0])
    return found.is_global or found.is_loopback


def judge_tunnel(context: Context, policy: Policy) -> CallRecord:
    """Judges a raw tunnel as a call: it is none of the four APIs, so no release build can open it.

    Fails closed: if the rules raise, the record says so and the tunnel is refused.
    """
    facts = _tunnel_facts(context)
    host, port = facts.names[0].host, facts.names[0].port or 0
    head = TunnelOpened(facts, f"tcp://{host}:{port}", host, port)
    call = Judgement(str(uuid.uuid4()), policy, head)
    at_ms = now_ms()
    try:
        call.feed(head, at_ms)
    except Exception as error:
        logger.exception("the tunnel to %s could not be judged: it is refused", host)
        call.feed(RuleFailed(place_of(error), named(error)), at_ms)
    return record_of(call, Ended(), time.time(), at_ms)


def _tunnel_facts(context: Context) -> CallFacts:
    """As the client wrote it, whatever a hook has made of the address; the first name is the CONNECT target."""
    asked = asked_in(context)
    host, port = (asked.host, asked.port) if asked is not None else context.server.address or ("", 0)
    names = [CarriedName(Where.CONNECT, host, port)]
    if context.client.sni:
        names.append(CarriedName(Where.SNI, context.client.sni))
    return CallFacts(device_of(context.client), "CONNECT", "https", tuple(names))
