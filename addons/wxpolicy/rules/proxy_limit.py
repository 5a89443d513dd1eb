"""PROXY_LIMIT: what this proxy cannot carry, or what its upstream proxy prevents. It says nothing about the server.

mitmproxy's parser refuses answers that Chromium's stack takes; an upstream proxy that inspects TLS shows its own
certificate in place of the server's [measured]. A device meets neither, so no verdict may fail because of it; a
certificate that was never seen still refuses the call in release (CERT_NOT_SEEN).

Says nothing:
    an answer that both read alike
Warns:
    (never observable) an answer without a status line; a dead upstream proxy; an upstream proxy that inspects TLS
"""

from collections.abc import Iterable
from collections.abc import Iterator
from dataclasses import replace

from wxpolicy.finding import Code
from wxpolicy.finding import Finding
from wxpolicy.finding import Severity
from wxpolicy.finding import Status
from wxpolicy.rules.stage import Stage
from wxpolicy.terms import Mode

STAGE = Stage.ANY_TIME

# The certificate of a proxy that inspects TLS: its authority is in no public list.
_OF_AN_UNKNOWN_AUTHORITY = frozenset({Code.CERT_UNTRUSTED_ROOT, Code.CERT_SELF_SIGNED})


def check(host: str, why: str, device: str = "", upstream_proxy: str = "") -> Iterator[Finding]:
    """``why`` is what is known about it, ``device`` what a device would do ("" if that is unknown)."""
    data = {"host": host, "what": "answer", "error": why, "device": device}
    if upstream_proxy:
        data |= {"what": "upstream_proxy", "proxy": upstream_proxy}
    yield Finding(Code.PROXY_LIMIT, data, status=Status.NOT_OBSERVABLE)


def inspected(found: Iterable[Finding], host: str, upstream_proxy: str, mode: Mode) -> tuple[Finding, ...]:
    """The findings for a certificate that came through an upstream proxy.

    If no platform knows its authority, it is most likely the proxy's own: then it says nothing about the server, whose
    certificate was not seen.
    """
    found = tuple(found)
    if not any(finding.code in _OF_AN_UNKNOWN_AUTHORITY and finding.fails for finding in found):
        return found
    unseen = Finding(Code.CERT_NOT_SEEN, {"host": host, "reason": "upstream_proxy", "proxy": upstream_proxy})
    if mode is Mode.RELEASE:
        unseen = replace(unseen, severity=Severity.VIOLATION)
    else:
        unseen = replace(unseen, status=Status.NOT_OBSERVABLE)
    return (*check(host, "", "", upstream_proxy), unseen)
