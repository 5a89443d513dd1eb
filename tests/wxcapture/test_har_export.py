"""A session's HAR: whole, readable by others, the same verdicts when it comes back, and no secret in it."""

import io
import json
from dataclasses import replace

import pytest
from hypothesis import HealthCheck
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st
from mitmproxy.test import tflow

from testenv.har_rules import mistakes_of
from wxcapture.har_entry import entry
from wxcapture.har_reader import read_har
from wxcapture.har_secrets import Secrets
from wxcapture.har_writer import frame
from wxcapture.offline import OfflineJudge
from wxgate.call.facts import call_facts
from wxpolicy.call.record import CallRecord
from wxpolicy.call.recorded import record_from_json
from wxpolicy.call.verdicts import weigh
from wxpolicy.policy_set import PolicySet
from wxpolicy.terms import Api
from wxpolicy.terms import Outcome
from wxpolicy.text.json_line import json_line

KEEPING = Secrets(kept=True)


def flow_to(host="api.example.com", path="/", *, request=b"", answer=b"{}", request_headers=(), answer_headers=()):
    flow = tflow.tflow(resp=True)
    flow.request.scheme, flow.request.host, flow.request.port, flow.request.path = "https", host, 443, path
    flow.request.headers.clear()
    flow.request.headers["Host"] = host
    flow.response.headers.clear()
    for headers, pairs in ((flow.request.headers, request_headers), (flow.response.headers, answer_headers)):
        for name, value in pairs:
            headers.add(name, value)
    flow.request.raw_content, flow.response.raw_content = request, answer
    return flow


def record_of(flow, **fields):
    url = f"{flow.request.scheme}://{flow.request.host}{flow.request.path}"
    verdicts = weigh((), Api.REQUEST)
    values = {
        "id": flow.id, "started_at": flow.request.timestamp_start, "device": "10.0.0.2", "client": "android", "appid": None,
        "version": None, "api": "request", "api_confidence": "likely", "method": flow.request.method, "url": url,
        "http_status": 200, "outcome": Outcome.SUCCESS, "errno": None, "errmsg": "request:ok", "mode": "release", "acted": "pass",
        "release": verdicts.release, "debug": verdicts.debug,
    }  # fmt: skip
    return CallRecord(**(values | fields))


def made(flow, secrets=Secrets(), **fields):
    return entry(record_of(flow, **fields), flow, call_facts(flow), secrets)


def har_of(*entries):
    begin, between, end = frame()
    return begin + between.join(json_line(each) for each in entries) + end()


BODIES = [
    ("UTF-8", "你好".encode(), "text/plain; charset=utf-8", "你好"),
    ("GBK, declared", "你好，小程序".encode("gbk"), "text/html; charset=gbk", "你好，小程序"),
    ("GBK, not declared", "你好，小程序，这是一个测试".encode("gbk"), "text/plain", "你好，小程序，这是一个测试"),
    ("Big5", "繁體中文的內容，這是測試".encode("big5"), "text/plain; charset=big5", "繁體中文的內容，這是測試"),
    ("UTF-16 with its mark", "\ufeff你好".encode("utf-16-le"), "text/plain", "你好"),
    ("no text", b"\x89PNG\r\n\x1a\n\x00\x00", "image/png", None),
    ("bytes of no kind", b"\x00\x01\x02\xff" * 3, "application/octet-stream", None),
    ("empty", b"", "application/json", ""),
]


@pytest.mark.parametrize(("case", "raw", "content_type", "text"), BODIES, ids=[each[0] for each in BODIES])
def test_a_body_is_text_in_whatever_charset_or_else_base64(case, raw, content_type, text):
    content = made(flow_to(answer=raw, answer_headers=[("content-type", content_type)]))["response"]["content"]
    if text is None:
        assert content["encoding"] == "base64"
    else:
        assert content["text"].lstrip("\ufeff") == text and "encoding" not in content
    assert content["size"] == len(raw)


def test_compression_is_undone_and_its_gain_is_told():
    import gzip

    raw = gzip.compress("你好".encode() * 100)
    flow = flow_to(answer=raw, answer_headers=[("content-type", "text/plain"), ("content-encoding", "gzip")])
    made_entry = made(flow, response_bytes=len(raw))
    assert made_entry["response"]["content"]["text"] == "你好" * 100
    assert made_entry["response"]["content"]["compression"] == 600 - len(raw)
    assert made_entry["response"]["bodySize"] == len(raw)


