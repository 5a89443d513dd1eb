"""NETWORK_ERROR: a call whose response was incomplete, not because of a rule.

seed-2017 §3: only an answer that arrived runs the success callback; a server
that breaks off fails the call in every build. A client that leaves first
(abort(), a page that is closed) is only noted.

A socket is no call whose answer may have any status: the client must fail a handshake
that is not answered with 101 (RFC 6455 §4.1), and clients follow no redirect of one.

Fails:
    a WebSocket handshake that is answered with 200, 302, 403 or 502
    in the devtools: protocols: ["mqtt"], and the answer names no protocol or another one
    the host does not resolve, the connection is reset, the body is shorter than promised
    a request that no platform's client sends: a line break in a field, two Upgrade lines, two framings
Notes:
    the client hung up
"""

from collections.abc import Iterator
from typing import Any

from wxpolicy.finding import Code
from wxpolicy.finding import Finding
from wxpolicy.finding import Known
from wxpolicy.finding import Severity
from wxpolicy.finding import Status
from wxpolicy.rules.stage import Stage
from wxpolicy.terms import Client
from wxpolicy.text.printable import beginning
from wxpolicy.text.printable import printable

STAGE = Stage.ANY_TIME

SWITCHING_PROTOCOLS = 101
# The devtools and desktop WeChat: their sockets are Chromium's.
_CHROMIUM = frozenset({Client.DEVTOOLS, Client.WINDOWS, Client.MAC, Client.LINUX})


def is_by_client(why: str) -> bool:
    """Whether a failure's reason says that the client disconnected."""
    return why.startswith("Client disconnected") or "by client" in why or "from client" in why


def malformed(host: str, why: str) -> Iterator[Finding]:
    """The request is malformed: the proxy has refused it before sending a byte."""
    yield Finding(Code.NETWORK_ERROR, {"host": host, "reason": "malformed", "error": why})


def handshake(
    host: str, status: int, asked: str = "", given: str = "", client: Client = Client.UNKNOWN
) -> Iterator[Finding]:
    """The answer to a WebSocket handshake: only 101 opens the socket. The client itself ends all others.

    ``asked`` and ``given`` are the two Sec-WebSocket-Protocol. One that was not asked for must fail (RFC 6455 §4.1), and
    Chromium's clients fail without one where there was a choice [measured]; phones have sockets of their own.
    """
    if status != SWITCHING_PROTOCOLS:
        data: dict[str, Any] = {"host": host, "reason": "no_socket", "status": status}
        yield Finding(Code.NETWORK_ERROR, data, clause="RFC 6455 §4.1")
        return
    wanted = [each.strip() for each in asked.split(",") if each.strip()]
    if given.strip() in wanted or not (wanted or given.strip()):
        return
    data = {"host": host, "reason": "subprotocol", "asked": wanted, "given": printable(beginning(given.strip(), 100))}
    if client in _CHROMIUM:
        yield Finding(Code.NETWORK_ERROR, data, known=Known.MEASURED, clause="RFC 6455 §4.1")
    else:
        yield Finding(
            Code.NETWORK_ERROR,
            data,
            Severity.WARNING,
            Status.NOT_OBSERVABLE,
            known=Known.MEASURED,
            clause="RFC 6455 §4.1",
        )


def check(host: str, *, by_client: bool, why: str = "") -> Iterator[Finding]:
    """``why`` is what is known about a server's failure, "" if nothing."""
    if by_client:
        yield Finding(Code.NETWORK_ERROR, {"host": host, "reason": "client"}, Severity.NOTE)
    else:
        yield Finding(Code.NETWORK_ERROR, {"host": host, "reason": "server", "error": why})
