"""CERT_NOT_SEEN, CHARSET_NOT_SEEN, NETWORK_ERROR: what a capture cannot show of a call. Never passed, always said.

None has a host: a report says each once.

Notes:
    a HAR, which holds no server certificate; a body that its tool decoded to text
Warns:
    a call without an answer: why there is none (refused by a tool, aborted, a dead server) is the capture's secret
"""

from collections.abc import Iterator

from wxpolicy.finding import Code
from wxpolicy.finding import Finding
from wxpolicy.finding import Severity
from wxpolicy.finding import Status
from wxpolicy.rules.stage import Stage

STAGE = Stage.ANY_TIME


def check(what: str) -> Iterator[Finding]:
    """``what`` is "certificate", "encoding" or "answer": what the capture does not show."""
    if what == "certificate":
        yield Finding(Code.CERT_NOT_SEEN, {"reason": "capture"}, status=Status.NOT_OBSERVABLE)
    elif what == "encoding":
        yield Finding(Code.CHARSET_NOT_SEEN, {"reason": "capture"}, status=Status.NOT_OBSERVABLE)
    else:
        yield Finding(Code.NETWORK_ERROR, {"reason": "not_in_capture"}, Severity.WARNING, Status.NOT_OBSERVABLE)
