"""Sends a platform's own ClientHello to a server, which answers, refuses, or does not reply. Nothing else is sent."""

import os
import socket
import time
from dataclasses import dataclass

from wxpolicy.certificates.client_hello import RANDOM_BYTES
from wxpolicy.certificates.client_hello import client_hello
from wxpolicy.certificates.server_hello import ServerAnswer
from wxpolicy.certificates.server_hello import read_answer
from wxpolicy.certificates.tls_offers.offer import TLS_1_3
from wxpolicy.certificates.tls_offers.offer import TlsOffer

_MOST_BYTES = 128 * 1024


@dataclass(frozen=True, slots=True)
class Told:
    """``agrees`` is None if there was no answer in time; ``answer`` is parsed from the server's bytes."""

    agrees: bool | None
    answer: ServerAnswer = ServerAnswer()


def ask(sock: socket.socket, offer: TlsOffer, host: str, timeout_s: float) -> Told:
    """Asks on a socket that is connected to the server. Does not raise network errors."""
    deadline = time.monotonic() + timeout_s
    heard = bytearray()
    answer = ServerAnswer()
    try:
        sock.settimeout(timeout_s)
        sock.sendall(client_hello(offer, host, os.urandom(RANDOM_BYTES)))
        while len(heard) < _MOST_BYTES:
            sock.settimeout(max(0.01, deadline - time.monotonic()))
            received = sock.recv(65536)
            heard += received
            answer = read_answer(bytes(heard))
            if not received or answer.alert is not None or answer.is_whole or answer.version == TLS_1_3:
                break
            if time.monotonic() >= deadline:
                raise TimeoutError
    except TimeoutError:
        return Told(None if answer.version is None else _fits(answer, offer), answer)
    except OSError:
        pass  # the server closed the connection, as some do instead of sending an alert
    return Told(answer.version is not None and answer.alert is None and _fits(answer, offer), answer)


def _fits(answer: ServerAnswer, offer: TlsOffer) -> bool:
    """Some servers choose a parameter that nobody offered."""
    return (
        answer.version in offer.versions
        and (answer.group is None or answer.group in offer.groups)
        and (answer.signature is None or answer.signature in offer.signatures)
    )
