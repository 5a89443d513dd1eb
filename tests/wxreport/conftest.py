"""Records as the recorder writes them, with only what a test is about said."""

import time

import pytest

from wxpolicy.call.record import CallRecord
from wxpolicy.call.verdicts import weigh
from wxpolicy.finding import Code
from wxpolicy.finding import from_prose
from wxpolicy.terms import Api
from wxpolicy.terms import Platform
from wxpolicy.terms import Text

PLATFORM_OF = {"android": Platform.ANDROID, "ios": Platform.IOS, "devtools": Platform.DEVTOOLS}


@pytest.fixture
def utc(monkeypatch):
    """Local times in a report are the same on every machine."""
    monkeypatch.setenv("TZ", "UTC")
    if hasattr(time, "tzset"):
        time.tzset()


@pytest.fixture
def finding():
    def make(code=Code.DOMAIN_NOT_LISTED, **fields):
        subject = fields.setdefault("subject", "api.example.com")
        fields.setdefault("message", Text(f"{subject} 有问题：{code.value}。", f"{subject} has {code.value}."))
        fields.setdefault("fix", Text(f"修改 {subject}。", f"Mend {subject}."))
        fields.setdefault("clause", "seed-2017 §1")
        return from_prose(code, **fields)

    return make


@pytest.fixture
def record():
    """``record(findings=...)``: verdicts follow from the findings; outcome is debug's, as in mode debug."""
    ids = iter(range(10**9))

    def make(url="https://api.example.com/user", *, findings=(), api=Api.REQUEST, client="android", **fields):
        verdicts = weigh(findings, api, (PLATFORM_OF[client],))
        number = next(ids)
        values = {
            "id": f"call-{number}", "started_at": 1_700_000_000.0 + number, "device": "192.168.1.23", "client": client,
            "appid": "wx0123456789abcdef", "version": "0", "api": api.value, "api_confidence": "likely", "method": "GET",
            "url": url, "http_status": 200, "outcome": verdicts.debug.outcome, "errno": verdicts.debug.errno,
            "errmsg": verdicts.debug.errmsg, "mode": "debug", "acted": "pass", "release": verdicts.release,
            "debug": verdicts.debug, "findings": tuple(findings),
        }  # fmt: skip
        return CallRecord(**(values | fields))

    return make