def test_a_refused_call_is_there_without_an_answer():
    flow = flow_to(answer_headers=[("location", "https://evil.example.org/?token=s3cr3t")])
    errmsg = "request:fail redirect url not in domain list"
    made_entry = made(flow, acted="fail", outcome=Outcome.FAIL, errmsg=errmsg, http_status=302)
    response = made_entry["response"]
    assert (response["status"], response["_error"], response["headers"]) == (0, errmsg, [])
    assert response["_answer"] == {"status": 302, "redirectURL": "https://evil.example.org/?token=***"}


def test_a_record_without_its_flow_is_an_entry_too():
    record = record_of(
        flow_to(), acted="fail", outcome=Outcome.FAIL, errmsg="request:fail interrupted", http_status=None
    )
    har = json.loads(har_of(entry(record, None, None, Secrets())))
    assert mistakes_of(har) == []
    assert har["log"]["entries"][0]["response"]["_error"] == "request:fail interrupted"


def test_a_sockets_messages_are_as_chromium_writes_them():
    flow = tflow.twebsocketflow()
    record = record_of(flow, url="wss://ws.example.com/s", api="connectSocket")
    made_entry = entry(record, flow, call_facts(flow), KEEPING)
    assert made_entry["_resourceType"] == "websocket"
    assert [(each["type"], each["opcode"], each["data"]) for each in made_entry["_webSocketMessages"]] == [
        ("send", 2, "aGVsbG8gYmluYXJ5"), ("send", 1, "hello text"), ("receive", 1, "it's me"),
    ]  # fmt: skip
    assert all(isinstance(each["time"], (int, float)) for each in made_entry["_webSocketMessages"])


def test_the_address_of_the_server_has_no_port():
    flow = flow_to()
    flow.server_conn.peername = ("::1", 443, 0, 0)
    assert made(flow)["serverIPAddress"] == "::1"
    flow.server_conn.peername = ("fe80::1%eth0", 443)
    assert made(flow)["serverIPAddress"] == "fe80::1"
    flow.server_conn.peername = ("no address", 443)
    assert "serverIPAddress" not in made(flow)


def test_the_record_comes_back_whole(finding_of):
    flow = flow_to()
    finding = finding_of("DOMAIN_NOT_LISTED")
    record = record_of(flow, findings=(finding,), apis=("request",), tls={"version": "TLSv1.3"}, queued_ms=5)
    back = json.loads(har_of(entry(record, flow, call_facts(flow), KEEPING)))["log"]["entries"][0]["_miniprogram"]
    assert record_from_json(back) == record


@pytest.fixture
def finding_of():
    from wxpolicy.finding import Code
    from wxpolicy.finding import from_prose
    from wxpolicy.terms import Text

    return lambda code: from_prose(
        Code(code), Text("中文", "English"), Text("改", "fix"), "seed-2017 §1", subject="api.example.com"
    )


NAMES = st.sampled_from(["api.example.com", "other.example.com", "192.168.1.2", "localhost", "api.weixin.qq.com"])
WILD = st.text(st.characters(codec=None, exclude_categories=()), max_size=40)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    NAMES,
    WILD,
    st.binary(max_size=60),
    st.sampled_from(["", "text/plain", "application/json; charset=gbk", "image/png"]),
    st.sampled_from(["", "gzip", "br"]),
)
def test_any_call_makes_an_entry_that_others_can_read(policy, host, wild, raw, content_type, coding):
    """The format's own rules hold, it can be written as UTF-8, and the domain verdict is the same when it comes back."""
    flow = flow_to(
        host, request=raw, answer=raw, answer_headers=[("content-type", content_type), ("content-encoding", coding)]
    )
    made_entry = made(flow, errmsg=wild, url=f"https://{host}/{wild}")
    text = har_of(made_entry, made_entry)
    assert text.encode("utf-8")
    har = json.loads(text)
    assert mistakes_of(har) == []
    first, second = read_har(io.BytesIO(text.encode()), "x.har")
    judge = OfflineJudge(PolicySet([policy]))
    record = judge.record(first)
    assert record.release == judge.record(second).release
    live = OfflineJudge(PolicySet([policy])).record(replace(first, facts=call_facts(flow), recorded=None, answer=None))
    domain = [f for f in live.findings if f.family == "domain"]
    assert [f for f in record.findings if f.family == "domain"] == domain


