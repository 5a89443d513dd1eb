"""Release refuses on the wire, debug lets the same calls pass, observe alters nothing: with real clients."""

import socket
from types import SimpleNamespace

import pytest

from testenv import h2client
from testenv.enforcing import LISTED
from testenv.enforcing import UNLISTED
from testenv.enforcing import every_client
from testenv.rawserver import RawServer
from testenv.rawserver import connect_through
from testenv.rawserver import read_until_end
from testenv.recorded import codes
from testenv.recorded import one_record
from testenv.recorded import recorded
from testenv.recorded import wait_recorded
from wxlab.origin import Origin


def assert_only_a_good_call_arrives(proxy, lab):
    """A call that is allowed comes after the refused one: whatever that one began would be seen by now."""
    assert proxy.clients.python_request(f"{LISTED}/after").status == 200
    assert lab.origin.paths() == ["/after"]
    assert (lab.origin.connections, lab.plain.connections) == (1, 0)


# Release


@every_client
def test_a_listed_host_is_answered(release, lab, send):
    answer = send(release.clients, f"{LISTED}/listed")
    assert (answer.answered, answer.status) == (True, 101 if answer.status == 101 else 200), answer
    assert lab.origin.messages == ["hello"] or "/listed" in lab.origin.paths()


@every_client
def test_an_unlisted_host_fails_on_the_wire_and_its_origin_sees_no_connection(release, lab, send, request):
    marker = f"unlisted-{request.node.callspec.id.replace(' ', '-').replace('/', '')}"
    answer = send(release.clients, f"{UNLISTED}/{marker}")
    assert (answer.kind, answer.status, answer.body) == ("network_error", None, b"")
    assert_only_a_good_call_arrives(release, lab)
    # Some clients try again when a connection was closed under them.
    for record in recorded(release, marker):
        assert (record.outcome, record.acted, record.http_status, record.tls) == ("fail", "fail", None, None)
        assert (record.release.outcome, record.release.errno, record.errno) == ("fail", 600002, 600002)
        assert (record.debug.outcome, record.debug_only) == ("success", True)
        assert codes(record)[0] == "DOMAIN_NOT_LISTED"
    assert recorded(release, marker)


def test_only_the_refused_stream_of_an_http2_connection_is_reset(release, lab):
    requests = [
        h2client.get("api.example.com", "/slow?ms=300"),
        h2client.get("unlisted.example.com", "/h2-refused"),
        h2client.get("api.example.com", "/bytes?n=100000"),
        h2client.get("api.example.com", f"/redirect?to={UNLISTED}/h2-hop"),
        h2client.get("api.example.com", "/echo"),
    ]
    slow, refused, many, hop, echo = release.clients.h2_streams("api.example.com:443", requests)
    assert [slow.status, many.status, echo.status] == [200, 200, 200]
    assert len(many.body) == 100_000
    for cut in (refused, hop):
        assert (cut.kind, cut.status) == ("network_error", None)
        assert cut.error.startswith("reset: "), cut
    assert "/h2-refused" not in lab.origin.paths()
    assert {seen.host for seen in lab.origin.requests} == {"api.example.com"}
    assert codes(one_record(release, "/h2-refused"))[0] == "DOMAIN_NOT_LISTED"


def test_plain_http_through_the_proxy_is_refused(release, lab):
    answer = release.clients.curl("http://api.example.com/plain-http")
    assert (answer.kind, answer.status) == ("network_error", None)
    assert_only_a_good_call_arrives(release, lab)
    assert codes(one_record(release, "/plain-http"))[0] == "SCHEME_NOT_SECURE"


def test_a_socket_without_tls_in_a_tunnel_is_refused(release, lab):
    answer = release.clients.websocket("ws://ws.example.com/plain-socket")
    assert (answer.kind, answer.status) == ("network_error", None)
    assert_only_a_good_call_arrives(release, lab)
    record = one_record(release, "/plain-socket")
    assert (record.api, record.url, codes(record)[0]) == (
        "connectSocket", "ws://ws.example.com/plain-socket", "SCHEME_NOT_SECURE",
    )  # fmt: skip


def test_a_plugins_call_goes_by_lists_that_nobody_sees_here(release, lab):
    signed = {"X-WECHAT-HOSTSIGN": '{"noncestr":"a","timestamp":1,"signature":"b"}', "Content-Type": "application/json"}
    answer = release.clients.curl(f"{UNLISTED}/plugin", headers=signed)
    assert (answer.status, lab.origin.paths()) == (200, ["/plugin"])
    record = one_record(release, "/plugin")
    (finding,) = [each for each in record.findings if each.code == "DOMAIN_NOT_LISTED"]
    assert (finding.status, record.release.outcome, record.acted) == ("not_observable", "success", "pass")


@pytest.mark.parametrize("status", [200, 302, 403])
def test_a_socket_that_the_server_does_not_open_is_no_success(release, lab, status):
    url = f"wss://ws.example.com/status/{status}?socket"
    answer = release.clients.websocket(url)
    assert (answer.kind, answer.status) == ("answered", status), answer
    record = wait_recorded(release, f"/status/{status}?socket")[-1]
    assert (record.http_status, record.outcome, record.acted) == (status, "fail", "pass")
    assert (record.release.outcome, record.debug.outcome, record.errmsg) == ("fail", "fail", "connectSocket:fail")
    assert "NETWORK_ERROR" in codes(record) and "STATUS_IS_SUCCESS" not in codes(record)


