"""H5 builds of Taro and uni-app in a real Chromium: their calls are told apart, and nothing else counts."""

import json

import pytest
import yaml

from testenv.browser import opened_tab
from testenv.h5_kits import KITS
from testenv.h5_kits import bundle
from testenv.proxy import run_script
from testenv.recorded import facts
from wxlab.origin import Origin
from wxlab.routes import PNG
from wxlab.routes import ROUTES

pytestmark = [pytest.mark.slow, pytest.mark.browser]

PAGE_HOST = "h5.example.com"
HOSTS = (PAGE_HOST, "api.example.com", "upload.example.com", "cdn.example.com", "ws.example.com")
PAGE = b"""<!doctype html><html><head><meta charset=utf-8><link rel=stylesheet href=/app.css>
<link rel=preload as=font href=/app.woff2 crossorigin><script>trouble = []; addEventListener('error', event => trouble.push(event.message))</script>
<script src=/kit.js></script></head>
<body><div id=app></div><img src=/logo.png><video src=/intro.mp4 preload=auto></video>
<iframe src=/frame.html></iframe></body></html>"""
EMPTY = """\
appid: wx0123456789abcdef
scope: all
exclude: []
domains:
  request: []
  uploadFile: []
  downloadFile: []
  connectSocket: []
"""
# What the code of the page calls, with the API that each call must be told as.
CALLS = {
    "a GET": ("request", {"url": "https://api.example.com/list"}),
    "a GET with data and a header": (
        "request",
        {"url": "https://api.example.com/list", "data": {"page": 1}, "header": {"Authorization": "Bearer x"}},
    ),
    "a POST of JSON": (
        "request",
        {"url": "https://api.example.com/save", "method": "POST", "data": {"a": 1}},
    ),
    "a PUT": ("request", {"url": "https://api.example.com/save", "method": "PUT", "data": {"a": 1}}),
    "an upload": ("uploadFile", {"url": "https://upload.example.com/file", "name": "file", "formData": {"a": "1"}}),
    "a download": ("downloadFile", {"url": "https://cdn.example.com/file.png"}),
    "a download with a header": (
        "downloadFile",
        {"url": "https://cdn.example.com/file.png?private", "header": {"X-Token": "1"}},
    ),
    "a socket": ("connectSocket", {"url": "wss://ws.example.com/ws"}),
}
ASK = """
(async () => {
  const calls = %s, told = {};
  for (const [name, [api, options]] of Object.entries(calls)) {
    if (api === 'uploadFile') options.filePath = URL.createObjectURL(new Blob(['text'], {type: 'text/plain'}));
    told[name] = await new Promise(done => {
      const how = {...options, success: got => done(got.statusCode ?? 'ok'), fail: why => done('fail: ' + JSON.stringify(why))};
      if (api !== 'connectSocket') { const made = kit[api](how); made && made.catch && made.catch(() => 0); return; }
      Promise.resolve(kit.connectSocket({...options, fail: why => done('fail: ' + JSON.stringify(why)), success: () => 0})).then(task => {
        task.onOpen(() => { done('ok'); setTimeout(() => task.close({}), 50); });
        task.onError(why => done('fail: ' + JSON.stringify(why)));
      });
    });
  }
  return told;
})()
"""


async def answer(exchange):
    """As a server does that lets a page of another origin call it."""
    allowed = [
        ("access-control-allow-origin", exchange.seen.header("origin") or "*"),
        ("access-control-allow-headers", exchange.seen.header("access-control-request-headers") or "*"),
        ("access-control-allow-methods", "GET, POST, PUT"),
        ("access-control-allow-credentials", "true"),
    ]
    if exchange.seen.method == "OPTIONS":
        await exchange.answer(204, headers=allowed)
    elif exchange.path == "/file.png":
        await exchange.answer(200, PNG, [("content-type", "image/png"), *allowed])
    else:
        await exchange.answer(200, b'{"ok": true}', [("content-type", "application/json; charset=utf-8"), *allowed])


def given(content_type, body):
    async def route(exchange):
        await exchange.answer(200, body, [("content-type", content_type)])

    return route


@pytest.fixture(params=KITS)
def kit(request, lab):
    """The build's page is served, and the hosts that it calls are there."""
    routes = {
        **ROUTES,
        "/index.html": given("text/html", PAGE),
        "/frame.html": given("text/html", b"<p>a frame</p>"),
        "/kit.js": given("text/javascript", bundle(request.param).encode()),
        "/app.css": given("text/css", b"p { color: red }"),
        "/app.woff2": given("font/woff2", b""),
        "/logo.png": given("image/png", PNG),
        "/favicon.ico": given("image/png", PNG),
        "/intro.mp4": given("video/mp4", b""),
        **dict.fromkeys(("/list", "/save", "/file", "/file.png"), answer),
    }
    with Origin(lab.issuing.issue(*HOSTS), routes=routes) as origin:
        for host in HOSTS:
            lab.place(host, 443, origin)
        yield request.param


def used(proxy):
    """What the page's own code is told of each call."""
    with opened_tab(proxy.port, proxy.ca_pem, timeout_s=60) as tab:
        tab.go(f"https://{PAGE_HOST}/index.html")
        assert tab.run("window.kit !== undefined"), tab.run("JSON.stringify(trouble)")
        return tab.run(ASK % json.dumps(CALLS))


def expected_apis(name):
    """A bare GET of a browser may be either; any other is told by what only one of them sends."""
    api = CALLS[name][0]
    return {"downloadFile", "request"} if api == "downloadFile" else {api}


def test_each_call_is_told_and_what_suggest_says_makes_the_release_clean(start_proxy, lab, kit):
    debug = start_proxy(policy=EMPTY, arguments=("--mode", "debug"))
    told = used(debug)
    assert set(told.values()) <= {200, "ok"}, told
    assert debug.stop() == 0
    counts = facts(debug).counts
    records = debug.records()
    assert [record["url"] for record in records if PAGE_HOST in record["url"]] == [], "a part of the page was a call"

    # Each call once, told as what it is; every finding is of a list that is empty.
    assert len(records) == len(CALLS), [record["url"] for record in records]
    for record, name in zip(records, CALLS, strict=True):
        assert record["api"] in expected_apis(name) and CALLS[name][0] in record["apis"], (name, record["apis"])
        failing = {finding["code"] for finding in record["findings"] if finding["severity"] == "violation"}
        assert failing == {"DOMAIN_NOT_LISTED"}, (name, failing)
    assert counts.get("preflight", 0) >= 4
    assert set(counts) <= {"preflight", "page", "asset", "image", "media", "browser"}, counts

    suggested = run_script("policy.py", "suggest", debug.session, "--lang", "en")
    assert suggested.returncode == 0, suggested.stderr
    lists = yaml.safe_load(suggested.stdout)["domains"]
    # A bare GET may be either, and is said under both; nothing else stands where it is not called.
    assert (lists["uploadFile"], lists["connectSocket"]) == (["https://upload.example.com"], ["wss://ws.example.com"])
    assert {*lists["request"]} == {"https://api.example.com", "https://cdn.example.com"}
    assert {"https://cdn.example.com"} <= {*lists["downloadFile"]} <= {*lists["request"]}

    policy = yaml.safe_dump({**yaml.safe_load(EMPTY), "domains": lists})
    release = start_proxy(policy=policy, arguments=("--mode", "release", "--fail-on", "possible"))
    told = used(release)
    assert set(told.values()) <= {200, "ok"}, told
    assert release.stop() == 0, "the release run is not clean"
    assert [finding["code"] for record in release.records() for finding in record["findings"]] == []
