"""CONTENT_ENCODING_WRONG: the body is not in the compression that Content-Encoding names.

Clients fail such an answer as Chromium's network stack does, ERR_CONTENT_DECODING_FAILED, with
debugging on too. What ends too early, or a coding that no client knows, passes there.

Says nothing:
    gzip that is gzip; no Content-Encoding; a compressed body that is cut off
Fails:
    ``Content-Encoding: gzip`` on a plain body
"""

from collections.abc import Iterator

from wxpolicy.call.facts import Classification
from wxpolicy.encoding.content_coding import Problem
from wxpolicy.encoding.facts import EncodingFacts
from wxpolicy.finding import Code
from wxpolicy.finding import Finding
from wxpolicy.policy import Policy
from wxpolicy.rules.stage import Stage

STAGE = Stage.BODY


def check(facts: EncodingFacts, classification: Classification, policy: Policy, host: str = "") -> Iterator[Finding]:
    """At most one finding: a body whose compression is not what the header says."""
    if facts.coding_problem is Problem.CORRUPT:
        reason = "plain" if facts.judged_bytes == 0 else "corrupt"
        yield Finding(Code.CONTENT_ENCODING_WRONG, {"host": host, "declared": facts.content_coding, "reason": reason})
