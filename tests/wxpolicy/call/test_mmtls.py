"""mmtls is told by its framing, wherever a stream is cut into pieces."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wxpolicy.call.mmtls import Framing
from wxpolicy.call.mmtls import may_be_mmtls

FIRST = st.sampled_from([0x16, 0x19])
LATER = st.sampled_from([0x15, 0x16, 0x17, 0x19])
VERSION = st.sampled_from([b"\xf1\x03", b"\xf1\x04"])


def record(kind, version, body):
    return bytes([kind]) + version + len(body).to_bytes(2, "big") + body


def streams():
    first = st.builds(record, FIRST, VERSION, st.binary(max_size=80))
    later = st.lists(st.builds(record, LATER, VERSION, st.binary(max_size=80)), max_size=6)
    return st.builds(lambda one, more: [one, *more], first, later)


def cut(data, places):
    bounds = [0, *sorted(place % (len(data) + 1) for place in places), len(data)]
    return [data[start:end] for start, end in zip(bounds, bounds[1:], strict=False)]


PLACES = st.lists(st.integers(0, 2000), max_size=8)


@given(streams(), PLACES)
def test_records_are_framed_however_they_arrive(records, places):
    framing = Framing()
    assert all(framing.feed(piece) for piece in cut(b"".join(records), places))
    assert framing.records == len(records)


@given(streams(), st.binary(min_size=1, max_size=200), PLACES)
def test_what_is_no_record_behind_records_is_seen(records, rest, places):
    """Unless it is the beginning of one."""
    data = b"".join(records) + rest
    framing = Framing()
    framed = all([framing.feed(piece) for piece in cut(data, places)])
    whole = Framing()
    assert framed == whole.feed(data)
    if rest[0] not in (0x15, 0x16, 0x17, 0x19):
        assert not framed


@given(streams(), st.binary(max_size=50), streams())
def test_a_stream_that_lost_its_framing_never_has_it_again(records, rest, more):
    framing = Framing()
    if not framing.feed(b"".join(records) + b"\x00" + rest):
        assert not framing.feed(b"".join(more))


CASES = [
    ("16 f1 03", b"\x16\xf1\x03\x00\x01a", True),
    ("16 f1 04", b"\x16\xf1\x04\x00\x01a", True),
    ("19 f1 04, resumed", b"\x19\xf1\x04\x00\x01a", True),
    ("a part of a header", b"\x16\xf1", True),
    ("nothing yet", b"", True),
    ("TLS", b"\x16\x03\x01\x02\x00\x01", False),
    ("HTTP", b"GET / HTTP/1.1\r\n", False),
    ("data first", b"\x17\xf1\x03\x00\x01a", False),
    ("another version", b"\x16\xf1\x05\x00\x01a", False),
    ("Redis", b"*1\r\n$4\r\nPING\r\n", False),
    ("mmtls and then anything", b"\x16\xf1\x03\x00\x01aPING\r\n", False),
]


@pytest.mark.parametrize(("case", "data", "framed"), CASES, ids=[each[0] for each in CASES])
def test_what_begins_a_connection(case, data, framed):
    assert may_be_mmtls(data) is framed
