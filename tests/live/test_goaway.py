"""An HTTP/2 peer that takes no more streams (GOAWAY) still finishes those that it has; new calls use another connection.

nginx does so after ``keepalive_requests`` of them, any server when it is deployed anew.
"""

import ssl
import struct

import pytest
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import RequestReceived
from h2.settings import SettingCodes
from h2.settings import Settings

from testenv import h2client
from testenv.answer import ANSWERED
from testenv.answer import NETWORK_ERROR
from testenv.failing import FailingOrigin
from testenv.kept_alive import KeptAliveHttp2
from testenv.recorded import one_record
from testenv.recorded import wait_until
from testenv.tunnel import open_tunnel

HOST = "api.example.com"
POLICY = f"appid: any\nscope: all\ndomains: {{request: [https://{HOST}], downloadFile: [https://{HOST}]}}\n"
BODY = b'{"code": 0}'
MAX_CONCURRENT_STREAMS = SettingCodes.MAX_CONCURRENT_STREAMS
PROTOCOL_ERROR = 1


def goaway(last_stream_id, error_code=0):
    """RFC 9113 §6.8: 8 bytes, of type 7, on stream 0."""
    return struct.pack("!HBBBIII", 0, 8, 7, 0, 0, last_stream_id, error_code)


class Leaving:
    """Says goodbye once ``after`` requests have come on a connection, and answers those up to ``last_stream_id``."""

    def __init__(self, after, *frames, last_stream_id=2**31 - 1, streams_at_once=100):
        self.connections = self.closed = 0
        self._streams_at_once = streams_at_once
        self._after, self._frames, self._last = after, frames, last_stream_id

    def __call__(self, sock, context):
        with context.wrap_socket(sock, server_side=True, suppress_ragged_eofs=True) as tls:
            self.connections += 1
            is_first = self.connections == 1
            h2, waiting = H2Connection(H2Configuration(client_side=False)), []
            h2.local_settings = Settings(client=False, initial_values={MAX_CONCURRENT_STREAMS: self._streams_at_once})
            h2.initiate_connection()
            tls.sendall(h2.data_to_send())
            while received := tls.recv(65536):
                waiting += [
                    event.stream_id for event in h2.receive_data(received) if isinstance(event, RequestReceived)
                ]
                if is_first and len(waiting) < self._after:
                    tls.sendall(h2.data_to_send())
                    continue
                if is_first:
                    tls.sendall(h2.data_to_send() + b"".join(self._frames))
                for stream_id in waiting:
                    if not is_first or stream_id <= self._last:
                        h2.send_headers(stream_id, [(":status", "200"), ("content-type", "application/json")])
                        h2.send_data(stream_id, BODY, end_stream=True)
                waiting = []
                tls.sendall(h2.data_to_send())
            self.closed += 1


@pytest.fixture(scope="module")
def running(shared_proxy):
    return shared_proxy(policy=POLICY)


@pytest.fixture
def proxy_to(running, lab, tmp_path):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(lab.issuing.issue(HOST).write(tmp_path))
    context.set_alpn_protocols(["h2"])
    origins = []

    def proxy_to(serve):
        origins.append(FailingOrigin(serve, context))
        lab.place(HOST, 443, origins[-1])
        lab.write_map(running.map)
        return running

    yield proxy_to
    for origin in origins:
        origin.__exit__(None, None, None)


def asked(proxy, *paths):
    return h2client.streams(proxy.port, proxy.ca_pem, f"{HOST}:443", [h2client.get(HOST, path) for path in paths])


GRACEFUL = {
    "the last stream": [goaway(3)],
    "no stream yet, and then the last": [goaway(2**31 - 1), goaway(3)],
    "twice the same": [goaway(3), goaway(3)],
}


@pytest.mark.parametrize("frames", GRACEFUL.values(), ids=GRACEFUL)
def test_calls_on_their_way_are_answered(proxy_to, frames):
    proxy = proxy_to(Leaving(2, *frames))
    assert [answer.body for answer in asked(proxy, "/one", "/two")] == [BODY, BODY]


def test_the_next_call_goes_over_another_connection(proxy_to):
    leaving = Leaving(1, goaway(1))
    client = KeptAliveHttp2(proxy_to(leaving), HOST)
    answers = [client.get(f"/{number}") for number in range(3)]
    # The proxy closes the first one itself; the second is still in use.
    assert wait_until(lambda: leaving.closed == 1)
    client.close()
    assert [answer.status for answer in answers] == [200, 200, 200]
    assert leaving.connections == 2


def test_what_the_origin_has_not_taken_fails_alone(proxy_to):
    proxy = proxy_to(Leaving(2, goaway(1), last_stream_id=1))
    taken, left = asked(proxy, "/taken", "/left-behind")
    assert (taken.kind, left.kind) == (ANSWERED, NETWORK_ERROR)
    record = one_record(proxy, "left-behind")
    assert [finding.code for finding in record.findings if finding.code != "API_AMBIGUOUS"] == ["NETWORK_ERROR"]


def test_what_waited_for_a_free_stream_does_not_wait_for_ever(proxy_to):
    proxy = proxy_to(Leaving(1, goaway(1), streams_at_once=1))
    taken, *queued = asked(proxy, "/first-in-line", "/second-in-line")
    assert taken.kind == ANSWERED and [answer.kind for answer in queued] == [NETWORK_ERROR]


def test_an_error_ends_every_call(proxy_to):
    proxy = proxy_to(Leaving(2, goaway(3, PROTOCOL_ERROR), last_stream_id=0))
    assert [answer.kind for answer in asked(proxy, "/bad-one", "/bad-two")] == [NETWORK_ERROR, NETWORK_ERROR]


def test_a_client_that_says_goodbye_still_has_its_answer(proxy_to):
    proxy = proxy_to(Leaving(1))
    h2 = H2Connection(H2Configuration(header_encoding="utf-8"))
    h2.initiate_connection()
    h2.send_headers(1, h2client.get(HOST, "/goodbye"), end_stream=True)
    with open_tunnel(proxy.port, proxy.ca_pem, f"{HOST}:443", alpn=("h2",)) as sock:
        sock.sendall(h2.data_to_send() + goaway(0))
        seen = {1: h2client._Stream()}
        while seen[1].done is None and (data := sock.recv(65536)):
            for event in h2.receive_data(data):
                h2client._take(h2, seen, event)
    assert seen[1].done is not None and seen[1].done.body == BODY


def test_one_that_has_nothing_on_its_way_is_let_go(proxy_to):
    proxy = proxy_to(Leaving(1))
    h2 = H2Connection(H2Configuration(header_encoding="utf-8"))
    h2.initiate_connection()
    with open_tunnel(proxy.port, proxy.ca_pem, f"{HOST}:443", alpn=("h2",)) as sock:
        sock.sendall(h2.data_to_send() + goaway(0))
        while sock.recv(65536):
            pass
