"""Judges upstream connections: what each handshake showed is kept with it, and judged for each call that would use it.

An intercepting proxy shows the phone its own good certificate, so the fault that the phone would have met has to be
found here: the chain is judged as the server sent it, on every connection (mitmproxy facts, "Techniques"). It is judged
for the name that the client requested, whatever address or SNI a hook has set.
"""

import logging
import weakref
from dataclasses import dataclass
from dataclasses import field
from datetime import UTC
from datetime import datetime
from ssl import PEM_cert_to_DER_cert

from mitmproxy import connection
from mitmproxy import http
from mitmproxy import tls
from OpenSSL import SSL
from OpenSSL import crypto

from wxgate.call.live_calls import LiveCall
from wxgate.call.live_calls import LiveCalls
from wxgate.connections.offering import Offering
from wxgate.connections.offering import begin
from wxgate.connections.probes import Probes
from wxgate.connections.trust_source import Stores
from wxgate.connections.trust_source import TrustSource
from wxgate.connections.upstream_proxy import proxy_of
from wxgate.layers.asked import Asked
from wxgate.layers.asked import asked_for
from wxgate.layers.asked import is_given_up
from wxgate.layers.asked import waiting_for
from wxgate.start.policy_source import PolicySource
from wxpolicy.call.events import UpstreamSeen
from wxpolicy.certificates.agreement import Agreement
from wxpolicy.certificates.agreement import Question
from wxpolicy.certificates.agreement import client_certificate
from wxpolicy.certificates.agreement import too_new
from wxpolicy.certificates.agreement import with_agreement
from wxpolicy.certificates.facts import Handshake
from wxpolicy.certificates.facts import ServedChain
from wxpolicy.certificates.judge import judge
from wxpolicy.finding import Code
from wxpolicy.finding import Finding
from wxpolicy.policy import Certificates
from wxpolicy.policy import Policy
from wxpolicy.rules import proxy_limit
from wxpolicy.rules import unseen
from wxpolicy.terms import Platform

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Shown:
    """What a server showed in its handshake."""

    chain: ServedChain
    tls_version: str | None
    cipher: str | None


@dataclass(slots=True, eq=False)
class Upstream:
    """One upstream TLS connection.

    ``shown`` is None until its server has sent a certificate. ``trouble`` is why its handshake failed, other than for
    its certificate. ``judged`` caches the findings by name.
    """

    asked: Asked | None
    offering: Offering | None = None
    shown: Shown | None = None
    is_looked_at: bool = False
    is_refused: bool = False
    trouble: tuple[Finding, ...] = ()
    judged: dict[str, tuple[Certificates, Stores, UpstreamSeen]] = field(default_factory=dict)


