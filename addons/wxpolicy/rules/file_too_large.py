"""FILE_TOO_LARGE: a downloaded file of 200 MB or more (edition current; the 2017 page names no limit).

Says nothing:
    any size under edition 2017; a byte less than 200 MB
Fails:
    downloadFile of exactly 200 MB: errno 603301 (platform §3 [seen]: the client compares with ">=")
"""

from collections.abc import Iterator

from wxpolicy.call.facts import Classification
from wxpolicy.encoding.facts import EncodingFacts
from wxpolicy.finding import Code
from wxpolicy.finding import Finding
from wxpolicy.finding import Severity
from wxpolicy.policy import Policy
from wxpolicy.rules.stage import Stage
from wxpolicy.terms import Api

STAGE = Stage.BODY


def check(facts: EncodingFacts, classification: Classification, policy: Policy, host: str = "") -> Iterator[Finding]:
    """Whether wx.downloadFile refuses a body of this size; a warning if the call may be a request."""
    limit_bytes = policy.edition.max_file_bytes
    if limit_bytes is None or Api.DOWNLOAD_FILE not in classification.apis:
        return
    if facts.wire_bytes >= limit_bytes:
        yield Finding(
            Code.FILE_TOO_LARGE,
            {"host": host, "bytes": facts.wire_bytes, "limit_bytes": limit_bytes},
            Severity.VIOLATION if len(classification.apis) == 1 else Severity.WARNING,
        )
