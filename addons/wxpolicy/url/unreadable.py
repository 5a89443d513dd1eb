"""A URL as somebody wrote it in code or typed it, that no client can call: what is wrong with it, and what to write."""

import re

from wxpolicy.finding import Code
from wxpolicy.finding import Finding
from wxpolicy.rules.listing import scheme_of
from wxpolicy.rules.url_invalid import A_POSSIBLE_PORT
from wxpolicy.rules.url_invalid import CLAUSE
from wxpolicy.rules.url_invalid import WRITE_A_URL
from wxpolicy.terms import Api
from wxpolicy.terms import Text
from wxpolicy.text.printable import printable
from wxpolicy.text.printable import shortened
from wxpolicy.url.urls import BAD_PORT
from wxpolicy.url.urls import NO_SCHEME
from wxpolicy.url.urls import OTHER_SCHEME
from wxpolicy.url.urls import Url
from wxpolicy.url.urls import read_url

# "api.example.com:8443/", "localhost:3000": a host and its port, which read like a scheme.
_HOST_AND_PORT = re.compile(r"(?:[^/:]*\.[^/:]*|localhost):(?!//)", re.IGNORECASE)
_ANY_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?://)?")
_HOST = "api.example.com"


def unreadable(text: str, url: Url, api: Api) -> Finding | None:
    """URL_INVALID where ``url``, which was read from ``text``, cannot be called by any API; None where it can be read."""
    if url.invalid is None:
        return None
    message, fix = _mistake(text.strip(), url, url.invalid, scheme_of(api))
    return Finding(Code.URL_INVALID, message, fix, CLAUSE, subject=url.host.shown)


def _mistake(text: str, url: Url, invalid: Text, wanted: str) -> tuple[Text, Text]:
    shown = shortened(printable(text))
    if not text:
        return Text("URL 是空的。", "The URL is empty."), _write(f"{wanted}://{_HOST}/…")
    if invalid is NO_SCHEME or _HOST_AND_PORT.match(text):
        # A path alone has no host either.
        rest = _HOST + text if text.startswith("/") and not text.startswith("//") else text.lstrip("/")
        return Text(f"“{shown}”缺少协议。", f'The scheme is missing in "{shown}".'), _with_scheme(rest, wanted)
    if invalid is OTHER_SCHEME:
        scheme = printable(scheme[0] if (scheme := _ANY_SCHEME.match(text)) else text)
        message = Text(f"{scheme} 不是小程序能用的协议。", f"{scheme} is no scheme that a mini-program can call.")
        return message, _with_scheme(_ANY_SCHEME.sub("", text, count=1), wanted)
    message = Text(f"“{shown}”：{invalid.zh}。", f'"{shown}": {invalid.en}.')
    return message, A_POSSIBLE_PORT if invalid is BAD_PORT else WRITE_A_URL


def _with_scheme(rest: str, wanted: str) -> Text:
    """The URL with the scheme that was meant, where that makes one."""
    meant = f"{wanted}://{rest}"
    url = read_url(meant)
    good = url.invalid is None and ("." in url.host.spelled or url.host.ascii == "localhost") and meant.isprintable()
    return _write(shortened(meant) if good else f"{wanted}://{_HOST}/…")


def _write(url: str) -> Text:
    if url.startswith("wss:"):
        return Text(f"写成 {url}。", f"Write {url}.")
    return Text(f"写成 {url}（connectSocket 用 wss://）。", f"Write {url} (wss:// for connectSocket).")
