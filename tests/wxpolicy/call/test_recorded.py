"""A record that was written as JSON comes back as it was, in whatever language its words were written."""

import json
from dataclasses import replace

import pytest

from wxpolicy.call.record import CallRecord
from wxpolicy.call.recorded import record_from_json
from wxpolicy.call.verdicts import weigh
from wxpolicy.finding import Code
from wxpolicy.finding import Finding
from wxpolicy.terms import Api

FOUND = (Finding(Code.TIMEOUT, {"host": "a.example", "api": "request", "timeout_ms": 60_000, "stage": "waiting"}),)
VERDICTS = weigh(FOUND, Api.REQUEST)
RECORD = CallRecord(
    id="1", started_at=1772352000.5, device="10.0.0.2", client="android", appid="wx0123456789abcdef", version="0", api="request",
    api_confidence="ambiguous", method="GET", url="https://a.example/", http_status=None, outcome=VERDICTS.release.outcome,
    errno=VERDICTS.release.errno, errmsg=VERDICTS.release.errmsg, mode="release", acted="fail", release=VERDICTS.release,
    debug=VERDICTS.debug, findings=FOUND, duration_ms=60_000, queued_ms=3, request_bytes=1, response_bytes=2,
    tls={"version": "TLSv1.3"}, encoding={"declared": None}, apis=("request", "downloadFile"),
)  # fmt: skip


@pytest.mark.parametrize("lang", [None, "zh", "en"])
def test_whatever_the_language(lang):
    assert record_from_json(json.loads(json.dumps(RECORD.as_json(lang)))) == RECORD


def test_of_an_older_version_the_readings_are_not_known():
    told = RECORD.as_json()
    del told["apis"]
    assert record_from_json(told) == replace(RECORD, apis=())


@pytest.mark.parametrize(("name", "value"), [("apis", "request"), ("apis", [1]), ("url", 5), ("outcome", "maybe")])
def test_what_is_no_record(name, value):
    assert record_from_json(RECORD.as_json() | {name: value}) is None
