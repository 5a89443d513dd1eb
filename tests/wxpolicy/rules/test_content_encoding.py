"""A body that is not compressed as its header says fails; what cannot be judged does not."""

import gzip

import pytest

from wxpolicy.call.facts import Classification
from wxpolicy.encoding.ledger import Ledger
from wxpolicy.policy import Policy
from wxpolicy.rules.content_encoding import check
from wxpolicy.terms import Api
from wxpolicy.terms import Confidence

PLAIN = b'{"a": "plain text, not compressed at all"}' * 9
PACKED = gzip.compress(PLAIN, mtime=0)


@pytest.mark.parametrize("api", [Api.REQUEST, Api.DOWNLOAD_FILE])
@pytest.mark.parametrize(
    ("case", "body", "coding", "reason"),
    [
        ("gzip", PACKED, "gzip", None),
        ("none", PLAIN, "", None),
        ("plain that is called gzip", PLAIN, "gzip", "plain"),
        ("gzip that is called br", PACKED, "br", "plain"),
        ("cut off", PACKED[:-9], "gzip", None),
        ("a coding that nobody knows", PLAIN, "exi", None),
        ("no body at all", b"", "gzip", None),
    ],
)
def test_content_encoding(case, body, coding, reason, api):
    ledger = Ledger("application/json", coding)
    ledger.feed(body)
    found = list(check(ledger.finish(), Classification((api,), Confidence.DECLARED), Policy(), "a.com"))
    assert [finding.data["reason"] for finding in found] == ([reason] if reason else []), case
    assert all(finding.fails and finding.data["declared"] == coding for finding in found)
