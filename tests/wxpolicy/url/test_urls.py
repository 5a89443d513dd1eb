"""URLs and redirect targets: one reading for all clients, or invalid."""

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from wxpolicy.url.hosts import HostKind
from wxpolicy.url.urls import NETWORK_SCHEMES
from wxpolicy.url.urls import read_url
from wxpolicy.url.urls import resolve

BASE = "https://api.example.com:8443/a/b?c=1"

READ = [
    ("plain", "https://api.example.com/x", ("https", "api.example.com", None, "/x")),
    ("no path", "https://api.example.com", ("https", "api.example.com", None, "/")),
    ("query without a path", "https://api.example.com?q=/x", ("https", "api.example.com", None, "/?q=/x")),
    ("fragment is left out", "https://api.example.com/x?q#f", ("https", "api.example.com", None, "/x?q")),
    ("upper case", "HTTPS://API.Example.com/X", ("https", "api.example.com", None, "/X")),
    ("default port stays spelled", "https://api.example.com:443/", ("https", "api.example.com", 443, "/")),
    ("port with zeros in front", "https://api.example.com:08443/", ("https", "api.example.com", 8443, "/")),
    ("empty port is none", "https://api.example.com:/", ("https", "api.example.com", None, "/")),
    ("IPv6 with port", "http://[::1]:8080/", ("http", "::1", 8080, "/")),
    ("IPv6", "http://[::1]", ("http", "::1", None, "/")),
    ("websocket", "wss://ws.example.com/s", ("wss", "ws.example.com", None, "/s")),
    ("blanks around", " \thttps://api.example.com/ \r\n", ("https", "api.example.com", None, "/")),
    ("backslash in the query", "https://api.example.com/?a=\\", ("https", "api.example.com", None, "/?a=\\")),
    ("@ in the path", "https://api.example.com/@evil.com", ("https", "api.example.com", None, "/@evil.com")),
]

INVALID = [
    ("empty", ""),
    ("no scheme", "api.example.com/x"),
    ("scheme-relative without base", "//api.example.com/"),
    ("script", "javascript:alert(1)"),
    ("app link", "weixin://dl/business"),
    ("no slashes", "https:api.example.com"),
    ("one slash", "https:/api.example.com"),
    ("three slashes", "https:///api.example.com"),
    ("backslashes for slashes", "https:\\\\api.example.com"),
    ("backslash behind the host", "https://api.example.com\\.evil.com/"),
    ("backslash before @", "https://api.example.com\\@evil.com/"),
    ("two @", "https://a@b@evil.com/"),
    ("only user info", "https://user@/"),
    ("tab in the scheme", "ht\ttps://api.example.com"),
    ("newline in the host", "https://api.exa\nmple.com"),
    ("NUL in the path", "https://api.example.com/\x00"),
    ("port with letters", "https://api.example.com:44e/"),
    ("port 0", "https://api.example.com:0/"),
    ("port over the range", "https://api.example.com:65536/"),
    ("very long port", "https://api.example.com:" + "9" * 5000),
    ("full-width port", "https://api.example.com:４４３/"),
    ("two ports", "https://api.example.com:80:443/"),
    ("IPv6 without brackets", "https://::1/"),
    ("text behind the brackets", "https://[::1]x/"),
    ("unreadable host", "https://a..b/"),
]

RESOLVED = [
    ("empty stays", "", ("https", "api.example.com", 8443, "/a/b?c=1")),
    ("fragment stays", "#top", ("https", "api.example.com", 8443, "/a/b?c=1")),
    ("absolute path", "/x", ("https", "api.example.com", 8443, "/x")),
    ("relative path", "x?y#z", ("https", "api.example.com", 8443, "/a/x?y")),
    ("query", "?d=2", ("https", "api.example.com", 8443, "/a/b?d=2")),
    ("scheme-relative", "//cdn.example.com/x", ("https", "cdn.example.com", None, "/x")),
    ("absolute", "http://cdn.example.com:81/x", ("http", "cdn.example.com", 81, "/x")),
    ("colon in the query", "/x?u=http://evil.com", ("https", "api.example.com", 8443, "/x?u=http://evil.com")),
]

UNRESOLVED = [
    ("slash backslash", "/\\evil.com"),
    ("backslash slash", "\\/evil.com"),
    ("two backslashes", "\\\\evil.com"),
    ("slash tab slash", "/\t/evil.com"),
    ("newline inside", "/x\nSet-Cookie: a=b"),
    ("three slashes", "///evil.com"),
    ("scheme without slashes", "https:evil.com"),
    ("scheme with one slash", "https:/evil.com"),
    ("other scheme", "weixin://evil"),
    ("user info trick", "https://api.example.com\\@evil.com"),
]


def names_of(table):
    return [row[0] for row in table]


def parts(url):
    return url.scheme, url.host.ascii, url.port, url.path


@pytest.mark.parametrize(("case", "text", "expected"), READ, ids=names_of(READ))
def test_reads(case, text, expected):
    url = read_url(text)
    assert (parts(url), url.invalid, url.userinfo) == (expected, None, False)


@pytest.mark.parametrize(("case", "text"), INVALID, ids=names_of(INVALID))
def test_what_clients_read_differently_is_invalid(case, text):
    url = read_url(text)
    assert url.invalid and url.invalid.zh and url.invalid.en


@pytest.mark.parametrize(("case", "location", "expected"), RESOLVED, ids=names_of(RESOLVED))
def test_resolves_from_a_text_and_from_a_url(case, location, expected):
    assert parts(resolve(BASE, location)) == expected
    assert resolve(read_url(BASE), location) == resolve(BASE, location)


@pytest.mark.parametrize(("case", "location"), UNRESOLVED, ids=names_of(UNRESOLVED))
def test_doubtful_redirects_are_invalid(case, location):
    assert resolve(BASE, location).invalid


def test_user_info_is_told_and_is_no_host():
    url = read_url("https://api.example.com:x@evil.com:81/")
    assert (url.userinfo, url.host.ascii, url.port, url.invalid) == (True, "evil.com", 81, None)


def test_an_invalid_base_stays_invalid():
    assert resolve("not a url", "https://api.example.com/").invalid


def test_origin_is_as_spelled():
    assert read_url("https://API.example.com:443/x").origin == "https://api.example.com:443"
    assert read_url("http://[::1]/x").origin == "http://[::1]"
    assert read_url("https://a..b/").origin == "https://a..b"


@settings(max_examples=200)
@given(
    st.text()
    | st.lists(
        st.sampled_from(
            ["https:", "http:", "/", "//", "\\", "@", ":", "443", "[", "]", "::1", "a.com", "?", "#", "\t", "%"]
        )
    ).map("".join)
)
def test_any_text_gives_a_url_with_a_readable_host_or_a_reason(text):
    """Without ``invalid``, a URL has a network scheme, a valid host and a possible port."""
    for url in (read_url(text), resolve(BASE, text), resolve(text, "/x")):
        if url.invalid is None:
            assert url.scheme in NETWORK_SCHEMES
            assert url.host.kind is not HostKind.INVALID
            assert url.port is None or 0 < url.port <= 65535
            assert url.path.startswith("/")
