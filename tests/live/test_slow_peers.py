"""A peer that takes its bytes slowly slows the other one down: the proxy holds little of them, and other calls go on."""

import hashlib
import random
import socket
import ssl
import threading

import pytest
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import DataReceived
from h2.events import StreamEnded

from testenv.h2client import get
from testenv.memory import memory_mb
from testenv.recorded import one_record
from testenv.slow_client import SlowClient
from wxlab.origin import Origin

MB = 1024 * 1024
BLOCK = random.Random(7).randbytes(MB)
SIZE_MB = 100
# Windows, the proxy's own buffers, and those of six sockets.
MOST_UNDER_WAY_MB = 40
MOST_MEMORY_MB = 25
POLICY = """\
appid: any
mode: debug
scope: all
domains:
  request: [https://api.example.com]
"""


class Progress:
    """A route that sends ``SIZE_MB``, and how far it has come."""

    def __init__(self) -> None:
        self.sent_mb = 0

    async def route(self, exchange) -> None:
        await exchange.start(200, [("content-type", "application/octet-stream"), ("content-length", str(SIZE_MB * MB))])
        for _ in range(SIZE_MB):
            await exchange.send(BLOCK)
            self.sent_mb += 1
        await exchange.end()


@pytest.fixture(scope="module")
def old_origin(whole_lab):
    with Origin(whole_lab.issuing.issue("cdn.example.com"), alpn=("http/1.1",)) as origin:
        yield origin


@pytest.fixture
def proxy(start_proxy):
    return start_proxy(policy=POLICY)


@pytest.mark.parametrize("host", ["api.example.com", "cdn.example.com"], ids=["from HTTP/2", "from HTTP/1.1"])
def test_a_download_waits_for_its_client_and_holds_up_no_other_call(host, proxy, lab, old_origin):
    lab.place("cdn.example.com", 443, old_origin)
    lab.write_map(proxy.map)
    progress = Progress()
    for origin in (lab.origin, old_origin):
        origin.routes["/slowly"] = progress.route
    client = SlowClient(proxy, host)
    client.fetch("/json", host)
    idle_mb = memory_mb(proxy)
    download = client.ask(get(host, "/slowly"))
    client.read_until(lambda client=client, download=download: client.size[download] >= 65535)
    for _ in range(50):
        client.fetch("/json", host)
    # Its client takes nothing more, so hardly anything more has been sent.
    assert progress.sent_mb <= MOST_UNDER_WAY_MB
    assert memory_mb(proxy) - idle_mb < MOST_MEMORY_MB
    # From here on it takes all.
    client.h2.acknowledge_received_data(65535, download)
    client.flush()
    client.read_until(lambda: download in client.ended, frozenset({download}))
    expected = hashlib.sha256()
    for _ in range(SIZE_MB):
        expected.update(BLOCK)
    assert (client.size[download], client.data[download].hexdigest()) == (SIZE_MB * MB, expected.hexdigest())
    assert memory_mb(proxy) - idle_mb < MOST_MEMORY_MB
    assert one_record(proxy, "/slowly").response_bytes == SIZE_MB * MB
    client.sock.close()


def test_a_client_that_goes_away_in_the_middle_leaves_nothing_behind(proxy, lab):
    progress = Progress()
    lab.origin.routes["/slowly"] = progress.route
    for number in range(3):
        client = SlowClient(proxy, "api.example.com")
        download = client.ask(get("api.example.com", f"/slowly?{number}"))
        client.read_until(lambda client=client, download=download: client.size[download] >= 65535)
        if number == 1:
            client.h2.reset_stream(download)
            client.flush()
            client.fetch("/json", "api.example.com")
        client.sock.close()
        assert lab.origin.wait_closed_connections()
    assert proxy.stop() == 0
    assert "Traceback" not in proxy.output and "Task was destroyed" not in proxy.output


class StingyServer:
    """An HTTP/2 server that takes in what its windows hold, and more only once ``generous`` is set."""

    def __init__(self, leaf, folder) -> None:
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(leaf.write(folder))
        self._context.set_alpn_protocols(["h2"])
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.generous = threading.Event()
        self.full = threading.Event()
        self.size, self.digest = 0, hashlib.sha256()
        self.failed: list[Exception] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        try:
            sock, _ = self._listener.accept()
            with self._context.wrap_socket(sock, server_side=True) as sock:
                self._speak(sock)
        except Exception as error:
            self.failed.append(error)

    def _speak(self, sock) -> None:
        h2 = H2Connection(H2Configuration(client_side=False))
        h2.initiate_connection()
        sock.sendall(h2.data_to_send())
        while received := sock.recv(65536):
            for event in h2.receive_data(received):
                if isinstance(event, DataReceived):
                    self.size += len(event.data)
                    self.digest.update(event.data)
                    if self.size >= 65535 and not self.generous.is_set():
                        self.full.set()
                        self.generous.wait(20)
                    h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
                elif isinstance(event, StreamEnded):
                    h2.send_headers(event.stream_id, [(":status", "200"), ("content-length", "2")])
                    h2.send_data(event.stream_id, b"ok", end_stream=True)
            sock.sendall(h2.data_to_send())


def test_an_upload_waits_for_its_server(proxy, lab, tmp_path):
    server = StingyServer(lab.issuing.issue("upload.example.com"), tmp_path)
    lab.place("upload.example.com", 443, server)
    lab.write_map(proxy.map)
    assert proxy.clients.python_request("https://api.example.com/json").status == 200
    idle_mb, sent_mb, expected = memory_mb(proxy), 0, hashlib.sha256()
    client = SlowClient(proxy, "upload.example.com")
    head = [(":method", "POST"), (":scheme", "https"), (":authority", "upload.example.com"), (":path", "/"),
            ("content-length", str(SIZE_MB * MB))]  # fmt: skip
    upload = client.ask(head, end_stream=False)
    stopped = False
    for _ in range(SIZE_MB):
        expected.update(BLOCK)
        left = memoryview(BLOCK)
        while left:
            window = min(client.h2.local_flow_control_window(upload), client.h2.max_outbound_frame_size, len(left))
            if window == 0:
                if not stopped:
                    stopped = server.full.wait(10)
                    assert sent_mb <= MOST_UNDER_WAY_MB and memory_mb(proxy) - idle_mb < MOST_MEMORY_MB
                    server.generous.set()
                received = client.sock.recv(65536)
                assert received, "the connection was closed"
                client.h2.receive_data(received)
                client.flush()
                continue
            client.h2.send_data(upload, bytes(left[:window]))
            client.flush()
            left = left[window:]
        sent_mb += 1
    client.h2.end_stream(upload)
    client.flush()
    client.read_until(lambda: upload in client.ended)
    assert stopped, "the proxy took all of it at once"
    assert (server.failed, server.size, server.digest.hexdigest()) == ([], SIZE_MB * MB, expected.hexdigest())
    assert memory_mb(proxy) - idle_mb < MOST_MEMORY_MB
    client.sock.close()
