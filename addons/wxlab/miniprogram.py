"""A scripted mini-program: real calls of all four APIs through a proxy, as a phone makes them.

Its own domain check is off, as with debugging on: that is the client the proxy is for. Standard library and wsproto
only.
"""

import http.client
import secrets
import ssl
import urllib.parse
from dataclasses import dataclass
from pathlib import Path

import wsproto
from wsproto.events import AcceptConnection
from wsproto.events import CloseConnection
from wsproto.events import Request
from wsproto.events import TextMessage

ANDROID = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 MicroMessenger/8.0.50 MiniProgramEnv/android"
# platform §1: the client follows these itself, same method and body.
FOLLOWED = (301, 302, 307)
MOST_HOPS = 15
TIMEOUT_S = 15.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What a call's callback would receive: ``status`` is None on fail."""

    api: str
    url: str
    status: int | None

    @property
    def success(self) -> bool:
        return self.status is not None


class MiniProgram:
    """One running mini-program behind a proxy whose CA it trusts."""

    def __init__(self, proxy: tuple[str, int], ca_file: Path, appid: str, version: str = "0") -> None:
        self._proxy = proxy
        self._trust = ssl.create_default_context(cafile=str(ca_file))
        self._headers = {
            "Referer": f"https://servicewechat.com/{appid}/{version}/page-frame.html",
            "User-Agent": ANDROID,
            "charset": "utf-8",
        }

    def request(self, url: str, method: str = "GET", data: bytes | None = None) -> Answer:
        return self._call("request", url, method, data, {"content-type": "application/json"})

    def upload_file(self, url: str, content: bytes) -> Answer:
        border = secrets.token_hex(8)
        body = (
            f'--{border}\r\nContent-Disposition: form-data; name="file"; filename="photo.jpg"\r\n'
            "Content-Type: image/jpeg\r\n\r\n"
        ).encode() + content
        body += f"\r\n--{border}--\r\n".encode()
        return self._call("uploadFile", url, "POST", body, {"content-type": f"multipart/form-data; boundary={border}"})

    def download_file(self, url: str) -> Answer:
        return self._call("downloadFile", url, "GET", None, {"X-Miniprogram-Api": "downloadFile"})

    def connect_socket(self, url: str) -> Answer:
        """Opens a socket, sends one message and waits for its echo."""
        parts = urllib.parse.urlsplit(url)
        try:
            connection = self._connection(parts.hostname or "", parts.port, secure=parts.scheme == "wss")
            try:
                return self._talk(connection, url)
            finally:
                connection.close()
        except (OSError, http.client.HTTPException, wsproto.utilities.ProtocolError):
            return Answer("connectSocket", url, None)

    def _call(self, api: str, url: str, method: str, data: bytes | None, more: dict[str, str]) -> Answer:
        at = url
        try:
            for _ in range(MOST_HOPS + 1):
                status, location = self._exchange(at, method, data, more)
                if status not in FOLLOWED or not location:
                    break
                at = urllib.parse.urljoin(at, location)
        except (OSError, http.client.HTTPException):
            return Answer(api, url, None)
        return Answer(api, url, status)

    def _exchange(self, url: str, method: str, data: bytes | None, more: dict[str, str]) -> tuple[int, str | None]:
        parts = urllib.parse.urlsplit(url)
        target = urllib.parse.urlunsplit(("", "", parts.path or "/", parts.query, ""))
        secure = parts.scheme == "https"
        connection = self._connection(parts.hostname or "", parts.port, secure)
        try:
            connection.request(method, target if secure else url, data, {**self._headers, **more})
            answer = connection.getresponse()
            answer.read()
            return answer.status, answer.getheader("location")
        finally:
            connection.close()

    def _connection(self, host: str, port: int | None, secure: bool) -> http.client.HTTPConnection:
        if not secure:
            return http.client.HTTPConnection(*self._proxy, timeout=TIMEOUT_S)
        connection = http.client.HTTPSConnection(*self._proxy, timeout=TIMEOUT_S, context=self._trust)
        connection.set_tunnel(host, port or 443)
        return connection

    def _talk(self, connection: http.client.HTTPConnection, url: str) -> Answer:
        connection.connect()
        parts = urllib.parse.urlsplit(url)
        speaker = wsproto.WSConnection(wsproto.ConnectionType.CLIENT)
        headers = [(name.encode(), value.encode()) for name, value in self._headers.items()]
        connection.sock.sendall(
            speaker.send(Request(host=parts.netloc, target=parts.path or "/", extra_headers=headers))
        )
        while True:
            received = connection.sock.recv(65536)
            if not received:
                raise ConnectionResetError("closed by the other side")
            speaker.receive_data(received)
            for event in speaker.events():
                if isinstance(event, AcceptConnection):
                    connection.sock.sendall(speaker.send(TextMessage(data="hello")))
                elif isinstance(event, TextMessage):
                    connection.sock.sendall(speaker.send(CloseConnection(code=1000)))
                    return Answer("connectSocket", url, 101)
