"""The page's routes: its own files, and the JSON API that it uses (docs/page.md describes each answer)."""

from tornado import web

from wxgate.page.api_calls import Call
from wxgate.page.api_calls import CallBody
from wxgate.page.api_calls import Calls
from wxgate.page.api_causes import Causes
from wxgate.page.api_causes import Domains
from wxgate.page.api_connect import Certificate
from wxgate.page.api_connect import Connect
from wxgate.page.api_connect import ScanCode
from wxgate.page.api_devices import Devices
from wxgate.page.api_devices import DeviceState
from wxgate.page.api_devices import JoinedDevices
from wxgate.page.api_devices import Unopened
from wxgate.page.api_policy import PolicyEntries
from wxgate.page.api_policy import PolicyHosts
from wxgate.page.api_policy import PolicyInForce
from wxgate.page.api_policy import PolicyUndo
from wxgate.page.api_session import Session
from wxgate.page.api_session import Sessions
from wxgate.page.events import Events
from wxgate.page.events import Ticker
from wxgate.page.exports import Export
from wxgate.page.handlers import STATIC
from wxgate.page.handlers import File
from wxgate.page.handlers import Nothing
from wxgate.page.sources import Sources

_KINDS = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


def application(sources: Sources, ticker: Ticker) -> web.Application:
    more = {"sources": sources}
    files = [
        (rf"/{path.name}", File, {**more, "name": path.name, "kind": _KINDS[path.suffix]})
        for path in sorted(STATIC.iterdir())
        if path.suffix in _KINDS
    ]
    return web.Application(
        [
            (r"/", File, {**more, "name": "page.html", "kind": "text/html"}),
            *files,
            (r"/api/session", Session, more),
            (r"/api/sessions", Sessions, more),
            (r"/api/calls", Calls, more),
            (r"/api/calls/([^/]+)", Call, more),
            (r"/api/calls/([^/]+)/(request|response)", CallBody, more),
            (r"/api/causes", Causes, more),
            (r"/api/domains", Domains, more),
            (r"/api/connect", Connect, more),
            (r"/api/connect/code-([0-9]+).svg", ScanCode, more),
            (r"/api/connect/certificate.pem", Certificate, more),
            (r"/api/devices", Devices, more),
            (r"/api/devices/joined", JoinedDevices, more),
            (r"/api/devices/([^/]+)/state", DeviceState, more),
            (r"/api/unopened", Unopened, more),
            (r"/api/policy", PolicyInForce, more),
            (r"/api/policy/entries", PolicyEntries, more),
            (r"/api/policy/hosts", PolicyHosts, more),
            (r"/api/policy/undo", PolicyUndo, more),
            (r"/api/export", Export, more),
            (r"/api/events", Events, {**more, "ticker": ticker}),
        ],
        default_handler_class=Nothing,
        default_handler_args=more,
        log_function=lambda handler: None,
    )
