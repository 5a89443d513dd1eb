"""Spellings of hosts on the wire, hostile and legal, as tables of what is sent."""

from dataclasses import dataclass

GOOD = "api.example.com"
EVIL = "evil.example.org"


@dataclass(frozen=True)
class Sent:
    """What one case puts on the wire.

    ``head`` is the request's head, in which {mark} is its own path; ``connect``
    is the CONNECT target, None for a request to the proxy itself; ``sni`` is
    the name in the client hello, None for none. ``tls`` is False for plain HTTP in the tunnel.
    """

    head: bytes = b"GET {mark} HTTP/1.1\r\nHost: api.example.com\r\n\r\n"
    connect: bytes | None = b"api.example.com:443"
    sni: str | None = GOOD
    tls: bool = True
    connect_host: bytes | None = None


def host(value: str | bytes, **more) -> Sent:
    """A request in a good tunnel with this Host header."""
    value = value.encode() if isinstance(value, str) else value
    return Sent(b"GET {mark} HTTP/1.1\r\nHost: " + value + b"\r\n\r\n", **more)


def hosts(*lines: bytes) -> Sent:
    return Sent(b"GET {mark} HTTP/1.1\r\n" + b"\r\n".join(lines) + b"\r\n\r\n")


def absolute(url: bytes, host: bytes = b"api.example.com", connect: bytes | None = None) -> Sent:
    """A request in absolute form: to the proxy itself, or in a tunnel."""
    return Sent(b"GET " + url + b" HTTP/1.1\r\nHost: " + host + b"\r\n\r\n", connect=connect)


def dialled(target: str | bytes, sni: str | None = GOOD, host: bytes = b"api.example.com") -> Sent:
    """A tunnel to this target; the rest of the call looks good."""
    target = target.encode() if isinstance(target, str) else target
    return Sent(b"GET {mark} HTTP/1.1\r\nHost: " + host + b"\r\n\r\n", connect=target, sni=sni)


