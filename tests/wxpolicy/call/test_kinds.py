"""What is a call, and what else a request is: in a mini-program, in an H5 build, and where signals conflict."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wxpolicy.call.facts import CallFacts
from wxpolicy.call.facts import CarriedName
from wxpolicy.call.facts import Where
from wxpolicy.call.kinds import Kind
from wxpolicy.call.kinds import kind_of
from wxpolicy.terms import Client

IMAGES = "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8"
PAGES = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
PREFLIGHT = {"origin": "https://h5.example.com", "access-control-request-method": "POST"}


def request(headers=None, *, method="GET", host="api.example.com", port=None, scheme="https", path="/"):
    return CallFacts("10.0.0.2", method, scheme, (CarriedName(Where.HOST, host, port),), path, headers or {})


def dev(headers=None, *, path="/", scheme="http"):
    return request(headers, host="localhost", port=5173, scheme=scheme, path=path)


def mmtls(headers=None, scheme="http"):
    headers = headers or {"upgrade": "mmtls", "content-type": "application/octet-stream"}
    return request(headers, method="POST", host="szshort.weixin.qq.com", scheme=scheme, path="/mmtls/0a1b2c3d")


OWN = {"origin": "http://localhost:5173"}

# case, request, what it is without a mini-program's Referer, what it is with one
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
    ("Vite asks whether it is back", dev({"accept": "text/x-vite-ping", **OWN}), Kind.DEV_SERVER, Kind.CALL),
    *(
        (
            f"a module of Vite's: {path}",
            dev({"referer": "http://localhost:5173/src/main.ts"}, path=path),
            Kind.DEV_SERVER,
            Kind.CALL,
        )
        for path in (
            "/@vite/client",
            "/@id/__x00__plugin",
            "/@fs/home/a/x",
            "/node_modules/.vite/deps/a?v=1",
            "/a.json?import",
        )
    ),
    (
        "such a path of another host",
        request({"origin": "http://localhost:5173"}, path="/@vite/client"),
        Kind.CALL,
        Kind.CALL,
    ),
    (
        "somebody else's accepts the same",
        dev({"accept": "text/x-vite-ping", "origin": "https://a.com"}),
        Kind.CALL,
        Kind.CALL,
    ),
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
    # A development server
    (
        "vite's socket",
        dev({**OWN, "sec-websocket-protocol": "vite-hmr"}, scheme="ws"),
        Kind.DEV_SERVER,
        Kind.CALL,
    ),
    (
        "vite's socket on a port of its own",
        dev({"origin": "http://localhost:8080", "sec-websocket-protocol": "vite-hmr"}, scheme="ws"),
        Kind.DEV_SERVER,
        Kind.CALL,
    ),
    ("vite's socket without Origin", dev({"sec-websocket-protocol": "vite-hmr"}, scheme="ws"), Kind.CALL, Kind.CALL),
    (
        "vite's protocol to another host",
        request({**OWN, "sec-websocket-protocol": "vite-hmr"}, scheme="wss"),
        Kind.CALL,
        Kind.CALL,
    ),
    ("webpack's socket", dev(OWN, scheme="ws", path="/ws"), Kind.DEV_SERVER, Kind.CALL),
    (
        "webpack's socket, before 4",
        dev(OWN, scheme="ws", path="/sockjs-node/1/x/websocket"),
        Kind.DEV_SERVER,
        Kind.CALL,
    ),
    (
        "webpack's fallback",
        dev({"referer": "http://localhost:5173/"}, path="/sockjs-node/info?t=1"),
        Kind.DEV_SERVER,
        Kind.CALL,
    ),
    (
        "webpack's update",
        dev({"referer": "http://localhost:5173/"}, path="/main.1a.hot-update.json"),
        Kind.DEV_SERVER,
        Kind.CALL,
    ),
    (
        "/ws of the app's own server",
        request({"origin": "http://localhost:5173"}, scheme="wss", path="/ws"),
        Kind.CALL,
        Kind.CALL,
    ),
    ("/ws without Origin", dev(scheme="ws", path="/ws"), Kind.CALL, Kind.CALL),
    ("any other socket of the page's origin", dev(OWN, scheme="ws", path="/chat"), Kind.CALL, Kind.CALL),
    # The browser itself
    ("Chromium's updates", request(method="POST", host="update.googleapis.com"), Kind.BROWSER, Kind.CALL),
    ("Chromium's components", request(host="edgedl.me.gvt1.com"), Kind.BROWSER, Kind.CALL),
    ("Firefox's settings", request(host="firefox.settings.services.mozilla.com"), Kind.BROWSER, Kind.CALL),
    (
        "Chromium's account list",
        request(
            {
                "origin": "https://www.google.com",
                "sec-fetch-site": "none",
                "content-type": "application/x-www-form-urlencoded",
            },
            method="POST",
            host="accounts.google.com",
        ),
        Kind.BROWSER,
        Kind.CALL,
    ),
    (
        "a page without TLS that calls such a host",
        request({"origin": "http://h5.example.com"}, host="accounts.google.com"),
        Kind.CALL,
        Kind.CALL,
    ),
    (
        "a page that calls such a host",
        request({"origin": "https://h5.example.com", "sec-fetch-site": "cross-site"}, host="accounts.google.com"),
        Kind.CALL,
        Kind.CALL,
    ),
    # Signals that conflict
    (
        "JSON that says it is an image",
        request({"accept": "image/png", "content-type": "application/json"}, method="POST"),
        Kind.CALL,
        Kind.CALL,
    ),
    *(
        (f"a post with Sec-Fetch-Dest: {name}", request({"sec-fetch-dest": name}, method="POST"), Kind.CALL, Kind.CALL)
        for name in ("image", "document", "script", "video")
    ),
    (
        "a get with a body that says it is an image",
        request({"sec-fetch-dest": "image", "content-length": "2"}),
        Kind.CALL,
        Kind.CALL,
    ),
    (
        "an image with wx.request's content-type",
        request({"sec-fetch-dest": "image", "content-type": "application/json"}),
        Kind.CALL,
        Kind.CALL,
    ),
    ("an image with Android's mark", request({"accept": "image/png", "charset": "utf-8"}), Kind.CALL, Kind.CALL),
    ("a player that posts", request({"user-agent": "ExoPlayerLib/2"}, method="POST"), Kind.CALL, Kind.CALL),
    (
        "a report of the browser",
        request({"sec-fetch-dest": "report", "content-type": "application/reports+json"}, method="POST"),
        Kind.ASSET,
        Kind.ASSET,
    ),
    (
        "declared although an image",
        request({"sec-fetch-dest": "image", "x-miniprogram-api": "downloadFile"}),
        Kind.CALL,
        Kind.CALL,
    ),
    (
        "declared although a preflight",
        request({**PREFLIGHT, "x-miniprogram-api": "request"}, method="OPTIONS"),
        Kind.CALL,
        Kind.CALL,
    ),
    ("a socket that accepts images", request({"accept": "image/png"}, scheme="wss"), Kind.CALL, Kind.CALL),
]


# Each a kind of its own, with one more header that this kind never has.
CONFLICTS = [
    ("a preflight with a body", request(PREFLIGHT | {"content-length": "2"}, method="OPTIONS")),
    ("a preflight with a type", request(PREFLIGHT | {"content-type": "application/json"}, method="OPTIONS")),
    ("a preflight with credentials", request(PREFLIGHT | {"authorization": "Basic eDp5"}, method="OPTIONS")),
    ("a preflight with a cookie", request(PREFLIGHT | {"cookie": "a=b"}, method="OPTIONS")),
    ("a prefetch that posts", request({"sec-purpose": "prefetch", "content-type": "application/json"}, method="POST")),
    ("a prefetch with a body", request({"sec-purpose": "prefetch", "content-length": "5"})),
    ("a link's ping with credentials",
     request({"content-type": "text/ping", "ping-to": "https://a.example.com/", "authorization": "Bearer a"}, method="POST")),
    ("a picture with a token", request({"sec-fetch-dest": "image", "authorization": "Bearer abc"})),
    ("a picture by XMLHttpRequest", request({"sec-fetch-dest": "image", "x-requested-with": "XMLHttpRequest"})),
    ("a page with a token", request({"sec-fetch-dest": "document", "authorization": "bearer abc"})),
    ("a script by XMLHttpRequest", request({"sec-fetch-dest": "script", "x-requested-with": "XMLHttpRequest"})),
]  # fmt: skip


@pytest.mark.parametrize(("case", "facts"), CONFLICTS, ids=[row[0] for row in CONFLICTS])
def test_where_signals_conflict_it_is_a_call(case, facts):
    assert kind_of(facts, is_miniprogram=False) is Kind.CALL


@pytest.mark.parametrize(
    ("case", "facts", "kind"),
    [
        ("a preflight that says it has no body", request(PREFLIGHT | {"content-length": "0"}, method="OPTIONS"), Kind.PREFLIGHT),
        ("a prefetch", request({"sec-purpose": "prefetch"}), Kind.ASSET),
        ("a picture behind a login", request({"sec-fetch-dest": "image", "authorization": "Basic eDp5"}), Kind.IMAGE),
        ("a picture of a web-view", request({"sec-fetch-dest": "image", "x-requested-with": "com.tencent.mm"}), Kind.IMAGE),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_what_may_well_be_there_is_no_conflict(case, facts, kind):
    assert kind_of(facts, is_miniprogram=False) is kind


@pytest.mark.parametrize(("case", "facts", "alone", "in_app"), TABLE, ids=[row[0] for row in TABLE])
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


HEADERS = st.dictionaries(
    st.sampled_from(
        ["accept", "origin", "referer", "sec-fetch-dest", "sec-fetch-mode", "sec-websocket-protocol", "user-agent"]
    ),
    st.sampled_from(["", "image", "image/png", "document", "navigate", "vite-hmr", "http://localhost:5173", "http://["])
    | st.text(),
)


@given(
    HEADERS, st.sampled_from(["GET", "HEAD", "POST", "OPTIONS", ""]), st.sampled_from(["ws", "https"]), st.booleans()
)
def test_whatever_the_headers_say_a_body_or_a_declaration_makes_a_call(headers, method, scheme, in_app):
    with_body = {**headers, "content-type": "application/json", "content-length": "2"}
    facts = request(with_body, method="POST" if method == "OPTIONS" else method, scheme="https")
    assert kind_of(facts, is_miniprogram=in_app) is Kind.CALL
    declared = request({**headers, "x-miniprogram-api": ""}, method=method, scheme=scheme)
    assert kind_of(declared, is_miniprogram=in_app) is Kind.CALL
