"""Not one byte of a call goes to an upstream connection for which it has no permit, whatever has become of its address.

How an address can change (testenv.elsewhere), times protocol, times certificate fault: in release, no
application byte at a faulty origin, and none at a host that is not listed. Good origins are served, twenty calls on
one connection.
"""

import pytest

from testenv.elsewhere import FAULTS
from testenv.elsewhere import HOST
from testenv.elsewhere import UNLISTED
from testenv.elsewhere import WAYS
from testenv.elsewhere import Elsewhere
from testenv.recorded import codes
from testenv.recorded import recorded
from testenv.recorded import wait_recorded
from testenv.recorded import wait_until

# What is tried every time; the rest is marked slow.
OFTEN = {
    ("nothing", "HTTP/2", "CERT_SELF_SIGNED"),
    *(("server_connect", protocol, "CERT_UNTRUSTED_ROOT") for protocol in WAYS["server_connect"].protocols),
    ("server_connect", "HTTP/1.1", "CERT_SELF_SIGNED"),
    ("server_connect", "WebSocket", UNLISTED),
    ("server_connect and SNI", "HTTP/1.1", "CERT_NAME_MISMATCH"),
    ("server_connect and SNI", "HTTP/2", "CERT_NAME_MISMATCH"),
    ("reverse and requestheaders", "HTTP/1.1", "CERT_SELF_SIGNED"),
    ("map_remote", "HTTP/1.1", "CERT_SELF_SIGNED"),
    ("map_remote", "HTTP/1.1", UNLISTED),
    ("eager by file and server_connect", "HTTP/1.1", "CERT_SELF_SIGNED"),
    ("reverse and server_connect", "HTTP/2", "CERT_SELF_SIGNED"),
    ("reverse and server_connect", "HTTP/1.1", UNLISTED),
    ("upstream and requestheaders", "POST", "CERT_SELF_SIGNED"),
    ("HTTP/3 and server_connect", "HTTP/3", "CERT_UNTRUSTED_ROOT"),
    ("HTTP/3 and server_connect", "HTTP/3 POST", UNLISTED),
}
OF_NO_KNOWN_AUTHORITY = ("CERT_SELF_SIGNED", "CERT_UNTRUSTED_ROOT")
OFTEN_WAYS = {way for way, _, _ in OFTEN}


@pytest.fixture(scope="module")
def proxies(shared_proxy, whole_lab, tmp_path_factory):
    made = {}

    def of(name):
        if name not in made:
            made[name] = Elsewhere(WAYS[name], shared_proxy, whole_lab, tmp_path_factory.mktemp("elsewhere"))
        return made[name]

    return of


def cells():
    for name, way in WAYS.items():
        for fault in (*FAULTS, UNLISTED):
            for protocol in way.protocols:
                cell = (name, protocol, fault)
                yield pytest.param(*cell, id="-".join(cell), marks=() if cell in OFTEN else pytest.mark.slow)


@pytest.mark.parametrize(("way", "protocol", "fault"), list(cells()))
def test_no_byte_reaches_a_faulty_origin_or_an_unlisted_host(proxies, lab, way, protocol, fault):
    elsewhere = proxies(way)
    host, code = (UNLISTED, "DOMAIN_NOT_LISTED") if fault == UNLISTED else (HOST, fault)
    if elsewhere.way.is_behind and fault in OF_NO_KNOWN_AUTHORITY:
        code = "CERT_NOT_SEEN"  # it may be that proxy's own
    leaf = lab.issuing.issue(HOST, UNLISTED) if fault == UNLISTED else FAULTS[fault](lab)
    mark = f"/{way}-{protocol}-{fault}".replace(" ", "-").replace("'", "").replace("HTTP/", "HTTP")
    with elsewhere.server(leaf, protocol) as server:
        elsewhere.goes_to(server, host)
        answers = [elsewhere.call(protocol, host, mark) for _ in range(2)]
        assert [answer.kind for answer in answers] == ["network_error"] * 2, answers
        assert [received for received in server.received if received] == []
    proxy = elsewhere.proxy
    assert wait_until(lambda: len(recorded(proxy, mark)) >= 2), proxy.output
    for record in recorded(proxy, mark):
        assert code in codes(record), codes(record)
        assert (record.acted, record.release.outcome) == ("fail", "fail")


def good_cells():
    for name, way in WAYS.items():
        for protocol in way.protocols:
            if "POST" in protocol or (protocol == "WebSocket" and way.client != "proxy"):
                continue
            is_often = name in OFTEN_WAYS and protocol in ("HTTP/2", "HTTP/3")
            yield pytest.param(name, protocol, id=f"{name}-{protocol}", marks=() if is_often else pytest.mark.slow)


@pytest.mark.parametrize(("way", "protocol"), list(good_cells()))
def test_twenty_calls_to_a_good_origin_go_on_one_connection(proxies, lab, way, protocol):
    elsewhere = proxies(way)
    path = f"/good-{protocol}-".replace("HTTP/", "HTTP")
    with elsewhere.good_origin(lab.issuing.issue(HOST), protocol) as origin:
        elsewhere.goes_to(origin)
        assert elsewhere.twenty(protocol, path) == [200] * 20, elsewhere.proxy.output
        assert origin.connections == 1
    records = wait_recorded(elsewhere.proxy, path[1:], 1 if protocol == "WebSocket" else 20)
    assert {record.release.outcome for record in records} == {"success"}


def test_a_place_that_a_call_is_sent_to_is_said(proxies, lab):
    elsewhere = proxies("map_remote")
    with elsewhere.good_origin(lab.issuing.issue(HOST), "HTTP/1.1"):
        assert elsewhere.call("HTTP/1.1", HOST, "/said").status == 200
    assert f"calls to {HOST}:443 are sent to 127.0.0.1:{elsewhere.fixed_port}" in elsewhere.proxy.output