# Case -> what is sent, and the first finding of its record; None where the bytes never become a call.
IN_HOST = {
    "another host": (host(EVIL), "DOMAIN_NOT_LISTED"),
    "a parent domain": (host("example.com"), "DOMAIN_NOT_LISTED"),
    "a child domain": (host("a.api.example.com"), "DOMAIN_NOT_LISTED"),
    "the listed one as a prefix": (host("api.example.com.evil.example.org"), "DOMAIN_NOT_LISTED"),
    "the listed one as a suffix": (host("evil-api.example.com"), "DOMAIN_NOT_LISTED"),
    "an explicit :443": (host("api.example.com:443"), "PORT_NOT_ALLOWED"),
    "another port": (host("api.example.com:8443"), "PORT_NOT_ALLOWED"),
    "port 0": (host("api.example.com:0"), "URL_INVALID"),
    "port 99999": (host("api.example.com:99999"), "URL_INVALID"),
    "port 065979, which wraps to 443": (host("api.example.com:065979"), "URL_INVALID"),
    "a port in Arabic digits": (host("api.example.com:٤٤٣"), "URL_INVALID"),
    "a trailing dot": (host("api.example.com."), "DOMAIN_NOT_LISTED"),
    "two trailing dots": (host("api.example.com.."), "URL_INVALID"),
    "an empty label": (host("api..example.com"), "URL_INVALID"),
    "user info before another host": (host("api.example.com@evil.example.org"), "URL_INVALID"),
    "user info before the listed host": (host("evil.example.org@api.example.com"), "URL_INVALID"),
    "user info and password": (host("api.example.com:443@evil.example.org"), "URL_INVALID"),
    "a backslash before @": (host("api.example.com\\@evil.example.org"), "URL_INVALID"),
    "a path": (host("api.example.com/.evil.example.org"), "URL_INVALID"),
    "a fragment": (host("evil.example.org#.api.example.com"), "URL_INVALID"),
    "a query": (host("evil.example.org?.api.example.com"), "URL_INVALID"),
    "a scheme": (host("https://api.example.com"), "URL_INVALID"),
    "a blank": (host("api.example.com evil.example.org"), "URL_INVALID"),
    "a tab": (host("api.example.com\tevil.example.org"), "URL_INVALID"),
    "a comma": (host("api.example.com, evil.example.org"), "URL_INVALID"),
    "NUL": (host(b"api.example.com\0.evil.example.org"), "URL_INVALID"),
    "a bare CR": (host(b"api.example.com\r.evil.example.org"), "URL_INVALID"),
    "DEL": (host(b"api.example.com\x7f"), "URL_INVALID"),
    "bytes that are no UTF-8": (host(b"api.example.com\xff\xfe"), "URL_INVALID"),
    "nothing": (host(""), "URL_INVALID"),
    "a line that goes on (obs-fold)": (host(b"api.example.com\r\n evil.example.org"), "URL_INVALID"),
    "a percent-encoded NUL": (host("api.example.com%00.evil.example.org"), "URL_INVALID"),
    "a Cyrillic letter": (host("аpi.example.com"), "URL_INVALID"),
    "a Cyrillic letter in punycode": (host("xn--pi-6kc.example.com"), "DOMAIN_NOT_LISTED"),
    "a zero-width joiner": (host("api\u200d.example.com"), "URL_INVALID"),
    "text that runs from right to left": (host("\u202emoc.elpmaxe.ipa"), "URL_INVALID"),
    "an underscore": (host("api_.example.com"), "DOMAIN_NOT_LISTED"),
    "a label of 64 letters": (host("a" * 64 + ".example.com"), "URL_INVALID"),
    "a very long host": (host("a." * 3000 + "example.com"), "URL_INVALID"),
    "an endless host": (host("a" * 200_000), None),
    "an IPv4 address": (host("203.0.113.7"), "HOST_IS_IP"),
    "an IPv4 address as one number": (host("3405803783"), "HOST_IS_IP"),
    "an IPv4 address in hex": (host("0xcb007107"), "HOST_IS_IP"),
    "an IPv4 address in hex parts": (host("0xcb.0x0.0x71.0x7"), "HOST_IS_IP"),
    "an IPv4 address in octal": (host("0313.0.0161.07"), "HOST_IS_IP"),
    "an IPv4 address cut short": (host("203.28935"), "HOST_IS_IP"),
    "an IPv4 address in full-width digits": (host("２０３.0.113.7"), "HOST_IS_IP"),
    "an IPv4 address with a trailing dot": (host("203.0.113.7."), "HOST_IS_IP"),
    "an IPv6 address": (host("[2001:db8::7]"), "HOST_IS_IP"),
    "an IPv6 address without brackets": (host("2001:db8::7"), "HOST_IS_IP"),
    "an IPv4 address mapped into IPv6": (host("[::ffff:203.0.113.7]"), "HOST_IS_IP"),
    "an IPv6 address with a zone": (host("[fe80::1%25eth0]"), "HOST_IS_IP"),
    "localhost": (host("localhost"), "HOST_IS_LOCALHOST"),
    "LOCALHOST with a dot": (host("LocalHost."), "HOST_IS_LOCALHOST"),
    "a child of localhost": (host("api.localhost"), "HOST_IS_LOCALHOST"),
    "127.1": (host("127.1"), "HOST_IS_IP"),
    "0": (host("0"), "HOST_IS_IP"),
    "the loopback address in IPv6": (host("[::1]"), "HOST_IS_IP"),
    "the certificate page's name": (host("mitm.it"), "DOMAIN_NOT_LISTED"),
    "WeChat's own API": (host("api.weixin.qq.com"), "HOST_RESERVED"),
}  # fmt: skip
MORE_NAMES = {
    "two Host headers, the listed one first": (hosts(b"Host: api.example.com", b"Host: evil.example.org"), "DOMAIN_NOT_LISTED"),
    "two Host headers, the listed one last": (hosts(b"Host: evil.example.org", b"Host: api.example.com"), "DOMAIN_NOT_LISTED"),
    "a blank before Host's colon": (hosts(b"Host: api.example.com", b"Host : evil.example.org"), None),
    "a line break by LF alone": (hosts(b"Host: api.example.com\nHost: evil.example.org"), None),
    "a first header that is indented": (hosts(b" Host: evil.example.org", b"Host: api.example.com"), None),
    "absolute form in the tunnel": (absolute(b"https://evil.example.org{mark}", connect=b"api.example.com:443"), "DOMAIN_NOT_LISTED"),
    "absolute form in the tunnel, by http": (absolute(b"http://evil.example.org{mark}", connect=b"api.example.com:443"), "DOMAIN_NOT_LISTED"),
    "absolute form in the tunnel, Host evil": (absolute(b"https://api.example.com{mark}", b"evil.example.org", b"api.example.com:443"), "DOMAIN_NOT_LISTED"),
    "absolute form against Host": (absolute(b"https://evil.example.org{mark}"), "DOMAIN_NOT_LISTED"),
    "Host against absolute form": (absolute(b"https://api.example.com{mark}", b"evil.example.org"), "DOMAIN_NOT_LISTED"),
    "absolute form with user info": (absolute(b"https://api.example.com@evil.example.org{mark}", b"evil.example.org"), None),
    "absolute form with user info and port": (absolute(b"https://api.example.com:443@evil.example.org{mark}"), None),
    "absolute form with a backslash": (absolute(b"https://evil.example.org\\@api.example.com{mark}"), None),
    "absolute form with a fragment": (absolute(b"https://evil.example.org#@api.example.com{mark}"), None),
    "absolute form with one slash": (absolute(b"https:/evil.example.org{mark}"), None),
    "absolute form with three slashes": (absolute(b"https:///evil.example.org{mark}"), None),
    "absolute form with a dot": (absolute(b"https://api.example.com.{mark}", b"api.example.com"), "DOMAIN_NOT_LISTED"),
    "absolute form with :443": (absolute(b"https://api.example.com:443{mark}", b"api.example.com:443"), "PORT_NOT_ALLOWED"),
    "absolute form with another scheme": (absolute(b"ftp://api.example.com{mark}"), None),
    "absolute form by plain http": (absolute(b"http://api.example.com{mark}"), "SCHEME_NOT_SECURE"),
    "plain http to the certificate page's port, Host mitm.it": (absolute(b"http://evil.example.org{mark}", b"mitm.it"), "SCHEME_NOT_SECURE"),
    "the certificate page, Host evil": (absolute(b"http://mitm.it{mark}", b"evil.example.org"), "SCHEME_NOT_SECURE"),
    "origin form to the proxy itself": (Sent(b"GET {mark} HTTP/1.1\r\nHost: evil.example.org\r\n\r\n", connect=None), None),
    "a path with an authority": (absolute(b"//evil.example.org{mark}"), None),
    "SNI against CONNECT and Host": (host(GOOD, sni=EVIL), "DOMAIN_NOT_LISTED"),
    "CONNECT against SNI and Host": (dialled("evil.example.org:443"), "DOMAIN_NOT_LISTED"),
    "CONNECT and no SNI against Host": (dialled("evil.example.org:443", None), "DOMAIN_NOT_LISTED"),
    "Host alone, without SNI": (host(EVIL, sni=None), "DOMAIN_NOT_LISTED"),
    "SNI in another spelling": (host(GOOD, sni="xn--pi-6kc.example.com"), "DOMAIN_NOT_LISTED"),
    "CONNECT whose own Host is the listed one": (Sent(connect=b"evil.example.org:443", connect_host=b"api.example.com"), "DOMAIN_NOT_LISTED"),
    "CONNECT to an address": (dialled("203.0.113.7:443"), "HOST_IS_IP"),
    "CONNECT to an address as one number": (dialled("3405803783:443"), "HOST_IS_IP"),
    "CONNECT to an address in hex": (dialled("0xcb007107:443"), "HOST_IS_IP"),
    "CONNECT to an address cut short": (dialled("203.28935:443"), "HOST_IS_IP"),
    "CONNECT to an IPv6 address": (dialled("[2001:db8::7]:443"), "HOST_IS_IP"),
    "CONNECT to a mapped address": (dialled("[::ffff:203.0.113.7]:443"), "HOST_IS_IP"),
    "CONNECT to localhost": (dialled("localhost:443"), "HOST_IS_LOCALHOST"),
    "CONNECT with a trailing dot": (dialled("api.example.com.:443"), "DOMAIN_NOT_LISTED"),
    "CONNECT to another port": (dialled("api.example.com:8443"), "PORT_NOT_ALLOWED"),
    "CONNECT without a port": (dialled("evil.example.org"), None),
    "CONNECT with user info": (dialled("api.example.com@evil.example.org:443"), None),
    "CONNECT with two ports": (dialled("evil.example.org:443:443"), None),
    "CONNECT with a scheme": (dialled("https://evil.example.org:443"), None),
    "CONNECT with NUL": (dialled(b"evil.example.org\0api.example.com:443"), None),
    "CONNECT with a Cyrillic letter": (dialled("аpi.example.com:443"), None),
    "CONNECT in full-width letters": (dialled("ａｐｉ.example.com:443"), None),
    "CONNECT within the tunnel": (Sent(b"CONNECT evil.example.org:443 HTTP/1.1\r\nHost: api.example.com\r\n\r\n"), None),
    "a WebSocket to another host": (
        Sent(
            b"GET {mark} HTTP/1.1\r\nHost: evil.example.org\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        ),
        "DOMAIN_NOT_LISTED",
    ),
    "two lengths (smuggling)": (
        Sent(
            b"POST {mark} HTTP/1.1\r\nHost: api.example.com\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n"
            b"0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: evil.example.org\r\n\r\n"
        ),
        None,
    ),
    "plain HTTP in the tunnel": (Sent(tls=False), "SCHEME_NOT_SECURE"),
    "HTTP/2 without TLS in the tunnel": (Sent(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", tls=False), None),
    "HTTP/0.9": (Sent(b"GET {mark}\r\n\r\n"), None),
}  # fmt: skip


def over_http2(*pairs: tuple[str, str], scheme: str = "https", path: str = "{mark}") -> list[tuple[str, str]]:
    pseudo = [pair for pair in pairs if pair[0].startswith(":")]
    rest = [pair for pair in pairs if not pair[0].startswith(":")]
    return [(":method", "GET"), (":scheme", scheme), *pseudo, (":path", path), *rest]


HTTP2 = {
    ":authority of another host": (over_http2((":authority", EVIL)), "DOMAIN_NOT_LISTED"),
    "Host against :authority": (over_http2((":authority", GOOD), ("host", EVIL)), None),
    ":authority against Host": (over_http2((":authority", EVIL), ("host", GOOD)), None),
    "Host of another host alone": (over_http2(("host", EVIL)), "DOMAIN_NOT_LISTED"),
    "two Host fields": (over_http2((":authority", GOOD), ("host", GOOD), ("host", EVIL)), None),
    "two :authority fields": (over_http2((":authority", GOOD), (":authority", EVIL)), None),
    "an empty :authority and another Host": (over_http2((":authority", ""), ("host", EVIL)), None),
    ":authority with :443, by WeChat": (
        over_http2(
            (":authority", f"{GOOD}:443"), ("user-agent", "Android 14 MicroMessenger/8.0.50 MiniProgramEnv/android")
        ),
        "PORT_NOT_ALLOWED",
    ),
    ":authority with user info": (over_http2((":authority", f"{GOOD}@{EVIL}")), None),
    ":authority with a dot": (over_http2((":authority", f"{GOOD}.")), "DOMAIN_NOT_LISTED"),
    ":authority in Cyrillic": (over_http2((":authority", "аpi.example.com")), None),
    ":authority of an address": (over_http2((":authority", "203.0.113.7")), "HOST_IS_IP"),
    ":authority with NUL": (over_http2((":authority", f"{GOOD}\0{EVIL}")), None),
    ":authority with a line break": (over_http2((":authority", f"{GOOD}\r\nhost: {EVIL}")), None),
    ":path in absolute form": (over_http2((":authority", GOOD), path=f"https://{EVIL}{{mark}}"), "DOMAIN_NOT_LISTED"),
    ":path without a slash": (over_http2((":authority", GOOD), path="x{mark}"), "URL_INVALID"),
    ":authority after :path": ([*over_http2(), (":authority", EVIL)], "DOMAIN_NOT_LISTED"),
    "an extended CONNECT": ([(":method", "CONNECT"), (":authority", f"{EVIL}:443")], None),
}

_INNER = b"GET /smuggled HTTP/1.1\r\nHost: evil.example.org\r\n\r\n"


def framed(*lines: bytes, body: bytes, end: bytes = b"\r\n") -> Sent:
    head = end.join((b"POST {mark} HTTP/1.1", b"Host: api.example.com", *lines))
    return Sent(head + end + end + body)


# Requests whose end a server could see elsewhere than we do, with another request behind or inside (RFC 9112 §11.2).
SMUGGLED = {
    "CL.TE": framed(b"Content-Length: 70", b"Transfer-Encoding: chunked", body=b"0\r\n\r\n" + _INNER),
    "TE.CL": framed(b"Transfer-Encoding: chunked", b"Content-Length: 4", body=b"39\r\n" + _INNER + b"\r\n0\r\n\r\n"),
    "two lengths that differ": framed(b"Content-Length: 0", b"Content-Length: 57", body=_INNER),
    "two lengths in one line": framed(b"Content-Length: 0, 57", body=_INNER),
    "a length with a sign": framed(b"Content-Length: +57", body=_INNER),
    "a length below zero": framed(b"Content-Length: -1", body=_INNER),
    "a length with a blank inside": framed(b"Content-Length: 5 7", body=_INNER),
    "a length in hex": framed(b"Content-Length: 0x39", body=_INNER),
    "two Transfer-Encoding lines": framed(
        b"Transfer-Encoding: identity", b"Transfer-Encoding: chunked", body=b"0\r\n\r\n" + _INNER
    ),
    "chunked that is not the last coding": framed(b"Transfer-Encoding: chunked, identity", body=b"0\r\n\r\n" + _INNER),
    "a coding that is nearly chunked": framed(b"Transfer-Encoding: xchunked", body=b"0\r\n\r\n" + _INNER),
    "a blank before the colon": framed(b"Transfer-Encoding : chunked", body=b"0\r\n\r\n" + _INNER),
    "a coding on the next line (obs-fold)": framed(b"Transfer-Encoding:", b" chunked", body=b"0\r\n\r\n" + _INNER),
    "a length on the next line (obs-fold)": framed(b"Content-Length:", b" 57", body=_INNER),
    "a bare LF in a value": framed(b"X: a\nTransfer-Encoding: chunked", body=b"0\r\n\r\n" + _INNER),
    "lines that end with LF alone": framed(b"Content-Length: 57", body=_INNER, end=b"\n"),
    "a bare CR in a value": framed(b"X: a\rTransfer-Encoding: chunked", body=b"0\r\n\r\n" + _INNER),
    "NUL in a name": framed(b"Transfer-\0Encoding: chunked", body=b"0\r\n\r\n" + _INNER),
    "a line without a colon": framed(b"Content-Length 57", body=_INNER),
}

# Spellings of the listed host that no client sends: the list is compared exactly, so they are refused too.
IN_DISGUISE = {
    "percent-encoded letters": host("%61pi.example.com"),
    "a percent-encoded dot": host("api%2eexample.com"),
    "full-width letters": host("ａｐｉ.example.com"),
    "ideographic full stops": host("api。example。com"),
    "a soft hyphen": host("a\u00adpi.example.com"),
}
LEGAL = {
    "as it is listed": host(GOOD),
    "a colon without a port, as URLs may have": host(f"{GOOD}:"),
    "Host in mixed case": host("Api.Example.COM"),
    "CONNECT and SNI in mixed case": dialled("API.example.COM:443", "api.EXAMPLE.com"),
    "HOST in capitals": hosts(b"HOST: api.example.com"),
    "blanks around Host": hosts(b"Host: \t api.example.com \t "),
    "no SNI": host(GOOD, sni=None),
    "absolute form to the proxy": absolute(b"https://api.example.com{mark}"),
    "absolute form in the tunnel": absolute(b"https://api.example.com{mark}", connect=b"api.example.com:443"),
    "HTTP/1.0": Sent(b"GET {mark} HTTP/1.0\r\nHost: api.example.com\r\n\r\n"),
    "user info in the query": Sent(b"GET {mark}?@evil.example.org/ HTTP/1.1\r\nHost: api.example.com\r\n\r\n"),
    "a path with two slashes": Sent(b"GET //evil.example.org{mark} HTTP/1.1\r\nHost: api.example.com\r\n\r\n"),
}
LEGAL_HTTP2 = {
    "as it is listed": over_http2((":authority", GOOD)),
    "mixed case": over_http2((":authority", "API.example.com")),
    "the default port, as Node writes it": over_http2((":authority", f"{GOOD}:443")),
    "Host as :authority": over_http2((":authority", GOOD), ("host", GOOD)),
    "Host alone": over_http2(("host", GOOD)),
}
