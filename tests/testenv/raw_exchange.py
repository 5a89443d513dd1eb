"""One exchange of raw bytes of HTTP/1: a server that answers at the listed host, and a client in a tunnel."""

import re
import ssl

from testenv.rawserver import RawServer
from testenv.tunnel import open_tunnel

HOST = "api.example.com"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
# HTTP/2: RST_STREAM of stream 1.
RESET = re.compile(rb"\0\0\x04\x03\0\0\0\0\x01")


def served(lab, answer):
    """A server of raw answers at the listed host, once a whole head has come."""
    return RawServer(
        lambda received: answer if b"\r\n\r\n" in received else b"", lab.issuing.issue(HOST), alpn=["http/1.1"]
    )


def exchange(proxy, sent, until=b"ok", timeout_s=5):
    """What comes back for these bytes of HTTP/1 inside a tunnel."""
    with open_tunnel(proxy.port, proxy.ca_pem, f"{HOST}:443", alpn=("http/1.1",), timeout_s=timeout_s) as sock:
        sock.sendall(sent)
        received = b""
        try:
            while until not in received and (data := sock.recv(65536)):
                received += data
        except (ConnectionError, ssl.SSLError):
            pass
        return received
