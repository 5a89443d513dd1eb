"""What only h2 minds of an answer is taken out; what a phone's stack refuses too stays, and is told."""

import pytest
from hpack import Encoder

from wxgate.layers.answer_fields import AnswerDecoder
from wxgate.layers.answer_fields import fault_of_answer
from wxgate.layers.answer_fields import fields_of_answer

STATUS, TYPE = (b":status", b"200"), (b"content-type", b"text/plain")


def read(*fields, is_trailer=False):
    decoded = AnswerDecoder().decode(Encoder().encode([*fields]), raw=True)
    return fields_of_answer([(bytes(name), bytes(value)) for name, value in decoded], is_trailer=is_trailer)


@pytest.mark.parametrize(
    ("case", "more", "expected"),
    [
        ("nothing odd", [], []),
        ("connection", [(b"connection", b"x-a"), (b"x-a", b"1")], [(b"x-a", b"1")]),
        ("what names no connection stays", [(b"transfer-encoding", b"chunked")], [(b"transfer-encoding", b"chunked")]),
        ("a pseudo-header of requests", [(b":path", b"/")], []),
        ("a length", [(b"content-length", b"5")], [(b"content-length", b"5")]),
        ("two equal lengths", [(b"content-length", b"5")] * 2, [(b"content-length", b"5")]),
        ("two lengths", [(b"content-length", b"5"), (b"content-length", b"6")], []),
        ("a length in words", [(b"content-length", b"five")], []),
        ("a negative length", [(b"content-length", b"-1")], []),
    ],
)
def test_what_is_left_of_an_answer(case, more, expected):
    assert read(STATUS, TYPE, *more) == [STATUS, TYPE, *expected], case


def test_a_trailer_has_neither_status_nor_length():
    assert read(STATUS, (b"content-length", b"5"), (b"x-t", b"1"), is_trailer=True) == [(b"x-t", b"1")]


def test_h2_is_not_told_of_a_length():
    decoded = AnswerDecoder().decode(Encoder().encode([STATUS, (b"content-length", b"5")]), raw=True)
    assert b"content-length" not in dict(decoded)


@pytest.mark.parametrize(
    ("value", "is_refused"),
    [(b"a\tb", False), ("中".encode(), False), (b"a\x01", True), (b"a\r\nb", True), (b"\x7f", True)],
)
def test_control_characters(value, is_refused):
    assert (fault_of_answer([STATUS, (b"x-a", value)]) is not None) is is_refused


@pytest.mark.parametrize(("status", "is_refused"), [(b"200", False), (b"200 OK", True), (b"", True), (b"two", True)])
def test_a_status_is_a_number(status, is_refused):
    assert (fault_of_answer([(b":status", status)]) is not None) is is_refused


@pytest.mark.parametrize("name", [b"x odd", b"x:odd", b"X-Odd", b"", "ü".encode()])
def test_a_name_is_a_token_in_lower_case(name):
    assert fault_of_answer([STATUS, (name, b"1")]) is not None
    assert fault_of_answer([STATUS, (b"x-odd", b"1")]) is None
