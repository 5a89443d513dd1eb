"""Judges each upstream connection while its handshake runs, before a byte of HTTP is sent.

An intercepting proxy shows the phone its own good certificate, so the fault
that the phone would have met is to be found here: the chain is judged as the
server sent it, on every connection (mitmproxy facts, "Techniques").
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import field
from datetime import UTC
from datetime import datetime

from mitmproxy import connection
from mitmproxy import tls
from mitmproxy.proxy import server_hooks
from OpenSSL import SSL
from OpenSSL import crypto

from wxgate.call.guard import named
from wxgate.call.guard import place_of
from wxgate.call.live_calls import LiveCall
from wxgate.call.live_calls import LiveCalls
from wxgate.connections.server_hello import ServerHello
from wxgate.connections.trust_source import TrustSource
from wxgate.start.policy_source import PolicySource
from wxpolicy.certificates.facts import Handshake
from wxpolicy.certificates.facts import ServedChain
from wxpolicy.certificates.judge import judge
from wxpolicy.finding import Code
from wxpolicy.finding import Finding
from wxpolicy.rules import internal_error
from wxpolicy.terms import Mode

logger = logging.getLogger(__name__)

# What a probe found a host and port to offer; None without a probe.
Offers = Callable[[str, int], frozenset[str] | None]
Place = tuple[str, tuple[str, int]]  # a client connection's id, and the address it asked for


@dataclass(slots=True)
class Upstream:
    """What is known of one upstream connection.

    ``refused``: the handshake was broken off for its findings; ``failed``: it failed by itself.
    ``broke_at`` is when that was (monotonic).
    """

    place: Place
    server_id: str
    findings: tuple[Finding, ...] = ()
    chain_length: int = 0
    trust_stores: dict[str, str] | None = None  # the name of each platform's
    judged: bool = False
    refused: bool = False
    failed: bool = False
    broke_at: float = 0.0

    @property
    def broken(self) -> bool:
        """Whether it never carried a call: the next call of its client tries again."""
        return self.refused or self.failed


@dataclass(slots=True)
class _Registry:
    by_server: dict[str, Upstream] = field(default_factory=dict)
    by_place: dict[Place, list[Upstream]] = field(default_factory=dict)


class Upstreams:
    """Must run after mitmproxy's own TlsConfig, which makes the connection object that is watched here."""

    def __init__(
        self, source: PolicySource, trust: TrustSource, calls: LiveCalls, offers: Offers = lambda host, port: None
    ) -> None:
        self.source = source
        self.trust = trust
        self.calls = calls
        self.offers = offers
        self._known = _Registry()

    # What gates ask

    def of(self, server: connection.Server | None) -> Upstream | None:
        """The connection that carries, or carried, a call."""
        return self._known.by_server.get(server.id) if server is not None else None

    def at(self, client: connection.Client, address: tuple[str, int]) -> list[Upstream]:
        """The connections that this client has to an address: mitmproxy uses them again for its next call."""
        return [known for known in self._known.by_place.get((client.id, address), []) if not known.broken]

    def broken(self, client: connection.Client, address: tuple[str, int], since: float) -> Upstream | None:
        """The last try at an address that came to nothing since then: an earlier one tells nothing of a call."""
        for known in reversed(self._known.by_place.get((client.id, address), [])):
            if known.broken and known.broke_at >= since:
                return known
        return None

    # A connection's life, in its order

    def tls_start_server(self, data: tls.TlsData) -> None:
        """Runs before the first byte of the handshake: only here can it still be watched."""
        server = data.conn
        if data.ssl_conn is None or not isinstance(server, connection.Server) or server.address is None:
            return
        upstream = Upstream((data.context.client.id, (server.address[0], server.address[1])), server.id)
        self._known.by_server[server.id] = upstream
        self._known.by_place.setdefault(upstream.place, []).append(upstream)
        hello = ServerHello(data.ssl_conn)

        def verify(conn: SSL.Connection, cert: object, errnum: int, depth: int, ok: int) -> bool:
            # Asked once for each certificate and each fault that OpenSSL sees: answered once.
            if not upstream.judged:
                upstream.judged = True
                upstream.refused = not self._accepts(conn, server, upstream, hello.cipher)
                hello.forget()
                upstream.broke_at = time.monotonic()
            return not upstream.refused

        data.ssl_conn.set_verify(SSL.VERIFY_PEER, verify)

    def tls_failed_server(self, data: tls.TlsData) -> None:
        """The handshake failed: for our findings, or because the two sides found no common ground."""
        upstream = self._known.by_server.get(data.conn.id)
        if upstream is not None and not upstream.refused:
            upstream.failed, upstream.broke_at = True, time.monotonic()
            upstream.findings += (_handshake_failed(upstream.place[1][0], data.conn.error or ""),)

    def tls_established_server(self, data: tls.TlsData) -> None:
        upstream = self._known.by_server.get(data.conn.id)
        if upstream is not None:
            self._forget_broken(upstream)

    def server_disconnected(self, data: server_hooks.ServerConnectionHookData) -> None:
        upstream = self._known.by_server.pop(data.server.id, None)
        if upstream is None:
            return
        if upstream.broken:
            # Its calls hear of it only after this: it is remembered until the next try, or until the client leaves.
            self._forget_broken(upstream)
        else:
            self._forget(upstream)

    def client_disconnected(self, client: connection.Client) -> None:
        for place in [place for place in self._known.by_place if place[0] == client.id]:
            for upstream in self._known.by_place.pop(place):
                self._known.by_server.pop(upstream.server_id, None)

    def _forget_broken(self, beside: Upstream) -> None:
        """Forgets the tries at the same place that came to nothing before."""
        for known in list(self._known.by_place.get(beside.place, ())):
            if known.broken and known is not beside:
                self._forget(known)

    def _forget(self, upstream: Upstream) -> None:
        left = [known for known in self._known.by_place.get(upstream.place, []) if known is not upstream]
        if left:
            self._known.by_place[upstream.place] = left
        else:
            self._known.by_place.pop(upstream.place, None)

    def _accepts(self, conn: SSL.Connection, server: connection.Server, upstream: Upstream, cipher: str | None) -> bool:
        """Judges the chain, and whether the calls that wait for this connection may use it."""
        waiting = [call for call in self.calls if _place(call) == upstream.place]
        try:
            upstream.findings = self._judge(conn, server, upstream, cipher)
            return not any(_fails(call, upstream.findings) for call in waiting)
        except Exception as error:
            logger.exception("the certificate of %s could not be judged", server.address)
            upstream.findings = (*internal_error.check(place_of(error), named(error)),)
            return not any(call.policy.mode is not Mode.OBSERVE for call in waiting)

    def _judge(
        self, conn: SSL.Connection, server: connection.Server, upstream: Upstream, cipher: str | None
    ) -> tuple[Finding, ...]:
        policy = self.source.policy
        stores = self.trust.stores(policy.certificates, self.source.folder)
        platforms = policy.certificates.platforms
        chain = ServedChain(
            tuple(crypto.dump_certificate(crypto.FILETYPE_ASN1, cert) for cert in conn.get_peer_cert_chain() or ())
        )
        upstream.chain_length = len(chain.der)
        upstream.trust_stores = {platform.value: stores[platform].name for platform in platforms}
        assert server.address
        handshake = Handshake(
            host=server.sni or server.address[0],
            tls_version=conn.get_protocol_version_name(),
            cipher=conn.get_cipher_name() or cipher,
            offers=self.offers(server.sni or server.address[0], server.address[1]),
        )
        return judge(chain, handshake, datetime.now(UTC), stores, platforms)


def _place(call: LiveCall) -> Place:
    request = call.flow.request
    return (call.flow.client_conn.id, (request.host, request.port))


def _fails(call: LiveCall, findings: tuple[Finding, ...]) -> bool:
    """Whether the mode of this call refuses it for these findings."""
    return call.judgement.would_fail(findings)


def _handshake_failed(host: str, reason: str) -> Finding:
    return Finding(Code.TLS_HANDSHAKE_FAILED, {"host": host, "error": reason})
