"""Every kind of client through one proxy: each call returns an Answer, none raises on a network failure."""

import functools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from testenv import browser
from testenv import h2client
from testenv import open_socket
from testenv import programs
from testenv import tunnel
from testenv.answer import ANSWERED
from testenv.answer import Answer
from testenv.answer import failure


class Clients:
    """Clients of the proxy on ``port`` that trust ``ca_pem`` alone. ``url`` may be https, http, wss or ws.

    All take ``timeout_s``. Those for one request also take ``method``,
    ``headers`` (a mapping) and ``data`` (bytes).
    """

    def __init__(self, port: int, ca_pem: Path) -> None:
        self.port = port
        self.ca_pem = ca_pem
        mine = (port, ca_pem)
        self.curl = functools.partial(programs.curl, *mine)
        self.node_https = functools.partial(programs.node_https, *mine)
        self.node_fetch = functools.partial(programs.node_fetch, *mine)
        self.chromium = functools.partial(browser.chromium, *mine)
        self.python_request = functools.partial(tunnel.request, *mine)
        self.open_tunnel = functools.partial(tunnel.open_tunnel, *mine)
        self.bytes_in_tunnel = functools.partial(tunnel.bytes_in_tunnel, *mine)
        self.raw = functools.partial(tunnel.raw, port)
        self.h2_streams = functools.partial(h2client.streams, *mine)
        self.open_socket = functools.partial(open_socket.OpenSocket, *mine)

    def websocket(
        self, url: str, *, messages: Sequence[str | bytes] = ("hello",), timeout_s: float = 10.0, **more: Any
    ) -> Answer:
        """Sends each message and awaits its echo. Answered: status 101 and the echoes joined; or the HTTP
        status that was given instead of a socket. ``more`` goes to websockets' ``connect``."""
        pytest.importorskip("websockets")
        from websockets.exceptions import InvalidStatus
        from websockets.exceptions import WebSocketException

        try:
            with self.open_socket(url, timeout_s=timeout_s, **more) as socket:
                echoes = []
                for message in messages:
                    socket.send(message)
                    echo = socket.receive(timeout_s=timeout_s)
                    echoes.append(echo.encode() if isinstance(echo, str) else echo)
            return Answer(ANSWERED, 101, b"".join(echoes), http_version="1.1")
        except InvalidStatus as error:
            answer = error.response
            headers = {name.lower(): value for name, value in answer.headers.raw_items()}
            return Answer(ANSWERED, answer.status_code, bytes(answer.body or b""), str(error), headers, "1.1")
        except (OSError, EOFError, WebSocketException) as error:
            return failure(error)
