"""Requests of an H5 build's page to its development server, for hot reloading: no mini-program sends them.

Vite: a WebSocket with the protocol ``vite-hmr`` or ``vite-ping``, or a request that accepts ``text/x-vite-ping``.
webpack-dev-server: a WebSocket at ``/ws``, or at ``/sockjs-node`` before version 4, whose fallback and update files are
plain requests. All of it comes from a page on the server's own host: a call to another host's ``/ws`` is a call.
"""

import re

from wxpolicy.call.facts import CallFacts
from wxpolicy.call.origins import is_from_a_page_on_its_host
from wxpolicy.call.origins import is_from_its_own_page

_VITE_PROTOCOLS = frozenset({"vite-hmr", "vite-ping"})
_WEBPACK_SOCKETS = re.compile(r"/(?:ws|sockjs-node(?:/.*)?|_next/webpack-hmr|__webpack_hmr)")
_WEBPACK_FILES = re.compile(r"/sockjs-node/.*|.*\.hot-update\.json|/__webpack_hmr|/__vite_ping")


# Vite's own modules, and what a script imports as one: with plain http to an address in the local network there
# is no Sec-Fetch header.
_VITE_MODULES = re.compile(r"/@(?:vite|id|fs|react-refresh)(?:/.*)?|/node_modules/\.vite/.*")


def is_dev_server_socket(call: CallFacts) -> bool:
    """Whether a WebSocket handshake is a development server's. Requires the Origin that a browser sends."""
    if "origin" not in call.headers:
        return False
    protocols = {protocol.strip() for protocol in call.headers.get("sec-websocket-protocol", "").split(",")}
    if protocols & _VITE_PROTOCOLS:
        # Its port may differ from the page's (server.hmr.port).
        return is_from_a_page_on_its_host(call)
    return bool(_WEBPACK_SOCKETS.fullmatch(call.path.partition("?")[0])) and is_from_its_own_page(call)


def is_dev_server_request(call: CallFacts) -> bool:
    """Whether a request is for what a development server serves in addition to the build."""
    if call.headers.get("accept", "").strip() == "text/x-vite-ping":
        return is_from_a_page_on_its_host(call)
    path, _, query = call.path.partition("?")
    is_theirs = _WEBPACK_FILES.fullmatch(path) or _VITE_MODULES.fullmatch(path) or "import" in query.split("&")
    return bool(is_theirs) and is_from_its_own_page(call)
