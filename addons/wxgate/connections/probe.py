"""Probes one server: a handshake for each TLS version, on separate sockets, never through the proxy.

No HTTP is sent. Each handshake has a deadline. A server that did not reply is asked once more, with an older version
and a short deadline, and then given up.
"""

import socket
import threading
import time
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from concurrent.futures import Future
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC
from datetime import datetime
from ipaddress import ip_address
from typing import Any

from OpenSSL import SSL
from OpenSSL import crypto

from wxgate.connections.ask import ask
from wxgate.connections.server_hello import ServerHello
from wxgate.connections.tls_context import EVERYTHING
from wxgate.connections.tls_context import on_certificate_request
from wxpolicy.certificates.facts import ServedChain
from wxpolicy.certificates.probe import TLS_1_2
from wxpolicy.certificates.probe import TLS_1_3
from wxpolicy.certificates.probe import VERSIONS
from wxpolicy.certificates.probe import Answer
from wxpolicy.certificates.probe import Attempt
from wxpolicy.certificates.probe import Probed
from wxpolicy.certificates.probe import Seen
from wxpolicy.certificates.probe import Target
from wxpolicy.certificates.probe import judge_seen
from wxpolicy.certificates.tls_offers import OFFERS
from wxpolicy.certificates.tls_offers.offer import TlsOffer
from wxpolicy.certificates.trust import TrustStore
from wxpolicy.policy import HostPlace
from wxpolicy.policy import Policy
from wxpolicy.terms import Api
from wxpolicy.terms import Platform

TIMEOUT_S = 5.0
# For a server that did not reply once: some ignore versions that are too new for them.
SECOND_TIMEOUT_S = 1.0
AT_ONCE = 8

_PROTOCOLS = {
    "TLSv1.3": SSL.TLS1_3_VERSION,
    "TLSv1.2": SSL.TLS1_2_VERSION,
    "TLSv1.1": SSL.TLS1_1_VERSION,
    "TLSv1": SSL.TLS1_VERSION,
}
# platform §5 (ATS): forward secrecy by ECDHE, with AES.
_ATS = b"ECDHE+AES:@SECLEVEL=0"
_OP_LEGACY_SERVER_CONNECT = 0x4
_MOST_TIMEOUTS = 2
# OpenSSL's errors when it cannot make the offer at all.
_CANNOT_ASK = ("no protocols available", "no ciphers available", "unsupported protocol version")

# As returned by socket.getaddrinfo.
Address = tuple[socket.AddressFamily, socket.SocketKind, int, str, Any]


def probe(
    target: Target,
    stores: Mapping[Platform, TrustStore],
    platforms: Sequence[Platform],
    *,
    connect_to: Target | None = None,
    timeout_s: float = TIMEOUT_S,
) -> Probed:
    """Probes and judges. ``connect_to`` is the server's address, in place of DNS (curl's ``--connect-to``)."""
    return judge_seen(look(target, connect_to or target, timeout_s), datetime.now(UTC), stores, platforms)


def probe_all(
    targets: Iterable[Target],
    stores: Mapping[Platform, TrustStore],
    platforms: Sequence[Platform],
    *,
    lives_at: Callable[[Target], Target] = lambda target: target,
) -> list[Probed]:
    """Probes several servers concurrently, each once; results in the order of ``targets``. ``lives_at`` gives the
    address of each."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(
            pool.map(
                lambda target: probe(target, stores, platforms, connect_to=lives_at(target)), dict.fromkeys(targets)
            )
        )


def place_in(hosts: Mapping[str, HostPlace], target: Target) -> Target:
    """The address that a policy's ``hosts:`` gives a server, as used by calls to it."""
    place = hosts.get(target.host)
    return target if place is None else Target(place.address, target.port if place.port is None else place.port)


def listed_targets(policy: Policy) -> list[Target]:
    """The servers that a policy lists, each once."""
    listed = (entry for api in Api for entry in policy.listed(api))
    return list(dict.fromkeys(Target(entry.host, entry.port or 443) for entry in listed))


def look(target: Target, at: Target, timeout_s: float = TIMEOUT_S) -> Seen:
    """All handshakes with ``target`` at the address ``at``. Does not raise network errors."""
    try:
        address = _reachable(at, timeout_s)
    except OSError as error:
        return Seen(target, trouble=error.strerror or str(error) or type(error).__name__, at=at)
    attempts: list[Attempt] = []
    silent = 0
    for version in VERSIONS:
        if silent >= _MOST_TIMEOUTS:
            attempts.append(replace(attempts[-1], version=version))
            continue
        patience_s = min(timeout_s, SECOND_TIMEOUT_S) if silent else timeout_s
        attempts.append(_attempt(target.host, address, version, EVERYTHING, patience_s))
        silent = silent + 1 if attempts[-1].waited_s is not None else 0
    offers_1_2 = any(attempt.version == TLS_1_2 and attempt.answer is Answer.AGREED for attempt in attempts)
    ecdhe = _attempt(target.host, address, TLS_1_2, _ATS, timeout_s) if offers_1_2 else None
    answers: dict[Platform, bool] = {}
    if any(attempt.answer is Answer.AGREED for attempt in attempts):
        # A server that closes the connection on a client's offer accepts nothing of it: it has agreed to a wider one.
        asked = {platform: _asked(target.host, address, offer, timeout_s) for platform, offer in OFFERS.items()}
        answers = {platform: agrees for platform, agrees in asked.items() if agrees is not None}
    return Seen(target, tuple(attempts), ecdhe, at=at, answers=answers)


