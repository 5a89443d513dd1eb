"""Requests that browsers send by themselves: updates, safe browsing, settings. Seen in Chromium, Edge and Firefox."""

from wxpolicy.call.facts import CallFacts
from wxpolicy.url.hosts import read_host

_HOSTS = frozenset(
    {
        "accounts.google.com",
        "android.clients.google.com",
        "chrome.google.com",
        "chromewebstore.googleapis.com",
        "content-autofill.googleapis.com",
        "dl.google.com",
        "mtalk.google.com",
        "optimizationguide-pa.googleapis.com",
        "passwordsleakcheck-pa.googleapis.com",
        "safebrowsing.googleapis.com",
        "safebrowsing.google.com",
        "safebrowsingohttpgateway.googleapis.com",
        "sb-ssl.google.com",
        "translate-pa.googleapis.com",
        "update.googleapis.com",
        "variations.google.com",
        "config.edge.skype.com",
        "edge.microsoft.com",
        "msedge.api.cdp.microsoft.com",
        "nav-edge.smartscreen.microsoft.com",
        "aus5.mozilla.org",
        "detectportal.firefox.com",
        "contile.services.mozilla.com",
        "firefox.settings.services.mozilla.com",
        "incoming.telemetry.mozilla.org",
        "location.services.mozilla.com",
        "push.services.mozilla.com",
        "shavar.services.mozilla.com",
    }
)
_DOMAINS = (".gvt1.com", ".cdn.mozilla.net", ".clients.google.com")
# clients1.google.com and so on.
_NUMBERED = frozenset(f"clients{number}.google.com" for number in range(1, 7))


def is_browser_service(call: CallFacts) -> bool:
    """Whether the browser itself calls one of its vendor's hosts, and not a page."""
    site = call.headers.get("sec-fetch-site", "").strip().lower()
    # For a request that no page started, the browser sends "none", whatever its Origin.
    if site != "none" and (site or "origin" in call.headers or "referer" in call.headers):
        return False
    hosts = {read_host(name.host).ascii for name in call.names}
    return bool(hosts) and all(host in _HOSTS | _NUMBERED or host.endswith(_DOMAINS) for host in hosts)
