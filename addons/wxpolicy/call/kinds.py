"""Whether a request is a call of one of the four APIs, or what else it is.

A mini-program's code can send nothing else than calls; its pages, pictures and players send what
is under no list, and so do the browser and the development server of an H5 build. Rules of this file:

1. Method, body and all headers together tell what is no call. Where they disagree, it is a call.
2. X-Miniprogram-Api always makes a call.
3. With a mini-program's Referer no exemption for preflights, development servers or browsers holds.
4. Where page code can set a header (Accept), it is believed less than one that it cannot (Sec-Fetch-*).

Sources: platform §4 and §9; the Fetch and Fetch Metadata standards for Origin and Sec-Fetch-*.
"""

from enum import StrEnum

from wxpolicy.call.browser_services import is_browser_service
from wxpolicy.call.dev_server import is_dev_server_request
from wxpolicy.call.dev_server import is_dev_server_socket
from wxpolicy.call.facts import CallFacts
from wxpolicy.call.mmtls import is_mmtls_request
from wxpolicy.call.origins import is_from_its_own_page
from wxpolicy.terms import Client

# The header by which a test harness declares the API of a call.
DECLARING_HEADER = "x-miniprogram-api"


class Kind(StrEnum):
    """What a request is. Only a CALL is subject to the domain lists."""

    CALL = "call"
    PREFLIGHT = "preflight"  # CORS: only in H5 builds
    PAGE = "page"
    ASSET = "asset"  # scripts, styles, fonts, workers, source maps
    IMAGE = "image"
    MEDIA = "media"
    DEV_SERVER = "dev_server"
    BROWSER = "browser"  # the browser's own background traffic
    MMTLS = "mmtls"  # WeChat's own, in HTTP


# Fetch standard, "destination"; "empty" is that of fetch(), XMLHttpRequest and wx.request.
_OF_DESTINATION = {
    **dict.fromkeys(("document", "iframe", "frame", "fencedframe", "object", "embed"), Kind.PAGE),
    **dict.fromkeys(("script", "style", "font", "manifest", "xslt", "json", "webidentity", "report"), Kind.ASSET),
    **dict.fromkeys(("worker", "sharedworker", "serviceworker", "audioworklet", "paintworklet"), Kind.ASSET),
    # Chromium's own, in addition to the standard's.
    **dict.fromkeys(("webbundle", "speculationrules", "dictionary", "sharedstorageworklet"), Kind.ASSET),
    **dict.fromkeys(("audio", "video", "track"), Kind.MEDIA),
    "image": Kind.IMAGE,
}
# platform §9: not subject to any list, in every scope.
_PLAYERS = ("applecoremedia/", "stagefright/", "exoplayer", "androidxmedia3/", "nuplayer", "ijkplayer", "lavf/")
# AVFoundation's (AVURLAsset.httpSessionIdentifier [doc]), also where Safari lends it a browser's name.
_MEDIA_SESSION = "x-playback-session-id"
_OTHER_PLAYERS = ("libmpv", "libvlc/", "gstreamer")
# Reporting API and Content Security Policy: the only body that a browser sends for a page by itself.
_REPORTS = ("application/reports+json", "application/csp-report")
_ASSET_ENDINGS = (".js", ".mjs", ".cjs", ".css", ".ts", ".tsx", ".jsx", ".vue", ".woff", ".woff2", ".ttf", ".otf")
_SOURCE_MAP_ENDINGS = (".js.map", ".mjs.map", ".css.map")


