"""As whom an upstream handshake is offered: in release as the calling client's platform, so that the server itself answers.

In debug and observe everything is offered. Where no call waits for a connection,
mitmproxy's own settings stand: the traffic is nobody's call.
"""

import socket
from collections.abc import Iterable
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field

from mitmproxy import connection
from mitmproxy import tls

from wxgate.call.live_calls import LiveCall
from wxgate.connections.ask import ask
from wxgate.connections.server_hello import ServerHello
from wxgate.connections.tls_context import CAN_SET_GROUPS
from wxgate.connections.tls_context import connection_with
from wxgate.connections.tls_context import on_certificate_request
from wxpolicy.call.clients import platforms_of
from wxpolicy.certificates.agreement import Agreement
from wxpolicy.certificates.agreement import Question
from wxpolicy.certificates.agreement import client_certificate
from wxpolicy.certificates.agreement import refused
from wxpolicy.certificates.tls_offers import OFFERS
from wxpolicy.certificates.tls_offers import shared
from wxpolicy.finding import Finding
from wxpolicy.terms import Mode
from wxpolicy.terms import Platform

# How long the proxy stands still for a question that only an older OpenSSL needs (see ``_agrees_without``).
_PATIENCE_S = 1.0


@dataclass(slots=True)
class Offering:
    """One upstream handshake. ``as_of`` are the platforms whose clients all offer what was offered: one alone is that
    client's own ClientHello, () is everything, None is mitmproxy's own. ``answers`` is what it tells of them."""

    hello: ServerHello
    as_of: tuple[Platform, ...] | None
    agreement: Agreement = Agreement()
    answers: dict[Platform, bool] = field(default_factory=dict)
    asks_certificate: bool = False
    is_answered: bool = False

    def question(self, host: str, answers: Mapping[Platform, bool]) -> Question:
        """``answers`` is what a probe has told before."""
        return Question(host, self.as_of or (), {**answers, **self.answers})

    def learn(self, server: connection.Server) -> None:
        """The server has shown its certificate: what it agreed to is told by now."""
        self.agreement = self.hello.agreement
        if self.as_of is None or len(self.as_of) != 1:
            return
        (platform,) = self.as_of
        beyond = self.agreement.beyond(OFFERS[platform])
        answer: bool | None = None
        if beyond is None:
            answer = True
        elif beyond[0] == "group" and not CAN_SET_GROUPS:
            answer = _agrees_without(server, platform)
        if answer is not None:
            self.answers[platform] = answer

    def why_failed(self, host: str, error: str, platforms: tuple[Platform, ...]) -> tuple[Finding, ...]:
        """What is known of a handshake that came to nothing; () where it is not told."""
        if self.asks_certificate:
            return (client_certificate(host, True, platforms),)
        if self.as_of is None:
            return ()
        answer = self.hello.answer
        return tuple(refused(self.question(host, {}), answer.alert, answer.version, error, platforms))


def begin(data: tls.TlsData, waiting: Iterable[LiveCall]) -> Offering:
    """Before the first byte of a handshake, for which these calls wait: puts a connection in mitmproxy's place that
    offers what their clients do, and listens to what the server answers."""
    platforms = _as_of(list(waiting))
    if platforms is not None and not data.is_dtls and isinstance(data.conn, connection.Server):
        data.ssl_conn = connection_with(shared(platforms) if platforms else None, data.conn)
    assert data.ssl_conn is not None
    offering = Offering(ServerHello(data.ssl_conn), platforms)
    if platforms is not None:
        on_certificate_request(data.ssl_conn, lambda: setattr(offering, "asks_certificate", True))
    return offering


def _as_of(calls: list[LiveCall]) -> tuple[Platform, ...] | None:
    """The platforms that the calls' clients may be, as far as the policy judges them."""
    if not calls:
        return None
    enforcing = [call for call in calls if call.policy.mode is Mode.RELEASE]
    clients = {platform for call in enforcing for platform in platforms_of(call.judgement.client)}
    judged = calls[0].policy.certificates.platforms
    return tuple(platform for platform in Platform if platform in clients and platform in judged)


def _agrees_without(server: connection.Server, platform: Platform) -> bool | None:
    """Whether a server that chose a group which ``platform`` does not offer takes one of those that it does.

    Only where OpenSSL's groups cannot be set: there the server is asked once more, with the client's own ClientHello,
    while everything waits. None where that told nothing in time.
    """
    if server.peername is None:
        return None
    try:
        with socket.create_connection(server.peername[:2], _PATIENCE_S) as sock:
            return ask(sock, OFFERS[platform], server.sni or server.peername[0], _PATIENCE_S).agrees
    except OSError:
        return None
