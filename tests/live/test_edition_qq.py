"""Edition qq with a QQ client: its calls are told by its Referer, and its rules are imposed."""

import pytest

from testenv.recorded import facts
from testenv.recorded import one_record

APPID = "1109876543"
POLICY = f"""\
appid: {APPID}
edition: qq
domains:
  request: [https://api.example.com]
"""
QQ = {
    "Referer": f"https://appservice.qq.com/{APPID}/1.6.2.18/page-frame.html",
    "User-Agent": "Mozilla/5.0 (Linux; Android 14; wv) Mobile Safari/537.36 V1_AND_SQ QQ/9.0.8 QQ/MiniApp",
    "Content-Type": "application/json",
}
WECHAT = {"Referer": "https://servicewechat.com/wx0123456789abcdef/12/page-frame.html"}


@pytest.fixture(scope="module")
def proxy(shared_proxy):
    return shared_proxy(policy=POLICY)


def test_a_listed_host_is_answered(proxy, lab):
    answer = proxy.clients.python_request("https://api.example.com/qq-listed", headers=QQ)
    assert answer.status == 200
    record = one_record(proxy, "/qq-listed")
    assert (record.appid, record.version, record.client) == (APPID, "1.6.2.18", "android")
    assert (record.outcome, record.release.errmsg) == ("success", "request:ok")
    (request,) = lab.origin.requests
    assert {name.lower(): value for name, value in request.headers}["referer"] == QQ["Referer"]
    assert facts(proxy).edition == "qq"


def test_an_unlisted_host_fails_on_the_wire_with_no_errno_of_wechat(proxy, lab):
    answer = proxy.clients.python_request("https://unlisted.example.com/qq-unlisted", headers=QQ)
    assert (answer.kind, answer.status) == ("network_error", None)
    record = one_record(proxy, "/qq-unlisted")
    assert (record.acted, record.errno) == ("fail", None)
    assert record.errmsg == "request:fail url not in domain list:unlisted.example.com"
    assert record.findings[0].code == "DOMAIN_NOT_LISTED"
    assert lab.origin.paths() == []


def test_a_wechat_mini_program_is_none_of_its_calls(proxy, lab):
    assert proxy.clients.python_request("https://unlisted.example.com/wechat", headers=WECHAT).status == 200
    assert lab.origin.paths() == ["/wechat"]
