"""The phone's page: http://HOST:8080/, http://miniprogram.test/ and mitmproxy's certificate page, under any of its
names.

A device is identified by its address; it sees and controls itself only. Other pages on the phone are not trusted: they
cannot read the page (no CORS), frame it (CSP), or post to it without its token, which is valid for one device only.
"""

import hashlib
import hmac
import secrets
import urllib.parse
from collections.abc import Awaitable
from pathlib import Path

from mitmproxy import ctx
from mitmproxy import http

from wxgate.call.facts import device_of
from wxgate.phone import names
from wxgate.phone import rendering
from wxgate.phone.arrivals import Arrivals
from wxgate.phone.arrivals import Trust
from wxgate.phone.certificates import FORMS
from wxgate.phone.certificates import read_authority
from wxgate.phone.names import DEVICE_PAGE_ADDRESS
from wxgate.phone.names import DEVICE_PAGE_HOST
from wxgate.phone.names import is_own_page
from wxgate.phone.own_calls import OwnCalls
from wxgate.phone.page_requests import Visit
from wxgate.phone.page_requests import visit_of
from wxgate.phone.standing import Known
from wxgate.phone.visitor import read_agent
from wxgate.steering.app_states import AppStates
from wxgate.steering.words import read_appid
from wxgate.steering.words import read_change
from wxpolicy.state.orders import ANY

# A form of three short fields.
LARGEST_FORM = 4096
_STATIC = Path(__file__).parent / "static"
_FILES = {"/phone.js": "text/javascript; charset=utf-8", "/phone.css": "text/css; charset=utf-8"}
# An image that a page of another origin may load: whether it loads is all that it reveals.
_SEEN, _TRUSTED = "/seen.svg", "/trusted.svg"
_PICTURE = b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not no-referrer: with it a browser's form sends no origin.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class PhonePage:
    def __init__(self, states: AppStates, arrivals: Arrivals, own_calls: OwnCalls) -> None:
        self._states = states
        self._arrivals = arrivals
        self._own_calls = own_calls
        self._secret = secrets.token_bytes(32)

    def configure(self, updated: set[str]) -> None:
        names.configure(updated)

    def request(self, flow: http.HTTPFlow) -> Awaitable[None] | None:
        """Runs when the request is complete; with an answer set here, no other addon is asked."""
        if flow.response or flow.error or not flow.live or not is_own_page(flow):
            return None
        path = flow.request.path.partition("?")[0]
        if path.startswith("/cert/") and flow.request.pretty_host == ctx.options.onboarding_host:
            return None  # mitmproxy's own downloads
        return self._answered(flow, path)

    async def _answered(self, flow: http.HTTPFlow, path: str) -> None:
        flow.response = await self._answer(flow, path, device_of(flow.client_conn), visit_of(flow))

    def done(self) -> None:
        self._own_calls.close()

    async def _answer(self, flow: http.HTTPFlow, path: str, device: str, visit: Visit) -> http.Response:
        request = flow.request
        if request.method == "POST" and path == "/state":
            return self._steer(request, device, visit)
        if request.method not in ("GET", "HEAD"):
            return _made(404, "there is nothing here\n")
        if path == _SEEN:
            return _picture()
        if path == _TRUSTED:
            if self._has_token(request.query.get("token", ""), device) and flow.client_conn.tls_established:
                self._arrivals.browser(device, Trust.TRUSTED)
            return _picture()
        if path in _FILES:
            return _made(200, (_STATIC / path[1:]).read_bytes(), _FILES[path])
        if path in FORMS:
            return self._certificate(path, device, _lang(request))
        if path in ("/", "/steps"):
            if request.headers.get("sec-fetch-site", "none") not in ("same-origin", "none") and path == "/steps":
                return _made(403, "this request comes from another site's page\n")
            return await self._page(flow, device, visit, whole=path == "/")
        return _made(404, "there is nothing here\n")

    async def _page(self, flow: http.HTTPFlow, device: str, visit: Visit, *, whole: bool) -> http.Response:
        request = flow.request
        visitor = read_agent(request.headers.get("user-agent", ""))
        self._arrivals.visited(device, visitor.system, is_through=not visit.is_direct)
        trust = self._trust(flow, device)
        arrival = self._arrivals.of(device)
        known = Known(
            not visit.is_direct,
            trust,
            arrival is not None and arrival.fetched_at is not None,
            self._own_calls.refusing(device),
            self._states.status(device),
            await self._own_calls.last(device),
        )
        shown = rendering.Shown(
            device,
            visitor,
            _lang(request),
            self._token(device),
            _proxy_place(visit, flow),
            read_authority(Path(ctx.options.confdir).expanduser()),
            f"https://{_test_host(visit)}{_TRUSTED}?token={self._token(device)}",
            f"http://{DEVICE_PAGE_HOST}{_SEEN}",
        )
        policy = (
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none';"
            f" frame-ancestors 'none'; img-src 'self' {rendering.images_from(shown)}"
        )
        made = rendering.page(shown, known) if whole else rendering.steps(shown, known)
        return _made(200, made, "text/html; charset=utf-8", {"Content-Security-Policy": policy})

    def _trust(self, flow: http.HTTPFlow, device: str) -> Trust:
        """That of this browser, according to its own test: another one on the same device may trust what this one does
        not."""
        if flow.client_conn.tls_established:
            return Trust.TRUSTED  # this page itself was loaded over it
        told = flow.request.query.get("trust", "")
        trust = Trust(told) if told in tuple(Trust) else Trust.UNKNOWN
        if trust in (Trust.REFUSED, Trust.OLDER):
            self._arrivals.browser(device, trust)
        return trust

    def _certificate(self, path: str, device: str, lang: str) -> http.Response:
        authority = read_authority(Path(ctx.options.confdir).expanduser())
        if authority is None:
            return _made(404, "there is no certificate\n")
        self._arrivals.fetched(device)
        form = FORMS[path]
        name = f'inline; filename="mitmproxy-ca-cert{path.removeprefix("/certificate")}"'
        return _made(200, authority.as_form(form, lang), form.kind, {"Content-Disposition": name})

    def _steer(self, request: http.Request, device: str, visit: Visit) -> http.Response:
        if (
            request.headers.get("origin", visit.origin) != visit.origin
            or request.headers.get("sec-fetch-site", "same-origin") != "same-origin"
        ):
            return _made(403, "this request comes from another site's page\n")
        form = dict(urllib.parse.parse_qsl((request.raw_content or b"")[:LARGEST_FORM].decode("latin-1")))
        if not self._has_token(form.get("token", ""), device):
            return _made(403, "the token is missing, or was made for another device\n")
        try:
            change, appid = read_change(form.get("state")), read_appid(form.get("appid", ANY))
        except ValueError as error:
            return _made(400, f"{error}\n")
        self._states.order(change, device, appid, "device page")
        return _made(303, "", more={"Location": "/"})

    def _has_token(self, token: str, device: str) -> bool:
        return hmac.compare_digest(token.encode("utf-8", "surrogateescape"), self._token(device).encode())

    def _token(self, device: str) -> str:
        return hmac.new(self._secret, device.encode(), hashlib.sha256).hexdigest()


