"""Sessions and captures as scripts are given them, made without a proxy."""

import io
from pathlib import Path

import pytest
from mitmproxy.io import FlowWriter
from mitmproxy.test import tflow

from testenv.proxy import POLICY
from wxpolicy.call.record import CallRecord
from wxpolicy.call.verdicts import weigh
from wxpolicy.finding import Code
from wxpolicy.finding import Finding
from wxpolicy.finding import from_prose
from wxpolicy.terms import Api
from wxpolicy.terms import Text
from wxsession.writer import SessionWriter

UNLISTED = from_prose(
    Code.DOMAIN_NOT_LISTED,
    Text("unlisted.example.com 未配置。", "unlisted.example.com is not listed."),
    Text("加一行。", "Add a line."),
    "seed-2017 §1",
    subject="unlisted.example.com",
)


def record(number: int, *findings: Finding, **fields) -> CallRecord:
    verdicts = weigh(findings, Api.REQUEST)
    values = {
        "id": f"call-{number}", "started_at": 1_700_000_000.0 + number, "device": "10.0.0.2", "client": "android", "appid": None,
        "version": None, "api": "request", "api_confidence": "likely", "method": "GET",
        "url": f"https://{'unlisted' if findings else 'api'}.example.com/{number}", "http_status": 200,
        "outcome": verdicts.debug.outcome, "errno": None, "errmsg": verdicts.debug.errmsg, "mode": "debug", "acted": "pass",
        "release": verdicts.release, "debug": verdicts.debug, "findings": findings,
    }  # fmt: skip
    return CallRecord(**(values | fields))


def flow_of(call: CallRecord) -> bytes:
    flow = tflow.tflow(resp=True)
    flow.id = call.id
    flow.request.url = call.url
    flow.client_conn.sni = flow.request.host
    out = io.BytesIO()
    FlowWriter(out).add(flow)
    return out.getvalue()


@pytest.fixture
def make_session(tmp_path):
    """``make_session(5, unlisted=1)``: calls to a listed host and some to one that is not; gives the folder."""

    def make(good: int = 2, unlisted: int = 0, scope: str = "all", name: str = "session") -> Path:
        writer = SessionWriter(tmp_path / name)
        writer.fact("scope", scope)
        for number in range(good + unlisted):
            call = record(number, *([UNLISTED] if number >= good else []))
            writer.call(call, flow_of(call))
        assert writer.close() == 0
        return tmp_path / name

    return make


@pytest.fixture
def policy(tmp_path):
    """A file in scope miniprogram that lists api.example.com."""
    path = tmp_path / "policy.yaml"
    path.write_text(POLICY.replace("scope: all\n", ""), encoding="utf-8")
    return path