def kind_of(call: CallFacts, *, is_miniprogram: bool, client: Client = Client.UNKNOWN) -> Kind:
    """What a request is. ``is_miniprogram``: its Referer names a mini-program."""
    # 1) Declared by a harness.
    if DECLARING_HEADER in call.headers:
        return Kind.CALL
    # 2) What only a browser sends, and never for a mini-program.
    if not is_miniprogram and (kind := _around_a_page(call)):
        return kind
    if call.is_websocket:
        return Kind.CALL
    # 3) What a page loads, according to headers that do not contradict each other.
    destination = _header(call, "sec-fetch-dest")
    if not is_miniprogram and (_is_prefetch(call) or _is_link_ping(call)):
        return Kind.ASSET
    if destination == "report" and _header(call, "content-type").startswith(_REPORTS):
        return Kind.ASSET
    if _speaks_for_a_call(call):
        return Kind.CALL
    if destination in _OF_DESTINATION:
        return _OF_DESTINATION[destination]
    if _header(call, "sec-fetch-mode") == "navigate":
        return Kind.PAGE
    # 4) A media player, by its name.
    agent = _header(call, "user-agent")
    if any(player in agent for player in _PLAYERS + _OTHER_PLAYERS):
        return Kind.MEDIA
    if _MEDIA_SESSION in call.headers and "mac os x" in agent:
        return Kind.MEDIA
    if not is_miniprogram and call.path.partition("?")[0].lower().endswith(_SOURCE_MAP_ENDINGS):
        return Kind.ASSET
    # 5) Older clients, and pages without TLS, have no Sec-Fetch headers.
    return Kind.CALL if destination else _by_accept(call, is_miniprogram, client)


def _around_a_page(call: CallFacts) -> Kind | None:
    if call.is_websocket:
        return Kind.DEV_SERVER if is_dev_server_socket(call) else None
    if (
        call.method.upper() == "OPTIONS"
        and "origin" in call.headers
        and "access-control-request-method" in call.headers
        and not _carries_more_than_a_preflight(call)
    ):
        return Kind.PREFLIGHT
    if is_browser_service(call):
        return Kind.BROWSER
    if is_mmtls_request(call):
        return Kind.MMTLS
    if is_dev_server_request(call) and not _speaks_for_a_call(call):
        return Kind.DEV_SERVER
    return None


def _carries_more_than_a_preflight(call: CallFacts) -> bool:
    """Fetch standard, CORS-preflight fetch: it has neither a body nor credentials."""
    more = ("content-type", "transfer-encoding", "authorization", "cookie")
    has_length = call.headers.get("content-length", "0").strip() != "0"
    return call.has_body or has_length or any(name in call.headers for name in more)


def _is_prefetch(call: CallFacts) -> bool:
    return _header(call, "sec-purpose").startswith("prefetch") and not _speaks_for_a_call(call)


def _is_link_ping(call: CallFacts) -> bool:
    """HTML standard, hyperlink auditing (``<a ping>``): page code cannot send these headers with that type."""
    is_bare = "authorization" not in call.headers and "x-requested-with" not in call.headers
    return _header(call, "content-type") == "text/ping" and "ping-to" in call.headers and is_bare


def _speaks_for_a_call(call: CallFacts) -> bool:
    """Whether it has something that only code sends: another method, a body, or a header of wx.request."""
    headers = call.headers
    return (
        call.method.upper() not in ("GET", "HEAD")
        or call.has_body
        or "content-type" in headers
        or "transfer-encoding" in headers
        or headers.get("content-length", "0").strip() != "0"
        or _header(call, "charset") == "utf-8"
        or _header(call, "xweb_xhr") == "1"
        # A web-view sends its app's name in it, whatever it loads.
        or _header(call, "x-requested-with") == "xmlhttprequest"
        # A browser loads images with Basic, after the user has logged in.
        or _header(call, "authorization").startswith("bearer ")
    )


def _by_accept(call: CallFacts, is_miniprogram: bool, client: Client) -> Kind:
    accept = _header(call, "accept")
    # Firefox lists no image/*.
    if accept.startswith("image/") and (is_miniprogram or "*/*" in accept):
        return Kind.IMAGE
    # platform §9 [said]: an iOS web-view's page has no Upgrade-Insecure-Requests.
    if accept.startswith("text/html") and ("upgrade-insecure-requests" in call.headers or client is Client.IOS):
        return Kind.PAGE
    if not is_miniprogram and accept.startswith("text/css,"):
        return Kind.ASSET
    path = call.path.partition("?")[0].lower()
    if not is_miniprogram and path.endswith(_ASSET_ENDINGS) and is_from_its_own_page(call):
        return Kind.ASSET
    return Kind.CALL


def _header(call: CallFacts, name: str) -> str:
    return call.headers.get(name, "").strip().lower()
