"""What a client got: the one shape that every client of the tests returns."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field

ANSWERED = "answered"
NETWORK_ERROR = "network_error"
GAVE_UP = "gave_up"


@dataclass(frozen=True)
class Answer:
    """``kind`` is "answered" (a whole HTTP answer of any status, or a WebSocket's echo), "network_error"
    (the connection ended, or the stream was reset, before that) or "gave_up" (the client's own time was
    up: so that a test for a network error cannot pass on a proxy that hangs).

    ``status`` is None where no head arrived; a WebSocket's is 101. Header names are lower-case.
    """

    kind: str
    status: int | None = None
    body: bytes = b""
    error: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    http_version: str = ""  # "1.1" or "2"

    @property
    def answered(self) -> bool:
        return self.kind == ANSWERED

    @property
    def failed(self) -> bool:
        """A network failure on the wire, as a mini-program sees it."""
        return self.kind == NETWORK_ERROR


def failure(error: BaseException, status: int | None = None) -> Answer:
    """The answer that an exception stands for."""
    kind = GAVE_UP if isinstance(error, TimeoutError) else NETWORK_ERROR
    return Answer(kind, status, error=f"{type(error).__name__}: {error}")
