"""A session's records find their traffic, whatever the order, and do without where there is none."""

import io
from contextlib import closing

import pytest
from mitmproxy.io import FlowWriter
from mitmproxy.test import tflow

from wxcapture.captured import Captured
from wxcapture.captured import Mistake
from wxcapture.captured import Unreadable
from wxcapture.session_calls import Flows
from wxcapture.sources import FlowReading
from wxcapture.sources import Source
from wxgate.call.facts import call_facts
from wxgate.call.facts import call_url
from wxpolicy.call.record import CallRecord
from wxpolicy.call.verdicts import weigh
from wxpolicy.terms import Api
from wxpolicy.terms import Outcome
from wxsession.writer import SessionWriter

READING = FlowReading(call_facts, call_url)
VERDICTS = weigh((), Api.REQUEST)


def record(number, **fields):
    values = {
        "id": f"call-{number}", "started_at": 1000.0 + number, "device": "10.0.0.2", "client": "android", "appid": None, "version": None,
        "api": "request", "api_confidence": "likely", "method": "GET", "url": f"https://api.example.com/{number}", "http_status": 200,
        "outcome": Outcome.SUCCESS, "errno": None, "errmsg": "request:ok", "mode": "debug", "acted": "pass",
        "release": VERDICTS.release, "debug": VERDICTS.debug,
    }  # fmt: skip
    return CallRecord(**(values | fields))


def serialised(number):
    flow = tflow.tflow(resp=True)
    flow.id = f"call-{number}"
    flow.response.content = f"answer {number}".encode()
    out = io.BytesIO()
    FlowWriter(out).add(flow)
    return out.getvalue()


def session(folder, numbers, *, without=()):
    """Calls that ended in another order than they began; some have no flow."""
    writer = SessionWriter(folder)
    for number in reversed(numbers):
        writer.call(record(number), None if number in without else serialised(number))
    assert writer.close() == 0
    return folder


def items(path):
    return list(Source(path, READING).items())


def test_each_record_has_its_own_traffic(tmp_path):
    calls = items(session(tmp_path, range(1, 6), without={3}))
    assert [call.id for call in calls] == [f"call-{number}" for number in range(1, 6)]
    assert [call.answer.body if call.answer else None for call in calls] == [
        b"answer 1",
        b"answer 2",
        None,
        b"answer 4",
        b"answer 5",
    ]
    assert calls[2].facts.names[0].host == "api.example.com"


def test_what_was_written_twice_counts_once_with_its_last_traffic(tmp_path):
    writer = SessionWriter(tmp_path)
    writer.call(record(1), serialised(1))
    writer.call(record(1), serialised(1).replace(b"answer 1", b"ANSWER 1"))
    assert writer.close() == 0
    (call,) = items(tmp_path)
    assert call.answer.body == b"ANSWER 1"


def test_a_cut_flows_file_costs_headers_and_bodies_and_is_said(tmp_path):
    session(tmp_path, [1, 2])
    whole = (tmp_path / "flows.mitm").read_bytes()
    (tmp_path / "flows.mitm").write_bytes(whole[: len(whole) * 3 // 4])
    one, two, mistake = items(tmp_path)
    assert (one.answer, two.answer.body) == (None, b"answer 2")
    assert isinstance(mistake, Mistake) and "flow 2" in mistake.text.en


def test_a_flow_that_cannot_be_taken_apart_leaves_its_record(tmp_path):
    def broken(flow):
        raise KeyError("damaged")

    (call,) = Source(session(tmp_path, [1]), FlowReading(broken, call_url)).items()
    assert (call.recorded.id, call.answer) == ("call-1", None)


def test_without_a_flows_file_there_are_the_records(tmp_path):
    session(tmp_path, [1])
    (tmp_path / "flows.mitm").unlink()
    call, mistake = items(tmp_path)
    assert isinstance(call, Captured) and isinstance(mistake, Mistake)
    with closing(Flows(tmp_path)) as flows:
        assert flows.of("call-1") is None


@pytest.mark.parametrize(
    ("case", "content", "said"),
    [
        ("empty", b"", "is empty"),
        ("a damaged zip", b"PK\x03\x04rest", "cannot be decompressed"),
        ("gzip", b"\x1f\x8brest", "compressed"),
        ("a picture", b"\x89PNG\r\n", "neither a HAR"),
        ("text", b"hello", "neither a HAR"),
    ],
)
def test_a_file_of_another_kind_is_said(tmp_path, case, content, said):
    path = tmp_path / "capture"
    path.write_bytes(content)
    (mistake,) = items(path)
    assert said in mistake.text.en


def test_what_is_not_there_is_said(tmp_path):
    with pytest.raises(Unreadable, match="cannot be read"):
        Source(tmp_path / "nothing.har", READING)
    with pytest.raises(Unreadable, match="not a session"):
        Source(tmp_path, READING)
