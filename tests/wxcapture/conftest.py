"""Calls and entries as captures have them, with only what a test is about said."""

import pytest

from testenv.domain_calls import listing
from wxcapture.offline import OfflineJudge
from wxpolicy.policy_set import PolicySet
from wxpolicy.terms import Scope


@pytest.fixture
def policy():
    from dataclasses import replace

    made = listing(
        request=["https://api.example.com"],
        downloadFile=["https://cdn.example.com"],
        connectSocket=["wss://ws.example.com"],
    )
    return replace(made, scope=Scope.ALL)


@pytest.fixture
def judge(policy):
    return OfflineJudge(PolicySet([policy]))


@pytest.fixture
def har_entry():
    """An entry of a foreign tool: ``har_entry("https://...", status=302, location="...")``."""

    def make(
        url="https://api.example.com/user", *, status=200, method="GET", headers=(), location=None, content=None, **more
    ):
        sent = [{"name": name, "value": value} for name, value in dict(headers).items()]
        got = [{"name": "Location", "value": location}] if location is not None else []
        return {
            "startedDateTime": "2026-03-01T08:00:00.000Z",
            "time": 12.5,
            "request": {"method": method, "url": url, "headers": sent, "bodySize": 0},
            "response": {"status": status, "headers": got, "content": content or {}, "bodySize": 2},
            "timings": {"send": 0, "wait": 12, "receive": 0.5},
        } | more

    return make
