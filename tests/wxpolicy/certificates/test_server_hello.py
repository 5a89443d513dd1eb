"""The cipher suite from a server's first bytes, whatever these are."""

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from wxpolicy.certificates.server_hello import read_answer

SUITE = 0xC02F


def hello(session_id=b"", suite=SUITE, kind=2):
    body = b"\x03\x03" + bytes(32) + bytes([len(session_id)]) + session_id + suite.to_bytes(2) + b"\x00"
    return bytes([kind]) + len(body).to_bytes(3) + body


def records(data, size=16384, kind=22):
    parts = [data[at : at + size] for at in range(0, len(data), size)]
    return b"".join(bytes([kind]) + b"\x03\x03" + len(part).to_bytes(2) + part for part in parts)


@pytest.mark.parametrize(
    ("stream", "suite"),
    [
        (records(hello()), SUITE),
        (records(hello(session_id=bytes(32))), SUITE),
        (records(hello(session_id=bytes(255))), SUITE),
        (records(hello() + b"\x0b\x00\x00\x03abc"), SUITE),
        (records(hello(session_id=bytes(32)), size=7), SUITE),
        (records(hello(), size=1), SUITE),
        (records(hello())[:20], None),
        (b"", None),
        (records(hello(kind=1)), None),
        (records(hello(), kind=21), None),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", None),
    ],
    ids=[
        "alone", "with a session id", "with the longest one", "with the certificate behind it", "over several records",
        "a byte a record", "half of it", "nothing", "a client's", "an alert", "no TLS",
    ],
)  # fmt: skip
def test_the_suite_is_read(stream, suite):
    assert read_answer(stream).suite == suite


@settings(max_examples=200)
@given(st.binary(max_size=600))
def test_any_bytes_give_a_number_or_none(stream):
    suite = read_answer(stream).suite
    assert suite is None or 0 <= suite <= 0xFFFF


@settings(max_examples=100)
@given(st.binary(max_size=255), st.integers(0, 0xFFFF), st.integers(1, 400))
def test_every_hello_in_any_records_is_read(session_id, suite, size):
    assert read_answer(records(hello(session_id, suite), size)).suite == suite
