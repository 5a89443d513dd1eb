"""http://miniprogram.test/ through the proxy: a phone sees the states of its own mini-programs, and sets them.

A device is told by its address and steers itself only. Pages on the phone are
strangers here: they cannot read the page (no CORS), frame it (CSP), or post to
it without the token that stands in it, which is made for one device alone.
"""

import base64
import hashlib
import hmac
import secrets
import urllib.parse
from html import escape

from mitmproxy import http

from wxgate.call.facts import device_of
from wxgate.page.names import DEVICE_PAGE_HOST
from wxgate.steering.app_states import AppStates
from wxgate.steering.words import read_appid
from wxgate.steering.words import read_change
from wxpolicy.state.lifecycle import Change
from wxpolicy.state.lifecycle import Phase
from wxpolicy.state.orders import ANY
from wxpolicy.terms import Text

ORIGIN = f"http://{DEVICE_PAGE_HOST}"
# A form of three short fields.
LARGEST_FORM = 4096


class DevicePage:
    def __init__(self, states: AppStates) -> None:
        self._states = states
        self._secret = secrets.token_bytes(32)

    def request(self, flow: http.HTTPFlow) -> None:
        """Runs with the whole request at hand; an answer set here means that nobody else is asked."""
        if not is_device_page(flow) or flow.response or flow.error or not flow.live:
            return
        flow.response = self._answer(flow.request, device_of(flow.client_conn))

    def _answer(self, request: http.Request, device: str) -> http.Response:
        path = request.path.partition("?")[0]
        if path == "/" and request.method in ("GET", "HEAD"):
            lang = _language(request.headers.get("accept-language", ""))
            return _made(200, self._page(device, lang), "text/html; charset=utf-8")
        if path == "/state" and request.method == "POST":
            return self._steer(request, device)
        return _made(404, "there is nothing here\n")

    def _steer(self, request: http.Request, device: str) -> http.Response:
        if (
            request.headers.get("origin", ORIGIN) != ORIGIN
            or request.headers.get("sec-fetch-site", "same-origin") != "same-origin"
        ):
            return _made(403, "this request comes from another site's page\n")
        form = dict(urllib.parse.parse_qsl((request.raw_content or b"")[:LARGEST_FORM].decode("latin-1")))
        if not hmac.compare_digest(form.get("token", "").encode(), self._token(device).encode()):
            return _made(403, "the token is missing, or was made for another device\n")
        try:
            change, appid = read_change(form.get("state")), read_appid(form.get("appid", ANY))
        except ValueError as error:
            return _made(400, f"{error}\n")
        self._states.order(change, device, appid, "device page")
        return _made(303, "", more={"Location": "/"})

    def _token(self, device: str) -> str:
        return hmac.new(self._secret, device.encode(), hashlib.sha256).hexdigest()

    def _page(self, device: str, lang: str) -> str:
        apps = self._states.status(device)
        rows = "".join(
            f"<li>{escape(app['appid'] or _WORDS['nameless'].in_lang(lang))}<b>{escape(_PHASES[Phase(app['state'])].in_lang(lang))}</b>"
            f"<small>{escape(_WORDS['calls'].in_lang(lang).format(app['calls']))}</small>"
            + (self._buttons(device, app["appid"], lang) if len(apps) > 1 and app["appid"] else "")
            + "</li>"
            for app in apps
        )
        return _PAGE.format(
            lang="zh-CN" if lang == "zh" else "en",
            style=_STYLE,
            title=escape(_WORDS["title"].in_lang(lang)),
            device=escape(_WORDS["device"].in_lang(lang).format(device)),
            apps=f"<ul>{rows}</ul>" if rows else f"<p>{escape(_WORDS['none'].in_lang(lang))}</p>",
            everything=escape(_WORDS["everything"].in_lang(lang)),
            buttons=self._buttons(device, ANY, lang),
        )

    def _buttons(self, device: str, appid: str, lang: str) -> str:
        fields = f'<input type="hidden" name="token" value="{self._token(device)}"><input type="hidden" name="appid" value="{escape(appid)}">'
        buttons = "".join(
            f'<button name="state" value="{change.value}">{escape(said.in_lang(lang))}</button>'
            for change, said in _BUTTONS.items()
        )
        return f'<form method="post" action="/state">{fields}{buttons}</form>'


def is_device_page(flow: http.HTTPFlow) -> bool:
    request = flow.request
    return request.scheme == "http" and request.port == 80 and request.host == request.pretty_host == DEVICE_PAGE_HOST


def _language(accepted: str) -> str:
    """Chinese where the phone asks for it before English."""
    asked = [tag.strip().lower()[:2] for tag in accepted.split(",")]
    return next((tag for tag in asked if tag in ("zh", "en")), "zh")


def _made(
    status: int, body: str, kind: str = "text/plain; charset=utf-8", more: dict[str, str] | None = None
) -> http.Response:
    return http.Response.make(status, body.encode(), {"Content-Type": kind, **_HEADERS, **(more or {})})


_STYLE = (
    "body{font:17px/1.5 system-ui,sans-serif;margin:0 auto;max-width:32em;padding:1em;background:#f5f5f5;color:#222}"
    "ul{list-style:none;padding:0}li,section{background:#fff;border-radius:10px;padding:.8em 1em;margin:.6em 0;overflow-wrap:anywhere}"
    "b{margin:0 .6em}small{color:#666}form{display:flex;flex-wrap:wrap;gap:.5em;margin-top:.6em}"
    "button{font:inherit;padding:.5em 1em;border:1px solid #bbb;border-radius:8px;background:#fff}"
)
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'sha256-"
    + base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
    + "'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not no-referrer: with it a browser's form says nothing of its origin.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_PAGE = """\
<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title><style>{style}</style></head><body><h1>{title}</h1><p>{device}</p>{apps}
<section>{everything}{buttons}</section></body></html>
"""
_WORDS = {
    "title": Text("小程序的前后台状态", "Mini-program states"),
    "device": Text("本设备：{}（只影响本设备）", "This device: {} (only this device is affected)"),
    "none": Text("本设备还没有小程序发出请求。", "No mini-program of this device has made a call yet."),
    "everything": Text("本设备上的所有小程序：", "Every mini-program on this device:"),
    "nameless": Text("没有 Referer 的请求", "calls without a Referer"),
    "calls": Text("{} 个未结束的请求", "unfinished calls: {}"),
}
_PHASES = {
    Phase.FOREGROUND: Text("前台", "foreground"),
    Phase.EXEMPT: Text("后台（置顶，不受限）", "background (pinned: exempt)"),
    Phase.GRACE: Text("刚进入后台", "background, its calls still live"),
    Phase.BACKGROUND: Text("后台", "background"),
}
_BUTTONS = {
    Change.BACKGROUND: Text("进入后台", "To the background"),
    Change.FOREGROUND: Text("回到前台", "To the foreground"),
    Change.PINNED: Text("置顶", "Pin"),
    Change.UNPINNED: Text("取消置顶", "Unpin"),
}
