"""Answers that a phone takes and mitmproxy's parser refuses arrive as they would without the proxy, in every mode."""

import json
import re

import pytest

from testenv.kept_alive import KeptAlive
from testenv.odd_answers import ODD
from testenv.odd_answers import Odd
from testenv.rawserver import RawServer
from testenv.recorded import codes
from testenv.recorded import one_record

HOST = "api.example.com"
POLICY = f"""\
appid: any
scope: all
domains:
  request:       [https://{HOST}, https://v3-dy.ixigua.com]
  uploadFile:    [https://{HOST}]
  downloadFile:  [https://{HOST}, https://v3-dy.ixigua.com]
"""
MODES = ("release", "debug", "observe")
NAMES = list(ODD)


def case_of(received: bytes) -> Odd | None:
    """Which answer the last request of a connection asks for: /3/... is the third of the table."""
    found = re.search(rb"(?:^|\r\n\r\n)GET /(\d+)[^\r\n]*\r\n(?:[^\r\n]+\r\n)*\r\n\Z", received)
    return ODD[NAMES[int(found[1])]] if found else None


def answer(received: bytes) -> bytes:
    case = case_of(received)
    return case.raw if case else b""


def closes(received: bytes) -> bool:
    case = case_of(received)
    return case is not None and case.closes


@pytest.fixture(scope="module")
def leaf(whole_lab):
    return whole_lab.issuing.issue(HOST, "127.0.0.1")


@pytest.fixture(scope="module")
def origin(leaf):
    with RawServer(answer, leaf, closes=closes) as server:
        yield server


@pytest.fixture(scope="module")
def proxies(shared_proxy, origin):
    """One for each mode, started when it is asked for."""
    started = {}

    def of(mode):
        if mode not in started:
            started[mode] = shared_proxy(policy=POLICY, arguments=("--mode", mode))
        return started[mode]

    return of


@pytest.fixture
def proxy_in(proxies, lab, origin):
    """The proxy of a mode, with the odd origin behind it."""
    lab.place(HOST, 443, origin)

    def of(mode):
        proxy = proxies(mode)
        lab.write_map(proxy.map)
        return proxy

    return of


def url_of(case, mark):
    return f"https://{HOST}/{NAMES.index(case)}/{mark}"


def shown(found):
    return (found.kind, found.status, found.body if found.answered else b"")


@pytest.mark.parametrize("http2", [False, True], ids=["http1", "http2"])
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("case", ODD)
def test_an_odd_answer_arrives_as_without_the_proxy(proxy_in, origin, case, mode, http2):
    proxy, odd = proxy_in(mode), ODD[case]
    mark = f"{mode}-{http2}"
    through = proxy.clients.curl(url_of(case, mark), http2=http2)
    if odd.body is None or odd.limit:
        assert (through.kind, through.status) in (("network_error", None), ("network_error", odd.status)), through
    else:
        assert shown(through) == ("answered", odd.status, odd.body), through
        assert through.http_version == ("2" if http2 else "1.1")
        # One framing, and no line that a strict client would mind.
        assert not ("transfer-encoding" in through.headers and "content-length" in through.headers)
        assert all(re.fullmatch(r"[!#$%&'*+.^_`|~0-9a-z-]+", name) for name in through.headers), through.headers
    if odd.curl == "as Chromium":
        to_it = ("--proxy", "", "--connect-to", f"{HOST}:443:127.0.0.1:{origin.port}")
        direct = proxy.clients.curl(url_of(case, mark), arguments=(*to_it, "--cacert", str(proxy.root)))
        if odd.body is not None:
            assert shown(direct) == shown(through)
        else:
            assert direct.failed

    record = one_record(proxy, f"/{NAMES.index(case)}/{mark}")
    if odd.limit:
        (limit,) = [finding for finding in record.findings if finding.code == "PROXY_LIMIT"]
        assert (limit.status, limit.fails, limit.data["what"]) == ("not_observable", False, "answer")
        assert (record.outcome, record.acted) == ("fail", "pass")
        assert (record.release.outcome, record.debug.outcome) == ("success", "success")
        assert "NETWORK_ERROR" not in codes(record)
    elif odd.body is None:
        assert codes(record) == ["NETWORK_ERROR"]
        assert (record.outcome, record.release.outcome) == ("fail", "fail")
    else:
        assert (record.outcome, record.http_status) == ("success", odd.status), record
        assert not {"NETWORK_ERROR", "PROXY_LIMIT", "INTERNAL_ERROR"} & set(codes(record))


