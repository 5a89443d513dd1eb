"""A URL in code or on a command line that no client can call: what is wrong with it, and what to write."""

import re

from wxpolicy.finding import Code
from wxpolicy.finding import Finding
from wxpolicy.rules.listing import scheme_of
from wxpolicy.terms import Api
from wxpolicy.terms import Text
from wxpolicy.text.printable import printable
from wxpolicy.text.printable import shortened
from wxpolicy.url.reasons import NO_SCHEME
from wxpolicy.url.reasons import OTHER_SCHEME
from wxpolicy.url.reasons import name_of
from wxpolicy.url.urls import Url
from wxpolicy.url.urls import read_url

# "api.example.com:8443/", "localhost:3000": a host and its port, which look like a scheme.
_HOST_AND_PORT = re.compile(r"(?:[^/:]*\.[^/:]*|localhost):(?!//)", re.IGNORECASE)
_ANY_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?://)?")
_HOST = "api.example.com"


def unreadable(text: str, url: Url, api: Api) -> Finding | None:
    """URL_INVALID if ``url``, which was parsed from ``text``, cannot be called by any API; None if it can."""
    if url.invalid is None:
        return None
    return Finding(Code.URL_INVALID, {"host": url.host.shown, **_mistake(text.strip(), url.invalid, scheme_of(api))})


def _mistake(text: str, invalid: Text, wanted: str) -> dict[str, str]:
    shown = shortened(printable(text))
    if not text:
        return {"reason": "empty", "meant": f"{wanted}://{_HOST}/…"}
    if invalid is NO_SCHEME or _HOST_AND_PORT.match(text):
        # A path alone has no host either.
        rest = _HOST + text if text.startswith("/") and not text.startswith("//") else text.lstrip("/")
        return {"reason": "no_scheme", "text": shown, "meant": _with_scheme(rest, wanted)}
    if invalid is OTHER_SCHEME:
        scheme = printable(scheme[0] if (scheme := _ANY_SCHEME.match(text)) else text)
        meant = _with_scheme(_ANY_SCHEME.sub("", text, count=1), wanted)
        return {"reason": "scheme", "text": shown, "scheme": scheme, "meant": meant}
    return {"reason": "url", "text": shown, "why": name_of(invalid)}


def _with_scheme(rest: str, wanted: str) -> str:
    """The URL with the scheme that was probably meant, if that is valid; else an example."""
    meant = f"{wanted}://{rest}"
    url = read_url(meant)
    good = url.invalid is None and ("." in url.host.spelled or url.host.ascii == "localhost") and meant.isprintable()
    return shortened(meant) if good else f"{wanted}://{_HOST}/…"
