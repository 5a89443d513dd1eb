"""No secret of a header or a body is shown, and what is none stays as it is."""

import json

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from wxredact.binary import has_secret_words
from wxredact.bodies import redact_text
from wxredact.headers import redact_header

HEADERS = [
    ("Cookie", "sid=abc; theme=dark", "sid=***; theme=***"),
    ("cookie", "abc", "***"),
    ("Set-Cookie", "sid=abc; Path=/; HttpOnly", "sid=***; Path=/; HttpOnly"),
    ("Authorization", "Bearer abc", "***"),
    ("Proxy-Authorization", "Basic abc", "***"),
    ("X-Access-Token", "abc", "***"),
    ("X-WX-SKEY", "abc", "***"),
    ("Referer", "https://a.com/?token=abc", "https://a.com/?token=***"),
    ("Location", "/x?code=abcdef", "/x?code=***"),
    ("Sec-WebSocket-Protocol", "chat", "chat"),
    ("Sec-WebSocket-Protocol", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0", "***"),
    ("Content-Type", "application/json; charset=utf-8", "application/json; charset=utf-8"),
    (
        "Referer",
        "https://servicewechat.com/wx0123456789abcdef/7/page-frame.html",
        "https://servicewechat.com/wx0123456789abcdef/7/page-frame.html",
    ),
    ("Date", "Mon, 23 Nov 2026 08:00:00 GMT", "Mon, 23 Nov 2026 08:00:00 GMT"),
    ("User-Agent", "Mozilla/5.0 (Linux; Android 14)", "Mozilla/5.0 (Linux; Android 14)"),
]


@pytest.mark.parametrize(("name", "value", "shown"), HEADERS)
def test_headers(name, value, shown):
    assert redact_header(name, value) == shown


BODIES = [
    ("JSON", "application/json", '{"token":"abc","n":1}', '{"token": "***", "n": 1}'),
    ("JSON without a secret stays byte for byte", "application/json", '{"a":1,  "b" : "x"}', '{"a":1,  "b" : "x"}'),
    ("a status code is no login code", "application/json", '{"code":0,"msg":"ok"}', '{"code":0,"msg":"ok"}'),
    ("nor is one in words", "application/json", '{"code":"0000"}', '{"code":"0000"}'),
    ("a login code", "application/json", '{"code":"0a1b2c3d4e"}', '{"code": "***"}'),
    ("whatever stands under a secret's name", "", '{"session_key":{"k":["x"]}}', '{"session_key": "***"}'),
    ("nothing and a flag tell nothing", "", '{"token":null,"password":true}', '{"token":null,"password":true}'),
    (
        "phone numbers",
        "",
        '{"tel":"13800138000","n":13800138000,"t":1700000000000}',
        '{"tel": "***", "n": "***", "t": 1700000000000}',
    ),
    ("a list", "", '[{"appsecret":"x"}]', '[{"appsecret": "***"}]'),
    ("JSON with a mark", "", '\ufeff{"token":"x"}', '\ufeff{"token": "***"}'),
    ("JSON inside JSON", "", '{"d":"{\\"token\\":\\"x\\"}"}', '{"d": "{\\"token\\": \\"***\\"}"}'),
    ("a form", "application/x-www-form-urlencoded", "a=1&access_token=x", "a=1&access_token=***"),
    ("a form that does not say so", "", "access_token=x&a=1", "access_token=***&a=1"),
    ("XML", "text/xml", "<a><sign>x</sign><b>c</b></a>", "<a><sign>***</sign><b>c</b></a>"),
    ("JSONP", "text/javascript", 'cb({"token":"x","n":1})', 'cb({"token": "***", "n": 1})'),
    ("plain text", "text/plain", "password: x\nname: y", "password: ***\nname: y"),
    ("Chinese text", "text/plain", "你好，小程序：一切正常", "你好，小程序：一切正常"),
    ("empty", "", "", ""),
]


@pytest.mark.parametrize(("case", "mime_type", "text", "shown"), BODIES, ids=[each[0] for each in BODIES])
def test_bodies(case, mime_type, text, shown):
    assert redact_text(text, mime_type) == shown


@pytest.mark.parametrize(
    ("data", "is_secret"), [(b"\x00access_token\x01", True), (b"\x89PNG\r\n\x1a\n", False), (b"", False)]
)
def test_bytes_that_name_a_secret(data, is_secret):
    assert has_secret_words(data) is is_secret


WILD = st.text(st.characters(codec=None, exclude_categories=()), max_size=60) | st.text(
    '{}[]"\\:,<>=&;\r\n-token1380018 ', max_size=80
)
KINDS = st.sampled_from(
    ["", "application/json", "application/x-www-form-urlencoded", "multipart/form-data", "text/xml"]
)


@settings(max_examples=200)
@given(WILD, KINDS)
def test_any_text_is_masked_without_raising(text, mime_type):
    assert isinstance(redact_text(text, mime_type), str)
    assert isinstance(redact_header("X-Any", text), str)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=200)
@given(JSON, JSON, st.sampled_from(["token", "access_token", "Secret", "session_key", "passwd"]), st.booleans())
def test_a_secrets_value_never_shows_and_json_stays_json(before, after, key, ascii_only):
    value = {"before": before, "deep": [{key: {"v": "S3cr3tValu3"}}], "after": after, key: "S3cr3tValu3"}
    shown = redact_text(json.dumps(value, ensure_ascii=ascii_only), "application/json")
    assert "S3cr3tValu3" not in shown
    assert set(json.loads(shown)) == set(value)


@pytest.mark.parametrize("piece", ['"', "a=", "<a ", "{", '{"a":', "token:", "\\", "--", "name=", "1", "<![CDATA["])
def test_a_long_body_takes_no_long_time(piece):
    assert isinstance(redact_text(piece * (60_000 // len(piece)), "text/html"), str)
