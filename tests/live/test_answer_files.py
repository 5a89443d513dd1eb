"""Raw answers from the field (tests/testenv/answers): what Chromium gets directly is what each client gets through the proxy."""

import json
import re
from pathlib import Path

import pytest

from testenv.rawserver import RawServer
from testenv.recorded import codes
from testenv.recorded import one_record

pytestmark = pytest.mark.slow

HOST = "api.example.com"
FILES = {
    path.stem: path.read_bytes()
    for path in sorted((Path(__file__).parent.parent / "testenv" / "answers").glob("*.bin"))
}
NAMES = list(FILES)
MODES = ("release", "debug", "observe")
POLICY = f"""\
appid: any
scope: all
domains:
  request:       [https://{HOST}, https://v3-dy.ixigua.com]
  downloadFile:  [https://{HOST}, https://v3-dy.ixigua.com]
"""
REQUEST = {"X-Miniprogram-Api": "request"}
JSON = b"{}"
GIF = FILES["gif-to-wx-request"].partition(b"\r\n\r\n")[2]
# What a client that decodes nothing gets, and the codes of its record.
EXPECTED = {
    "103-then-200": (200, JSON, []),
    "bom-json": (200, b'\xef\xbb\xbf{"ok":true}', ["BOM_STRIPPED"]),
    "chunked-with-trailer": (200, JSON, []),
    "gif-to-wx-request": (200, GIF, ["CHARSET_NOT_SEEN"]),
    "gzip-header-plain-body": (200, JSON, ["CONTENT_ENCODING_WRONG"]),
    "line-without-colon": (200, JSON, []),
    "redirect-of-a-download": (302, b"", []),
    "space-before-colon": (200, JSON, []),
    "te-chunked-and-content-length": (200, JSON, []),
    "two-equal-content-lengths": (200, JSON, []),
}
FAILS = {"CONTENT_ENCODING_WRONG"}


def answer(received: bytes) -> bytes:
    found = re.search(rb"(?:^|\r\n\r\n)GET /([a-z0-9-]+)[^\r\n]*\r\n(?:[^\r\n]+\r\n)*\r\n\Z", received)
    if not found:
        return b""
    return FILES.get(found[1].decode(), b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nok")


@pytest.fixture(scope="module")
def leaf(whole_lab):
    return whole_lab.issuing.issue(HOST, "127.0.0.1")


@pytest.fixture(scope="module")
def origin(leaf):
    with RawServer(answer, leaf) as server:
        yield server


@pytest.fixture(scope="module")
def proxies(shared_proxy):
    return {mode: shared_proxy(policy=POLICY, arguments=("--mode", mode)) for mode in MODES}


@pytest.fixture(params=MODES)
def proxy(request, proxies, lab, origin):
    lab.place(HOST, 443, origin)
    proxy = proxies[request.param]
    lab.write_map(proxy.map)
    return proxy


def test_there_is_a_verdict_for_each():
    assert list(EXPECTED) == NAMES


@pytest.mark.parametrize("http2", [False, True], ids=["HTTP/1.1", "HTTP/2"])
@pytest.mark.parametrize("name", NAMES)
def test_a_program_gets_it_and_its_record_says_what_a_device_does(proxy, name, http2):
    mark = f"/{name}?{http2}"
    got = proxy.clients.curl(f"https://{HOST}{mark}", headers=REQUEST, http2=http2)
    status, body, found = EXPECTED[name]
    assert (got.kind, got.status, got.body) == ("answered", status, body)
    record = one_record(proxy, mark)
    assert codes(record) == found
    outcome = "fail" if FAILS & set(found) else "success"
    assert (record.release.outcome, record.debug.outcome) == (outcome, outcome)


@pytest.mark.browser
def test_a_browser_gets_what_it_gets_without_the_proxy(proxy, origin, leaf, tmp_path):
    from testenv.browser import opened_tab

    asked = [name for name in NAMES if name != "redirect-of-a-download"]  # it leads to a host that is not there
    ask = (
        "(async () => { const all = {}; for (const name of %s) all[name] = await fetch('/' + name)"
        ".then(async got => [got.status, Array.from(new Uint8Array(await got.arrayBuffer()))]).catch(() => null);"
        " return all })()"
    )
    results = []
    for port, trusted, site in (
        (0, leaf.write(tmp_path), f"https://127.0.0.1:{origin.port}"),
        (proxy.port, proxy.ca_pem, f"https://{HOST}"),
    ):
        with opened_tab(port, trusted, timeout_s=60) as tab:
            tab.go(f"{site}/page")
            results.append(tab.run(ask % json.dumps(asked)))
    direct, through = results
    assert through == direct
    for name in asked:
        status, body, found = EXPECTED[name]
        assert direct[name] == (None if FAILS & set(found) else [status, list(body)]), name
