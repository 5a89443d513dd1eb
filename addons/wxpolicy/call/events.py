"""What can happen to a call, as values: live hooks, capture files and raw tunnels all say it with these.

A call begins with ``RequestHead`` or ``TunnelOpened``; ``Ended`` is what its record needs beside them. What its
app on its device decides (``Started``, ``TimedOut``, ``Interrupted``) comes as the values
of ``wxpolicy.state`` themselves.
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
    """The request's method, names and headers are known; nothing of it has been sent on.

    ``sender`` is whose call it is. ``keeps_referer`` is False where the Referer at hand is not
    the one that the client sent (a recorded call: the proxy may have replaced it).
    """

    facts: CallFacts
    url: str
    sender: Sender | None
    keeps_referer: bool = True


@dataclass(frozen=True, slots=True)
class TunnelOpened:
    """A CONNECT whose content is neither HTTP nor TLS. ``host`` and ``port`` are those that were asked for."""

    facts: CallFacts
    url: str
    host: str
    port: int


@dataclass(frozen=True, slots=True)
class Admission:
    """The call is about to leave: now it needs a slot, and an app in the foreground."""


@dataclass(frozen=True, slots=True)
class UpstreamSeen:
    """The handshake of the connection that is to carry the call, judged.

    ``trust_stores`` names, for each platform, the list of roots that it was judged by.
    """

    findings: tuple[Finding, ...]
    trust_stores: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class LocalPeer:
    """The connection that is to carry the call leads to this machine, which is not lent out.

    ``host`` and ``port`` were asked for, ``address`` is where they led; ``kind`` as in ``rules.local_address``.
    """

    host: str
    address: str
    port: int
    kind: str


@dataclass(frozen=True, slots=True)
class LimitReached:
    """A bound of this proxy ends the call; the fields are those of ``rules.limit_reached``."""

    what: str
    limit: int
    unit: str
    option: str
    count: int = 0


@dataclass(frozen=True, slots=True)
class Malformed:
    """The request could be read in two ways, or not at all: nothing of it is sent. ``why`` is for people."""

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
    """The answer's body has come to its end, and this is what its bytes are."""

    facts: EncodingFacts


@dataclass(frozen=True, slots=True)
class SocketOpened:
    """The WebSocket handshake is done: from now on the call's timeout no longer counts."""


@dataclass(frozen=True, slots=True)
class Released:
    """The answer's last byte is here, or the client has gone: the call no longer counts for its app."""


@dataclass(frozen=True, slots=True)
class Message:
    """A WebSocket message of ``size`` bytes has passed."""

    from_client: bool
    size: int


@dataclass(frozen=True, slots=True)
class HopCame:
    """The client follows the redirect that it was answered with. ``is_refused``: it came no further."""

    is_refused: bool


class EndedBy(StrEnum):
    """Who kept a call from getting its answer to the end."""

    SERVER = "server"  # or the network on the way to it
    CLIENT = "client"
    PROXY = "proxy"  # a limit of this product: what it cannot carry and a device can
    GATE = "gate"  # this product, which refused or cut it (captures only)
    UNKNOWN = "unknown"  # a capture that does not say (captures only)


@dataclass(frozen=True, slots=True)
class Broken:
    """The call came to no answer, or not to the answer's end. ``why`` is what is known of the reason.

    Where it is the proxy's own limit, ``device`` says what a device would do ("" where nobody knows), and
    ``upstream_proxy`` is the address of the proxy in front of this one that failed.
    """

    by: EndedBy
    why: str = ""
    device: str = ""
    upstream_proxy: str = ""


class Unseen(StrEnum):
    """What a capture does not show of a call. Not observable is never passed."""

    CERTIFICATE = "certificate"
    ANSWER = "answer"
    ENCODING = "encoding"


@dataclass(frozen=True, slots=True)
class NotShown:
    """A capture lacks what a rule would have to look at."""

    what: Unseen


@dataclass(frozen=True, slots=True)
class RuleFailed:
    """An exception of our own, in a rule or on the way to it. ``where`` names the place, ``error`` what was raised."""

    where: str
    error: str


@dataclass(frozen=True, slots=True)
class Ended:
    """The call is over, or at a point where it is recorded; sizes in bytes as on the wire.

    ``tls`` is {"version", "cipher", "chain_length"} of the upstream handshake, None where
    there was none; ``duration_ms`` overrides the time between head and end (captures).
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
