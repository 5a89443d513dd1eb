"""mitmproxy's flow files: every flow that can be read, and where it breaks off."""

import io

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st
from mitmproxy.io import FlowWriter
from mitmproxy.test import tflow

from wxcapture.captured import Captured
from wxcapture.captured import Mistake
from wxcapture.captured import Skipped
from wxcapture.captured import Unreadable
from wxcapture.flow_reader import FlowFile
from wxcapture.flow_reader import read_flows
from wxgate.call.facts import call_facts
from wxgate.call.facts import call_url
from wxsession.flow_places import id_of


def written(*flows):
    out = io.BytesIO()
    for flow in flows:
        FlowWriter(out).add(flow)
    return out.getvalue()


def file_of(data):
    return FlowFile(io.BytesIO(data), "x.mitm", len(data))


def read(data):
    return list(read_flows(file_of(data), call_facts, call_url))


def http_flow(**fields):
    flow = tflow.tflow(resp=True)
    flow.request.host = "api.example.com"
    flow.request.headers["host"] = "api.example.com"
    flow.request.scheme = "https"
    flow.request.port = 443
    for name, value in fields.items():
        setattr(flow.response, name, value)
    return flow


def test_a_flow_is_the_call_that_the_gate_would_see():
    flow = http_flow(status_code=404)
    (call,) = read(written(flow))
    assert (call.id, call.url, call.answer.status, call.answer.body) == (
        flow.id,
        "https://api.example.com/path",
        404,
        b"message",
    )
    assert call.facts == call_facts(flow)


def test_server_certificates_come_as_they_were_served():
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding
    from mitmproxy import certs

    from wxlab.authority import Authority

    leaf = Authority.new("Lab root").issue("api.example.com")
    ders = [certificate.public_bytes(Encoding.DER) for certificate in x509.load_pem_x509_certificates(leaf.served_pem)]
    flow = http_flow()
    flow.server_conn.certificate_list = [certs.Cert(x509.load_der_x509_certificate(der)) for der in ders]
    flow.server_conn.timestamp_tls_setup, flow.server_conn.sni, flow.server_conn.tls = 1000.0, "api.example.com", True
    (call,) = read(written(flow))
    assert (call.upstream.chain, call.upstream.handshake.host, call.upstream.at) == (
        tuple(ders),
        "api.example.com",
        1000.0,
    )


def test_what_is_no_http_is_counted_and_flows_keep_their_ids():
    flows = [http_flow(), tflow.ttcpflow(), tflow.tudpflow(), tflow.tdnsflow(), http_flow(), tflow.twebsocketflow()]
    data = written(*flows)
    assert [type(item) for item in read(data)] == [Captured, Skipped, Skipped, Skipped, Captured, Captured]
    assert [id_of(io.BytesIO(data), at, length) for at, length in file_of(data).places()] == [flow.id for flow in flows]


def test_an_api_that_was_declared_is_known_though_the_header_was_taken_off():
    flow = http_flow()
    flow.metadata["miniprogram"] = {"api": "downloadFile", "api_confidence": "declared"}
    (call,) = read(written(flow))
    assert call.facts.headers["x-miniprogram-api"] == "downloadFile"


def test_a_body_that_was_not_kept_is_none_and_its_size_is_known():
    flow = http_flow(raw_content=b"")
    flow.metadata["miniprogram"] = {"response_body": {"bytes": 3_000_000, "sha256": "00"}}
    (call,) = read(written(flow))
    assert (call.answer.body, call.response_bytes) == (None, 3_000_000)


@pytest.mark.parametrize(
    ("case", "tail", "said"),
    [
        ("cut in the middle", lambda data: data[: len(data) // 2], "is incomplete"),
        ("rubbish behind", lambda data: b"rubbish", "is not in mitmproxy's flow format"),
        ("a length beyond all files", lambda data: b"999999999999:x", "is incomplete"),
        ("zeros, as a full disk leaves them", lambda data: bytes(1000), "is not in mitmproxy's flow format"),
    ],
)
def test_what_came_before_the_break_is_read(case, tail, said):
    whole = written(http_flow())
    data = whole * 2 + tail(whole)
    items = []
    with pytest.raises(Unreadable) as caught:
        for item in read_flows(file_of(data), call_facts, call_url):
            items.append(item)
    assert len(items) == 2
    assert f"flow 3 (byte {2 * len(whole)})" in caught.value.text.en and said in caught.value.text.en


def test_a_flow_of_other_types_is_passed_over():
    data = written(http_flow())
    broken = data.replace(b"6:method;3:GET,", b"6:method;3:GET]", 1)
    assert broken != data
    first, second = read(broken + data)
    assert isinstance(first, Mistake) and isinstance(second, Captured)
    assert "flow 1 cannot be read" in first.text.en


def test_a_flow_that_cannot_be_taken_apart_is_passed_over():
    def broken(flow):
        raise KeyError("a field that another tool wrote")

    data = written(http_flow())
    (mistake,) = read_flows(file_of(data), broken, call_url)
    assert "flow 1 cannot be read (KeyError" in mistake.text.en


@settings(max_examples=150, deadline=None)
@given(
    st.binary(max_size=60)
    | st.lists(st.sampled_from([b"2:ab,", b"1:", b"}", b"5:hello;", b"0:}", b"0:~", b"12:"]), max_size=8).map(b"".join)
)
def test_any_bytes_are_flows_or_said_to_be_none(data):
    try:
        items = read(data)
    except Unreadable as error:
        assert error.text.zh and error.text.en
    else:
        assert all(isinstance(item, (Mistake, Skipped, Captured)) for item in items)
    assert id_of(io.BytesIO(data), 0, len(data)) is None or b"id" in data
