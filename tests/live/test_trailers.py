"""Trailers, and what follows a request: they arrive, or are left out, and nobody waits."""

import contextlib
import ssl
from importlib import metadata

import pytest
from h2.config import H2Configuration
from h2.connection import H2Connection

from testenv.attacks import frame
from testenv.raw_exchange import HOST
from testenv.raw_exchange import OK
from testenv.raw_exchange import RESET
from testenv.raw_exchange import exchange
from testenv.raw_exchange import served
from testenv.rawserver import RawServer
from testenv.recorded import codes
from testenv.recorded import one_record
from testenv.recorded import wait_until
from testenv.tunnel import open_tunnel

# From 4.2 on, h2 itself refuses them.
H2_REFUSES_NAMES = tuple(map(int, metadata.version("h2").split(".")[:2])) >= (4, 2)


@pytest.fixture(scope="module")
def proxy(shared_proxy):
    return shared_proxy()


# Trailers


def test_trailers_of_a_request_arrive(proxy, lab):
    with RawServer(
        lambda got: OK if got.endswith(b"\r\n\r\n") and b"0\r\n" in got else b"",
        lab.issuing.issue(HOST),
        alpn=["http/1.1"],
    ) as server:
        lab.place(HOST, 443, server)
        lab.write_map(proxy.map)
        sent = (
            b"POST /trailers HTTP/1.1\r\nHost: api.example.com\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n"
            b"3\r\nabc\r\n0\r\nX-Sum: 900150\r\nContent-Length: 9\r\n\r\n"
        )
        assert exchange(proxy, sent).endswith(b"ok")
        assert server.received[0].lower().endswith(b"3\r\nabc\r\n0\r\nx-sum: 900150\r\n\r\n")
        # The connection is good for another call.
        assert exchange(proxy, sent.replace(b"/trailers", b"/again")).endswith(b"ok")


def test_trailers_of_http2_with_names_that_http1_cannot_hold_are_left_out(proxy, lab):
    with RawServer(
        lambda got: OK if b"\r\n0\r\n" in got else b"", lab.issuing.issue(HOST), alpn=["http/1.1"]
    ) as server:
        lab.place(HOST, 443, server)
        lab.write_map(proxy.map)
        trailers = [("x-sum", "1"), ("x-a:b", "c"), ("x-a b", "c"), ("host", "evil")]
        with open_tunnel(proxy.port, proxy.ca_pem, f"{HOST}:443", alpn=("h2",), timeout_s=5) as sock:
            h2 = H2Connection(H2Configuration(validate_outbound_headers=False))
            h2.initiate_connection()
            fields = [(":method", "POST"), (":scheme", "https"), (":authority", HOST), (":path", "/names")]
            sock.sendall(
                h2.data_to_send()
                + frame(1, 4, 1, h2.encoder.encode(fields))
                + frame(0, 0, 1, b"abc")
                + frame(1, 5, 1, h2.encoder.encode(trailers))
            )
            if H2_REFUSES_NAMES:
                told = b""
                while not RESET.search(told):
                    told += sock.recv(65536) or pytest.fail("closed without a word")
                assert not any(server.received)
                return
            assert server.wait_for(lambda received: any(b"\r\n0\r\n" in each for each in received))
        assert server.received[0].endswith(b"3\r\nabc\r\n0\r\nx-sum: 1\r\n\r\n")


@pytest.mark.parametrize("http2", [False, True], ids=["to HTTP/1.1", "to HTTP/2"])
def test_trailers_of_an_answer_arrive_and_nobody_waits(proxy, lab, http2):
    answer = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 1\r\n\r\n"
    with served(lab, answer) as server:
        lab.place(HOST, 443, server)
        lab.write_map(proxy.map)
        mark = f"/answer-trailers-{http2}"
        got = proxy.clients.curl(f"https://{HOST}{mark}", http2=http2, timeout_s=5)
        assert (got.status, got.body) == (200, b"ok")
        if not http2:
            whole = exchange(proxy, b"GET /t HTTP/1.1\r\nHost: api.example.com\r\n\r\n", until=b": 1\r\n\r\n")
            assert whole.lower().endswith(b"\r\n0\r\nx-sum: 1\r\n\r\n")
    assert one_record(proxy, mark).outcome == "success"


@pytest.mark.parametrize(
    "body", [b"0\r\n" + b"a: b\r\n" * 4000, b"1" + b";a" * 4000], ids=["trailers", "a chunk's line"]
)
@pytest.mark.parametrize("pieces", [1, 2], ids=["in one piece", "apart"])
def test_a_bound_on_a_request_s_end_stands_in_its_record(proxy, lab, body, pieces):
    # In one piece the bound is reached while the call's first hook runs.
    with served(lab, b"") as server:
        lab.place(HOST, 443, server)
        lab.write_map(proxy.map)
        mark = f"/bound-{body[:1].decode()}-{pieces}"
        head = (
            b"POST %s HTTP/1.1\r\nHost: api.example.com\r\nTransfer-Encoding: chunked\r\nContent-Type: application/json\r\n\r\n"
            % mark.encode()
        )
        with open_tunnel(proxy.port, proxy.ca_pem, f"{HOST}:443", alpn=("http/1.1",), timeout_s=5) as sock:
            if pieces == 1:
                sock.sendall(head + body)
            else:
                sock.sendall(head)
                assert wait_until(lambda: server.received and b"\r\n\r\n" in server.received[-1])
                sock.sendall(body)
            with contextlib.suppress(ConnectionError, ssl.SSLError):
                assert sock.recv(1000) == b""
    assert codes(one_record(proxy, mark)) == ["LIMIT_REACHED"]


def test_requests_that_were_sent_ahead_are_calls_of_their_own(proxy, lab):
    with RawServer(lambda received: OK, lab.issuing.issue(HOST), alpn=["http/1.1"]) as server:
        lab.place(HOST, 443, server)
        lab.write_map(proxy.map)
        ahead = b"".join(b"GET /ahead-%d HTTP/1.1\r\nHost: api.example.com\r\n\r\n" % number for number in range(3))
        assert exchange(proxy, ahead, until=OK * 3) == OK * 3
        assert server.connections == 1
    assert [one_record(proxy, f"/ahead-{number}").outcome for number in range(3)] == ["success"] * 3
