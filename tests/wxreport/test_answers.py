"""What the callback is given, for each API that the traffic fits alike."""

import pytest

from wxpolicy.call.record import Verdict
from wxpolicy.terms import Outcome
from wxreport.answers import answer


@pytest.mark.parametrize(
    ("errmsg", "errno", "apis", "told"),
    [
        ("request:ok", None, ("request",), "request:ok"),
        ("request:fail timeout", 5, ("request",), "request:fail timeout (errno 5)"),
        (
            "request:fail url not in domain list:a.com",
            600002,
            ("request", "downloadFile"),
            "request:fail url not in domain list:a.com / downloadFile:fail url not in domain list:a.com (errno 600002)",
        ),
        ("interrupted", None, ("request", "downloadFile"), "interrupted"),
        ("request:ok", None, (), "request:ok"),
    ],
)
def test_answer(errmsg, errno, apis, told):
    assert answer(Verdict(Outcome.FAIL, errno, errmsg), apis) == told
