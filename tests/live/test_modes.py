"""With debugging on only what a device checks itself is skipped, and told; observing alters no byte."""

import socket

import pytest

from testenv.enforcing import FIXED
from testenv.enforcing import LISTED
from testenv.enforcing import UNLISTED
from testenv.enforcing import every_client
from testenv.rawserver import RawServer
from testenv.rawserver import connect_through
from testenv.rawserver import http_answer
from testenv.recorded import one_record
from testenv.recorded import recorded
from testenv.recorded import wait_recorded


@every_client
def test_with_debugging_on_the_same_call_passes_and_is_told_to_be_debug_only(debug, lab, send, request):
    marker = f"debug-{request.node.callspec.id.replace(' ', '-').replace('/', '')}"
    answer = send(debug.clients, f"{UNLISTED}/{marker}")
    assert answer.answered and answer.status in (200, 101)
    record = one_record(debug, marker)
    assert record.debug_only is True
    assert (record.release.outcome, record.release.errno) == ("fail", 600002)
    assert (record.outcome, record.acted, record.http_status) == ("success", "pass", answer.status)


def test_with_debugging_on_http_and_bare_sockets_and_raw_tunnels_pass(debug, lab):
    assert debug.clients.curl("http://api.example.com/debug-http").status == 200
    assert debug.clients.websocket("ws://ws.example.com/debug-ws").status == 101
    with RawServer(lambda received: received) as server:
        lab.place("raw.example.com", 9000, server)
        lab.write_map(debug.map)
        with connect_through(debug.port, "raw.example.com:9000") as sock:
            sock.sendall(b"SSH-2.0-mine\r\n")
            assert sock.recv(100) == b"SSH-2.0-mine\r\n"
    for marker in ("/debug-http", "/debug-ws", "tcp://raw.example.com:9000"):
        record = one_record(debug, marker)
        assert (record.debug_only, record.release.errno, record.acted) == (True, 600002, "pass")


def test_with_debugging_on_a_redirect_passes(debug, lab):
    answer = debug.clients.curl(f"{LISTED}/redirect?to={UNLISTED}/followed", arguments=("--location",))
    assert (answer.status, lab.origin.paths()[-1]) == (200, "/followed")
    assert [record.debug_only for record in wait_recorded(debug, "/followed", 2)] == [True, True]


# Observe


@pytest.mark.parametrize("http2", [False, True], ids=["HTTP/1.1", "HTTP/2"])
@pytest.mark.parametrize("host", ["api.example.com", "unlisted.example.com"])
@pytest.mark.parametrize("referer", [None, "https://evil.example.com/a?b", FIXED])
def test_observing_delivers_what_mitmdump_alone_delivers(observe, shared_bare_proxy, lab, host, referer, http2):
    headers = {"Content-Type": "text/plain", "X-Odd": "a  b", "Cookie": "c=1"} | (
        {"Referer": referer} if referer else {}
    )
    arguments = ("--header", "X-Twice: 1", "--header", "x-twice: 2")
    for proxy in (shared_bare_proxy, observe):
        answer = proxy.clients.curl(
            f"https://{host}/observed?q=%2F//..", http2=http2, method="PUT", headers=headers, data=b"\x00\xff" * 500,
            arguments=arguments,
        )  # fmt: skip
        assert answer.status == 200
    bare, observed = ((s.method, s.path, s.host, s.headers, s.body, s.http_version, s.sni) for s in lab.origin.requests)
    assert bare == observed
    assert recorded(observe, f"https://{host}/observed")


def test_observing_changes_no_byte_of_a_plain_request_or_its_answer(observe, shared_bare_proxy, lab):
    head = b"GET http://byte.example.com/a HTTP/1.1\r\nHoSt: byte.example.com\r\nREFERER:  https://x/\r\nx-B: 1\r\nX-b: 2\r\n\r\n"
    answers = []
    with RawServer(http_answer) as server:
        lab.place("byte.example.com", 80, server)
        for proxy in (shared_bare_proxy, observe):
            lab.write_map(proxy.map)
            with socket.create_connection(("127.0.0.1", proxy.port), timeout=5) as sock:
                sock.sendall(head)
                answers.append(sock.makefile("rb").read(len(http_answer(head))))
        first, second = server.received
    assert first == second and b"REFERER:" in first
    assert answers[0] == answers[1]
    record = one_record(observe, "http://byte.example.com/a")
    assert (record.acted, record.outcome, record.debug_only) == ("pass", "success", True)


def test_observing_keeps_redirects_and_raw_tunnels(observe, lab):
    assert observe.clients.curl(f"{LISTED}/redirect?to={UNLISTED}/observed-hop").status == 302
    with RawServer(lambda received: received) as server:
        lab.place("raw.example.com", 9000, server)
        lab.write_map(observe.map)
        with connect_through(observe.port, "raw.example.com:9000") as sock:
            sock.sendall(b"hello")
            assert sock.recv(100) == b"hello"
    assert one_record(observe, "/observed-hop").release.outcome == "fail"
    assert one_record(observe, "tcp://raw.example.com:9000").acted == "pass"
