"""NETWORK_ERROR: a call that did not get its answer to the end, by nobody's rule.

seed-2017 §3: only an answer that arrived runs the success callback; a server
that breaks off fails the call in every build. A client that leaves first
(abort(), a page that is closed) is only noted.

A socket is no call whose answer may have any status: the client must fail a handshake
that is not answered with 101 (RFC 6455 §4.1), and clients follow no redirect of one.

Fails:
    a WebSocket handshake that is answered with 200, 302, 403 or 502
    the host does not resolve, the connection is reset, the body is shorter than promised
    a request that no platform's client sends: a line break in a field, two Upgrade lines, two framings
Notes:
    the client hung up
"""

from collections.abc import Iterator

from wxpolicy.finding import Code
from wxpolicy.finding import Finding
from wxpolicy.finding import Severity
from wxpolicy.rules.stage import Stage

STAGE = Stage.ANY_TIME

SWITCHING_PROTOCOLS = 101


def is_by_client(why: str) -> bool:
    """Whether the word for a failure says that the client left."""
    return why.startswith("Client disconnected") or "by client" in why or "from client" in why


def malformed(host: str, why: str) -> Iterator[Finding]:
    """The request itself is no request: the proxy has refused it before a byte left."""
    yield Finding(Code.NETWORK_ERROR, {"host": host, "reason": "malformed", "error": why})


def handshake(host: str, status: int) -> Iterator[Finding]:
    """The answer to a WebSocket handshake: only 101 opens the socket. The client itself ends all others."""
    if status != SWITCHING_PROTOCOLS:
        data = {"host": host, "reason": "no_socket", "status": status}
        yield Finding(Code.NETWORK_ERROR, data, clause="RFC 6455 §4.1")


def check(host: str, *, by_client: bool, why: str = "") -> Iterator[Finding]:
    """``why`` is what is known of a server's failure, "" for nothing."""
    if by_client:
        yield Finding(Code.NETWORK_ERROR, {"host": host, "reason": "client"}, Severity.NOTE)
    else:
        yield Finding(Code.NETWORK_ERROR, {"host": host, "reason": "server", "error": why})
