"""What can happen to a call, as values: live hooks, capture files and raw tunnels all use the same events.

A call starts with ``RequestHead`` or ``TunnelOpened``; ``Ended`` is what its record needs besides them. What its app on
its device decides (``Started``, ``TimedOut``, ``Interrupted``) comes as the values of ``wxpolicy.state``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from enum import StrEnum
from typing import Any

from wxpolicy.call.facts import CallFacts
from wxpolicy.editions.referer_form import Sender
from wxpolicy.encoding.facts import EncodingFacts
from wxpolicy.finding import Finding
from wxpolicy.state.deadlines import TimedOut
from wxpolicy.state.lifecycle import Interrupted
from wxpolicy.state.slots import Started


@dataclass(frozen=True, slots=True)
class RequestHead:
    """The request's method, names and headers are known; nothing of it has been forwarded.

    ``sender`` is the mini-program of the call. ``keeps_referer`` is False if the Referer is not the one that the client
    sent (a recorded call: the proxy may have replaced it).
    """

    facts: CallFacts
    url: str
    sender: Sender | None
    keeps_referer: bool = True


@dataclass(frozen=True, slots=True)
class TunnelOpened:
    """A CONNECT whose content is neither HTTP nor TLS. ``host`` and ``port`` are the requested ones."""

    facts: CallFacts
    url: str
    host: str
    port: int


@dataclass(frozen=True, slots=True)
class Admission:
    """The call is about to be forwarded: now it needs a slot, and an app in the foreground."""


@dataclass(frozen=True, slots=True)
class UpstreamSeen:
    """The handshake of the connection that is to carry the call, judged. ``trust_stores`` names, for each platform, the
    root list that it was judged with."""

    findings: tuple[Finding, ...]
    trust_stores: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class LocalPeer:
    """The connection that is to carry the call leads to an address of this machine that other devices may not use.
    ``host`` and ``port`` were requested, ``address`` is where they led; ``kind`` as in ``rules.local_address``."""

    host: str
    address: str
    port: int
    kind: str


@dataclass(frozen=True, slots=True)
class LimitReached:
    """A limit of this proxy ends the call; the fields are those of ``rules.limit_reached``."""

    what: str
    limit: int
    unit: str
    option: str
    count: int = 0


@dataclass(frozen=True, slots=True)
class Malformed:
    """The request could be parsed in two ways, or not at all: nothing of it is forwarded. ``why`` is for people."""

    why: str


@dataclass(frozen=True, slots=True)
class RequestSent:
    """The last byte of the request has been read from the client."""


@dataclass(frozen=True, slots=True)
class ResponseHead:
    """Status and headers of the final answer. Header names are lower-case, values of one name joined with ", "."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    is_head_request: bool = False


@dataclass(frozen=True, slots=True)
class BodyJudged:
    """The response body is complete; this is what its bytes are."""

    facts: EncodingFacts


@dataclass(frozen=True, slots=True)
class SocketOpened:
    """The WebSocket handshake is done: from now on the call's timeout no longer applies."""


@dataclass(frozen=True, slots=True)
class Released:
    """The last byte of the response has arrived, or the client has disconnected: the call no longer counts for its
    app."""


@dataclass(frozen=True, slots=True)
class Message:
    """A WebSocket message of ``size`` bytes has passed."""

    from_client: bool
    size: int


@dataclass(frozen=True, slots=True)
class HopCame:
    """The client follows the redirect that it received. ``is_refused``: the next hop is refused."""

    is_refused: bool


class EndedBy(StrEnum):
    """What kept a call from receiving its complete response."""

    SERVER = "server"  # or the network on the way to it
    CLIENT = "client"
    PROXY = "proxy"  # a limitation of this product: what it cannot carry and a device can
    GATE = "gate"  # this product, which refused or cut it (captures only)
    UNKNOWN = "unknown"  # a capture that does not say (captures only)


@dataclass(frozen=True, slots=True)
class Broken:
    """The call received no response, or an incomplete one.

    ``why`` is what is known about the reason. If it is a limitation of the proxy, ``device`` says what a device would
    do ("" if that is unknown), and ``upstream_proxy`` is the address of the upstream proxy that failed.
    """

    by: EndedBy
    why: str = ""
    device: str = ""
    upstream_proxy: str = ""


class Unseen(StrEnum):
    """What a capture does not show of a call. Not observable never means passed."""

    CERTIFICATE = "certificate"
    ANSWER = "answer"
    ENCODING = "encoding"


@dataclass(frozen=True, slots=True)
class NotShown:
    """A capture lacks what a rule would have to inspect."""

    what: Unseen


@dataclass(frozen=True, slots=True)
class RuleFailed:
    """An exception of our own, in a rule or on the way to it. ``where`` names the place, ``error`` the exception."""

    where: str
    error: str


@dataclass(frozen=True, slots=True)
class Ended:
    """The call is over, or at a point where it is recorded; sizes in bytes as on the wire.

    ``tls`` is {"version", "cipher", "chain_length"} of the upstream handshake, None if there was none; ``duration_ms``
    overrides the time between head and end (captures).
    """

    request_bytes: int = 0
    response_bytes: int = 0
    tls: Mapping[str, Any] | None = None
    duration_ms: int | None = None


Event = (
    RequestHead
    | TunnelOpened
    | Admission
    | UpstreamSeen
    | LocalPeer
    | LimitReached
    | Malformed
    | RequestSent
    | ResponseHead
    | BodyJudged
    | SocketOpened
    | Released
    | Message
    | HopCame
    | Broken
    | NotShown
    | RuleFailed
    | Started
    | TimedOut
    | Interrupted
)