class Upstreams:
    """Must run after mitmproxy's own TlsConfig, which creates the connection object that is observed here."""

    def __init__(
        self, source: PolicySource, trust: TrustSource, calls: LiveCalls, probes: Probes | None = None
    ) -> None:
        self.source = source
        self.trust = trust
        self.calls = calls
        self.probes = probes or Probes()
        # As long as mitmproxy, or a flow that is kept, holds the connection.
        self._known: weakref.WeakKeyDictionary[connection.Server, Upstream] = weakref.WeakKeyDictionary()

    def seen(self, server: connection.Server, asked: Asked, policy: Policy) -> UpstreamSeen | None:
        """What a call that requested ``asked`` under ``policy`` meets on this very connection; None without TLS.

        A handshake that was not judged is reported, and refuses the call where certificate rules are imposed.
        """
        known = self._known.get(server)
        name = asked.certificate_name
        if known is None or known.shown is None:
            if known is not None and known.trouble:
                return UpstreamSeen(known.trouble)
            if not server.tls and asked.scheme != "https":
                return None
            return UpstreamSeen(tuple(unseen.unjudged(name, policy.mode)))
        stores = self.trust.stores(policy.certificates, self.source.folder)
        kept = known.judged.get(name)
        if kept is None or kept[0] != policy.certificates or kept[1] is not stores:
            kept = known.judged[name] = (
                policy.certificates,
                stores,
                self._judge(known, known.shown, asked, policy, stores),
            )
        seen = kept[2]
        if proxy := proxy_of(server):
            seen = UpstreamSeen(proxy_limit.inspected(seen.findings, name, proxy, policy.mode), seen.trust_stores)
        return UpstreamSeen(seen.findings + known.trouble, seen.trust_stores) if known.trouble else seen

    def tried(self, server: connection.Server | None, asked: Asked, policy: Policy) -> UpstreamSeen | None:
        """What is known about a connection that failed: only what its handshake had shown by then."""
        known = self._known.get(server) if server is not None else None
        if server is None or known is None or (known.shown is None and not known.trouble):
            return None
        offering = known.offering
        if offering is not None and offering.asks_certificate and not offering.is_answered:
            # In TLS 1.3 a server that requires a certificate says so after the handshake, instead of a response.
            demand = client_certificate(asked.certificate_name, True, policy.certificates.platforms)
            known.trouble = (*(each for each in known.trouble if each.code is not demand.code), demand)
        return self.seen(server, asked, policy)

    # The hooks, in the order of a connection's life

    def tls_start_server(self, data: tls.TlsData) -> None:
        """Runs before the first byte of the handshake: only now can it still be observed."""
        server = data.conn
        if data.ssl_conn is None or not isinstance(server, connection.Server) or server is not data.context.server:
            return  # A device would never meet the TLS of an upstream proxy.
        upstream = self._known[server] = Upstream(asked_for(data.context, server))
        offering = upstream.offering = begin(data, self._waiting(data, server))

        def verify(conn: SSL.Connection, cert: object, errnum: int, depth: int, ok: int) -> bool:
            # Called for each certificate and each error that OpenSSL finds: always accepted.
            if not upstream.is_looked_at:
                upstream.is_looked_at = True
                try:
                    offering.learn()
                    upstream.shown = _shown(conn, offering.agreement.suite)
                    upstream.is_refused = self._is_refused_by_all(data, server, upstream)
                except Exception:
                    logger.exception("the handshake with %s could not be looked at: it has no permit", server.address)
                offering.hello.forget()
            return not upstream.is_refused

        data.ssl_conn.set_verify(SSL.VERIFY_PEER, verify)

    async def tls_established_server(self, data: tls.TlsData) -> None:
        """A QUIC handshake cannot be observed, but nothing has been sent yet."""
        server = data.conn
        if not isinstance(server, connection.Server) or server is not data.context.server:
            return
        if (known := self._known.get(server)) is not None:
            if known.offering is not None and await known.offering.ask(server):
                known.judged.clear()
            if known.offering is not None and known.offering.asks_certificate and known.asked is not None:
                platforms = self._platforms_in(data, server)
                known.trouble = (client_certificate(known.asked.certificate_name, False, platforms),)
            return
        upstream = self._known[server] = Upstream(asked_for(data.context, server))
        if server.tls_version == "QUICv1":
            der = tuple(PEM_cert_to_DER_cert(each.to_pem().decode()) for each in server.certificate_list)
            upstream.shown = Shown(ServedChain(der), "TLSv1.3", server.cipher)

    def tls_failed_server(self, data: tls.TlsData) -> None:
        """The handshake failed: because of our findings, or because both sides have no common parameters."""
        server = data.conn
        if not isinstance(server, connection.Server) or server is not data.context.server:
            return
        upstream = self._known.setdefault(server, Upstream(asked_for(data.context, server)))
        if not upstream.is_refused and not is_given_up(data.context, server):
            host = upstream.asked.certificate_name if upstream.asked is not None else str(server.address)
            error, offering = server.error or "", upstream.offering
            told = offering.why_failed(host, error, self._platforms_in(data, server)) if offering is not None else ()
            upstream.trouble = told or (Finding(Code.TLS_HANDSHAKE_FAILED, {"host": host, "error": error}),)

    def responseheaders(self, flow: http.HTTPFlow) -> None:
        """The server continues without whatever it asked for in its handshake."""
        known = self._known.get(flow.server_conn)
        if known is not None and known.offering is not None:
            known.offering.is_answered = True

    # Judging

    def _is_refused_by_all(self, data: tls.TlsData, server: connection.Server, upstream: Upstream) -> bool:
        """Whether the handshake can be aborted: no call that waits for the connection will use it."""
        waiting = [self.calls.of(flow) for flow in waiting_for(data.context, server)]
        return bool(waiting) and all(
            call is not None and upstream.asked is not None and self._refuses(server, call, upstream.asked)
            for call in waiting
        )

    def _refuses(self, server: connection.Server, call: LiveCall, asked: Asked) -> bool:
        seen = self.seen(server, call.asked or asked, call.policy)
        return seen is not None and call.judgement.would_fail(seen.findings)

    def _waiting(self, data: tls.TlsData, server: connection.Server) -> list[LiveCall]:
        waiting = [self.calls.of(flow) for flow in waiting_for(data.context, server)]
        return [call for call in waiting if call is not None]

    def _platforms_in(self, data: tls.TlsData, server: connection.Server) -> tuple[Platform, ...]:
        """The platforms that the policy judges; with several policies, those of the calls that wait for the
        connection."""
        policies = self.source.policies
        if policies.only is not None:
            return policies.only.certificates.platforms
        found = {each for call in self._waiting(data, server) for each in call.policy.certificates.platforms}
        return tuple(each for each in policies.platforms if each in found) or policies.platforms

    def _judge(self, known: Upstream, shown: Shown, asked: Asked, policy: Policy, stores: Stores) -> UpstreamSeen:
        platforms = policy.certificates.platforms
        name = asked.certificate_name
        offers, answers = self.probes.offers(name, asked.port), self.probes.answers(name, asked.port)
        offering = known.offering
        question = offering.question(name, answers) if offering is not None else Question(name, answers=answers)
        handshake = Handshake(
            host=name,
            tls_version=shown.tls_version,
            cipher=shown.cipher,
            offers=offers,
            ios_agrees=question.answer_to(Platform.IOS),
        )
        found = judge(shown.chain, handshake, datetime.now(UTC), stores, platforms)
        agreement = offering.agreement if offering is not None else Agreement()
        found = (*with_agreement(found, question, agreement, platforms), *too_new(name, offers, platforms))
        return UpstreamSeen(found, {platform.value: stores[platform].name for platform in platforms})


def _shown(conn: SSL.Connection, cipher: str | None) -> Shown:
    chain = tuple(crypto.dump_certificate(crypto.FILETYPE_ASN1, cert) for cert in conn.get_peer_cert_chain() or ())
    return Shown(ServedChain(chain), conn.get_protocol_version_name(), conn.get_cipher_name() or cipher)
