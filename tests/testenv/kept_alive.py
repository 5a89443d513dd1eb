"""Clients that keep their connection for one call after another: HTTP/1.1 and HTTP/2 inside one tunnel."""

import http.client
import time
from collections.abc import Mapping

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import ConnectionTerminated
from h2.exceptions import ProtocolError

from testenv import h2client
from testenv.answer import ANSWERED
from testenv.answer import GAVE_UP
from testenv.answer import NETWORK_ERROR
from testenv.answer import Answer
from testenv.answer import failure
from testenv.tunnel import open_tunnel
from testenv.tunnel import trusting


class KeptAlive:
    """HTTP/1.1 to one host. ``source`` is the address it comes from: another device. It reconnects where it must."""

    def __init__(self, proxy, host: str, *, source: str = "127.0.0.1", timeout_s: float = 10.0) -> None:
        self.host = host
        self._connection = http.client.HTTPSConnection(
            "127.0.0.1", proxy.port, timeout=timeout_s, context=trusting(proxy.ca_pem), source_address=(source, 0)
        )
        self._connection.set_tunnel(host, 443)

    def begin(self, path: str, headers: Mapping[str, str] | None = None) -> None:
        self._connection.request("GET", path, headers=dict(headers or {}))

    def end(self) -> Answer:
        status = None
        try:
            response = self._connection.getresponse()
            status = response.status
            return Answer(ANSWERED, status, response.read(), http_version="1.1")
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            return failure(error, status)

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        try:
            self.begin(path, headers)
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            return failure(error)
        return self.end()

    def close(self) -> None:
        self._connection.close()


class KeptAliveHttp2:
    """HTTP/2 to one host: each call is a stream of the same connection."""

    def __init__(self, proxy, host: str, *, timeout_s: float = 10.0) -> None:
        self.host = host
        self._timeout_s = timeout_s
        self._sock = open_tunnel(proxy.port, proxy.ca_pem, f"{host}:443", alpn=("h2",), timeout_s=timeout_s)
        self._h2 = H2Connection(H2Configuration(header_encoding="utf-8"))
        self._h2.initiate_connection()

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        stream_id = self._h2.get_next_available_stream_id()
        seen = {stream_id: h2client._Stream()}
        fields = h2client.get(self.host, path, *((name.lower(), value) for name, value in (headers or {}).items()))
        deadline = time.monotonic() + self._timeout_s
        try:
            self._h2.send_headers(stream_id, fields, end_stream=True)
            while seen[stream_id].done is None:
                self._sock.sendall(self._h2.data_to_send())
                self._sock.settimeout(max(0.001, deadline - time.monotonic()))
                data = self._sock.recv(65536)
                if not data:
                    return Answer(NETWORK_ERROR, error="the connection was closed")
                for event in self._h2.receive_data(data):
                    if isinstance(event, ConnectionTerminated):
                        return Answer(NETWORK_ERROR, error=f"GOAWAY: {event.error_code}")
                    h2client._take(self._h2, seen, event)
        except TimeoutError:
            return Answer(GAVE_UP, error=f"no end within {self._timeout_s} s")
        except (OSError, ProtocolError) as error:
            return failure(error)
        return seen[stream_id].done

    def close(self) -> None:
        self._sock.close()
