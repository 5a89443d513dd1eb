"""Each call ends at its API's networkTimeout, whatever its origin does: on time, with errno 5, and at the origin too."""

import json
import socket
import ssl
import tempfile
import threading
import time
from concurrent import futures
from pathlib import Path

import pytest

from testenv import h2client
from testenv.answer import failure
from testenv.sockets import on_linux
from testenv.sockets import open_sockets
from testenv.sockets import wait_for_sockets
from testenv.tunnel import open_tunnel
from testenv.tunnel import read_answer
from wxlab.origin import Origin

TIMEOUT_MS = 500
POLICY = f"""\
appid: any
scope: all
domains:
  request:       [https://api.example.com]
  uploadFile:    [https://upload.example.com]
  downloadFile:  [https://cdn.example.com]
  connectSocket: [wss://ws.example.com]
networkTimeout: {{request: {TIMEOUT_MS}, uploadFile: {TIMEOUT_MS}, downloadFile: {TIMEOUT_MS}, connectSocket: {TIMEOUT_MS}}}
"""
# The contract is 100 ms; the rest is for clients that start slowly and for busy machines.
LATE_S = 0.1
SLACK_S = 1.0

REQUEST = {"X-Miniprogram-Api": "request"}
UPLOAD = {"X-Miniprogram-Api": "uploadFile"}
DOWNLOAD = {"X-Miniprogram-Api": "downloadFile"}


@pytest.fixture
def proxy(start_proxy):
    return start_proxy(policy=POLICY)


def the_record(proxy, count=1):
    assert proxy.stop() == 0
    records = proxy.records()
    assert len(records) == count
    return records[-1]


def assert_timed_out(record, *, stage, errno=5):
    assert (record["outcome"], record["errno"], record["acted"]) == ("fail", errno, "fail")
    assert (
        record["release"]
        == record["debug"]
        == {"outcome": "fail", "errno": 5, "errmsg": f"{record['api']}:fail timeout"}
    )
    assert [finding["code"] for finding in record["findings"] if finding["severity"] == "violation"] == ["TIMEOUT"]
    assert stage in record["findings"][-1]["message"]
    assert TIMEOUT_MS - 5 <= record["duration_ms"] <= TIMEOUT_MS + (LATE_S + SLACK_S) * 1000


class Opened:
    """A client's tunnel on which a request was begun, with the moment at which it was."""

    def __init__(self, proxy, host, head, body=b"", **more):
        self.sock = open_tunnel(proxy.port, proxy.ca_pem, f"{host}:443", **more)
        self.began = time.monotonic()
        self.sock.sendall(head.encode() + body)

    def end(self):
        """What the client gets, and after how many seconds."""
        with self.sock:
            self.sock.settimeout(10)
            try:
                answer = read_answer(self.sock)
            except OSError as error:
                answer = failure(error)
        return answer, time.monotonic() - self.began


def assert_ended_on_time(answer, took_s):
    assert answer.failed, answer
    assert TIMEOUT_MS / 1000 - 0.005 <= took_s <= TIMEOUT_MS / 1000 + LATE_S + SLACK_S


def get(path, host="api.example.com", api="request"):
    return f"GET {path} HTTP/1.1\r\nHost: {host}\r\nX-Miniprogram-Api: {api}\r\n\r\n"


@pytest.mark.parametrize(
    ("path", "stage", "status"),
    [
        ("/hang", "no response headers", None),
        ("/hang-body", "response body was not complete", None),
        ("/drip?n=1000&every_ms=20", "response body was not complete", None),
        # Streamed: the client has the head, and part of the body.
        ("/drip?n=3000000&every_ms=20", "response body was not complete", 200),
    ],
)
def test_an_answer_that_does_not_come_in_time(proxy, lab, path, stage, status):
    answer, took_s = Opened(proxy, "api.example.com", get(path)).end()
    assert_ended_on_time(answer, took_s)
    assert answer.status == status
    assert lab.origin.wait_closed_connections(timeout_s=1)
    assert_timed_out(the_record(proxy), stage=stage)


@pytest.mark.parametrize("length", [1000, 5_000_000], ids=["kept", "streamed"])
def test_an_upload_that_stops(proxy, lab, length):
    head = f"POST /echo HTTP/1.1\r\nHost: upload.example.com\r\nX-Miniprogram-Api: uploadFile\r\nContent-Length: {length}\r\n\r\n"
    answer, took_s = Opened(proxy, "upload.example.com", head, b"x" * 500).end()
    assert_ended_on_time(answer, took_s)
    assert lab.origin.wait_closed_connections(timeout_s=1)
    assert [seen.complete for seen in lab.origin.requests] == ([False] if length > 1_000_000 else [])
    assert_timed_out(the_record(proxy), stage="request body was not all sent")


