"""TLS servers of cases: each on a port of its own, serving exactly the bytes of its chain."""

import socket
import ssl
from base64 import encodebytes
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from contextlib import contextmanager
from contextlib import suppress
from pathlib import Path
from selectors import EVENT_READ
from selectors import DefaultSelector
from threading import Event
from threading import Thread

from testenv.pki.cases import Case
from testenv.pki.certificates import key_pem

_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"
HANDSHAKE_S = 5.0


def pem(der: bytes) -> str:
    return f"-----BEGIN CERTIFICATE-----\n{encodebytes(der).decode()}-----END CERTIFICATE-----\n"


@contextmanager
def serving(cases: Sequence[Case], folder: Path) -> Iterator[Mapping[str, int]]:
    """The ports of the cases; one whose chain OpenSSL does not serve has none."""
    listeners: dict[socket.socket, ssl.SSLContext] = {}
    ports: dict[str, int] = {}
    for number, case in enumerate(cases):
        context = _context(case, folder / f"served{number}.pem")
        if context is None:
            continue
        family = socket.AF_INET6 if ":" in case.host else socket.AF_INET
        listener = socket.socket(family)
        listener.bind(("::1" if family is socket.AF_INET6 else "127.0.0.1", 0))
        listener.listen()
        listeners[listener] = context
        ports[case.id] = listener.getsockname()[1]
    ended = Event()
    thread = Thread(target=_serve, args=(listeners, ended), daemon=True)
    thread.start()
    try:
        yield ports
    finally:
        ended.set()
        thread.join(timeout=10)
        for listener in listeners:
            listener.close()


def _context(case: Case, path: Path) -> ssl.SSLContext | None:
    own = case.served[0]
    chain = "".join(pem(made.der) for made in case.served)
    path.write_bytes(key_pem(own.key) + chain.encode())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    try:
        context.load_cert_chain(path)
    except ssl.SSLError:
        return None
    return context


def _serve(listeners: Mapping[socket.socket, ssl.SSLContext], ended: Event) -> None:
    with DefaultSelector() as ready:
        for listener in listeners:
            ready.register(listener, EVENT_READ)
        while not ended.is_set():
            for key, _ in ready.select(0.2):
                connection, _ = key.fileobj.accept()
                Thread(target=_answer, args=(connection, listeners[key.fileobj]), daemon=True).start()


def _answer(connection: socket.socket, context: ssl.SSLContext) -> None:
    connection.settimeout(HANDSHAKE_S)
    with suppress(OSError), connection, context.wrap_socket(connection, server_side=True) as secured:
        secured.recv(4096)
        secured.sendall(_ANSWER)