SECRET = "S3cr3tValu3"
PHONE = "13800138000"
KEYS = st.sampled_from(
    [
        "appsecret",
        "session_key",
        "access_token",
        "token",
        "password",
        "js_code",
        "accessToken",
        "X-Api-Key",
        "refresh_token",
    ]
)
PLACES = {
    "query": lambda key: flow_to(path=f"/x?a=1&{key}={SECRET}&tel={PHONE}"),
    "form": lambda key: flow_to(request=f"a=1&{key}={SECRET}&tel={PHONE}".encode(), request_headers=[("content-type", "application/x-www-form-urlencoded")]),
    "JSON request": lambda key: flow_to(request=json.dumps({"a": {"b": [{key: SECRET}]}}).encode(), request_headers=[("content-type", "application/json")]),
    "JSON answer": lambda key: flow_to(answer=json.dumps({"data": {key: SECRET, "tel": PHONE, "n": int(PHONE)}}).encode()),
    "JSON in JSON": lambda key: flow_to(answer=json.dumps({"data": json.dumps({key: SECRET})}).encode()),
    "JSON with an escaped key": lambda key: flow_to(answer=f'{{"\\u{ord(key[0]):04x}{key[1:]}": "{SECRET}"}}'.encode()),
    "JSON that is cut": lambda key: flow_to(answer=f'{{"a": 1, "{key}": "{SECRET}", "b": '.encode()),
    "a URL in JSON": lambda key: flow_to(answer=json.dumps({"next": f"https://a.com/?{key}={SECRET}"}).encode()),
    "XML": lambda key: flow_to(answer=f"<xml><{key}><![CDATA[{SECRET}]]></{key}></xml>".encode(), answer_headers=[("content-type", "text/xml")]),
    "HTML": lambda key: flow_to(answer=f'<input name="{key}" type="hidden" value="{SECRET}">'.encode(), answer_headers=[("content-type", "text/html")]),
    "multipart": lambda key: flow_to(
        request=f'--b\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{SECRET}\r\n--b--\r\n'.encode(),
        request_headers=[("content-type", "multipart/form-data; boundary=b")],
    ),
    "script": lambda key: flow_to(answer=f"var x = {{{key}: '{SECRET}'}};".encode(), answer_headers=[("content-type", "text/javascript")]),
    "compressed": lambda key: flow_to(
        answer=__import__("gzip").compress(f"{key}={SECRET}".encode()), answer_headers=[("content-type", "text/plain"), ("content-encoding", "gzip")]
    ),
    "GBK": lambda key: flow_to(answer=f'{{"名称": "你好，小程序", "{key}": "{SECRET}"}}'.encode("gbk"), answer_headers=[("content-type", "application/json")]),
    "headers": lambda key: flow_to(
        request_headers=[("Cookie", f"a={SECRET}; b={SECRET}"), ("Authorization", f"Bearer {SECRET}"), ("Proxy-Authorization", SECRET), (key, SECRET),
                         ("Referer", f"https://a.com/?{key}={SECRET}")],
        answer_headers=[("Set-Cookie", f"sid={SECRET}; Path=/; HttpOnly"), ("Location", f"/x?{key}={SECRET}"), ("Link", f"<https://a.com/?{key}={SECRET}>; rel=next")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
@settings(max_examples=20, deadline=None)
@given(KEYS)
def test_no_secret_is_in_an_export_wherever_it_stood(place, key):
    flow = PLACES[place](key)
    text = har_of(made(flow))
    assert SECRET not in text and PHONE not in text
    assert mistakes_of(json.loads(text)) == []
    kept = json.loads(har_of(made(flow, KEEPING)))
    assert SECRET in json.dumps(kept).replace("\\u0074", "t")


def test_a_binary_body_that_names_a_secret_is_left_out():
    content = made(
        flow_to(answer=b"\x00\x01access_token\x00S3cr3t", answer_headers=[("content-type", "application/octet-stream")])
    )["response"]["content"]
    assert content["text"] == "" and "--with-secrets" in content["comment"]
