"""Which API a call stands for."""

import pytest

from wxpolicy.call.classify import classify
from wxpolicy.call.classify import misdeclared
from wxpolicy.call.facts import CallFacts
from wxpolicy.call.facts import CarriedName
from wxpolicy.call.facts import Where
from wxpolicy.editions.qq import EDITION as QQ
from wxpolicy.policy import Policy
from wxpolicy.policyfile import read_policy
from wxpolicy.terms import Api
from wxpolicy.terms import Confidence

NAMES = (CarriedName(Where.HOST, "api.example.com"),)


def call(method="GET", scheme="https", **headers):
    spelled = {name.replace("_", "-"): value for name, value in headers.items()}
    return CallFacts("10.0.0.2", method, scheme, NAMES, headers=spelled)


R, U, D, S = Api.REQUEST, Api.UPLOAD_FILE, Api.DOWNLOAD_FILE, Api.CONNECT_SOCKET
ANDROID = "Mozilla/5.0 (Linux; Android 14; wv) MicroMessenger/8.0.50 MiniProgramEnv/android"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) MicroMessenger/8.0.50"
WINDOWS = "Mozilla/5.0 (Windows NT 10.0) MicroMessenger/7.0 MiniProgramEnv/Windows"
MULTIPART = "multipart/form-data; boundary=x"


@pytest.mark.parametrize(
    ("case", "facts", "apis", "others", "confidence"),
    [
        ("websocket", call(scheme="wss"), (S,), (), Confidence.EXACT),
        (
            "websocket, whatever is declared",
            call(scheme="wss", x_miniprogram_api="request"),
            (S,),
            (),
            Confidence.EXACT,
        ),
        ("declared", call(x_miniprogram_api="downloadFile"), (D,), (), Confidence.DECLARED),
        ("declared, unknown word", call("POST", x_miniprogram_api="fetch"), (R,), (), Confidence.LIKELY),
        (
            "multipart post: wx.request can send it too",
            call("POST", content_type=MULTIPART),
            (U,),
            (R,),
            Confidence.LIKELY,
        ),
        ("multipart put is no upload", call("PUT", content_type=MULTIPART), (R,), (), Confidence.LIKELY),
        ("json post", call("POST", content_type="application/json"), (R,), (), Confidence.LIKELY),
        ("json get", call(content_type="application/json"), (R,), (D,), Confidence.LIKELY),
        ("any content-type on a get", call(content_type="text/plain"), (R,), (D,), Confidence.LIKELY),
        ("head", call("HEAD"), (R,), (), Confidence.LIKELY),
        ("Android's charset header", call(charset="utf-8", user_agent=ANDROID), (R,), (), Confidence.LIKELY),
        ("a get on Android without it", call(user_agent=ANDROID), (D,), (R,), Confidence.LIKELY),
        (
            "a get on Android with another charset",
            call(charset="gbk", user_agent=ANDROID),
            (D,),
            (R,),
            Confidence.LIKELY,
        ),
        (
            "a content-type on Android without charset: two marks that disagree",
            call(content_type="application/json", user_agent=ANDROID),
            (D, R),
            (),
            Confidence.AMBIGUOUS,
        ),
        (
            "a content-type on Android with charset",
            call(content_type="application/json", charset="utf-8", user_agent=ANDROID),
            (R,),
            (),
            Confidence.LIKELY,
        ),
        (
            "desktop's xweb_xhr",
            CallFacts("d", "GET", "https", NAMES, headers={"xweb_xhr": "1"}),
            (R,),
            (),
            Confidence.LIKELY,
        ),
        ("a bare get", call(), (R, D), (), Confidence.AMBIGUOUS),
        ("a bare get on an iPhone", call(user_agent=IPHONE), (R, D), (), Confidence.AMBIGUOUS),
        ("a bare get on Windows", call(user_agent=WINDOWS), (R, D), (), Confidence.AMBIGUOUS),
    ],
)
def test_classification(case, facts, apis, others, confidence):
    found = classify(facts)
    assert (found.apis, found.others, found.confidence) == (apis, others, confidence), case
    assert found.readings == apis + others
    assert found.api is apis[0]


SAID = read_policy(
    """\
appid: any
domains: {request: [https://api.example.com]}
apis:
  https://api.example.com/files: downloadFile
  https://api.example.com/files/form: request
  https://api.example.com:8443: uploadFile
"""
).policy


@pytest.mark.parametrize(
    ("path", "port", "headers", "apis", "confidence"),
    [
        ("/files", None, {}, (D,), Confidence.DECLARED),
        ("/files?id=1", None, {}, (D,), Confidence.DECLARED),
        ("/files/1", 443, {}, (D,), Confidence.DECLARED),
        ("/files/form", None, {}, (R,), Confidence.DECLARED),
        ("/files/forms", None, {}, (D,), Confidence.DECLARED),
        ("/filesystem", None, {}, (R, D), Confidence.AMBIGUOUS),
        ("/", 8443, {}, (U,), Confidence.DECLARED),
        ("/", 9443, {}, (R, D), Confidence.AMBIGUOUS),
        ("/files", None, {"x-miniprogram-api": "request"}, (R,), Confidence.DECLARED),
    ],
)
def test_the_policy_says_what_a_url_is_called_by(path, port, headers, apis, confidence):
    names = (CarriedName(Where.HOST, "api.example.com", port),)
    found = classify(CallFacts("10.0.0.2", "GET", "https", names, path, headers), SAID)
    assert (found.apis, found.confidence) == (apis, confidence)


def test_a_call_that_names_two_hosts_is_not_what_the_policy_says():
    names = (CarriedName(Where.SNI, "other.example.com"), CarriedName(Where.HOST, "api.example.com"))
    assert classify(CallFacts("d", "GET", "https", names, "/files"), SAID).confidence is Confidence.AMBIGUOUS


def test_where_clients_do_not_mark_requests_android_tells_nothing():
    assert classify(call(user_agent=ANDROID), Policy(edition=QQ)).confidence is Confidence.AMBIGUOUS


@pytest.mark.parametrize(
    ("declared", "found", "meant"),
    [
        ("nonsense", "nonsense", None),
        ("uploadfile", "uploadfile", "uploadFile"),
        (" Request ", "Request", "request"),
        ("download", "download", "downloadFile"),
        ("websocket", "websocket", "connectSocket"),
        ("", "", None),
        ("\x1b[2J", "\\x1b[2J", None),
    ],
)
def test_a_declaration_that_names_no_api_is_told(declared, found, meant):
    told = misdeclared(call(x_miniprogram_api=declared))
    assert told.en.startswith(
        f'X-Miniprogram-Api: "{found}" is not an API and has no effect: expected one of request, uploadFile, '
    )
    assert f"“{found}”不是 API 名" in told.zh
    assert told.en.partition("did you mean ")[2] == (f"{meant}?)" if meant else "")
    assert len(misdeclared(call(x_miniprogram_api="x" * 9999)).en) < 400


@pytest.mark.parametrize("facts", [call(), call(x_miniprogram_api="request"), call(x_miniprogram_api=" uploadFile ")])
def test_a_right_declaration_and_none_are_nothing_to_tell(facts):
    assert misdeclared(facts) is None
