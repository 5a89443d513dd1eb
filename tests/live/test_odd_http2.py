"""Answers on HTTP/2 that break its rules arrive as they would without the proxy, and their neighbours always do."""

import json

import pytest

from testenv import h2client
from testenv.odd_http2 import NAMES
from testenv.odd_http2 import ODD_HEADS
from testenv.odd_http2 import OddHttp2Origin
from testenv.recorded import codes
from testenv.recorded import one_record

HOST = "api.example.com"
POLICY = f"""\
appid: any
scope: all
domains:
  request:       [https://{HOST}]
  downloadFile:  [https://{HOST}]
"""
LENGTHS = ("a longer length", "a shorter length")


@pytest.fixture(scope="module")
def leaf(whole_lab):
    return whole_lab.issuing.issue(HOST, "127.0.0.1")


@pytest.fixture(scope="module")
def origin(leaf):
    with OddHttp2Origin(leaf) as origin:
        yield origin


@pytest.fixture(scope="module")
def shared(shared_proxy):
    return shared_proxy(policy=POLICY)


@pytest.fixture
def proxy(shared, lab, origin):
    lab.place(HOST, 443, origin)
    lab.write_map(shared.map)
    return shared


def assert_recorded(record, case):
    odd = ODD_HEADS[case]
    assert record.release.outcome == ("fail" if odd.body is None else "success"), (case, record.findings)
    assert ("NETWORK_ERROR" in codes(record)) is (odd.body is None)
    assert "INTERNAL_ERROR" not in codes(record)


def test_every_answer_on_one_connection(proxy, origin):
    """Those that Chromium takes arrive; the others end alone."""
    # The client here minds another length itself.
    cases = [case for case in NAMES if case not in LENGTHS]
    requests = [h2client.get(HOST, f"/{NAMES.index(case)}/together") for case in cases]
    answers = proxy.clients.h2_streams(f"{HOST}:443", requests)
    for case, answer in zip(cases, answers, strict=True):
        odd = ODD_HEADS[case]
        arrived = (answer.status, answer.body) == (200, b"{}") if odd.body is not None else answer.failed
        assert arrived, (case, answer)
        assert not {"connection", "keep-alive", "proxy-connection", "upgrade", "te"} & set(answer.headers), case
        assert_recorded(one_record(proxy, f"/{NAMES.index(case)}/together"), case)


@pytest.mark.slow
@pytest.mark.browser
def test_chromium_gets_the_same_directly_and_through_the_proxy(proxy, origin, leaf, tmp_path):
    from testenv.browser import opened_tab

    results = []
    for port, trusted, site in (
        (0, leaf.write(tmp_path), f"https://127.0.0.1:{origin.port}"),
        (proxy.port, proxy.ca_pem, f"https://{HOST}"),
    ):
        with opened_tab(port, trusted, timeout_s=60) as tab:
            tab.go(f"{site}/0/page")
            ask = "(async () => { const all = []; for (const number of %s) all.push(await fetch('/' + number + '/chromium')"
            ask += ".then(got => got.text()).catch(() => null)); return all })()"
            results.append(tab.run(ask % json.dumps(list(range(len(NAMES))))))
    direct, through = results
    for number, case in enumerate(NAMES):
        odd = ODD_HEADS[case]
        assert direct[number] == (None if odd.body is None else odd.body.decode()), case
        assert through[number] == direct[number], case
