"""One entry of a server-domain list: which codes it gives and what is to be written in its place."""

import pytest
from hypothesis import example
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from wxpolicy.editions import EDITIONS
from wxpolicy.editions.wechat_2017 import EDITION as WECHAT_2017
from wxpolicy.editions.wechat_current import EDITION as WECHAT_CURRENT
from wxpolicy.finding import Code
from wxpolicy.policyfile.entries import read_entry
from wxpolicy.policyfile.tlds import Filing
from wxpolicy.policyfile.tlds import filing_of
from wxpolicy.terms import Api

R, S = Api.REQUEST, Api.CONNECT_SOCKET
GOOD, WS = "https://api.example.com", "wss://api.example.com"

# case, entry, api, codes of the faults in edition 2017, what to write instead (None: advice only)
BROKEN = [
    ("no scheme", "api.example.com", R, [Code.URL_INVALID], GOOD),
    ("no scheme in the socket list", "api.example.com", S, [Code.URL_INVALID], WS),
    ("two slashes only", "//api.example.com", R, [Code.URL_INVALID], GOOD),
    ("http", "http://api.example.com", R, [Code.SCHEME_NOT_SECURE], GOOD),
    ("ws", "ws://api.example.com", S, [Code.SCHEME_NOT_SECURE], WS),
    ("http in the socket list", "http://api.example.com", S, [Code.SCHEME_NOT_SECURE], WS),
    ("https in the socket list", "https://api.example.com", S, [Code.DOMAIN_WRONG_CATEGORY], WS),
    ("wss in the request list", "wss://api.example.com", R, [Code.DOMAIN_WRONG_CATEGORY], GOOD),
    ("unp", "unp://api.example.com", R, [Code.URL_INVALID], GOOD),
    ("two schemes", "wss://https://api.example.com", S, [Code.URL_INVALID], WS),
    ("two schemes, one without slashes", "https://https:api.example.com", R, [Code.URL_INVALID], GOOD),
    ("one slash", "https:/api.example.com", R, [Code.URL_INVALID], GOOD),
    ("full-width colon", "https：//api.example.com", R, [Code.URL_INVALID], GOOD),
    ("backslashes", "https:\\\\api.example.com", R, [Code.URL_INVALID], GOOD),
    ("final slash", "https://api.example.com/", R, [Code.URL_INVALID], GOOD),
    ("path", "https://api.example.com/v1", R, [Code.URL_INVALID], GOOD),
    ("query", "https://api.example.com?a=b", R, [Code.URL_INVALID], GOOD),
    ("fragment", "https://api.example.com#x", R, [Code.URL_INVALID], GOOD),
    ("user info", "https://user:pw@api.example.com", R, [Code.URL_INVALID], GOOD),
    ("port", "https://api.example.com:8443", R, [Code.PORT_NOT_ALLOWED], GOOD),
    ("the scheme's own port", "https://api.example.com:443", R, [Code.PORT_NOT_ALLOWED], GOOD),
    ("blank around", " https://api.example.com", R, [Code.URL_INVALID], GOOD),
    ("blank inside", "https:// api.example.com", R, [Code.URL_INVALID], GOOD),
    ("pasted newline", "https://api.example.com\n", R, [Code.URL_INVALID], GOOD),
    ("zero-width space", "https://api\u200b.example.com", R, [Code.URL_INVALID], GOOD),
    ("trailing semicolon", "https://api.example.com;", R, [Code.URL_INVALID], GOOD),
    ("two entries, semicolon", "https://a.cn;https://b.cn", R, [Code.URL_INVALID], "- https://a.cn - https://b.cn"),
    ("two entries, newline", "https://a.cn\nb.cn", R, [Code.URL_INVALID], "- https://a.cn - https://b.cn"),
    ("two entries, full-width comma", "https://a.cn，https://b.cn", R, [Code.URL_INVALID], "- https://a.cn"),
    ("trailing dot", "https://api.example.com.", R, [Code.URL_INVALID], GOOD),
    ("wildcard", "https://*.example.com", R, [Code.URL_INVALID], "https://a.example.com"),
    ("wildcard inside", "https://a*.example.com", R, [Code.URL_INVALID], "https://a.example.com"),
    ("leading dot", "https://.example.com", R, [Code.URL_INVALID], "https://a.example.com"),
    ("single label", "https://intranet", R, [Code.URL_INVALID], None),
    ("label over 63", "https://" + "a" * 64 + ".com", R, [Code.URL_INVALID], None),
    ("name over 253", "https://" + "a." * 130 + "com", R, [Code.URL_INVALID], None),
    ("endless", "https://" * 1000, R, [Code.URL_INVALID], None),
    ("underscore", "https://my_api.example.com", R, [Code.URL_INVALID], None),
    ("hyphen at an end", "https://-api.example.com", R, [Code.URL_INVALID], None),
    ("two dots", "https://api..example.com", R, [Code.URL_INVALID], None),
    ("scheme only", "https://", R, [Code.URL_INVALID], None),
    ("IPv4", "https://192.168.1.2", R, [Code.HOST_IS_IP], None),
    ("IPv4 as one number", "https://2130706433", R, [Code.HOST_IS_IP], None),
    ("IPv4 in hex", "https://0x7f.1", R, [Code.HOST_IS_IP], None),
    ("IPv4 in full-width digits", "https://１２７.0.0.1", R, [Code.HOST_IS_IP], None),
    ("IPv6", "wss://[2001:db8::1]", S, [Code.HOST_IS_IP], None),
    ("IPv6 without brackets", "https://2001:db8::1", R, [Code.HOST_IS_IP], None),
    ("IPv6 with a port", "https://[::1]:80", R, [Code.PORT_NOT_ALLOWED, Code.HOST_IS_IP], None),
    ("localhost", "https://localhost", R, [Code.HOST_IS_LOCALHOST], None),
    ("a relative of localhost", "https://App.LocalHost", R, [Code.HOST_IS_LOCALHOST], None),
    ("localhost with a port", "https://localhost:3000", R, [Code.PORT_NOT_ALLOWED, Code.HOST_IS_LOCALHOST], None),
    ("the platform's own API", "https://api.weixin.qq.com", R, [Code.HOST_RESERVED], None),
    (
        "the platform's own API, disguised",
        "https://API.weixin.qq.com./cgi-bin",
        R,
        [Code.URL_INVALID, Code.HOST_RESERVED],
        None,
    ),
    (
        "everything at once",
        "http://u@10.0.0.1:80/x",
        R,
        [Code.SCHEME_NOT_SECURE, Code.URL_INVALID, Code.URL_INVALID, Code.PORT_NOT_ALLOWED, Code.HOST_IS_IP],
        None,
    ),
]


