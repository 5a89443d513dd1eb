"""Whether a wx.request follows a redirect is not on the wire in edition current: the answer passes, the hop decides."""

import pytest

from testenv.recorded import codes
from testenv.recorded import one_record
from testenv.recorded import wait_recorded
from testenv.recorded import wait_until
from wxsession.embedded import EMBEDDED

POLICY = """\
appid: any
edition: current
scope: all
domains:
  request:       [https://api.example.com]
  downloadFile:  [https://api.example.com]
"""
REQUEST = {"X-Miniprogram-Api": "request"}
UNLISTED = "https://unlisted.example.com"
FOLLOWING = ("--location",)


def violations(record):
    return [finding.code.value for finding in record.findings if finding.fails]


@pytest.fixture(scope="module")
def modes(shared_proxy):
    return {mode: shared_proxy(policy=POLICY, arguments=("--mode", mode)) for mode in ("release", "debug")}


@pytest.mark.parametrize("http2", [False, True], ids=["HTTP/1.1", "HTTP/2"])
@pytest.mark.parametrize("mode", ["release", "debug"])
def test_a_client_that_follows_is_refused_at_the_hop_and_told_so_on_the_call_before_it(modes, lab, mode, http2):
    proxy, hop = modes[mode], f"/hop-{mode}-{http2}"
    url = f"https://api.example.com/redirect?to={UNLISTED}{hop}"
    answer = proxy.clients.curl(url, headers=REQUEST, http2=http2, arguments=FOLLOWING)
    assert answer.failed is (mode == "release"), answer
    assert (hop in lab.origin.paths()) is (mode == "debug")

    assert wait_until(lambda: violations(one_record(proxy, url)) == ["REDIRECT_NOT_LISTED"])
    first, second = wait_recorded(proxy, hop, 2)
    assert first.http_status == 302
    assert (first.release.errno, first.debug.outcome, first.debug_only) == (600002, "success", True)
    assert (first.outcome, first.acted) == ("fail" if mode == "release" else "success", "pass")
    assert (codes(second), second.release.errno) == (["DOMAIN_NOT_LISTED"], 600002)
    # What the call carried is still found.
    reader = EMBEDDED.open(proxy.session)
    try:
        assert b"unlisted.example.com" in (reader.flow(first.id) or b"")
    finally:
        reader.close()


def test_a_client_that_does_not_follow_gets_the_answer(modes, lab):
    proxy = modes["release"]
    answer = proxy.clients.curl(f"https://api.example.com/redirect?to={UNLISTED}/nowhere", headers=REQUEST)
    assert (answer.status, answer.headers["location"]) == (302, f"{UNLISTED}/nowhere")
    record = one_record(proxy, "/nowhere")
    assert (record.outcome, record.release.outcome, violations(record)) == ("success", "success", [])
    (finding,) = record.findings
    assert (finding.code, finding.status, finding.data["reason"]) == ("REDIRECT_NOT_LISTED", "not_observable", "manual")


def test_a_download_always_follows_so_it_is_cut_at_the_answer(modes, lab):
    proxy = modes["release"]
    url = f"https://api.example.com/redirect?to={UNLISTED}/file"
    answer = proxy.clients.curl(url, headers={"X-Miniprogram-Api": "downloadFile"})
    assert (answer.kind, answer.status) == ("network_error", None)
    assert violations(one_record(proxy, "/file")) == ["REDIRECT_NOT_LISTED"]
