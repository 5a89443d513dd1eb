"""The quick reader of flows: it tells what mitmproxy's own reader tells, or leaves the flow to it."""

import io

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st
from mitmproxy import http
from mitmproxy.io import FlowReader
from mitmproxy.io import FlowWriter
from mitmproxy.io import tnetstring
from mitmproxy.test import tflow

from wxcapture.flow_reader import captured_flow
from wxcapture.quick_flow import MOST_CONNECTIONS
from wxcapture.quick_flow import QuickFlows
from wxgate.call.facts import call_facts
from wxlab.authority import Authority


def written(flow):
    out = io.BytesIO()
    FlowWriter(out).add(flow)
    return out.getvalue()


def slowly(data):
    return next(iter(FlowReader(io.BytesIO(data)).stream()))


def told(flow):
    """All that is asked of a flow by who judges or exports it."""
    facts = call_facts(flow)
    response = flow.response.get_state() if flow.response else None
    return captured_flow(flow, facts, ""), flow.request.get_state(), response, str(flow.error)


def call(**response):
    flow = tflow.tflow(resp=True)
    for name, value in response.items():
        setattr(flow.response, name, value)
    return flow


def with_certificates():
    from cryptography import x509
    from mitmproxy import certs

    flow = call()
    leaf = Authority.new("Lab root").issue("api.example.com")
    flow.server_conn.certificate_list = [certs.Cert(each) for each in x509.load_pem_x509_certificates(leaf.served_pem)]
    flow.server_conn.timestamp_tls_setup, flow.server_conn.sni, flow.server_conn.tls = 1000.0, "api.example.com", True
    return flow


def with_lines_of_one_name():
    flow = call()
    flow.response.headers = http.Headers([(b"Set-Cookie", b"a=1"), (b"X", b"\xff"), (b"set-cookie", b"b=2")])
    return flow


def with_verdicts():
    flow = call(raw_content=b"")
    findings = [{"code": "BOM_STRIPPED", "message": "…"}]
    flow.metadata["miniprogram"] = {
        "api": "request",
        "findings": findings,
        "response_body": {"bytes": 7, "sha256": "00"},
    }
    flow.metadata["another"] = "tool's"
    return flow


def with_trailers():
    flow = call()
    flow.response.trailers = http.Headers([(b"x", b"y")])
    return flow


def of_version(number):
    return tnetstring.dumps(call().get_state() | {"version": number})


def with_headers(headers):
    state = call().get_state()
    state["response"]["headers"] = headers
    return tnetstring.dumps(state)


def with_state(change):
    state = with_verdicts().get_state()
    change(state)
    return tnetstring.dumps(state)


def with_twice(once, twice, data):
    """``data`` with two keys of one name: ``twice`` is as long as ``once`` and not in it."""
    assert len(once) == len(twice) and data.count(twice) == 1
    return data.replace(twice, once)


def told_twice():
    """mitmproxy writes the last member of a dictionary first."""
    flow = call()
    flow.metadata = {
        "miniprogram": {"api": "request", "api_confidence": "declared"},
        "miniprogrAm": {"api": "uploadFile", "api_confidence": "declared"},
    }
    return with_twice(b"miniprogram", b"miniprogrAm", written(flow))


def renamed(state, old, new):
    state[new] = state.pop(old)


READ = {
    "an answered call": call(),
    "a call without an answer": tflow.tflow(),
    "a call that failed": tflow.tflow(err=True),
    "server certificates": with_certificates(),
    "several lines of one header": with_lines_of_one_name(),
    "a body that is no text": call(raw_content=bytes(range(256))),
    "a body that is missing": call(raw_content=None),
    "verdicts and another tool's notes": with_verdicts(),
}
LEFT = {
    "a socket": written(tflow.twebsocketflow()),
    "a raw connection": written(tflow.ttcpflow()),
    "trailers": written(with_trailers()),
    "an older format": of_version(18),
    "a newer format": of_version(99),
    "a status of another type": written(call()).replace(b"11:status_code;3:200#", b"11:status_code;3:200;"),
    "a header that is no pair": with_headers([[b"lonely"]]),
    "a header that is no bytes": with_headers([["name", "value"]]),
    "nothing": b"",
    "a flow that is cut": written(call())[:-3],
    "a field more": with_state(lambda state: state.update(extra=1)),
    "a field less": with_state(lambda state: state.pop("marked")),
    "a field twice": with_twice(b"6:marked", b"6:market", with_state(lambda state: state.update(market=""))),
    "a field named in bytes": with_state(lambda state: renamed(state, "marked", b"marked")),
    "verdicts under a name in bytes": with_state(
        lambda state: renamed(state["metadata"], "miniprogram", b"miniprogram")
    ),
    "bytes behind the end": written(call()).replace(b"7:comment;0:;", b"7:comment;1:;"),
}


@pytest.mark.parametrize("case", READ)
def test_it_reads_what_mitmproxy_reads(case):
    data = written(READ[case])
    quick = QuickFlows().read(data)
    assert quick is not None
    assert told(quick) == told(slowly(data))
    assert quick.client_conn.get_state() == slowly(data).client_conn.get_state()
    assert quick.server_conn.get_state() == slowly(data).server_conn.get_state()


def test_of_two_notes_of_one_name_the_last_counts_for_both_readers():
    data = told_twice()
    quick = QuickFlows().read(data)
    assert quick is not None and quick.metadata["miniprogram"] == slowly(data).metadata["miniprogram"]
    assert quick.metadata["miniprogram"]["api"] == "request"


@pytest.mark.parametrize("case", LEFT)
def test_it_leaves_the_rest_to_mitmproxy(case):
    assert QuickFlows().read(LEFT[case]) is None


def test_flows_of_one_connection_share_it_and_others_do_not():
    first, second, other = call(), call(), call()
    second.client_conn, second.server_conn = first.client_conn, first.server_conn
    reader = QuickFlows()
    one, two, three = (reader.read(written(flow)) for flow in (first, second, other))
    assert one.server_conn is two.server_conn and one.client_conn is two.client_conn
    assert three.server_conn is not one.server_conn


def test_connections_are_not_kept_without_end():
    reader = QuickFlows()
    for _ in range(MOST_CONNECTIONS):
        assert reader.read(written(call())) is not None
    assert len(reader._connections) == MOST_CONNECTIONS


WHOLE = written(with_verdicts())


@settings(max_examples=400, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, len(WHOLE) - 1), st.sampled_from(b"0123456789:;,}]#^!~x\xff\x00")),
        min_size=1,
        max_size=3,
    )
)
def test_whatever_bytes_are_changed_both_readers_agree_or_the_quick_one_steps_back(changes):
    data = bytearray(WHOLE)
    for at, byte in changes:
        data[at] = byte
    quick = QuickFlows().read(bytes(data))
    if quick is not None:
        # Equal where both know the flow; mitmproxy may refuse one that only its other fields spoil.
        try:
            slow = slowly(bytes(data))
        except Exception:
            return
        assert told(quick) == told(slow)
