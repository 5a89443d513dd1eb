"""A call as a capture file shows it, whatever tool wrote the file."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field

from wxpolicy.call.events import EndedBy
from wxpolicy.call.facts import CallFacts
from wxpolicy.call.record import CallRecord
from wxpolicy.call.record import Verdict
from wxpolicy.certificates.facts import Handshake
from wxpolicy.terms import Text


@dataclass(frozen=True, slots=True)
class Upstream:
    """The TLS connection to the server: DER certificates as served, what the handshake told, and when (Unix time)."""

    chain: tuple[bytes, ...]
    handshake: Handshake
    at: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server returned. Header names are lower-case. ``body`` is None if the capture does not contain its
    bytes; ``content_coding`` is what still has to be decoded, "" for nothing."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    content_coding: str = ""


@dataclass(frozen=True, slots=True)
class Captured:
    """One call. Times are Unix time in seconds and durations in ms, 0 where unknown.

    ``sent_ms`` and ``answered_ms`` tell when the request was all sent and when the answer began, None where the capture
    does not. ``answer`` is None where none arrived, and ``trouble`` is then the reason according to the capture.
    ``ended_by`` is None if the answer is complete, or if that is unknown; ``happened`` is what the client met, if the
    capture says so. ``upstream`` is None where the capture shows no server certificate. ``recorded`` is the record that
    this product made of the call while it ran: what no capture can show (time, state, the refused handshake) is taken
    from it. ``is_tunnel``: a raw tunnel, none of the four APIs. ``is_open_socket``: a WebSocket that was opened without
    a 101 (HTTP/2 answers 200), or by what passed through it.
    """

    id: str
    facts: CallFacts
    url: str
    started_at: float = 0.0
    duration_ms: int = 0
    sent_ms: float | None = None
    answered_ms: float | None = None
    request_bytes: int = 0
    response_bytes: int = 0
    answer: Answer | None = None
    trouble: str = ""
    ended_by: EndedBy | None = None
    happened: Verdict | None = None
    upstream: Upstream | None = None
    recorded: CallRecord | None = None
    is_tunnel: bool = False
    is_open_socket: bool = False


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something in a capture that is not a call: ``kind`` is a key of SessionFacts.counts."""

    kind: str


@dataclass(frozen=True, slots=True)
class Untrusting:
    """A client that did not trust the tool's certificate: its calls to ``host`` were never sent."""

    device: str
    host: str


@dataclass(frozen=True, slots=True)
class Mistake:
    """What could not be read, and where; reading continues after it, unless it is the last item of a reader."""

    text: Text


Item = Captured | Skipped | Untrusting | Mistake


class Unreadable(Exception):
    """A file that cannot be read any further, as text for the user."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text