@pytest.mark.parametrize("text, api, codes, instead", [pytest.param(*row[1:], id=row[0]) for row in BROKEN])
def test_a_broken_entry(text, api, codes, instead):
    entry = read_entry(text, api, WECHAT_2017)

    assert entry.domain is None
    assert [fault.code for fault in entry.faults] == codes
    for fault in entry.faults:
        assert fault.expected.zh and fault.expected.en and fault.instead.zh
        if instead:
            assert instead in fault.instead.en
            assert instead in fault.instead.zh
    if instead is None:
        assert entry.repaired is None


# A fault's words must tell which of the faults with one code it is.
@pytest.mark.parametrize(
    "text, en",
    [
        ("api.example.com", "scheme is missing"),
        ("https:/api.example.com", "misspelled"),
        ("unp://api.example.com", "unp:// is not supported"),
        ("wss://https://a.example.com", "two schemes"),
        ("https://a.example.com/v1", "path, query or fragment"),
        ("https://a.example.com/", "cannot end with /"),
        ("https://u@a.example.com", "user name or password"),
        (" https://a.example.com", "blanks"),
        ("https://a.cn;b.cn", "one entry has 2 domains"),
        ("https://a.example.com.", "end with a dot"),
        ("https://*.example.com", "wildcard"),
        ("https://intranet", "two labels"),
        ("https://a_b.example.com", "underscore"),
        ("https://" + "a" * 64 + ".com", "too long"),
        ("https://10.0.0.1", "10.0.0.1"),
    ],
)
def test_the_words_of_a_fault(text, en):
    (fault,) = read_entry(text, R, WECHAT_2017).faults
    assert en in fault.expected.en


@pytest.mark.parametrize(
    "text, api, host, port, edition",
    [
        pytest.param(GOOD, R, "api.example.com", None, WECHAT_2017, id="https"),
        pytest.param(WS, S, "api.example.com", None, WECHAT_2017, id="wss"),
        pytest.param("https://例子.中国", R, "xn--fsqu00a.xn--fiqs8s", None, WECHAT_2017, id="IDN"),
        pytest.param("HTTPS://API.Example.COM", R, "api.example.com", None, WECHAT_2017, id="upper case"),
        pytest.param("https://api.example.com:8443", R, "api.example.com", 8443, WECHAT_CURRENT, id="port"),
        pytest.param("https://weixin.qq.com", R, "weixin.qq.com", None, WECHAT_2017, id="a parent of the reserved"),
    ],
)
def test_an_entry_that_is_accepted(text, api, host, port, edition):
    domain = read_entry(text, api, edition).domain

    assert (domain.text, domain.scheme, domain.host, domain.port) == (text, text[: text.index(":")].lower(), host, port)