@pytest.mark.parametrize("start", [b"SSH-2.0-test\r\n", b"\x00\x01\x02\x03\x04"], ids=["SSH", "binary"])
@pytest.mark.parametrize("host", ["unlisted.example.com", "api.example.com"])
def test_bytes_that_are_no_tls_reach_no_origin(release, lab, host, start):
    before = len(recorded(release, f"tcp://{host}:443"))
    with connect_through(release.port, f"{host}:443") as sock:
        sock.sendall(start)
        assert read_until_end(sock) == b""
    assert_only_a_good_call_arrives(release, lab)
    found = wait_recorded(release, f"tcp://{host}:443", before + 1)[-1]
    assert (found.acted, found.release.outcome) == ("fail", "fail")


def test_a_client_that_leaves_before_it_said_what_it_speaks_reaches_nobody(release, lab):
    with connect_through(release.port, "unlisted.example.com:443") as sock:
        sock.sendall(b"\x16\x03")
    assert_only_a_good_call_arrives(release, lab)


def test_the_mmtls_bytes_of_wechat_itself_pass_raw_where_every_call_counts(release, lab):
    sent = b"\x16\xf1\x03\x00\x05hello"
    with RawServer(lambda received: b"\x16\xf1\x03-answer" if received == sent else b"") as server:
        lab.place("szshort.weixin.qq.com", 443, server)
        lab.write_map(release.map)
        with connect_through(release.port, "szshort.weixin.qq.com:443") as sock:
            sock.sendall(sent)
            assert sock.recv(100) == b"\x16\xf1\x03-answer"
        assert server.received == [sent]


@pytest.mark.parametrize(
    "url",
    [
        "https://nowhere.example.com/no-such-name",
        "https://closed.example.com/closed-port",
        "https://dropped.example.com/dropped",
        "https://refused.example.com/refused",
        f"{LISTED}/close?no-answer",
        f"{LISTED}/reset?no-answer",
    ],
)
@pytest.mark.parametrize("http2", [False, True], ids=["HTTP/1.1", "HTTP/2"])
def test_a_server_that_fails_is_a_network_failure_and_no_502(release, lab, url, http2):
    before = len(recorded(release, url))
    with socket.create_server(("127.0.0.1", 0)) as vacated:
        closed_port = vacated.getsockname()[1]
    with Origin(handshake="drop") as dropping:
        lab.place("closed.example.com", 443, SimpleNamespace(port=closed_port))
        lab.place("dropped.example.com", 443, dropping)
        lab.write_map(release.map)
        answer = release.clients.curl(url, http2=http2)
    assert (answer.kind, answer.status) == ("network_error", None), answer
    found = recorded(release, url)[before:]
    assert found and {record.outcome for record in found} == {"fail"}
    assert {record.http_status for record in found} == {None}
    expected = "TLS_HANDSHAKE_FAILED" if "dropped" in url or "refused" in url else "NETWORK_ERROR"
    assert expected in codes(found[0])


@pytest.mark.parametrize("http2", [False, True], ids=["HTTP/1.1", "HTTP/2"])
def test_an_answer_that_breaks_off_is_a_network_failure(release, lab, http2):
    marker = f"/cut-body?breaks={http2}"
    answer = release.clients.curl(LISTED + marker, http2=http2)
    assert answer.failed
    record = one_record(release, marker)
    assert (record.outcome, codes(record)) == ("fail", ["REFERER_REWRITTEN", "NETWORK_ERROR"])


def test_a_redirect_to_an_unlisted_host_is_cut_at_the_answer_before_it(release, lab):
    answer = release.clients.curl(f"{LISTED}/redirect?to={UNLISTED}/next", arguments=("--location",))
    assert (answer.kind, answer.status) == ("network_error", None)
    assert lab.origin.paths() == [f"/redirect?to={UNLISTED}/next"]
    record = one_record(release, "/next")
    assert (record.errno, record.errmsg) == (
        600002,
        "request:fail redirect url not in domain list:unlisted.example.com",
    )
    assert "REDIRECT_NOT_LISTED" in codes(record)


def test_a_redirect_to_a_listed_host_is_followed(release, lab):
    answer = release.clients.curl(f"{LISTED}/redirect?to={LISTED}/echo", arguments=("--location",))
    assert (answer.status, lab.origin.paths()[-1]) == (200, "/echo")


def test_a_host_listed_for_another_api_is_refused_and_told_so(release, lab):
    answer = release.clients.curl(
        "https://api.example.com/wrong-category", method="POST", headers={"Content-Type": "multipart/form-data; boundary=x"},
        data=b"--x--\r\n",
    )  # fmt: skip
    assert (answer.kind, answer.status) == ("network_error", None)
    assert_only_a_good_call_arrives(release, lab)
    assert codes(one_record(release, "/wrong-category"))[0] == "DOMAIN_WRONG_CATEGORY"


@pytest.mark.parametrize("http2", [False, True], ids=["HTTP/1.1", "HTTP/2"])
def test_a_client_that_hangs_up_leaves_a_record(release, lab, http2):
    marker = f"/hang?left-{http2}"
    answer = release.clients.curl(LISTED + marker, http2=http2, timeout_s=0.4)
    assert answer.kind == "gave_up"
    record = one_record(release, marker)
    assert (record.outcome, record.http_status, record.acted) == ("fail", None, "pass")
    assert "NETWORK_ERROR" in codes(record)


def test_a_client_that_hangs_up_within_an_answer_leaves_a_record(release, lab):
    marker = "/hang-body?left"
    assert release.clients.curl(LISTED + marker, timeout_s=0.4).kind == "gave_up"
    record = one_record(release, marker)
    assert (record.outcome, record.http_status) == ("fail", 200)
