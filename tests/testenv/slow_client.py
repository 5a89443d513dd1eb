"""An HTTP/2 client that takes and sends no more than the windows allow, which it grants by hand."""

import hashlib

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import DataReceived
from h2.events import StreamEnded
from h2.events import StreamReset

from testenv.h2client import get
from testenv.tunnel import open_tunnel

# Of a body, so much is kept as bytes; of the rest its size and hash.
_KEPT_BYTES = 64 * 1024


class SlowClient:
    """One connection. What came is in ``size``, ``data`` (hash) and ``body`` (its beginning), by stream."""

    def __init__(self, proxy, host: str) -> None:
        self.sock = open_tunnel(proxy.port, proxy.ca_pem, f"{host}:443", alpn=("h2",), timeout_s=15)
        self.h2 = H2Connection(H2Configuration(header_encoding="utf-8"))
        self.h2.initiate_connection()
        # Of the connection's window there is always enough; of the streams' only what h2 begins with.
        self.h2.increment_flow_control_window(2**30)
        self.data: dict[int, hashlib._Hash] = {}
        self.size: dict[int, int] = {}
        self.body: dict[int, bytes] = {}
        self.ended: set[int] = set()
        self.reset: set[int] = set()

    def ask(self, fields, end_stream=True) -> int:
        stream_id = self.h2.get_next_available_stream_id()
        self.h2.send_headers(stream_id, fields, end_stream=end_stream)
        self.data[stream_id], self.size[stream_id], self.body[stream_id] = hashlib.sha256(), 0, b""
        self.flush()
        return stream_id

    def flush(self) -> None:
        self.sock.sendall(self.h2.data_to_send())

    def read_once(self, granting: frozenset[int] = frozenset()) -> None:
        received = self.sock.recv(65536)
        assert received, "the connection was closed"
        for event in self.h2.receive_data(received):
            if isinstance(event, DataReceived):
                stream_id = event.stream_id
                self.data[stream_id].update(event.data)
                self.size[stream_id] += len(event.data)
                self.body[stream_id] += event.data[: max(0, _KEPT_BYTES - len(self.body[stream_id]))]
                if stream_id in granting:
                    self.h2.acknowledge_received_data(event.flow_controlled_length, stream_id)
            elif isinstance(event, StreamEnded):
                self.ended.add(event.stream_id)
            elif isinstance(event, StreamReset):
                self.reset.add(event.stream_id)
        self.flush()

    def read_until(self, holds, granting: frozenset[int] = frozenset()) -> None:
        while not holds():
            self.read_once(granting)

    def fetch(self, path: str, host: str) -> None:
        """A small call to its end, on a stream of its own."""
        stream_id = self.ask(get(host, path))
        self.read_until(lambda: stream_id in self.ended, frozenset({stream_id}))