def _asked(host: str, address: Address, offer: TlsOffer, timeout_s: float) -> bool | None:
    """Whether the server accepts this offer; None if it does not reply."""
    try:
        with _connect(address, timeout_s) as sock:
            return ask(sock, offer, host, timeout_s).agrees
    except OSError:
        return None


def _reachable(at: Target, timeout_s: float) -> Address:
    """The first address that accepts a connection. Raises OSError."""
    deadline = time.monotonic() + timeout_s
    trouble: OSError = OSError("no address")
    for address in _resolve(at, timeout_s):
        try:
            with _connect(address, max(0.1, deadline - time.monotonic())):
                return address
        except OSError as error:
            trouble = error
    raise trouble


def _resolve(at: Target, timeout_s: float) -> Sequence[Address]:
    """The host's addresses. The system resolver has no timeout, so it runs in a thread that can be abandoned."""
    answer: Future[Sequence[Address]] = Future()

    def ask() -> None:
        try:
            answer.set_result(socket.getaddrinfo(at.host, at.port, type=socket.SOCK_STREAM))
        except Exception as error:
            answer.set_exception(error)

    threading.Thread(target=ask, name=f"resolve {at.host}", daemon=True).start()
    try:
        return answer.result(timeout_s)
    except TimeoutError:
        raise TimeoutError(f"no answer from DNS in {timeout_s:g} s") from None
    except UnicodeError as error:
        raise OSError(f"no host name: {error}") from error


def _connect(address: Address, timeout_s: float) -> socket.socket:
    family, kind, protocol, _, place = address
    sock = socket.socket(family, kind, protocol)
    try:
        sock.settimeout(timeout_s)
        sock.connect(place)
    except BaseException:
        sock.close()
        raise
    return sock


def _attempt(host: str, address: Address, version: str, ciphers: bytes, timeout_s: float) -> Attempt:
    deadline = time.monotonic() + timeout_s
    wants: list[bool] = []
    try:
        connection = _connection(host, version, ciphers)
        on_certificate_request(connection, lambda: wants.append(False))
        hello = ServerHello(connection)
        with _connect(address, timeout_s) as sock:
            _shake_hands(connection, sock, deadline)
            if wants and version == TLS_1_3 and _misses_certificate(connection, sock):
                wants[:] = [True]
    except TimeoutError:
        return Attempt(version, Answer.UNKNOWN, reason=f"no answer in {timeout_s:g} s", waited_s=timeout_s)
    except SSL.Error as error:
        reason = _reason(error)
        asked = not any(words in reason for words in _CANNOT_ASK)
        answer = Answer.REFUSED if asked else Answer.UNKNOWN
        return Attempt(version, answer, reason=reason, wants_certificate=True if wants else None)
    except OSError as error:
        reason = error.strerror or str(error) or type(error).__name__
        return Attempt(version, Answer.REFUSED, reason=reason, wants_certificate=True if wants else None)
    ders = (crypto.dump_certificate(crypto.FILETYPE_ASN1, cert) for cert in connection.get_peer_cert_chain() or ())
    return Attempt(
        version, Answer.AGREED, connection.get_cipher_name(), ServedChain(tuple(ders)),
        agreement=hello.agreement, wants_certificate=wants[0] if wants else None,
    )  # fmt: skip


def _misses_certificate(connection: SSL.Connection, sock: socket.socket) -> bool:
    """In TLS 1.3 the server asks for a client certificate only after the handshake: waits for a moment."""
    sock.settimeout(SECOND_TIMEOUT_S)
    try:
        while received := sock.recv(65536):
            connection.bio_write(received)
            try:
                connection.recv(1)
            except SSL.WantReadError:
                return False  # a session ticket: the server continues
    except SSL.ZeroReturnError:
        return True  # its alert, see on_certificate_request
    except (SSL.Error, OSError):
        return False
    return False


def _connection(host: str, version: str, ciphers: bytes) -> SSL.Connection:
    context = SSL.Context(SSL.TLS_METHOD)
    context.set_min_proto_version(_PROTOCOLS[version])
    context.set_max_proto_version(_PROTOCOLS[version])
    context.set_cipher_list(ciphers)
    context.set_options(_OP_LEGACY_SERVER_CONNECT)
    context.set_alpn_protos([b"h2", b"http/1.1"])
    connection = SSL.Connection(context, None)
    try:
        ip_address(host)
    except ValueError:
        connection.set_tlsext_host_name(host.encode("ascii"))
    connection.set_connect_state()
    return connection


def _shake_hands(connection: SSL.Connection, sock: socket.socket, deadline: float) -> None:
    """Raises SSL.Error, OSError if the server closes the connection, TimeoutError."""
    while True:
        try:
            connection.do_handshake()
            return
        except SSL.WantReadError:
            pass
        finally:
            _send(connection, sock)
        left_s = deadline - time.monotonic()
        if left_s <= 0:
            raise TimeoutError
        sock.settimeout(left_s)
        received = sock.recv(65536)
        if not received:
            raise ConnectionError("the server closed the connection")
        connection.bio_write(received)


def _send(connection: SSL.Connection, sock: socket.socket) -> None:
    try:
        while waiting := connection.bio_read(65536):
            sock.sendall(waiting)
    except SSL.WantReadError:
        pass  # nothing left to send


def _reason(error: SSL.Error) -> str:
    """OpenSSL's last error, for example "tlsv1 alert protocol version"."""
    errors = error.args[0] if error.args and isinstance(error.args[0], list) else []
    return errors[-1][2] if errors else type(error).__name__
