"""Calls leave with the fixed Referer of their mini-program, and without the header that declares their API."""

import pytest

from testenv import h2client
from testenv.enforcing import APPID
from testenv.enforcing import FIXED
from testenv.recorded import codes
from testenv.recorded import one_record

REFERERS = {
    "missing": [],
    "right": [("Referer", FIXED)],
    "forged": [("Referer", "https://evil.example.com/")],
    "another version": [("Referer", f"https://servicewechat.com/{APPID}/0/page-frame.html")],
    "another mini-program": [("Referer", "https://servicewechat.com/wxffffffffffffffff/1/page-frame.html")],
    "empty": [("Referer", "")],
    "twice": [("Referer", FIXED), ("referer", "https://evil.example.com/")],
    "almost": [("REFERER", FIXED + "?a=1")],
}
EXPECTED_NOTE = {"right": None, "missing": "REFERER_REWRITTEN", "another version": "REFERER_REWRITTEN"}


@pytest.mark.parametrize("http2", [False, True], ids=["HTTP/1.1", "HTTP/2"])
@pytest.mark.parametrize("case", REFERERS)
@pytest.mark.parametrize("mode", ["release", "debug"])
def test_calls_leave_with_exactly_the_fixed_referer(mode, case, http2, lab, request):
    proxy = request.getfixturevalue(mode)
    marker = f"/referer?{case.replace(' ', '-')}-{http2}"
    if http2:
        fields = h2client.get("api.example.com", marker, *((name.lower(), value) for name, value in REFERERS[case]))
        (answer,) = proxy.clients.h2_streams("api.example.com:443", [fields])
    else:
        lines = "".join(f"{name}: {value}\r\n" for name, value in REFERERS[case])
        head = f"GET {marker} HTTP/1.1\r\nHost: api.example.com\r\n{lines}\r\n"
        answer = proxy.clients.bytes_in_tunnel("api.example.com:443", head.encode())
    assert answer.status == 200, answer
    (seen,) = lab.origin.requests
    assert [value for name, value in seen.headers if name == "referer"] == [FIXED]
    notes = codes(one_record(proxy, marker))
    expected = EXPECTED_NOTE.get(case, "REFERER_FORGED")
    assert notes == ([expected] if expected else [])


@pytest.mark.parametrize("mode", ["release", "debug", "observe"])
@pytest.mark.parametrize("http2", [False, True], ids=["HTTP/1.1", "HTTP/2"])
def test_the_declaring_header_never_reaches_the_origin(mode, http2, lab, request):
    proxy = request.getfixturevalue(mode)
    once, twice = f"/declared-once-{http2}", f"/declared-twice-{http2}"
    declaring = {"X-Miniprogram-Api": "downloadFile"}
    for marker, arguments in ((once, ()), (twice, ("--header", "x-miniprogram-API: request"))):
        url = f"https://cdn.example.com{marker}"
        assert proxy.clients.curl(url, http2=http2, headers=declaring, arguments=arguments).status == 200
    assert len(lab.origin.requests) == 2
    assert "x-miniprogram-api" not in {name for seen in lab.origin.requests for name, _ in seen.headers}
    record = one_record(proxy, once)
    assert (record.api, record.api_confidence) == ("downloadFile", "declared")
