"""An HTTP/2 client inside a CONNECT tunnel that sends exactly the header fields it is told to."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from pathlib import Path

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import ConnectionTerminated
from h2.events import DataReceived
from h2.events import Event
from h2.events import ResponseReceived
from h2.events import StreamEnded
from h2.events import StreamReset
from h2.exceptions import ProtocolError

from testenv.answer import ANSWERED
from testenv.answer import GAVE_UP
from testenv.answer import NETWORK_ERROR
from testenv.answer import Answer
from testenv.answer import failure
from testenv.tunnel import open_tunnel

Fields = list[tuple[str, str]]


@dataclass
class _Stream:
    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    done: Answer | None = None


def get(authority: str, path: str = "/json", *more: tuple[str, str]) -> Fields:
    """The header fields of a GET; ``more`` may repeat or contradict them."""
    return [(":method", "GET"), (":scheme", "https"), (":authority", authority), (":path", path), *more]


def streams(
    proxy_port: int,
    ca_pem: Path,
    target: str,
    requests: Sequence[Fields],
    *,
    sni: str | None = None,
    timeout_s: float = 10.0,
) -> list[Answer]:
    """Sends all ``requests`` at once on one connection to ``target`` ("host:port"), without bodies.

    One Answer a stream, in order: "answered", "network_error" with the code of
    its reset ("reset: CANCEL") or how the connection ended, or "gave_up".
    """
    try:
        sock = open_tunnel(proxy_port, ca_pem, target, sni=sni, alpn=("h2",), timeout_s=timeout_s)
    except OSError as error:
        return [failure(error)] * len(requests)
    with sock:
        if sock.selected_alpn_protocol() != "h2":
            return [Answer(NETWORK_ERROR, error="the proxy does not speak HTTP/2")] * len(requests)
        h2 = H2Connection(
            H2Configuration(validate_outbound_headers=False, normalize_outbound_headers=False, header_encoding="utf-8")
        )
        h2.initiate_connection()
        seen: dict[int, _Stream] = {}
        for fields in requests:
            stream_id = h2.get_next_available_stream_id()
            seen[stream_id] = _Stream()
            h2.send_headers(stream_id, fields, end_stream=True)
        deadline = time.monotonic() + timeout_s
        ended = Answer(NETWORK_ERROR, error="the connection was closed")
        try:
            while any(stream.done is None for stream in seen.values()):
                sock.sendall(h2.data_to_send())
                sock.settimeout(max(0.001, deadline - time.monotonic()))
                data = sock.recv(65536)
                if not data:
                    break
                for event in h2.receive_data(data):
                    if isinstance(event, ConnectionTerminated):
                        ended = Answer(NETWORK_ERROR, error=f"GOAWAY: {_code(event.error_code)}")
                    else:
                        _take(h2, seen, event)
        except TimeoutError:
            ended = Answer(GAVE_UP, error=f"no end within {timeout_s} s")
        except (OSError, ProtocolError) as error:
            ended = failure(error)
        return [stream.done or ended for stream in seen.values()]


def _take(h2: H2Connection, seen: dict[int, _Stream], event: Event) -> None:
    stream = seen.get(getattr(event, "stream_id", 0) or 0)
    if stream is None:
        return
    if isinstance(event, ResponseReceived):
        stream.headers = {str(name).lower(): str(value) for name, value in event.headers or []}
        stream.status = int(stream.headers.pop(":status"))
    elif isinstance(event, DataReceived):
        stream.body += event.data or b""
        h2.acknowledge_received_data(event.flow_controlled_length or 0, event.stream_id or 0)
    elif isinstance(event, StreamEnded) and stream.done is None:
        stream.done = Answer(ANSWERED, stream.status, stream.body, "", stream.headers, "2")
    elif isinstance(event, StreamReset):
        stream.done = Answer(NETWORK_ERROR, stream.status, error=f"reset: {_code(event.error_code)}")


def _code(code: object) -> str:
    return str(getattr(code, "name", code))
