"""What is a call, and what else a request is: in a mini-program, and in an H5 build."""

import pytest

from testenv.kind_requests import IMAGES
from testenv.kind_requests import PAGES
from testenv.kind_requests import PREFLIGHT
from testenv.kind_requests import dev
from testenv.kind_requests import each_of
from testenv.kind_requests import request
from wxpolicy.call.kinds import Kind
from wxpolicy.call.kinds import kind_of
from wxpolicy.terms import Client


def mmtls(headers=None, scheme="http"):
    headers = headers or {"upgrade": "mmtls", "content-type": "application/octet-stream"}
    return request(headers, method="POST", host="szshort.weixin.qq.com", scheme=scheme, path="/mmtls/0a1b2c3d")


TABLE = [
    ("a bare get", request(), Kind.CALL, Kind.CALL),
    ("a preflight", request(PREFLIGHT, method="OPTIONS"), Kind.PREFLIGHT, Kind.CALL),
    (
        "a preflight without Origin",
        request({"access-control-request-method": "POST"}, method="OPTIONS"),
        Kind.CALL,
        Kind.CALL,
    ),
    ("wx.request with method OPTIONS", request({"origin": "https://a.com"}, method="OPTIONS"), Kind.CALL, Kind.CALL),
    *(
        (f"Sec-Fetch-Dest: {name}", request({"sec-fetch-dest": name}), kind, kind)
        for kind, names in {
            Kind.PAGE: ("document", "iframe", "frame", "object", "embed"),
            Kind.ASSET: (
                "script",
                "style",
                "font",
                "manifest",
                "worker",
                "sharedworker",
                "serviceworker",
                "report",
                "webbundle",
                "speculationrules",
                "dictionary",
            ),
            Kind.IMAGE: ("image",),
            Kind.MEDIA: ("audio", "video", "track"),
            Kind.CALL: ("empty", "unheard-of"),
        }.items()
        for name in names
    ),
    (
        "a page that is fetched before it is asked for",
        request({"sec-purpose": "prefetch;prerender"}),
        Kind.ASSET,
        Kind.CALL,
    ),
    (
        "what a link reports when it is followed",
        request({"content-type": "text/ping", "ping-to": "https://a.com/"}, method="POST"),
        Kind.ASSET,
        Kind.CALL,
    ),
    ("a POST of its type by code", request({"content-type": "text/ping"}, method="POST"), Kind.CALL, Kind.CALL),
    ("Firefox's image without Sec-Fetch", request({"accept": "image/avif,image/webp,*/*"}), Kind.IMAGE, Kind.IMAGE),
    *(
        (f"a player: {agent}", request({"user-agent": agent, "range": "bytes=0-"}), Kind.MEDIA, Kind.MEDIA)
        for agent in ("AndroidXMedia3/1.3.1 (Linux;Android 13)", "IJKPlayer/0.8", "VLC/3.0.18 LibVLC/3.0.18")
    ),
    ("WeChat's own mmtls in HTTP", mmtls(), Kind.MMTLS, Kind.CALL),
    ("mmtls without Upgrade", mmtls({"user-agent": "MicroMessenger Client"}), Kind.MMTLS, Kind.CALL),
    ("a call to such a path", mmtls({"content-type": "application/json"}), Kind.CALL, Kind.CALL),
    ("mmtls over TLS", mmtls(scheme="https"), Kind.CALL, Kind.CALL),
    ("Sec-Fetch-Mode: navigate", request({"sec-fetch-mode": "navigate"}), Kind.PAGE, Kind.PAGE),
    ("a browser's image without Sec-Fetch", request({"accept": IMAGES}), Kind.IMAGE, Kind.IMAGE),
    ("Accept that anybody can set", request({"accept": "image/png"}), Kind.CALL, Kind.IMAGE),
    ("fetch that accepts images", request({"accept": IMAGES, "sec-fetch-dest": "empty"}), Kind.CALL, Kind.CALL),
    (
        "an old web-view's page",
        request({"accept": PAGES, "upgrade-insecure-requests": "1"}),
        Kind.PAGE,
        Kind.PAGE,
    ),
    ("Accept of a page alone", request({"accept": PAGES}), Kind.CALL, Kind.CALL),
    ("a style without Sec-Fetch", request({"accept": "text/css,*/*;q=0.1"}), Kind.ASSET, Kind.CALL),
    *(
        (f"{player}", request({"user-agent": player, "range": "bytes=0-1"}), Kind.MEDIA, Kind.MEDIA)
        for player in (
            "AppleCoreMedia/1.0.0.21F79 (iPhone; U; CPU OS 17_5 like Mac OS X)",
            "stagefright/1.2 (Linux;Android 14)",
            "ExoPlayerLib/2.18.1",
            "Lavf/60.16.100",
        )
    ),
    (
        "Safari's own player, under a browser's name",
        request(
            {
                "user-agent": "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/15.6 Safari/605.1.15",
                "x-playback-session-id": "C383BAE7-086D-40C2-8439-3F687785CB58",
            }
        ),
        Kind.MEDIA,
        Kind.MEDIA,
    ),
    ("somebody's own header", request({"x-playback-session-id": "1"}), Kind.CALL, Kind.CALL),
    # Over HTTP/2 no header need tell of a body.
    ("an image with a body", request({"sec-fetch-dest": "image"}, has_body=True), Kind.CALL, Kind.CALL),
    ("Accept of images and a body", request({"accept": IMAGES}, has_body=True), Kind.CALL, Kind.CALL),
    ("a preflight with a body", request(PREFLIGHT, method="OPTIONS", has_body=True), Kind.CALL, Kind.CALL),
    ("a source map", request(path="/static/app.3f2a.js.map"), Kind.ASSET, Kind.CALL),
    ("a path that only looks like one", request(path="/sites.map"), Kind.CALL, Kind.CALL),
    (
        "a module of a page without TLS",
        dev({"referer": "http://localhost:5173/"}, path="/src/main.ts"),
        Kind.ASSET,
        Kind.CALL,
    ),
    (
        "somebody else's script",
        request({"referer": "http://localhost:5173/"}, path="/lib.js"),
        Kind.CALL,
        Kind.CALL,
    ),
]


@each_of(TABLE)
def test_kind(case, facts, alone, in_app):
    assert kind_of(facts, is_miniprogram=False) is alone
    assert kind_of(facts, is_miniprogram=True) is in_app


@pytest.mark.parametrize(
    ("client", "kind"), [(Client.IOS, Kind.PAGE), (Client.ANDROID, Kind.CALL), (Client.UNKNOWN, Kind.CALL)]
)
def test_an_ios_web_view_s_page_is_told_by_accept_alone(client, kind):
    assert kind_of(request({"accept": PAGES}), is_miniprogram=True, client=client) is kind


def test_wx_request_that_accepts_pages_is_a_call_on_ios_too():
    facts = request({"accept": PAGES, "content-type": "application/json"})
    assert kind_of(facts, is_miniprogram=True, client=Client.IOS) is Kind.CALL
