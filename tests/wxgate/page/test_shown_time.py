"""Where a call's time went: spans that follow each other and never run backwards."""

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from testenv.session_records import record
from wxgate.page.shown_time import phases


def flow(request=(0, 1), response=(5, 9), server=None):
    made = SimpleNamespace(timestamp_start=None, timestamp_tcp_setup=None, timestamp_tls_setup=None)
    for name, at in (server or {}).items():
        setattr(made, f"timestamp_{name}", 100 + at / 1000)
    at = [None if each is None else 100 + each / 1000 for each in (*request, *(response or ()))]
    answer = SimpleNamespace(timestamp_start=at[2], timestamp_end=at[3]) if response else None
    return SimpleNamespace(
        request=SimpleNamespace(timestamp_start=at[0], timestamp_end=at[1]), response=answer, server_conn=made
    )


@pytest.mark.parametrize(
    ("case", "found", "queued", "names"),
    [
        ("a connection that was there", flow(), 0, ["send", "wait", "receive"]),
        ("a new connection", flow(server={"start": 1, "tcp_setup": 2, "tls_setup": 4}), 0, ["connect", "tls", "wait", "receive"]),
        ("a plain connection", flow(server={"start": 1, "tcp_setup": 2}), 0, ["connect", "wait", "receive"]),
        ("a call that waited for others", flow(request=(0, 31), response=(40, 41)), 30, ["queued", "send", "wait", "receive"]),
        ("no answer", flow(response=None), 0, ["send", "wait"]),
        ("no traffic", None, 4, ["queued", "wait"]),
    ],
    ids=lambda value: value if isinstance(value, str) and " " in value else "",
)  # fmt: skip
def test_the_spans_of_a_call(case, found, queued, names):
    spans = phases(record(1, duration_ms=12, queued_ms=queued), found)
    assert [span["name"] for span in spans] == names
    assert all(one["end_ms"] <= other["start_ms"] + 0.11 for one, other in zip(spans, spans[1:], strict=False))


TIMES = st.one_of(st.none(), st.floats(-1e6, 1e6))


@given(
    st.tuples(st.floats(-1e3, 1e3), TIMES),
    st.tuples(TIMES, TIMES),
    st.dictionaries(st.sampled_from(["start", "tcp_setup", "tls_setup"]), st.floats(-1e6, 1e6)),
)
def test_whatever_the_clock_says_no_span_is_negative(request_, response, server):
    for span in phases(record(1), flow(request_, response, server)):
        assert span["end_ms"] >= span["start_ms"] >= 0