@pytest.mark.parametrize("port", ["", "0", "080", "65536", "http", "８０"])
def test_a_port_that_is_none_in_current(port):
    entry = read_entry(f"https://api.example.com:{port}", R, WECHAT_CURRENT)

    assert [fault.code for fault in entry.faults] == [Code.URL_INVALID]
    assert "1 to 65535" in entry.faults[0].expected.en
    assert entry.repaired == GOOD


def test_a_lan_address_needs_no_entry_in_current():
    (fault,) = read_entry("https://192.168.1.2", R, WECHAT_CURRENT).faults

    assert fault.code is Code.HOST_IS_IP
    assert "need no entry" in fault.instead.en


@pytest.mark.parametrize("text", ["https://127.0.0.1", "https://8.8.8.8"])
def test_no_other_address_is_waved_through_in_current(text):
    (fault,) = read_entry(text, R, WECHAT_CURRENT).faults

    assert fault.code is Code.HOST_IS_IP
    assert "need no entry" not in fault.instead.en


@pytest.mark.parametrize(
    "text, code, en",
    [
        pytest.param("https://API.example.com", Code.URL_INVALID, "lower case", id="upper case"),
        pytest.param("https://例子.com", Code.URL_INVALID, "xn--fsqu00a.com", id="IDN"),
        pytest.param("https://a。example.com", Code.URL_INVALID, "a.example.com", id="full-width dot"),
        pytest.param("https://api.example.com:443", Code.PORT_NOT_ALLOWED, ":443", id="explicit 443"),
        pytest.param("https://api.example.io", Code.ICP_UNLIKELY, "this is a guess", id="no filing"),
        pytest.param("https://api.example.test", Code.ICP_UNLIKELY, "reserved", id="reserved name"),
    ],
)
def test_an_entry_that_is_accepted_with_a_warning(text, code, en):
    entry = read_entry(text, R, WECHAT_CURRENT)

    assert entry.domain is not None
    (warning,) = entry.warnings
    assert warning.code is code
    assert en in warning.expected.en


@pytest.mark.parametrize(
    "filing, tlds",
    [
        (
            Filing.POSSIBLE,
            "cn com net com.cn org.cn edu.cn org top xyz vip shop ltd club wang site store online tech fun cloud "
            "info biz mobi cc tv ren pub work link design art ink team group pro red kim asia me co name zone host "
            "xn--fiqs8s xn--55qx5d xn--io0a7i",
        ),
        (Filing.UNLIKELY, "io ai dev app us uk co.uk jp de gg to sh ly eu edu gov"),
        (Filing.RESERVED, "local test internal lan example invalid localdomain home corp home.arpa"),
    ],
)
def test_which_names_can_be_filed(filing, tlds):
    assert {tld: filing_of(f"api.a.{tld}") for tld in tlds.split()} == dict.fromkeys(tlds.split(), filing)


ENTRY_TEXT = st.text() | st.lists(
    st.sampled_from(
        [
            "https://",
            "wss",
            "http:",
            "://",
            "/",
            "@",
            ":",
            "80",
            "[",
            "::1",
            "]",
            "*",
            ".",
            "api",
            "例子",
            "。",
            "1",
            ";",
            " ",
            "%41",
            "xn--",
        ]
        + ["example.com", "localhost", "api.weixin.qq.com", "10.0.0.1", "\x00", "\u200b", "A_b", "-"]
    ),
    max_size=8,
).map("".join)


@settings(max_examples=200, deadline=None)
@given(ENTRY_TEXT, st.sampled_from(Api), st.sampled_from(list(EDITIONS.values())))
@example("\ud800", Api.REQUEST, WECHAT_2017)
@example("[]:", Api.REQUEST, WECHAT_CURRENT)
def test_any_entry_is_a_domain_or_a_mistake_and_its_repair_is_good(text, api, edition):
    entry = read_entry(text, api, edition)

    assert (entry.domain is None) == bool(entry.faults)
    if entry.repaired is not None:
        again = read_entry(entry.repaired, api, edition)
        assert again.faults == ()
        assert again.domain.origin == entry.repaired
    if entry.domain is not None:
        assert entry.domain.host.isascii() and entry.domain.host == entry.domain.host.lower()
