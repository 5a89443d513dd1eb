"""Which page a request comes from, according to the browser (Fetch standard: Origin, Referer, Sec-Fetch-Site)."""

from wxpolicy.call.facts import CallFacts
from wxpolicy.url.hosts import read_host
from wxpolicy.url.urls import DEFAULT_PORTS
from wxpolicy.url.urls import Url
from wxpolicy.url.urls import read_url

_WEB_SCHEME = {"ws": "http", "wss": "https"}


def page_origin(call: CallFacts) -> Url | None:
    """The origin of the page that sent the request; None if the request names none."""
    for name in ("origin", "referer"):
        value = call.headers.get(name, "")
        if value:
            url = read_url(value)
            return None if url.invalid else url
    return None


def is_from_its_own_page(call: CallFacts) -> bool:
    """Whether the page and the request's target have the same origin: scheme, host and port."""
    page = page_origin(call)
    return page is not None and _scheme(call) == page.scheme and targets(call) == {(page.host.ascii, _port(page))}


def is_from_a_page_on_its_host(call: CallFacts) -> bool:
    """As above, whatever the ports and schemes are."""
    page = page_origin(call)
    return page is not None and {host for host, _ in targets(call)} == {page.host.ascii}


def _scheme(call: CallFacts) -> str:
    return _WEB_SCHEME.get(call.scheme, call.scheme)


def targets(call: CallFacts) -> set[tuple[str, int | None]]:
    """Every host that the call names, with its port. A name without a port says nothing about another's."""
    default = DEFAULT_PORTS.get(call.scheme)
    named = [(read_host(name.host).ascii, name.port) for name in call.names]
    spelled = {host: port for host, port in named if port is not None}
    return {(host, spelled.get(host, default)) for host, _ in named}


def _port(url: Url) -> int | None:
    return url.port if url.port is not None else DEFAULT_PORTS.get(url.scheme)