@pytest.mark.parametrize("case", [case for case, odd in ODD.items() if odd.body is not None and not odd.limit])
def test_a_connection_that_answered_irregularly_is_not_used_again(proxy_in, origin, case):
    """The desync test: two calls on one connection of the client; the second must have its own answer."""
    proxy, odd = proxy_in("release"), ODD[case]
    before = origin.connections
    client = KeptAlive(proxy, HOST)
    try:
        first = client.get(f"/{NAMES.index(case)}/first")
        second = client.get(f"/{NAMES.index('a status line without a reason')}/second")
    finally:
        client.close()
    assert (first.status, first.body) == (odd.status, odd.body)
    assert (second.status, second.body) == (200, b"{}")
    connections = origin.received[before:]
    assert [received.count(b"GET /") for received in connections] == ([2] if odd.reused else [1, 1])


SMUGGLED = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{"evil":1}'
# What an answer leaves behind its end, for a proxy that reads it otherwise than its client.
LEFTOVERS = {
    "after a length": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}" + SMUGGLED,
    "after chunks and a length": b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n" + SMUGGLED,
    "after two equal lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n{}" + SMUGGLED,
    "after 204": b"HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n" + SMUGGLED,
    "after 304 with chunks": b"HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n" + SMUGGLED,
    "after a trailer": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nX: 1\r\n\r\n" + SMUGGLED,
    "after 101 that nobody asked for": b"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}" + SMUGGLED,
}  # fmt: skip


@pytest.mark.parametrize("case", LEFTOVERS)
def test_what_follows_an_answer_is_never_the_next_calls(proxies, lab, whole_lab, case):
    def answers(received):
        if not received.endswith(b"\r\n\r\n"):
            return b""
        first = b"GET /first" in received and b"GET /second" not in received
        return LEFTOVERS[case] if first else b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood"

    proxy = proxies("release")
    with RawServer(answers, whole_lab.issuing.issue(HOST)) as server:
        lab.place(HOST, 443, server)
        lab.write_map(proxy.map)
        client = KeptAlive(proxy, HOST)
        try:
            first = client.get("/first")
            second = client.get("/second")
        finally:
            client.close()
    assert b"evil" not in first.body
    assert (second.status, second.body) == (200, b"good")


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("mode", MODES)
def test_chromium_gets_the_same_directly_and_through_the_proxy(proxy_in, origin, leaf, tmp_path, mode):
    from testenv.browser import opened_tab

    proxy = proxy_in(mode)
    asked = [number for number, name in enumerate(NAMES) if ODD[name].status == 200]
    ask = (
        f"Promise.all({json.dumps(asked)}.map(number => fetch('/' + number + '/chromium-{mode}')"
        ".then(async got => [got.status, Array.from(new Uint8Array(await got.arrayBuffer()))]).catch(() => null)))"
    )
    start = NAMES.index("a status line without a reason")
    results = []
    for port, trusted, site in (
        (0, leaf.write(tmp_path), f"https://127.0.0.1:{origin.port}"),
        (proxy.port, proxy.ca_pem, f"https://{HOST}"),
    ):
        with opened_tab(port, trusted, timeout_s=60) as tab:
            tab.go(f"{site}/{start}/page")
            results.append(tab.run(ask))
    direct, through = results
    for number, here, there in zip(asked, direct, through, strict=True):
        odd = ODD[NAMES[number]]
        if NAMES[number] != "no status line":  # only taken on the default port
            assert here == (None if odd.body is None else [200, list(odd.body)]), NAMES[number]
        assert there == (None if odd.limit else here), NAMES[number]
