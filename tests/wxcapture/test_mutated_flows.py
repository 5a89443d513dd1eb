"""A flow file in which any field is of any type: every flow is judged or passed over, and no report ends in a traceback."""

import copy
import io
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st
from mitmproxy.io import tnetstring
from mitmproxy.test import tflow

from wxcapture.captured import Captured
from wxcapture.captured import Mistake
from wxcapture.captured import Skipped
from wxcapture.flow_reader import FlowFile
from wxcapture.flow_reader import read_flows
from wxcapture.offline import OfflineJudge
from wxgate.call.facts import call_facts
from wxgate.call.facts import call_url
from wxpolicy.call.record import SessionFacts
from wxpolicy.policy_set import PolicySet
from wxpolicy.policyfile import read_policy
from wxreport.html_page import render_html
from wxreport.jsonlines import iter_jsonl
from wxreport.junit import render_junit
from wxreport.summary import summarise
from wxreport.text import render_text

POLICY = read_policy("appid: any\nscope: all\ndomains:\n  request: [https://api.example.com]\n").policy
GONE = object()
VALUES = [
    None, True, 0, -1, 17, 2**40, -(10**15), 1.5, 1e308, float("inf"), float("nan"), "", "x", "\u202e", "x" * 3000, b"", b"\xff\xfe", b"abc",
    [], ["a"], [1, [2]], {}, {"a": 1}, {b"a": 1}, [b"a", b"b"], [[b"a"]], [[b"a", b"b", b"c"]], GONE,
]  # fmt: skip


def states() -> Iterator[dict[str, Any]]:
    told = {
        "api": "request", "api_confidence": "declared", "request_body": {"bytes": 3, "sha256": "x"}, "acted": "fail", "outcome": "fail",
        "errno": 5, "errmsg": "request:fail timeout", "findings": [{"code": "TIMEOUT"}],
    }  # fmt: skip
    for flow in (
        tflow.tflow(resp=True),
        tflow.tflow(err=True),
        tflow.twebsocketflow(),
        tflow.tflow(resp=True),
        tflow.tflow(err=True),
    ):
        flow.metadata["miniprogram"] = told
        yield as_lists(flow.get_state())


def as_lists(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: as_lists(each) for key, each in value.items()}
    return [as_lists(each) for each in value] if isinstance(value, (list, tuple)) else value


def places(value: Any, path: tuple = ()) -> Iterator[tuple]:
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in members:
        yield (*path, key)
        yield from places(each, (*path, key))


STATES = list(states())
PLACES = [(index, place) for index, state in enumerate(STATES) for place in places(state)]


def mutated(index: int, place: tuple, value: Any) -> bytes:
    state = copy.deepcopy(STATES[index])
    inner: Any = state
    for key in place[:-1]:
        inner = inner[key]
    if value is GONE:
        del inner[place[-1]]
    else:
        inner[place[-1]] = copy.deepcopy(value)
    return tnetstring.dumps(state)


def shown(data: bytes) -> None:
    """Everything that check.py does with a flow file of one flow."""
    (item,) = read_flows(FlowFile(io.BytesIO(data), "f", len(data)), call_facts, call_url)
    assert isinstance(item, (Captured, Skipped, Mistake))
    if not isinstance(item, Captured):
        return
    record = OfflineJudge(PolicySet([POLICY])).record(item)
    records = [record] if record is not None else []
    assert "".join(iter_jsonl(records, None)).isprintable()
    summary = summarise(records)
    for render in (render_text, render_junit, render_html):
        render(summary, SessionFacts(name="f"), "en")


@pytest.mark.parametrize("value", VALUES, ids=lambda value: "gone" if value is GONE else repr(value)[:20])
@pytest.mark.parametrize(
    "name", ["id", "type", "error", "metadata", "websocket", "client_conn", "server_conn", "request", "response"]
)
def test_any_value_for_a_whole_field(name, value):
    shown(mutated(0, (name,), value))


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(PLACES), st.sampled_from(range(len(VALUES))))
def test_any_value_anywhere(where, number):
    shown(mutated(*where, VALUES[number]))