def _proxy_place(visit: Visit, flow: http.HTTPFlow) -> str:
    """The address at which this phone has reached the proxy."""
    if visit.is_direct:
        return visit.origin.removeprefix("http://")
    return f"{DEVICE_PAGE_HOST}:{flow.request.port}"


def _test_host(visit: Visit) -> str:
    """Where no name resolves, the test uses the address as well."""
    return DEVICE_PAGE_ADDRESS if visit.origin.endswith(f"//{DEVICE_PAGE_ADDRESS}") else DEVICE_PAGE_HOST


def _lang(request: http.Request) -> str:
    """Chinese if the phone prefers it to English, or if the user chose it."""
    chosen = request.query.get("lang", "")
    if chosen in ("zh", "en"):
        return chosen
    asked = [tag.strip().lower()[:2] for tag in request.headers.get("accept-language", "").split(",")]
    return next((tag for tag in asked if tag in ("zh", "en")), "zh")


def _picture() -> http.Response:
    return _made(200, _PICTURE, "image/svg+xml", {"Cross-Origin-Resource-Policy": "cross-origin"})


def _made(
    status: int, body: str | bytes, kind: str = "text/plain; charset=utf-8", more: dict[str, str] | None = None
) -> http.Response:
    data = body if isinstance(body, bytes) else body.encode()
    return http.Response.make(status, data, {"Content-Type": kind, **_HEADERS, **(more or {})})
