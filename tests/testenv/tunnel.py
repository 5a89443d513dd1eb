"""Python clients on plain sockets, where every byte and every name can be chosen."""

import http.client
import socket
import ssl
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from testenv.answer import ANSWERED
from testenv.answer import Answer
from testenv.answer import failure
from testenv.received import head_of


def trusting(ca_pem: Path, *, alpn: tuple[str, ...] = (), check_name: bool = True) -> ssl.SSLContext:
    """Trusts the proxy's own CA alone."""
    context = ssl.create_default_context(cafile=str(ca_pem))
    # Python 3.13 asks of a CA what RFC 5280 does; phones do not.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    context.check_hostname = check_name
    if alpn:
        context.set_alpn_protocols(list(alpn))
    return context


def open_tunnel(
    proxy_port: int,
    ca_pem: Path,
    target: str,
    *,
    sni: str | None = None,
    alpn: tuple[str, ...] = (),
    timeout_s: float = 10.0,
) -> ssl.SSLSocket:
    """TLS inside ``CONNECT target`` ("host:port"). Another ``sni`` than the target's host may be sent.

    Raises OSError; ConnectionError also where the proxy refuses CONNECT.
    """
    sock = socket.create_connection(("127.0.0.1", proxy_port), timeout=timeout_s)
    try:
        sock.sendall(f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n".encode("utf-8", "surrogateescape"))
        head = head_of(sock)
        if head.split(b" ", 2)[1] != b"200":
            raise ConnectionError(f"CONNECT {target}: {head.splitlines()[0]!r}")
        context = trusting(ca_pem, alpn=alpn, check_name=sni is None)
        return context.wrap_socket(sock, server_hostname=sni or target.rpartition(":")[0].strip("[]"))
    except BaseException:
        sock.close()
        raise


def read_answer(sock: socket.socket, method: str = "GET") -> Answer:
    """One HTTP/1.1 answer from an open socket."""
    status = None
    try:
        response = http.client.HTTPResponse(sock, method=method)
        with response:
            response.begin()
            status = response.status
            body = response.read()
            headers = {name.lower(): value for name, value in response.getheaders()}
            return Answer(ANSWERED, status, body, "", headers, "1.1")
    except (OSError, http.client.HTTPException) as error:
        return failure(error, status)


def bytes_in_tunnel(
    proxy_port: int, ca_pem: Path, target: str, data: bytes, *, sni: str | None = None, timeout_s: float = 10.0
) -> Answer:
    """Sends ``data`` as it is inside TLS; the answer to the first request in it."""
    try:
        with open_tunnel(proxy_port, ca_pem, target, sni=sni, timeout_s=timeout_s) as sock:
            sock.sendall(data)
            return read_answer(sock, data.partition(b" ")[0].decode("latin-1"))
    except OSError as error:
        return failure(error)


def raw(proxy_port: int, data: bytes, *, timeout_s: float = 10.0) -> Answer:
    """Sends ``data`` as it is to the proxy itself; the answer to the first request in it."""
    try:
        with socket.create_connection(("127.0.0.1", proxy_port), timeout=timeout_s) as sock:
            sock.sendall(data)
            return read_answer(sock, data.partition(b" ")[0].decode("latin-1"))
    except OSError as error:
        return failure(error)


def request(
    proxy_port: int,
    ca_pem: Path,
    url: str,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    data: bytes | None = None,
    timeout_s: float = 10.0,
) -> Answer:
    """One request by http.client: through CONNECT for https, in absolute form for http."""
    parts = urlsplit(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if parts.scheme == "https":
        connection: http.client.HTTPConnection = http.client.HTTPSConnection(
            "127.0.0.1", proxy_port, timeout=timeout_s, context=trusting(ca_pem)
        )
        connection.set_tunnel(parts.hostname or "", parts.port or 443)
    else:
        connection = http.client.HTTPConnection("127.0.0.1", proxy_port, timeout=timeout_s)
        path = url
    status = None
    try:
        connection.request(method, path, body=data, headers=dict(headers or {}))
        response = connection.getresponse()
        status = response.status
        body = response.read()
        got = {name.lower(): value for name, value in response.getheaders()}
        return Answer(ANSWERED, status, body, "", got, "1.1")
    except (OSError, http.client.HTTPException) as error:
        return failure(error, status)
    finally:
        connection.close()
