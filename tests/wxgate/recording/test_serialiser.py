"""Flows as mitmproxy writes them, though their connections are written once."""

import gc
import io
import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mitmproxy.connection import ConnectionState
from mitmproxy.io import FlowReader
from mitmproxy.io import FlowWriter
from mitmproxy.io import tnetstring
from mitmproxy.test import tflow

from wxgate.recording.serialiser import Serialiser
from wxsession.netstrings import dumped as netstring

PLAIN = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.binary(max_size=9)
    | st.text(max_size=9, alphabet=st.characters(exclude_categories=["Cs"]))
)
VALUES = st.recursive(
    PLAIN,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3, alphabet="ab"), inner, max_size=3),
)


def by_mitmproxy(flow):
    out = io.BytesIO()
    FlowWriter(out).add(flow)
    return tnetstring.loads(out.getvalue())


def noted():
    flow = tflow.tflow(resp=True)
    flow.metadata["miniprogram"] = {
        "errmsg": "域名",
        "release": {"errno": None},
        "debug_only": True,
        "findings": [1, 2.5],
    }
    flow.comment, flow.marked = "a\nb", ":x:"
    return flow


FLOWS = {
    "an answered call": tflow.tflow(resp=True),
    "a call without an answer": tflow.tflow(),
    "a call that failed": tflow.tflow(err=True),
    "a socket": tflow.twebsocketflow(),
    "a raw connection": tflow.ttcpflow(),
    "verdicts and a comment": noted(),
}


@pytest.mark.parametrize("case", FLOWS)
def test_the_bytes_say_what_mitmproxys_say(case):
    serialiser = Serialiser()
    for _ in range(2):
        data = serialiser.serialised(FLOWS[case])
        assert tnetstring.loads(data) == by_mitmproxy(FLOWS[case])
        assert next(iter(FlowReader(io.BytesIO(data)).stream())).get_state() == FLOWS[case].get_state()


@pytest.mark.parametrize(
    ("what", "change"),
    [
        ("it was closed", lambda conn: setattr(conn, "timestamp_end", 99.0)),
        ("its state", lambda conn: setattr(conn, "state", ConnectionState.OPEN)),
        ("one more certificate", lambda conn: conn.cipher_list.append("AES128-SHA")),
        ("an error", lambda conn: setattr(conn, "error", "reset")),
    ],
)
def test_a_connection_that_has_changed_is_written_as_it_is_now(what, change):
    flow, serialiser = tflow.tflow(resp=True), Serialiser()
    flow.server_conn.cipher_list = []
    serialiser.serialised(flow)
    change(flow.server_conn)
    assert tnetstring.loads(serialiser.serialised(flow)) == by_mitmproxy(flow)


def test_the_flow_itself_is_left_as_it_was():
    flow = tflow.tflow(resp=True)
    client, server, before = flow.client_conn, flow.server_conn, flow.get_state()
    Serialiser().serialised(flow)
    assert flow.client_conn is client and flow.server_conn is server and flow.get_state() == before


def test_connections_are_forgotten_with_their_flows():
    serialiser = Serialiser()
    for _ in range(3):
        serialiser.serialised(tflow.tflow())
    gc.collect()
    assert len(serialiser._written) == 0


def test_what_the_format_does_not_take_is_said_and_is_nothing(caplog):
    flow = tflow.tflow()
    flow.metadata["x"] = object()
    with caplog.at_level(logging.ERROR):
        assert Serialiser().serialised(flow) is None
    assert "could not be serialised" in caplog.text


@given(VALUES)
def test_any_value_is_read_back_by_mitmproxy(value):
    assert tnetstring.loads(netstring(value)) == value
