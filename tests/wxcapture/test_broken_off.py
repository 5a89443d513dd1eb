"""A call that failed on the network is no success offline, and weighs what it weighed live."""

import io

import pytest
from mitmproxy import flow as mitmflow
from mitmproxy.io import FlowWriter
from mitmproxy.test import tflow

from wxcapture.flow_reader import FlowFile
from wxcapture.flow_reader import read_flows
from wxgate.call.facts import call_facts
from wxgate.call.facts import call_url
from wxpolicy.catalogue import message_of
from wxpolicy.finding import Code

KILLED = mitmflow.Error.KILLED_MESSAGE
BEGAN = 1_700_000_000.0


def gate_said(acted, *found, errmsg="request:fail"):
    """As the recorder writes it into a flow's metadata."""
    findings = [{"code": code, "severity": severity, "message": "…"} for code, severity in found]
    return {
        "acted": acted,
        "outcome": "fail",
        "errno": None,
        "errmsg": errmsg,
        "api": "request",
        "api_confidence": "likely",
        "findings": findings,
    }


def read(judge, *, error, answered=True, told=None, url="https://api.example.com/user", status=200, ended_after_s=1.0):
    flow = tflow.tflow(resp=answered, err=mitmflow.Error(error, BEGAN + ended_after_s) if error else False)
    flow.request.url = url
    flow.request.method, flow.client_conn.sni = "POST", None
    flow.request.headers["content-type"] = "application/json"
    flow.request.timestamp_start, flow.request.timestamp_end = BEGAN, BEGAN + 0.1
    if answered:
        flow.response.status_code = status
        flow.response.timestamp_start, flow.response.timestamp_end = BEGAN + 0.5, None if error else BEGAN + 1
    if told is not None:
        flow.metadata["miniprogram"] = told
    out = io.BytesIO()
    FlowWriter(out).add(flow)
    (call,) = read_flows(FlowFile(io.BytesIO(out.getvalue()), "f", len(out.getvalue())), call_facts, call_url)
    return judge.record(call)


CUT = "peer closed connection without sending complete message body"
CASES = [
    ("cut in its body", {"error": CUT}, "fail", "request:fail", ["violation violated"]),
    ("no answer at all", {"error": "Connection refused", "answered": False}, "fail", "request:fail", ["violation violated"]),
    ("its client left", {"error": "Client disconnected."}, "success", "request:fail abort", ["note violated"]),
    ("its client reset the stream", {"error": "stream reset by client (CANCEL)", "answered": False}, "success", "request:fail abort", ["note violated"]),
    ("cut, by the gate's record", {"error": KILLED, "told": gate_said("pass", ("NETWORK_ERROR", "violation"))}, "fail", "request:fail", ["violation violated"]),
    (
        "its client left, by the gate's record",
        {"error": KILLED, "told": gate_said("pass", ("NETWORK_ERROR", "note"), errmsg="request:fail abort")}, "success", "request:fail abort", ["note violated"],
    ),
    ("cut by the gate", {"error": KILLED, "told": gate_said("fail", errmsg="request:fail timeout")}, "success", "request:fail timeout", ["warning not_observable"]),
    ("killed by nobody knows whom", {"error": KILLED}, "success", "request:fail Connection killed.", ["warning not_observable"]),
]  # fmt: skip


@pytest.mark.parametrize(("case", "flow", "debug", "errmsg", "found"), CASES, ids=[each[0] for each in CASES])
def test_a_call_that_failed_is_no_success(judge, case, flow, debug, errmsg, found):
    record = read(judge, **flow)
    assert (record.outcome, record.errmsg, record.debug.outcome, record.release.outcome) == (
        "fail",
        errmsg,
        debug,
        debug,
    )
    assert [f"{each.severity} {each.status}" for each in record.findings if each.code is Code.NETWORK_ERROR] == found
    assert not [each.code for each in record.findings if each.code.value.startswith("CHARSET")], (
        "half a body has no encoding"
    )


def test_the_network_s_own_word_is_kept_and_the_gate_s_is_not_taken_for_it(judge):
    def message(**flow):
        (found,) = (message_of(each).en for each in read(judge, **flow).findings if each.code is Code.NETWORK_ERROR)
        return found

    assert message(error=CUT) == f"The server gave no complete answer: {CUT}"
    assert (
        message(error=KILLED, told=gate_said("pass", ("NETWORK_ERROR", "violation")))
        == "The server gave no complete answer"
    )


def test_a_call_that_the_gate_refused_keeps_its_own_reason_alone(judge):
    told = gate_said(
        "fail", ("DOMAIN_NOT_LISTED", "violation"), errmsg="request:fail url not in domain list:other.example.com"
    )
    record = read(judge, error=KILLED, answered=False, told=told, url="https://other.example.com/")
    assert record.debug_only and record.errmsg == "request:fail url not in domain list:other.example.com"


def test_a_call_that_had_its_answer_is_a_success(judge):
    record = read(judge, error=None)
    assert (record.outcome, record.debug.outcome) == ("success", "success")


@pytest.mark.parametrize(("case", "seconds", "is_late"), [("in time", 59, False), ("late", 61, True)])
def test_the_time_of_a_call_that_failed_ends_with_its_failure(judge, case, seconds, is_late):
    codes = [each.code for each in read(judge, error=CUT, ended_after_s=seconds).findings]
    assert (Code.TIMEOUT in codes) is is_late
