"""CERT_NOT_SEEN, CHARSET_NOT_SEEN, NETWORK_ERROR: what a capture cannot show of a call. Never passed, always reported.
None has a host: a report shows each once.

Notes:
    a live handshake that was not judged, in debug and observe
    a HAR, which holds no server certificate; a body that its tool decoded to text
Fails:
    a live handshake that was not judged, in release: nothing is sent without a permit
Warns:
    a call without an answer: why there is none (refused by a tool, aborted, a dead server) is not in the capture
"""

from collections.abc import Iterator

from wxpolicy.finding import Code
from wxpolicy.finding import Finding
from wxpolicy.finding import Severity
from wxpolicy.finding import Status
from wxpolicy.rules.stage import Stage
from wxpolicy.terms import Mode

STAGE = Stage.ANY_TIME


def check(what: str) -> Iterator[Finding]:
    """``what`` is "certificate", "encoding" or "answer": what the capture does not show."""
    if what == "certificate":
        yield Finding(Code.CERT_NOT_SEEN, {"reason": "capture"}, status=Status.NOT_OBSERVABLE)
    elif what == "encoding":
        yield Finding(Code.CHARSET_NOT_SEEN, {"reason": "capture"}, status=Status.NOT_OBSERVABLE)
    else:
        yield Finding(Code.NETWORK_ERROR, {"reason": "not_in_capture"}, Severity.WARNING, Status.NOT_OBSERVABLE)


def unjudged(host: str, mode: Mode) -> Iterator[Finding]:
    """The handshake of a live call's connection, if there was none or it could not be inspected."""
    data = {"host": host, "reason": "unjudged"}
    if mode is Mode.RELEASE:
        yield Finding(Code.CERT_NOT_SEEN, data, Severity.VIOLATION)
    else:
        yield Finding(Code.CERT_NOT_SEEN, data, status=Status.NOT_OBSERVABLE)
