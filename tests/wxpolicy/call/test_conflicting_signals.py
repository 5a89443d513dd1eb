"""Where method, body and headers disagree about what a request is, it is a call."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from testenv.kind_requests import PREFLIGHT
from testenv.kind_requests import each_of
from testenv.kind_requests import request
from wxpolicy.call.kinds import Kind
from wxpolicy.call.kinds import kind_of

TABLE = [
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


@each_of(TABLE)
def test_kind(case, facts, alone, in_app):
    assert kind_of(facts, is_miniprogram=False) is alone
    assert kind_of(facts, is_miniprogram=True) is in_app


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
# fmt: skip


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