@on_linux
def test_an_upload_whose_origin_reads_nothing(proxy, lab):
    """What waits to be written must not keep the origin's connection open."""
    pid = proxy.program.process.pid
    before = open_sockets(pid)
    with _Deaf(lab.issuing.issue("upload.example.com")) as origin:
        _map_to(proxy, lab, "upload.example.com:443", origin.port)
        head = "POST /deaf HTTP/1.1\r\nHost: upload.example.com\r\nX-Miniprogram-Api: uploadFile\r\nContent-Length: 500000000\r\n\r\n"
        call = Opened(proxy, "upload.example.com", head)
        call.sock.settimeout(10)
        with call.sock, pytest.raises(OSError):
            for _ in range(500_000_000 // 65536):
                call.sock.sendall(b"x" * 65536)
        took_s = time.monotonic() - call.began
        assert TIMEOUT_MS / 1000 - 0.005 <= took_s <= TIMEOUT_MS / 1000 + LATE_S + SLACK_S
        assert wait_for_sockets(pid, before, timeout_s=2)
        assert 0 < origin.read_to_the_end() < 500_000_000
    assert_timed_out(the_record(proxy), stage="request body was not all sent")


def test_a_socket_whose_handshake_hangs(proxy, lab):
    head = (
        "GET /hang HTTP/1.1\r\nHost: ws.example.com\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    answer, took_s = Opened(proxy, "ws.example.com", head).end()
    assert_ended_on_time(answer, took_s)
    assert lab.origin.wait_closed_connections(timeout_s=1)
    record = the_record(proxy)
    assert record["api"] == "connectSocket"
    assert_timed_out(record, stage="WebSocket handshake")


def test_an_open_socket_outlives_its_timeout(proxy, lab):
    """Only the handshake counts."""
    with proxy.clients.open_socket("wss://ws.example.com/ws") as ws:
        # A call that began later has timed out: so much time has passed.
        answer, _ = Opened(proxy, "api.example.com", get("/hang")).end()
        assert answer.failed
        ws.send("still here")
        assert ws.receive(timeout_s=5) == "still here"
    assert proxy.stop() == 0
    assert {record["api"]: record["outcome"] for record in proxy.records()} == {
        "request": "fail",
        "connectSocket": "success",
    }


@pytest.mark.parametrize("handshake", ["stall", None], ids=["no TLS handshake", "no connection"])
def test_a_server_that_cannot_be_reached(proxy, lab, handshake):
    """The call waits for its connection, where nothing of mitmproxy's own would end it."""
    with Origin(handshake="stall") as origin, _Full() as full_port:
        lab.place("api.example.com", 443, origin)
        lab.write_map(proxy.map)
        if handshake is None:
            _map_to(proxy, lab, "api.example.com:443", full_port)
        answer, took_s = Opened(proxy, "api.example.com", get("/json")).end()
        assert_ended_on_time(answer, took_s)
        assert origin.wait_closed_connections(timeout_s=1)
    assert_timed_out(the_record(proxy), stage="no response headers")


def test_debug_mode_times_out_too_and_observe_only_says_so(start_proxy, lab):
    debug = start_proxy(policy=POLICY, arguments=("--mode", "debug"))
    answer, took_s = Opened(debug, "unlisted.example.com", get("/hang", "unlisted.example.com")).end()
    assert_ended_on_time(answer, took_s)
    record = the_record(debug)
    assert (record["errno"], record["errmsg"], record["release"]["errno"]) == (5, "request:fail timeout", 600002)

    observe = start_proxy(policy=POLICY, arguments=("--mode", "observe"))
    answer = observe.clients.python_request(f"https://api.example.com/slow?ms={TIMEOUT_MS * 2}", headers=REQUEST)
    assert answer.status == 200
    record = the_record(observe)
    assert (record["outcome"], record["acted"], record["release"]["errno"]) == ("success", "pass", 5)
    assert [finding["code"] for finding in record["findings"]] == ["TIMEOUT"]


class _Deaf:
    """A TLS server that reads nothing, until it is asked what there is to read."""

    def __init__(self, leaf):
        self._context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        with tempfile.TemporaryDirectory() as folder:
            self._context.load_cert_chain(leaf.write(Path(folder)))
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._connection = futures.Future()
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        try:
            self._connection.set_result(self._context.wrap_socket(self._listener.accept()[0], server_side=True))
        except OSError as error:
            self._connection.set_exception(error)

    def read_to_the_end(self):
        """How many bytes there were before the connection ended."""
        sock = self._connection.result(5)
        sock.settimeout(5)
        count = 0
        try:
            while data := sock.recv(1_000_000):
                count += len(data)
        except (ssl.SSLEOFError, ConnectionResetError):
            pass
        return count

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._listener.close()
        self._connection.result(5).close()


class _Full:
    """A port whose backlog is full: connecting to it hangs."""

    def __enter__(self):
        self.listener = socket.socket()
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen(0)
        self.fillers = []
        port = self.listener.getsockname()[1]
        for _ in range(4):
            filler = socket.socket()
            filler.setblocking(False)
            filler.connect_ex(("127.0.0.1", port))
            self.fillers.append(filler)
        return port

    def __exit__(self, *_):
        for sock in (*self.fillers, self.listener):
            sock.close()


def _map_to(proxy, lab, name, port):
    places = lab.resolve_map() | {name: port}
    part = proxy.map.with_name("part")
    part.write_text(json.dumps(places))
    part.replace(proxy.map)


def test_timeouts_leave_their_http2_neighbours_alone(proxy, lab):
    paths = ("/hang", "/json", "/drip?n=1000&every_ms=20", "/slow?ms=100", "/bytes?n=100000")
    requests = [h2client.get("api.example.com", path, ("x-miniprogram-api", "request")) for path in paths]
    hang, *rest = proxy.clients.h2_streams("api.example.com:443", requests)
    assert hang.failed and hang.error.startswith("reset")
    assert [answer.failed for answer in rest] == [False, True, False, False]
