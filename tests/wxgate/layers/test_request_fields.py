"""A length that is no number is told of its own request; h2 sees all others."""

import pytest
from hpack import Encoder

from wxgate.layers.request_fields import RequestDecoder
from wxgate.layers.request_fields import fault_of_request
from wxgate.layers.request_fields import shown

PATH = (b":path", b"/")


def decoded(value):
    fields = RequestDecoder().decode(Encoder().encode([PATH, (b"content-length", value)]), raw=True)
    return [(bytes(name), bytes(value)) for name, value in fields]


@pytest.mark.parametrize("value", [b"0", b"5", b"5 ", b"007", b"9" * 18])
def test_a_number_is_left_to_h2(value):
    fields = decoded(value)
    assert fields == [PATH, (b"content-length", value)] and fault_of_request(fields) is None


@pytest.mark.parametrize("value", [b"", b"five", b"-1", b"+5", b"1_0", b"5, 5", b"\xd9\xa5", b"9" * 19])
def test_what_is_no_number_is_hidden_and_told(value):
    fields = decoded(value)
    assert b"content-length" not in dict(fields)
    assert fault_of_request(fields) == f"the content-length is {value!r}"
    assert shown(fields) == [PATH, (b"content-length", value)]
