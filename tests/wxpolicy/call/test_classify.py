"""Which API a call stands for, and which requests are no calls."""

import pytest

from wxpolicy.call.classify import Kind
from wxpolicy.call.classify import classify
from wxpolicy.call.classify import client_of
from wxpolicy.call.classify import is_image_in_any_scope
from wxpolicy.call.classify import kind_of
from wxpolicy.call.classify import misdeclared
from wxpolicy.call.classify import platforms_of
from wxpolicy.call.facts import CallFacts
from wxpolicy.call.facts import CarriedName
from wxpolicy.call.facts import Where
from wxpolicy.terms import Api
from wxpolicy.terms import Client
from wxpolicy.terms import Confidence
from wxpolicy.terms import Platform

NAMES = (CarriedName(Where.HOST, "api.example.com"),)


def call(method="GET", scheme="https", **headers):
    spelled = {name.replace("_", "-"): value for name, value in headers.items()}
    return CallFacts("10.0.0.2", method, scheme, NAMES, headers=spelled)


@pytest.mark.parametrize(
    ("case", "facts", "apis", "confidence"),
    [
        ("websocket", call(scheme="wss"), (Api.CONNECT_SOCKET,), Confidence.EXACT),
        (
            "websocket, whatever is declared",
            call(scheme="wss", x_miniprogram_api="request"),
            (Api.CONNECT_SOCKET,),
            Confidence.EXACT,
        ),
        ("declared", call(x_miniprogram_api="downloadFile"), (Api.DOWNLOAD_FILE,), Confidence.DECLARED),
        ("declared, unknown word", call("POST", x_miniprogram_api="fetch"), (Api.REQUEST,), Confidence.LIKELY),
        (
            "multipart post",
            call("POST", content_type="multipart/form-data; boundary=x"),
            (Api.UPLOAD_FILE,),
            Confidence.LIKELY,
        ),
        (
            "multipart put is no upload",
            call("PUT", content_type="multipart/form-data"),
            (Api.REQUEST,),
            Confidence.LIKELY,
        ),
        ("json post", call("POST", content_type="application/json"), (Api.REQUEST,), Confidence.LIKELY),
        ("json get", call(content_type="application/json"), (Api.REQUEST,), Confidence.LIKELY),
        ("android's charset header", call(charset="utf-8"), (Api.REQUEST,), Confidence.LIKELY),
        (
            "desktop's xweb_xhr",
            CallFacts("d", "GET", "https", NAMES, headers={"xweb_xhr": "1"}),
            (Api.REQUEST,),
            Confidence.LIKELY,
        ),
        ("bare get", call(), (Api.REQUEST, Api.DOWNLOAD_FILE), Confidence.AMBIGUOUS),
    ],
)
def test_classification(case, facts, apis, confidence):
    found = classify(facts)
    assert (found.apis, found.confidence) == (apis, confidence), case


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
        f'X-Miniprogram-Api: "{found}" names no API and does not count: expected one of request, uploadFile, '
    )
    assert f"“{found}”不是 API 名" in told.zh
    assert told.en.partition("did you mean ")[2] == (f"{meant}?)" if meant else "")
    assert len(misdeclared(call(x_miniprogram_api="x" * 9999)).en) < 400


@pytest.mark.parametrize("facts", [call(), call(x_miniprogram_api="request"), call(x_miniprogram_api=" uploadFile ")])
def test_a_right_declaration_and_none_are_nothing_to_tell(facts):
    assert misdeclared(facts) is None


@pytest.mark.parametrize(
    ("case", "facts", "kind"),
    [
        ("a bare get", call(), Kind.CALL),
        ("a browser's image", call(sec_fetch_dest="image"), Kind.IMAGE),
        ("an image by Accept", call(accept="image/webp,*/*"), Kind.IMAGE),
        ("fetch that accepts images", call(accept="image/webp", sec_fetch_dest="empty"), Kind.CALL),
        ("a web-view's page", call(sec_fetch_dest="document"), Kind.WEBVIEW),
        ("an old web-view's page", call(accept="text/html,*/*", upgrade_insecure_requests="1"), Kind.WEBVIEW),
        ("declared although an image", call(accept="image/png", x_miniprogram_api="downloadFile"), Kind.CALL),
        ("a socket", call(scheme="wss", accept="image/png"), Kind.CALL),
    ],
)
def test_kind(case, facts, kind):
    assert kind_of(facts) is kind, case


def test_where_every_call_counts_only_a_browser_s_own_word_makes_an_image():
    assert is_image_in_any_scope(call(sec_fetch_dest="image"))
    assert not is_image_in_any_scope(call(accept="image/webp"))
    assert not is_image_in_any_scope(call(sec_fetch_dest="image", x_miniprogram_api="request"))


@pytest.mark.parametrize(
    ("agent", "client", "platforms"),
    [
        (
            "Mozilla/5.0 (Linux; Android 14) MicroMessenger/8.0.50 MiniProgramEnv/android",
            Client.ANDROID,
            (Platform.ANDROID,),
        ),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0) MicroMessenger/8.0.50", Client.IOS, (Platform.IOS,)),
        (
            "Mozilla/5.0 (Windows NT 10.0) MicroMessenger/7.0 MiniProgramEnv/Windows",
            Client.WINDOWS,
            (Platform.DEVTOOLS,),
        ),
        ("Mozilla/5.0 (Macintosh) MicroMessenger/6.8 MiniProgramEnv/Mac", Client.MAC, (Platform.DEVTOOLS,)),
        ("Mozilla/5.0 wechatdevtools/1.06 MicroMessenger/8.0.5 iPhone", Client.DEVTOOLS, (Platform.DEVTOOLS,)),
        ("curl/8.0", Client.UNKNOWN, tuple(Platform)),
        ("", Client.UNKNOWN, tuple(Platform)),
        ("Mozilla/5.0 (iPhone) Safari/604.1", Client.UNKNOWN, tuple(Platform)),
    ],
)
def test_client(agent, client, platforms):
    assert client_of(agent) is client
    assert platforms_of(client) == platforms
