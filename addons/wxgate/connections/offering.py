"""What an upstream handshake offers: in release what the calling client's platform offers, so that the server itself
decides.

In debug and observe everything is offered. If no call waits for a connection, mitmproxy's own settings are used: the
traffic is not a call.
"""

import asyncio
import socket
from collections.abc import Iterable
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
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
from wxpolicy.certificates.tls_offers.offer import TLS_1_3
from wxpolicy.certificates.tls_offers.offer import TlsOffer
from wxpolicy.certificates.tls_offers.older import older_offer
from wxpolicy.finding import Finding
from wxpolicy.terms import Mode
from wxpolicy.terms import Platform

# How long a call waits for a probe that only an older OpenSSL needs (see ``Offering.ask``).
_PATIENCE_S = 1.0
# Separate threads: names are resolved in the event loop's threads, which must not wait for silent servers.
_asking = ThreadPoolExecutor(8, "asking")


@dataclass(slots=True)
class Offering:
    """One upstream handshake.

    ``as_of`` are the platforms whose clients all offer what was offered: a single one is that client's own ClientHello,
    () is everything, None is mitmproxy's own. ``offer`` is what was offered, None for these two. ``answers`` is what
    the handshake tells about the platforms.
    """

    hello: ServerHello
    as_of: tuple[Platform, ...] | None
    offer: TlsOffer | None = None
    agreement: Agreement = Agreement()
    answers: dict[Platform, bool] = field(default_factory=dict)
    asks_certificate: bool = False
    is_answered: bool = False
    to_ask: Platform | None = None

    def question(self, host: str, answers: Mapping[Platform, bool]) -> Question:
        """``answers`` is what an earlier probe found."""
        older = self.offer.client if self.offer is not None and TLS_1_3 not in self.offer.versions else ""
        return Question(host, self.as_of or (), {**answers, **self.answers}, older)

    def learn(self) -> None:
        """The server has sent its certificate: what it agreed to is known by now."""
        self.agreement = self.hello.agreement
        if self.offer is None or self.as_of is None or len(self.as_of) != 1:
            return
        (platform,) = self.as_of
        beyond = self.agreement.beyond(self.offer)
        if beyond is None:
            self.answers[platform] = True
        elif beyond[0] == "group" and not CAN_SET_GROUPS:
            self.to_ask = platform

    async def ask(self, server: connection.Server) -> bool:
        """Asks what the handshake left open; returns whether there was a question, and an answer.

        Only where OpenSSL's groups cannot be set: a server that chose a group which the client does not offer is asked
        again with the client's own ClientHello. Nothing else waits for it.
        """
        if self.to_ask is None or self.offer is None or server.peername is None:
            return False
        platform, self.to_ask = self.to_ask, None
        host = server.sni or server.peername[0]
        loop = asyncio.get_running_loop()
        answer = await loop.run_in_executor(_asking, _agrees, server.peername[:2], self.offer, host)
        if answer is not None:
            self.answers[platform] = answer
        return answer is not None

    def why_failed(self, host: str, error: str, platforms: tuple[Platform, ...]) -> tuple[Finding, ...]:
        """What is known about a failed handshake; () if nothing."""
        if self.asks_certificate:
            return (client_certificate(host, True, platforms),)
        if self.as_of is None:
            return ()
        answer = self.hello.answer
        return tuple(refused(self.question(host, {}), answer.alert, answer.version, error, platforms))


def begin(data: tls.TlsData, waiting: Iterable[LiveCall]) -> Offering:
    """Runs before the first byte of a handshake that these calls wait for: replaces mitmproxy's connection by one that
    offers what their clients offer, and observes the server's answer."""
    calls = list(waiting)
    platforms = _as_of(calls)
    offer: TlsOffer | None = None
    if platforms is not None and not data.is_dtls and isinstance(data.conn, connection.Server):
        offer = shared(_offer_of(platform, calls) for platform in platforms) if platforms else None
        data.ssl_conn = connection_with(offer, data.conn)
    assert data.ssl_conn is not None
    offering = Offering(ServerHello(data.ssl_conn), platforms, offer)
    if platforms is not None:
        on_certificate_request(data.ssl_conn, lambda: setattr(offering, "asks_certificate", True))
    return offering


def _as_of(calls: list[LiveCall]) -> tuple[Platform, ...] | None:
    """The platforms that the calls' clients may be, among those that the policy judges."""
    if not calls:
        return None
    enforcing = [call for call in calls if call.policy.mode is Mode.RELEASE]
    clients = {platform for call in enforcing for platform in platforms_of(call.judgement.client)}
    judged = {platform for call in enforcing for platform in call.policy.certificates.platforms}
    return tuple(platform for platform in Platform if platform in clients and platform in judged)


def _offer_of(platform: Platform, calls: list[LiveCall]) -> TlsOffer:
    """The platform's own offer, or that of an older system if one of the calls comes from one."""
    agents = (call.judgement.facts.headers.get("user-agent") or "" for call in calls)
    return next((found for agent in agents if (found := older_offer(platform, agent))), OFFERS[platform])


def _agrees(address: tuple[str, int], offer: TlsOffer, host: str) -> bool | None:
    """Whether the server accepts this offer; None if there was no answer in time."""
    try:
        with socket.create_connection(address, _PATIENCE_S) as sock:
            return ask(sock, offer, host, _PATIENCE_S).agrees
    except OSError:
        return None
