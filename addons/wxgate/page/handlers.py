"""The page's routes: the page itself, and the JSON that it lives on."""

import json
from collections.abc import Callable
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tornado import web

from wxgate.page.recent import RecentCalls
from wxgate.page.visitors import refusal
from wxgate.steering.app_states import AppStates
from wxgate.steering.words import read_appid
from wxgate.steering.words import read_change
from wxgate.steering.words import read_device
from wxpolicy.state.orders import ANY

STATIC = Path(__file__).parent / "static"

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True, slots=True)
class Sources:
    """What the page shows. ``session`` gives the session's facts as JSON values."""

    hosts: Sequence[str]
    states: AppStates
    recent: RecentCalls
    session: Callable[[], dict[str, Any]]


class Handler(web.RequestHandler):
    """Refuses strangers before anything else, and answers mistakes as JSON."""

    def initialize(self, sources: Sources) -> None:
        self.sources = sources

    def set_default_headers(self) -> None:
        self.clear_header("Server")
        for name, value in HEADERS.items():
            self.set_header(name, value)

    def prepare(self) -> None:
        why = refusal(self.request.method or "", self.request.headers, self.sources.hosts)
        if why is not None:
            self.fail(403, why)

    def fail(self, status: int, why: str) -> None:
        self.set_status(status)
        self.finish({"error": why})

    def write_error(self, status_code: int, **_: Any) -> None:
        self.finish({"error": self._reason})


class Nothing(Handler):
    def prepare(self) -> None:
        super().prepare()
        if not self._finished:
            self.fail(404, "there is nothing here")


class File(Handler):
    """One of the page's own files, named by its route."""

    def initialize(self, sources: Sources, name: str, kind: str) -> None:
        super().initialize(sources)
        self._name, self._kind = name, kind

    def get(self) -> None:
        self.set_header("Content-Type", f"{self._kind}; charset=utf-8")
        self.finish((STATIC / self._name).read_bytes())


class SessionFacts(Handler):
    def get(self) -> None:
        self.finish(self.sources.session())


class Calls(Handler):
    def get(self) -> None:
        after = self.get_query_argument("after", "0")
        if not (after.isascii() and after.isdigit() and len(after) < 16):
            self.fail(400, f"found after={after!r}, expected a serial number")
            return
        self.finish({"serial": self.sources.recent.serial, "calls": self.sources.recent.after(int(after))})


class Devices(Handler):
    def get(self) -> None:
        self.finish({"apps": self.sources.states.status()})


class DeviceState(Handler):
    def post(self, device: str) -> None:
        try:
            asked = json.loads(self.request.body)
            if not isinstance(asked, dict) or not set(asked) <= {"state", "appid"}:
                raise ValueError('expected {"state": ..., "appid": ...}')
            change, appid = read_change(asked.get("state")), read_appid(asked.get("appid", ANY))
            device = read_device(device)
        except (ValueError, RecursionError) as error:
            self.fail(400, str(error))
            return
        self.sources.states.order(change, device, appid, "page")
        self.finish({"apps": self.sources.states.status(device)})


def application(sources: Sources) -> web.Application:
    more = {"sources": sources}
    return web.Application(
        [
            (r"/", File, {**more, "name": "page.html", "kind": "text/html"}),
            (r"/page.js", File, {**more, "name": "page.js", "kind": "text/javascript"}),
            (r"/page.css", File, {**more, "name": "page.css", "kind": "text/css"}),
            (r"/api/session", SessionFacts, more),
            (r"/api/calls", Calls, more),
            (r"/api/devices", Devices, more),
            (r"/api/devices/([^/]+)/state", DeviceState, more),
        ],
        default_handler_class=Nothing,
        default_handler_args=more,
        log_function=lambda handler: None,
    )
