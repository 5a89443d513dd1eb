"""Who may send requests to the page: a browser that shows it, or a program of this machine's user.

A page of another site in the same browser can send requests here, but only with its own Origin; a foreign name that
resolves to 127.0.0.1 (DNS rebinding) is recognised by the Host header.
"""

from collections.abc import Mapping
from collections.abc import Sequence

LOOPBACK_NAMES = ("127.0.0.1", "localhost", "[::1]")


def refusal(method: str, headers: Mapping[str, str], hosts: Sequence[str]) -> str | None:
    """Why a request is refused; None if it may pass. ``headers`` is case-insensitive; ``hosts`` are the page's own
    addresses as "host:port"."""
    # 1) Requested under its own name?
    host = headers.get("Host", "").lower()
    if host not in hosts:
        return f"Host is {host!r}, expected one of {', '.join(hosts)}"
    # 2) By the page itself, or by a program?
    origin = headers.get("Origin")
    if origin is not None and origin != f"http://{host}":
        return f"Origin is {origin!r}, expected http://{host}"
    if headers.get("Sec-Fetch-Site", "none") not in ("same-origin", "none"):
        return "this request comes from another site's page"
    if method in ("GET", "HEAD"):
        return None
    # 3) Requests that change something must have the page's Origin: no form and no image can have it.
    if origin is None:
        return f"Origin is missing, expected http://{host}"
    if headers.get("Content-Type", "").partition(";")[0].strip().lower() != "application/json":
        return "Content-Type is not application/json"
    return None
