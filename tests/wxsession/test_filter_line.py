import pytest
from hypothesis import given
from hypothesis import strategies as st

from wxsession.filter_line import read_filter
from wxsession.filters import Field
from wxsession.filters import Term


def terms(line):
    reading = read_filter(line)
    assert not reading.mistakes
    return list(reading.wanted.terms)


@pytest.mark.parametrize(
    ("case", "line", "expected"),
    [
        ("nothing", "  ", []),
        ("the line of the help", "code:DOMAIN_NOT_LISTED -host:cdn api:uploadFile device:192.168.1.23 errno:600002 debug-only", [
            Term(Field.CODE, "DOMAIN_NOT_LISTED"), Term(Field.HOST, "cdn", True), Term(Field.API, "uploadFile"),
            Term(Field.DEVICE, "192.168.1.23"), Term(Field.ERRNO, "600002"), Term(Field.DEBUG_ONLY, "1"),
        ]),
        ("the same in Chinese", "代码:DOMAIN_NOT_LISTED -主机:cdn 接口:uploadFile 设备：192.168.1.23 错误码:600002 仅调试可用", [
            Term(Field.CODE, "DOMAIN_NOT_LISTED"), Term(Field.HOST, "cdn", True), Term(Field.API, "uploadFile"),
            Term(Field.DEVICE, "192.168.1.23"), Term(Field.ERRNO, "600002"), Term(Field.DEBUG_ONLY, "1"),
        ]),
        ("failed calls", "失败 -failed", [Term(Field.OUTCOME, "fail"), Term(Field.OUTCOME, "fail", True)]),
        ("words of an outcome", "结果:成功 release:fail", [Term(Field.OUTCOME, "success"), Term(Field.RELEASE, "fail")]),
        ("any case", "API:UPLOADFILE Debug-Only", [Term(Field.API, "uploadFile"), Term(Field.DEBUG_ONLY, "1")]),
        ("text", "login 订单", [Term(Field.TEXT, "login"), Term(Field.TEXT, "订单")]),
        ("text in quotes", '"url not in" -"debug-only"', [Term(Field.TEXT, "url not in"), Term(Field.TEXT, "debug-only", True)]),
        ("a value in quotes", 'host:"a b"', [Term(Field.HOST, "a b")]),
        ("a pasted URL", "https://api.example.com:8443/x?y=z", [Term(Field.TEXT, "https://api.example.com:8443/x?y=z")]),
        ("a device of IPv6", "device:fe80::1", [Term(Field.DEVICE, "fe80::1")]),
        ("a quote that is never closed", '"open', [Term(Field.TEXT, "open")]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_a_line_is_read(case, line, expected):
    assert terms(line) == expected


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("errno:six", "a number"),
        ("status:4xx", "a number"),
        ("api:upload", "one of request, uploadFile"),
        ("结果:也许", "one of success, fail"),
        ("mode:fast", "one of release, debug"),
        ("host:", "a value"),
        ("x" * 5000, "at most"),
        ("a b " + " ".join(f"w{number}" for number in range(70)), "at most 60"),
    ],
)
def test_what_cannot_be_is_said_in_both_languages(line, words):
    (mistake,) = read_filter(line).mistakes
    assert words in mistake.en and mistake.zh


@given(st.text(max_size=200))
def test_any_line_gives_a_filter_or_mistakes(line):
    reading = read_filter(line)
    assert reading.mistakes or len(reading.wanted.terms) <= 60
